package workflow

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// Lists by category, county, month and the like are read from the facts, forty
// bytes a ticket; no ticket is touched that is not shown.

// monthsBack is how far a list without a month looks at least.
const monthsBack = 13

// matching reads the first places of a list from the facts: one more than the
// page, and how many match in the months looked at.
func (s *Store) matching(ctx context.Context, q *query) ([]place, int, error) {
	months := []ticket.Month{q.Month}
	if q.Month == "" {
		var err error
		if months, err = s.Months(ctx); err != nil {
			return nil, 0, err
		}
		slices.Reverse(months)
	}
	helping := map[ticket.ID]int64{}
	if q.Unit != "" {
		var err error
		if helping, err = s.helped(ctx, q.Unit); err != nil {
			return nil, 0, err
		}
	}
	var found []place
	total := 0
	for i, m := range months {
		helped, err := s.helpedIn(ctx, q.Unit, m, helping)
		if err != nil {
			return nil, 0, err
		}
		facts, err := s.matches(ctx, q, m, helped)
		if err != nil {
			return nil, 0, err
		}
		total += len(facts)
		found = q.page(append(found, facts...))
		if i+1 >= monthsBack && (len(found) > q.Limit || q.SortBy == SortDue) {
			break
		}
	}
	return found, total, nil
}

// matches are the places of a month's tickets that the query asks for.
func (s *Store) matches(ctx context.Context, q *query, m ticket.Month, helped map[ticket.ID]bool) ([]place, error) {
	facts, err := s.facts(ctx, m, func(secrecy ticket.Secrecy) bool { return slices.Contains(q.secrecy, secrecy) })
	if err != nil {
		return nil, err
	}
	facts = slices.DeleteFunc(facts, func(f ticket.Fact) bool {
		return q.Unit != "" && f.Lead != q.Unit && !helped[f.ID] || !q.fits(&f)
	})
	places := make([]place, 0, len(facts))
	if q.SortBy == SortReceived && !q.late() {
		for i := range facts {
			places = append(places, place{n: -facts[i].ReceivedAt.Unix(), id: facts[i].ID})
		}
		return places, nil
	}
	dues, err := s.dues(ctx, q, facts)
	if err != nil {
		return nil, err
	}
	for i := range facts {
		due := dues[i]
		if q.late() && (due <= q.from || due > q.to) {
			continue
		}
		if q.SortBy == SortReceived {
			due = -facts[i].ReceivedAt.Unix()
		}
		places = append(places, place{n: due, id: facts[i].ID})
	}
	return places, nil
}

// dues reads the next due times of tickets from the sets in which they stand.
func (s *Store) dues(ctx context.Context, q *query, facts []ticket.Fact) ([]int64, error) {
	type lookup struct{ scores []*redis.FloatCmd }
	pipe := s.rdb.Pipeline()
	lookups := make([]lookup, len(facts))
	for i := range facts {
		if !slices.Contains(queuedStates, facts[i].State) && facts[i].State != ticket.Transferred {
			continue
		}
		for _, secrecy := range q.secrecy {
			key := dueKey(s.partition(facts[i].ID), secrecy, facts[i].State)
			lookups[i].scores = append(lookups[i].scores, pipe.ZScore(ctx, key, string(facts[i].ID)))
		}
	}
	if pipe.Len() > 0 {
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return nil, refusal.Of("", err)
		}
	}
	dues := make([]int64, len(facts))
	for i := range facts {
		dues[i] = noDue
		for _, c := range lookups[i].scores {
			if n, err := c.Result(); err == nil {
				dues[i] = int64(n)
			}
		}
	}
	return dues, nil
}

// fits reports whether a fact is one that the filter asks for.
func (q *query) fits(f *ticket.Fact) bool {
	category, _ := q.policy.Categories.Find(f.Category)
	is := func(want *bool, have bool) bool { return want == nil || *want == have }
	return (len(q.States) == 0 || slices.Contains(q.States, f.State)) &&
		(q.Category == "" || q.Category == f.Category) &&
		(q.County == "" || q.County == f.County) &&
		(q.Channel == "" || q.Channel == f.Channel) &&
		(q.Kind == "" || q.Kind == f.Kind) &&
		(q.Urgency == "" || q.Urgency == f.Urgency) &&
		is(q.Supervised, f.Supervision != ticket.Unsupervised) &&
		is(q.Enforcement, category.Enforcement) &&
		is(q.Confidential, f.Confidential) &&
		is(q.Excluded, f.Excluded) &&
		is(q.Sample, f.Sample)
}

// Counts are how many open tickets wait in each state.
type Counts struct {
	States   map[ticket.State]int `json:"states"`
	Open     int                  `json:"open"`
	Overdue  int                  `json:"overdue"`
	DueToday int                  `json:"due_today"` // still today, not overdue yet
	Helping  int                  `json:"helping"`   // of a unit: open tickets that it helps with
}

// Counts counts what waits, for the whole bureau or one unit. Units see their
// own. Errors are *ticket.Refusal of the kinds ErrForbidden and ErrStore.
func (d *Desk) Counts(ctx context.Context, now time.Time, actor ticket.Actor, unit string) (Counts, error) {
	unit, secrecy, err := permit.Scope(actor, unit)
	if err != nil {
		return Counts{}, err
	}
	s := d.store
	q := &query{Filter: Filter{Unit: unit, States: steps.OpenStates}, secrecy: secrecy}
	if slices.Contains(secrecy, ticket.Secret) {
		q.States = queuedStates
	}
	soFar := strconv.FormatInt(now.UnixMilli(), 10)
	today := strconv.FormatInt(ticket.DateOf(now).Next().Start().UnixMilli(), 10)
	counts := Counts{States: map[ticket.State]int{}}
	pipe := s.rdb.Pipeline()
	var adds []func()
	count := func(cmd *redis.IntCmd, into func(int)) { adds = append(adds, func() { into(int(cmd.Val())) }) }
	for p := range s.partitions {
		for _, state := range q.States {
			of := &query{Filter: Filter{Unit: unit, States: []ticket.State{state}}, secrecy: secrecy}
			for _, key := range s.keys(of, p) {
				count(pipe.ZCard(ctx, key), func(n int) { counts.States[state] += n })
				count(pipe.ZCount(ctx, key, "-inf", soFar), func(n int) { counts.Overdue += n })
				count(pipe.ZCount(ctx, key, "("+soFar, today), func(n int) { counts.DueToday += n })
			}
		}
		if unit != "" {
			count(pipe.ZCard(ctx, helperKey(p, unit)), func(n int) { counts.Helping += n })
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return Counts{}, refusal.Of("", err)
	}
	for _, add := range adds {
		add()
	}
	for _, state := range steps.OpenStates {
		counts.Open += counts.States[state]
	}
	return counts, nil
}
