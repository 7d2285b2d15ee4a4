package xlsx

import (
	"errors"
	"io"
	"strconv"

	"huiyin/intake/sheet/grid"
	"huiyin/intake/sheet/xmlscan"
)

// The grid of a work sheet.
const (
	maxColumns = 16384
	maxRows    = 1 << 20
)

// Rows gives the rows of all work sheets in order, the hidden ones too.
func (b *Book) Rows() grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		for _, ref := range b.sheets {
			r := reader{book: b, row: grid.Row{Sheet: ref.name, Epoch1904: b.epoch1904}, yield: yield}
			switch err := r.run(ref); {
			case err != nil:
				yield(grid.Row{Sheet: ref.name, Number: r.row.Number}, err)
				return
			case r.stopped:
				return
			}
		}
	}
}

// reader reads one sheet.
type reader struct {
	book    *Book
	yield   func(grid.Row, error) bool
	row     grid.Row
	scan    *xmlscan.Scanner
	text    []byte
	stopped bool
}

func (r *reader) run(ref sheetRef) error {
	rc, err := r.book.sheet(ref)
	if err != nil {
		return err
	}
	defer func() { _ = rc.Close() }() // only read: nothing is lost
	r.scan = xmlscan.New(rc)
	for !r.stopped {
		kind, err := r.scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind == xmlscan.Open && string(r.scan.Name()) == "row" {
			if err := r.readRow(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (r *reader) readRow() error {
	r.row.Number++
	if ref := r.scan.Attr("r"); ref != "" {
		r.row.Number = atoi(ref)
	}
	if r.row.Number < 1 || r.row.Number > maxRows {
		return ErrCell
	}
	width := len(r.row.Cells)
	r.row.Cells = nil
	column := -1
	for outer := r.scan.Depth() - 1; r.scan.Depth() > outer; {
		kind, err := r.scan.Next()
		if err != nil {
			return err
		}
		if kind != xmlscan.Open || string(r.scan.Name()) != "c" {
			continue
		}
		column++
		if ref := r.scan.RawAttr("r"); len(ref) > 0 {
			column = columnOf(ref)
		}
		if column < 0 || column >= maxColumns {
			return ErrCell
		}
		cell, err := r.readCell()
		if err != nil {
			return err
		}
		if cell.Kind != grid.Empty {
			r.put(column, cell, width)
		}
	}
	if len(r.row.Cells) > 0 && !r.yield(r.row, nil) {
		r.stopped = true
	}
	return nil
}

func (r *reader) put(column int, cell grid.Cell, width int) {
	if r.row.Cells == nil {
		r.row.Cells = make([]grid.Cell, 0, max(width, column+1))
	}
	for len(r.row.Cells) <= column {
		r.row.Cells = append(r.row.Cells, grid.Cell{})
	}
	r.row.Cells[column] = cell
}

func (r *reader) readCell() (grid.Cell, error) {
	kind, style := cellType(r.scan.RawAttr("t")), atoi(string(r.scan.RawAttr("s")))
	r.text = r.text[:0]
	inValue := false
	for outer := r.scan.Depth() - 1; r.scan.Depth() > outer; {
		token, err := r.scan.Next()
		if err != nil {
			return grid.Cell{}, err
		}
		switch token {
		case xmlscan.Open:
			switch string(r.scan.Name()) {
			case "v":
				inValue = true
			case "is":
				r.text, err = appendRuns(r.text, r.scan)
			case "f":
				err = r.scan.Skip()
			}
		case xmlscan.Close:
			inValue = false
		case xmlscan.Chars:
			if inValue {
				r.text = r.scan.AppendText(r.text)
			}
		}
		if err != nil {
			return grid.Cell{}, err
		}
	}
	return r.cell(kind, style)
}

// cell says what the value of a cell means by its type.
func (r *reader) cell(kind cellKind, style int) (grid.Cell, error) {
	if len(r.text) == 0 {
		return grid.Cell{}, nil
	}
	switch kind {
	case sharedText:
		index, err := strconv.Atoi(string(r.text))
		if err != nil {
			return grid.Cell{}, ErrCell
		}
		text, err := r.book.texts.get(index)
		return grid.Of(text), err
	case formulaText:
		return grid.Of(string(unescape(r.text, 0))), nil
	case inlineText:
		return grid.Of(string(r.text)), nil
	case boolean:
		if isTrue(string(r.text)) {
			return grid.Cell{Kind: grid.Bool, Text: "是"}, nil
		}
		return grid.Cell{Kind: grid.Bool, Text: "否"}, nil
	case failure:
		return grid.Cell{Kind: grid.Error, Text: string(r.text)}, nil
	case isoDate:
		return grid.Cell{Kind: grid.Time, Text: string(r.text)}, nil
	}
	return r.number(string(r.text), style), nil
}

func (r *reader) number(number string, style int) grid.Cell {
	if style >= 0 && style < len(r.book.dates) && r.book.dates[style] {
		if serial, err := strconv.ParseFloat(number, 64); err == nil {
			return grid.TimeCell(number, serial, r.book.epoch1904)
		}
	}
	return grid.Cell{Kind: grid.Number, Text: grid.Plain(number)}
}

// cellKind is the type of a cell, ECMA-376 18.18.11.
type cellKind uint8

const (
	numeric cellKind = iota
	sharedText
	formulaText
	inlineText
	boolean
	failure
	isoDate
)

func cellType(raw []byte) cellKind {
	switch string(raw) {
	case "s":
		return sharedText
	case "str":
		return formulaText
	case "inlineStr":
		return inlineText
	case "b":
		return boolean
	case "e":
		return failure
	case "d":
		return isoDate
	}
	return numeric
}

// columnOf is the index of the column that a reference like AB12 names, -1 for
// what is none.
func columnOf(ref []byte) int {
	column := 0
	for i := range ref {
		c := ref[i] | 0x20
		if c < 'a' || c > 'z' {
			break
		}
		if column = column*26 + int(c-'a') + 1; column > maxColumns {
			return -1
		}
	}
	return column - 1
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
