package pdf

import (
	"testing"

	"huiyin/reports/paper"
)

func TestWhatStaysOnOnePage(t *testing.T) {
	table := func(rows int) paper.Table {
		out := paper.Table{Caption: "表1", Columns: []paper.Column{{Title: "事项", Width: 1, Left: true}}}
		for range rows {
			out.Rows = append(out.Rows, paper.Row{Cells: []paper.Cell{{Text: "短"}}})
		}
		return out
	}
	heading := paper.Heading{Level: 2, Text: "（一）"}
	for name, c := range map[string]struct {
		blocks []paper.Block
		left   float64 // on the page before the first block
		began  int     // the page of the first block
		ends   int
	}{
		"a heading goes to the next page with its table":     {[]paper.Block{heading, table(3)}, 100, 2, 2},
		"two headings go with the table under them":          {[]paper.Block{paper.Heading{Level: 1, Text: "一、"}, heading, table(3)}, 130, 2, 2},
		"a heading stays with a table that fits":             {[]paper.Block{heading, table(3)}, 160, 1, 1},
		"a long table begins where its heading stands":       {[]paper.Block{heading, table(12)}, 160, 1, 2},
		"a note that does not fit takes its table along":     {[]paper.Block{table(3), paper.Note{Text: "注"}}, 100, 2, 2},
		"a note that fits stays under its table on the page": {[]paper.Block{table(3), paper.Note{Text: "注"}}, 130, 1, 1},
	} {
		t.Run(name, func(t *testing.T) {
			w := typesetter(t)
			w.paper, w.page, w.y = &paper.Paper{}, 1, lowest-c.left
			began := 0
			for i := range c.blocks {
				w.block(c.blocks[i:])
				if i == 0 {
					began = w.page
				}
			}
			if w.err != nil {
				t.Fatal(w.err)
			}
			if began != c.began || w.page != c.ends {
				t.Errorf("begins on page %d and ends on page %d, want %d and %d", began, w.page, c.began, c.ends)
			}
		})
	}
}
