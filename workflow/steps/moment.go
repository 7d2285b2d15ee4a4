package steps

import (
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// Moment is one step about to be taken: what the table's rules look at, and
// what they decide. What policy and clock decide is recorded in the event, so
// that the history alone tells what a ticket is.
type Moment struct {
	Policy *rules.Policy
	Ticket *ticket.Ticket
	Step   *Transition
	Actor  ticket.Actor
	Now    time.Time    // zero when only the buttons are asked for
	To     ticket.State // where the step leads, as far as is known
	// Look reads another ticket, and the tickets merged into one.
	Look      func(ticket.ID) (ticket.Ticket, error)
	Followers func(ticket.ID) ([]ticket.Ticket, error)

	fields  map[string]string
	refusal *ticket.Refusal
	faults  []ticket.FieldFault
	failure error // the store's
}

func (m *Moment) refuse(kind error, code, format string, args ...any) {
	if m.refusal == nil {
		m.refusal = ticket.Refuse(kind, code, format, args...)
	}
}

// notNow refuses because of where the ticket stands.
func (m *Moment) notNow(code, format string, args ...any) {
	m.refuse(ticket.ErrIllegal, code, format, args...)
}

// fault finds something wrong with a field; all are shown at once.
func (m *Moment) fault(field, code, message string) {
	m.faults = append(m.faults, ticket.FieldFault{Field: field, Code: code, Message: message})
}

// Rule applies the table's rules in the order: possible now, form, fields.
func (m *Moment) Rule(given map[string]string) error {
	if m.Step.To != ticket.None {
		m.To = m.Step.To
	}
	if m.Step.ready != nil {
		m.Step.ready(m)
	}
	if m.refusal != nil {
		return m.refusal
	}
	m.fields, m.faults = form(m.Policy, m.Step, given)
	if m.Step.check != nil {
		m.Step.check(m)
	}
	m.everyCallerTold()
	switch {
	case m.failure != nil:
		return m.failure
	case m.refusal != nil:
		return m.refusal
	case len(m.faults) > 0:
		inOrder(m.Step, m.faults)
		r := ticket.Refuse(ticket.ErrInvalid, "invalid_fields", "%s：%s", m.Step.Name, m.faults[0].Message)
		r.Faults = m.faults
		return r
	}
	return nil
}

// Possible reports whether the step may be taken at all; it needs no fields.
func (m *Moment) Possible() bool {
	if m.Step.ready != nil {
		m.Step.ready(m)
	}
	return m.refusal == nil
}

// Recorded is what the event keeps; nothing is nil, as it is when read again.
func (m *Moment) Recorded() map[string]string {
	if len(m.fields) == 0 {
		return nil
	}
	return m.fields
}

// record keeps in the event what was decided.
func (m *Moment) record(name, value string) { m.fields[name] = value }

// Last is the latest event of a step, nil when there is none.
func Last(t *ticket.Ticket, step ticket.Step) *ticket.Event {
	for i := len(t.Events) - 1; i >= 0; i-- {
		if t.Events[i].Step == step {
			return &t.Events[i]
		}
	}
	return nil
}

// By names in Pending who asked for something.
func By(request string) string { return request + ".by" }

// Yes and No are the words for a bool in fields.
const (
	Yes = "yes"
	no  = "no"
)
