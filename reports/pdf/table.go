package pdf

import (
	"fmt"
	"strings"

	"github.com/signintech/gopdf"

	"huiyin/reports/paper"
	"huiyin/reports/plot"
)

const padding = 3.0

// grid is a table in work: its columns and the size of its type.
type grid struct {
	widths        []float64
	size, leading float64
}

func gridOf(columns []paper.Column) grid {
	total := 0
	for _, c := range columns {
		total += max(1, c.Width)
	}
	g := grid{size: 9, leading: 13}
	if len(columns) >= 8 {
		g.size, g.leading = 8, 11.5
	}
	for _, c := range columns {
		g.widths = append(g.widths, textWidth*float64(max(1, c.Width))/float64(total))
	}
	return g
}

// tableRow is a row ready to be set: the lines of each cell.
type tableRow struct {
	lines  [][]string
	aligns []align
	fill   string
	inks   []string
	whole  bool // one cell over the whole width
}

func (r tableRow) height(g grid) float64 {
	most := 1
	for _, l := range r.lines {
		most = max(most, len(l))
	}
	return float64(most)*g.leading + 4
}

// readyTable is a table whose lines are broken.
type readyTable struct {
	grid grid
	head tableRow
	rows []tableRow
}

func (w *writer) ready(t paper.Table) readyTable {
	g := gridOf(t.Columns)
	w.font(g.size)
	out := readyTable{grid: g, head: tableRow{fill: pale}, rows: make([]tableRow, len(t.Rows))}
	for i, c := range t.Columns {
		out.head.lines = append(out.head.lines, w.breakLines(c.Title, g.widths[i]-2*padding, 0))
		out.head.aligns = append(out.head.aligns, toCentre)
	}
	for i, r := range t.Rows {
		out.rows[i] = w.prepare(t, r, g)
	}
	return out
}

// together is how high a table is kept on one page, about a quarter of it.
const together = 150.0

// need is the height of caption, head and the rows that must stand under them:
// all of a short table, two of a long one.
func (t readyTable) need(noted bool) float64 {
	rows := t.height(t.rows)
	if rows > together {
		rows, noted = t.height(t.rows[:min(2, len(t.rows))]), false
	}
	if noted {
		rows += noteHeight
	}
	return captionHeight + t.head.height(t.grid) + rows
}

func (t readyTable) height(rows []tableRow) float64 {
	height := 0.0
	for _, r := range rows {
		height += r.height(t.grid)
	}
	return height
}

// table sets a table; noted tells that a note to it follows.
func (w *writer) table(t paper.Table, noted bool) {
	ready := w.ready(t)
	g, rows := ready.grid, ready.rows
	w.room(ready.need(noted))
	w.paragraph(t.Caption, 11, 20, 0, toCentre)
	w.set(ready.head, g)
	for i, r := range rows {
		height := r.height(g)
		switch {
		case i == len(rows)-2: // the last row does not stand alone, nor a note
			height = ready.height(rows[i:])
			if noted {
				height += noteHeight
			}
		case r.whole && i+1 < len(rows): // nor the name of a group
			height += rows[i+1].height(g)
		}
		if w.y+height > lowest {
			w.newPage()
			w.set(ready.head, g)
		}
		w.set(r, g)
	}
	w.y += 8
}

func (w *writer) prepare(t paper.Table, r paper.Row, g grid) tableRow {
	if r.Group {
		return tableRow{whole: true, fill: "F0F3F7", lines: [][]string{{r.Cells[0].Text}}, aligns: []align{toLeft}}
	}
	out := tableRow{inks: make([]string, len(r.Cells))}
	if r.Total {
		out.fill = "F5F7FA"
	}
	for i, c := range r.Cells {
		room := g.widths[i] - 2*padding
		lines := w.breakLines(c.Text, room, 0)
		if at := strings.Index(c.Text, "（"); at > 0 && !t.Columns[i].Left && len(lines) > 1 {
			lines = []string{c.Text[:at], c.Text[at:]}
		}
		a := toRight
		if t.Columns[i].Left {
			a = toLeft
		}
		out.lines, out.aligns = append(out.lines, lines), append(out.aligns, a)
		if c.Warning {
			out.inks[i] = "B3261E"
		}
	}
	return out
}

func (w *writer) set(r tableRow, g grid) {
	height := r.height(g)
	widths := g.widths
	if r.whole {
		widths = []float64{textWidth}
	}
	x := left
	w.pdf.SetLineWidth(.5)
	for i, lines := range r.lines {
		w.cell(x, widths[i], height, r.fill)
		ink := black
		if i < len(r.inks) && r.inks[i] != "" {
			ink = r.inks[i]
		}
		w.ink(ink)
		inner := float64(len(lines)) * g.leading
		w.lines(x+padding, w.y+(height-inner)/2, widths[i]-2*padding, g.size, g.leading, r.aligns[i], lines)
		x += widths[i]
	}
	w.ink(black)
	w.y += height
}

