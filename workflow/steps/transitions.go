// Package steps is the table of what can happen to a ticket, and everything that
// follows from it: who may take a step, which fields it takes, what else must
// hold, what it changes, and how a history folds into a ticket. It reads no store
// and no clock.
package steps

import (
	"slices"

	"huiyin/ticket"
)

// Transition is a row of the table: a step that can be taken. What is not in
// the table cannot happen. Buttons, role checks, the API, docs/states.md and
// the tests are derived from it; the scripts know no state by name.
type Transition struct {
	Step ticket.Step
	Name string // 中文, as on the button
	From []ticket.State
	To   ticket.State // None: stays where it is, or one of Targets
	// Targets are the states that the step can lead to when the ticket or the
	// policy decides.
	Targets  []ticket.State
	Roles    []ticket.Role
	Relation Relation
	Fields   []Field
	Auto     bool   // the service may take it by itself
	Rule     string // 中文: what else must hold

	ready  func(*Moment)                       // may it be taken now; needs no fields
	check  func(*Moment)                       // do the fields hold; what to record
	effect func(*ticket.Ticket, *ticket.Event) // what it changes beside the state
}

// Relation says whose tickets a unit may take a step on. It binds the role of
// a unit only.
type Relation int

// The relations.
const (
	AnyOne   Relation = iota // units have no part in it
	LeadUnit                 // the unit that leads
	CoUnit                   // a unit that helps
	AnyUnit                  // either
)

var (
	operator    = []ticket.Role{ticket.Operator}
	unit        = []ticket.Role{ticket.UnitHandler}
	supervisor  = []ticket.Role{ticket.Supervisor}
	discipline  = []ticket.Role{ticket.Discipline}
	hotline     = []ticket.Role{ticket.Operator, ticket.Supervisor}
	unitOrDesk  = []ticket.Role{ticket.UnitHandler, ticket.Operator}
	onTheCase   = []ticket.Role{ticket.Operator, ticket.UnitHandler, ticket.Supervisor, ticket.Discipline}
	unitOrAbove = []ticket.Role{ticket.UnitHandler, ticket.Supervisor}

	received = []ticket.State{ticket.Received}
	handling = []ticket.State{ticket.Handling}
	withUnit = []ticket.State{ticket.Dispatched, ticket.Handling}
	early    = []ticket.State{ticket.Received, ticket.Dispatched, ticket.Handling}
	returned = []ticket.State{ticket.ReturnRequested}
	replied  = []ticket.State{ticket.Replied}
	anyState = statesOf(ticket.Open, ticket.Waiting, ticket.Final, ticket.Follows)
)

// OpenStates are the states of a ticket that somebody still works on.
var OpenStates = statesOf(ticket.Open, ticket.Waiting)

func statesOf(types ...ticket.StateType) []ticket.State {
	var states []ticket.State
	for _, s := range ticket.States {
		if slices.Contains(types, s.Type) {
			states = append(states, s.State)
		}
	}
	return states
}

