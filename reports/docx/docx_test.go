package docx

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/ooxml/ooxmltest"
	"huiyin/reports/paper"
)

// everyBlock is a document with every kind of block and chart.
func everyBlock() *paper.Paper {
	p := &paper.Paper{
		Title: "试验月报 <&>", Issue: "2026年第10期", Organ: "试验局", Period: "2026年10月", Date: "2026年11月2日", Distribution: "各单位",
		Marks: []string{"样例数据：不得作为依据"}, Stamp: "样例数据", Made: time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC), Decimals: 2,
		Figures: []paper.Figure{{Label: "受理", Value: "12件", Note: "环比持平；同比持平"}, {Label: "满意率", Value: "90.00%（9/10）", Note: "无"}},
		Blocks: []paper.Block{
			paper.Heading{Level: 1, Text: "一、总体"}, paper.Heading{Level: 2, Text: "（一）分项"}, paper.Heading{Level: 1, Annex: true, Text: "附件1"},
			paper.Text{Lead: "基本情况：", Text: "共12件。"}, paper.Note{Text: "注：1件。"}, paper.List{Items: []string{"第一件", "第二件"}},
			paper.Table{Caption: "表1", Sheet: "表", Columns: []paper.Column{{Title: "单位", Width: 10, Left: true}, {Title: "按期率", Width: 9, Rate: true}},
				Rows: []paper.Row{{Cells: []paper.Cell{{Text: "直属"}}, Group: true}, {Cells: []paper.Cell{{Text: "甲"}, {Text: "50.00%（1/2）*", Kind: paper.Ratio, Num: 1, Den: 2, Number: .5, Warning: true}}},
					{Cells: []paper.Cell{{Text: "合计"}, {Text: "–"}}, Total: true}}},
			paper.Heat{Title: "时段", Sheet: "时段", Rows: []string{"周一", "周二"}, Columns: []string{"0", "1"}, Values: [][]int{{0, 9}, {1, 2}}},
		},
	}
	for _, kind := range []paper.ChartKind{paper.Bars, paper.Columns, paper.Stacked, paper.Lines, paper.Pareto} {
		p.Blocks = append(p.Blocks, paper.Chart{Kind: kind, Title: fmt.Sprint("图", kind), Unit: "件", Categories: []string{"甲", "乙 & 丙"}, Alt: `"两项"`,
			Series: []paper.Series{{Name: "件数", Values: []float64{3, 1}}, {Name: "占比", Values: []float64{.5, 0}, Gap: []bool{false, true}, Dashed: true}}})
	}
	return p
}

func write(t *testing.T, p *paper.Paper) ([]byte, map[string][]byte) {
	t.Helper()
	var b bytes.Buffer
	if err := Write(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes(), ooxmltest.Parts(t, b.Bytes())
}

func TestChildrenStandInSchemaOrder(t *testing.T) {
	_, parts := write(t, everyBlock())
	if n := ooxmltest.Docx(t, parts); n != 8+5 {
		t.Errorf("checked %d parts, want 8 of the document and 5 charts", n)
	}
}

func TestChartsCarryTheirNumbers(t *testing.T) {
	_, parts := write(t, everyBlock())
	f, err := excelize.OpenReader(bytes.NewReader(parts["word/embeddings/Microsoft_Excel_Sheet1.xlsx"]))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := f.GetRows("Sheet1")
	if err != nil || len(rows) != 3 || rows[1][0] != "甲" || rows[1][1] != "3" || len(rows[2]) > 2 {
		t.Errorf("workbook %q, %v; a gap must stay empty", rows, err)
	}
	if !strings.Contains(string(parts["word/charts/chart1.xml"]), `<c:v>3</c:v>`) {
		t.Error("the chart has no cached value: a viewer that does not open the workbook would show nothing")
	}
}

func TestSameDocumentSameBytes(t *testing.T) {
	first, _ := write(t, everyBlock())
	second, _ := write(t, everyBlock())
	if !bytes.Equal(first, second) {
		t.Error("two writings differ")
	}
}

func TestSampleMarkIsOnEveryPageAndInTheProperties(t *testing.T) {
	_, parts := write(t, everyBlock())
	for _, name := range []string{"word/header1.xml", "word/header2.xml", "docProps/core.xml", "word/document.xml"} {
		if !strings.Contains(string(parts[name]), "样例数据") {
			t.Errorf("%s does not say that the data are made up", name)
		}
	}
}

func TestChineseTextNamesItsFont(t *testing.T) {
	_, parts := write(t, everyBlock())
	for _, want := range []string{`w:eastAsia="仿宋_GB2312"`, `w:eastAsia="方正小标宋简体"`, `w:eastAsia="黑体"`, `w:eastAsia="楷体_GB2312"`, `w:line="560" w:lineRule="exact"`} {
		if !strings.Contains(string(parts["word/styles.xml"]), want) {
			t.Errorf("styles lack %s", want)
		}
	}
	if !strings.Contains(string(parts["word/settings.xml"]), "evenAndOddHeaders") {
		t.Error("page numbers would not change sides")
	}
}

// The page of GB/T 9704: A4, type area 156 × 225 mm, 37 mm above and 28 mm left
// of it, 22 lines of 28 characters, in exact numbers of the file.
func TestThePageIsThatOfOfficialDocuments(t *testing.T) {
	_, parts := write(t, everyBlock())
	document, styles := string(parts["word/document.xml"]), string(parts["word/styles.xml"])
	number := func(in, before string) float64 {
		t.Helper()
		_, rest, ok := strings.Cut(in, before)
		var n float64
		if _, err := fmt.Sscanf(rest, "%g", &n); !ok || err != nil {
			t.Fatalf("no number after %s", before)
		}
		return n
	}
	mm := func(twips float64) float64 { return twips / 1440 * 25.4 }
	width, height := mm(number(document, `<w:pgSz w:w="`)), mm(number(document, `w:h="`))
	_, margins, _ := strings.Cut(document, "<w:pgMar ")
	top, left := mm(number(margins, `w:top="`)), mm(number(margins, `w:left="`))
	area := width - left - mm(number(margins, `w:right="`))
	tall := height - top - mm(number(margins, `w:bottom="`))
	for what, pair := range map[string][2]float64{"paper width": {width, 210}, "paper height": {height, 297}, "top": {top, 37}, "left": {left, 28}, "area width": {area, 156}, "area height": {tall, 225}} {
		if diff := pair[0] - pair[1]; diff > 1 || diff < -1 {
			t.Errorf("%s is %.1f mm, want %.0f ± 1", what, pair[0], pair[1])
		}
	}
	_, text, _ := strings.Cut(styles, `w:styleId="BodyText"`)
	line, size, spacing := number(text, `w:line="`)/20, number(text, `<w:sz w:val="`)/2, number(text, `<w:spacing w:val="`)/20
	if lines := int(tall / 25.4 * 72 / line); lines != 22 {
		t.Errorf("%d lines fit a page", lines)
	}
	if characters := int(area / 25.4 * 72 / (size + spacing)); characters != 28 {
		t.Errorf("%d characters fit a line", characters)
	}
}
