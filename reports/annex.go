package reports

import (
	"cmp"
	"slices"
	"strings"

	"huiyin/ticket"
)

// Annex is one row for each ticket that the numbers count: all that were
// received in the period and, behind them, the earlier ones that were due,
// settled or closed in it. It is made of facts; no text but the titles that were read
// anyhow is in it, and it is no part of the JSON.
type Annex struct {
	rows  []annexRow
	cats  []ticket.Category
	units []string // short names, by number
	areas []string
	texts map[ticket.ID]annexText
	limit int

	own, earlier annexCount
}

// annexCount says what became of the tickets that a part of the annex is about.
type annexCount struct{ all, listed, confidential, clues, beyond int }

// annexText is what a row has of a ticket's text: unmasked until it is written.
type annexText struct{ title, co string }

// annexRow is a ticket in little space: a month may hold a million. Times are
// seconds, 0 for none.
type annexRow struct {
	id                            uint64
	received, due, met, closed    uint32
	minutes                       int32
	where                         place
	state                         ticket.State
	supervision                   ticket.Supervision
	marks                         annexMark
	responded, solved, satisfied  ticket.Tri
	coUnits, bounces, redos, term uint8
}

// annexMark are the yes-or-no cells of a row.
type annexMark uint16

const (
	markReceived annexMark = 1 << iota // in the period
	markSettled                        // in the period
	markClosed                         // in the period
	markReplied
	markExtended
	markExcluded
	markRepeated
	markGrouped
	markCalledBack
	markUnreachable
	markCallbackDue
)

// The terms of a ticket that was due in the period.
const (
	termNone = iota // not due in it
	termOnTime
	termLate
	termOpenLate
)

// terms are their words.
var terms = [...]string{termNone: "", termOnTime: "按期", termLate: "超期办结", termOpenLate: "超期未结"}

// carry puts an older ticket that the handling of the period counts into the annex.
func (b *builder) carry(f *ticket.Fact, where place) {
	if !b.current.inside(f.ClosedAt) && !b.current.inside(f.SettledAt()) && b.term(f) == termNone {
		return
	}
	b.annexed.earlier.all++
	if b.withhold(&b.annexed.earlier, f, where) {
		return
	}
	if len(b.annexed.rows) >= b.policy.Rules.AnnexRows {
		b.annexed.earlier.beyond++
		return
	}
	b.annexed.rows = append(b.annexed.rows, b.annexRow(f, where))
}

// withhold counts a ticket that is not listed, not even without a text: when and
// where something was reported in confidence can name who did.
func (b *builder) withhold(count *annexCount, f *ticket.Fact, where place) bool {
	switch {
	case int(where.cat) == b.cats.sealed || f.State == ticket.HandedOver:
		count.clues++
	case f.Confidential:
		count.confidential++
	default:
		return false
	}
	return true
}

// term is how a ticket stood at its limit, as the handling of the period counts it.
func (b *builder) term(f *ticket.Fact) uint8 {
	if !b.current.inside(f.CloseDue) || f.State == ticket.Merged || f.State == ticket.HandedOver {
		return termNone
	}
	switch settled := b.current.settled(f); {
	case settled.IsZero():
		return termOpenLate
	case settled.Before(f.CloseDue):
		return termOnTime
	}
	return termLate
}

func (b *builder) annexRow(f *ticket.Fact, where place) annexRow {
	r := annexRow{
		id: f.ID.Bits(), where: where, state: f.State, supervision: f.Supervision, minutes: int32(f.WorkMinutes),
		received: seconds(f.ReceivedAt), due: seconds(f.CloseDue), met: seconds(f.MetAt), closed: seconds(f.ClosedAt),
		coUnits: uint8(min(f.CoUnits, 255)), bounces: uint8(f.Bounces), redos: uint8(f.Redos), term: b.term(f),
	}
	if asked(f) {
		r.responded, r.solved, r.satisfied = f.Responded, f.Solved, f.Satisfied
	}
	for _, m := range [...]struct {
		holds bool
		mark  annexMark
	}{
		{b.current.inside(f.SettledAt()), markSettled}, {b.current.inside(f.ClosedAt), markClosed}, {f.Replied, markReplied}, {f.Extended, markExtended}, {f.Excluded, markExcluded},
		{f.CalledBack, markCalledBack}, {f.Unreachable, markUnreachable}, {f.CallbackDue, markCallbackDue},
	} {
		if m.holds {
			r.marks |= m.mark
		}
	}
	return r
}

// annex closes the list: the period's own tickets by receipt, then the earlier
// ones, no more in all than the policy says.
func (b *builder) annex(texts *texts) *Annex {
	limit := b.policy.Rules.AnnexRows
	a := &Annex{cats: b.cats.list, areas: b.areaNo.list, limit: limit, own: annexCount{all: len(b.facts)}, earlier: b.annexed.earlier, texts: map[ticket.ID]annexText{}}
	for _, code := range b.unitNo.list {
		a.units = append(a.units, b.unitName(code))
	}
	own := b.ownListed(&a.own)
	a.own.listed = min(limit, len(own))
	a.own.beyond = len(own) - a.own.listed
	earlier := b.annexed.rows
	slices.SortFunc(earlier, func(x, y annexRow) int { return cmp.Or(cmp.Compare(x.received, y.received), cmp.Compare(x.id, y.id)) })
	a.earlier.listed = min(limit-a.own.listed, len(earlier))
	a.earlier.beyond += len(earlier) - a.earlier.listed
	a.rows = make([]annexRow, 0, a.own.listed+a.earlier.listed)
	for _, n := range own[:a.own.listed] {
		a.rows = append(a.rows, b.ownRow(n))
	}
	a.rows = append(a.rows, earlier[:a.earlier.listed]...)
	for id, t := range texts.byID {
		a.texts[id] = annexText{t.Title, b.coNames(t)}
	}
	return a
}

func (b *builder) coNames(t *ticket.Ticket) string {
	names := make([]string, len(t.Co))
	for i, code := range t.Co {
		names[i] = b.policy.Units.Short(code)
	}
	return strings.Join(names, "、")
}

// ownListed are the places in facts of the period's tickets that may be listed,
// by receipt; most sources give them so.
func (b *builder) ownListed(count *annexCount) []int32 {
	listed := make([]int32, 0, len(b.facts))
	for n := range b.facts {
		if !b.withhold(count, &b.facts[n], b.where[n]) {
			listed = append(listed, int32(n))
		}
	}
	order := func(x, y int32) int { return byReceipt(&b.facts[x], &b.facts[y]) }
	if !slices.IsSortedFunc(listed, order) {
		slices.SortFunc(listed, order)
	}
	return listed
}

// ownRow is a ticket of the period, with what its callers have in common.
func (b *builder) ownRow(n int32) annexRow {
	f := &b.facts[n]
	r := b.annexRow(f, b.where[n])
	r.marks |= markReceived
	if b.repeated[n] {
		r.marks |= markRepeated
	}
	if b.grouped[f.ID] {
		r.marks |= markGrouped
	}
	return r
}
