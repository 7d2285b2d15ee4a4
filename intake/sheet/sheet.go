// Package sheet opens a file of tickets, whatever office program or system
// wrote it, and gives its rows one by one.
package sheet

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"huiyin/intake/sheet/grid"
	"huiyin/intake/sheet/markup"
	"huiyin/intake/sheet/text"
	"huiyin/intake/sheet/xls"
	"huiyin/intake/sheet/xlsx"
	"huiyin/ticket"
)

// File is an open file of tickets.
type File struct {
	Format Format
	// Notes say in Chinese what the person should know of the file: its
	// encoding when it is damaged, for example.
	Notes []string

	name     string
	file     *os.File
	size     int64
	read     int64 // bytes of a text file that were read
	rows     grid.Rows
	fraction func() float64
	close    func() error
}

// Open opens a file by its content, not by its name. It refuses with ErrInvalid
// what cannot be read; the refusal says what to do.
func Open(path string) (*File, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, unreadable(path, err)
	}
	f := &File{name: filepath.Base(path), file: file, close: func() error { return nil }}
	if err := f.open(); err != nil {
		_ = f.Close() // the error of opening is the one to tell
		return nil, f.explain(err)
	}
	return f, nil
}

// Close closes the file and removes what was put aside for it.
func (f *File) Close() error {
	return errors.Join(f.close(), f.file.Close())
}

// Rows gives the rows of all work sheets, once. Rows without a filled cell are
// left out. An error is a refusal and the last thing given.
func (f *File) Rows() grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		for row, err := range f.rows {
			if err != nil {
				yield(row, f.explain(err))
				return
			}
			if !row.Blank() && !yield(row, nil) {
				return
			}
		}
	}
}

// Fraction tells how much of the file was read, 0 to 1.
func (f *File) Fraction() float64 { return f.fraction() }

func (f *File) open() error {
	info, err := f.file.Stat()
	if err != nil {
		return err
	}
	if info.IsDir() {
		return ticket.Refuse(ticket.ErrInvalid, "file_is_folder", "“%s”是文件夹，请选择其中的表格文件", f.name)
	}
	f.size = info.Size()
	head := make([]byte, sniffBytes)
	n, err := f.file.ReadAt(head, 0)
	if err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	head = head[:n]
	if n == 0 {
		return ticket.Refuse(ticket.ErrInvalid, "file_empty", "“%s”是空文件", f.name)
	}
	if name := foreign(head); name != "" {
		return ticket.Refuse(ticket.ErrInvalid, "file_format", "“%s”是%s，不是表格。请导出为 xlsx、xls 或 csv", f.name, name)
	}
	switch f.Format = binaryFormat(head); f.Format {
	case XLSX:
		book, err := xlsx.Open(f.file, f.size)
		if err != nil {
			return err
		}
		f.rows, f.fraction, f.close = book.Rows(), book.Fraction, book.Close
	case XLS:
		book, err := xls.Open(f.file, f.size)
		if err != nil {
			return err
		}
		f.rows, f.fraction = book.Rows(), book.Fraction
	default:
		return f.openText()
	}
	return nil
}

func (f *File) openText() error {
	encoding, err := text.Detect(io.NewSectionReader(f.file, 0, f.size))
	if err != nil {
		return err
	}
	if encoding.Damaged > 0 {
		f.note("文件按 " + encoding.Name + " 读取，其中有 " + strconv.Itoa(encoding.Damaged) + " 个字节损坏，对应的字以“\uFFFD”代替")
	}
	sample := make([]byte, text.SampleBytes)
	n, err := io.ReadFull(encoding.Reader(io.NewSectionReader(f.file, 0, f.size)), sample)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return err
	}
	sample = sample[:n]
	decoded := encoding.Reader(&counting{r: io.NewSectionReader(f.file, 0, f.size), n: &f.read})
	switch f.Format = textFormat(string(sample)); f.Format {
	case HTML:
		f.rows = markup.HTML(decoded)
	case SpreadsheetML:
		f.rows = markup.SpreadsheetML(decoded)
	default:
		f.rows = text.Rows(decoded, text.Separator(string(sample)))
	}
	f.fraction = func() float64 { return float64(f.read) / float64(f.size) }
	return nil
}

func (f *File) note(text string) { f.Notes = append(f.Notes, text) }

type counting struct {
	r io.Reader
	n *int64
}

func (c *counting) Read(b []byte) (int, error) {
	n, err := c.r.Read(b)
	*c.n += int64(n)
	return n, err
}

func unreadable(path string, err error) error {
	name := filepath.Base(path)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return ticket.Refuse(ticket.ErrInvalid, "file_missing", "找不到文件“%s”", path)
	case errors.Is(err, os.ErrPermission):
		return ticket.Refuse(ticket.ErrInvalid, "file_permission", "没有权限读取“%s”", name)
	}
	return ticket.Refuse(ticket.ErrInvalid, "file_unreadable", "读不了文件“%s”", name)
}

// explain turns what a reader says into what a person can act on.
func (f *File) explain(err error) error {
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) {
		return err
	}
	for _, known := range []struct {
		err     error
		code    string
		message string
	}{
		{xls.ErrPassword, "file_password", "设了打开密码。请用 Excel 或 WPS 打开，去掉密码另存后再导入"},
		{xls.ErrEncrypted, "file_password", "设了打开密码。请用 Excel 或 WPS 打开，去掉密码另存后再导入"},
		{xls.ErrNoWorkbook, "file_format", "不是表格（可能是 Word 等其他文档）。请导出为 xlsx、xls 或 csv"},
		{xls.ErrVersion, "file_format", "是很旧的表格格式。请用 Excel 或 WPS 打开，另存为 xlsx 后再导入"},
		{xlsx.ErrNoWorkbook, "file_format", "是压缩包或其他文档，不是 Excel 工作簿。请先解压，或另存为 xlsx"},
		{xlsx.ErrBinary, "file_format", "是二进制工作簿（xlsb）。请另存为 xlsx 后再导入"},
		{xlsx.ErrBomb, "file_too_big", "解压后大得不正常，已拒绝读取。请另存为新的 xlsx 或 csv 后再导入"},
		{text.ErrEncoding, "file_encoding", "的文字编码无法确定，既不是 UTF-8 也不是 GB18030。请另存为“CSV UTF-8”或 xlsx"},
		{text.ErrLine, "file_too_big", "里有一行长得不正常。请检查文件是否完整"},
		{markup.ErrNoTable, "file_format", "是网页，里面没有表格。请在原系统重新导出"},
	} {
		if errors.Is(err, known.err) {
			return ticket.Refuse(ticket.ErrInvalid, known.code, "“%s”%s", f.name, known.message)
		}
	}
	message := "读到一半出错，文件可能已损坏或没有下载完整。请重新导出，或用 Excel、WPS 打开后另存为 xlsx"
	return ticket.Refuse(ticket.ErrInvalid, "file_damaged", "“%s”%s", strings.TrimSpace(f.name), message)
}
