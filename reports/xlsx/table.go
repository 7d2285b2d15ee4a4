package xlsx

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/paper"
)

// styles are the cell styles of the book.
type styles struct {
	title, centre, mark, head, figure, wrapped, heading, caption   int
	text, count, decimal, percent                                  int
	totalText, totalCount, totalDecimal, totalPercent, group, note int
	low, lowPercent                                                int
}

func (b *book) style(s excelize.Style) int {
	id, err := b.f.NewStyle(&s)
	b.fail(err)
	return id
}

func thinBorder() []excelize.Border {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "A6A6A6", Style: 1})
	}
	return border
}

func (b *book) makeStyles() {
	border := thinBorder()
	percent := "0%"
	if b.p.Decimals > 0 {
		percent = "0." + strings.Repeat("0", b.p.Decimals) + "%"
	}
	whole, tenth := "0", "0.0"
	font := func(size float64, bold bool, colour string) *excelize.Font {
		return &excelize.Font{Family: "宋体", Size: size, Bold: bold, Color: colour}
	}
	align := func(h string, wrap bool) *excelize.Alignment {
		return &excelize.Alignment{Horizontal: h, Vertical: "center", WrapText: wrap}
	}
	filled := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	st := &b.styles
	st.title = b.style(excelize.Style{Font: &excelize.Font{Family: "黑体", Size: 20, Bold: true, Color: "C00000"}, Alignment: align("center", true)})
	st.centre = b.style(excelize.Style{Font: font(12, false, ""), Alignment: align("center", true)})
	st.mark = b.style(excelize.Style{Font: font(12, true, "C00000"), Alignment: align("center", true)})
	st.heading = b.style(excelize.Style{Font: font(14, true, "1F4E8C"), Alignment: align("left", false)})
	st.caption = b.style(excelize.Style{Font: font(12, true, ""), Alignment: align("left", false)})
	st.figure = b.style(excelize.Style{Font: font(14, true, "1F4E8C"), Alignment: align("center", true), Border: border})
	st.wrapped = b.style(excelize.Style{Font: font(11, false, ""), Alignment: align("left", true)})
	st.note = b.style(excelize.Style{Font: font(10, false, "5A6675"), Alignment: align("left", false)})
	st.head = b.style(excelize.Style{Font: font(11, true, ""), Alignment: align("center", true), Border: border, Fill: filled("E6EDF6")})
	st.group = b.style(excelize.Style{Font: font(11, true, ""), Alignment: align("left", false), Border: border, Fill: filled("F0F3F7")})
	kinds := func(bold bool, colour string, fill excelize.Fill) (text, count, decimal, pct int) {
		base := excelize.Style{Font: font(11, bold, colour), Border: border, Fill: fill}
		t := base
		t.Alignment = align("left", true)
		number := func(format string) int {
			n := base
			n.Alignment, n.CustomNumFmt = align("right", false), &format
			return b.style(n)
		}
		return b.style(t), number(whole), number(tenth), number(percent)
	}
	st.text, st.count, st.decimal, st.percent = kinds(false, "", excelize.Fill{})
	st.totalText, st.totalCount, st.totalDecimal, st.totalPercent = kinds(true, "", filled("F5F7FA"))
	st.low, _, _, st.lowPercent = kinds(true, "B3261E", excelize.Fill{})
}

// span is how many columns of the sheet a column of a table takes: a rate
// takes three, itself, its count and its denominator.
func span(c paper.Column) int {
	if c.Rate {
		return 3
	}
	return 1
}

func (b *book) table(s *sheet, t paper.Table) {
	b.set(s, 1, s.row, t.Caption, b.styles.caption)
	s.row++
	headRow := s.row
	col := 1
	for _, c := range t.Columns {
		width := float64(c.Width)*1.15 + 3
		b.set(s, col, s.row, c.Title, b.styles.head)
		if c.Rate {
			b.set(s, col+1, s.row, c.Title+"分子", b.styles.head)
			b.set(s, col+2, s.row, c.Title+"分母", b.styles.head)
			s.widen(b, col+1, 9)
			s.widen(b, col+2, 9)
			width = 11
		}
		s.widen(b, col, min(60, max(9, width)))
		col += span(c)
	}
	columns := col - 1
	b.fail(b.f.SetRowHeight(s.name, s.row, 32))
	s.row++
	for _, r := range t.Rows {
		b.row(s, t, r, columns)
	}
	s.right = max(s.right, columns)
	s.wide = s.wide || columns > 9
	if s.first {
		s.first = false
		b.freeze(s, headRow, len(t.Rows))
	}
	s.row++
}

