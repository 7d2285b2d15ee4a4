package steps

import "huiyin/ticket"

// Nobody decides in a matter of their own: not on what they did themselves, not
// on what their unit asked for, not on how their unit is counted.

// asking are the steps that make a request, as Pending names it.
var asking = map[string]ticket.Step{
	"extension": ticket.StepRequestExtension, "suspension": ticket.StepRequestSuspension,
	"exclusion": ticket.StepRequestExclusion, "disclosure": ticket.StepRequestDisclosure, "hand_over": ticket.StepProposeHandOver,
}

// asked demands a pending request, made by somebody else.
func asked(request string) func(*Moment) {
	return func(m *Moment) {
		if _, ok := m.Ticket.Pending[request]; !ok {
			m.notNow("nothing_asked", "没有待审批的%s", Requests[request])
			return
		}
		m.notOwn(m.Ticket.Pending[By(request)], "不能审批本人的%s", Requests[request])
		m.notOfOwnUnit(Last(m.Ticket, asking[request]), "不能审批本单位的"+Requests[request])
	}
}

// notOwn refuses to let a person decide on what that person did.
func (m *Moment) notOwn(account, format string, args ...any) {
	if account != "" && account == m.Actor.ID {
		m.refuse(ticket.ErrForbidden, "own_request", format, args...)
	}
}

// notOfOwnUnit refuses to let a person decide on what a colleague did for the
// unit that handles the ticket.
func (m *Moment) notOfOwnUnit(e *ticket.Event, text string) {
	if e != nil && e.Role == ticket.UnitHandler && e.Unit != "" && e.Unit == m.Actor.Unit {
		m.refuse(ticket.ErrForbidden, "own_unit", "%s，请由别的单位的人员办理", text)
	}
}

func notByRequester(step ticket.Step) func(*Moment) {
	return func(m *Moment) {
		if e := Last(m.Ticket, step); e != nil {
			m.notOwn(e.Actor, "不能审批本人的申请")
			m.notOfOwnUnit(e, "不能审批本单位的申请")
		}
	}
}

func notOwnReply(m *Moment) {
	if e := Last(m.Ticket, ticket.StepReply); e != nil {
		m.notOwn(e.Actor, "不能审核本人的答复")
		m.notOfOwnUnit(e, "不能审核本单位的答复")
	}
}

// impartial keeps the people of the units that handle a ticket from deciding
// how strictly the units are watched, or whether the ticket counts.
func impartial(m *Moment) {
	if m.Actor.Unit != "" && !m.Actor.Has(ticket.System) && Relates(m.Ticket, AnyUnit, m.Actor.Unit) {
		m.refuse(ticket.ErrForbidden, "own_unit", "这件由本单位办理，%s请由别的单位的人员办理", m.Step.Name)
	}
}

// both applies two rules, one after the other.
func both(first, then func(*Moment)) func(*Moment) {
	return func(m *Moment) {
		first(m)
		then(m)
	}
}
