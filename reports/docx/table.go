package docx

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"huiyin/reports/paper"
)

const borders = `<w:tblBorders><w:top w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:left w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>` +
	`<w:bottom w:val="single" w:sz="8" w:space="0" w:color="000000"/><w:right w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/>` +
	`<w:insideH w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/><w:insideV w:val="single" w:sz="4" w:space="0" w:color="7F7F7F"/></w:tblBorders>`

// rateOnOneLine is the width from which a rate and its counts stand side by side.
const rateOnOneLine = 2000

// together is up to how many lines a table is kept on one page; a longer one
// would leave too much of the page before it empty.
const together = 10

// crowded is from how many columns on a table is set in smaller type.
const crowded = 8

// cellStyle is the style of a kind of cell in a table of so many columns.
func cellStyle(kind string, columns int) string {
	if columns >= crowded {
		return kind + "S"
	}
	return kind
}

// columnWidths shares the text width among the columns.
func columnWidths(columns []paper.Column) []int {
	total := 0
	for _, c := range columns {
		total += max(1, c.Width)
	}
	out, left := make([]int, len(columns)), textWidth
	for i, c := range columns {
		out[i] = textWidth * max(1, c.Width) / total
		left -= out[i]
	}
	out[0] += left
	return out
}

// table sets a table; noted tells that a note to it follows.
func (d *document) table(t paper.Table, noted bool) {
	widths := columnWidths(t.Columns)
	d.paragraph("Caption", t.Caption)
	d.open(widths, 60)
	d.add(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, c := range t.Columns {
		d.cell(widths[i], 1, "E6EDF6", keepNext(paragraph(cellStyle("CellHead", len(widths)), run(c.Title))))
	}
	d.add(`</w:tr>`)
	whole := height(t, widths) <= together
	for i, r := range t.Rows {
		d.row(t, r, widths, whole && i < len(t.Rows)-1 || keepsNext(i, len(t.Rows)) || noted && i == len(t.Rows)-1)
	}
	d.add(`</w:tbl>`)
	gap := ""
	if noted {
		gap = `<w:keepNext/>`
	}
	d.add(`<w:p><w:pPr><w:pStyle w:val="SmallNote"/>%s<w:spacing w:before="0" w:after="0" w:line="120" w:lineRule="exact"/></w:pPr></w:p>`, gap)
}

// company is how many rows stand with the first and with the last one on their
// page: a head without rows or a total alone says nothing.
const company = 3

// keepsNext: of a table that may be divided, the beginning and the end stand
// together.
func keepsNext(i, rows int) bool {
	return i < rows-1 && (i < company-1 || i >= rows-company)
}

// glyph is about the width of an ideograph in a table.
const glyph = 180

// height is about how many lines the rows of a table take.
func height(t paper.Table, widths []int) int {
	total := 0
	for _, r := range t.Rows {
		most := 1
		for i, c := range r.Cells {
			if r.Group {
				break
			}
			lines := 1 + utf8.RuneCountInString(c.Text)*glyph/widths[i]
			if !t.Columns[i].Left {
				lines = 1
				if c.Kind == paper.Ratio && widths[i] < rateOnOneLine && strings.Contains(c.Text, "（") {
					lines = 2
				}
			}
			most = max(most, lines)
		}
		total += most
	}
	return total
}

// open begins a table; margin is the space left and right in its cells.
func (d *document) open(widths []int, margin int) {
	total := 0
	for _, w := range widths {
		total += w
	}
	d.add(`<w:tbl><w:tblPr><w:tblW w:w="%d" w:type="dxa"/><w:jc w:val="center"/>%s<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="%d" w:type="dxa"/><w:right w:w="%d" w:type="dxa"/></w:tblCellMar></w:tblPr><w:tblGrid>`, total, borders, margin, margin)
	for _, w := range widths {
		d.add(`<w:gridCol w:w="%d"/>`, w)
	}
	d.add(`</w:tblGrid>`)
}

// cell writes its properties in schema order: width, span, shade, alignment.
func (d *document) cell(width, span int, fill, inner string) {
	d.add(`<w:tc><w:tcPr><w:tcW w:w="%d" w:type="dxa"/>`, width)
	if span > 1 {
		d.add(`<w:gridSpan w:val="%d"/>`, span)
	}
	if fill != "" {
		d.add(`<w:shd w:val="clear" w:color="auto" w:fill="%s"/>`, fill)
	}
	d.add(`<w:vAlign w:val="center"/></w:tcPr>%s</w:tc>`, inner)
}

// row writes a row; keep holds it on the page of the next one.
func (d *document) row(t paper.Table, r paper.Row, widths []int, keep bool) {
	d.add(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
	defer d.add(`</w:tr>`)
	if r.Group {
		d.cell(textWidth, len(widths), "F0F3F7", paragraph(cellStyle("CellGroup", len(widths)), run(r.Cells[0].Text)))
		return
	}
	for i, c := range r.Cells {
		style, fill := "CellNumber", ""
		if t.Columns[i].Left {
			style = "CellText"
		}
		text := cellRuns(c, widths[i], t.Columns[i].Left)
		if c.Warning {
			text = strings.ReplaceAll(text, `<w:r><w:t`, `<w:r><w:rPr><w:b/><w:color w:val="B3261E"/></w:rPr><w:t`)
		} else if r.Total {
			text = bold(text)
		}
		if r.Total {
			fill = "F5F7FA"
		}
		inner := paragraph(cellStyle(style, len(widths)), text)
		if keep {
			inner = keepNext(inner)
		}
		d.cell(widths[i], 1, fill, inner)
	}
}

// keepNext holds a paragraph on the page of the next one.
func keepNext(p string) string {
	return strings.Replace(p, `</w:pPr>`, `<w:keepNext/></w:pPr>`, 1)
}

func bold(runs string) string {
	return strings.ReplaceAll(runs, `<w:r><w:t`, `<w:r><w:rPr><w:b/></w:rPr><w:t`)
}

// cellRuns breaks a rate before its counts where the column is too narrow for both.
func cellRuns(c paper.Cell, width int, left bool) string {
	if i := strings.Index(c.Text, "（"); i > 0 && !left && width < rateOnOneLine {
		return run(c.Text[:i]) + `<w:r><w:br/></w:r>` + run(c.Text[i:])
	}
	return run(c.Text)
}

func (d *document) heat(h paper.Heat) {
	first := 900
	if len(h.Columns) < 20 {
		first = 1300
	}
	widths := make([]int, len(h.Columns)+1)
	rest := textWidth - first
	for i := range h.Columns {
		widths[i+1] = rest / len(h.Columns)
	}
	widths[0] = textWidth - rest/max(1, len(h.Columns))*len(h.Columns)
	d.paragraph("Caption", h.Title)
	d.open(widths, 0)
	d.add(`<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>`)
	for i, w := range widths {
		title := ""
		if i > 0 {
			title = h.Columns[i-1]
		}
		d.cell(w, 1, "E6EDF6", keepNext(paragraph("CellTiny", run(title))))
	}
	d.add(`</w:tr>`)
	for i, row := range h.Values {
		d.add(`<w:tr><w:trPr><w:cantSplit/></w:trPr>`)
		label := paragraph("CellTiny", run(h.Rows[i]))
		if i < len(h.Values)-1 {
			label = keepNext(label)
		}
		d.cell(widths[0], 1, "", label)
		for k, v := range row {
			text, shade := "", 0
			if v > 0 {
				text, shade = fmt.Sprint(v), h.Shade(v)
			}
			runs := run(text)
			if shade >= paper.DarkShade {
				runs = strings.ReplaceAll(runs, `<w:r><w:t`, `<w:r><w:rPr><w:color w:val="FFFFFF"/></w:rPr><w:t`)
			}
			d.cell(widths[k+1], 1, paper.Shades[shade], paragraph("CellTiny", runs))
		}
		d.add(`</w:tr>`)
	}
	d.add(`</w:tbl>`)
	d.paragraph("SmallNote", "")
}
