// Package docx writes a document in the form of GB/T 9704 (party and government
// documents): A4, text area 156 × 225 mm, 22-point title, 16-point text on
// lines of exactly 28 points, page numbers outside. Charts are native and
// editable. The order of child elements is that of the ECMA-376 transitional
// schema, which Word enforces.
package docx

import (
	"fmt"
	"io"
	"strings"

	"huiyin/reports/ooxml"
	"huiyin/reports/paper"
)

const head = `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>` + "\n"

// Write writes the document.
func Write(w io.Writer, p *paper.Paper) error {
	d := &document{}
	d.front(p)
	for i, b := range p.Blocks {
		if err := d.block(b, notedAt(p.Blocks, i+1)); err != nil {
			return err
		}
	}
	d.colophon(p)
	parts := []ooxml.Part{
		{Name: "[Content_Types].xml", Data: []byte(contentTypes(len(d.charts)))},
		{Name: "_rels/.rels", Data: []byte(packageRels)},
		{Name: "docProps/core.xml", Data: []byte(core(p))},
		{Name: "docProps/app.xml", Data: []byte(app(p))},
		{Name: "word/document.xml", Data: []byte(d.xml())},
		{Name: "word/_rels/document.xml.rels", Data: []byte(documentRels(len(d.charts)))},
		{Name: "word/styles.xml", Data: []byte(styles())},
		{Name: "word/settings.xml", Data: []byte(settings)},
		{Name: "word/fontTable.xml", Data: []byte(fontTable)},
		{Name: "word/header1.xml", Data: []byte(header(p.Stamp))},
		{Name: "word/header2.xml", Data: []byte(header(p.Stamp))},
		{Name: "word/footer1.xml", Data: []byte(footer("right", 280))},
		{Name: "word/footer2.xml", Data: []byte(footer("left", 280))},
	}
	for i, c := range d.charts {
		n := i + 1
		parts = append(parts,
			ooxml.Part{Name: fmt.Sprintf("word/charts/chart%d.xml", n), Data: []byte(chartXML(c))},
			ooxml.Part{Name: fmt.Sprintf("word/charts/_rels/chart%d.xml.rels", n), Data: []byte(chartRels(n))},
			ooxml.Part{Name: fmt.Sprintf("word/embeddings/Microsoft_Excel_Sheet%d.xlsx", n), Data: d.sheets[i]})
	}
	return ooxml.WriteZip(w, parts)
}

const (
	relBase     = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
	packageRels = head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		`<Relationship Id="rId1" Type="` + relBase + `/officeDocument" Target="word/document.xml"/>` +
		`<Relationship Id="rId2" Type="http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties" Target="docProps/core.xml"/>` +
		`<Relationship Id="rId3" Type="` + relBase + `/extended-properties" Target="docProps/app.xml"/></Relationships>`
)

func contentTypes(charts int) string {
	var b strings.Builder
	b.WriteString(head + `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">` +
		`<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>` +
		`<Default Extension="xml" ContentType="application/xml"/>` +
		`<Default Extension="xlsx" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"/>`)
	override := func(name, kind string) {
		fmt.Fprintf(&b, `<Override PartName="/%s" ContentType="application/vnd.openxmlformats-%s+xml"/>`, name, kind)
	}
	const word = "officedocument.wordprocessingml."
	override("docProps/core.xml", "package.core-properties")
	override("docProps/app.xml", "officedocument.extended-properties")
	override("word/document.xml", word+"document.main")
	override("word/styles.xml", word+"styles")
	override("word/settings.xml", word+"settings")
	override("word/fontTable.xml", word+"fontTable")
	for _, n := range []string{"1", "2"} {
		override("word/header"+n+".xml", word+"header")
		override("word/footer"+n+".xml", word+"footer")
	}
	for i := range charts {
		override(fmt.Sprintf("word/charts/chart%d.xml", i+1), "officedocument.drawingml.chart")
	}
	b.WriteString(`</Types>`)
	return b.String()
}

func documentRels(charts int) string {
	var b strings.Builder
	b.WriteString(head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">`)
	for i, r := range []string{"styles:styles", "settings:settings", "fontTable:fontTable", "header:header1", "header:header2", "footer:footer1", "footer:footer2"} {
		kind, target, _ := strings.Cut(r, ":")
		fmt.Fprintf(&b, `<Relationship Id="rId%d" Type="%s/%s" Target="%s.xml"/>`, i+1, relBase, kind, target)
	}
	for i := range charts {
		fmt.Fprintf(&b, `<Relationship Id="rIdChart%d" Type="%s/chart" Target="charts/chart%d.xml"/>`, i+1, relBase, i+1)
	}
	b.WriteString(`</Relationships>`)
	return b.String()
}

func chartRels(n int) string {
	return head + `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">` +
		fmt.Sprintf(`<Relationship Id="rId1" Type="%s/package" Target="../embeddings/Microsoft_Excel_Sheet%d.xlsx"/></Relationships>`, relBase, n)
}

func core(p *paper.Paper) string {
	title, at := p.Title+" "+p.Issue, p.Made.UTC().Format("2006-01-02T15:04:05Z")
	if p.Stamp != "" {
		title = "【" + p.Stamp + "】" + title
	}
	return head + `<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">` +
		`<dc:title>` + ooxml.Text(title) + `</dc:title><dc:subject>` + ooxml.Text(p.Period) + `</dc:subject><dc:creator>` + ooxml.Text(p.Organ) + `</dc:creator>` +
		`<cp:keywords>` + ooxml.Text(p.Stamp) + `</cp:keywords><dc:description>` + ooxml.Text(strings.Join(p.Marks, "；")) + `</dc:description>` +
		`<dcterms:created xsi:type="dcterms:W3CDTF">` + at + `</dcterms:created><dcterms:modified xsi:type="dcterms:W3CDTF">` + at + `</dcterms:modified>` +
		`</cp:coreProperties>`
}

func app(p *paper.Paper) string {
	return head + `<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">` +
		`<Application>Huiyin</Application><Company>` + ooxml.Text(p.Organ) + `</Company></Properties>`
}
