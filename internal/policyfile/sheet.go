package policyfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"strings"
)

// Sheet is a policy file as people edit it: its rows, with the comment lines
// between them, which stay where they are.
type Sheet struct {
	Header []string
	Rows   []SheetRow
	top    []string // lines before the header
	header string   // as it stands in the file
	tail   []string // lines after the last row
}

// SheetRow is a row of a sheet.
type SheetRow struct {
	Line  int      // in the file, from 1
	Cells []string // trimmed; at least as many as the header has
	above []string // comment and empty lines before it
	raw   string   // as it stands in the file, without the line's end
}

// Mark tells one state of a row from another.
func (r SheetRow) Mark() string {
	sum := fnv.New64a()
	sum.Write([]byte(r.raw))
	return fmt.Sprintf("%x", sum.Sum64())
}

// ParseSheet reads a file for editing. It asks nothing of the columns. The
// error is a Fault: the text cannot be decoded, a quote has no partner, or
// there is no header.
func ParseSheet(file string, raw []byte) (*Sheet, error) {
	text, err := Decode(raw)
	if err != nil {
		return nil, Fault{File: file, Message: err.Error()}
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	r := csv.NewReader(strings.NewReader(text))
	r.Comment, r.FieldsPerRecord = '#', -1
	var s Sheet
	var loose []string
	from, line := 0, 1
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, sheetFault(file, err)
		}
		at, _ := r.FieldPos(0)
		end := int(r.InputOffset())
		above, own := cutLines(text[from:end], at-line)
		from, line = end, at+max(1, strings.Count(own, "\n"))
		loose = append(loose, above...)
		loose = s.take(at, record, strings.TrimSuffix(own, "\n"), loose)
	}
	if s.Header == nil {
		return nil, Fault{File: file, Message: "是空的，至少要有表头"}
	}
	rest, _ := cutLines(text[from:], -1)
	s.tail = append(loose, rest...)
	return &s, nil
}

func sheetFault(file string, err error) Fault {
	var pe *csv.ParseError
	if errors.As(err, &pe) {
		return Fault{File: file, Line: pe.StartLine, Message: "引号没有配对，从这一行起读不出来"}
	}
	return Fault{File: file, Message: "读不出来"}
}

// take puts a record where it belongs and returns the lines that still wait
// for a row to stand above.
func (s *Sheet) take(line int, record []string, own string, loose []string) []string {
	for i := range record {
		record[i] = strings.TrimSpace(record[i])
	}
	switch {
	// A spreadsheet program puts a comment that holds a quote into quotes.
	case strings.HasPrefix(record[0], "#"):
		comment := strings.TrimRight(strings.Join(record, ","), ",")
		return append(loose, strings.ReplaceAll(comment, "\n", " "))
	case len(strings.Join(record, "")) == 0:
		return append(loose, "")
	case s.Header == nil:
		s.Header, s.header, s.top = dropEmptyEnd(record), own, loose
	default:
		for len(record) < len(s.Header) {
			record = append(record, "")
		}
		record = append(record[:len(s.Header):len(s.Header)], dropEmptyEnd(record[len(s.Header):])...)
		s.Rows = append(s.Rows, SheetRow{Line: line, Cells: record, above: loose, raw: own})
	}
	return nil
}

func dropEmptyEnd(cells []string) []string {
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	return cells
}

// cutLines cuts the first n lines off a text, all when n is negative. The
// commas that a spreadsheet program hangs on a comment go.
func cutLines(text string, n int) (lines []string, rest string) {
	for ; n != 0 && text != ""; n-- {
		line, after, _ := strings.Cut(text, "\n")
		if strings.HasPrefix(line, "#") {
			line = strings.TrimRight(line, ",")
		}
		lines, text = append(lines, line), after
	}
	return lines, text
}

