package reports

import (
	"cmp"
	"slices"
	"time"

	"huiyin/ticket"
)

// Enforcement is section 8: complaints about enforcement itself (执法类), on
// their own; each is to be told to its caller and called back.
type Enforcement struct {
	Share Rate             `json:"share"` // of all received
	MoM   Change           `json:"mom"`
	YoY   Change           `json:"yoy"`
	Trend []int            `json:"trend"` // the periods of the trend; -1 without data
	Rows  []EnforcementRow `json:"rows"`
	Total EnforcementRow   `json:"total"`
	// HandedOver counts what went to discipline inspection.
	HandedOver int `json:"handed_over"`
	// Silent lists settled tickets whose caller was not told or not called
	// back; Hidden counts the confidential ones among them, which are not listed.
	Silent []Pending `json:"silent"`
	Hidden int       `json:"hidden"`
	Units  []Count   `json:"units"`
}

// EnforcementRow is a category: received this month, and what became of those
// settled in it, whenever received. Told and CalledBack are of the ones that a
// unit handled: what was answered on the phone, refused or sent elsewhere has
// no reply of a unit to tell.
type EnforcementRow struct {
	Code            string `json:"code"`
	Name            string `json:"name"`
	Received        int    `json:"received"`
	MoM             Change `json:"mom"`
	YoY             Change `json:"yoy"`
	Settled         int    `json:"settled"`
	Elsewhere       int    `json:"elsewhere"` // settled without a unit
	Substantiated   int    `json:"substantiated"`
	Unsubstantiated int    `json:"unsubstantiated"`
	Unsaid          int    `json:"unsaid"` // neither
	Told            Rate   `json:"told"`
	CalledBack      Rate   `json:"called_back"` // unreachable after all attempts counts as done
	Unreachable     int    `json:"unreachable"`
	Satisfied       Rate   `json:"satisfied"`
}

// Pending is a ticket that still owes its caller something.
type Pending struct {
	ID         ticket.ID    `json:"id"`
	Category   string       `json:"category"`
	Unit       string       `json:"unit"`
	ReceivedAt time.Time    `json:"received_at"`
	State      ticket.State `json:"state"`
	NotTold    bool         `json:"not_told"`
	NotCalled  bool         `json:"not_called"`
}

func (b *builder) enforcementCount(t *tally) int {
	n := 0
	for i, yes := range b.cats.enforcement {
		if yes {
			n += t.cats[i]
		}
	}
	return n
}

func (b *builder) enforcement() Enforcement {
	own := b.own()
	n := b.enforcementCount(own)
	out := Enforcement{
		Share: Rate{n, own.received}, MoM: b.monthOnMonth(b.enforcementCount), YoY: b.yearOnYear(b.enforcementCount),
		Trend: b.series(b.enforcementCount), Total: EnforcementRow{Name: "合计"},
	}
	rows := make([]EnforcementRow, len(b.cats.list))
	units := map[string]int{}
	for i := range b.facts {
		if f := &b.facts[i]; b.cats.enforcement[b.where[i].cat] {
			units[f.Lead]++
			if f.State == ticket.HandedOver {
				out.HandedOver++
			}
		}
	}
	b.active(func(f *ticket.Fact) {
		cat := b.cats.of(f.Category)
		if !b.cats.enforcement[cat] || b.current.settled(f).IsZero() || !b.current.inside(f.SettledAt()) {
			return
		}
		rows[cat].settle(f)
		out.Total.settle(f)
		b.owes(&out, f, cat)
	})
	for i, row := range rows {
		if !b.cats.enforcement[i] {
			continue
		}
		count := func(t *tally) int { return t.cats[i] }
		row.Code, row.Name, row.Received = b.cats.list[i].Code, b.cats.list[i].Name, own.cats[i]
		row.MoM, row.YoY = b.monthOnMonth(count), b.yearOnYear(count)
		if row.Received+row.Settled+row.MoM.Before > 0 {
			out.Rows = append(out.Rows, row)
		}
	}
	slices.SortStableFunc(out.Rows, func(x, y EnforcementRow) int {
		return cmp.Or(boolCompare(x.Code == sealedCode, y.Code == sealedCode), cmp.Compare(y.Received, x.Received))
	})
	out.Total.Received, out.Total.MoM, out.Total.YoY = n, out.MoM, out.YoY
	out.Units = b.unitCounts(units, n)
	slices.SortStableFunc(out.Silent, func(x, y Pending) int {
		return cmp.Or(x.ReceivedAt.Compare(y.ReceivedAt), cmp.Compare(x.ID, y.ID))
	})
	return out
}

func (r *EnforcementRow) settle(f *ticket.Fact) {
	r.Settled++
	if !handledByUnit(f) {
		r.Elsewhere++
		return
	}
	switch f.Substantiated {
	case ticket.Yes:
		r.Substantiated++
	case ticket.No:
		r.Unsubstantiated++
	default:
		r.Unsaid++
	}
	r.Told.count(f.Notified)
	r.CalledBack.count(f.CalledBack || f.Unreachable)
	if f.Unreachable {
		r.Unreachable++
	}
	if asked(f) && f.Satisfied != ticket.Unknown {
		r.Satisfied.count(f.Satisfied == ticket.Yes)
	}
}

func handledByUnit(f *ticket.Fact) bool {
	switch f.State {
	case ticket.Answered, ticket.Rejected, ticket.Transferred, ticket.Merged, ticket.HandedOver:
		return false
	}
	return true
}

// owes lists a settled ticket that is still silent. Sealed ones are not shown
// to anybody but discipline inspection.
func (b *builder) owes(out *Enforcement, f *ticket.Fact, cat int) {
	notCalled := !f.CalledBack && !f.Unreachable
	if f.Notified && !notCalled || cat == b.cats.sealed || !handledByUnit(f) {
		return
	}
	if !readable(f) {
		out.Hidden++
		return
	}
	out.Silent = append(out.Silent, Pending{
		ID: f.ID, Category: b.cats.list[cat].Name, Unit: b.unitName(f.Lead), ReceivedAt: f.ReceivedAt,
		State: f.State, NotTold: !f.Notified, NotCalled: notCalled,
	})
}
