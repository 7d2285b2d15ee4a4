package workflow

import "huiyin/ticket"

// The rules that tell whether a step is possible at all, beside state and role;
// they need no fields, so that a button that would be refused is not shown.

// Requests that wait for somebody else, as Pending names them, with the word
// for people.
var requestNames = map[string]string{
	"extension": "延期申请", "suspension": "挂账申请", "exclusion": "剔除申请",
	"disclosure": "解除保密申请", "hand_over": "移送纪检",
}

// asked demands a pending request, made by somebody else.
func asked(request string) func(*moment) {
	return func(m *moment) {
		if _, ok := m.ticket.Pending[request]; !ok {
			m.notNow("nothing_asked", "没有待审批的%s", requestNames[request])
			return
		}
		m.notOwn(m.ticket.Pending[by(request)], "不能审批本人的%s", requestNames[request])
	}
}

func notAsked(request string) func(*moment) {
	return func(m *moment) {
		if _, ok := m.ticket.Pending[request]; ok {
			m.notNow("already_asked", "%s还在等待审批", requestNames[request])
		}
	}
}

// notOwn refuses to let a person decide on what that person did.
func (m *moment) notOwn(account, format string, args ...any) {
	if account != "" && account == m.actor.ID {
		m.refuse(ticket.ErrForbidden, "own_request", format, args...)
	}
}

func notByRequester(step ticket.Step) func(*moment) {
	return func(m *moment) {
		if e := last(m.ticket, step); e != nil {
			m.notOwn(e.Actor, "不能审批本人的申请")
		}
	}
}

// notClue keeps what may be a clue for discipline inspection from leaving the
// desk before discipline has looked at it.
func notClue(m *moment) {
	if m.ticket.Pending["hand_over"] != "" {
		m.notNow("clue", "疑似纪检线索，请先提请移送纪检，由纪检认定")
	}
}

func clue(m *moment) {
	if m.ticket.Pending["hand_over"] == "" {
		m.notNow("no_clue", "这件工单没有提请移送")
		return
	}
	m.notOwn(m.ticket.Pending[by("hand_over")], "不能接收本人提请的线索")
}

func notProposed(m *moment) {
	if m.ticket.Pending["hand_over"] == proposed {
		m.notNow("already_asked", "已经提请移送，等待纪检接收")
	}
}

func mayAnswer(m *moment) {
	notClue(m)
	category, _ := m.policy.Categories.Find(m.ticket.Category)
	if m.ticket.Kind == ticket.Complaint || category.Enforcement {
		m.notNow("must_be_handled", "投诉举报和执法类诉求不能即时答复办结，请分派承办单位")
	}
}

func mayReturn(m *moment) {
	if m.ticket.Final {
		m.notNow("final", "已经裁定，不得再退单")
		return
	}
	window, ok := m.ticket.Due(ticket.ClockReturn)
	if !ok {
		m.notNow("no_return", "这件工单不能退单")
		return
	}
	if !m.now.IsZero() && !m.now.Before(window.At) {
		m.notNow("window_passed", "退单期限已过：%s", m.policy.Calendar.Explain(window))
	}
}

func mayExtend(m *moment) {
	notAsked("extension")(m)
	if m.ticket.Extended {
		m.notNow("already_extended", "只能延期一次，已经延期过")
		return
	}
	due, ok := m.ticket.Due(ticket.ClockClose)
	if !ok || m.policy.LimitsOf(m.ticket, lifeOf(m.ticket)).Extension.N == 0 {
		m.notNow("no_extension", "这类工单不能延期")
		return
	}
	if !m.now.IsZero() && !m.now.Before(due.At) {
		m.notNow("limit_passed", "办结期限已过，不能再申请延期：%s", m.policy.Calendar.Explain(due))
	}
}

// lifeOf is the life of a ticket whose limits hold: a redone or supervised
// ticket has the strict ones.
func lifeOf(t *ticket.Ticket) LimitMode {
	if t.Redos > 0 {
		return SupervisedLimits
	}
	return OrdinaryLimits
}

func hasTask(m *moment) {
	for _, task := range m.ticket.Tasks {
		if task.Unit == m.actor.Unit && task.DoneAt.IsZero() {
			return
		}
	}
	m.notNow("no_task", "本单位没有待办的配合事项")
}

// notOwnCase keeps callbacks away from the unit that handled the ticket.
func notOwnCase(m *moment) {
	if m.actor.Unit != "" && relates(m.ticket, AnyUnit, m.actor.Unit) {
		m.refuse(ticket.ErrForbidden, "own_case", "回访不能由承办单位自己做")
		return
	}
	if e := last(m.ticket, StepReply); e != nil {
		m.notOwn(e.Actor, "不能回访本人办理的工单")
	}
}

func notCalledBack(m *moment) {
	if m.ticket.CallbackDue {
		m.notNow("already_drawn", "这件工单已经回访过")
	}
}

// operatorRedos is how often the hotline alone may send a ticket back.
const operatorRedos = 2

func mayRedo(m *moment) {
	if m.ticket.Redos >= operatorRedos && !m.actor.Has(ticket.Supervisor) {
		m.refuse(ticket.ErrForbidden, "redo_limit", "已经重办%d次，再要重办须由督办决定", m.ticket.Redos)
	}
	if m.ticket.Lead == "" {
		m.notNow("no_unit", "没有承办单位，不能重办")
	}
}

func supervised(m *moment) {
	if m.ticket.Supervision == ticket.Unsupervised {
		m.notNow("not_supervised", "没有督办")
	}
}

func mayExclude(m *moment) {
	notAsked("exclusion")(m)
	if m.ticket.Excluded {
		m.notNow("already_excluded", "已经剔除")
	}
}

func excluded(m *moment) {
	if !m.ticket.Excluded {
		m.notNow("not_excluded", "没有剔除")
	}
}

func notConfidential(m *moment) {
	if m.ticket.Confidential {
		m.notNow("already_confidential", "已经是保密件")
	}
}

func mayDisclose(m *moment) {
	notAsked("disclosure")(m)
	if !m.ticket.Confidential {
		m.notNow("not_confidential", "不是保密件")
	}
}