// Transitions is the table, in the order of a ticket's life.
var Transitions = []Transition{
	{Step: ticket.StepReceive, Name: "受理", To: ticket.Received, Roles: operator, Auto: true,
		Rule: "同一渠道的同一来源编号只受理一次", effect: receive},
	{Step: ticket.StepAnswer, Name: "即时答复", From: received, To: ticket.Answered, Roles: operator,
		Fields: []Field{must(longText("answer", "答复内容", StoryMax))},
		Rule:   "只用于咨询、建议、求助和表扬；投诉举报和执法类不能即时答复办结", ready: mayAnswer},
	{Step: ticket.StepReject, Name: "不予受理", From: received, To: ticket.Rejected, Roles: operator,
		Fields: []Field{
			must(from(field("ground", "不予受理理由", FieldGround), ticket.StepReject)), reason,
			must(with(longText("legal_path", "告知的法定途径", noteMax), "来电人还可以向谁、怎样提出")),
		}, ready: notClue},
	{Step: ticket.StepDispatch, Name: "分派", From: received, To: ticket.Dispatched, Roles: operator, Auto: true,
		Fields: []Field{leadUnit, coUnits, category, askKind, countyOf,
			with(longText("reason", "改派理由", noteMax), "类别或牵头单位与系统建议不同时必填")},
		Rule: "保密件不得派给被反映单位；疑似纪检线索先由纪检认定", ready: notClue, check: checkDispatch, effect: dispatch},
	{Step: ticket.StepRecall, Name: "撤回", From: []ticket.State{ticket.Dispatched, ticket.Transferred}, To: ticket.Received, Roles: operator,
		Fields: []Field{longText("reason", "撤回理由", noteMax)},
		Rule:   "本人刚做的分派或转出，接收单位还没有签收，在话务台规定的秒数以内；类别、单位和时限都回到分派以前", ready: mayRecall, check: noteRecalled},
	{Step: ticket.StepSign, Name: "签收", From: []ticket.State{ticket.Dispatched}, To: ticket.Handling, Roles: unit, Relation: LeadUnit},
	{Step: ticket.StepContact, Name: "首次联系", From: handling, Roles: unit, Relation: AnyUnit,
		Fields: []Field{must(field("at", "联系时间", FieldTime)), must(choice("way", "联系方式", ways...)), must(longText("outcome", "联系情况", noteMax))},
		check:  since("at", lastDispatch)},

	{Step: ticket.StepRequestReturn, Name: "申请退单", From: withUnit, To: ticket.ReturnRequested, Roles: unit, Relation: LeadUnit,
		Fields: []Field{
			must(from(field("ground", "退单理由", FieldGround), ticket.StepRequestReturn)),
			must(longText("basis", "法律或三定依据", noteMax)), reason,
		},
		Rule: "在退单期限内；同一单位同一理由只能退一次；裁定后不得再退", ready: mayReturn, check: newGround},
	{Step: ticket.StepUpholdReturn, Name: "同意退单", From: returned, To: ticket.Received, Roles: operator,
		Fields: []Field{from(reason, ticket.StepUpholdReturn)},
		Rule:   "退单次数加一；第二次起自动转争议裁定", check: notByRequester(ticket.StepRequestReturn), effect: bounce},
	{Step: ticket.StepRefuseReturn, Name: "驳回退单", From: returned, To: ticket.Dispatched, Roles: operator,
		Fields: []Field{from(reason, ticket.StepRefuseReturn)}, check: notByRequester(ticket.StepRequestReturn)},
	{Step: ticket.StepEscalate, Name: "提请裁定", From: []ticket.State{ticket.ReturnRequested, ticket.Received}, To: ticket.Arbitration, Roles: operator, Auto: true,
		Fields: []Field{reason}, ready: notClue},
	{Step: ticket.StepArbitrate, Name: "裁定", From: []ticket.State{ticket.Arbitration}, To: ticket.Dispatched, Roles: supervisor,
		Fields: []Field{leadUnit, coUnits, must(from(longText("basis", "裁定依据", noteMax), ticket.StepArbitrate)), field("keep_rule", "作为今后的派单规则", FieldBool)},
		Rule:   "终局，承办单位不得再退；不能裁定本人提请的事项", check: checkArbitrate, effect: arbitrate},

	{Step: ticket.StepRequestExtension, Name: "申请延期", From: handling, Roles: unit, Relation: LeadUnit,
		Fields: []Field{must(with(number("days", "延长天数", 60), "工作日")), from(reason, ticket.StepRequestExtension)},
		Rule:   "到期前申请，只能延期一次，天数不超过时限表的规定", ready: mayExtend, check: checkExtension, effect: ask("extension", "days")},
	{Step: ticket.StepGrantExtension, Name: "同意延期", From: handling, Roles: supervisor,
		Fields: []Field{longText("note", "审批意见", noteMax)},
		Rule:   "不能审批本人的申请", ready: asked("extension"), check: keep("extension", "days"), effect: extend},
	{Step: ticket.StepRefuseExtension, Name: "不同意延期", From: handling, Roles: supervisor,
		Fields: []Field{reason}, ready: asked("extension"), effect: settle("extension")},
	{Step: ticket.StepAddCoUnit, Name: "增加配合单位", From: handling, Roles: unitOrDesk, Relation: LeadUnit,
		Fields: []Field{must(field("unit", "配合单位", FieldUnit)), must(longText("task", "配合事项", noteMax))},
		check:  newCoUnit, effect: addCoUnit},
	{Step: ticket.StepCoReply, Name: "配合办结", From: handling, Roles: unit, Relation: CoUnit,
		Fields: []Field{must(longText("reply", "配合办理情况", StoryMax))}, ready: hasTask, effect: coReply},
	{Step: ticket.StepRequestSuspension, Name: "申请挂账", From: handling, Roles: unit, Relation: LeadUnit,
		Fields: []Field{
			must(longText("plan", "办理计划", noteMax)), from(reason, "suspend"),
			must(field("review_date", "复核日期", FieldDate)),
		},
		ready: notAsked("suspension"), check: future("review_date", 366), effect: ask("suspension", "review_date")},
	{Step: ticket.StepGrantSuspension, Name: "同意挂账", From: handling, To: ticket.Suspended, Roles: supervisor,
		Fields: []Field{longText("note", "审批意见", noteMax)},
		Rule:   "不能审批本人的申请；挂账期间办结时限停表", ready: asked("suspension"), check: keep("suspension", "review_date"), effect: settle("suspension")},
	{Step: ticket.StepRefuseSuspension, Name: "不同意挂账", From: handling, Roles: supervisor,
		Fields: []Field{reason}, ready: asked("suspension"), effect: settle("suspension")},
	{Step: ticket.StepResume, Name: "恢复办理", From: []ticket.State{ticket.Suspended}, To: ticket.Handling, Roles: unitOrAbove, Relation: LeadUnit, Auto: true,
		Fields: []Field{reason}},

	{Step: ticket.StepReply, Name: "报结", From: handling, To: ticket.Replied, Roles: unit, Relation: LeadUnit,
		Fields: []Field{
			must(longText("facts", "基本情况", StoryMax)), must(longText("handling", "办理过程", StoryMax)),
			must(longText("basis", "办理依据", noteMax)), toldAt, toldWay, noContact,
			must(field("solved", "是否解决", FieldTri)), must(field("substantiated", "是否属实", FieldTri)),
			must(choice("outcome", "办理结果", outcomes...)), text("mediation_no", "调解书编号"),
			longText("public_reply", "公开答复", StoryMax), withoutCo,
		},
		Rule: "写明何时怎样告知来电人，或联系不上的证明；调解的写明调解书编号；配合单位都办结了再报结，不等的写明理由", check: checkReply, effect: reply},
	{Step: ticket.StepApproveReply, Name: "审核通过", From: replied, Targets: []ticket.State{ticket.Callback, ticket.Closed}, Roles: hotline,
		Fields: []Field{longText("note", "审核意见", noteMax)},
		Rule:   "应当回访的转待回访，其余办结；不能审核本人答复的或本人更正过类别的", check: checkApproval, effect: approve},
	{Step: ticket.StepSendBack, Name: "退回补办", From: replied, To: ticket.Handling, Roles: hotline,
		Fields: []Field{must(from(longText("missing", "缺少什么", noteMax), ticket.StepSendBack))}, effect: sentBack},
	{Step: ticket.StepDraw, Name: "抽中回访", From: []ticket.State{ticket.Closed}, To: ticket.Callback, Auto: true,
		Fields: []Field{must(text("month", "月份")), must(text("seed", "随机种子"))},
		Rule:   "每件办结只抽一次", ready: notCalledBack, effect: drawn},
	{Step: ticket.StepCallback, Name: "回访登记", From: []ticket.State{ticket.Callback}, Roles: operator,
		Fields: []Field{
			must(field("at", "回访时间", FieldTime)), must(field("reached", "是否接通", FieldBool)), longText("note", "回访情况", noteMax),
		},
		Rule: "由热线回访，承办单位的人不得回访", ready: notOwnCase, check: since("at", latestTo(ticket.Callback)), effect: attempt},
	{Step: ticket.StepRecordCallback, Name: "回访结果", From: []ticket.State{ticket.Callback}, To: ticket.Closed, Roles: operator,
		Fields: append(slices.Clone(answers3),
			with(from(longText("reason", "不满意原因", noteMax), "dissatisfied"), "不满意时必填"),
			noAnswers, longText("quality_fault", "质检问题", noteMax)),
		Rule: "联系不上的，先在不同日期回访够次数", ready: notOwnCase, check: checkCallback, effect: recordCallback},
	{Step: ticket.StepRedo, Name: "重办", From: []ticket.State{ticket.Callback, ticket.Closed}, To: ticket.Dispatched, Roles: hotline,
		Fields: []Field{from(reason, ticket.StepRedo)},
		Rule:   "三个工作日内办结；话务只能退回重办两次，再要重办由督办决定", ready: mayRedo, effect: redo},

	{Step: ticket.StepMerge, Name: "并单", From: OpenStates, To: ticket.Merged, Roles: operator,
		Fields: []Field{must(field("primary", "主单编号", FieldTicket)), from(longText("reason", "并单理由", noteMax), ticket.StepMerge)},
		Rule:   "并入更早受理、还未报结的工单；办结期限晚于这件的、挂账的、督办比这件松的主单不能并入；逐件回访的只能并入逐件回访的；并入的来电人都告知以后，主单才能了结", ready: notClue, check: checkMerge, effect: merge},
	{Step: ticket.StepInform, Name: "告知并单来电人", From: []ticket.State{ticket.Merged}, Roles: unitOrDesk, Relation: LeadUnit,
		Fields: []Field{toldAt, toldWay, noContact, longText("reply", "告知内容", StoryMax)},
		check:  checkTold},
	{Step: ticket.StepSplit, Name: "拆单", From: []ticket.State{ticket.Merged}, Targets: OpenStates, Roles: operator, Auto: true,
		Fields: []Field{reason}, Rule: "回到并单前的状态；并单与主单办结撞在一起的，由系统拆回", check: checkSplit, effect: split},
	{Step: ticket.StepTransfer, Name: "转外部单位", From: received, To: ticket.Transferred, Roles: operator,
		Fields: []Field{must(field("unit", "接收单位", FieldExternal)), from(reason, ticket.StepTransfer)}, ready: notClue, effect: transfer},
	{Step: ticket.StepRecordReceipt, Name: "登记回执", From: []ticket.State{ticket.Transferred, ticket.HandedOver}, Roles: []ticket.Role{ticket.Operator, ticket.Discipline},
		Fields: []Field{must(longText("receipt", "回执", noteMax))}},

	{Step: ticket.StepProposeHandOver, Name: "提请移送纪检", From: early, Roles: operator,
		Fields: []Field{must(from(longText("clue", "线索内容", noteMax), ticket.StepHandOver))},
		Rule:   "提请后除纪检外谁也看不到", ready: notProposed, effect: propose},
	{Step: ticket.StepHandOver, Name: "接收线索", From: early, To: ticket.HandedOver, Roles: discipline,
		Fields: []Field{must(text("receipt", "回执编号"))},
		Rule:   "只能接收提请的或疑似的线索；不能接收本人提请的", ready: clue, effect: settle("hand_over")},
	{Step: ticket.StepDeclineHandOver, Name: "退回线索", From: early, Roles: discipline,
		Fields: []Field{reason}, ready: clue, effect: settle("hand_over")},

	{Step: ticket.StepSupervise, Name: "督办", From: OpenStates, Roles: supervisor, Auto: true,
		Fields: []Field{must(choice("level", "级别", levels...)), from(reason, ticket.StepSupervise)},
		Rule:   "自己的时限为三个工作日", check: newLevel, effect: supervise},
	{Step: ticket.StepLift, Name: "解除督办", From: OpenStates, Roles: supervisor, Auto: true,
		Fields: []Field{reason}, ready: both(supervised, impartial), effect: lift},
	{Step: ticket.StepUrge, Name: "催办", From: OpenStates, Roles: hotline, Auto: true,
		Fields: []Field{reason, with(field("unit", "催办单位", FieldUnit), "只催一个单位时填，可以是配合单位")}, check: urgesUnit, effect: urge},
	{Step: ticket.StepNote, Name: "批示", From: anyState, Roles: []ticket.Role{ticket.Leader},
		Fields: []Field{must(longText("text", "批示内容", noteMax))}},

	{Step: ticket.StepRequestExclusion, Name: "申请剔除", From: anyState, Roles: supervisor,
		Fields: []Field{must(from(field("ground", "剔除理由", FieldGround), ticket.StepExclude)), must(longText("evidence", "证据", noteMax))},
		ready:  both(mayExclude, impartial), effect: ask("exclusion", "ground")},
	{Step: ticket.StepExclude, Name: "同意剔除", From: anyState, Roles: supervisor,
		Fields: []Field{longText("note", "审批意见", noteMax)},
		Rule:   "由另一名督办人员审批；原始数据和剔除后数据始终并列", ready: both(asked("exclusion"), impartial), check: keep("exclusion", "ground"), effect: exclude},
	{Step: ticket.StepRefuseExclusion, Name: "不同意剔除", From: anyState, Roles: supervisor,
		Fields: []Field{reason}, ready: asked("exclusion"), effect: settle("exclusion")},
	{Step: ticket.StepInclude, Name: "撤销剔除", From: anyState, Roles: supervisor,
		Fields: []Field{reason}, ready: excluded, effect: include},

	{Step: ticket.StepCorrect, Name: "更正类别", From: anyState, Roles: operator,
		Fields: []Field{category, askKind, countyOf, reason},
		Rule:   "至少改一项；更正会成为分类的标注", check: checkCorrection, effect: correct},
	{Step: ticket.StepConfide, Name: "设为保密", From: anyState, Roles: []ticket.Role{ticket.Operator, ticket.Supervisor, ticket.Discipline},
		Fields: []Field{longText("reason", "理由", noteMax)}, ready: notConfidential, effect: confide},
	{Step: ticket.StepRequestDisclosure, Name: "申请解除保密", From: anyState, Roles: hotline,
		Fields: []Field{reason}, ready: mayDisclose, effect: ask("disclosure", "reason")},
	{Step: ticket.StepDisclose, Name: "解除保密", From: anyState, Roles: supervisor,
		Fields: []Field{reason}, Rule: "由另一个人审批", ready: asked("disclosure"), effect: disclose},
	{Step: ticket.StepRefuseDisclosure, Name: "不同意解除保密", From: anyState, Roles: supervisor,
		Fields: []Field{reason}, ready: asked("disclosure"), effect: settle("disclosure")},

	{Step: ticket.StepAttach, Name: "添加附件", From: anyState, Roles: onTheCase, Relation: AnyUnit, Auto: true,
		Fields: []Field{
			must(field(ticket.FilesField, "附件", FieldFiles)), must(choice(ticket.PurposeField, "用途", purposes...)),
			text(ticket.NoteField, "说明"),
		},
		Rule: "类型、大小、个数按附件政策表", ready: mayAttach, check: checkFiles},
	{Step: ticket.StepDetach, Name: "撤下附件", From: anyState, Roles: onTheCase, Relation: AnyUnit,
		Fields: []Field{must(field(ticket.FileField, "附件", FieldFile)), reason},
		Rule:   "承办单位只能在了结以前撤下本单位的；经过里留有记录，文件不再给人看", ready: mayDetach, check: checkDetached},
}

var transitionOf = func() map[ticket.Step]*Transition {
	m := make(map[ticket.Step]*Transition, len(Transitions))
	for i := range Transitions {
		m[Transitions[i].Step] = &Transitions[i]
	}
	return m
}()

// Find finds a step in the table.
func Find(step ticket.Step) (*Transition, bool) {
	t, ok := transitionOf[step]
	return t, ok
}

// Starts reports whether the step can be taken from a state.
func (t *Transition) Starts(s ticket.State) bool {
	if len(t.From) == 0 {
		return s == ticket.None
	}
	return slices.Contains(t.From, s)
}

// Leads lists the states that the step can lead to from a state.
func (t *Transition) Leads(s ticket.State) []ticket.State {
	switch {
	case len(t.Targets) > 0:
		return t.Targets
	case t.To != ticket.None:
		return []ticket.State{t.To}
	}
	return []ticket.State{s}
}
