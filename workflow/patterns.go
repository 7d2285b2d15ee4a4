package workflow

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// What the rules about several tickets look at: the same caller again within a
// quarter, many callers about one object within a week, one matter at one place
// within the month.
const (
	repeatMonths = 3
	groupSpan    = 7 * 24 * time.Hour
)

// SweepPatterns puts open tickets under supervision by the rules about several
// tickets: repeated, group and high-frequency complaints. It reads facts, and
// of the tickets only those whose facts make a pattern possible. Like Sweep it
// does nothing twice.
func (d *Desk) SweepPatterns(ctx context.Context, now time.Time) (SweepResult, error) {
	p := d.Policy()
	var facts []ticket.Fact
	this := ticket.MonthOf(now)
	for back := repeatMonths - 1; back >= 0; back-- {
		month, err := d.store.Facts(ctx, this.Add(-back))
		if err != nil {
			return SweepResult{}, err
		}
		facts = append(facts, month...)
	}
	facts = slices.DeleteFunc(facts, func(f ticket.Fact) bool {
		return f.Excluded || f.Kind == ticket.Praise || f.Kind == ticket.Consult || f.ReceivedAt.After(now)
	})
	tickets, err := d.store.Tickets(ctx, worthReading(p, facts, now))
	if err != nil {
		return SweepResult{}, err
	}
	found := map[ticket.ID]pattern{}
	for _, rule := range []patternRule{repeats, groups, frequent} {
		rule.find(p, tickets, now, found)
	}
	var result SweepResult
	for i := range tickets {
		t := &tickets[i]
		hit, ok := found[t.ID]
		if !ok || !t.State.IsOpen() || !rules.Stricter(hit.row.Level, t.Supervision) {
			continue
		}
		version := t.Version
		done, err := d.superviseBy(ctx, now, t.ID, &version, hit.row, hit.reason)
		if err != nil {
			return result, err
		}
		result.Supervised += done
	}
	return result, nil
}

// pattern is the strictest row that the company of a ticket reaches.
type pattern struct {
	row    rules.SupervisionRow
	reason string
}

// patternRule groups tickets and measures each group.
type patternRule struct {
	name   string
	keys   func(t *ticket.Ticket) []string // the groups of a ticket; none: it belongs nowhere
	within func(t *ticket.Ticket, now time.Time) bool
	size   func(group []*ticket.Ticket) int
	reason func(n int, key string) string
}

var (
	repeats = patternRule{
		name: rules.RuleRepeat,
		keys: func(t *ticket.Ticket) []string {
			if t.CallerKey == "" {
				return nil
			}
			return []string{t.CallerKey + "\x00" + t.Category}
		},
		within: func(*ticket.Ticket, time.Time) bool { return true },
		size:   func(group []*ticket.Ticket) int { return len(group) },
		reason: func(n int, _ string) string {
			return fmt.Sprintf("同一来电人三个月内就同一事项反映%d次", n)
		},
	}
	groups = patternRule{
		name:   rules.RuleGroup,
		keys:   objects,
		within: func(t *ticket.Ticket, now time.Time) bool { return now.Sub(t.ReceivedAt) <= groupSpan },
		size:   callers,
		reason: func(n int, key string) string { return fmt.Sprintf("七天内%d人反映%s", n, objectText(key)) },
	}
	frequent = patternRule{
		name: rules.RuleHighFreq,
		keys: func(t *ticket.Ticket) []string {
			place := cmp.Or(placeName(t), t.County)
			if place == "" {
				return nil
			}
			return []string{t.Category + "\x00" + place}
		},
		within: func(t *ticket.Ticket, now time.Time) bool { return ticket.MonthOf(t.ReceivedAt) == ticket.MonthOf(now) },
		size:   func(group []*ticket.Ticket) int { return len(group) },
		reason: func(n int, key string) string {
			_, place, _ := strings.Cut(key, "\x00")
			return fmt.Sprintf("本月同一事项在%s已有%d件", place, n)
		},
	}
)

