package steps

import (
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// FactOf draws a ticket's fact from its history.
func FactOf(p *rules.Policy, t *ticket.Ticket) ticket.Fact {
	f := ticket.Fact{
		ID: t.ID, Channel: t.Channel, Kind: t.Kind, Category: t.Category, Lead: t.Lead, County: t.County,
		State: t.State, CoUnits: len(t.Co), CallerKey: callerNumber(t.CallerKey),
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
	var dispatched time.Time
	for i := range t.Events {
		e := &t.Events[i]
		if e.To == ticket.Dispatched && dispatched.IsZero() {
			dispatched = e.At
		}
		switch e.Step {
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

func callerNumber(fingerprint string) uint32 {
	if len(fingerprint) < 8 {
		return 0
	}
	n, _ := strconv.ParseUint(fingerprint[:8], 16, 32)
	return uint32(n)
}
