package workflow

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// TestRefusalsSayWhatIsWrong is the table of what people try that is not
// allowed, with the words they read. Nothing refused leaves a trace.
func TestRefusalsSayWhatIsWrong(t *testing.T) {
	b := newBureau(t)
	confidential := func(o *Opening) {
		o.Ticket.Confidential = true
		o.Ticket.Subject = "市交通运输综合行政执法支队一大队"
	}
	later := func(d time.Duration) func(ticket.ID) { return func(ticket.ID) { b.now = b.now.Add(d) } }
	cases := []struct {
		name   string
		state  ticket.State
		change func(*Opening)
		before func(ticket.ID)
		actor  ticket.Actor
		step   ticket.Step
		fields []string // changes to the filled form
		kind   error
		code   string // of the refusal, or of its first fault
		want   string
	}{
		{name: "a complaint is not settled on the phone", state: ticket.Received, actor: annOperator, step: ticket.StepAnswer,
			kind: ticket.ErrIllegal, code: "must_be_handled", want: "投诉举报和执法类诉求不能即时答复办结，请分派承办单位"},
		{name: "a ground must be on the list", state: ticket.Received, actor: annOperator, step: ticket.StepReject, fields: []string{"ground", "太忙"},
			kind: ticket.ErrInvalid, code: "unknown_ground", want: "不予受理：不予受理理由要从列表中选"},
		{name: "another lead than proposed needs a reason", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"lead", "gonglu"},
			kind: ticket.ErrInvalid, code: "missing", want: "分派：类别或牵头单位与系统建议不同，请写明理由"},
		{name: "another category needs a reason", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"category", "C02"},
			kind: ticket.ErrInvalid, code: "missing", want: "分派：类别或牵头单位与系统建议不同，请写明理由"},
		{name: "the lead does not help itself", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"co", "zhidui"},
			kind: ticket.ErrInvalid, code: "lead_again", want: "分派：配合单位不能又是牵头单位"},
		{name: "discipline gets no plain dispatch", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"lead", "jijian", "reason", "试试"},
			kind: ticket.ErrInvalid, code: "wrong_unit", want: "分派：派驻纪检组(局机关纪委)只接收移送的线索，不能分派"},
		{name: "an external unit is transferred to", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"lead", "waibu-jiaojing", "reason", "交警的事"},
			kind: ticket.ErrInvalid, code: "wrong_unit", want: "分派：公安交警部门是外部单位，请用转外部单位"},
		{name: "an own unit is dispatched to", state: ticket.Received, actor: annOperator, step: ticket.StepTransfer, fields: []string{"unit", "gonglu"},
			kind: ticket.ErrInvalid, code: "wrong_unit", want: "转外部单位：市公路事业发展中心不是外部单位，请用分派"},
		{name: "an unknown unit", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"lead", "zhidiu"},
			kind: ticket.ErrInvalid, code: "unknown_unit", want: "分派：没有编码为“zhidiu”的单位"},
		{name: "a clue category is not dispatched", state: ticket.Received, actor: annOperator, step: ticket.StepDispatch, fields: []string{"category", "A05", "reason", "试试"},
			kind: ticket.ErrInvalid, code: "clue", want: "分派：这一类是纪检线索，请提请移送纪检"},
		{name: "a confidential ticket never goes to the accused", state: ticket.Received, change: confidential, actor: annOperator, step: ticket.StepDispatch,
			kind: ticket.ErrInvalid, code: "accused", want: "分派：保密件反映的就是这个单位，不能派给它"},

		{name: "contact in the future", state: ticket.Handling, actor: caoUnit, step: ticket.StepContact, fields: []string{"at", "2026-12-01 10:00"},
			kind: ticket.ErrInvalid, code: "in_future", want: "首次联系：时间还没有到"},
		{name: "contact before the ticket", state: ticket.Handling, actor: caoUnit, step: ticket.StepContact, fields: []string{"at", "2026-08-01 10:00"},
			kind: ticket.ErrInvalid, code: "too_early", want: "首次联系：时间早于派到本单位的"},
		{name: "a time that is none", state: ticket.Handling, actor: caoUnit, step: ticket.StepContact, fields: []string{"at", "昨天"},
			kind: ticket.ErrInvalid, code: "bad_time", want: "首次联系：联系时间应写成 2026-10-08 16:20"},
		{name: "a return after its window", state: ticket.Handling, before: later(9 * 24 * time.Hour), actor: caoUnit, step: ticket.StepRequestReturn,
			kind: ticket.ErrIllegal, code: "window_passed", want: "退单期限已过：2个工作日"},
		{name: "a second return on the same ground", state: ticket.ReturnRequested, actor: caoUnit, step: ticket.StepRequestReturn,
			before: func(id ticket.ID) { b.does(annOperator, id, ticket.StepRefuseReturn) },
			kind:   ticket.ErrInvalid, code: "same_ground", want: "申请退单：本单位已用同一理由退过单，不能再退"},
		{name: "a return after the ruling", state: ticket.Arbitration, actor: caoUnit, step: ticket.StepRequestReturn, fields: []string{"ground", "R02"},
			before: func(id ticket.ID) { b.does(guanWatch, id, ticket.StepArbitrate) },
			kind:   ticket.ErrIllegal, code: "final", want: "已经裁定，不得再退单"},
		{name: "ruling on one's own request", state: ticket.ReturnRequested, actor: qinWatch, step: ticket.StepArbitrate,
			before: func(id ticket.ID) { b.does(qinWatch, id, ticket.StepEscalate) },
			kind:   ticket.ErrForbidden, code: "own_request", want: "不能审批本人的申请"},

		{name: "a second extension", state: ticket.Handling, actor: caoUnit, step: ticket.StepRequestExtension,
			before: func(id ticket.ID) {
				b.does(caoUnit, id, ticket.StepRequestExtension)
				b.does(guanWatch, id, ticket.StepGrantExtension)
			},
			kind: ticket.ErrIllegal, code: "already_extended", want: "只能延期一次，已经延期过"},
		{name: "two requests at once", state: ticket.Handling, actor: caoUnit, step: ticket.StepRequestExtension,
			before: func(id ticket.ID) { b.does(caoUnit, id, ticket.StepRequestExtension) },
			kind:   ticket.ErrIllegal, code: "already_asked", want: "延期申请还在等待审批"},
		{name: "an extension after the limit", state: ticket.Handling, before: later(30 * 24 * time.Hour), actor: caoUnit, step: ticket.StepRequestExtension,
			kind: ticket.ErrIllegal, code: "limit_passed", want: "办结期限已过，不能再申请延期：5个工作日"},
		{name: "more days than the policy grants", state: ticket.Handling, actor: caoUnit, step: ticket.StepRequestExtension, fields: []string{"days", "11"},
			kind: ticket.ErrInvalid, code: "too_many", want: "申请延期：最多延长10个工作日"},
		{name: "days that are no number", state: ticket.Handling, actor: caoUnit, step: ticket.StepRequestExtension, fields: []string{"days", "三"},
			kind: ticket.ErrInvalid, code: "bad_number", want: "申请延期：延长天数应为1到60的整数"},
		{name: "granting what nobody asked", state: ticket.Handling, actor: guanWatch, step: ticket.StepGrantExtension,
			kind: ticket.ErrIllegal, code: "nothing_asked", want: "没有待审批的延期申请"},
		{name: "a review date in the past", state: ticket.Handling, actor: caoUnit, step: ticket.StepRequestSuspension, fields: []string{"review_date", "2026-09-01"},
			kind: ticket.ErrInvalid, code: "in_past", want: "申请挂账：日期应在今天之后"},
		{name: "a unit that is in already", state: ticket.Handling, actor: caoUnit, step: ticket.StepAddCoUnit, fields: []string{"unit", "yunfu"},
			kind: ticket.ErrInvalid, code: "already_in", want: "增加配合单位：这个单位已经在办理这件工单"},
		{name: "a co-unit replies once", state: ticket.Handling, actor: dengUnit, step: ticket.StepCoReply,
			before: func(id ticket.ID) { b.does(dengUnit, id, ticket.StepCoReply) },
			kind:   ticket.ErrIllegal, code: "no_task", want: "本单位没有待办的配合事项"},

		{name: "a reply without telling the caller", state: ticket.Handling, actor: caoUnit, step: ticket.StepReply, fields: []string{"told_at", "", "told_way", ""},
			kind: ticket.ErrInvalid, code: "missing", want: "报结：请填写何时告知来电人；联系不上的请写明证明"},
		{name: "a reply of a megabyte", state: ticket.Handling, actor: caoUnit, step: ticket.StepReply, fields: []string{"facts", strings.Repeat("字", 350000)},
			kind: ticket.ErrInvalid, code: "too_long", want: "报结：基本情况最多5000字，现在是350000字"},
		{name: "a reply with control characters", state: ticket.Handling, actor: caoUnit, step: ticket.StepReply, fields: []string{"facts", "事实\x00"},
			kind: ticket.ErrInvalid, code: "bad_text", want: "报结：基本情况里有无法识别的字符"},
		{name: "mediated without the paper", state: ticket.Handling, actor: caoUnit, step: ticket.StepReply, fields: []string{"outcome", "mediated"},
			kind: ticket.ErrInvalid, code: "missing", want: "报结：调解结案的请填写调解书编号"},
		{name: "a field that the step does not know", state: ticket.Dispatched, actor: caoUnit, step: ticket.StepSign, fields: []string{"state", "closed"},
			kind: ticket.ErrInvalid, code: "unknown_field", want: "签收：“签收”没有这一项"},
		{name: "a foreign unit does not even see it", state: ticket.Dispatched, actor: fangUnit, step: ticket.StepSign,
			kind: ticket.ErrNotFound, code: "no_ticket", want: "没有工单"},
		{name: "a co-unit does not sign", state: ticket.Dispatched, actor: dengUnit, step: ticket.StepSign,
			kind: ticket.ErrForbidden, code: "not_your_ticket", want: "只有牵头单位可以签收"},

		{name: "a callback cannot be skipped with three unknowns", state: ticket.Callback, actor: annOperator, step: ticket.StepRecordCallback,
			fields: []string{"responded", "unknown", "solved", "unknown", "satisfied", "unknown"},
			kind:   ticket.ErrInvalid, code: "missing", want: "回访结果：三项回答不能都是“未知”；联系不上的请勾选联系不上"},
		{name: "unreachable needs attempts on different days", state: ticket.Callback, actor: annOperator, step: ticket.StepRecordCallback,
			fields: []string{"responded", "unknown", "solved", "unknown", "satisfied", "unknown", "unreachable", "yes"},
			before: func(id ticket.ID) {
				for range 5 {
					b.does(annOperator, id, ticket.StepCallback)
				}
			},
			kind: ticket.ErrInvalid, code: "too_few_attempts", want: "回访结果：在不同日期回访满3次仍联系不上才能这样办结，现在是1次"},
		{name: "dissatisfied needs a reason", state: ticket.Callback, actor: annOperator, step: ticket.StepRecordCallback, fields: []string{"satisfied", "no"},
			kind: ticket.ErrInvalid, code: "missing", want: "回访结果：来电人不满意，请写明原因"},
		{name: "the unit does not call back itself", state: ticket.Callback, step: ticket.StepRecordCallback,
			actor: ticket.Actor{ID: "cao2", Roles: []ticket.Role{ticket.Operator}, Unit: "zhidui"},
			kind:  ticket.ErrForbidden, code: "own_case", want: "回访不能由承办单位自己做"},
		{name: "nobody approves an own reply", state: ticket.Replied, step: ticket.StepApproveReply,
			actor: ticket.Actor{ID: "cao", Roles: []ticket.Role{ticket.UnitHandler, ticket.Operator}, Unit: "zhidui"},
			kind:  ticket.ErrForbidden, code: "own_request", want: "不能审核本人的答复"},
		{name: "the third redo is the supervisor's", state: ticket.Closed, actor: annOperator, step: ticket.StepRedo,
			before: func(id ticket.ID) {
				for range 2 {
					b.does(annOperator, id, ticket.StepRedo)
					b.does(caoUnit, id, ticket.StepSign)
					b.does(caoUnit, id, ticket.StepReply)
					b.does(benOperator, id, ticket.StepApproveReply)
				}
			},
			kind: ticket.ErrForbidden, code: "redo_limit", want: "已经重办2次，再要重办须由督办决定"},
		{name: "a second draw", state: ticket.Closed, actor: ticket.Service, step: ticket.StepDraw,
			kind: ticket.ErrIllegal, code: "already_drawn", want: "这件工单已经回访过"},

		{name: "merging into nothing", state: ticket.Received, actor: annOperator, step: ticket.StepMerge, fields: []string{"primary", "000000000000"},
			kind: ticket.ErrInvalid, code: "not_found", want: "并单：没有这件工单"},
		{name: "an ID that is none", state: ticket.Received, actor: annOperator, step: ticket.StepMerge, fields: []string{"primary", "12"},
			kind: ticket.ErrInvalid, code: "bad_ticket", want: "并单：工单编号应为12位字母和数字"},
		{name: "excluding on one's own request", state: ticket.Closed, actor: guanWatch, step: ticket.StepExclude,
			before: func(id ticket.ID) { b.does(guanWatch, id, ticket.StepRequestExclusion) },
			kind:   ticket.ErrForbidden, code: "own_request", want: "不能审批本人的剔除申请"},
		{name: "the same level again", state: ticket.Handling, actor: guanWatch, step: ticket.StepSupervise,
			before: func(id ticket.ID) { b.does(heWatch, id, ticket.StepSupervise) },
			kind:   ticket.ErrInvalid, code: "same_level", want: "督办：已经是这个级别"},
		{name: "a correction that corrects nothing", state: ticket.Handling, actor: annOperator, step: ticket.StepCorrect, fields: []string{"category", "C01"},
			kind: ticket.ErrInvalid, code: "nothing_changed", want: "更正类别：类别、诉求类型、县区至少更正一项"},
		{name: "a leader does not dispatch", state: ticket.Received, actor: jiangLeader, step: ticket.StepDispatch,
			kind: ticket.ErrForbidden, code: "not_allowed", want: "“分派”由话务与分派办理"},
		{name: "an unknown step", state: ticket.Received, actor: annOperator, step: "close",
			kind: ticket.ErrInvalid, code: "unknown_step", want: "没有“close”这个步骤"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t, b.now = t, wednesday
			var change []func(*Opening)
			if c.change != nil {
				change = append(change, c.change)
			}
			id := b.reach(c.state, change...)
			if c.before != nil {
				c.before(id)
			}
			before := b.raw(id)
			_, err := b.try(c.actor, id, c.step, b.given(c.step, c.fields...))
			var r *ticket.Refusal
			if !errors.As(err, &r) || !errors.Is(err, c.kind) {
				t.Fatalf("got %v, want a refusal of kind %v", err, c.kind)
			}
			code := r.Code
			if len(r.Faults) > 0 {
				code = r.Faults[0].Code
			}
			if code != c.code || !strings.HasPrefix(r.Message, c.want) {
				t.Errorf("got %s %q, want %s %q", code, r.Message, c.code, c.want)
			}
			if diff := cmp.Diff(before, b.raw(id)); diff != "" {
				t.Errorf("refused, but it left a trace:\n%s", diff)
			}
		})
	}
}

func TestAllFaultsAreShownAtOnce(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	_, err := b.try(caoUnit, id, ticket.StepReply, map[string]string{"basis": strings.Repeat("据", 1001), "outcome": "好", "mood": "x"})
	var r *ticket.Refusal
	if !errors.As(err, &r) {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Faults {
		got = append(got, f.Field+" "+f.Code)
	}
	want := []string{
		"facts missing", "handling missing", "basis too_long", "told_at missing", "told_way missing",
		"solved missing", "substantiated missing", "outcome unknown_choice", "without_co task_open", "mood unknown_field",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