// find notes for each ticket of a group that is large enough the row it reaches.
func (r patternRule) find(p *rules.Policy, tickets []ticket.Ticket, now time.Time, found map[ticket.ID]pattern) {
	members := map[string][]*ticket.Ticket{}
	for i := range tickets {
		t := &tickets[i]
		if !r.within(t, now) {
			continue
		}
		for _, key := range r.keys(t) {
			members[key] = append(members[key], t)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(members)) {
		group := members[key]
		n := r.size(group)
		row, ok := p.SupervisionFor(r.name, n, "")
		if !ok {
			continue
		}
		for _, t := range group {
			if before, had := found[t.ID]; !had || rules.Stricter(row.Level, before.row.Level) || row.Level == before.row.Level && row.Line < before.row.Line {
				found[t.ID] = pattern{row, r.reason(n, key)}
			}
		}
	}
}

// objects are what a ticket complains about, as far as it has a name of its own.
func objects(t *ticket.Ticket) []string {
	var keys []string
	for _, e := range t.Verdict.Entities {
		switch e.Kind {
		case ticket.EntityPlate, ticket.EntityLine, ticket.EntityRoad, ticket.EntityStation, ticket.EntityToll, ticket.EntityCompany:
			if key := string(e.Kind) + "\x00" + e.Norm(); !slices.Contains(keys, key) {
				keys = append(keys, key)
			}
		}
	}
	return keys
}

// objectText names an object for people; a plate is not written out in a
// reason that many read.
func objectText(key string) string {
	kind, name, _ := strings.Cut(key, "\x00")
	if kind == string(ticket.EntityPlate) {
		return "同一车辆"
	}
	return name
}

// placeName is the most exact place that a ticket names.
func placeName(t *ticket.Ticket) string {
	for _, kind := range []ticket.EntityKind{ticket.EntityStation, ticket.EntityToll, ticket.EntityLine, ticket.EntityRoad, ticket.EntityPlace} {
		for _, e := range t.Verdict.Entities {
			if e.Kind == kind {
				return e.Norm()
			}
		}
	}
	return ""
}

// callers counts the people of a group; who gave no number counts as one each.
func callers(group []*ticket.Ticket) int {
	known := map[string]bool{}
	unknown := 0
	for _, t := range group {
		if t.CallerKey == "" {
			unknown++
			continue
		}
		known[t.CallerKey] = true
	}
	return len(known) + unknown
}

// worthReading are the tickets that may belong to a group that a rule reaches,
// as far as facts can tell: enough tickets of one caller and category, enough of
// one category in the month, or enough in the week, with an open one among them.
func worthReading(p *rules.Policy, facts []ticket.Fact, now time.Time) []ticket.ID {
	type pile struct {
		ids  []ticket.ID
		open bool
	}
	piles := map[string]*pile{}
	put := func(key string, f *ticket.Fact) {
		if piles[key] == nil {
			piles[key] = &pile{}
		}
		piles[key].ids = append(piles[key].ids, f.ID)
		piles[key].open = piles[key].open || f.State.IsOpen()
	}
	for i := range facts {
		f := &facts[i]
		if f.CallerKey != 0 {
			put(fmt.Sprintf("%s\x00%d\x00%s", rules.RuleRepeat, f.CallerKey, f.Category), f)
		}
		if ticket.MonthOf(f.ReceivedAt) == ticket.MonthOf(now) {
			put(rules.RuleHighFreq+"\x00"+f.Category, f)
		}
		if now.Sub(f.ReceivedAt) <= groupSpan {
			put(rules.RuleGroup+"\x00", f)
		}
	}
	worth := map[ticket.ID]bool{}
	for key, pile := range piles {
		rule, _, _ := strings.Cut(key, "\x00")
		if _, ok := p.SupervisionFor(rule, len(pile.ids), ""); !ok || !pile.open {
			continue
		}
		for _, id := range pile.ids {
			worth[id] = true
		}
	}
	ids := make([]ticket.ID, 0, len(worth))
	for i := range facts {
		if worth[facts[i].ID] {
			ids = append(ids, facts[i].ID)
		}
	}
	return ids
}
