package intake

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"huiyin/classify"
	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
)

// pathSeparator stands between the levels of a source's own category.
const pathSeparator = ">"

// Columns that the rejects of an import add. They are dropped when the mended
// file comes again.
var rejectHeaders = []string{"原行号", "问题栏", "退回原因"}

// ghost reports whether a row holds no ticket: nothing but a running number, or
// the sum below a list.
func (c *columns) ghost(row grid.Row, v values) bool {
	first, hasText := "", false
	for i, cell := range row.Cells {
		text := strings.TrimSpace(cell.Text)
		if text == "" || slices.Contains(c.fields[fieldRowNo], i) && !startsWithAny(text, v.totals) {
			continue
		}
		first = cmp.Or(first, text)
		hasText = hasText || slices.Contains(c.fields[fieldContent], i) || slices.Contains(c.fields[fieldTitle], i)
	}
	return first == "" || !hasText && startsWithAny(first, v.totals)
}

func startsWithAny(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// record is a row on its way to a form.
type record struct {
	*columns
	row    grid.Row
	values values
	now    time.Time
	used   map[int]bool
	checker
}

// form makes a form of a row. The faults are those that the form itself cannot
// show: a number that has lost digits, a date that cannot be read.
func (c *columns) form(row grid.Row, channel ticket.Channel, v values, now time.Time) (Form, []ticket.FieldFault) {
	r := record{columns: c, row: row, values: v, now: now, used: make(map[int]bool, len(row.Cells))}
	if row.Damage != "" {
		r.fault("", "damaged_row", row.Damage)
	}
	f := Form{
		Channel:       channel,
		SourceNo:      r.number(fieldTicketNo, "source_no", "工单编号"),
		Title:         r.first(fieldTitle),
		Content:       r.first(fieldContent),
		CallerName:    r.all(fieldCallerName, "；"),
		CallerSex:     r.first(fieldCallerSex),
		CallerPhone:   r.number(fieldCallerPhone, "caller_phone", "来电号码"),
		Contact:       r.number(fieldContact, "contact", "联系电话"),
		CallerAddress: r.all(fieldCallerAddress, "；"),
		IDNo:          r.number(fieldIDNo, "id_no", "证件号码"),
		Confidential:  v.confidential(r.first(fieldConfidential)),
		Place:         r.all(fieldPlace, " "),
		Area:          r.first(fieldArea),
		Subject:       r.subject(),
		CalledAt:      r.calledAt(),
		DemandType:    r.first(fieldDemandType),
		Category:      r.category(),
		Urgency:       r.first(fieldUrgency),
	}
	if c.has(fieldTicketNo) && f.SourceNo == "" && !r.hasFault("source_no") {
		r.fault("source_no", "missing", "工单编号是空的")
	}
	r.rest(&f)
	return f, r.faults
}

// at is the text of a cell as it was meant.
func (r *record) at(column int) string {
	cell := r.row.At(column)
	if cell.Kind == grid.Error {
		return ""
	}
	return strings.TrimSpace(grid.Unescape(cell.Text))
}

// first is the first value of a field that is not empty. The columns that say
// the same again are done with; the others are kept with the rest.
func (r *record) first(field string) string {
	value := ""
	for _, column := range r.fields[field] {
		text := r.at(column)
		if value == "" {
			value = text
		}
		if text == value {
			r.used[column] = true
		}
	}
	return value
}

// all joins the different values of a field.
func (r *record) all(field, separator string) string {
	var values []string
	for _, column := range r.fields[field] {
		r.used[column] = true
		if text := r.at(column); text != "" && !slices.Contains(values, text) {
			values = append(values, text)
		}
	}
	return strings.Join(values, separator)
}

// number is a field that is digits to people and not a quantity. An office
// program that took it for one has lost what made it unique.
func (r *record) number(field, formField, label string) string {
	for _, column := range r.fields[field] {
		cell := r.row.At(column)
		isNumber := cell.Kind == grid.Number || strings.ContainsAny(cell.Text, "eE")
		if text := strings.TrimSpace(cell.Text); isNumber && (grid.LostDigits(text) || rounded(text)) {
			r.used[column] = true
			r.fault(formField, "lost_digits", lostDigits(label, text))
			return ""
		}
	}
	if field == fieldTicketNo {
		return strings.Join(strings.Fields(classify.Clean(r.first(field))), "")
	}
	return r.all(field, "；")
}

// lostDigits says what happened to a number and what to do about it.
func lostDigits(label, text string) string {
	if rounded(text) && !grid.LostDigits(text) {
		return label + "被表格程序缩写了，后几位已经丢掉，请在原系统按文本导出"
	}
	return label + "超过15位，表格程序已经丢掉末几位，请在原系统按文本导出"
}

// rounded reports whether a number was cut to the few digits that a narrow
// column shows: 1.39E+10.
func rounded(text string) bool {
	mantissa, exponent, ok := strings.Cut(strings.ToUpper(text), "E+")
	_, fraction, _ := strings.Cut(mantissa, ".")
	return ok && atoi(exponent) > len(fraction)
}

func (r *record) subject() string {
	subject := r.all(fieldSubject, "；")
	for _, column := range r.fields[fieldPlate] {
		r.used[column] = true
		if plate := r.at(column); plate != "" && !strings.Contains(subject, plate) {
			subject = strings.TrimPrefix(subject+"；"+plate, "；")
		}
	}
	return subject
}

// category is the source's own category as a path: one cell that holds it, or
// the columns of its levels.
func (r *record) category() string {
	columns := slices.Sorted(slices.Values(r.fields[fieldCategory]))
	var levels []string
	for _, column := range columns {
		r.used[column] = true
		for level := range strings.FieldsFuncSeq(r.at(column), func(c rune) bool { return c == '>' || c == '＞' || c == '→' }) {
			if level = strings.TrimSpace(level); level != "" && !slices.Contains(levels, level) {
				levels = append(levels, level)
			}
		}
	}
	return strings.Join(levels, pathSeparator)
}

func (r *record) calledAt() time.Time {
	text := r.first(fieldCallTime)
	if text == "" {
		return time.Time{}
	}
	at, ok := parseTime(text, r.now, r.row.Epoch1904)
	if !ok {
		quoted, _ := ticket.Redact(clip(text, 40))
		r.fault("called_at", "bad_time", "看不懂来电时间“"+quoted+"”，请写成 2026-04-02 18:16 这样")
	}
	return at
}

// rest keeps the columns that no field takes, under their own headers.
func (r *record) rest(f *Form) {
	for column := range r.row.Cells {
		header := r.header(column)
		text := r.at(column)
		if text == "" || r.used[column] || slices.Contains(r.fields[fieldRowNo], column) || slices.Contains(rejectHeaders, header) {
			continue
		}
		if r.values.personal(header) {
			f.Private = with(f.Private, header, text)
		} else {
			f.Extra = with(f.Extra, header, text)
		}
	}
}

// header names a column that has no name by its place.
func (c *columns) header(column int) string {
	if column < len(c.headers) && c.headers[column] != "" {
		return clip(strings.Join(strings.Fields(c.headers[column]), ""), 50)
	}
	return "第" + columnLetters(column) + "列"
}

// columnLetters is how office programs name a column: A, B, … AA.
func columnLetters(column int) string {
	letters := ""
	for column++; column > 0; column = (column - 1) / 26 {
		letters = string(rune('A'+(column-1)%26)) + letters
	}
	return letters
}

// with adds a value; a header that is there already is told apart by a number.
func with(m map[string]string, header, text string) map[string]string {
	if m == nil {
		m = map[string]string{}
	}
	key := header
	for n := '2'; n <= '9' && m[key] != ""; n++ {
		key = header + string(n)
	}
	m[key] = text
	return m
}

// personal reports whether a header names personal data.
func (v values) personal(header string) bool {
	return slices.ContainsFunc(v.private, func(w string) bool { return strings.Contains(strings.ToUpper(header), w) })
}

// clip shortens a text that is only quoted.
func clip(text string, most int) string {
	runes := []rune(text)
	if len(runes) <= most {
		return text
	}
	return string(runes[:most]) + "…"
}
