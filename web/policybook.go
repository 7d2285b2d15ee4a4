package web

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"
	"github.com/xuri/excelize/v2"

	intakesheet "huiyin/intake/sheet"
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// A table of the policy as a workbook: every cell is text, so that an office
// program changes nothing that nobody has edited, and comments are rows.

const bookType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// sendBook answers with a table as a workbook.
func sendBook(d *drafting, name string, sheet *policyfile.Sheet) error {
	raw, err := bookOf(sheet)
	if err != nil {
		return err
	}
	d.Attachment(strings.TrimSuffix(path.Base(name), ".csv") + ".xlsx")
	d.Set(fiber.HeaderContentType, bookType)
	return d.Send(raw)
}

func bookOf(sheet *policyfile.Sheet) ([]byte, error) {
	rows := csv.NewReader(bytes.NewReader(sheet.Bytes()))
	rows.FieldsPerRecord, rows.LazyQuotes = -1, true
	f := excelize.NewFile()
	defer f.Close()
	text, err := f.NewStyle(&excelize.Style{NumFmt: 49}) // @: as it is typed
	if err != nil {
		return nil, err
	}
	w, err := f.NewStreamWriter("Sheet1")
	if err != nil {
		return nil, err
	}
	if err := w.SetColStyle(1, len(sheet.Header), text); err != nil {
		return nil, err
	}
	if err := w.SetColWidth(1, len(sheet.Header), 18); err != nil {
		return nil, err
	}
	for n := 1; ; n++ {
		record, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(record[0], "#") {
			record = []string{strings.Join(record, ",")}
		}
		cells := make([]any, len(record))
		for i, c := range record {
			cells[i] = excelize.Cell{StyleID: text, Value: c}
		}
		if err := w.SetRow("A"+strconv.Itoa(n), cells); err != nil {
			return nil, err
		}
	}
	if err := w.Flush(); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	_, err = f.WriteTo(&out)
	return out.Bytes(), err
}

// isBook reports whether a file is a workbook rather than text.
func isBook(raw []byte) bool {
	return bytes.HasPrefix(raw, []byte("PK\x03\x04")) || bytes.HasPrefix(raw, []byte("\xd0\xcf\x11\xe0"))
}

// fromBook gives the rows of a workbook as the text of a policy file. The reader
// is the one that takes files of strangers: it bounds what it unpacks.
func fromBook(raw []byte) ([]byte, error) {
	file, err := os.CreateTemp("", "huiyin-table-*")
	if err != nil {
		return nil, ticket.Refuse(ticket.ErrStore, "no_room", "临时目录写不了，请通知管理员")
	}
	defer os.Remove(file.Name())
	if _, err := file.Write(raw); err != nil {
		return nil, errors.Join(ticket.Refuse(ticket.ErrStore, "no_room", "临时目录写不了，请通知管理员"), file.Close())
	}
	if err := file.Close(); err != nil {
		return nil, err
	}
	book, err := intakesheet.Open(file.Name())
	if err != nil {
		return nil, err
	}
	defer book.Close()
	var out bytes.Buffer
	w := csv.NewWriter(&out)
	for row, err := range book.Rows() {
		if err != nil {
			return nil, err
		}
		if row.Damage != "" {
			return nil, ticket.Refuse(ticket.ErrInvalid, "damaged_row", "第%d行：%s", row.Number, row.Damage)
		}
		cells := make([]string, len(row.Cells))
		for i, c := range row.Cells {
			cells[i] = c.Text
		}
		if len(cells) > 0 && strings.HasPrefix(cells[0], "#") {
			out.WriteString(strings.ReplaceAll(strings.TrimRight(strings.Join(cells, ","), ","), "\n", " ") + "\n")
			continue
		}
		_ = w.Write(cells) // into memory
		w.Flush()
	}
	return out.Bytes(), nil
}
