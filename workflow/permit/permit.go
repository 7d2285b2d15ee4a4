// Package permit is the one place where permission is asked: who may do what, by
// role and by relation to the ticket.
package permit

import (
	"strings"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// Action is what somebody wants to do: one of the names here, or "step:" and
// the name of a step.
type Action string

// The actions beside the steps. Those of the first group are asked with a ticket.
const (
	Read   Action = "read"      // a ticket with its history
	Text   Action = "read_text" // title and content, redacted
	Reveal Action = "reveal"    // the caller's personal data
	Ledger Action = "ledger"    // who took which step when, without texts

	List      Action = "list"
	Create    Action = "create"
	Import    Action = "import"
	Dashboard Action = "dashboard"
	Report    Action = "report"
	Publish   Action = "publish"
	Draw      Action = "draw"
	Sheets    Action = "sheets" // units' monthly sheets and quarterly ratings; units see their own
	Jobs      Action = "jobs"
	Policy    Action = "policy" // to read it
	Amend     Action = "amend"  // to change it
	Accounts  Action = "accounts"
	Audit     Action = "audit"
	Outbox    Action = "outbox"  // messages to other systems: no content of tickets
	Health    Action = "health"  // how the store, its backups and its proofs stand
	Backup    Action = "backup"  // to make one
	Sample    Action = "sample"  // the anonymised sample for outside evaluators
	Rectify   Action = "rectify" // the rectification ledger; what may be done in it is in its table
	Raise     Action = "raise"   // to take a problem into it

	Cases       Action = "cases"        // penalty cases and their callbacks
	CallParties Action = "call_parties" // the personal data of who is to be called back
)

// Step is the action of taking a step.
func Step(step ticket.Step) Action { return "step:" + Action(step) }

// permissions are the roles of each action. For a ticket the relation of unit
// and ticket comes on top.
var permissions = map[Action][]ticket.Role{
	Read:   {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	Text:   {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	Reveal: {ticket.Operator, ticket.UnitHandler, ticket.Discipline},
	Ledger: {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Auditor},

	List:      {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	Create:    {ticket.Operator},
	Import:    {ticket.Operator},
	Dashboard: {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline},
	Report:    {ticket.Operator, ticket.Supervisor, ticket.Leader, ticket.Auditor},
	Publish:   {ticket.Supervisor, ticket.Leader},
	Draw:      {ticket.Supervisor},
	Sheets:    {ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Auditor},
	Jobs:      {ticket.Supervisor, ticket.Admin},
	Policy:    {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Admin, ticket.Auditor},
	Amend:     {ticket.Admin},
	Accounts:  {ticket.Admin},
	Audit:     {ticket.Auditor},
	Outbox:    {ticket.Admin},
	Health:    {ticket.Admin, ticket.Auditor},
	Backup:    {ticket.Admin},
	Sample:    {ticket.Supervisor, ticket.Evaluator},
	Rectify:   {ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Leader, ticket.Discipline, ticket.Auditor},
	Raise:     {ticket.Supervisor},

	Cases:       {ticket.Operator, ticket.Supervisor, ticket.Leader, ticket.Auditor},
	CallParties: {ticket.Operator},
}

// May is the one place where permission is asked: may somebody, by role and by
// relation to the ticket, do something at all. Whether a step is possible now
// is another question, which the table answers. t is nil where there is no
// ticket.
func May(actor ticket.Actor, action Action, t *ticket.Ticket) bool {
	if t != nil && !Sees(actor, t) {
		return action == Ledger && actor.Has(ticket.Auditor) && t.Secrecy() == ticket.Visible
	}
	if step, ok := strings.CutPrefix(string(action), "step:"); ok {
		transition, known := steps.Find(ticket.Step(step))
		if !known {
			return false
		}
		_, may := steps.RoleFor(transition, actor, t)
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
	if action == Reveal && t.Confidential {
		return false
	}
	return steps.Relates(t, steps.AnyUnit, actor.Unit)
}

// Sees reports whether a ticket exists for somebody at all. A clue is seen by
// discipline and, until it is proposed for hand-over, by the operators who
// propose it; after that by discipline alone.
func Sees(actor ticket.Actor, t *ticket.Ticket) bool {
	if actor.Has(ticket.System) {
		return true
	}
	switch t.Secrecy() {
	case ticket.Clue:
		return actor.Has(ticket.Discipline) || actor.Has(ticket.Operator)
	case ticket.Secret:
		return actor.Has(ticket.Discipline)
	}
	for _, role := range permissions[Read] {
		if actor.Has(role) && fits(role, Read, actor, t) {
			return true
		}
	}
	return false
}

// Scope says which unit's tickets, and how secret ones, somebody's lists show.
func Scope(actor ticket.Actor, unit string) (string, []ticket.Secrecy, error) {
	if !May(actor, List, nil) {
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "not_allowed", "没有查看工单的权限")
	}
	above := actor.Has(ticket.System)
	for _, role := range permissions[List] {
		above = above || role != ticket.UnitHandler && actor.Has(role)
	}
	secrecy := []ticket.Secrecy{ticket.Visible}
	switch {
	case !above && actor.Unit == "":
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "no_unit", "账号没有所属单位，看不到工单")
	case !above && unit != "" && unit != actor.Unit:
		return "", nil, ticket.Refuse(ticket.ErrForbidden, "other_unit", "只能查看本单位的工单")
	case !above:
		return actor.Unit, secrecy, nil
	case actor.Has(ticket.Discipline):
		secrecy = append(secrecy, ticket.Clue, ticket.Secret)
	case actor.Has(ticket.Operator):
		secrecy = append(secrecy, ticket.Clue)
	}
	return unit, secrecy, nil
}
