package workflow

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/permit"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// Lists by category, county, month, words and the like are found in the
// catalogue; no ticket is touched that is not shown.

// matching finds the first places of a list in the catalogue: one more than the
// page, how many match in all, and how many more may match whose texts have not
// been read yet.
func (s *Store) matching(ctx context.Context, q *query) (found []place, total, unread int, err error) {
	if q.Caller != "" && ticket.CallerNumber(q.Caller) == 0 {
		return nil, 0, 0, nil
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, 0, 0, err
	}
	wanted, err := s.wanted(ctx, q)
	if err != nil {
		return nil, 0, 0, err
	}
	if q.SortBy == SortDue || q.late() {
		var hits []catalogue.Hit
		unread = s.catalogued.Find(wanted, false, func(h catalogue.Hit) { hits = append(hits, h) })
		places, err := s.dueOf(ctx, q, hits)
		return q.page(places), len(places), unread, err
	}
	first := firsts{most: q.Limit + 1}
	if q.after != nil {
		first.after = &spot{q.after.n, q.after.id.Bits()}
	}
	unread = s.catalogued.Find(wanted, q.SortBy == SortRelevant, func(h catalogue.Hit) {
		total++
		first.offer(spot{-(int64(h.Rank)<<rankShift + h.Received), h.Ticket})
	})
	for _, at := range first.spots {
		found = append(found, place{at.n, ticket.IDFromBits(at.id)})
	}
	return found, total, unread, nil
}

// rankShift leaves room for the time of receipt below the rank.
const rankShift = 36

// wanted is a query as the catalogue reads it.
func (s *Store) wanted(ctx context.Context, q *query) (*catalogue.Query, error) {
	w := &catalogue.Query{
		Secrecy: q.secrecy, States: q.States, Unit: q.Unit, Category: q.Category, County: q.County, Channel: q.Channel, Kind: q.Kind,
		Urgency: q.Urgency, From: q.From, To: q.Till, With: q.With, Words: catalogue.Words(q.Text), Caller: ticket.CallerNumber(q.Caller),
	}
	if q.Month != "" {
		from, to := q.Month.Start(), q.Month.Add(1).Start()
		if w.From.IsZero() || from.After(w.From) {
			w.From = from
		}
		if w.To.IsZero() || to.Before(w.To) {
			w.To = to
		}
	}
	for flag, want := range map[catalogue.Flag]*bool{catalogue.Supervised: q.Supervised, catalogue.Confidential: q.Confidential, catalogue.Excluded: q.Excluded, catalogue.Sample: q.Sample} {
		switch {
		case want == nil:
		case *want:
			w.With |= flag
		default:
			w.Without |= flag
		}
	}
	if q.Enforcement != nil {
		w.Categories = []string{}
		for _, c := range q.policy.Categories {
			if c.Enforcement == *q.Enforcement {
				w.Categories = append(w.Categories, c.Code)
			}
		}
		if !*q.Enforcement {
			w.Categories = append(w.Categories, "")
		}
	}
	if _, unread := s.catalogued.Size(); q.Unit == "" || unread == 0 {
		return w, nil
	}
	helped, err := s.helpedBy(ctx, q)
	w.Helps = func(bits uint64) bool { return helped[bits] }
	return w, err
}

// helpedBy are the tickets that a unit helps with or has helped with, by the bits
// of their IDs.
func (s *Store) helpedBy(ctx context.Context, q *query) (map[uint64]bool, error) {
	helping, err := s.helped(ctx, q.Unit)
	if err != nil {
		return nil, err
	}
	all := make(map[uint64]bool, len(helping))
	for id := range helping {
		all[id.Bits()] = true
	}
	months := []ticket.Month{q.Month}
	if q.Month == "" {
		if months, err = s.Months(ctx); err != nil {
			return nil, err
		}
	}
	done, err := s.helpedIn(ctx, q.Unit, months)
	for _, id := range done {
		all[id.Bits()] = true
	}
	return all, err
}

// Counts are how many open tickets wait in each state.
type Counts struct {
	States   map[ticket.State]int `json:"states"`
	Open     int                  `json:"open"`
	Overdue  int                  `json:"overdue"`   // of the open ones, as are those due today
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
				if !slices.Contains(steps.OpenStates, state) {
					continue
				}
				count(pipe.ZCount(ctx, key, "-inf", soFar), func(n int) { counts.Overdue += n })
				count(pipe.ZCount(ctx, key, "("+soFar, today), func(n int) { counts.DueToday += n })
			}
		}
		if unit != "" {
			key := helperKey(p, unit) // what it has done stands there, too, without a due time
			count(pipe.ZCount(ctx, key, "-inf", "("+strconv.FormatInt(noDue, 10)), func(n int) { counts.Helping += n })
			count(pipe.ZCount(ctx, key, "-inf", soFar), func(n int) { counts.Overdue += n })
			count(pipe.ZCount(ctx, key, "("+soFar, today), func(n int) { counts.DueToday += n })
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
