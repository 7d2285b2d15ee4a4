// Package rectify is the rectification ledger (突出问题清单、整改台账): each
// prominent problem from the proposal to the day on which it is struck off, and
// back again when it was not solved. What may happen is the table here; how it
// is kept is dossier's affair.
package rectify

import (
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps.
const (
	Propose  ticket.Step = "rectify_propose"
	Amend    ticket.Step = "rectify_amend"
	Approve  ticket.Step = "rectify_approve"
	Refuse   ticket.Step = "rectify_refuse"
	Start    ticket.Step = "rectify_start"
	Report   ticket.Step = "rectify_report"
	Deliver  ticket.Step = "rectify_deliver"
	Pass     ticket.Step = "rectify_pass"
	Fail     ticket.Step = "rectify_fail"
	Close    ticket.Step = "rectify_close"
	Reopen   ticket.Step = "rectify_reopen"
	Postpone ticket.Step = "rectify_postpone"
	Urge     ticket.Step = "rectify_urge"
	Remind   ticket.Step = "rectify_remind"
	Note     ticket.Step = "rectify_note"
	Offer    ticket.Step = "rectify_offer"
	Publish  ticket.Step = "rectify_publish"
	Withdraw ticket.Step = "rectify_withdraw"
)

const (
	proposed  = ticket.State(ticket.RectifyProposed)
	approved  = ticket.State(ticket.RectifyApproved)
	running   = ticket.State(ticket.RectifyRunning)
	delivered = ticket.State(ticket.RectifyDelivered)
	reopened  = ticket.State(ticket.RectifyReopened)
	checked   = ticket.State(ticket.RectifyChecked)
	closed    = ticket.State(ticket.RectifyClosed)
	refused   = ticket.State(ticket.RectifyRefused)
)

func states(list ...ticket.State) []dossier.State {
	out := make([]dossier.State, len(list))
	for i, s := range list {
		out[i] = dossier.State{State: s, Name: ticket.RectificationState(s).Name()}
	}
	return out
}

var (
	unit       = []ticket.Role{ticket.UnitHandler}
	supervisor = []ticket.Role{ticket.Supervisor}
	leader     = []ticket.Role{ticket.Leader}
	above      = []ticket.Role{ticket.Supervisor, ticket.Leader}

	owed   = []ticket.State{approved, running, reopened}
	atWork = []ticket.State{running, reopened}
	listed = []ticket.State{approved, running, delivered, reopened, checked, closed}
	ever   = append([]ticket.State{proposed, refused}, listed...)
)

func long(name, label, help string, required bool) steps.Field {
	return steps.Field{Name: name, Label: label, Kind: steps.FieldLongText, Max: 1000, Help: help, Required: required}
}

func line(name, label string, required bool) steps.Field {
	return steps.Field{Name: name, Label: label, Kind: steps.FieldText, Max: 200, Required: required}
}

var day = steps.Field{Name: "deadline", Label: "完成时限", Kind: steps.FieldDate, Required: true}

var reason = long("reason", "理由", "", true)

// problem are the fields of a proposal.
var problem = []steps.Field{
	line("problem", "突出问题", true),
	{Name: "matter", Label: "对应的高频事项", Kind: steps.FieldText, Max: 100, Help: "据此在以后的月报里对照件数；不对应哪一类的可以不填"},
	{Name: "signature", Label: "事项特征", Kind: steps.FieldText, Max: 400, Help: "从具体事项提出时自动带出：类别；地点、线路、企业；关键词和分量。以后的月报据此认出同一件事，只对照这件事的件数；不填则对照整个类别"},
	line("goal", "整改目标", true),
	long("measures", "整改措施", "一行一条", true),
	{Name: "unit", Label: "责任单位", Kind: steps.FieldUnit, Required: true},
	line("person", "责任人", true),
	day,
	{Name: "target", Label: "目标件数", Kind: steps.FieldNumber, Max: 100000, Help: "每月降到多少件以下算达到；不以件数衡量的不填"},
	long("basis", "依据", "哪一期月报、哪些工单", false),
}

// Table is the life of an entry of the ledger.
var Table = dossier.Table{
	Kind: "rectify", Noun: "整改事项",
	States: states(proposed, approved, running, delivered, reopened, checked, closed, refused),
	Steps: []dossier.Step{
		{Step: Propose, Name: "提出问题", To: proposed, Roles: supervisor, Fields: problem, Check: future},
		{Step: Amend, Name: "修改", From: []ticket.State{proposed}, Roles: supervisor, Fields: problem, Check: future},
		{Step: Approve, Name: "审定", From: []ticket.State{proposed}, To: approved, Roles: leader, NotBy: []ticket.Step{Propose, Amend},
			Fields: []steps.Field{long("note", "审定意见", "", false)}, Rule: "提出或修改的人不能审定"},
		{Step: Refuse, Name: "不列入", From: []ticket.State{proposed}, To: refused, Roles: leader, NotBy: []ticket.Step{Propose, Amend}, Fields: []steps.Field{reason}},
		{Step: Start, Name: "启动整改", From: []ticket.State{approved}, To: running, Roles: unit,
			Fields: []steps.Field{long("plan", "整改安排", "怎样分步、谁来做", true), line("person", "责任人", false)}},
		{Step: Report, Name: "报进展", From: atWork, Roles: unit, Fields: []steps.Field{long("progress", "进展", "", true)}},
		{Step: Deliver, Name: "报请验收", From: atWork, To: delivered, Roles: unit,
			Fields: []steps.Field{long("result", "整改结果", "做了什么、达到什么", true), long("evidence", "佐证", "文号、照片编号、工单编号", false)}},
		{Step: Pass, Name: "验收通过", From: []ticket.State{delivered}, To: checked, Roles: supervisor, NotLastBy: []ticket.Step{Deliver},
			Fields: []steps.Field{long("finding", "核查情况", "怎样核查、看到什么", true)}, Rule: "报请验收的人不能验收"},
		{Step: Fail, Name: "未达到，回炉", From: []ticket.State{delivered}, To: reopened, Roles: supervisor, NotLastBy: []ticket.Step{Deliver},
			Fields: []steps.Field{long("missing", "没有达到什么", "", true), day}, Check: future},
		{Step: Close, Name: "销号", From: []ticket.State{checked}, To: closed, Roles: leader, NotLastBy: []ticket.Step{Pass},
			Fields: []steps.Field{long("note", "意见", "", false)}, Rule: "验收的人不能销号"},
		{Step: Reopen, Name: "回炉", From: []ticket.State{checked, closed}, To: reopened, Roles: above,
			Fields: []steps.Field{reason, day}, Check: future, Rule: "同类诉求又多起来，或者复查发现没有整改到位"},
		{Step: Postpone, Name: "调整时限", From: owed, Roles: leader, Fields: []steps.Field{day, reason}, Check: future},
		{Step: Urge, Name: "催办", From: owed, Roles: supervisor, Auto: true, Fields: []steps.Field{long("note", "催办意见", "", false)}},
		{Step: Remind, Name: "到期提醒", From: owed, Auto: true},
		{Step: Note, Name: "批示", From: ever, Roles: leader, Fields: []steps.Field{long("note", "批示", "", true)}},
		{Step: Offer, Name: "提请公开", From: listed, Roles: supervisor,
			Fields: []steps.Field{line("public_problem", "公开的问题", true), long("public_measures", "公开的措施", "一行一条；不写个人信息", true)},
			Rule:   "领导同意后列入公开的突出问题清单"},
		{Step: Publish, Name: "同意公开", From: listed, Roles: leader, NotLastBy: []ticket.Step{Offer}, Ready: offered, Rule: "提请的人不能同意"},
		{Step: Withdraw, Name: "撤下公开", From: listed, Roles: leader, Ready: published, Fields: []steps.Field{reason}},
	},
}

// future refuses a deadline that has passed.
func future(_ *dossier.Entry, now time.Time, fields map[string]string) []ticket.FieldFault {
	if d := fields["deadline"]; d != "" && ticket.Date(d) < ticket.DateOf(now) {
		return []ticket.FieldFault{{Field: "deadline", Code: "past", Message: "完成时限已经过去"}}
	}
	return nil
}

// Public tells whether the entry is on the public list, and whether somebody
// asks for what was written last to be put there.
func Public(e *dossier.Entry) (public, asked bool) {
	last := e.Last(Publish, Withdraw)
	offer := e.Last(Offer)
	public = last != nil && last.Step == Publish
	asked = offer != nil && (last == nil || last.Seq < offer.Seq)
	return public, asked
}

func offered(e *dossier.Entry) *ticket.Refusal {
	if _, asked := Public(e); !asked {
		return ticket.Refuse(ticket.ErrIllegal, "not_offered", "还没有提请公开")
	}
	return nil
}

func published(e *dossier.Entry) *ticket.Refusal {
	if public, _ := Public(e); !public {
		return ticket.Refuse(ticket.ErrIllegal, "not_public", "这一项没有公开")
	}
	return nil
}

// PublicOffer is what the public list says of an entry: the offer that the
// latest consent was given to. It is nil when the entry is not on the list.
func PublicOffer(e *dossier.Entry) *ticket.Event {
	if public, _ := Public(e); !public {
		return nil
	}
	consent := e.Last(Publish, Withdraw)
	before := dossier.Entry{Events: e.Events[:consent.Seq-1]}
	return before.Last(Offer)
}
