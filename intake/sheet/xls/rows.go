package xls

import (
	"math"
	"slices"
	"strconv"

	"huiyin/intake/sheet/grid"
)

// The grid of a work sheet: 256 columns. A cell that is written takes at least
// cellBytes of the file, so a file cannot ask for more cells than it pays for,
// beyond what sparse sheets need.
const (
	maxColumns  = 256
	cellBytes   = 4
	sparseCells = 1 << 20
)

// Rows gives the rows of all work sheets in order, the hidden ones too. A sheet
// is read whole before its rows are given, because programs write cells in any
// order.
func (b *Book) Rows() grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		for _, ref := range b.sheets {
			s := sheet{book: b, rows: map[int][]grid.Cell{}, pending: -1}
			if err := s.read(ref.at); err != nil {
				yield(grid.Row{Sheet: ref.name}, err)
				return
			}
			for _, number := range s.order() {
				row := grid.Row{Sheet: ref.name, Number: number + 1, Cells: s.rows[number], Epoch1904: b.epoch1904}
				if !yield(row, nil) {
					return
				}
			}
		}
	}
}

// sheet gathers the cells of one work sheet.
type sheet struct {
	book  *Book
	rows  map[int][]grid.Cell
	cells int
	// pending is the row of a formula whose text comes in the next STRING
	// record, -1 when there is none.
	pending, pendingColumn int
}

func (s *sheet) order() []int {
	numbers := make([]int, 0, len(s.rows))
	for n := range s.rows {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	return numbers
}

func (s *sheet) read(at int) error {
	first, ok := recordAt(s.book.stream, at)
	if !ok || first.kind != recBOF {
		return ErrCorrupt
	}
	if first.u16(2) != bofSheet {
		return nil // a macro sheet or a module
	}
	depth := 1 // charts are streams within the stream
	for at = first.next; depth > 0; {
		r, ok := recordAt(s.book.stream, at)
		if !ok {
			return ErrCorrupt
		}
		at = r.next
		switch {
		case r.kind == recBOF:
			depth++
		case r.kind == recEOF:
			depth--
		case depth == 1 && r.kind == recString:
			var parts segments
			parts, at = collect(s.book.stream, r)
			if err := s.formulaText(parts); err != nil {
				return err
			}
		case depth == 1:
			if err := s.record(r); err != nil {
				return err
			}
		}
		s.book.read = at
	}
	return nil
}

func (s *sheet) record(r record) error {
	row, column, style := int(r.u16(0)), int(r.u16(2)), int(r.u16(4))
	switch r.kind {
	case recLabelSST:
		index := int(r.u32(6))
		if len(r.data) < 10 || index >= len(s.book.texts) {
			return ErrCorrupt
		}
		return s.put(row, column, grid.Of(s.book.texts[index]))
	case recLabel, recRString:
		return s.put(row, column, grid.Of(s.label(r)))
	case recNumber:
		return s.put(row, column, s.number(math.Float64frombits(r.u64(6)), style))
	case recRK:
		return s.put(row, column, s.number(rk(r.u32(6)), style))
	case recMulRK:
		for at := 4; at+6+2 <= len(r.data); at += 6 {
			if err := s.put(row, column, s.number(rk(r.u32(at+2)), int(r.u16(at)))); err != nil {
				return err
			}
			column++
		}
	case recFormula, recFormula3, recFormula4:
		return s.formula(r, row, column, style)
	case recBoolErr:
		return s.put(row, column, boolOrError(r.byteAt(6), r.byteAt(7) == 1))
	}
	return nil
}

func (s *sheet) put(row, column int, cell grid.Cell) error {
	if cell.Kind == grid.Empty {
		return nil
	}
	cells := s.rows[row]
	if grow := column + 1 - len(cells); grow > 0 {
		if s.cells += grow; column >= maxColumns || s.cells > len(s.book.stream)/cellBytes+sparseCells {
			return ErrCorrupt
		}
		cells = append(cells, make([]grid.Cell, grow)...)
	}
	cells[column] = cell
	s.rows[row] = cells
	return nil
}

// label reads the text of a LABEL: its length is counted in 16 bits, and in
// BIFF5 it has no option byte.
func (s *sheet) label(r record) string {
	if len(r.data) < 8 {
		return ""
	}
	length := int(r.u16(6))
	if s.book.biff5 {
		return ansi(r.data[8:min(len(r.data), 8+length)])
	}
	parts := segments{parts: [][]byte{r.data[8:]}}
	text, _ := parts.unicode(length) // a cut text is an empty one
	return text
}

func (s *sheet) number(value float64, style int) grid.Cell {
	if math.IsNaN(value) || math.IsInf(value, 0) {
		return grid.Cell{Kind: grid.Error, Text: "#NUM!"}
	}
	text := strconv.FormatFloat(value, 'g', -1, 64)
	if s.book.isDate(style) {
		return grid.TimeCell(text, value, s.book.epoch1904)
	}
	return grid.Cell{Kind: grid.Number, Text: grid.Plain(text)}
}

// rk decodes the packed numbers of RK and MULRK: 30 bits of an integer or of
// the top of a float, by a hundred when the lowest bit says so.
func rk(bits uint32) float64 {
	var value float64
	if bits&2 != 0 {
		value = float64(int32(bits) >> 2)
	} else {
		value = math.Float64frombits(uint64(bits&^3) << 32)
	}
	if bits&1 != 0 {
		value /= 100
	}
	return value
}

// formula takes the value that the program left with the formula.
func (s *sheet) formula(r record, row, column, style int) error {
	if len(r.data) < 14 {
		return ErrCorrupt
	}
	if r.u16(12) != 0xFFFF {
		return s.put(row, column, s.number(math.Float64frombits(r.u64(6)), style))
	}
	switch r.byteAt(6) {
	case 0:
		s.pending, s.pendingColumn = row, column
	case 1:
		return s.put(row, column, boolOrError(r.byteAt(8), false))
	case 2:
		return s.put(row, column, boolOrError(r.byteAt(8), true))
	}
	return nil
}

func (s *sheet) formulaText(parts segments) error {
	if s.pending < 0 {
		return nil
	}
	row := s.pending
	s.pending = -1
	length, _ := parts.u16()
	var text string
	if s.book.biff5 {
		raw, _ := parts.take(length)
		text = ansi(raw)
	} else {
		text, _ = parts.unicode(length) // a cut text is an empty one
	}
	return s.put(row, s.pendingColumn, grid.Of(text))
}

var errorNames = map[byte]string{
	0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}

func boolOrError(value byte, isError bool) grid.Cell {
	switch {
	case isError:
		return grid.Cell{Kind: grid.Error, Text: errorNames[value]}
	case value != 0:
		return grid.Cell{Kind: grid.Bool, Text: "是"}
	}
	return grid.Cell{Kind: grid.Bool, Text: "否"}
}
