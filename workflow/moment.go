package workflow

import (
	"time"

	"huiyin/ticket"
)

// moment is one step about to be taken: what the table's rules look at, and
// what they decide. What policy and clock decide is recorded in the event, so
// that the history alone tells what a ticket is.
type moment struct {
	policy *Policy
	ticket *ticket.Ticket
	step   *Transition
	actor  ticket.Actor
	now    time.Time // zero when only the buttons are asked for
	fields map[string]string
	to     ticket.State
	// look reads another ticket, and the tickets merged into one.
	look      func(ticket.ID) (ticket.Ticket, error)
	followers func(ticket.ID) ([]ticket.Ticket, error)

	refusal *ticket.Refusal
	faults  []ticket.FieldFault
	failure error // the store's
}

func (m *moment) refuse(kind error, code, format string, args ...any) {
	if m.refusal == nil {
		m.refusal = ticket.Refuse(kind, code, format, args...)
	}
}

// notNow refuses because of where the ticket stands.
func (m *moment) notNow(code, format string, args ...any) {
	m.refuse(ticket.ErrIllegal, code, format, args...)
}

// fault finds something wrong with a field; all are shown at once.
func (m *moment) fault(field, code, message string) {
	m.faults = append(m.faults, ticket.FieldFault{Field: field, Code: code, Message: message})
}

// recorded is what the event keeps; nothing is nil, as it is when read again.
func (m *moment) recorded() map[string]string {
	if len(m.fields) == 0 {
		return nil
	}
	return m.fields
}

// record keeps in the event what was decided.
func (m *moment) record(name, value string) { m.fields[name] = value }

// last is the latest event of a step, nil when there is none.
func last(t *ticket.Ticket, step ticket.Step) *ticket.Event {
	for i := len(t.Events) - 1; i >= 0; i-- {
		if t.Events[i].Step == step {
			return &t.Events[i]
		}
	}
	return nil
}

// by names in Pending who asked for something.
func by(request string) string { return request + ".by" }

// yes and no are the words for a bool in fields.
const (
	yes = "yes"
	no  = "no"
)
