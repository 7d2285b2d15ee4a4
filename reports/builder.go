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
	of       Period
	scope    Scope
	words    periodWords
	now      time.Time
	complete bool

	slots
	cutoff   int64          // end of the report's period, exclusive, seconds
	oldest   int            // slot of the first data; len(starts) when none
	since    ticket.Month   // first month with data
	tallies  []*tally       // whole slots; nil before the first data
	sameDays map[int]*tally // for a period in progress: the same days of an earlier one
	monthly  map[ticket.Month]*tally
	toDate   Change // received since January, and by the same day of the year before

	cats    catalog
	unitNo  *names
	areaNo  *names
	chanNo  map[ticket.Channel]int
	kindNo  map[ticket.Kind]int
	samples int

	facts []ticket.Fact // of the report's own month
	where []place       // of each of facts
	late  pile          // older tickets that the period is still about
	wide  bool          // late holds all that was due in the period or is owed at its end
	flow  flow

	annexed struct { // older tickets of the annex
		rows    []annexRow
		earlier annexCount
	}
	repeated []bool             // of facts: by a repeat caller
	grouped  map[ticket.ID]bool // part of a group complaint

	known    callers   // made on first use
	catFacts [][]int32 // places in facts by category; made on first use

	daily    *daily
	reading  *Reading                   // of the period's own texts
	readings map[ticket.Month]*Reading  // of the months before
	byID     map[ticket.ID]*ticket.Fact // of what the report names; made on first use
	spotRows []FocusRow                 // made on first use

	current, before, yearAgo *handling // the period; the one before; the same a year before
}

func newBuilder(p *Policy, of Period, scope Scope, now time.Time) *builder {
	s := slotsOf(of)
	n := len(s.starts)
	b := &builder{
		policy: p, of: of, scope: scope, words: of.words(), now: now, complete: !now.Before(of.End()), slots: s,
		tallies: make([]*tally, n), sameDays: map[int]*tally{}, oldest: n, monthly: map[ticket.Month]*tally{},
		cats: newCatalog(p.Categories), grouped: map[ticket.ID]bool{}, unitNo: newNames(), areaNo: newNames(),
		chanNo: map[ticket.Channel]int{}, kindNo: map[ticket.Kind]int{},
		flow: flow{closed: make([]int, n), change: make([]int, n)},
	}
	b.cutoff = of.End().Unix()
	if !b.complete {
		b.cutoff = now.Unix() + 1
		b.lastYearEnd = min(b.lastYearEnd, of.YearBefore().Start().Unix()+b.cutoff-of.Start().Unix())
	}
	b.daily, b.readings = newDaily(b.first, b.cutoff), map[ticket.Month]*Reading{}
	for i, c := range ticket.Channels {
		b.chanNo[c] = i
	}
	for i, k := range ticket.Kinds {
		b.kindNo[k] = i
	}
	for _, u := range p.Units {
		b.unitNo.of(u.Code)
	}
	b.current = b.handlingOf(b.self)
	b.before = b.handlingOf(b.prev)
	b.yearAgo = b.handlingOf(b.year)
	return b
}

// handlingOf keeps the books of a slot; of no time at all when there is none.
func (b *builder) handlingOf(slot int) *handling {
	if slot < 0 {
		return newHandling(0, 0, b.policy.Rules, b.cats)
	}
	return newHandling(b.starts[slot], b.sameDay(slot), b.policy.Rules, b.cats)
}

// sameDay is the end of what an earlier period is compared by: its own end, or,
// while the report's period is in progress, the same distance from its start.
func (b *builder) sameDay(i int) int64 {
	if i == b.self {
		return b.cutoff
	}
	end := b.starts[i+1]
	if b.complete {
		return end
	}
	return min(end, b.starts[i]+b.cutoff-b.starts[b.self])
}

func (b *builder) read(ctx context.Context, src Source) error {
	have, err := src.Months(ctx)
	if err != nil {
		return err
	}
	for month := b.first; month.Start().Unix() < b.cutoff; month = month.Add(1) {
		if !slices.Contains(have, month) {
			continue
		}
		facts, err := src.Facts(ctx, month)
		if err != nil {
			return err
		}
		b.take(month, facts)
		if err := b.recall(ctx, src, month, facts); err != nil {
			return err
		}
	}
	// Months before the window prove that an earlier empty one is a true zero.
	if len(have) > 0 && have[0] < b.first {
		b.oldest, b.since = 0, have[0]
	}
	for i := b.oldest; i <= b.self; i++ {
		if b.tallies[i] == nil {
			b.tallies[i] = b.newTally()
		}
	}
	if b.toDate.Known = b.since != "" && b.since <= b.january(-1); !b.toDate.Known {
		b.toDate.Before = 0
	}
	return nil
}

// january is that of the period's last year, or of a year some years from it.
func (b *builder) january(years int) ticket.Month {
	last := b.of.Last.Start()
	return ticket.MonthOf(last.AddDate(years, 1-int(last.Month()), 1-last.Day()))
}

func (b *builder) newTally() *tally {
	return &tally{
		cats:     make([]int, len(b.cats.list)),
		channels: make([]int, len(ticket.Channels)+1),
		kinds:    make([]int, len(ticket.Kinds)+1),
	}
}

