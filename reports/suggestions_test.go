package reports

import (
	"strings"
	"testing"

	"huiyin/ticket"
)

// october is a month of n complaints of one category; leads are dealt in turn.
func october(n int, category string, leads ...string) *memory {
	var facts []ticket.Fact
	for i := range n {
		facts = append(facts, made(i+1, ticket.Channel12345, ticket.Complaint, category, leads[i%len(leads)], "城东区", ticket.Handling,
			life{received: "10-2" + string(rune('0'+i%10)) + " 09:00", due: "11-09 00:00"}, 0, nil))
	}
	return &memory{facts: map[ticket.Month][]ticket.Fact{"2026-10": facts}}
}

func TestSuggestionsTurnToWhoCanAct(t *testing.T) {
	for name, tc := range map[string]struct {
		source *memory
		who    string
		what   string
	}{
		"the unit with most tickets leads, dispatched or not": {
			october(6, "C02", "", "", "yunfu"), "运服", "对件数居首的“不打表”分析成因、落实措施，建议措施：“更换计价器”"},
		"what nobody handles yet the hotline dispatches first": {
			october(4, "C02", ""), desk, "先分派4件在办工单，再由承办单位对件数居首的“不打表”分析成因、落实措施，建议措施：“更换计价器”"},
	} {
		t.Run(name, func(t *testing.T) {
			m := build(t, tc.source, "2026-10", afterOctober())
			if len(m.Suggestions) == 0 {
				t.Fatal("no suggestion")
			}
			last := len(m.Suggestions) - 1
			if s := m.Suggestions[last]; len(s.Who) != 1 || s.Who[0] != tc.who || s.What != tc.what {
				t.Errorf("%q：%q", s.Who, s.What)
			}
			if len(m.Summary.Asks) != last+1 || !strings.HasPrefix(m.Summary.Asks[last], "请"+tc.who+tc.what) {
				t.Errorf("asks %q", m.Summary.Asks)
			}
		})
	}
}

func TestFewTicketsAskNothingOfLeaders(t *testing.T) {
	for name, source := range map[string]*memory{
		"one ticket of a category":            october(1, "C02", "yunfu"),
		"two tickets under the minimum":       october(2, "C02", ""),
		"one ticket that nobody can classify": october(1, "X03", ""),
	} {
		t.Run(name, func(t *testing.T) {
			m := build(t, source, "2026-10", afterOctober())
			if len(m.Suggestions)+len(m.Summary.Asks) != 0 {
				t.Errorf("%+v, %q", m.Suggestions, m.Summary.Asks)
			}
		})
	}
}
