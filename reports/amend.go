package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
)

// Edited is a Source that also keeps what people wrote over a report, by its
// key, oldest first.
type Edited interface {
	Amendments(ctx context.Context, report string) ([]ticket.Amendment, error)
}

// Signature is who stood up for a part of a report, and when.
type Signature struct {
	Part  string    `json:"part"`
	Title string    `json:"title"`
	Name  string    `json:"name"`
	At    time.Time `json:"at"`
}

// String is the signature as the report prints it: 王强，11月3日14时20分.
func (s Signature) String() string { return s.Name + "，" + momentText(s.At) }

// The parts of a report that people may write over; a card has one of its own.
const (
	PartForeword    = "foreword"
	PartFindings    = "findings"
	PartAsks        = "asks"
	PartSuggestions = "suggestions"
	PartRules       = "rules"
)

const cardPart = "card:"

// CardPart is the part of the card with a key.
func CardPart(key string) string { return cardPart + key }

// Part is a part as a form shows it.
type Part struct {
	Name, Title string
	Signed      *Signature // nil while it is as the service wrote it
	Fields      []PartField
}

// PartField is a text of a part. Lines of it are the entries of a list.
type PartField struct {
	Name, Label, Value string
	Lines              bool // one entry a line
	Unit               bool // code of a unit
	Date               bool
}

// Parts are the parts that can be written over, in the report's order, with
// what they say now.
func (m *Month) Parts() []Part {
	text := func(name, title, value string, lines bool) Part {
		return Part{Name: name, Title: title, Signed: m.signed(name), Fields: []PartField{{Name: "text", Label: title, Value: value, Lines: lines}}}
	}
	parts := []Part{
		text(PartForeword, "编者按", m.Summary.Foreword, false),
		text(PartFindings, "主要情况", strings.Join(m.Summary.Findings, "\n"), true),
		text(PartAsks, "提请领导关注", strings.Join(m.Summary.Asks, "\n"), true),
	}
	for i := range m.Cards {
		parts = append(parts, m.cardForm(&m.Cards[i]))
	}
	return append(parts,
		text(PartSuggestions, "近期工作", strings.Join(m.suggestionLines(false), "\n"), true),
		text(PartRules, "制度修订", strings.Join(m.suggestionLines(true), "\n"), true))
}

func (m *Month) cardForm(c *Card) Part {
	lines := func(name, label string, list []string) PartField {
		return PartField{Name: name, Label: label, Value: strings.Join(list, "\n"), Lines: true}
	}
	return Part{Name: CardPart(c.Key), Title: c.Item.Name, Signed: c.Confirmed, Fields: []PartField{
		lines("direct", "直接原因", c.Cause.Direct), lines("management", "管理原因", c.Cause.Management),
		lines("institutional", "制度原因", c.Cause.Institutional), lines("measures", "长效措施", c.Cause.Measures),
		{Name: "lead", Label: "牵头单位", Value: c.Lead, Unit: true}, {Name: "person", Label: "责任人", Value: c.Person},
		{Name: "deadline", Label: "完成时限", Value: string(c.Deadline), Date: true},
		{Name: "target", Label: "成效指标", Value: c.Target},
	}}
}

// Part finds a part by its name.
func (m *Month) Part(name string) (Part, bool) {
	for _, p := range m.Parts() {
		if p.Name == name {
			return p, true
		}
	}
	return Part{}, false
}

func (m *Month) signed(part string) *Signature {
	for i := range m.Amended {
		if m.Amended[i].Part == part {
			return &m.Amended[i]
		}
	}
	return nil
}

// readAmendments writes over a report what people have made of its texts.
func (b *builder) readAmendments(ctx context.Context, src Source, m *Month) error {
	edited, ok := src.(Edited)
	if !ok || b.scope.forUnits {
		return nil
	}
	list, err := edited.Amendments(ctx, About{b.of, b.scope}.Key())
	if err != nil {
		return fmt.Errorf("amendments of %s: %w", b.of, err)
	}
	b.amend(m, list)
	if len(m.Amended) > 0 {
		m.Notes = append(m.Notes, m.amendedNote())
	}
	return nil
}

// amend writes over the parts what people have made of them. Of a part that
// the report no longer has, nothing is left to write over.
func (b *builder) amend(m *Month, list []ticket.Amendment) {
	for _, a := range list {
		part, ok := m.Part(a.Part)
		if !ok {
			continue
		}
		sign := Signature{Part: a.Part, Title: part.Title, Name: a.Name, At: a.At.UTC()}
		if key, ok := strings.CutPrefix(a.Part, cardPart); ok {
			b.amendCard(m.card(key), a.Fields, sign)
		} else {
			m.amendText(a.Part, a.Fields["text"])
		}
		m.Amended = slices.DeleteFunc(m.Amended, func(s Signature) bool { return s.Part == a.Part })
		m.Amended = append(m.Amended, sign)
	}
}

func (m *Month) card(key string) *Card {
	i := slices.IndexFunc(m.Cards, func(c Card) bool { return c.Key == key })
	return &m.Cards[i]
}

func (b *builder) amendCard(c *Card, fields map[string]string, sign Signature) {
	for name, list := range map[string]*[]string{
		"direct": &c.Cause.Direct, "management": &c.Cause.Management, "institutional": &c.Cause.Institutional, "measures": &c.Cause.Measures,
	} {
		if text, ok := fields[name]; ok {
			*list = linesOf(text)
		}
	}
	if unit := fields["lead"]; unit != "" {
		c.Lead, c.LeadName = unit, b.policy.Units.Name(unit)
	}
	if text := fields["target"]; text != "" && text != c.Target {
		c.Target, c.Cause.Success = text, nil
	}
	if day := fields["deadline"]; day != "" {
		c.Deadline = ticket.Date(day)
	}
	c.Person, c.Remark = fields["person"], strings.TrimSpace(fields["facts"])
	c.Confirmed, c.Proposed, c.Missing = &sign, false, false
}

func (m *Month) amendText(part, text string) {
	switch part {
	case PartForeword:
		m.Summary.Foreword = strings.TrimSpace(text)
	case PartFindings:
		m.Summary.Findings = linesOf(text)
	case PartAsks:
		m.Summary.Asks = linesOf(text)
	case PartSuggestions, PartRules:
		rule := part == PartRules
		kept := slices.DeleteFunc(slices.Clone(m.Suggestions), func(s Suggestion) bool { return s.Rule == rule })
		for _, line := range linesOf(text) {
			kept = append(kept, Suggestion{What: line, Rule: rule, Written: true})
		}
		m.Suggestions = kept
	}
}

func linesOf(text string) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines
}

// suggestionLines are the suggestions as the report prints them.
func (m *Month) suggestionLines(rule bool) []string {
	var lines []string
	for _, x := range m.Suggestions {
		switch {
		case x.Rule != rule:
		case x.Written:
			lines = append(lines, x.What)
		default:
			lines = append(lines, fmt.Sprintf("%s：%s；%s前完成。依据：%s。", join(x.Who), x.What, DateText(x.By), x.Basis))
		}
	}
	return lines
}

// amendedNote says which parts people have written, for the method notes.
func (m *Month) amendedNote() string {
	var parts []string
	for _, s := range m.Amended {
		parts = append(parts, "“"+s.Title+"”（"+s.String()+"）")
	}
	return "下列部分由人员修改或确认，其余文字由系统按数据生成：" + strings.Join(parts, "；") + "。"
}
