// Package edition is the life of a report: the draft that a job builds, the
// words that people write over it, the approval that gives it a number and
// freezes it, and the public form. What was frozen is kept byte for byte; a
// correction is an edition of its own.
package edition

import (
	"strings"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps.
const (
	Draft    ticket.Step = "report_draft"
	Edit     ticket.Step = "report_edit"
	Restore  ticket.Step = "report_restore"
	Comment  ticket.Step = "report_comment"
	Submit   ticket.Step = "report_submit"
	SendBack ticket.Step = "report_send_back"
	Approve  ticket.Step = "report_approve"
	Send     ticket.Step = "report_send"
	Publish  ticket.Step = "report_publish"
	Withdraw ticket.Step = "report_withdraw"
	Correct  ticket.Step = "report_correct"
)

// The states.
const (
	Drafted   ticket.State = "draft"
	Submitted ticket.State = "submitted"
	Approved  ticket.State = "approved"
	Sent      ticket.State = "sent"
	Published ticket.State = "published"
)

var (
	supervisor = []ticket.Role{ticket.Supervisor}
	leader     = []ticket.Role{ticket.Leader}
	editors    = []ticket.Role{ticket.Supervisor, ticket.Leader}
	readers    = []ticket.Role{ticket.Operator, ticket.Supervisor, ticket.Leader}

	unsettled = []ticket.State{Drafted, Submitted}
	frozen    = []ticket.State{Approved, Sent, Published}
	everyone  = []ticket.State{Drafted, Submitted, Approved, Sent, Published}
)

func long(name, label string, longest int, required bool) steps.Field {
	return steps.Field{Name: name, Label: label, Kind: steps.FieldLongText, Max: longest, Required: required}
}

var part = steps.Field{Name: "part", Label: "部分", Kind: steps.FieldText, Max: 100, Required: true}

// content are the fields of any part of a report; which of them a part has is
// the report's affair.
var content = []steps.Field{
	part,
	long("text", "文字", 5000, false),
	long("direct", "直接原因", 2000, false), long("management", "管理原因", 2000, false), long("institutional", "制度原因", 2000, false),
	long("measures", "长效措施", 2000, false),
	{Name: "lead", Label: "牵头单位", Kind: steps.FieldUnit}, {Name: "person", Label: "责任人", Kind: steps.FieldText, Max: 50},
	{Name: "deadline", Label: "完成时限", Kind: steps.FieldDate}, long("target", "成效指标", 500, false),
}

// Table is the life of an edition.
var Table = dossier.Table{
	Kind: "edition", Noun: "报告",
	States: []dossier.State{{State: Drafted, Name: "草稿"}, {State: Submitted, Name: "待审定"}, {State: Approved, Name: "已审定"}, {State: Sent, Name: "已分送"}, {State: Published, Name: "已公开"}},
	Steps: []dossier.Step{
		{Step: Draft, Name: "起草", To: Drafted, Roles: supervisor, Auto: true},
		{Step: Edit, Name: "修改", From: unsettled, Roles: editors, Fields: content},
		{Step: Restore, Name: "恢复原文", From: unsettled, Roles: editors, Fields: []steps.Field{part}},
		{Step: Comment, Name: "批注", From: everyone, Roles: readers, Fields: []steps.Field{part, long("comment", "批注", 1000, true)}},
		{Step: Submit, Name: "提交审定", From: []ticket.State{Drafted}, To: Submitted, Roles: supervisor, Fields: []steps.Field{long("note", "说明", 500, false)}},
		{Step: Approve, Name: "审定", From: []ticket.State{Submitted}, To: Approved, Roles: leader, NotBy: []ticket.Step{Submit}, NotLastBy: []ticket.Step{Edit, Restore}, Fields: []steps.Field{long("note", "审定意见", 1000, false)},
			Rule: "编号并封存，以后下载的就是这一版；最后修改的人和提交的人不能审定"},
		{Step: SendBack, Name: "退回修改", From: []ticket.State{Submitted}, To: Drafted, Roles: leader, Fields: []steps.Field{long("reason", "要改什么", 1000, true)}},
		{Step: Send, Name: "分送", From: []ticket.State{Approved}, To: Sent, Roles: supervisor, Fields: []steps.Field{long("to", "分送范围", 500, true)}},
		{Step: Publish, Name: "公开摘要", From: []ticket.State{Approved, Sent}, To: Published, Roles: editors, NotLastBy: []ticket.Step{Approve},
			Ready: publishable, Rule: "审定的人不能同时公开；公开的是隐去少于规定件数的摘要，只有全局的月报、季报、年报可以公开"},
		{Step: Withdraw, Name: "撤下公开", From: []ticket.State{Published}, To: Sent, Roles: leader, Fields: []steps.Field{long("reason", "理由", 500, true)}},
		{Step: Correct, Name: "更正", From: frozen, Roles: supervisor, Fields: []steps.Field{long("reason", "更正原因", 500, true)},
			Ready: notCorrected, Rule: "另出一版更正版，写明改了什么；本版仍可查"},
	},
}

// publishable: the counts of a part or of any few days, taken from those of the
// whole, would tell of groups that are too small to be published.
func publishable(e *dossier.Entry) *ticket.Refusal {
	if strings.ContainsAny(e.ID, "@_") {
		return ticket.Refuse(ticket.ErrIllegal, "not_public", "只公开全局的月报、季报、年报摘要：分册和自选时段与它们相减，会暴露件数很少的分组")
	}
	return nil
}

func notCorrected(e *dossier.Entry) *ticket.Refusal {
	if e.Last(Correct) != nil {
		return ticket.Refuse(ticket.ErrIllegal, "corrected", "这一版已经有更正版，请在更正版上再改")
	}
	return nil
}
