package reports

import (
	"fmt"
	"math"

	"huiyin/ticket"
)

// Goal is the number that would show the success of a card's measures.
type Goal struct {
	Month ticket.Month `json:"month"` // in which it is looked at
	// Count is the greatest number of tickets a month that would be success; 0
	// when they are too few for a number.
	Count    int    `json:"count"`
	Expected int    `json:"expected"` // what the season would bring in that month without measures
	Method   Method `json:"method"`   // MethodNone when that cannot be said
}

// goal proposes fewer than the mean of the last three whole months by the ratio
// that the policy calls a change.
func (b *builder) goal(cat int, month ticket.Month) Goal {
	g := Goal{Month: month, Method: MethodNone}
	months, series := b.countedMonths(func(t *tally) int { return t.cats[cat] })
	if len(series) == 0 {
		return g
	}
	ahead := 0
	for m := months[len(months)-1]; m < month; m = m.Add(1) {
		ahead++
	}
	recent := series[max(0, len(series)-3):]
	mean := float64(sum(recent)) / float64(len(recent))
	if count := int(mean * (1 - b.policy.Rules.RiseRatio)); count > 0 && !b.few(series[len(series)-1]) {
		g.Count = count
	}
	if at := len(series) - 1 + ahead; at-12 < len(series) {
		expected, method := expectSince(series, len(series), at)
		g.Expected, g.Method = int(math.Round(expected)), method
	}
	return g
}

// season says what the month of the goal would bring by the season alone.
func (g Goal) season() string {
	if g.Method != MethodSeason {
		return ""
	}
	return fmt.Sprintf("（按季节预计%s%d件）", g.Month.Name(), g.Expected)
}

// NumberOf writes the number of a document (文号) by the policy's form.
func (r *Rules) NumberOf(year, n int) string { return numberOf(r.NumberForm, year, n) }
