package xls

import (
	"io"

	"huiyin/intake/sheet/grid"
)

// Book is an open workbook.
type Book struct {
	stream    []byte
	biff5     bool
	epoch1904 bool
	sheets    []sheetRef
	texts     []string
	formats   map[int]string
	styles    []int // number format of each cell style
	read      int
}

type sheetRef struct {
	name string
	at   int
}

// The types of a BOF record.
const (
	bofGlobals = 0x0005
	bofSheet   = 0x0010
	biff8      = 0x0600
	biff5      = 0x0500
)

// Open reads what all sheets share.
func Open(r io.ReaderAt, size int64) (*Book, error) {
	stream, err := workbookStream(r, size)
	if err != nil {
		return nil, err
	}
	return fromStream(stream)
}

func fromStream(stream []byte) (*Book, error) {
	b := &Book{stream: stream, formats: map[int]string{}}
	first, ok := recordAt(stream, 0)
	if !ok || first.kind != recBOF {
		return nil, ErrVersion
	}
	switch version := first.u16(0); {
	case version == biff8 && first.u16(2) == bofGlobals:
	case version == biff5 && first.u16(2) == bofGlobals:
		b.biff5 = true
	default:
		return nil, ErrVersion
	}
	return b, b.globals(first.next)
}

// Close is for the sake of the other formats: there is nothing to close.
func (b *Book) Close() error { return nil }

// Fraction tells how much of the workbook was read, 0 to 1.
func (b *Book) Fraction() float64 { return float64(b.read) / float64(len(b.stream)) }

func (b *Book) globals(at int) error {
	for {
		r, ok := recordAt(b.stream, at)
		if !ok {
			return ErrCorrupt
		}
		at = r.next
		switch r.kind {
		case recEOF:
			return nil
		case recFilePass:
			return ErrPassword
		case recDate1904:
			b.epoch1904 = r.u16(0) == 1
		case recBoundSheet:
			b.boundSheet(r)
		case recFormat:
			b.format(r)
		case recXF:
			b.styles = append(b.styles, int(r.u16(2)))
		case recSST:
			var parts segments
			parts, at = collect(b.stream, r)
			if !b.sharedTexts(parts) {
				return ErrCorrupt
			}
		}
	}
}

func (b *Book) boundSheet(r record) {
	const worksheet = 0
	if len(r.data) < 8 || r.data[5] != worksheet {
		return
	}
	length := int(r.data[6])
	var name string
	if b.biff5 {
		name = ansi(r.data[7:min(len(r.data), 7+length)])
	} else {
		s := segments{parts: [][]byte{r.data[7:]}}
		name, _ = s.unicode(length) // a sheet whose name is damaged is read all the same
	}
	b.sheets = append(b.sheets, sheetRef{name: name, at: int(r.u32(0))})
}

func (b *Book) format(r record) {
	if b.biff5 {
		if len(r.data) > 3 {
			b.formats[int(r.u16(0))] = ansi(r.data[3:])
		}
		return
	}
	if len(r.data) > 5 {
		s := segments{parts: [][]byte{r.data[4:]}}
		b.formats[int(r.u16(0))], _ = s.unicode(int(r.u16(2))) // a damaged format is no date
	}
}

func (b *Book) sharedTexts(s segments) bool {
	head, ok := s.take(8)
	if !ok {
		return false
	}
	count := int(record{data: head}.u32(4))
	b.texts = make([]string, 0, min(count, len(b.stream)/3))
	for range count {
		if !s.current() {
			return true // the count is a promise that some programs do not keep
		}
		length, ok := s.u16()
		if !ok {
			return false
		}
		text, ok := s.unicode(length)
		if !ok {
			return false
		}
		b.texts = append(b.texts, text)
	}
	return true
}

// isDate reports whether a cell style shows dates.
func (b *Book) isDate(style int) bool {
	if style >= len(b.styles) {
		return false
	}
	id := b.styles[style]
	return grid.DateFormat(id, b.formats[id])
}
