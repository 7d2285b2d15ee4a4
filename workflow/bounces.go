package workflow

import (
	"cmp"
	"context"
	"slices"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
)

// Bounced is one return that a unit asked for: how it was decided, and what it
// cost.
type Bounced struct {
	Ticket   ticket.ID
	Unit     string // that asked
	Ground   string
	At       time.Time
	Decision ticket.Step   // uphold_return, refuse_return, arbitrate; empty while nobody has decided
	Open     bool          // the ticket still lies with no unit
	Lost     time.Duration // working time in which no unit handled it, up to now while open
}

// UnitBounces are a unit's returns of a month.
type UnitBounces struct {
	Unit                           string
	Upheld, Refused, Ruled, Waited int // Waited: nobody has decided yet
	Mean, Longest                  time.Duration
	Returns                        []Bounced // earliest first
}

// bouncedWithin is how many months back a ticket may have been received that is
// returned in a month: a redone ticket can be bounced long after its receipt.
const bouncedWithin = 6

// Bounces are the returns asked for in a month, by unit, the costliest first:
// from the histories of the tickets that actor may read. Errors are
// *ticket.Refusal.
func (d *Desk) Bounces(ctx context.Context, now time.Time, actor ticket.Actor, month ticket.Month) ([]UnitBounces, error) {
	if err := d.store.catchUp(ctx); err != nil {
		return nil, err
	}
	var returned []ticket.ID
	d.store.catalogued.Find(&catalogue.Query{
		Secrecy: []ticket.Secrecy{ticket.Visible}, With: catalogue.Returned, From: month.Add(1 - bouncedWithin).Start(), To: month.Add(1).Start(),
	}, false, func(h catalogue.Hit) { returned = append(returned, ticket.IDFromBits(h.Ticket)) })
	byUnit := map[string]*UnitBounces{}
	for _, id := range returned {
		t, err := d.store.load(ctx, id)
		if err != nil {
			return nil, err
		}
		if permit.May(actor, permit.Read, &t.Ticket) {
			addBounces(byUnit, d.Policy(), now, month, &t.Ticket)
		}
	}
	units := make([]UnitBounces, 0, len(byUnit))
	for _, u := range byUnit {
		u.sum()
		units = append(units, *u)
	}
	slices.SortFunc(units, func(a, b UnitBounces) int {
		return cmp.Or(cmp.Compare(b.total(), a.total()), cmp.Compare(len(b.Returns), len(a.Returns)), cmp.Compare(a.Unit, b.Unit))
	})
	return units, nil
}

func addBounces(byUnit map[string]*UnitBounces, p *rules.Policy, now time.Time, month ticket.Month, t *ticket.Ticket) {
	for i := range t.Events {
		e := &t.Events[i]
		if e.Step != ticket.StepRequestReturn || ticket.MonthOf(e.At) != month {
			continue
		}
		u := byUnit[e.Unit]
		if u == nil {
			u = &UnitBounces{Unit: e.Unit}
			byUnit[e.Unit] = u
		}
		u.Returns = append(u.Returns, bounced(p, now, t, e, t.Events[i+1:]))
	}
}

// bounced tells what became of a return: later are the events after it.
func bounced(p *rules.Policy, now time.Time, t *ticket.Ticket, e *ticket.Event, later []ticket.Event) Bounced {
	b := Bounced{Ticket: t.ID, Unit: e.Unit, Ground: e.Fields["ground"], At: e.At, Open: true}
	until := now
	for i := range later {
		next := &later[i]
		switch next.Step {
		case ticket.StepUpholdReturn, ticket.StepRefuseReturn, ticket.StepArbitrate:
			if b.Decision == "" {
				b.Decision = next.Step
			}
		}
		if !adrift(next.To) {
			b.Open, until = false, next.At
			break
		}
	}
	b.Lost = p.Calendar.Working(e.At, until)
	return b
}

// adrift reports whether a bounced ticket in this state still lies with no unit.
func adrift(s ticket.State) bool {
	return s == ticket.ReturnRequested || s == ticket.Arbitration || s == ticket.Received
}

func (u *UnitBounces) sum() {
	slices.SortFunc(u.Returns, func(a, b Bounced) int {
		return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.Ticket, b.Ticket))
	})
	for i := range u.Returns {
		b := &u.Returns[i]
		switch b.Decision {
		case ticket.StepUpholdReturn:
			u.Upheld++
		case ticket.StepRefuseReturn:
			u.Refused++
		case ticket.StepArbitrate:
			u.Ruled++
		default:
			u.Waited++
		}
		u.Longest = max(u.Longest, b.Lost)
	}
	u.Mean = u.total() / time.Duration(len(u.Returns))
}

func (u *UnitBounces) total() (lost time.Duration) {
	for i := range u.Returns {
		lost += u.Returns[i].Lost
	}
	return lost
}