// take folds a month's facts into the tallies, the flow and the handling of
// the periods that are compared.
func (b *builder) take(month ticket.Month, facts []ticket.Fact) {
	if month.End().Unix() > b.cutoff {
		facts = b.untilCutoff(facts)
	}
	if len(facts) == 0 {
		return
	}
	if b.since == "" {
		b.since = month
		b.oldest = b.slotOf(month.Start().Unix())
	}
	byMonth := b.monthTally(month)
	slot, alone := b.slotOf(month.Start().Unix()), b.of.months() > 0
	shared := alone && slot == b.self && b.of.Kind == OfMonth && b.scope.Whole()
	if shared {
		b.facts = facts // not copied: a month may hold a million
		b.where = make([]place, 0, len(facts))
	}
	for n := range facts {
		f := &facts[n]
		where := b.place(f)
		if !b.scope.keeps(f, where, &b.cats) {
			continue
		}
		received := f.ReceivedAt.Unix()
		i := slot
		if !alone {
			i = b.slotOf(received)
		}
		b.tally(i).take(f, where)
		if byMonth != nil {
			byMonth.take(f, where)
		}
		b.compare(i, f, where, received)
		b.daily.take(int(where.cat), int(where.area), received)
		if f.Sample {
			b.samples++
		}
		b.flow.take(i, b.closedSlot(i, f.ClosedAt), leftQuietly(f))
		b.handle(f, where, received)
		if i != b.self {
			b.carry(f, where)
		}
		switch {
		case i == b.self:
			b.where = append(b.where, where)
			if !shared {
				b.facts = append(b.facts, *f)
			}
		case b.concerns(f):
			b.late.add(f)
		}
	}
}

func (b *builder) tally(i int) *tally {
	if b.tallies[i] == nil {
		b.tallies[i] = b.newTally()
	}
	return b.tallies[i]
}

// monthTally is the tally of a month where the slots are not months; in a
// month's report the tallies of the slots serve, and it is nil.
func (b *builder) monthTally(m ticket.Month) *tally {
	if b.of.Kind == OfMonth {
		b.monthly[m] = b.tally(b.slotOf(m.Start().Unix()))
		return nil
	}
	t := b.newTally()
	b.monthly[m] = t
	return t
}

// compare counts what an unfinished period is compared with, and the year so far.
func (b *builder) compare(i int, f *ticket.Fact, where place, received int64) {
	if !b.complete && (i == b.prev || i == b.year) && received < b.sameDay(i) {
		if b.sameDays[i] == nil {
			b.sameDays[i] = b.newTally()
		}
		b.sameDays[i].take(f, where)
	}
	switch {
	case received >= b.yearStart:
		b.toDate.Now++
	case received >= b.lastYearStart && received < b.lastYearEnd:
		b.toDate.Before++
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
		cat: uint16(b.cats.of(f.Category)), channel: uint16(len(ticket.Channels)), kind: uint16(len(ticket.Kinds)),
		unit: uint16(b.unitNo.of(f.Lead)), area: uint16(b.areaNo.of(f.County)),
	}
	if i, ok := b.chanNo[f.Channel]; ok {
		where.channel = uint16(i)
	}
	if i, ok := b.kindNo[f.Kind]; ok {
		where.kind = uint16(i)
	}
	return where
}

// concerns: an older ticket that was settled or closed in the period, is open
// again by a redo, or is supervised and open.
func (b *builder) concerns(f *ticket.Fact) bool {
	if b.wide && (b.current.inside(f.CloseDue) || b.owed(f)) {
		return true
	}
	return b.current.inside(f.ClosedAt) || b.current.inside(f.SettledAt()) || reopened(f) ||
		f.Supervision != ticket.Unsupervised && f.State.IsOpen()
}

// owed: the unit has not settled it at the end of the period.
func (b *builder) owed(f *ticket.Fact) bool {
	return b.current.settled(f).IsZero() && !leftQuietly(f) && (f.ClosedAt.IsZero() || f.ClosedAt.Unix() >= b.cutoff)
}

// active calls each with every ticket that the period is about: those of
// concerns, and all that were received in it.
func (b *builder) active(each func(f *ticket.Fact)) {
	b.late.each(each)
	for i := range b.facts {
		each(&b.facts[i])
	}
}

func (b *builder) own() *tally { return b.whole(b.self) }

func (b *builder) whole(i int) *tally {
	if i < 0 || b.tallies[i] == nil {
		return b.newTally()
	}
	return b.tallies[i]
}

// known reports whether there is data of a slot: from the first one on, an
// empty one is a true zero.
func (b *builder) hasData(i int) bool { return i >= 0 && i >= b.oldest }

// earlier is how many of the periods of the trend lie before the report's own
// and have data.
func (b *builder) earlier() int {
	n := 0
	for _, i := range b.past {
		if b.hasData(i) {
			n++
		}
	}
	return n
}

// compared is the tally of an earlier slot: whole, or the same days.
func (b *builder) compared(i int) *tally {
	if !b.complete && (i == b.prev || i == b.year) {
		if t := b.sameDays[i]; t != nil {
			return t
		}
		return b.newTally()
	}
	return b.whole(i)
}

// change puts a count of the period beside that of an earlier slot.
func (b *builder) change(i int, count func(*tally) int) Change {
	c := Change{Now: count(b.own()), Known: b.hasData(i)}
	if c.Known {
		c.Before = count(b.compared(i))
	}
	return c
}

func (b *builder) monthOnMonth(count func(*tally) int) Change { return b.change(b.prev, count) }
func (b *builder) yearOnYear(count func(*tally) int) Change   { return b.change(b.year, count) }

// series is a count of each period of the trend, the report's own last; -1 where
// the service holds no data.
func (b *builder) series(count func(*tally) int) []int {
	out := make([]int, 0, len(b.shown))
	for _, i := range b.shown {
		switch {
		case b.hasData(i), i == b.self:
			out = append(out, count(b.whole(i)))
		default:
			out = append(out, -1)
		}
	}
	return out
}
