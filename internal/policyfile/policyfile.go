// Package policyfile reads the tables of the policy folder: strict about
// columns and values, tolerant about how an office program saved them (byte
// order mark, CRLF, GB18030), and complete in what it finds wrong: every fault
// with file, line and column.
package policyfile

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Fault is one thing wrong in a policy file. Line and Column count from 1; 0
// means the file, or the line, as a whole.
type Fault struct {
	File    string `json:"file"`
	Line    int    `json:"line"`
	Column  int    `json:"column"`
	Message string `json:"message"`
}

func (f Fault) Error() string {
	switch {
	case f.Line == 0:
		return fmt.Sprintf("%s：%s", f.File, f.Message)
	case f.Column == 0:
		return fmt.Sprintf("%s 第%d行：%s", f.File, f.Line, f.Message)
	}
	return fmt.Sprintf("%s 第%d行第%d列：%s", f.File, f.Line, f.Column, f.Message)
}

// Faults are all faults of one reading; a nil or empty list is no error.
type Faults []Fault

func (fs Faults) Error() string {
	lines := make([]string, len(fs))
	for i, f := range fs {
		lines[i] = f.Error()
	}
	return strings.Join(lines, "\n")
}

// Err is nil when there is no fault.
func (fs Faults) Err() error {
	if len(fs) == 0 {
		return nil
	}
	return fs
}

// Table is a policy file that was read: its rows, and the faults found so far.
// Loaders add their own with Row.Fault.
type Table struct {
	File   string
	Header []string
	Rows   []Row
	Faults Faults
}

// Row is a line of a table.
type Row struct {
	Line  int
	table *Table
	cells []string
}

// Get is the trimmed cell of a column, empty when the row is short.
func (r Row) Get(column string) string {
	if i := slices.Index(r.table.Header, column); i >= 0 && i < len(r.cells) {
		return r.cells[i]
	}
	return ""
}

// List splits a cell at semicolons, half or full width, and drops empty parts.
func (r Row) List(column string) []string {
	var parts []string
	for _, p := range strings.FieldsFunc(r.Get(column), func(c rune) bool { return c == ';' || c == '；' }) {
		if p = strings.TrimSpace(p); p != "" {
			parts = append(parts, p)
		}
	}
	return parts
}

// Fault records what is wrong with a cell of this row.
func (r Row) Fault(column, format string, args ...any) {
	r.table.Faults = append(r.table.Faults, Fault{
		File: r.table.File, Line: r.Line, Column: slices.Index(r.table.Header, column) + 1,
		Message: fmt.Sprintf(format, args...),
	})
}

// Bool reads 是 or 否; an empty cell is 否.
func (r Row) Bool(column string) bool {
	switch r.Get(column) {
	case "是":
		return true
	case "", "否":
		return false
	}
	r.Fault(column, "“%s”应填 是 或 否", r.Get(column))
	return false
}

// Read reads a table. Every column of required must be in the header; columns
// of neither list are faults, so that a misspelt header is noticed. A missing
// file, too, is a fault.
func Read(fsys fs.FS, file string, required, optional []string) *Table {
	t := &Table{File: file}
	raw, err := fs.ReadFile(fsys, file)
	if errors.Is(err, fs.ErrNotExist) {
		t.fail(0, 0, "缺少这个文件")
		return t
	}
	if err != nil {
		t.fail(0, 0, "读不出来")
		return t
	}
	text, err := Decode(raw)
	if err != nil {
		t.fail(0, 0, "%s", err.Error())
		return t
	}
	t.parse(text, required, optional)
	return t
}

// Decode gives the UTF-8 text of a file that an office program may have saved
// with a byte order mark or in GB18030.
func Decode(raw []byte) (string, error) {
	raw = bytes.TrimPrefix(raw, []byte("\xef\xbb\xbf"))
	if utf8.Valid(raw) {
		return string(raw), nil
	}
	text, err := simplifiedchinese.GB18030.NewDecoder().Bytes(raw)
	if err != nil || bytes.ContainsRune(text, utf8.RuneError) {
		return "", errors.New("文字编码既不是 UTF-8 也不是 GB18030，请另存为“CSV UTF-8”")
	}
	return string(text), nil
}

func (t *Table) fail(line, column int, format string, args ...any) {
	t.Faults = append(t.Faults, Fault{File: t.File, Line: line, Column: column, Message: fmt.Sprintf(format, args...)})
}

func (t *Table) parse(text string, required, optional []string) {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	r.FieldsPerRecord = -1
	r.LazyQuotes = false
	for {
		record, err := r.Read()
		if err == io.EOF {
			break
		}
		if err != nil {
			var pe *csv.ParseError
			if errors.As(err, &pe) {
				t.fail(pe.Line, 0, "引号没有配对，整行读不出来")
			} else {
				t.fail(0, 0, "读不出来")
			}
			break
		}
		line, _ := r.FieldPos(0)
		for i := range record {
			record[i] = strings.TrimSpace(record[i])
		}
		if t.Header == nil {
			t.header(line, record, required, optional)
			if len(t.Faults) > 0 {
				return
			}
			continue
		}
		t.row(line, record)
	}
	if t.Header == nil && len(t.Faults) == 0 {
		t.fail(0, 0, "是空的，至少要有表头：%s", strings.Join(required, ","))
	}
}

func (t *Table) header(line int, record, required, optional []string) {
	for len(record) > 0 && record[len(record)-1] == "" {
		record = record[:len(record)-1]
	}
	t.Header = record
	for i, name := range record {
		switch {
		case slices.Index(record, name) != i:
			t.fail(line, i+1, "表头“%s”重复", name)
		case !slices.Contains(required, name) && !slices.Contains(optional, name):
			t.fail(line, i+1, "不认识表头“%s”，应为：%s", name, strings.Join(append(slices.Clone(required), optional...), ","))
		}
	}
	for _, name := range required {
		if !slices.Contains(record, name) {
			t.fail(line, 0, "缺少表头“%s”", name)
		}
	}
}

func (t *Table) row(line int, record []string) {
	if len(strings.Join(record, "")) == 0 {
		return
	}
	for i := len(t.Header); i < len(record); i++ {
		if record[i] != "" {
			t.fail(line, i+1, "多出一格“%s”：这一行比表头长，是否有没加引号的逗号", record[i])
		}
	}
	t.Rows = append(t.Rows, Row{Line: line, table: t, cells: record[:min(len(record), len(t.Header))]})
}
