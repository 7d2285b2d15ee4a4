package steps

import (
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// FactOf draws a ticket's fact from its history.
func FactOf(p *rules.Policy, t *ticket.Ticket) ticket.Fact {
	f := ticket.Fact{
		ID: t.ID, Channel: t.Channel, Kind: t.Kind, Category: t.Category, Lead: t.Lead, County: t.County,
		State: t.State, CoUnits: len(t.Co), CallerKey: ticket.CallerNumber(t.CallerKey),
		ReceivedAt: t.ReceivedAt, ClosedAt: t.ClosedAt, Replied: !t.RepliedAt.IsZero(),
		Urgency: t.Urgency, Supervision: t.Supervision,
		Confidential: t.Confidential, Auto: t.Auto, Extended: t.Extended, Excluded: t.Excluded,
		Sample: t.Sample, Mediated: t.Mediated, Bounces: t.Bounces, Redos: t.Redos, Urged: t.Urged,
		CallbackDue: t.CallbackDue, Responded: t.Responded, Solved: t.Solved, Satisfied: t.Satisfied,
		Substantiated: t.Substantiated, Risk: len(t.Verdict.Risks) > 0,
	}
	if due, ok := t.Due(ticket.ClockClose); ok {
		f.CloseDue, f.MetAt = due.At, due.MetAt
	}
	var dispatched, latest time.Time // first dispatch that stands, and the latest
	for i := range t.Events {
		e := &t.Events[i]
		if e.To == ticket.Dispatched {
			if latest = e.At; dispatched.IsZero() {
				dispatched = e.At
			}
		}
		switch e.Step {
		case ticket.StepRecall:
			if dispatched.Equal(latest) {
				dispatched = time.Time{}
			}
		case ticket.StepRequestReturn:
			f.Returned = true
		case ticket.StepContact:
			f.Contacted = true
		case ticket.StepReply:
			f.Notified = e.Fields["told_at"] != ""
		case ticket.StepRecordCallback:
			f.Unreachable = e.Fields["unreachable"] == Yes
			f.CalledBack = !f.Unreachable
		case ticket.StepRedo:
			f.CalledBack, f.Unreachable = false, false
		}
	}
	if f.Replied && !dispatched.IsZero() {
		f.WorkMinutes = int(p.Calendar.Working(dispatched, t.RepliedAt) / time.Minute)
	}
	return f
}
