package steps

import (
	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
)

// checkMerge keeps the groups flat and without circles: a ticket follows only
// an older one that follows nobody.
func checkMerge(m *Moment) {
	id := ticket.ID(m.fields["primary"])
	if id == "" {
		return
	}
	primary, err := m.Look(id)
	if err != nil {
		if m.failure = err; refusal.IsNotFound(err) {
			m.failure = nil
			m.fault("primary", "not_found", "没有这件工单")
		}
		return
	}
	own, err := m.Followers(m.Ticket.ID)
	if err != nil {
		m.failure = err
		return
	}
	switch {
	case primary.Secrecy() != ticket.Visible:
		m.fault("primary", "not_found", "没有这件工单")
	case len(own) > 0:
		m.notNow("has_followers", "已有工单并入这一件，不能再并入别的")
	case id == m.Ticket.ID || !older(&primary, m.Ticket):
		m.fault("primary", "not_older", "只能并入更早受理的工单")
	case !primary.State.IsOpen() || !primary.RepliedAt.IsZero():
		m.fault("primary", "not_open", "主单已经报结或办结，不能再并入")
	case m.oneByOne(m.Ticket) && !m.oneByOne(&primary):
		m.fault("primary", "not_called_back", "这件要逐件回访，主单不回访，不能并入")
	}
	m.sameWatch(&primary)
	m.record("lead", primary.Lead)
}

// sameWatch refuses a primary behind which a ticket would be watched less: with
// a later limit, with a clock that stands, or without its supervision.
func (m *Moment) sameWatch(primary *ticket.Ticket) {
	if rules.Stricter(m.Ticket.Supervision, primary.Supervision) {
		m.fault("primary", "not_supervised", "这件正在督办，主单没有同样督办，不能并入；请先督办主单")
	}
	own, runs := m.Ticket.Due(ticket.ClockClose)
	if !runs || own.At.IsZero() || !own.MetAt.IsZero() {
		return
	}
	due, has := primary.Due(ticket.ClockClose)
	switch {
	case !has:
		m.fault("primary", "gains_time", "主单还没有分派，这件的办结时限已经在走；请先分派主单再并入")
	case due.At.IsZero():
		m.fault("primary", "gains_time", "主单已挂账停表，并入会多出时间，请单独办理")
	case due.At.After(own.At):
		m.fault("primary", "gains_time", "主单的办结期限比这件晚，并入会多出时间，请单独办理："+m.Policy.Calendar.Explain(due))
	}
}

func older(a, b *ticket.Ticket) bool {
	if !a.ReceivedAt.Equal(b.ReceivedAt) {
		return a.ReceivedAt.Before(b.ReceivedAt)
	}
	return a.ID < b.ID
}

func checkSplit(m *Moment) {
	if e := Last(m.Ticket, ticket.StepMerge); e != nil {
		m.To = e.From
	}
}

// everyCallerTold demands, before a ticket is done, that the callers of the
// tickets merged into it were told: nobody stays without an answer.
func (m *Moment) everyCallerTold() {
	done := m.To.Info().Type == ticket.Final || m.To == ticket.Callback
	if !done || m.To == m.Ticket.State || !m.Ticket.State.IsOpen() {
		return
	}
	merged, err := m.Followers(m.Ticket.ID)
	if err != nil {
		m.failure = err
		return
	}
	for i := range merged {
		if Last(&merged[i], ticket.StepInform) == nil {
			m.notNow("caller_waits", "并入的工单 %s 的来电人还没有告知，先告知再%s", merged[i].ID, m.Step.Name)
			return
		}
	}
}
