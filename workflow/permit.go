package workflow

import (
	"slices"
	"strings"

	"huiyin/ticket"
)

// Action is what somebody wants to do: one of the names here, or "step:" and
// the name of a step.
type Action string

// The actions beside the steps. Those of the first group are asked with a ticket.
const (
	ActRead   Action = "read"      // a ticket with its history
	ActText   Action = "read_text" // title and content, redacted
	ActReveal Action = "reveal"    // the caller's personal data
	ActLedger Action = "ledger"    // who took which step when, without texts

	ActList      Action = "list"
	ActCreate    Action = "create"
	ActImport    Action = "import"
	ActDashboard Action = "dashboard"
	ActReport    Action = "report"
	ActPublish   Action = "publish"
	ActDraw      Action = "draw"
	ActJobs      Action = "jobs"
	ActPolicy    Action = "policy" // to read it
	ActAmend     Action = "amend"  // to change it
	ActAccounts  Action = "accounts"
	ActAudit     Action = "audit"
	ActSample    Action = "sample" // the anonymised sample for outside evaluators
)

// StepAction is the action of taking a step.
func StepAction(step ticket.Step) Action { return "step:" + Action(step) }

// permissions are the roles of each action. For a ticket the relation of unit
// and ticket comes on top.
var permissions = map[Action][]ticket.Role{
	ActRead:   {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	ActText:   {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	ActReveal: {ticket.Operator, ticket.UnitHandler, ticket.Discipline},
	ActLedger: {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Auditor},

	ActList:      {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	ActCreate:    {ticket.Operator},
	ActImport:    {ticket.Operator},
	ActDashboard: {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	ActReport:    {ticket.Operator, ticket.Supervisor, ticket.Leader, ticket.Auditor},
	ActPublish:   {ticket.Supervisor, ticket.Leader},
	ActDraw:      {ticket.Supervisor},
	ActJobs:      {ticket.Supervisor, ticket.Admin},
	ActPolicy:    {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Admin, ticket.Auditor},
	ActAmend:     {ticket.Admin},
	ActAccounts:  {ticket.Admin},
	ActAudit:     {ticket.Auditor},
	ActSample:    {ticket.Supervisor, ticket.Evaluator},
}

// May is the one place where permission is asked: may somebody, by role and by
// relation to the ticket, do something at all. Whether a step is possible now
// is another question, which the table answers. t is nil where there is no
// ticket.
func May(actor ticket.Actor, action Action, t *ticket.Ticket) bool {
	if t != nil && !sees(actor, t) {
		return action == ActLedger && actor.Has(ticket.Auditor) && Hidden(t) == Visible
	}
	if step, ok := strings.CutPrefix(string(action), "step:"); ok {
		transition, known := transitionOf[ticket.Step(step)]
		if !known {
			return false
		}
		_, may := roleFor(transition, actor, t)
		return may
	}
	if actor.Has(ticket.System) {
		return true
	}
	for _, role := range permissions[action] {
		if actor.Has(role) && (t == nil || fits(role, action, actor, t)) {
			return true
		}
	}
	return false
}

// fits is the relation that a role needs to a ticket for an action.
func fits(role ticket.Role, action Action, actor ticket.Actor, t *ticket.Ticket) bool {
	if role != ticket.UnitHandler {
		return true
	}
	if action == ActReveal && t.Confidential {
		return false
	}
	return relates(t, AnyUnit, actor.Unit)
}

// sees reports whether a ticket exists for somebody at all. A clue is seen by
// discipline and, until it is proposed for hand-over, by the operators who
// propose it; after that by discipline alone.
func sees(actor ticket.Actor, t *ticket.Ticket) bool {
	if actor.Has(ticket.System) {
		return true
	}
	switch Hidden(t) {
	case Clue:
		return actor.Has(ticket.Discipline) || actor.Has(ticket.Operator)
	case Secret:
		return actor.Has(ticket.Discipline)
	}
	for _, role := range permissions[ActRead] {
		if actor.Has(role) && fits(role, ActRead, actor, t) {
			return true
		}
	}
	return false
}

// Secrecy says who knows of a ticket.
type Secrecy int

// The degrees of secrecy.
const (
	Visible Secrecy = iota
	Clue            // discipline and operators
	Secret          // discipline alone
)

// Hidden tells how secret a ticket is: what is hidden leaves every list, count
// and search of those who may not see it.
func Hidden(t *ticket.Ticket) Secrecy {
	switch {
	case t.State == ticket.HandedOver || t.Pending["hand_over"] == proposed:
		return Secret
	case t.Pending["hand_over"] != "":
		return Clue
	}
	return Visible
}

// roleFor finds the role by which somebody may take a step.
func roleFor(step *Transition, actor ticket.Actor, t *ticket.Ticket) (ticket.Role, bool) {
	if step.Auto && actor.Has(ticket.System) {
		return ticket.System, true
	}
	for _, role := range step.Roles {
		if actor.Has(role) && (role != ticket.UnitHandler || t == nil || relates(t, step.Relation, actor.Unit)) {
			return role, true
		}
	}
	return "", false
}

// relates reports whether a unit has a relation to a ticket.
func relates(t *ticket.Ticket, r Relation, unit string) bool {
	if unit == "" {
		return false
	}
	lead, co := t.Lead == unit, slices.Contains(t.Co, unit)
	switch r {
	case LeadUnit:
		return lead
	case CoUnit:
		return co
	}
	return lead || co
}
