package markup

import (
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/intake/sheet/grid"
)

func text(s string) grid.Cell { return grid.Of(s) }

func gather(rows grid.Rows) (got []grid.Row, err error) {
	for row, err := range rows {
		if err != nil {
			return got, err
		}
		got = append(got, row)
	}
	return got, nil
}

func TestHTML(t *testing.T) {
	for name, c := range map[string]struct {
		in   string
		want []grid.Row
	}{
		"cells with entities, breaks and non-breaking spaces": {
			`<html><style>td{}</style><table><tr><th>编号</th><td>甲&amp;乙<br>丙&nbsp;</td></tr></table>`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("编号"), text("甲&乙\n丙")}}}},
		"tags that are not closed": {`<table><tr><td>1<td>2<tr><td>3`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("1"), text("2")}}, {Sheet: "表1", Number: 2, Cells: []grid.Cell{text("3")}}}},
		"spans over columns and rows keep the columns in place": {`<table><tr><td rowspan=2>1</td><td colspan="2">2</td><td>3</td></tr><tr><td>4</td><td>5</td><td>6</td></tr><tr><td>7</td></tr></table>`,
			[]grid.Row{
				{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("1"), text("2"), {}, text("3")}},
				{Sheet: "表1", Number: 2, Cells: []grid.Cell{{}, text("4"), text("5"), text("6")}},
				{Sheet: "表1", Number: 3, Cells: []grid.Cell{text("7")}}}},
		"every table is a sheet": {`<table><tr><td>a</td></tr></table><table><tr></tr><tr><td>b</td></tr></table>`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("a")}}, {Sheet: "表2", Number: 2, Cells: []grid.Cell{text("b")}}}},
		"a table within a cell is text of the cell": {`<table><tr><td>外<table><tr><td>内</td></tr></table></td><td>右</td></tr></table>`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("外内"), text("右")}}}},
		"long numbers stay as they are": {`<table><tr><td x:num>250912101108115409</td></tr></table>`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("250912101108115409")}}}},
		"scripts are no text": {`<table><tr><td>甲<script>var a="<td>"</script></td></tr></table>`,
			[]grid.Row{{Sheet: "表1", Number: 1, Cells: []grid.Cell{text("甲")}}}},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := gather(HTML(strings.NewReader(c.in)))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
	if _, err := gather(HTML(strings.NewReader("<html><frameset><frame src=a></frameset>"))); !errors.Is(err, ErrNoTable) {
		t.Errorf("a page without a table: %v", err)
	}
}

func TestSpreadsheetML(t *testing.T) {
	in := `<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
<Worksheet ss:Name="一月"><Table><Column ss:Width="80"/>
<Row><Cell ss:MergeAcross="1"><Data ss:Type="String">标题</Data></Cell><Cell><Data ss:Type="String">后</Data></Cell></Row>
<Row ss:Index="4"><Cell ss:Index="2"><Data ss:Type="DateTime">2026-04-02T18:16:58.000</Data><Comment><Data>注</Data></Comment></Cell>
<Cell><Data ss:Type="Number">1.2E+3</Data></Cell><Cell><Data ss:Type="Boolean">1</Data></Cell><Cell><ss:Data ss:Type="String"><B>粗</B>细</ss:Data></Cell></Row>
<Row></Row></Table></Worksheet>
<Worksheet ss:Name="二月"><Table><Row><Cell><Data ss:Type="String">二</Data></Cell></Row></Table></Worksheet></Workbook>`
	got, err := gather(SpreadsheetML(strings.NewReader(in)))
	if err != nil {
		t.Fatal(err)
	}
	want := []grid.Row{
		{Sheet: "一月", Number: 1, Cells: []grid.Cell{text("标题"), {}, text("后")}},
		{Sheet: "一月", Number: 4, Cells: []grid.Cell{{}, {Kind: grid.Time, Text: "2026-04-02 18:16:58"}, {Kind: grid.Number, Text: "1200"},
			{Kind: grid.Bool, Text: "是"}, text("粗细")}},
		{Sheet: "二月", Number: 1, Cells: []grid.Cell{text("二")}},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for name, c := range map[string]struct {
		in   string
		want error
	}{
		"a file cut short":           {in[:len(in)-40], io.ErrUnexpectedEOF},
		"a cell before the last one": {`<Workbook><Row><Cell/><Cell ss:Index="1"/></Row></Workbook>`, ErrIndex},
		"a cell beyond the grid":     {`<Workbook><Row><Cell ss:Index="99999"/></Row></Workbook>`, ErrIndex},
	} {
		if _, err := gather(SpreadsheetML(strings.NewReader(c.in))); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func FuzzHTML(f *testing.F) {
	f.Add(`<table><tr><td rowspan=3 colspan=2>a<td>b</table>`)
	f.Fuzz(func(t *testing.T, in string) {
		for row, err := range HTML(strings.NewReader(in)) {
			if err == nil && len(row.Cells) > maxColumns {
				t.Fatalf("%d cells", len(row.Cells))
			}
		}
	})
}
