package steps

import (
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// bouncesToArbitration is how many upheld returns a ticket suffers before the
// dispute goes to a ruling by itself.
const bouncesToArbitration = 2

// Consequences are the steps that the service takes in the same breath: the
// second bounce goes to a ruling, and a leader's note and a demand that is done
// again because its caller was dissatisfied are supervised as policy says. The
// other rules of supervision can be read off a ticket later, and are.
func Consequences(policy *rules.Policy, t *ticket.Ticket, e *ticket.Event) []ticket.Event {
	switch {
	case e.Step == ticket.StepUpholdReturn && t.Bounces+1 >= bouncesToArbitration:
		return []ticket.Event{ByService(e, ticket.StepEscalate, ticket.Arbitration, map[string]string{"reason": "第二次退单，自动提请裁定"})}
	case e.Step == ticket.StepNote && e.To.IsOpen():
		return underRule(policy, t, e, rules.RuleLeaderNote, "领导批示")
	case e.Step == ticket.StepRedo && t.Satisfied == ticket.No:
		return underRule(policy, t, e, rules.RuleDissatisfied, "回访不满意，重新办理")
	}
	return nil
}

func underRule(policy *rules.Policy, t *ticket.Ticket, e *ticket.Event, rule, reason string) []ticket.Event {
	row, ok := policy.SupervisionFor(rule, 1, "")
	if !ok || !rules.Stricter(row.Level, t.Supervision) {
		return nil
	}
	return []ticket.Event{ByService(e, ticket.StepSupervise, e.To, map[string]string{"level": string(row.Level), "reason": reason})}
}

// ByService is the event that follows another at once.
func ByService(after *ticket.Event, step ticket.Step, to ticket.State, fields map[string]string) ticket.Event {
	return ticket.Event{
		Seq: after.Seq + 1, At: after.At, Step: step, From: after.To, To: to,
		Actor: ticket.Service.ID, Name: ticket.Service.Name, Role: ticket.System,
		Request: after.Request + "+", Fields: fields,
	}
}

// BreathEnd is where the consequences of the event at i end in a history.
func BreathEnd(events []ticket.Event, i int) int {
	end := i + 1
	for end < len(events) && events[end].Actor == ticket.Service.ID && events[end].Request == events[end-1].Request+"+" {
		end++
	}
	return end
}
