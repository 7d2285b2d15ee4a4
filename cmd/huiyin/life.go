package main

import (
	"context"
	"fmt"
	"hash/fnv"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"huiyin/internal/sample"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// life takes the steps that people would take on a sample ticket, at the times
// at which they would, until now.
type life struct {
	*demo
	rng    *rand.Rand
	ticket ticket.Ticket
	at     time.Time
}

// move is one step that somebody takes after a while.
type move struct {
	step   ticket.Step
	actor  ticket.Actor
	fields map[string]string
	after  time.Duration
	desk   bool // the hotline works through nights and weekends
}

var (
	demoOperator   = ticket.Actor{ID: "huawu", Name: "李静", Roles: []ticket.Role{ticket.Operator}}
	demoSupervisor = ticket.Actor{ID: "duban", Name: "王强", Roles: []ticket.Role{ticket.Supervisor}}
	demoDiscipline = ticket.Actor{ID: "jijian", Name: "赵清", Roles: []ticket.Role{ticket.Discipline}}
)

// longestLife bounds the steps of a sample, so that a fault cannot loop.
const longestLife = 40

func (l *life) run(ctx context.Context) error {
	for range longestLife {
		m, ok := l.next()
		if !ok {
			return nil
		}
		at := l.later(m)
		if at.After(l.now) {
			return nil
		}
		if err := l.take(ctx, m, at); err != nil {
			return err
		}
	}
	return nil
}

// take takes one step.
func (l *life) take(ctx context.Context, m move, at time.Time) error {
	l.stamp(m, at)
	outcome, err := l.desk.Take(ctx, at, workflow.Request{
		ID: fmt.Sprintf("demo:%s:%d", l.ticket.ID, l.ticket.Version), Ticket: l.ticket.ID, Version: l.ticket.Version,
		Step: m.step, Actor: m.actor, Fields: m.fields,
	})
	if err != nil {
		return fmt.Errorf("样例工单 %s 走不了“%s”：%w", l.ticket.ID, m.step, err)
	}
	l.ticket, l.at = outcome.Ticket, at
	return nil
}

// stamp fills in the times that a form asks for.
func (l *life) stamp(m move, at time.Time) {
	for _, name := range []string{"at", "told_at"} {
		if _, wanted := m.fields[name]; wanted {
			m.fields[name] = at.Add(-10 * time.Minute).Format(time.RFC3339)
		}
	}
}

// later is when a move is made: units work in working hours only.
func (l *life) later(m move) time.Time {
	if m.desk {
		return l.at.Add(m.after)
	}
	const slice = 30 * time.Minute
	at := l.at
	for left := m.after; left > 0; at = at.Add(slice) {
		if l.book().workflow.Calendar.InHours(at) {
			left -= slice
		}
	}
	return at.Add(time.Duration(l.rng.IntN(1700)) * time.Second)
}

func (l *life) next() (move, bool) {
	switch l.ticket.State {
	case ticket.Received:
		return l.received()
	case ticket.Dispatched:
		return l.dispatched(), true
	case ticket.ReturnRequested:
		return l.audit(), true
	case ticket.Arbitration:
		return move{step: ticket.StepArbitrate, actor: demoSupervisor, after: l.hours(3, 10),
			fields: map[string]string{"lead": l.otherUnit(), "basis": "按职责法定，由该单位牵头办理"}}, true
	case ticket.Handling:
		return l.handling(), true
	case ticket.Replied:
		return l.review(), !l.fresh(72*time.Hour) || l.chance(40)
	case ticket.Callback:
		return l.callback(), !l.fresh(96*time.Hour) || l.chance(40)
	}
	return move{}, false
}

// hours is a span between from and to working hours.
func (l *life) hours(from, to float64) time.Duration {
	return time.Duration((from + l.rng.Float64()*(to-from)) * float64(time.Hour))
}

// fresh reports whether the ticket's latest step lies within a span before now.
func (l *life) fresh(span time.Duration) bool { return l.now.Sub(l.at) < span }

func (l *life) chance(percent int) bool { return l.rng.IntN(100) < percent }

func (l *life) took(step ticket.Step) bool {
	for i := range l.ticket.Events {
		if l.ticket.Events[i].Step == step {
			return true
		}
	}
	return false
}

func (l *life) handler() ticket.Actor { return l.handlerOf(l.ticket.Lead) }

func (l *life) handlerOf(unit string) ticket.Actor {
	u, _ := l.book().workflow.Units.Find(unit)
	return ticket.Actor{ID: "u-" + u.Code, Name: u.Short + "经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: u.Code}
}

// slowness makes some units slower than others, always the same ones.
func (l *life) slowness() float64 {
	h := fnv.New32a()
	h.Write([]byte(l.ticket.Lead))
	return 0.5 + float64(h.Sum32()%100)/80
}

func (l *life) otherUnit() string {
	units, accused := l.handlingUnits(), l.book().workflow.Accused(&l.ticket)
	for range 50 {
		u := units[l.rng.IntN(len(units))]
		if u.Code != l.ticket.Lead && !strings.HasPrefix(u.Code, "ju-") && !slices.Contains(accused, u.Code) {
			return u.Code
		}
	}
	return units[0].Code
}

func (l *life) received() (move, bool) {
	t := &l.ticket
	if l.fresh(36*time.Hour) && l.chance(75) {
		return move{}, false // left for whoever tries the console
	}
	after := l.hours(0.1, 2.5)
	if t.Pending["hand_over"] != "" || t.Verdict.Clue {
		return l.clue()
	}
	route := l.book().workflow.Route(t)
	switch {
	case t.Bounces > 0:
		return move{step: ticket.StepDispatch, actor: demoOperator, after: after, desk: true,
			fields: map[string]string{"lead": l.otherUnit(), "reason": "原单位退单理由成立，改派"}}, true
	case route.External || t.Category == ticket.NotOurs:
		unit := route.Lead
		if !route.External {
			unit = "waibu"
		}
		return move{step: ticket.StepTransfer, actor: demoOperator, after: after, desk: true,
			fields: map[string]string{"unit": unit, "reason": "不属于交通运输部门职责，转有权处理的单位"}}, true
	case t.Kind == ticket.Consult && l.chance(40) && !t.Verdict.Enforcement:
		return move{step: ticket.StepAnswer, actor: demoOperator, after: after / 4, desk: true,
			fields: map[string]string{"answer": "已按现行规定告知办理条件、材料和地点，来电人表示清楚。"}}, true
	case l.chance(2):
		return move{step: ticket.StepReject, actor: demoOperator, after: after, desk: true,
			fields: map[string]string{"ground": "J05", "reason": "多次联系，来电人未能说明时间、地点和对象", "legal_path": "请补充时间、地点、车牌号后再次反映"}}, true
	}
	fields := map[string]string{"lead": route.Lead, "co": strings.Join(route.Co, ";")}
	if route.Lead == "" {
		fields["lead"], fields["reason"] = l.otherUnit(), "系统没有建议，按反映地点指定"
		delete(fields, "co")
	}
	return move{step: ticket.StepDispatch, actor: demoOperator, after: after, desk: true, fields: fields}, true
}

// clue is proposed by an operator and taken over by discipline inspection.
func (l *life) clue() (move, bool) {
	if l.ticket.Pending["hand_over"] != "proposed" && !l.took(ticket.StepProposeHandOver) {
		return move{step: ticket.StepProposeHandOver, actor: demoOperator, after: l.hours(0.1, 1), desk: true,
			fields: map[string]string{"clue": "反映执法人员利用职务便利，请纪检组核实"}}, true
	}
	return move{step: ticket.StepHandOver, actor: demoDiscipline, after: l.hours(2, 8),
		fields: map[string]string{"receipt": fmt.Sprintf("纪收〔%d〕%d号", l.at.Year(), 1+l.rng.IntN(200))}}, true
}

func (l *life) dispatched() move {
	t := &l.ticket
	if t.Bounces == 0 && t.Redos == 0 && !t.Final && !l.took(ticket.StepRequestReturn) && l.chance(6) {
		return move{step: ticket.StepRequestReturn, actor: l.handler(), after: l.hours(0.5, 5),
			fields: map[string]string{"ground": "R01", "basis": "本单位三定规定未列此项职责", "reason": "应由行业管理单位办理"}}
	}
	after := time.Duration(float64(l.hours(0.3, 5)) * l.slowness())
	if l.chance(5) {
		after += 10 * time.Hour
	}
	return move{step: ticket.StepSign, actor: l.handler(), after: after, fields: map[string]string{}}
}

func (l *life) audit() move {
	if l.chance(55) {
		return move{step: ticket.StepUpholdReturn, actor: demoOperator, after: l.hours(0.5, 4), fields: map[string]string{"reason": "依据属实，另行派单"}}
	}
	return move{step: ticket.StepRefuseReturn, actor: demoOperator, after: l.hours(0.5, 4), fields: map[string]string{"reason": "派单目录已明确由该单位办理"}}
}

func (l *life) handling() move {
	t := &l.ticket
	handler := l.handler()
	if t.Pending["extension"] != "" {
		return move{step: ticket.StepGrantExtension, actor: demoSupervisor, after: l.hours(0.5, 4), fields: map[string]string{"note": "情况属实，同意"}}
	}
	if !l.took(ticket.StepContact) {
		return move{step: ticket.StepContact, actor: handler, after: l.hours(0.5, 6), fields: map[string]string{
			"at": "", "way": "phone", "outcome": "已与来电人核实情况，说明办理安排"}}
	}
	if due, ok := t.Due(ticket.ClockClose); ok && t.Redos == 0 && !t.Extended && !l.took(ticket.StepRequestExtension) &&
		l.extendable() && l.at.Add(48*time.Hour).Before(due.At) && l.chance(6) {
		return move{step: ticket.StepRequestExtension, actor: handler, after: l.hours(0.5, 3), fields: map[string]string{"days": "3", "reason": "需要现场核查和检测"}}
	}
	open := steps.OpenTasks(t)
	if len(open) > 0 && l.chance(88) {
		return move{step: ticket.StepCoReply, actor: l.handlerOf(open[0].Unit), after: l.hours(0.5, 8), fields: map[string]string{
			"reply": helped[l.rng.IntN(len(helped))]}}
	}
	after := time.Duration(float64(l.hours(2, 24)) * l.slowness())
	if l.chance(4) {
		after += 40 * time.Hour
	}
	fields := l.reply()
	if len(open) > 0 {
		fields[steps.WithoutCo] = "这件不需要配合单位办理"
	}
	return move{step: ticket.StepReply, actor: handler, after: after, fields: fields}
}

// helped is what co-units say of their share.
var helped = []string{
	"已核对台账，把企业、车辆和当班人员的登记信息交给牵头单位。", "已派人到现场配合核查，照片和笔录已移交。",
	"经查，本单位没有受理过同类申请，已把查询结果告知牵头单位。", "已约谈有关企业负责人，整改承诺书已抄送。",
}

// extendable reports whether the policy lets such a ticket be extended.
func (l *life) extendable() bool {
	mode := rules.OrdinaryLimits
	if l.ticket.Supervision != ticket.Unsupervised {
		mode = rules.SupervisedLimits
	}
	return l.book().workflow.LimitsOf(&l.ticket, mode).Extension.N >= 3
}

func (l *life) reply() map[string]string {
	found, solved, substantiated, outcome := sample.Proven, "yes", "yes", "solved"
	switch n := l.rng.IntN(100); {
	case n < 18:
		found, substantiated, outcome = sample.Unproven, "no", "explained"
	case n < 30:
		found, solved, outcome = sample.Partly, "no", "unsolved"
	}
	text := sample.Answer(l.rng, l.ticket.Category, found)
	return map[string]string{
		"facts": text.Facts, "handling": text.Handling, "basis": text.Basis, "told_at": "", "told_way": "phone",
		"solved": solved, "substantiated": substantiated, "outcome": outcome, "public_reply": text.Public,
	}
}

func (l *life) review() move {
	if !l.took(ticket.StepSendBack) && l.chance(6) {
		return move{step: ticket.StepSendBack, actor: demoOperator, after: l.hours(0.5, 4), fields: map[string]string{"missing": "请写明依据的条款"}}
	}
	return move{step: ticket.StepApproveReply, actor: demoOperator, after: l.hours(0.5, 5), fields: map[string]string{}}
}

func (l *life) callback() move {
	t := &l.ticket
	attempts, missed := l.round()
	_, row := l.book().workflow.CallbackMode(t)
	if attempts == 0 || missed && attempts < row.Attempts {
		reached := "yes"
		if l.chance(18) {
			reached = "no"
		}
		after := l.hours(1, 6)
		if attempts > 0 {
			after += 8 * time.Hour // on another day
		}
		return move{step: ticket.StepCallback, actor: demoOperator, after: after, fields: map[string]string{"at": "", "reached": reached}}
	}
	if missed {
		return move{step: ticket.StepRecordCallback, actor: demoOperator, after: l.hours(0.1, 0.5), fields: map[string]string{
			"unreachable": "yes", "responded": "unknown", "solved": "unknown", "satisfied": "unknown"}}
	}
	if t.Solved == ticket.No && t.Redos == 0 && l.chance(40) {
		return move{step: ticket.StepRedo, actor: demoOperator, after: l.hours(0.1, 0.5), fields: map[string]string{"reason": "来电人反映问题仍未解决"}}
	}
	fields := map[string]string{"responded": "yes", "solved": "yes", "satisfied": "yes"}
	if t.Solved == ticket.No {
		fields["solved"] = "no"
	}
	if fields["solved"] == "no" || l.chance(int(8*l.slowness())) {
		fields["satisfied"], fields["reason"] = "no", sample.Opinion(l.rng, false)
	}
	return move{step: ticket.StepRecordCallback, actor: demoOperator, after: l.hours(0.1, 0.5), fields: fields}
}

// round counts the attempts since the ticket last came up for callback, and
// tells whether the latest did not reach the caller.
func (l *life) round() (attempts int, missed bool) {
	for i := len(l.ticket.Events) - 1; i >= 0; i-- {
		e := &l.ticket.Events[i]
		if e.Step != ticket.StepCallback {
			if e.To == ticket.Callback {
				return attempts, missed
			}
			continue
		}
		if attempts == 0 {
			missed = e.Fields["reached"] == "no"
		}
		attempts++
	}
	return attempts, missed
}
