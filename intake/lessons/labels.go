package lessons

import (
	"cmp"
	"context"
	"slices"
	"time"

	"huiyin/classify/adjust"
	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
)

// Source is where tickets come from; workflow's store with its desk is one.
type Source interface {
	intake.Stored
	Months(ctx context.Context) ([]ticket.Month, error)
}

// Reader reads a ticket with its history.
type Reader interface {
	Ticket(ctx context.Context, actor ticket.Actor, id ticket.ID) (ticket.Ticket, error)
}

// labels are the tickets of some months with what people made of them.
type labels struct {
	cases     []adjust.Case
	corrected int // cases that a person gave another category
	confirmed int
	inMonth   int // corrections made in the month of the lesson
	turns     map[[2]string]int
	reroutes  map[Reroute]int
}

// batch bounds how many tickets are in memory at once.
const batch = 500

// gather reads the labels of the months up to one.
func gather(ctx context.Context, from Source, read Reader, month ticket.Month, s proposals.Settings) (*labels, error) {
	l := &labels{turns: map[[2]string]int{}, reroutes: map[Reroute]int{}}
	for n := range s.Months {
		facts, err := from.Facts(ctx, month.Add(-n))
		if err != nil {
			return nil, err
		}
		slices.SortFunc(facts, func(a, b ticket.Fact) int { // the latest first: the practice of today
			return cmp.Or(b.ReceivedAt.Compare(a.ReceivedAt), cmp.Compare(a.ID, b.ID))
		})
		for part := range slices.Chunk(facts, batch) {
			if err := l.read(ctx, from, read, part, month, s); err != nil {
				return nil, err
			}
		}
	}
	return l, nil
}

func (l *labels) read(ctx context.Context, from Source, read Reader, facts []ticket.Fact, month ticket.Month, s proposals.Settings) error {
	ids := make([]ticket.ID, 0, len(facts))
	for i := range facts {
		if facts[i].State != ticket.HandedOver {
			ids = append(ids, facts[i].ID)
		}
	}
	tickets, err := from.Tickets(ctx, ids)
	if err != nil {
		return err
	}
	for i := range tickets {
		t := &tickets[i]
		// A clue is nobody's to learn from but discipline's.
		if t.Secrecy() != ticket.Visible || t.Verdict.Clue || t.Category == ticket.Unjudged {
			continue
		}
		l.reroute(t)
		switch {
		case t.Category != t.Verdict.Category:
			whole, err := read.Ticket(ctx, ticket.Service, t.ID)
			if err != nil {
				return err
			}
			l.correct(&whole, month)
		case confirmed(t) && l.confirmed < s.Confirmed:
			l.confirmed++
			l.add(t, false)
		}
	}
	return ctx.Err()
}

// confirmed reports whether people agreed with the verdict: somebody dispatched
// or transferred the ticket as proposed, or it was dispatched by itself and
// closed without coming back.
func confirmed(t *ticket.Ticket) bool {
	if t.Auto {
		return t.State == ticket.Closed && t.Bounces == 0
	}
	return !t.DispatchedAt.IsZero() || t.State == ticket.Transferred
}

func (l *labels) correct(t *ticket.Ticket, month ticket.Month) {
	at, ok := correctedAt(t)
	if !ok {
		return
	}
	l.corrected++
	l.turns[[2]string{t.Verdict.Category, t.Category}]++
	if ticket.MonthOf(at) == month {
		l.inMonth++
	}
	l.add(t, true)
}

// correctedAt finds when a person last said which category it is.
func correctedAt(t *ticket.Ticket) (time.Time, bool) {
	for i := len(t.Events) - 1; i >= 0; i-- {
		e := &t.Events[i]
		if e.Role != ticket.System && e.Fields["category"] != "" && (e.Step == ticket.StepCorrect || e.Step == ticket.StepDispatch) {
			return e.At, true
		}
	}
	return time.Time{}, false
}

func (l *labels) add(t *ticket.Ticket, corrected bool) {
	l.cases = append(l.cases, adjust.Case{
		ID: string(t.ID), Title: t.Title, Content: t.Content, Label: t.Category, Caller: t.CallerKey, Corrected: corrected,
	})
}

// reroute counts a ticket that people sent to another unit than was proposed
// for its category.
func (l *labels) reroute(t *ticket.Ticket) {
	if t.Category == t.Verdict.Category && t.Verdict.Lead != "" && t.Lead != "" && t.Lead != t.Verdict.Lead && !t.Auto && t.State != ticket.Transferred {
		l.reroutes[Reroute{Category: t.Category, County: t.County, Before: t.Verdict.Lead, After: t.Lead}]++
	}
}
