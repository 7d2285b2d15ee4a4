package steps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// form reads what somebody gave for a step.
func form(p *rules.Policy, step *Transition, given map[string]string) (map[string]string, []ticket.FieldFault) {
	return ReadForm(p, step.Name, step.Fields, given)
}

// ReadForm reads what somebody gave for the fields of a step of a name (中文):
// each value in its stored form, empty ones left out, and every fault at once.
func ReadForm(p *rules.Policy, name string, fields []Field, given map[string]string) (map[string]string, []ticket.FieldFault) {
	r := formReader{policy: p, clean: make(map[string]string, len(given))}
	for i := range fields {
		f := &fields[i]
		value := strings.TrimSpace(given[f.Name])
		switch {
		case value != "":
			r.read(f, value)
		case f.Required:
			r.fault(f, "missing", "请填写%s", f.Label)
		}
	}
	for field, value := range given {
		if !slices.ContainsFunc(fields, func(f Field) bool { return f.Name == field }) && value != "" {
			r.faults = append(r.faults, ticket.FieldFault{Field: field, Code: "unknown_field", Message: "“" + name + "”没有这一项"})
		}
	}
	return r.clean, r.faults
}

// inOrder sorts faults as the fields stand on the form.
func inOrder(step *Transition, faults []ticket.FieldFault) {
	place := func(f ticket.FieldFault) int {
		if i := slices.IndexFunc(step.Fields, func(field Field) bool { return field.Name == f.Field }); i >= 0 {
			return i
		}
		return len(step.Fields)
	}
	slices.SortStableFunc(faults, func(a, b ticket.FieldFault) int { return place(a) - place(b) })
}

type formReader struct {
	policy *rules.Policy
	clean  map[string]string
	faults []ticket.FieldFault
}

func (r *formReader) fault(f *Field, code, format string, args ...any) {
	r.faults = append(r.faults, ticket.FieldFault{Field: f.Name, Code: code, Message: fmt.Sprintf(format, args...)})
}

func (r *formReader) read(f *Field, value string) {
	switch f.Kind {
	case FieldText, FieldLongText:
		r.text(f, value)
	case FieldUnit, FieldExternal:
		r.unit(f, value)
	case FieldUnits:
		r.units(f, value)
	case FieldCategory:
		if _, ok := r.policy.Categories.Find(value); !ok {
			r.fault(f, "unknown_category", "没有这个类别")
			return
		}
		r.clean[f.Name] = value
	case FieldAsk:
		if !ticket.Kind(value).Valid() {
			r.fault(f, "unknown_kind", "诉求类型应为信息咨询、投诉举报、意见建议、求助或表扬")
			return
		}
		r.clean[f.Name] = value
	case FieldGround:
		r.ground(f, value)
	case FieldChoice:
		r.choice(f, value)
	case FieldTime:
		r.time(f, value)
	case FieldDate:
		r.date(f, value)
	case FieldTri, FieldBool:
		r.answer(f, value)
	case FieldNumber:
		n, err := strconv.Atoi(value)
		if err != nil || n < 1 || n > f.Max {
			r.fault(f, "bad_number", "%s应为1到%d的整数", f.Label, f.Max)
			return
		}
		r.clean[f.Name] = strconv.Itoa(n)
	case FieldTicket:
		id := ticket.ID(strings.ToUpper(value))
		if !id.Valid() {
			r.fault(f, "bad_ticket", "工单编号应为12位字母和数字")
			return
		}
		r.clean[f.Name] = string(id)
	case FieldFile:
		if !ticket.IsSHA256(value) {
			r.fault(f, "bad_file", "附件要写它的 SHA-256")
			return
		}
		r.clean[f.Name] = value
	case FieldFiles:
		if _, err := ticket.ParseFiles(value); err != nil {
			r.fault(f, "bad_files", "附件要先上传")
			return
		}
		r.clean[f.Name] = value
	}
}

