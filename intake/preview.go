package intake

import (
	"strings"

	"huiyin/intake/sheet"
	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
)

// FieldName is a canonical field that a column can be said to hold.
type FieldName struct{ Name, Label string }

// FieldNames are the fields that a form takes, in the order of a form. A column
// of none of them is kept with the ticket as it stands.
var FieldNames = []FieldName{
	{fieldTicketNo, "工单编号"}, {fieldTitle, "标题"}, {fieldContent, "内容"}, {fieldDemandType, "诉求类型"}, {fieldCategory, "来源分类"},
	{fieldCallTime, "来电时间"}, {fieldPlace, "事发地点"}, {fieldArea, "所在区域"}, {fieldSubject, "被反映对象"}, {fieldPlate, "车牌"},
	{fieldCallerName, "来电人"}, {fieldCallerSex, "来电人性别"}, {fieldCallerPhone, "来电号码"}, {fieldContact, "联系电话"},
	{fieldCallerAddress, "来电人地址"}, {fieldIDNo, "证件号码"}, {fieldConfidential, "是否保密"}, {fieldUrgency, "紧急程度"}, {fieldRowNo, "序号"},
}

func isFormField(field string) bool {
	for _, f := range FieldNames {
		if f.Name == field {
			return true
		}
	}
	return false
}

// Preview tells how the columns of a file are understood.
type Preview struct {
	Sheet     string
	HeaderRow int  // as the office program shows it
	Found     bool // a header, and not only the row that looks most like one
	Columns   []PreviewColumn
}

// PreviewColumn is a column of the first sheet with a header.
type PreviewColumn struct {
	Header   string
	Field    string   // of FieldNames, empty: kept with the ticket
	Sealed   bool     // kept, but among the caller's personal data
	Examples []string // of the first rows, redacted
}

const (
	previewExamples = 3
	exampleRunes    = 28
)

// Preview reads the head of a file. Errors are those of Import.
func (l *Line) Preview(file string, o ImportOptions) (Preview, error) {
	run := &importing{line: l, options: o}
	if err := run.understand(); err != nil {
		return Preview{}, err
	}
	f, err := sheet.Open(file)
	if err != nil {
		return Preview{}, err
	}
	defer f.Close()
	var rows []grid.Row
	for row, err := range f.Rows() {
		if err != nil && len(rows) == 0 {
			return Preview{}, err
		}
		if err != nil || len(rows) == headerRows+previewExamples || len(rows) > 0 && row.Sheet != rows[0].Sheet {
			break
		}
		rows = append(rows, row)
	}
	if len(rows) == 0 {
		return Preview{}, nil
	}
	return run.preview(rows), nil
}

func (run *importing) preview(rows []grid.Row) Preview {
	columns, used := run.mapping.findHeader(rows[:min(len(rows), headerRows)])
	p := Preview{Sheet: rows[0].Sheet, Found: columns != nil}
	if columns == nil {
		at := likeliestHeader(rows)
		columns, used = run.mapping.read(rows[at]), at+1
	}
	p.HeaderRow = columns.row
	fields := make([]string, len(columns.headers))
	for field, places := range columns.fields {
		for _, i := range places {
			fields[i] = field
		}
	}
	for i, header := range columns.headers {
		if header == "" {
			continue
		}
		c := PreviewColumn{Header: header}
		if isFormField(fields[i]) {
			c.Field = fields[i]
		}
		c.Sealed = c.Field == "" && run.values.personal(header)
		for _, row := range rows[used:min(len(rows), used+previewExamples)] {
			if text := example(strings.TrimSpace(row.At(i).Text), c); text != "" {
				c.Examples = append(c.Examples, text)
			}
		}
		p.Columns = append(p.Columns, c)
	}
	return p
}

// likeliestHeader is the fullest of the first rows.
func likeliestHeader(rows []grid.Row) int {
	best, most := 0, 0
	for i, row := range rows[:min(len(rows), headerRows)] {
		filled := 0
		for _, cell := range row.Cells {
			if strings.TrimSpace(cell.Text) != "" {
				filled++
			}
		}
		if filled > most {
			best, most = i, filled
		}
	}
	return best
}

// example shows enough of a cell to tell what the column holds, and nobody's data.
func example(text string, c PreviewColumn) string {
	switch {
	case text == "":
		return ""
	case c.Sealed, c.Field == fieldCallerAddress:
		return "***"
	case c.Field == fieldCallerName:
		return ticket.MaskName(text)
	case c.Field == fieldCallerPhone, c.Field == fieldContact:
		return ticket.MaskPhone(text)
	case c.Field == fieldIDNo:
		return ticket.MaskIDNumber(text)
	}
	text, _ = ticket.Redact(strings.Join(strings.Fields(text), " "))
	if runes := []rune(text); len(runes) > exampleRunes {
		return string(runes[:exampleRunes]) + "…"
	}
	return text
}
