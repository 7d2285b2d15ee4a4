package reports

import (
	"context"
	"slices"
	"time"

	"huiyin/ticket"
)

// builder holds what one pass over the facts leaves behind.
type builder struct {
	policy   *Policy
	of       ticket.Month
	now      time.Time
	complete bool

	months   []ticket.Month // history months and the report's own, last
	starts   []int64        // of each month, seconds
	cutoff   int64          // end of the report's period, exclusive, seconds
	oldest   int            // index of the first month with data; len(months) when none
	tallies  []*tally       // whole months; nil before the first data
	sameDays map[int]*tally // for a month in progress: the same days of an earlier month

	cats    catalog
	unitNo  *names
	areaNo  *names
	chanNo  map[ticket.Channel]int
	kindNo  map[ticket.Kind]int
	samples int

	facts []ticket.Fact // of the report's own month
	where []place       // of each of facts
	late  []ticket.Fact // older tickets that the period is still about
	flow  flow

	callerTimes map[caller]int // made on first use

	current, before, yearAgo *handling // the period; the month before; the year before
}

func newBuilder(p *Policy, m ticket.Month, now time.Time) *builder {
	b := &builder{
		policy: p, of: m, now: now, complete: !now.Before(m.End()),
		tallies: make([]*tally, history+1), sameDays: map[int]*tally{}, oldest: history + 1,
		cats: newCatalog(p.Categories), unitNo: newNames(), areaNo: newNames(),
		chanNo: map[ticket.Channel]int{}, kindNo: map[ticket.Kind]int{},
		flow: flow{closed: make([]int, history+1), change: make([]int, history+1)},
	}
	for i := range history + 1 {
		month := m.Add(i - history)
		b.months = append(b.months, month)
		b.starts = append(b.starts, month.Start().Unix())
	}
	b.cutoff = m.End().Unix()
	if !b.complete {
		b.cutoff = now.Unix() + 1
	}
	for i, c := range ticket.Channels {
		b.chanNo[c] = i
	}
	for i, k := range ticket.Kinds {
		b.kindNo[k] = i
	}
	for _, u := range p.Units {
		b.unitNo.of(u.Code)
	}
	b.current = newHandling(b.starts[history], b.cutoff, p.Rules, b.cats)
	b.before = newHandling(b.starts[history-1], b.sameDay(history-1), p.Rules, b.cats)
	b.yearAgo = newHandling(b.starts[history-12], b.sameDay(history-12), p.Rules, b.cats)
	return b
}

// sameDay is the end of what an earlier month is compared by: its own end, or,
// while the report's month is in progress, the same distance from its start.
func (b *builder) sameDay(i int) int64 {
	end := b.months[i].End().Unix()
	if b.complete {
		return end
	}
	return min(end, b.starts[i]+b.cutoff-b.starts[history])
}

func (b *builder) read(ctx context.Context, src Source) error {
	have, err := src.Months(ctx)
	if err != nil {
		return err
	}
	for i, month := range b.months {
		if !slices.Contains(have, month) {
			continue
		}
		facts, err := src.Facts(ctx, month)
		if err != nil {
			return err
		}
		b.take(i, facts)
	}
	for i := b.oldest; i <= history; i++ {
		if b.tallies[i] == nil {
			b.tallies[i] = b.newTally()
		}
	}
	// Months before the window prove that an earlier empty month is a true zero.
	if len(have) > 0 && have[0] < b.months[0] && b.oldest > 0 {
		for i := range b.oldest {
			b.tallies[i] = b.newTally()
		}
		b.oldest = 0
	}
	return nil
}

func (b *builder) newTally() *tally {
	return &tally{
		cats:     make([]int, len(b.cats.list)),
		channels: make([]int, len(ticket.Channels)+1),
		kinds:    make([]int, len(ticket.Kinds)+1),
	}
}

