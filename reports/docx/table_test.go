package docx

import (
	"strings"
	"testing"

	"huiyin/reports/paper"
)

func TestWhereATableMayBeDivided(t *testing.T) {
	columns := []paper.Column{{Title: "事项", Width: 10, Left: true}, {Title: "件", Width: 4}}
	for name, c := range map[string]struct {
		rows  int
		text  string
		noted bool
		want  string // for each row: k it keeps to the next, . it need not
	}{
		"a short table stays whole":                          {4, "短", false, "kkk."},
		"of a long one the beginning and the end stay whole": {12, "短", false, "kk.......kk."},
		"rows of several lines make a table long":            {8, strings.Repeat("长", 60), false, "kk...kk."},
		"a note stays with the end of its table":             {4, "短", true, "kkkk"},
	} {
		t.Run(name, func(t *testing.T) {
			table := paper.Table{Columns: columns}
			for range c.rows {
				table.Rows = append(table.Rows, paper.Row{Cells: []paper.Cell{{Text: c.text}, {Text: "1"}}})
			}
			d := &document{}
			d.table(table, c.noted)
			got := ""
			for _, row := range strings.Split(d.body.String(), "<w:tr>")[2:] {
				row, _, _ = strings.Cut(row, "</w:tr>")
				if strings.Contains(row, "<w:keepNext/>") {
					got += "k"
				} else {
					got += "."
				}
			}
			if got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
