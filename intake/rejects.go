package intake

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/xuri/excelize/v2"

	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
)

// rejects is the workbook of the rows that an import rejected: each as it was,
// with why, so that it can be mended and imported again. All cells are text:
// a number that is filled in keeps its digits.
type rejects struct {
	dir, name string
	book      *excelize.File
	textStyle int
	sheets    map[string]*rejectSheet
	order     []*rejectSheet
}

type rejectSheet struct {
	name    string
	w       *excelize.StreamWriter
	row     int
	columns *columns
	kept    []int // columns of the original
}

func newRejects(dir, file string) *rejects {
	return &rejects{dir: dir, name: strings.TrimSuffix(file, filepath.Ext(file)) + "-退回", sheets: map[string]*rejectSheet{}}
}

func (r *rejects) add(it *item) error {
	s, err := r.sheet(it)
	if err != nil {
		return err
	}
	cells := []any{r.cell(fmt.Sprint(it.row.Number)), r.cell(it.columns.where(it.faults)), r.cell(reasons(it.faults))}
	lost := map[int]bool{}
	for _, f := range it.faults {
		if f.Code == "lost_digits" {
			for _, column := range it.columns.fields[canonical[f.Field]] {
				lost[column] = true
			}
		}
	}
	for _, column := range s.kept {
		text := it.row.At(column).Text
		if lost[column] { // to be filled in: what is left of it would pass for a number
			text = ""
		}
		cells = append(cells, r.cell(grid.Escape(grid.Unescape(text))))
	}
	return s.write(cells)
}

func (r *rejects) cell(text string) excelize.Cell {
	return excelize.Cell{StyleID: r.textStyle, Value: text}
}

// sheet gives the sheet for the rows of one sheet of the original.
func (r *rejects) sheet(it *item) (*rejectSheet, error) {
	if s, ok := r.sheets[it.row.Sheet]; ok {
		return s, nil
	}
	if r.book == nil {
		r.book = excelize.NewFile()
		var err error
		if r.textStyle, err = r.book.NewStyle(&excelize.Style{NumFmt: 49}); err != nil {
			return nil, err
		}
	}
	s := &rejectSheet{name: fmt.Sprintf("退回%d", len(r.order)+1), columns: it.columns}
	if _, err := r.book.NewSheet(s.name); err != nil {
		return nil, err
	}
	var err error
	if s.w, err = r.book.NewStreamWriter(s.name); err != nil {
		return nil, err
	}
	r.sheets[it.row.Sheet] = s
	r.order = append(r.order, s)
	if err := s.w.SetColStyle(1, 200, r.textStyle); err != nil {
		return nil, err
	}
	header := make([]any, 0, len(it.columns.headers)+3)
	for _, h := range rejectHeaders {
		header = append(header, r.cell(h))
	}
	for column := range it.columns.headers {
		if name := it.columns.header(column); !slices.Contains(rejectHeaders, name) {
			s.kept = append(s.kept, column)
			header = append(header, r.cell(name))
		}
	}
	return s, s.write(header)
}

func (s *rejectSheet) write(cells []any) error {
	s.row++
	return s.w.SetRow(fmt.Sprintf("A%d", s.row), cells)
}

// save writes the workbook, under a name that no file has yet, and gives its
// path; empty when nothing was rejected.
func (r *rejects) save() (string, error) {
	if r.book == nil {
		return "", nil
	}
	for _, s := range r.order {
		if err := s.w.Flush(); err != nil {
			return "", err
		}
	}
	if err := r.book.DeleteSheet("Sheet1"); err != nil {
		return "", err
	}
	file, err := r.create()
	if err != nil {
		return "", ticket.Refuse(ticket.ErrInvalid, "rejects_unwritable", "退回的行写不进文件夹“%s”，请检查权限和磁盘空间", r.dir)
	}
	_, err = r.book.WriteTo(file)
	if err = errors.Join(err, file.Close(), r.book.Close()); err != nil {
		return "", errors.Join(err, os.Remove(file.Name()))
	}
	return file.Name(), nil
}

// create opens a new file: one that somebody is mending is not overwritten.
func (r *rejects) create() (*os.File, error) {
	for n := 1; ; n++ {
		name := r.name + ".xlsx"
		if n > 1 {
			name = fmt.Sprintf("%s%d.xlsx", r.name, n)
		}
		file, err := os.OpenFile(filepath.Join(r.dir, name), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
		if err == nil || !errors.Is(err, os.ErrExist) {
			return file, err
		}
	}
}

// canonical gives the column field of a form field.
var canonical = map[string]string{
	"source_no": fieldTicketNo, "title": fieldTitle, "content": fieldContent, "caller_name": fieldCallerName,
	"caller_sex": fieldCallerSex, "caller_phone": fieldCallerPhone, "contact": fieldContact,
	"caller_address": fieldCallerAddress, "id_no": fieldIDNo, "place": fieldPlace, "area": fieldArea,
	"subject": fieldSubject, "called_at": fieldCallTime, "demand_type": fieldDemandType,
	"category": fieldCategory, "urgency": fieldUrgency,
}

// where names the columns that are at fault.
func (c *columns) where(faults []ticket.FieldFault) string {
	var names []string
	for _, f := range faults {
		columns := c.fields[canonical[f.Field]]
		if len(columns) == 0 {
			continue
		}
		if name := c.header(columns[0]); !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	return strings.Join(names, "；")
}

func reasons(faults []ticket.FieldFault) string {
	texts := make([]string, len(faults))
	for i, f := range faults {
		texts[i] = f.Message
	}
	return strings.Join(texts, "；")
}
