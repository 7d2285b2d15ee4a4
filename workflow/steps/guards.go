package steps

import (
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// The rules that tell whether a step is possible at all, beside state and role;
// they need no fields, so that a button that would be refused is not shown.

// Requests that wait for somebody else, as Pending names them, with the word
// for people.
var Requests = map[string]string{
	"extension": "延期申请", "suspension": "挂账申请", "exclusion": "剔除申请",
	"disclosure": "解除保密申请", "hand_over": "移送纪检",
}

func notAsked(request string) func(*Moment) {
	return func(m *Moment) {
		if _, ok := m.Ticket.Pending[request]; ok {
			m.notNow("already_asked", "%s还在等待审批", Requests[request])
		}
	}
}

// notClue keeps what may be a clue for discipline inspection from leaving the
// desk before discipline has looked at it.
func notClue(m *Moment) {
	if m.Ticket.Pending["hand_over"] != "" {
		m.notNow("clue", "疑似纪检线索，请先提请移送纪检，由纪检认定")
	}
}

func clue(m *Moment) {
	if m.Ticket.Pending["hand_over"] == "" {
		m.notNow("no_clue", "这件工单没有提请移送")
		return
	}
	m.notOwn(m.Ticket.Pending[By("hand_over")], "不能接收本人提请的线索")
}

func notProposed(m *Moment) {
	if m.Ticket.Pending["hand_over"] == ticket.Proposed {
		m.notNow("already_asked", "已经提请移送，等待纪检接收")
	}
}

func mayAnswer(m *Moment) {
	notClue(m)
	category, _ := m.Policy.Categories.Find(m.Ticket.Category)
	if m.Ticket.Kind == ticket.Complaint || category.Enforcement {
		m.notNow("must_be_handled", "投诉举报和执法类诉求不能即时答复办结，请分派承办单位")
	}
	if e := Last(m.Ticket, ticket.StepCorrect); e != nil && m.Policy.EverToHandle(m.Ticket) {
		// What it is decides whether it must be handled: two people for that.
		m.notOwn(e.Actor, "受理时是投诉举报或执法类，本人更正过，不能由本人即时答复办结，请另一位话务员核对后答复")
	}
}

// Answerable refuses to settle on the phone what must be handled.
func Answerable(policy *rules.Policy, t *ticket.Ticket) *ticket.Refusal {
	m := &Moment{Policy: policy, Ticket: t}
	mayAnswer(m)
	return m.refusal
}

func mayReturn(m *Moment) {
	if m.Ticket.Final {
		m.notNow("final", "已经裁定，不得再退单")
		return
	}
	window, ok := m.Ticket.Due(ticket.ClockReturn)
	if !ok {
		m.notNow("no_return", "这件工单不能退单")
		return
	}
	if !m.Now.IsZero() && !m.Now.Before(window.At) {
		m.notNow("window_passed", "退单期限已过：%s", m.Policy.Calendar.Explain(window))
	}
}

func mayExtend(m *Moment) {
	notAsked("extension")(m)
	if m.Ticket.Extended {
		m.notNow("already_extended", "只能延期一次，已经延期过")
		return
	}
	due, ok := m.Ticket.Due(ticket.ClockClose)
	if !ok || m.Policy.LimitsOf(m.Ticket, lifeOf(m.Ticket)).Extension.N == 0 {
		m.notNow("no_extension", "这类工单不能延期")
		return
	}
	if !m.Now.IsZero() && !m.Now.Before(due.At) {
		m.notNow("limit_passed", "办结期限已过，不能再申请延期：%s", m.Policy.Calendar.Explain(due))
	}
}

// lifeOf is the life of a ticket whose limits hold: a redone or supervised
// ticket has the strict ones.
func lifeOf(t *ticket.Ticket) rules.LimitMode {
	if t.Redos > 0 {
		return rules.SupervisedLimits
	}
	return rules.OrdinaryLimits
}

// notOwnCase keeps callbacks away from the unit that handled the ticket.
func notOwnCase(m *Moment) {
	if m.Actor.Unit != "" && Relates(m.Ticket, AnyUnit, m.Actor.Unit) {
		m.refuse(ticket.ErrForbidden, "own_case", "回访不能由承办单位自己做")
		return
	}
	if e := Last(m.Ticket, ticket.StepReply); e != nil {
		m.notOwn(e.Actor, "不能回访本人办理的工单")
	}
}

func notCalledBack(m *Moment) {
	if m.Ticket.CallbackDue {
		m.notNow("already_drawn", "这件工单已经回访过")
	}
}

// operatorRedos is how often the hotline alone may send a ticket back.
const operatorRedos = 2

func mayRedo(m *Moment) {
	if m.Ticket.Redos >= operatorRedos && !m.Actor.Has(ticket.Supervisor) {
		m.refuse(ticket.ErrForbidden, "redo_limit", "已经重办%d次，再要重办须由督办决定", m.Ticket.Redos)
	}
	if m.Ticket.Lead == "" {
		m.notNow("no_unit", "没有承办单位，不能重办")
	}
}

func supervised(m *Moment) {
	if m.Ticket.Supervision == ticket.Unsupervised {
		m.notNow("not_supervised", "没有督办")
	}
}

func mayExclude(m *Moment) {
	notAsked("exclusion")(m)
	if m.Ticket.Excluded {
		m.notNow("already_excluded", "已经剔除")
	}
}

func excluded(m *Moment) {
	if !m.Ticket.Excluded {
		m.notNow("not_excluded", "没有剔除")
	}
}

func notConfidential(m *Moment) {
	if m.Ticket.Confidential {
		m.notNow("already_confidential", "已经是保密件")
	}
}

func mayDisclose(m *Moment) {
	notAsked("disclosure")(m)
	if !m.Ticket.Confidential {
		m.notNow("not_confidential", "不是保密件")
	}
}
