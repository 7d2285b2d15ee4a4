// Package html writes a document as one self-contained page: styles and charts
// are inside, nothing is loaded, and it prints on A4.
package html

import (
	_ "embed"
	"fmt"
	"html/template"
	"io"

	"huiyin/reports/paper"
)

//go:embed page.css
var css string

//go:embed page.tmpl
var page string

var pageTemplate = template.Must(template.New("page").Funcs(template.FuncMap{
	"kind":  kind,
	"chart": func(c paper.Chart) template.HTML { return template.HTML(drawChart(c)) }, //nolint:gosec // every text in it is escaped by the drawer
	"shade": func(h paper.Heat, v int) int { return h.Shade(v) },
	"parts": parts,
	"widths": func(t paper.Table) []string {
		total := 0
		for _, c := range t.Columns {
			total += max(1, c.Width)
		}
		out := make([]string, len(t.Columns))
		for i, c := range t.Columns {
			out[i] = fmt.Sprintf("%.2f%%", 100*float64(max(1, c.Width))/float64(total))
		}
		return out
	},
	"left": func(t paper.Table, i int) bool { return i < len(t.Columns) && t.Columns[i].Left },
}).Parse(page))

// Write writes the document.
func Write(w io.Writer, p *paper.Paper) error {
	return pageTemplate.Execute(w, struct {
		*paper.Paper
		CSS template.CSS
	}{p, template.CSS(css)}) //nolint:gosec // the embedded style sheet
}

// kind names a block for the template.
func kind(b paper.Block) string {
	switch b.(type) {
	case paper.Heading:
		return "heading"
	case paper.Text:
		return "text"
	case paper.Note:
		return "note"
	case paper.List:
		return "list"
	case paper.Table:
		return "table"
	case paper.Chart:
		return "chart"
	case paper.Heat:
		return "heat"
	}
	return ""
}
