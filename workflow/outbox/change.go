package outbox

import (
	"encoding/json"
	"slices"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// Message is the body of a POST: what happened to a ticket. Field names and
// meanings stand for good; more may come.
type Message struct {
	Type      string       `json:"type"`      // "ticket." and the step
	Timestamp time.Time    `json:"timestamp"` // of the step
	Data      TicketChange `json:"data"`
}

// TicketChange is a step of a ticket as a receiver learns of it. Unit, category, due
// time and reply are there only where the policy says so.
type TicketChange struct {
	ID       ticket.ID      `json:"id"`
	Channel  ticket.Channel `json:"channel"`
	SourceNo string         `json:"source_no"`
	Seq      int64          `json:"seq"` // of the step in the ticket's history
	Step     ticket.Step    `json:"step"`
	StepName string         `json:"step_name"`
	From     ticket.State   `json:"from,omitempty"` // empty for the receipt
	State    ticket.State   `json:"state"`
	Name     string         `json:"state_name"`
	Unit     *Coded         `json:"unit,omitempty"`
	Category *Coded         `json:"category,omitempty"`
	DueAt    *time.Time     `json:"due_at,omitempty"` // of closing
	Reply    string         `json:"reply,omitempty"`  // what the caller is told
	Sample   bool           `json:"sample,omitempty"` // of a made-up ticket
}

// Coded is a code of the policy with its name.
type Coded struct {
	Code string `json:"code"`
	Name string `json:"name"`
}

// wants reports whether a receiver is told of a step. Nobody is told of a clue.
func (r *Receiver) wants(before, after *ticket.Ticket, e *ticket.Event) bool {
	switch {
	case !r.Enabled || after.Secrecy() != ticket.Visible:
		return false
	case len(r.Channels) > 0 && !slices.Contains(r.Channels, after.Channel):
		return false
	case len(r.Units) > 0 && !slices.ContainsFunc(r.Units, func(u string) bool { return with(before, u) || with(after, u) }):
		return false
	case len(r.Steps) > 0:
		return slices.Contains(r.Steps, e.Step)
	}
	return e.From != e.To || e.Step == ticket.StepInform
}

func with(t *ticket.Ticket, unit string) bool { return t.Lead == unit || slices.Contains(t.Co, unit) }

// body is the message about a step; nil when it is not to be told any more: the
// ticket has become a clue, or the step was taken back before anybody heard.
func (r *Receiver) body(rules *rules.Policy, t *ticket.Ticket, seq int64) ([]byte, error) {
	if seq < 1 || seq > int64(len(t.Events)) || t.Secrecy() != ticket.Visible || takenBack(t.Events, seq, r.Hold) {
		return nil, nil
	}
	past, e := prefix(rules, t, seq), &t.Events[seq-1]
	c := TicketChange{
		ID: t.ID, Channel: t.Channel, SourceNo: t.SourceNo, Seq: seq, Step: e.Step, StepName: stepName(e.Step),
		From: e.From, State: e.To, Name: e.To.Name(), Sample: t.Sample,
	}
	if slices.Contains(r.Parts, PartUnit) && past.Lead != "" {
		c.Unit = &Coded{past.Lead, rules.Units.Name(past.Lead)}
	}
	if slices.Contains(r.Parts, PartCategory) && past.Category != "" {
		c.Category = &Coded{past.Category, rules.Categories.Name(past.Category)}
	}
	if due, ok := past.Due(ticket.ClockClose); ok && slices.Contains(r.Parts, PartDue) && !due.At.IsZero() {
		at := due.At.UTC()
		c.DueAt = &at
	}
	if slices.Contains(r.Parts, PartReply) {
		c.Reply = replyTo(past, e)
	}
	return json.Marshal(Message{Type: "ticket." + string(e.Step), Timestamp: e.At.UTC(), Data: c})
}

// replyFields hold, by step, what the caller is told. Everything else that is
// written into a step is for the house.
var replyFields = map[ticket.Step]string{
	ticket.StepReply: "public_reply", ticket.StepAnswer: "answer",
	ticket.StepInform: "reply", ticket.StepReject: "legal_path",
}

// replyTo is what the caller was told by the time of a step, once it stands:
// when the ticket is done, or on the step that tells the caller of a merged one.
func replyTo(past *ticket.Ticket, e *ticket.Event) string {
	if e.Step != ticket.StepInform && past.State.Info().Type != ticket.Final {
		return ""
	}
	for _, earlier := range slices.Backward(past.Events) {
		if field, ok := replyFields[earlier.Step]; ok {
			return earlier.Fields[field]
		}
	}
	return ""
}

// takenBack reports whether a step was taken back while its message was held,
// or is the one that took such a step back.
func takenBack(events []ticket.Event, seq int64, hold time.Duration) bool {
	held := func(undone, by *ticket.Event) bool { return by.At.Sub(undone.At) <= hold }
	e := &events[seq-1]
	if u := e.Undoes(); u > 0 {
		return held(&events[u-1], e)
	}
	for i := seq; i < int64(len(events)); i++ {
		if events[i].Undoes() == seq {
			return held(e, &events[i])
		}
	}
	return false
}
