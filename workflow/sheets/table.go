// Package sheets keeps the units' monthly sheets (承办单位月报表): what a unit
// is shown of its month, and that it confirmed it, or was reminded to. What may
// happen is the table here; how it is kept is dossier's affair.
package sheets

import (
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps.
const (
	Issue   ticket.Step = "sheet_issue"
	Confirm ticket.Step = "sheet_confirm"
	Return  ticket.Step = "sheet_return"
	Remind  ticket.Step = "sheet_remind"
)

// The states.
const (
	Issued    ticket.State = "issued"
	Confirmed ticket.State = "confirmed"
)

// Table is the life of a sheet.
var Table = dossier.Table{
	Kind: "sheet", Noun: "单位月报表",
	States: []dossier.State{{State: Issued, Name: "待确认"}, {State: Confirmed, Name: "已确认"}},
	Steps: []dossier.Step{
		{Step: Issue, Name: "生成", To: Issued, Auto: true, Rule: "次月初由系统生成"},
		{
			Step: Confirm, Name: "确认", From: []ticket.State{Issued}, To: Confirmed, Roles: []ticket.Role{ticket.UnitHandler},
			Fields: []steps.Field{{Name: "remarks", Label: "说明", Kind: steps.FieldLongText, Max: 1000, Help: "有出入的写明工单编号和理由；没有出入可以不填"}},
			Rule:   "每月25日前，由本单位确认",
		},
		{
			Step: Return, Name: "退回重核", From: []ticket.State{Confirmed}, To: Issued, Roles: []ticket.Role{ticket.Supervisor},
			Fields: []steps.Field{{Name: "reason", Label: "理由", Kind: steps.FieldLongText, Max: 500, Required: true}},
		},
		{Step: Remind, Name: "提醒", From: []ticket.State{Issued}, Auto: true, Rule: "临近或超过截止日仍未确认，每个工作日一次"},
	},
}
