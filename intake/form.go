// Package intake turns what comes through the channels, rows of spreadsheets,
// pushes of other platforms, forms of the console, into tickets: checked,
// cleaned, stripped of personal data, judged, routed and opened, once each.
package intake

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"huiyin/ticket"
)

// Form is a complaint as a channel hands it over.
type Form struct {
	Channel       ticket.Channel    `json:"channel"`
	SourceNo      string            `json:"source_no"`
	Title         string            `json:"title"`
	Content       string            `json:"content"`
	CallerName    string            `json:"caller_name"`
	CallerSex     string            `json:"caller_sex"`
	CallerPhone   string            `json:"caller_phone"`   // the calling number
	Contact       string            `json:"contact"`        // the number left
	CallerAddress string            `json:"caller_address"` // where the caller lives
	IDNo          string            `json:"id_no"`
	Confidential  bool              `json:"confidential"`
	Place         string            `json:"place"`   // where it happened
	Area          string            `json:"area"`    // county, district or street of it
	Subject       string            `json:"subject"` // who or what is complained about
	CalledAt      time.Time         `json:"called_at,omitzero"`
	DemandType    string            `json:"demand_type"` // as the source writes it
	Category      string            `json:"category"`    // the source's own, a path with >
	Urgency       string            `json:"urgency"`     // as the source writes it
	Extra         map[string]string `json:"extra,omitempty"`
	// Private holds columns with personal data that no field takes. They are
	// sealed with the caller's data.
	Private map[string]string `json:"private,omitempty"`
	// Answer, when not empty, is what the caller was told on the phone at once.
	Answer string `json:"answer,omitempty"`
	// Sample marks what huiyin demo makes up.
	Sample bool `json:"-"`
}

// The longest texts, in characters. What is longer is refused, never cut.
const (
	maxSourceNo = 100
	maxTitle    = 500
	maxContent  = 20000
	maxName     = 100
	maxPhone    = 100
	maxAddress  = 500
	maxSubject  = 500
	maxExtra    = 20000
)

// futureTolerance is how far ahead the clock of another system may be.
const futureTolerance = 24 * time.Hour

// Check gives everything that is wrong with a form, in Chinese.
func (f *Form) Check(now time.Time) []ticket.FieldFault {
	var c checker
	switch {
	case f.Channel == ticket.ChannelCase:
		c.fault("channel", "not_a_ticket", "处罚案件只抽取回访，不作为工单受理")
	case !f.Channel.Valid():
		c.fault("channel", "unknown_channel", "没有这个来源渠道，可选：12345、12328、xinfang（信访）、message（留言）、review（好差评）")
	}
	if blank(f.Title) && blank(f.Content) {
		c.fault("content", "missing", "标题和内容都是空的，至少要有一项")
	}
	for _, t := range []struct {
		field, label, text string
		most               int
	}{
		{"source_no", "工单编号", f.SourceNo, maxSourceNo}, {"title", "标题", f.Title, maxTitle},
		{"content", "内容", f.Content, maxContent}, {"caller_name", "来电人", f.CallerName, maxName},
		{"caller_sex", "性别", f.CallerSex, 20}, {"caller_phone", "来电号码", f.CallerPhone, maxPhone},
		{"contact", "联系电话", f.Contact, maxPhone}, {"caller_address", "来电人地址", f.CallerAddress, maxAddress},
		{"id_no", "证件号码", f.IDNo, maxName}, {"place", "事发地点", f.Place, maxAddress},
		{"area", "所在区域", f.Area, maxAddress}, {"subject", "被反映对象", f.Subject, maxSubject},
		{"demand_type", "诉求类型", f.DemandType, maxName}, {"category", "问题分类", f.Category, maxAddress},
		{"urgency", "紧急程度", f.Urgency, maxName},
	} {
		c.length(t.field, t.label, t.text, t.most)
	}
	for header, text := range f.Extra {
		c.length("extra", header, text, maxExtra)
	}
	switch {
	case f.CalledAt.IsZero():
	case f.CalledAt.After(now.Add(futureTolerance)):
		c.fault("called_at", "in_future", "来电时间在将来，请核对")
	case !plausible(f.CalledAt):
		c.fault("called_at", "too_old", "来电时间早得不合理，请核对")
	}
	return c.faults
}

type checker struct{ faults []ticket.FieldFault }

func (c *checker) hasFault(field string) bool {
	return slices.ContainsFunc(c.faults, func(f ticket.FieldFault) bool { return f.Field == field })
}

func (c *checker) fault(field, code, message string) {
	c.faults = append(c.faults, ticket.FieldFault{Field: field, Code: code, Message: message})
}

func (c *checker) length(field, label, text string, most int) {
	if len(text) > most && utf8.RuneCountInString(text) > most {
		c.fault(field, "too_long", fmt.Sprintf("%s太长，最多 %d 个字", label, most))
	}
}

func blank(s string) bool { return strings.TrimSpace(s) == "" }