// Bytes is the file, UTF-8 with line feeds.
func (s *Sheet) Bytes() []byte {
	var b strings.Builder
	put := func(lines ...string) {
		for _, line := range lines {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	put(s.top...)
	put(s.header)
	for _, r := range s.Rows {
		put(r.above...)
		put(r.raw)
	}
	put(s.tail...)
	return []byte(b.String())
}

// encode writes cells as a row of the file; the error says in Chinese what
// cannot stand in a cell.
func (s *Sheet) encode(cells []string) (SheetRow, error) {
	own := make([]string, len(s.Header))
	for i := range own {
		if i < len(cells) {
			own[i] = strings.TrimSpace(strings.Join(strings.Fields(cells[i]), " "))
		}
	}
	if len(strings.Join(own, "")) == 0 {
		return SheetRow{}, errors.New("整行是空的，请至少填一格")
	}
	if strings.HasPrefix(own[0], "#") {
		return SheetRow{}, errors.New("第一格不能以 # 开头：以 # 开头的行是说明，不起作用")
	}
	var b strings.Builder
	w := csv.NewWriter(&b)
	err := w.Write(own)
	w.Flush()
	return SheetRow{Cells: own, raw: strings.TrimSuffix(b.String(), "\n")}, err
}

// Set replaces the cells of row i.
func (s *Sheet) Set(i int, cells []string) error {
	row, err := s.encode(cells)
	if err != nil {
		return err
	}
	row.Line, row.above = s.Rows[i].Line, s.Rows[i].above
	s.Rows[i] = row
	return nil
}

// Insert puts a row before row i, under the comment that stands over row i; at
// the end when i is the number of rows.
func (s *Sheet) Insert(i int, cells []string) error {
	row, err := s.encode(cells)
	if err != nil {
		return err
	}
	if i < len(s.Rows) {
		row.above, s.Rows[i].above = s.Rows[i].above, nil
	}
	s.Rows = slices.Insert(s.Rows, i, row)
	return nil
}

// Delete removes row i; the comment over it stays.
func (s *Sheet) Delete(i int) {
	loose := s.Rows[i].above
	s.Rows = slices.Delete(s.Rows, i, i+1)
	if i < len(s.Rows) {
		s.Rows[i].above = append(loose, s.Rows[i].above...)
		return
	}
	s.tail = append(loose, s.tail...)
}

// Find is the place of the row that stood at a line in a state, -1 when it has
// changed since.
func (s *Sheet) Find(line int, mark string) int {
	return slices.IndexFunc(s.Rows, func(r SheetRow) bool { return r.Line == line && r.Mark() == mark })
}

// Comments are the lines that explain the file, before its header, without #.
func (s *Sheet) Comments() []string {
	var texts []string
	for _, line := range s.top {
		if text := strings.TrimSpace(strings.TrimLeft(line, "# ")); text != "" {
			texts = append(texts, text)
		}
	}
	return texts
}

// AddColumn makes sure that there is a column of the name, the last one when it
// is new; the rows have nothing in it.
func (s *Sheet) AddColumn(name string) {
	if s.Column(name) >= 0 {
		return
	}
	at := len(s.Header)
	s.Header, s.header = append(slices.Clone(s.Header), name), s.header+","+name
	for i := range s.Rows {
		if r := &s.Rows[i]; len(r.Cells) == at { // a row that is too long keeps its fault
			r.Cells = append(slices.Clone(r.Cells), "")
		}
	}
}

// Column is the place of a column, -1 when there is none of the name.
func (s *Sheet) Column(name string) int { return slices.Index(s.Header, name) }

// Receive takes a file that was edited elsewhere in this one's place: the
// columns must be the same, in any order; explanations that got lost on the
// way are put back. The error says in Chinese which columns differ.
func (s *Sheet) Receive(edited *Sheet) (*Sheet, error) {
	order := make([]int, len(s.Header))
	var wrong []string
	for i, name := range s.Header {
		if order[i] = edited.Column(name); order[i] < 0 {
			wrong = append(wrong, "缺少“"+name+"”")
		}
	}
	for _, name := range edited.Header {
		if s.Column(name) < 0 {
			wrong = append(wrong, "多出“"+name+"”")
		}
	}
	if len(wrong) > 0 || len(edited.Header) != len(s.Header) {
		return nil, fmt.Errorf("表头和这张表不一样：%s。请核对是不是选错了文件，表头应为：%s", strings.Join(wrong, "，"), strings.Join(s.Header, ","))
	}
	out := &Sheet{Header: s.Header, header: s.header, top: edited.top, tail: edited.tail}
	if len(edited.Comments()) == 0 {
		out.top = s.top
	}
	for _, r := range edited.Rows {
		cells := make([]string, 0, len(r.Cells))
		for _, from := range order {
			cells = append(cells, r.Cells[from])
		}
		row, err := out.encode(cells)
		if err != nil {
			return nil, fmt.Errorf("第%d行：%w", r.Line, err)
		}
		// A row that is too long keeps its own writing, so that the check names it.
		if len(r.Cells) > len(s.Header) {
			row.raw, row.Cells = r.raw, r.Cells
		}
		row.above = r.above
		out.Rows = append(out.Rows, row)
	}
	return out, nil
}
