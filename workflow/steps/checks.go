package steps

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// The rules over the fields of a step. They run after the form of each field
// has been checked, find all faults, and record what the policy decides.

// keep records in the event what was asked for and is now granted.
func keep(request, field string) func(*Moment) {
	return func(m *Moment) { m.record(field, m.Ticket.Pending[request]) }
}

// since demands an instant between what gave rise to it and now: who was not
// asked yet cannot have called anybody back.
func since(name string, start func(*ticket.Ticket) time.Time) func(*Moment) {
	return func(m *Moment) {
		at, err := time.Parse(time.RFC3339, m.fields[name])
		if err != nil {
			return
		}
		// A minute of grace: people's clocks and the service's differ.
		if at.After(m.Now.Add(time.Minute)) {
			m.fault(name, "in_future", "时间还没有到")
		}
		if from := start(m.Ticket); at.Before(from.Truncate(time.Minute)) {
			m.fault(name, "too_early", fmt.Sprintf("时间早于%s的 %s", sinceWords(m.Ticket, from), from.In(ticket.Shanghai).Format("2006-01-02 15:04")))
		}
	}
}

func sinceWords(t *ticket.Ticket, from time.Time) string {
	switch from {
	case t.ReceivedAt:
		return "受理"
	case t.DispatchedAt:
		return "派到本单位"
	}
	return "转待回访"
}

// lastDispatch is when the unit got the ticket that has it now; its receipt
// where none has had it.
func lastDispatch(t *ticket.Ticket) time.Time {
	if t.DispatchedAt.IsZero() {
		return t.ReceivedAt
	}
	return t.DispatchedAt
}

// latestTo is when a ticket last came into a state.
func latestTo(state ticket.State) func(*ticket.Ticket) time.Time {
	return func(t *ticket.Ticket) time.Time {
		for i := len(t.Events) - 1; i >= 0; i-- {
			if e := &t.Events[i]; e.To == state && e.From != state {
				return e.At
			}
		}
		return t.ReceivedAt
	}
}

// future demands a day after today, at most so many days ahead.
func future(name string, most int) func(*Moment) {
	return func(m *Moment) {
		day, today := ticket.Date(m.fields[name]), ticket.DateOf(m.Now)
		switch {
		case day == "":
		case day <= today:
			m.fault(name, "in_past", "日期应在今天之后")
		case day.Start().After(today.Start().AddDate(0, 0, most)):
			m.fault(name, "too_late", fmt.Sprintf("日期不能超过今天之后%d天", most))
		}
	}
}

func checkDispatch(m *Moment) {
	m.units("lead", "co")
	verdict := &m.Ticket.Verdict
	lead, code := m.fields["lead"], m.fields["category"]
	otherwise := (verdict.Lead != "" && lead != verdict.Lead) || (code != "" && code != verdict.Category)
	if otherwise && m.fields["reason"] == "" && !m.Actor.Has(ticket.System) {
		m.fault("reason", "missing", "类别或牵头单位与系统建议不同，请写明理由")
	}
	if m.becomesClue(code) {
		m.fault("category", "clue", "这一类是纪检线索，请提请移送纪检")
	}
}

func checkArbitrate(m *Moment) {
	m.units("lead", "co")
	notByRequester(ticket.StepRequestReturn)(m)
	notByRequester(ticket.StepEscalate)(m)
}

// units checks lead and co-units against each other and, for a confidential
// ticket, against the units that it complains about.
func (m *Moment) units(lead, co string) {
	helpers := unitList(m.fields[co])
	if slices.Contains(helpers, m.fields[lead]) {
		m.fault(co, "lead_again", "配合单位不能又是牵头单位")
	}
	if !m.Ticket.Confidential {
		return
	}
	accused := m.Policy.Accused(m.Ticket)
	if slices.Contains(accused, m.fields[lead]) {
		m.fault(lead, "accused", "保密件反映的就是这个单位，不能派给它")
	}
	for _, code := range helpers {
		if slices.Contains(accused, code) {
			m.fault(co, "accused", "保密件反映的就是"+m.Policy.Units.Name(code)+"，不能派给它")
		}
	}
}

func newGround(m *Moment) {
	for i := range m.Ticket.Events {
		e := &m.Ticket.Events[i]
		if e.Step == ticket.StepRequestReturn && e.Unit == m.Actor.Unit && e.Fields["ground"] == m.fields["ground"] {
			m.fault("ground", "same_ground", "本单位已用同一理由退过单，不能再退")
			return
		}
	}
}

func checkExtension(m *Moment) {
	most := m.Policy.LimitsOf(m.Ticket, lifeOf(m.Ticket)).Extension
	if days, _ := strconv.Atoi(m.fields["days"]); days > most.N {
		m.fault("days", "too_many", "最多延长"+most.String())
	}
}

// checkTold demands that the caller was told, when and how, or proof that the
// caller cannot be reached.
func checkTold(m *Moment) {
	since("told_at", lastDispatch)(m)
	if m.fields["unreachable"] != "" {
		return
	}
	if m.fields["told_at"] == "" {
		m.fault("told_at", "missing", "请填写何时告知来电人；联系不上的请写明证明")
	}
	if m.fields["told_way"] == "" {
		m.fault("told_way", "missing", "请填写怎样告知来电人；联系不上的请写明证明")
	}
}