// take folds a month's facts into the tallies, the flow and the handling of
// the three periods.
func (b *builder) take(i int, facts []ticket.Fact) {
	if len(facts) == 0 {
		return
	}
	b.oldest = min(b.oldest, i)
	whole := b.newTally()
	b.tallies[i] = whole
	var part *tally
	if !b.complete && (i == history-1 || i == history-12) {
		part = b.newTally()
		b.sameDays[i] = part
	}
	until := b.sameDay(i)
	if i == history {
		facts = b.untilCutoff(facts)
		b.facts, b.where = facts, make([]place, 0, len(facts))
	}
	for n := range facts {
		f := &facts[n]
		received := f.ReceivedAt.Unix()
		where := b.place(f)
		whole.take(f, where)
		if part != nil && received < until {
			part.take(f, where)
		}
		if f.Sample {
			b.samples++
		}
		b.flow.take(i, b.closedMonth(i, f.ClosedAt), leftQuietly(f))
		b.handle(f, where, received)
		if i == history {
			b.where = append(b.where, where)
		} else if b.concerns(f) {
			b.late = append(b.late, *f)
		}
	}
}

// untilCutoff leaves out what was received after the cutoff; it copies only then.
func (b *builder) untilCutoff(facts []ticket.Fact) []ticket.Fact {
	late := func(f ticket.Fact) bool { return f.ReceivedAt.Unix() >= b.cutoff }
	if !slices.ContainsFunc(facts, late) {
		return facts
	}
	return slices.DeleteFunc(slices.Clone(facts), late)
}

func (b *builder) handle(f *ticket.Fact, where place, received int64) {
	b.current.take(f, where, received)
	b.before.take(f, where, received)
	b.yearAgo.take(f, where, received)
}

func (b *builder) place(f *ticket.Fact) place {
	where := place{
		cat: b.cats.of(f.Category), channel: len(ticket.Channels), kind: len(ticket.Kinds),
		unit: b.unitNo.of(f.Lead), area: b.areaNo.of(f.County),
	}
	if i, ok := b.chanNo[f.Channel]; ok {
		where.channel = i
	}
	if i, ok := b.kindNo[f.Kind]; ok {
		where.kind = i
	}
	return where
}

// concerns: an older ticket that was settled or closed in the period, is open
// again by a redo, or is supervised and open.
func (b *builder) concerns(f *ticket.Fact) bool {
	return b.current.inside(f.ClosedAt) || b.current.inside(f.SettledAt()) || reopened(f) ||
		f.Supervision != ticket.Unsupervised && f.State.IsOpen()
}

// active calls each with every ticket that the period is about: those of
// concerns, and all that were received in it.
func (b *builder) active(each func(f *ticket.Fact)) {
	for i := range b.late {
		each(&b.late[i])
	}
	for i := range b.facts {
		each(&b.facts[i])
	}
}

func (b *builder) own() *tally {
	if t := b.tallies[history]; t != nil {
		return t
	}
	return b.newTally()
}

// known reports whether there is data of a month: from the first month on, an
// empty one is a true zero.
func (b *builder) known(i int) bool { return i >= 0 && i >= b.oldest }

func (b *builder) earlier() int {
	if b.oldest > history {
		return 0
	}
	return history - b.oldest
}

// compared is the tally that a month is compared with: whole, or the same days.
func (b *builder) compared(i int) *tally {
	if t := b.sameDays[i]; t != nil {
		return t
	}
	if b.tallies[i] == nil {
		return b.newTally()
	}
	return b.tallies[i]
}

// change puts a count of this month beside that of n months before.
func (b *builder) change(n int, count func(*tally) int) Change {
	i := history - n
	c := Change{Now: count(b.own()), Known: b.known(i)}
	if c.Known {
		c.Before = count(b.compared(i))
	}
	return c
}

func (b *builder) monthOnMonth(count func(*tally) int) Change { return b.change(1, count) }
func (b *builder) yearOnYear(count func(*tally) int) Change   { return b.change(12, count) }

// series is a count of the last n months, this one last; -1 where the service
// holds no data.
func (b *builder) series(n int, count func(*tally) int) []int {
	out := make([]int, n)
	for k := range n {
		i := history - n + 1 + k
		switch t := b.tallies[i]; {
		case t != nil:
			out[k] = count(t)
		case i >= b.oldest || i == history:
			out[k] = 0
		default:
			out[k] = -1
		}
	}
	return out
}