func (s *sheet) widen(b *book, col int, width float64) {
	if s.widths[col] >= width {
		return
	}
	s.widths[col] = width
	name, _ := excelize.ColumnNumberToName(col)
	b.fail(b.f.SetColWidth(s.name, name, name, width))
}

// longTable is from how many rows on a table's head is printed on every page.
const longTable = 30

// freeze keeps the head of the first table in sight.
func (b *book) freeze(s *sheet, headRow, rows int) {
	b.fail(b.f.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: 1, YSplit: headRow, TopLeftCell: cell(2, headRow+1), ActivePane: "bottomRight"}))
	if rows < longTable {
		return
	}
	b.fail(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", s.name, headRow, headRow), Scope: s.name,
	}))
}

func (b *book) row(s *sheet, t paper.Table, r paper.Row, columns int) {
	defer func() { s.row++ }()
	if r.Group {
		b.set(s, 1, s.row, r.Cells[0].Text, b.styles.group)
		b.fail(b.f.SetCellStyle(s.name, cell(1, s.row), cell(columns, s.row), b.styles.group))
		return
	}
	col, lines := 1, 1
	for i, c := range r.Cells {
		b.value(s, col, c, r.Total, t.Columns[i])
		if t.Columns[i].Left {
			room := int(s.widths[col]) / 2
			lines = max(lines, (utf8.RuneCountInString(c.Text)+room-1)/max(1, room))
		}
		col += span(t.Columns[i])
	}
	if lines > 1 {
		b.fail(b.f.SetRowHeight(s.name, s.row, 15.5*float64(lines)))
	}
}

func (b *book) value(s *sheet, col int, c paper.Cell, total bool, column paper.Column) {
	st := b.styles
	text, count, decimal, percent := st.text, st.count, st.decimal, st.percent
	switch {
	case c.Warning:
		text, percent = st.low, st.lowPercent
	case total:
		text, count, decimal, percent = st.totalText, st.totalCount, st.totalDecimal, st.totalPercent
	}
	if !column.Left && !c.Warning {
		text = count // set flush right, like the numbers around it
	}
	switch c.Kind {
	case paper.Count:
		b.set(s, col, s.row, int(c.Number), count)
	case paper.Decimal:
		b.set(s, col, s.row, c.Number, decimal)
	case paper.Percent, paper.Ratio:
		b.set(s, col, s.row, c.Number, percent)
	default:
		b.set(s, col, s.row, c.Text, text)
	}
	if !column.Rate {
		return
	}
	if c.Kind == paper.Ratio {
		b.set(s, col+1, s.row, c.Num, count)
		b.set(s, col+2, s.row, c.Den, count)
		return
	}
	b.set(s, col+1, s.row, 0, count)
	b.set(s, col+2, s.row, 0, count)
}

// heat writes a grid under the tables, shaded by the spreadsheet itself.
func (b *book) heat(s *sheet, h paper.Heat) {
	b.set(s, 1, s.row, h.Title, b.styles.caption)
	s.row++
	b.set(s, 1, s.row, "", b.styles.head)
	for k, name := range h.Columns {
		b.set(s, k+2, s.row, name, b.styles.head)
		s.widen(b, k+2, 9)
	}
	first := s.row + 1
	for i, row := range h.Values {
		s.row++
		b.set(s, 1, s.row, h.Rows[i], b.styles.text)
		for k, v := range row {
			b.set(s, k+2, s.row, v, b.styles.count)
		}
	}
	area := cell(2, first) + ":" + cell(len(h.Columns)+1, s.row)
	b.fail(b.f.SetConditionalFormat(s.name, area, []excelize.ConditionalFormatOptions{{
		Type: "2_color_scale", Criteria: "=", MinType: "min", MaxType: "max", MinColor: "#FFFFFF", MaxColor: "#5F90C8",
	}}))
	s.right = max(s.right, len(h.Columns)+1)
	s.wide = s.wide || len(h.Columns) > 9
	s.row += 2
}
