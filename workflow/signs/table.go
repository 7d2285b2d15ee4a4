// Package signs keeps the early signs (苗头) that the daily look raised: each
// burst once, until somebody has looked at it and said what it was.
package signs

import (
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps and states.
const (
	Raise ticket.Step = "sign_raise"
	Look  ticket.Step = "sign_look"
	Again ticket.Step = "sign_again"

	Open ticket.State = "open"
	Seen ticket.State = "seen"
)

var above = []ticket.Role{ticket.Supervisor, ticket.Leader}

// Table is the life of a sign.
var Table = dossier.Table{
	Kind: "sign", Noun: "苗头",
	States: []dossier.State{{State: Open, Name: "待看"}, {State: Seen, Name: "已看"}},
	Steps: []dossier.Step{
		{Step: Raise, Name: "发现", To: Open, Auto: true, Rule: "每处苗头只报一次：一周之内同类同地区的算同一处"},
		{Step: Look, Name: "已看过", From: []ticket.State{Open}, To: Seen, Roles: above, Fields: []steps.Field{
			{Name: "word", Label: "看到什么", Kind: steps.FieldLongText, Max: 500, Required: true, Help: "一句话：什么原因、要不要处置、谁来处置"}}},
		{Step: Again, Name: "补充", From: []ticket.State{Seen}, Roles: above, Fields: []steps.Field{
			{Name: "word", Label: "看到什么", Kind: steps.FieldLongText, Max: 500, Required: true}}},
	},
}
