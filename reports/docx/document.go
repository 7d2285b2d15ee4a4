package docx

import (
	"fmt"
	"strings"

	"huiyin/reports/ooxml"
	"huiyin/reports/paper"
)

// The page in twentieths of a point: A4, margins 37, 35, 28 and 26 mm.
const (
	pageWidth, pageHeight                            = 11906, 16838
	marginTop, marginBottom, marginLeft, marginRight = 2098, 1984, 1588, 1474
	textWidth                                        = pageWidth - marginLeft - marginRight
)

// document collects the body and the charts that it places.
type document struct {
	body   strings.Builder
	charts []paper.Chart
	sheets [][]byte // the workbook behind each chart
}

func (d *document) add(format string, args ...any) { fmt.Fprintf(&d.body, format, args...) }

func run(text string) string {
	return `<w:r><w:t xml:space="preserve">` + ooxml.Text(text) + `</w:t></w:r>`
}

func paragraph(style, runs string) string {
	return `<w:p><w:pPr><w:pStyle w:val="` + style + `"/></w:pPr>` + runs + `</w:p>`
}

func (d *document) paragraph(style, text string) { d.body.WriteString(paragraph(style, run(text))) }

// notedAt reports whether a block is a note.
func notedAt(blocks []paper.Block, i int) bool {
	if i >= len(blocks) {
		return false
	}
	_, ok := blocks[i].(paper.Note)
	return ok
}

// block sets a block; noted tells that a note follows it.
func (d *document) block(b paper.Block, noted bool) error {
	switch b := b.(type) {
	case paper.Heading:
		d.heading(b)
	case paper.Text:
		d.text(b)
	case paper.Note:
		d.paragraph("SmallNote", b.Text)
	case paper.List:
		for i, item := range b.Items {
			d.paragraph("BodyText", fmt.Sprintf("%d．%s", i+1, item))
		}
	case paper.Table:
		d.table(b, noted)
	case paper.Heat:
		d.heat(b)
	case paper.Chart:
		return d.chart(b)
	}
	return nil
}

func (d *document) heading(h paper.Heading) {
	switch {
	case h.Annex:
		d.add(`<w:p><w:pPr><w:pStyle w:val="AnnexTitle"/><w:pageBreakBefore/></w:pPr>%s</w:p>`, run(h.Text))
	case h.Level == 1:
		d.paragraph("Heading1", h.Text)
	default:
		d.paragraph("Heading2", h.Text)
	}
}

func (d *document) text(t paper.Text) {
	runs := ""
	if t.Lead != "" {
		runs = `<w:r><w:rPr><w:b/></w:rPr><w:t xml:space="preserve">` + ooxml.Text(t.Lead) + `</w:t></w:r>`
	}
	d.body.WriteString(paragraph("BodyText", runs+run(t.Text)))
}

// front is the head of the first page: title, issue, who and when over a red
// line, warnings, the three numbers.
func (d *document) front(p *paper.Paper) {
	d.paragraph("DocTitle", p.Title)
	d.paragraph("DocIssue", p.Issue)
	d.paragraph("DocIssue", "（"+p.Period+"）")
	d.add(`<w:p><w:pPr><w:pStyle w:val="DocLine"/><w:pBdr><w:bottom w:val="single" w:sz="18" w:space="4" w:color="C00000"/></w:pBdr>`+
		`<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs></w:pPr>%s<w:r><w:tab/></w:r>%s</w:p>`, textWidth, run(p.Organ), run(p.Date))
	for _, m := range p.Marks {
		d.add(`<w:p><w:pPr><w:pStyle w:val="DocMark"/><w:pBdr><w:top w:val="single" w:sz="12" w:space="4" w:color="C00000"/><w:left w:val="single" w:sz="12" w:space="4" w:color="C00000"/>`+
			`<w:bottom w:val="single" w:sz="12" w:space="4" w:color="C00000"/><w:right w:val="single" w:sz="12" w:space="4" w:color="C00000"/></w:pBdr></w:pPr>%s</w:p>`, run(m))
	}
	if len(p.Figures) > 0 {
		d.figures(p.Figures)
	}
}

func (d *document) figures(figures []paper.Figure) {
	w := textWidth / len(figures)
	d.paragraph("SmallNote", "")
	d.add(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/>%s<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>`, w*len(figures), borders)
	for range figures {
		d.add(`<w:gridCol w:w="%d"/>`, w)
	}
	d.add(`</w:tblGrid><w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	for _, f := range figures {
		value, counts := f.Value, ""
		if i := strings.Index(value, "（"); i > 0 {
			value, counts = value[:i], value[i:]
		}
		inner := paragraph("FigureLabel", run(f.Label)) + paragraph("FigureValue", run(value))
		if counts != "" {
			inner += paragraph("FigureNote", run(counts))
		}
		for _, note := range strings.Split(f.Note, "；") {
			inner += paragraph("FigureNote", run(note))
		}
		d.add(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`, w, inner)
	}
	d.add(`</w:tr></w:tbl>`)
}

// colophon closes the document: to whom it goes, between two lines.
func (d *document) colophon(p *paper.Paper) {
	line := func(side string) string {
		return fmt.Sprintf(`<w:pBdr><w:%s w:val="single" w:sz="8" w:space="2" w:color="auto"/></w:pBdr>`, side)
	}
	d.paragraph("BodyText", "")
	d.add(`<w:p><w:pPr><w:pStyle w:val="Colophon"/><w:keepNext/>%s</w:pPr>%s</w:p>`, line("top"), run("分送："+p.Distribution))
	d.add(`<w:p><w:pPr><w:pStyle w:val="Colophon"/><w:pBdr><w:top w:val="single" w:sz="4" w:space="2" w:color="auto"/><w:bottom w:val="single" w:sz="8" w:space="2" w:color="auto"/></w:pBdr>`+
		`<w:tabs><w:tab w:val="right" w:pos="%d"/></w:tabs></w:pPr>%s<w:r><w:tab/></w:r>%s</w:p>`, textWidth, run(p.Organ), run(p.Date+"印发"))
}

func (d *document) xml() string {
	return head + `<w:document ` + wordNS + ` xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart"><w:body>` +
		d.body.String() + section + `</w:body></w:document>`
}

var section = fmt.Sprintf(`<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:headerReference w:type="even" r:id="rId5"/>`+
	`<w:footerReference w:type="default" r:id="rId6"/><w:footerReference w:type="even" r:id="rId7"/>`+
	`<w:pgSz w:w="%d" w:h="%d"/><w:pgMar w:top="%d" w:right="%d" w:bottom="%d" w:left="%d" w:header="1134" w:footer="1400" w:gutter="0"/><w:cols w:space="425"/></w:sectPr>`,
	pageWidth, pageHeight, marginTop, marginRight, marginBottom, marginLeft)
