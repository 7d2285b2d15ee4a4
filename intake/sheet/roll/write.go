package roll

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/intake/sheet/grid"
	"huiyin/internal/parquet"
	"huiyin/ticket"
)

// Formats are what a list can be written as; each is also the ending of a file.
var Formats = []string{"csv", "xlsx", "parquet", "jsonl"}

// Writer takes tickets one by one.
type Writer interface {
	Add(t *ticket.Ticket) error
	// Close writes what is left; it does not close the output.
	Close() error
}

// New begins a list in one of the Formats, else it refuses.
func New(out io.Writer, format string, names Names) (Writer, error) {
	switch format {
	case "csv":
		return newCSV(out, names)
	case "xlsx":
		return newBook(out, names)
	case "parquet":
		return newTable(out, names)
	case "jsonl":
		return &lines{out: bufio.NewWriter(out), names: names}, nil
	}
	return nil, ticket.Refuse(ticket.ErrInvalid, "unknown_format", "没有 %s 这种格式，可以是 csv、xlsx、parquet、jsonl", format)
}

// cell is a value as people read it.
func cell(v any) string {
	switch v := v.(type) {
	case string:
		return v
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		if v {
			return "是"
		}
		return "否"
	case time.Time:
		if !v.IsZero() {
			return v.In(ticket.Shanghai).Format("2006-01-02 15:04")
		}
	}
	return ""
}

func titles() []string {
	list := make([]string, len(columns))
	for i, c := range columns {
		list[i] = c.title
	}
	return list
}

// comma is a csv that Excel opens as it is: with a byte order mark, and no cell
// that it takes for a formula.
type comma struct {
	out   *csv.Writer
	names Names
}

func newCSV(out io.Writer, names Names) (Writer, error) {
	if _, err := io.WriteString(out, "\ufeff"); err != nil {
		return nil, err
	}
	w := &comma{out: csv.NewWriter(out), names: names}
	w.out.UseCRLF = true
	return w, w.out.Write(titles())
}

func (w *comma) Add(t *ticket.Ticket) error {
	row := make([]string, len(columns))
	for i, c := range columns {
		row[i] = grid.Escape(cell(c.value(w.names, t)))
	}
	return w.out.Write(row)
}

func (w *comma) Close() error {
	w.out.Flush()
	return w.out.Error()
}

// lines is a JSON object a line, with English names.
type lines struct {
	out   *bufio.Writer
	names Names
}

func (w *lines) Add(t *ticket.Ticket) error {
	var line bytes.Buffer
	line.WriteByte('{')
	for i, c := range columns {
		value := c.value(w.names, t)
		if c.coded != nil {
			value = c.coded(t)
		}
		if at, ok := value.(time.Time); ok {
			value = nil
			if !at.IsZero() {
				value = at.In(ticket.Shanghai).Format(time.RFC3339)
			}
		}
		raw, err := json.Marshal(value)
		if err != nil {
			return err
		}
		if i > 0 {
			line.WriteByte(',')
		}
		fmt.Fprintf(&line, "%q:%s", c.code, raw)
	}
	line.WriteString("}\n")
	_, err := w.out.Write(line.Bytes())
	return err
}

func (w *lines) Close() error { return w.out.Flush() }

// rowsMost is how many rows a sheet of a workbook holds, the header included.
const rowsMost = 1_048_576

// book is a workbook with one sheet.
type book struct {
	out   io.Writer
	file  *excelize.File
	sheet *excelize.StreamWriter
	names Names
	rows  int
	date  int // style
}

const sheetName = "工单"

func newBook(out io.Writer, names Names) (Writer, error) {
	w := &book{out: out, file: excelize.NewFile(), names: names}
	if err := w.begin(); err != nil {
		return nil, fmt.Errorf("工作簿写不了：%w", err)
	}
	return w, nil
}

func (w *book) begin() error {
	if err := w.file.SetSheetName("Sheet1", sheetName); err != nil {
		return err
	}
	form := "yyyy-mm-dd hh:mm"
	var err error
	if w.date, err = w.file.NewStyle(&excelize.Style{CustomNumFmt: &form}); err != nil {
		return err
	}
	head, err := w.file.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF4"}}})
	if err != nil {
		return err
	}
	if w.sheet, err = w.file.NewStreamWriter(sheetName); err != nil {
		return err
	}
	row := make([]any, len(columns))
	for i, c := range columns {
		if err := w.sheet.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		row[i] = excelize.Cell{StyleID: head, Value: c.title}
	}
	if err := w.sheet.SetPanes(&excelize.Panes{Freeze: true, XSplit: 1, YSplit: 1, TopLeftCell: "B2", ActivePane: "bottomRight"}); err != nil {
		return err
	}
	w.rows = 1
	return w.sheet.SetRow("A1", row)
}

func (w *book) Add(t *ticket.Ticket) error {
	if w.rows++; w.rows > rowsMost {
		return ticket.Refuse(ticket.ErrInvalid, "too_many_rows", "一张表放不下这么多件，请用 csv 或 parquet，或缩小范围")
	}
	row := make([]any, len(columns))
	for i, c := range columns {
		switch v := c.value(w.names, t).(type) {
		case time.Time:
			if !v.IsZero() {
				// Excel knows no zones: the wall clock of Shanghai is what is meant.
				local := v.In(ticket.Shanghai)
				row[i] = excelize.Cell{StyleID: w.date, Value: time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), 0, 0, time.UTC)}
			}
		case int64:
			row[i] = v
		default:
			row[i] = cell(v)
		}
	}
	return w.sheet.SetRow("A"+strconv.Itoa(w.rows), row)
}

func (w *book) Close() error {
	if err := w.sheet.Flush(); err != nil {
		return err
	}
	if _, err := w.file.WriteTo(w.out); err != nil {
		return err
	}
	return w.file.Close()
}

// table is a Parquet file with Chinese names of columns.
type table struct {
	out   *parquet.Writer
	names Names
}

func newTable(out io.Writer, names Names) (Writer, error) {
	list := make([]parquet.Column, len(columns))
	for i, c := range columns {
		list[i] = parquet.Column{Name: c.title, Kind: c.kind}
	}
	w, err := parquet.NewWriter(out, list...)
	return &table{out: w, names: names}, err
}

func (w *table) Add(t *ticket.Ticket) error {
	row := make([]any, len(columns))
	for i, c := range columns {
		row[i] = c.value(w.names, t)
	}
	return w.out.Row(row...)
}

func (w *table) Close() error { return w.out.Close() }
