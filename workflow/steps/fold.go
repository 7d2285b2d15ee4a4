package steps

import (
	"fmt"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// Fold recomputes a ticket from its history: the state and everything of
// Progress. It takes the ticket's first part as received and ignores whatever
// Progress says. The error names the event that the table does not allow.
func Fold(p *rules.Policy, t ticket.Ticket, events []ticket.Event) (ticket.Ticket, error) {
	t.Progress, t.Events = ticket.Progress{}, make([]ticket.Event, 0, len(events))
	for i := range events {
		if err := Apply(&t, &events[i]); err != nil {
			return t, err
		}
	}
	t.Dues = p.Dues(&t)
	return t, nil
}

// Apply adds one event to a ticket, all but its dues.
func Apply(t *ticket.Ticket, e *ticket.Event) error {
	step, ok := transitionOf[e.Step]
	switch {
	case !ok:
		return fmt.Errorf("第%d步“%s”不在流程表中", e.Seq, e.Step)
	case e.Seq != t.Version+1:
		return fmt.Errorf("第%d步之后应为第%d步，实为第%d步", t.Version, t.Version+1, e.Seq)
	case e.From != t.State || !step.Starts(e.From):
		return fmt.Errorf("第%d步“%s”不能从“%s”开始", e.Seq, step.Name, e.From.Name())
	case !leadsTo(step, e):
		return fmt.Errorf("第%d步“%s”不能转到“%s”", e.Seq, step.Name, e.To.Name())
	}
	if step.effect != nil {
		step.effect(t, e)
	}
	if undone := e.Undoes(); undone > 0 {
		takeBack(t, undone)
	}
	if e.From == ticket.Handling && e.To != ticket.Handling {
		// What was asked for the handling ends with it.
		unpend(t, "extension")
		unpend(t, "suspension")
	}
	t.State, t.Version = e.To, e.Seq
	if kind := e.To.Info().Type; (kind == ticket.Final || kind == ticket.Sealed) && t.ClosedAt.IsZero() {
		t.ClosedAt = e.At
	}
	t.Events = append(t.Events, *e)
	return nil
}

func leadsTo(step *Transition, e *ticket.Event) bool {
	for _, s := range step.Leads(e.From) {
		if s == e.To {
			return true
		}
	}
	return false
}