func (w *writer) cell(x, width, height float64, fill string) {
	if fill != "" {
		w.ink(fill)
		w.pdf.RectFromUpperLeftWithStyle(x, w.y, width, height, "F")
	}
	w.ink(grey)
	w.pdf.RectFromUpperLeftWithStyle(x, w.y, width, height, "D")
}

func (w *writer) heat(h paper.Heat) {
	first := 52.0
	if len(h.Columns) < 20 {
		first = 66
	}
	g := grid{size: 7, leading: 9.5, widths: []float64{first}}
	for range h.Columns {
		g.widths = append(g.widths, (textWidth-first)/float64(len(h.Columns)))
	}
	w.font(g.size)
	head := tableRow{fill: pale, lines: [][]string{{""}}, aligns: []align{toCentre}}
	for i, c := range h.Columns {
		head.lines = append(head.lines, w.breakLines(c, g.widths[i+1], 0))
		head.aligns = append(head.aligns, toCentre)
	}
	w.room(28 + head.height(g) + 14*float64(len(h.Rows)))
	w.paragraph(h.Title, 11, 20, 0, toCentre)
	w.set(head, g)
	for i, row := range h.Values {
		w.heatRow(h, h.Rows[i], row, g)
	}
	w.y += 10
}

func (w *writer) heatRow(h paper.Heat, name string, row []int, g grid) {
	const height = 13.5
	w.room(height)
	w.cell(left, g.widths[0], height, "")
	w.ink(black)
	w.lines(left+padding, w.y+2, g.widths[0]-2*padding, g.size, g.leading, toLeft, []string{name})
	x := left + g.widths[0]
	for i, v := range row {
		shade := h.Shade(v)
		w.cell(x, g.widths[i+1], height, paper.Shades[shade])
		if v > 0 {
			ink := black
			if shade >= paper.DarkShade {
				ink = "FFFFFF"
			}
			w.ink(ink)
			w.lines(x, w.y+2, g.widths[i+1], g.size, g.leading, toCentre, []string{fmt.Sprint(v)})
		}
		x += g.widths[i+1]
	}
	w.ink(black)
	w.y += height
}

// chart draws the picture of a chart over the width of the text.
func (w *writer) chart(c paper.Chart) {
	p := plot.Draw(c)
	if p == nil {
		return
	}
	scale := textWidth / p.Width
	w.room(p.Height*scale + captionHeight)
	for _, s := range p.Shapes {
		w.shape(s, scale)
	}
	w.ink(black)
	w.y += p.Height*scale + 2
	w.charts++
	w.paragraph(fmt.Sprintf("图%d  %s", w.charts, c.Title), 11, 20, 0, toCentre)
}

func (w *writer) shape(s plot.Shape, scale float64) {
	x, y := left+s.X*scale, w.y+s.Y*scale
	w.ink(s.Colour)
	switch s.Kind {
	case plot.Box:
		if s.W > 0 && s.H > 0 {
			w.pdf.RectFromUpperLeftWithStyle(x, y, s.W*scale, s.H*scale, "F")
		}
	case plot.Line:
		w.pdf.SetLineWidth(.5)
		w.pdf.Line(x, y, left+s.W*scale, w.y+s.H*scale)
	case plot.Dot:
		w.pdf.Oval(x-1.5, y-1.5, x+1.5, y+1.5)
	case plot.Text:
		w.font(plot.TextSize * scale * 1.1)
		width := w.measure(s.Text)
		w.put(x-width*float64(s.Anchor)/2, y, s.Text)
	case plot.Path:
		w.path(s, scale)
	case plot.Area:
		points := make([]gopdf.Point, len(s.Points))
		for i, p := range s.Points {
			points[i] = gopdf.Point{X: left + p[0]*scale, Y: w.y + p[1]*scale}
		}
		w.pdf.Polygon(points, "F")
	}
}

func (w *writer) path(s plot.Shape, scale float64) {
	w.pdf.SetLineWidth(1.2)
	if len(s.Dash) > 0 {
		strokes := make([]float64, len(s.Dash))
		for i, d := range s.Dash {
			strokes[i] = d * scale
		}
		w.pdf.SetCustomLineType(strokes, 0)
	}
	for i := 1; i < len(s.Points); i++ {
		from, to := s.Points[i-1], s.Points[i]
		w.pdf.Line(left+from[0]*scale, w.y+from[1]*scale, left+to[0]*scale, w.y+to[1]*scale)
	}
	if len(s.Dash) > 0 {
		w.pdf.SetLineType("solid")
	}
}
