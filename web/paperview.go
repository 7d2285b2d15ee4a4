package web

import (
	"html/template"
	"strconv"
	"strings"

	"huiyin/reports/html"
	"huiyin/reports/paper"
)

// paperView is a document as a page shows it: the same blocks as the files,
// in the page's own style.
type paperView struct {
	Title, Issue, Organ, Period, Date, Stamp string
	Marks                                    []string
	Figures                                  []paper.Figure
	Blocks                                   []blockView
	Contents                                 []contentLine
}

type contentLine struct{ Text, Anchor string }

// blockView is one block; Kind says which of the fields it has.
type blockView struct {
	Kind, Text, Lead, Anchor string
	Minor, Annex             bool
	Items                    []string
	Columns                  []columnView
	Rows                     []rowView
	Chart                    template.HTML
}

type columnView struct {
	Title string
	Left  bool
}

type rowView struct {
	Group, Total bool
	Span         int
	Cells        []cellView
}

type cellView struct {
	Text, Rest    string // a rate breaks before its bracket
	Left, Warning bool
	Head          bool
	Class         string
}

func paperViewOf(p *paper.Paper) paperView {
	view := paperView{Title: p.Title, Issue: p.Issue, Organ: p.Organ, Period: p.Period, Date: p.Date, Stamp: p.Stamp, Marks: p.Marks, Figures: p.Figures}
	for _, block := range p.Blocks {
		b := blockOf(block)
		if b.Kind == "heading" && !b.Minor {
			b.Anchor = "s" + strconv.Itoa(len(view.Contents)+1)
			view.Contents = append(view.Contents, contentLine{b.Text, b.Anchor})
		}
		view.Blocks = append(view.Blocks, b)
	}
	return view
}

func blockOf(block paper.Block) blockView {
	switch b := block.(type) {
	case paper.Heading:
		return blockView{Kind: "heading", Text: b.Text, Minor: b.Level > 1, Annex: b.Annex}
	case paper.Text:
		return blockView{Kind: "text", Text: b.Text, Lead: b.Lead}
	case paper.Note:
		return blockView{Kind: "note", Text: b.Text}
	case paper.List:
		return blockView{Kind: "list", Items: b.Items}
	case paper.Table:
		return tableBlock(b)
	case paper.Chart:
		return blockView{Kind: "chart", Text: b.Title, Chart: template.HTML(html.SVG(b))} //nolint:gosec // every text in it is escaped by the drawer
	case paper.Heat:
		return heatBlock(b)
	}
	return blockView{}
}

func tableBlock(t paper.Table) blockView {
	b := blockView{Kind: "table", Text: t.Caption}
	for _, c := range t.Columns {
		b.Columns = append(b.Columns, columnView{c.Title, c.Left})
	}
	for _, r := range t.Rows {
		row := rowView{Group: r.Group, Total: r.Total, Span: len(t.Columns)}
		for i, c := range r.Cells {
			left := i < len(t.Columns) && t.Columns[i].Left
			cell := cellView{Text: c.Text, Left: left, Warning: c.Warning}
			if at := strings.Index(c.Text, "（"); at > 0 && !left {
				cell.Text, cell.Rest = c.Text[:at], c.Text[at:]
			}
			row.Cells = append(row.Cells, cell)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}

// heatBlock has the steps of the console's own scale.
func heatBlock(h paper.Heat) blockView {
	b := blockView{Kind: "heat", Text: h.Title, Columns: []columnView{{}}}
	for _, c := range h.Columns {
		b.Columns = append(b.Columns, columnView{Title: c})
	}
	for i, values := range h.Values {
		row := rowView{Cells: []cellView{{Text: h.Rows[i], Head: true}}}
		for _, n := range values {
			cell := cellView{Class: "h" + strconv.Itoa(h.Shade(n)*5/9)}
			if n > 0 {
				cell.Text = strconv.Itoa(n)
			}
			row.Cells = append(row.Cells, cell)
		}
		b.Rows = append(b.Rows, row)
	}
	return b
}