func checkReply(m *Moment) {
	checkTold(m)
	waitForTasks(m)
	if m.fields["outcome"] == "mediated" && m.fields["mediation_no"] == "" {
		m.fault("mediation_no", "missing", "调解结案的请填写调解书编号")
	}
}

// checkApproval decides between callback and closed.
func checkApproval(m *Moment) {
	notOwnReply(m)
	if e := Last(m.Ticket, ticket.StepCorrect); e != nil {
		// The category decides on the callback: two people for that, too.
		m.notOwn(e.Actor, "不能审核本人更正过类别的工单")
	}
	m.To = ticket.Closed
	if m.oneByOne(m.Ticket) {
		m.To = ticket.Callback
	}
}

func (m *Moment) oneByOne(t *ticket.Ticket) bool {
	mode, _ := m.Policy.CallbackMode(t)
	return mode == rules.OneByOne
}

// checkCallback demands an answer, or enough attempts without one.
func checkCallback(m *Moment) {
	answered := 0
	for _, f := range answers3 {
		if v := m.fields[f.Name]; v == Yes || v == no {
			answered++
		}
	}
	switch {
	case m.fields["unreachable"] == Yes && answered > 0:
		m.fault("unreachable", "contradiction", "联系不上的，三项回答都应为“未知”")
	case m.fields["unreachable"] == Yes:
		m.enoughAttempts()
	case answered == 0:
		m.fault("responded", "missing", "三项回答不能都是“未知”；联系不上的请勾选联系不上")
	}
	if m.fields["satisfied"] == no && m.fields["reason"] == "" {
		m.fault("reason", "missing", "来电人不满意，请写明原因")
	}
}

// enoughAttempts counts the attempts of this round of callback that lie as far
// apart as the policy asks.
func (m *Moment) enoughAttempts() {
	_, row := m.Policy.CallbackMode(m.Ticket)
	need, gap := max(row.Attempts, 1), max(row.GapDays, 1)
	tries := 0
	var counted time.Time
	for i := range m.Ticket.Events {
		e := &m.Ticket.Events[i]
		if e.To == ticket.Callback && e.From != ticket.Callback {
			tries, counted = 0, time.Time{}
		}
		if e.Step != ticket.StepCallback || e.Fields["reached"] == Yes {
			continue
		}
		at, err := time.Parse(time.RFC3339, e.Fields["at"])
		if err != nil {
			continue
		}
		day := ticket.DateOf(at).Start()
		if counted.IsZero() || !day.Before(counted.AddDate(0, 0, gap)) {
			tries, counted = tries+1, day
		}
	}
	if tries < need {
		m.fault("unreachable", "too_few_attempts", fmt.Sprintf("在不同日期回访满%d次仍联系不上才能这样办结，现在是%d次", need, tries))
	}
}

func newLevel(m *Moment) {
	if m.fields["level"] == string(m.Ticket.Supervision) {
		m.fault("level", "same_level", "已经是这个级别")
	}
}

func checkCorrection(m *Moment) {
	t, f := m.Ticket, m.fields
	if (f["category"] == "" || f["category"] == t.Category) && (f["kind"] == "" || f["kind"] == string(t.Kind)) &&
		(f["county"] == "" || f["county"] == t.County) {
		m.fault("category", "nothing_changed", "类别、诉求类型、县区至少更正一项")
	}
	m.keepsWatch()
	if m.becomesClue(f["category"]) {
		m.record("clue", Yes)
	}
}

// keepsWatch refuses a correction by which a ticket would escape: a callback
// that nobody can decide on any more, or a limit that has passed.
func (m *Moment) keepsWatch() {
	next := *m.Ticket
	next.Category, next.Kind = cmp.Or(m.fields["category"], next.Category), cmp.Or(ticket.Kind(m.fields["kind"]), next.Kind)
	done := !m.Ticket.State.IsOpen() && m.Ticket.State != ticket.Merged
	if done && !m.Ticket.CallbackDue && m.Policy.Softens(m.Ticket, next.Category, next.Kind) {
		m.fault("category", "escapes_callback", "工单已经了结，不能再改成回访较松的类别或诉求类型")
	}
	was, runs := m.Ticket.Due(ticket.ClockClose)
	if !runs || !was.MetAt.IsZero() || was.At.IsZero() || m.Now.Before(was.At) {
		return
	}
	for _, d := range m.Policy.Dues(&next) {
		if d.Clock == ticket.ClockClose && d.At.After(was.At) {
			m.fault("category", "gains_time", "办结期限已过，不能靠更正类别延长："+m.Policy.Calendar.Explain(was))
		}
	}
}

// becomesClue reports whether a category that a person chose makes the ticket
// a clue for discipline inspection, which has not yet decided on it.
func (m *Moment) becomesClue(code string) bool {
	category, _ := m.Policy.Categories.Find(code)
	return category.Sealed && slices.Contains(early, m.Ticket.State) && Last(m.Ticket, ticket.StepDeclineHandOver) == nil
}

func unitList(joined string) []string {
	if joined == "" {
		return nil
	}
	return strings.FieldsFunc(joined, func(c rune) bool { return c == ';' })
}
