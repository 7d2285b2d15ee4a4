// Package cards keeps what the lead units say of the cards of a report: each
// high-frequency matter's facts, causes and measures, confirmed or changed by
// the unit that is to carry them out.
package cards

import (
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps and states.
const (
	Ask      ticket.Step = "card_ask"
	Confirm  ticket.Step = "card_confirm"
	Decline  ticket.Step = "card_decline"
	Reassign ticket.Step = "card_reassign"
	Settle   ticket.Step = "card_settle"

	Asked     ticket.State = "asked"
	Confirmed ticket.State = "confirmed"
	Declined  ticket.State = "declined"
	Settled   ticket.State = "settled"
)

func lines(name, label string, required bool) steps.Field {
	return steps.Field{Name: name, Label: label, Kind: steps.FieldLongText, Max: 2000, Help: "一行一条", Required: required}
}

// content are the fields of a card, by the names that the report has for them.
var content = []steps.Field{
	{Name: "facts", Label: "事实核实", Kind: steps.FieldLongText, Max: 500, Help: "月报所列事实有出入的写在这里，没有的不填"},
	lines("direct", "直接原因", true), lines("management", "管理原因", false), lines("institutional", "制度原因", false), lines("measures", "长效措施", true),
	{Name: "person", Label: "责任人", Kind: steps.FieldText, Max: 50, Required: true},
	{Name: "deadline", Label: "完成时限", Kind: steps.FieldDate, Required: true},
	{Name: "target", Label: "成效指标", Kind: steps.FieldLongText, Max: 500, Required: true},
}

var reason = steps.Field{Name: "reason", Label: "理由", Kind: steps.FieldLongText, Max: 500, Required: true}

// Table is the life of a card.
var Table = dossier.Table{
	Kind: "card", Noun: "问题卡片",
	States: []dossier.State{{State: Asked, Name: "待确认"}, {State: Confirmed, Name: "已确认"}, {State: Declined, Name: "有异议"}, {State: Settled, Name: "已定稿"}},
	Steps: []dossier.Step{
		{Step: Ask, Name: "请单位确认", To: Asked, Auto: true},
		{Step: Confirm, Name: "确认", From: []ticket.State{Asked, Confirmed, Declined}, To: Confirmed, Roles: []ticket.Role{ticket.UnitHandler}, Fields: content, Check: future,
			Rule: "确认的内容写进月报并注明单位和确认人；报告审定以前可以再改"},
		{Step: Decline, Name: "不是本单位牵头", From: []ticket.State{Asked, Confirmed}, To: Declined, Roles: []ticket.Role{ticket.UnitHandler}, Fields: []steps.Field{reason}},
		{Step: Reassign, Name: "改由别的单位牵头", From: []ticket.State{Asked, Confirmed, Declined}, To: Asked, Roles: []ticket.Role{ticket.Supervisor},
			Fields: []steps.Field{{Name: "unit", Label: "牵头单位", Kind: steps.FieldUnit, Required: true}, reason}},
		{Step: Settle, Name: "定稿", From: []ticket.State{Asked, Confirmed, Declined}, To: Settled, Auto: true},
	},
}

func future(_ *dossier.Entry, now time.Time, fields map[string]string) []ticket.FieldFault {
	if d := fields["deadline"]; d != "" && ticket.Date(d) < ticket.DateOf(now) {
		return []ticket.FieldFault{{Field: "deadline", Code: "past", Message: "完成时限已经过去"}}
	}
	return nil
}
