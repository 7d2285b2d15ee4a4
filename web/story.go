package web

import (
	"slices"
	"sort"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/locker"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// storyOf is the history, newest first.
func storyOf(t *ticket.Ticket, p *rules.Policy, now time.Time) []storyEntry {
	story := make([]storyEntry, 0, len(t.Events))
	for i := len(t.Events) - 1; i >= 0; i-- {
		e := &t.Events[i]
		entry := storyEntry{
			What: stepName(e.Step), Who: whoText(e, p), When: fullMoment(e.At), Ago: ago(e.At, now),
			Fields: eventFields(e, p), Now: i == len(t.Events)-1, Bad: badNews[e.Step],
		}
		if e.Step == ticket.StepDetach {
			nameFile(entry.Fields, t, e.Fields[ticket.FileField])
		}
		if e.From != e.To {
			entry.Moved = e.To.Name()
			if e.From != ticket.None {
				entry.Moved = e.From.Name() + " → " + e.To.Name()
			}
		}
		story = append(story, entry)
	}
	return story
}

// nameFile says which file was taken away by its name, as far as the viewer may
// know it, and not by its SHA-256.
func nameFile(fields []pair, t *ticket.Ticket, sum string) {
	name := "（不显示）"
	for _, f := range ticket.AllFiles(t.Events) {
		if f.SHA256 == sum {
			name = f.Name
		}
	}
	for i := range fields {
		if fields[i].Value == sum {
			fields[i].Value = name
		}
	}
}

var badNews = map[ticket.Step]bool{
	ticket.StepRequestReturn: true, ticket.StepSendBack: true, ticket.StepRedo: true, ticket.StepUrge: true,
	ticket.StepSupervise: true, ticket.StepEscalate: true,
}

func stepName(step ticket.Step) string {
	if tr, ok := steps.Find(step); ok {
		return tr.Name
	}
	return string(step)
}

// whoText is who took a step, with role and unit as they were then.
func whoText(e *ticket.Event, p *rules.Policy) string {
	if e.Role == ticket.System {
		return e.Name
	}
	where := e.Role.Name()
	if e.Unit != "" {
		where = p.Units.Short(e.Unit)
	}
	return e.Name + "（" + where + "）"
}

// ago is how long something is past, in one word.
func ago(at, now time.Time) string {
	d := now.Sub(at)
	switch {
	case d < time.Minute:
		return "刚刚"
	case d < 30*24*time.Hour:
		return span(d) + "前"
	}
	return ""
}

// recorded are the fields of events that no form has: what the service decided
// or found when the step was taken.
var recorded = []steps.Field{
	{Name: "month", Label: "月份", Kind: steps.FieldText},
	{Name: "county", Label: "事发县区", Kind: steps.FieldText},
	{Name: "review_date", Label: "复核日期", Kind: steps.FieldDate},
	{Name: "days", Label: "延长天数", Kind: steps.FieldNumber},
	{Name: "ground", Label: "理由", Kind: steps.FieldText},
	{Name: "primary", Label: "主单编号", Kind: steps.FieldTicket},
	{Name: "category", Label: "类别", Kind: steps.FieldCategory},
	{Name: "kind", Label: "诉求类型", Kind: steps.FieldAsk},
}

// eventFields puts an event's fields into words, in the order of its form.
// What has no name for people is not shown.
func eventFields(e *ticket.Event, p *rules.Policy) []pair {
	var fields []steps.Field
	if tr, ok := steps.Find(e.Step); ok {
		fields = tr.Fields
	}
	return fieldPairs(e, p, fields, recorded)
}

// fieldPairs puts those of an event's fields into words that are in some lists.
func fieldPairs(e *ticket.Event, p *rules.Policy, lists ...[]steps.Field) []pair {
	var pairs []pair
	seen := map[string]bool{}
	for _, f := range slices.Concat(lists...) {
		if value := e.Fields[f.Name]; value != "" && !seen[f.Name] {
			seen[f.Name] = true
			pairs = append(pairs, pair{f.Label, valueText(p, f, value)})
		}
	}
	return pairs
}

// valueText turns a field's value into what people read.
func valueText(p *rules.Policy, f steps.Field, value string) string {
	switch f.Kind {
	case steps.FieldUnit, steps.FieldExternal:
		return p.Units.Name(value)
	case steps.FieldUnits:
		names := strings.Split(value, ";")
		for i, code := range names {
			names[i] = p.Units.Name(strings.TrimSpace(code))
		}
		return strings.Join(names, "、")
	case steps.FieldCategory:
		return categoryText(p, value)
	case steps.FieldTime:
		if at, err := time.Parse(time.RFC3339, value); err == nil {
			return fullMoment(at)
		}
	case steps.FieldFiles:
		files, _ := ticket.ParseFiles(value)
		names := make([]string, len(files))
		for i, f := range files {
			names[i] = f.Name + "（" + locker.SizeText(f.Size) + "）"
		}
		return strings.Join(names, "、")
	case steps.FieldChoice, steps.FieldAsk, steps.FieldTri, steps.FieldBool, steps.FieldGround:
		for _, c := range steps.Choices(p, f) {
			if c.Value == value {
				return c.Label
			}
		}
	}
	return value
}

func sortPairs(pairs []pair) {
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Name < pairs[j].Name })
}
