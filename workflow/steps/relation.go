package steps

import (
	"slices"
	"strings"

	"huiyin/ticket"
)

// RoleFor finds the role by which somebody may take a step.
func RoleFor(step *Transition, actor ticket.Actor, t *ticket.Ticket) (ticket.Role, bool) {
	if step.Auto && actor.Has(ticket.System) {
		return ticket.System, true
	}
	for _, role := range step.Roles {
		if actor.Has(role) && (role != ticket.UnitHandler || t == nil || Relates(t, step.Relation, actor.Unit)) {
			return role, true
		}
	}
	return "", false
}

// Relates reports whether a unit has a relation to a ticket.
func Relates(t *ticket.Ticket, r Relation, unit string) bool {
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

// Forbidden refuses a step to somebody, and says whose it is.
func Forbidden(step *Transition, actor ticket.Actor) error {
	if len(step.Roles) == 0 {
		return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”只由系统办理", step.Name)
	}
	names := make([]string, len(step.Roles))
	for i, r := range step.Roles {
		names[i] = r.Name()
	}
	if actor.Has(ticket.UnitHandler) && step.Relation != AnyOne {
		return ticket.Refuse(ticket.ErrForbidden, "not_your_ticket", "只有%s可以%s", map[Relation]string{
			LeadUnit: "牵头单位", CoUnit: "配合单位", AnyUnit: "承办单位",
		}[step.Relation], step.Name)
	}
	return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”由%s办理", step.Name, strings.Join(names, "、"))
}
