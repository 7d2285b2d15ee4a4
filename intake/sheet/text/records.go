package text

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strings"
	"unicode/utf8"
)

// maxRecord is the longest record; a quote that is never closed shows by it.
const maxRecord = 1 << 20

// ErrLine is a single line beyond all reason.
var ErrLine = errors.New("text: a line is too long")

// Record is one record of a table.
type Record struct {
	Line   int // on which it begins, from 1
	Row    int // as an office program numbers it: a record of several lines is one row
	Fields []string
	// OpenQuote: a quote on the first line is never closed, so the line was
	// read as if the quote were a letter, and the fields may be wrong.
	OpenQuote bool
}

// Reader reads records as RFC 4180 has them, and forgives what is common:
// quotes within a bare field, text behind a closing quote, lone carriage
// returns, records of different lengths.
type Reader struct {
	r    *bufio.Reader
	sep  []byte
	line int
	row  int
	// again holds lines that were read in search of a closing quote.
	again [][]byte
}

// NewReader reads UTF-8.
func NewReader(r io.Reader, separator rune) *Reader {
	return &Reader{r: bufio.NewReaderSize(r, 256<<10), sep: utf8.AppendRune(nil, separator)}
}

// Read gives the next record, io.EOF after the last.
func (r *Reader) Read() (Record, error) {
	first, err := r.next()
	if err != nil {
		return Record{}, err
	}
	r.row++
	record := Record{Line: r.line, Row: r.row}
	lines, size := [][]byte{first}, len(first)
	for open := endsOpen(first, r.sep, false); open; {
		line, err := r.next()
		ended := errors.Is(err, io.EOF)
		if err != nil && !ended {
			return Record{}, err
		}
		if !ended {
			lines = append(lines, line)
			size += len(line)
		}
		if ended || size > maxRecord {
			record.OpenQuote = true
			record.Fields = split(first, r.sep, true)
			r.putBack(lines[1:], record.Line)
			return record, nil
		}
		open = endsOpen(line, r.sep, true)
	}
	text := first
	if len(lines) > 1 {
		text = bytes.Join(lines, []byte{'\n'})
	}
	record.Fields = split(text, r.sep, false)
	return record, nil
}

func (r *Reader) putBack(lines [][]byte, line int) {
	r.again = append(lines, r.again...)
	r.line = line
}

// next gives the next line without its end. Lines that hold nothing are lines too.
func (r *Reader) next() ([]byte, error) {
	if len(r.again) > 0 {
		line := r.again[0]
		r.again = r.again[1:]
		r.line++
		return line, nil
	}
	var line []byte
	for {
		part, err := r.r.ReadSlice('\n')
		line = append(line, part...)
		switch {
		case errors.Is(err, bufio.ErrBufferFull):
			if len(line) > 4*maxRecord {
				return nil, ErrLine
			}
			continue
		case errors.Is(err, io.EOF) && len(line) == 0:
			return nil, io.EOF
		case err != nil && !errors.Is(err, io.EOF):
			return nil, err
		}
		r.line++
		return bytes.TrimRight(line, "\r\n"), nil
	}
}

// endsOpen reports whether a line ends within quotes; open says whether it
// begins there.
func endsOpen(line, sep []byte, open bool) bool {
	for {
		if !open {
			if open = len(line) > 0 && line[0] == '"'; open {
				line = line[1:]
			} else if line = afterSeparator(line, sep); line == nil {
				return false
			}
			continue
		}
		end := bytes.IndexByte(line, '"')
		if end < 0 {
			return true
		}
		if line = line[end+1:]; len(line) > 0 && line[0] == '"' {
			line = line[1:]
			continue
		}
		if line = afterSeparator(line, sep); line == nil {
			return false
		}
		open = false
	}
}

// afterSeparator is what follows the next separator, nil when there is none.
func afterSeparator(line, sep []byte) []byte {
	_, after, found := bytes.Cut(line, sep)
	if !found {
		return nil
	}
	return after[:len(after):len(after)]
}

// split cuts a record whose quotes are closed into fields; bare takes quotes
// for letters.
func split(text, sep []byte, bare bool) []string {
	var fields []string
	for {
		field, rest, more := cutField(text, sep, bare)
		fields = append(fields, field)
		if !more {
			return fields
		}
		text = rest
	}
}

func cutField(text, sep []byte, bare bool) (field string, rest []byte, more bool) {
	if bare || len(text) == 0 || text[0] != '"' {
		before, after, found := bytes.Cut(text, sep)
		return string(before), after, found
	}
	var b strings.Builder
	for text = text[1:]; ; text = text[1:] {
		end := bytes.IndexByte(text, '"')
		if end < 0 {
			end = len(text)
		}
		b.Write(text[:end])
		if text = text[min(len(text), end+1):]; len(text) == 0 || text[0] != '"' {
			break
		}
		b.WriteByte('"')
	}
	tail, after, found := bytes.Cut(text, sep)
	b.Write(tail)
	return b.String(), after, found
}
