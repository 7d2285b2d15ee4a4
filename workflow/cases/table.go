// Package cases keeps closed cases of administrative penalty that are imported
// from the enforcement system, and the callbacks to their parties. Every month
// a share of the cases closed in it is drawn, as policy says, and the hotline
// calls the drawn parties; the unit that punished never does.
package cases

import (
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/steps"
)

// The steps.
const (
	Keep    ticket.Step = "case_keep"
	Draw    ticket.Step = "case_draw"
	Attempt ticket.Step = "case_attempt"
	Record  ticket.Step = "case_record"
	GiveUp  ticket.Step = "case_give_up"
)

// The states.
const (
	Kept      ticket.State = "case_kept"
	Drawn     ticket.State = "case_drawn"
	Called    ticket.State = "case_called"
	Unreached ticket.State = "case_unreached"
)

// The values that the service keeps of a case beside the fields of the steps.
const (
	valueNo       = "no"
	valueCause    = "cause"
	valueFacts    = "facts"
	valueUnit     = "unit"
	valueCounty   = "county"
	valueClosed   = "closed"
	valueSample   = "sample"
	valueMonth    = "month"
	valueSeed     = "seed"
	valueAttempts = "attempts"
	valueGap      = "gap"
)

const opinionMax = 1000

var hotline = []ticket.Role{ticket.Operator, ticket.Supervisor}

func answer(name, label string) steps.Field {
	return steps.Field{Name: name, Label: label, Kind: steps.FieldTri, Required: true}
}

// Table is the life of a case here.
var Table = dossier.Table{
	Kind: "case", Noun: "处罚案件",
	States: []dossier.State{{State: Kept, Name: "已结案"}, {State: Drawn, Name: "待回访"}, {State: Called, Name: "已回访"}, {State: Unreached, Name: "联系不上"}},
	Steps: []dossier.Step{
		{Step: Keep, Name: "登记", To: Kept, Roles: hotline, Auto: true},
		{Step: Draw, Name: "抽中", From: []ticket.State{Kept}, To: Drawn, Auto: true},
		{Step: Record, Name: "记回访结果", From: []ticket.State{Drawn}, To: Called, Roles: []ticket.Role{ticket.Operator},
			Fields: []steps.Field{
				answer("informed", "是否告知了权利义务和依据"), answer("proper", "执法是否规范文明"), answer("satisfied", "是否满意"),
				{Name: "opinion", Label: "当事人的意见和诉求", Kind: steps.FieldLongText, Max: opinionMax, Help: "没有意见的不填；有新的诉求的，另外登记工单"},
			}},
		{Step: Attempt, Name: "记未接通", From: []ticket.State{Drawn}, Roles: []ticket.Role{ticket.Operator},
			Fields: []steps.Field{
				{Name: "at", Label: "拨打时间", Kind: steps.FieldTime, Required: true},
				{Name: "note", Label: "情况", Kind: steps.FieldText, Max: 200, Help: "无人接听、关机、空号……"},
			}, Check: spaced, Rule: "两次拨打要隔开规定的天数"},
		{Step: GiveUp, Name: "记联系不上", From: []ticket.State{Drawn}, To: Unreached, Roles: []ticket.Role{ticket.Operator}, Ready: triedEnough,
			Rule: "拨打满规定次数仍未接通"},
	},
}

func number(e *dossier.Entry, name string, least int) int {
	n, err := strconv.Atoi(e.Values[name])
	if err != nil {
		return least
	}
	return max(n, least)
}

// spaced refuses a call in the future, before the draw, or too soon after another.
func spaced(e *dossier.Entry, now time.Time, fields map[string]string) []ticket.FieldFault {
	fault := func(code, message string) []ticket.FieldFault {
		return []ticket.FieldFault{{Field: "at", Code: code, Message: message}}
	}
	at, err := time.Parse(time.RFC3339, fields["at"])
	switch {
	case err != nil:
		return fault("bad_time", "看不懂拨打时间")
	case at.After(now):
		return fault("future", "拨打时间在将来")
	}
	if drawn := e.Last(Draw); drawn != nil && ticket.DateOf(at) < ticket.DateOf(drawn.At) {
		return fault("early", "拨打时间早于抽中的日期")
	}
	gap := number(e, valueGap, 1)
	for i := range e.Events {
		if e.Events[i].Step != Attempt {
			continue
		}
		before, err := time.Parse(time.RFC3339, e.Events[i].Fields["at"])
		if err != nil {
			continue
		}
		apart := ticket.DateOf(at).Start().Sub(ticket.DateOf(before).Start()).Abs()
		if apart < time.Duration(gap)*24*time.Hour {
			return fault("too_soon", "两次拨打至少隔"+strconv.Itoa(gap)+"天，上次是"+string(ticket.DateOf(before)))
		}
	}
	return nil
}

func triedEnough(e *dossier.Entry) *ticket.Refusal {
	if made, asked := e.Count(Attempt), number(e, valueAttempts, 1); made < asked {
		return ticket.Refuse(ticket.ErrIllegal, "not_tried_enough", "要拨打%d次都没有接通才能记联系不上，现在记了%d次", asked, made)
	}
	return nil
}
