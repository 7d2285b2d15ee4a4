package steps

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
)

// The rules over the fields of a step. They run after the form of each field
// has been checked, find all faults, and record what the policy decides.

// keep records in the event what was asked for and is now granted.
func keep(request, field string) func(*Moment) {
	return func(m *Moment) { m.record(field, m.Ticket.Pending[request]) }
}

// past demands an instant between receipt and now.
func past(name string) func(*Moment) {
	return func(m *Moment) {
		at, err := time.Parse(time.RFC3339, m.fields[name])
		if err != nil {
			return
		}
		// A minute of grace: people's clocks and the service's differ.
		if at.After(m.Now.Add(time.Minute)) {
			m.fault(name, "in_future", "时间还没有到")
		}
		if at.Before(m.Ticket.ReceivedAt.Truncate(time.Minute)) {
			m.fault(name, "too_early", "时间早于受理时间")
		}
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

func newCoUnit(m *Moment) {
	if code := m.fields["unit"]; code != "" && Relates(m.Ticket, AnyUnit, code) {
		m.fault("unit", "already_in", "这个单位已经在办理这件工单")
	} else if m.Ticket.Confidential && slices.Contains(m.Policy.Accused(m.Ticket), code) {
		m.fault("unit", "accused", "保密件反映的就是这个单位，不能派给它")
	}
}

// checkTold demands that the caller was told, when and how, or proof that the
// caller cannot be reached.
func checkTold(m *Moment) {
	past("told_at")(m)
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

func notOwnReply(m *Moment) {
	if e := Last(m.Ticket, ticket.StepReply); e != nil {
		m.notOwn(e.Actor, "不能审核本人的答复")
	}
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
	m.record("lead", primary.Lead)
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
	if m.becomesClue(f["category"]) {
		m.record("clue", Yes)
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
