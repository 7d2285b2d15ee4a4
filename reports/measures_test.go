package reports

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
)

// kept is a source with a ledger and with what people wrote.
type kept struct {
	*memory
	ledger  []ticket.Rectification
	written []ticket.Amendment
	askedAt time.Time
}

func (k *kept) Rectifications(_ context.Context, at time.Time) ([]ticket.Rectification, error) {
	k.askedAt = at
	return k.ledger, nil
}

func (k *kept) Amendments(_ context.Context, period string) ([]ticket.Amendment, error) {
	if period != "2026-10" {
		return nil, nil
	}
	return k.written, nil
}

// yearsOf makes a category's tickets by month: 1 a number.
func yearsOf(category string, counts map[ticket.Month]int) *memory {
	src := &memory{facts: map[ticket.Month][]ticket.Fact{}}
	n := 0
	for m, count := range counts {
		for range count {
			n++
			src.facts[m] = append(src.facts[m], made(n, ticket.Channel12328, ticket.Complaint, category, "zhidui", "城东区", ticket.Dispatched, life{received: m.Start().Add(time.Hour).Format("2006-01-02 15:04")}, 0, nil))
		}
	}
	return src
}

func entry(change func(*ticket.Rectification)) ticket.Rectification {
	e := ticket.Rectification{
		ID: "ZG202608-1", Matter: "C02", Problem: "出租汽车不打表", Measures: []string{"夜间巡查"}, Unit: "zhidui", Deadline: "2026-10-15",
		State: ticket.RectifyRunning, ProposedAt: shanghai("08-03 09:00"), ApprovedAt: shanghai("08-05 09:00"),
	}
	if change != nil {
		change(&e)
	}
	return e
}

func TestTheEffectOfAMeasure(t *testing.T) {
	steady := map[ticket.Month]int{"2026-05": 40, "2026-06": 50, "2026-07": 60, "2026-08": 30, "2026-09": 24, "2026-10": 20}
	seasonal := map[ticket.Month]int{
		"2025-04": 10, "2025-05": 20, "2025-06": 20, "2025-07": 20, "2025-08": 20, "2025-09": 20, "2025-10": 40,
		"2026-05": 20, "2026-06": 20, "2026-07": 20, "2026-08": 20, "2026-09": 20, "2026-10": 39,
	}
	for _, c := range []struct {
		name   string
		counts map[ticket.Month]int
		change func(*ticket.Rectification)
		want   Effect
	}{
		{"the three months before stand beside those after", steady, nil,
			Effect{Known: true, Before: Monthly{150, 3}, After: Monthly{74, 3}, Now: 20, Expected: 50, Method: MethodMean, Verdict: VerdictFell}},
		{"approved in the second half of a month, that month counts as neither", steady, func(e *ticket.Rectification) { e.ApprovedAt = shanghai("08-16 00:00") },
			Effect{Known: true, Before: Monthly{150, 3}, After: Monthly{44, 2}, Now: 20, Expected: 50, Method: MethodMean, Verdict: VerdictFell}},
		{"a target that is met is success, whatever the season", steady, func(e *ticket.Rectification) { e.Target = 20 },
			Effect{Known: true, Before: Monthly{150, 3}, After: Monthly{74, 3}, Now: 20, Expected: 50, Method: MethodMean, Verdict: VerdictReached}},
		{"twice the count is no rise in a month that doubles every year", seasonal, nil,
			Effect{Known: true, Before: Monthly{60, 3}, After: Monthly{79, 3}, Now: 39, Expected: 40, Method: MethodSeason, Verdict: VerdictSame}},
		{"without the season it would be a rise", map[ticket.Month]int{"2026-05": 20, "2026-06": 20, "2026-07": 20, "2026-08": 20, "2026-09": 20, "2026-10": 39}, nil,
			Effect{Known: true, Before: Monthly{60, 3}, After: Monthly{79, 3}, Now: 39, Expected: 20, Method: MethodMean, Verdict: VerdictRose}},
		{"a handful proves nothing", map[ticket.Month]int{"2026-06": 2, "2026-07": 2, "2026-08": 2, "2026-10": 1}, nil,
			Effect{Known: true, Before: Monthly{4, 2}, After: Monthly{3, 3}, Now: 1, Expected: 2, Method: MethodMean, Verdict: VerdictFew}},
		{"a month after approval has not passed yet", steady, func(e *ticket.Rectification) { e.ApprovedAt = shanghai("10-20 09:00") },
			Effect{Before: Monthly{114, 3}, Now: 20, Verdict: VerdictNone}},
		{"a problem that is no matter is not counted", steady, func(e *ticket.Rectification) { e.Matter = "" }, Effect{Verdict: VerdictNone}},
	} {
		t.Run(c.name, func(t *testing.T) {
			src := &kept{memory: yearsOf("C02", c.counts), ledger: []ticket.Rectification{entry(c.change)}}
			m := build(t, src, "2026-10", afterOctober())
			if len(m.Measures.Rows) != 1 {
				t.Fatalf("%d rows", len(m.Measures.Rows))
			}
			if got := m.Measures.Rows[0].Effect; got != c.want {
				t.Errorf("got %+v\nwant %+v", got, c.want)
			}
		})
	}
}

func TestTheLedgerInAReport(t *testing.T) {
	src := &kept{memory: handMade(), ledger: []ticket.Rectification{
		entry(nil),
		entry(func(e *ticket.Rectification) { e.ID, e.State = "proposed", ticket.RectifyProposed }),
		entry(func(e *ticket.Rectification) {
			e.ID, e.State, e.ClosedAt = "closed", ticket.RectifyClosed, shanghai("10-20 09:00")
		}),
		entry(func(e *ticket.Rectification) {
			e.ID, e.State, e.ClosedAt = "long ago", ticket.RectifyClosed, shanghai("2026-04-20 09:00")
		}),
		entry(func(e *ticket.Rectification) {
			e.ID, e.Unit, e.Deadline, e.Reopened, e.State = "other", "gonglu", "2026-12-31", 1, ticket.RectifyReopened
		}),
	}}
	m := build(t, src, "2026-10", afterOctober())
	if !src.askedAt.Equal(ticket.Month("2026-10").End()) {
		t.Errorf("the ledger is asked as of %s", src.askedAt)
	}
	var ids []string
	for _, r := range m.Measures.Rows {
		ids = append(ids, r.ID)
	}
	if want := []string{"ZG202608-1", "other", "closed"}; !slices.Equal(ids, want) {
		t.Errorf("rows are %v, want %v", ids, want)
	}
	if x := m.Measures; x.Open != 2 || x.Overdue != 1 || x.Closed != 1 || x.Reopened != 1 {
		t.Errorf("%d open, %d overdue, %d closed, %d reopened", x.Open, x.Overdue, x.Closed, x.Reopened)
	}
	page := string(bytesOf(t, m, WriteHTML))
	for _, want := range []string{"整改中，已超期", "回炉整改（回炉1次）", "整改前月均", "出租汽车不打表"} {
		if !strings.Contains(page, want) {
			t.Errorf("the report does not say %s", want)
		}
	}
}
