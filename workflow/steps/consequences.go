package steps

import "huiyin/ticket"

// bouncesToArbitration is how many upheld returns a ticket suffers before the
// dispute goes to a ruling by itself.
const bouncesToArbitration = 2

// Consequences are the steps that the service takes in the same breath.
func Consequences(t *ticket.Ticket, e *ticket.Event) []ticket.Event {
	if e.Step != ticket.StepUpholdReturn || t.Bounces+1 < bouncesToArbitration {
		return nil
	}
	return []ticket.Event{ByService(e, ticket.StepEscalate, ticket.Arbitration, map[string]string{"reason": "第二次退单，自动提请裁定"})}
}

// ByService is the event that follows another at once.
func ByService(after *ticket.Event, step ticket.Step, to ticket.State, fields map[string]string) ticket.Event {
	return ticket.Event{
		Seq: after.Seq + 1, At: after.At, Step: step, From: after.To, To: to,
		Actor: ticket.Service.ID, Name: ticket.Service.Name, Role: ticket.System,
		Request: after.Request + "+", Fields: fields,
	}
}
