package xlsx

import (
	"fmt"
	"iter"
	"time"

	"github.com/xuri/excelize/v2"
)

// List is a sheet of many rows of one kind. It is written as a stream, so that
// its rows are never in memory together.
type List struct {
	Sheet, Title string
	Notes        []string // one a line over the head
	Columns      []ListColumn
	// Rows gives the cells of each row: string, int, float64, time.Time (shown
	// as its wall clock) or nil for an empty one. The slice may be used again.
	Rows   iter.Seq[[]any]
	Length int // how many rows there are
}

// ListColumn is a column's head, and its width in characters.
type ListColumn struct {
	Title  string
	Width  float64
	Centre bool // a short word
}

type listStyles struct{ text, centre, count, decimal, moment int }

func (b *book) listStyles() listStyles {
	tenth, whole, minute := "0.0", "0", "yyyy-mm-dd hh:mm"
	style := func(align, format string) int {
		s := excelize.Style{
			Font: &excelize.Font{Family: "宋体", Size: 10}, Border: thinBorder(),
			Alignment: &excelize.Alignment{Horizontal: align, Vertical: "center"},
		}
		if format != "" {
			s.CustomNumFmt = &format
		}
		return b.style(s)
	}
	return listStyles{style("left", ""), style("center", ""), style("center", whole), style("center", tenth), style("center", minute)}
}

// list writes a list on a sheet of its own. It comes after all other sheets: a
// sheet that was streamed cannot be opened again.
func (b *book) list(l List) {
	_, err := b.f.NewSheet(l.Sheet)
	b.fail(err)
	head := len(l.Notes) + 2
	last := cell(len(l.Columns), head+l.Length)
	b.fail(b.f.AutoFilter(l.Sheet, cell(1, head)+":"+last, nil))
	b.fail(b.f.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", RefersTo: fmt.Sprintf("'%s'!$%d:$%d", l.Sheet, head, head), Scope: l.Sheet,
	}))
	b.printOn(l.Sheet, sizeA3, "landscape")
	if b.err != nil {
		return
	}
	out, err := b.f.NewStreamWriter(l.Sheet)
	if err != nil {
		b.fail(err)
		return
	}
	b.fail(b.stream(out, l, head))
	b.fail(out.Flush())
}

func (b *book) stream(out *excelize.StreamWriter, l List, head int) error {
	for i, c := range l.Columns {
		if err := out.SetColWidth(i+1, i+1, c.Width); err != nil {
			return err
		}
	}
	err := out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: head, TopLeftCell: cell(2, head+1), ActivePane: "bottomRight"})
	if err != nil {
		return err
	}
	if err := out.SetRow("A1", []any{excelize.Cell{StyleID: b.styles.heading, Value: l.Title}}, excelize.RowOpts{Height: 24}); err != nil {
		return err
	}
	for i, note := range l.Notes {
		if err := out.SetRow(cell(1, i+2), []any{excelize.Cell{StyleID: b.styles.note, Value: note}}); err != nil {
			return err
		}
	}
	titles := make([]any, len(l.Columns))
	for i, c := range l.Columns {
		titles[i] = excelize.Cell{StyleID: b.styles.head, Value: c.Title}
	}
	if err := out.SetRow(cell(1, head), titles, excelize.RowOpts{Height: 32}); err != nil {
		return err
	}
	styles, at, cells := b.listStyles(), head, make([]any, len(l.Columns))
	for values := range l.Rows {
		at++
		for i, v := range values {
			cells[i] = styles.of(v, l.Columns[i])
		}
		if err := out.SetRow(cell(1, at), cells); err != nil {
			return err
		}
	}
	return nil
}

func (s listStyles) of(v any, c ListColumn) excelize.Cell {
	switch v := v.(type) {
	case int:
		return excelize.Cell{StyleID: s.count, Value: v}
	case float64:
		return excelize.Cell{StyleID: s.decimal, Value: v}
	case time.Time:
		return excelize.Cell{StyleID: s.moment, Value: serial(v)}
	}
	if c.Centre {
		return excelize.Cell{StyleID: s.centre, Value: v}
	}
	return excelize.Cell{StyleID: s.text, Value: v}
}

// serial is a wall clock as a spreadsheet counts: days since 30 December 1899.
func serial(t time.Time) float64 {
	_, offset := t.Zone()
	const epoch = 25569 // 1 January 1970
	return epoch + float64(t.Unix()+int64(offset))/86400
}