func (r *formReader) text(f *Field, value string) {
	if !utf8.ValidString(value) || strings.ContainsFunc(value, unprintable) {
		r.fault(f, "bad_text", "%s里有无法识别的字符", f.Label)
		return
	}
	if n := utf8.RuneCountInString(value); n > f.Max {
		r.fault(f, "too_long", "%s最多%d字，现在是%d字", f.Label, f.Max, n)
		return
	}
	r.clean[f.Name], _ = ticket.Redact(value)
}

func unprintable(c rune) bool {
	return c == utf8.RuneError || (unicode.IsControl(c) && c != '\n' && c != '\t' && c != '\r')
}

func (r *formReader) unit(f *Field, value string) {
	if r.knownUnit(f, value) {
		r.clean[f.Name] = value
	}
}

func (r *formReader) knownUnit(f *Field, code string) bool {
	u, ok := r.policy.Units.Find(code)
	switch {
	case !ok:
		r.fault(f, "unknown_unit", "没有编码为“%s”的单位", code)
	case u.Disabled:
		r.fault(f, "disabled_unit", "%s已停用", u.Name)
	case UnitFits(f.Kind, u):
		return true
	case u.Kind == ticket.UnitDiscipline:
		r.fault(f, "wrong_unit", "%s只接收移送的线索，不能分派", u.Name)
	case f.Kind == FieldExternal:
		r.fault(f, "wrong_unit", "%s不是外部单位，请用分派", u.Name)
	default:
		r.fault(f, "wrong_unit", "%s是外部单位，请用转外部单位", u.Name)
	}
	return false
}

func (r *formReader) units(f *Field, value string) {
	var codes []string
	for _, code := range strings.FieldsFunc(value, func(c rune) bool { return c == ';' || c == '；' || c == ',' }) {
		if code = strings.TrimSpace(code); code != "" && !slices.Contains(codes, code) && r.knownUnit(f, code) {
			codes = append(codes, code)
		}
	}
	if len(codes) > 0 {
		r.clean[f.Name] = strings.Join(codes, ";")
	}
}

func (r *formReader) ground(f *Field, value string) {
	g, ok := r.policy.Ground(f.Grounds, value)
	if !ok {
		r.fault(f, "unknown_ground", "%s要从列表中选", f.Label)
		return
	}
	r.clean[f.Name] = g.Code
}

func (r *formReader) choice(f *Field, value string) {
	for _, c := range f.Choices {
		if c.Value == value || c.Label == value {
			r.clean[f.Name] = c.Value
			return
		}
	}
	r.fault(f, "unknown_choice", "%s要从列表中选", f.Label)
}

// timeForms are how people and browsers write an instant, in Shanghai.
var timeForms = []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02 15:04:05", "2006/1/2 15:04"}

func (r *formReader) time(f *Field, value string) {
	at, err := time.Parse(time.RFC3339, value)
	for _, form := range timeForms {
		if err == nil {
			break
		}
		at, err = time.ParseInLocation(form, value, ticket.Shanghai)
	}
	if err != nil || at.Year() < 1970 || at.Year() > 2200 {
		r.fault(f, "bad_time", "%s应写成 2026-10-08 16:20", f.Label)
		return
	}
	r.clean[f.Name] = at.UTC().Truncate(time.Second).Format(time.RFC3339)
}

func (r *formReader) date(f *Field, value string) {
	if _, err := time.Parse(time.DateOnly, value); err != nil {
		r.fault(f, "bad_date", "%s应写成 2026-10-08", f.Label)
		return
	}
	r.clean[f.Name] = value
}

var boolWords = map[string]string{"yes": Yes, "是": Yes, "true": Yes, "on": Yes, "1": Yes, "no": no, "否": no, "false": no, "0": no}

func (r *formReader) answer(f *Field, value string) {
	word, ok := boolWords[value]
	if !ok && f.Kind == FieldTri && (value == "unknown" || value == "未知") {
		word, ok = "unknown", true
	}
	if !ok {
		r.fault(f, "bad_answer", "%s要从列表中选", f.Label)
		return
	}
	r.clean[f.Name] = word
}
