package web

import (
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/rules"
)

// filterFrom reads the filters of an address. Unknown values are refused
// rather than ignored: a wrong filter must not look like a right answer.
func filterFrom(get func(string) string) (workflow.Filter, error) {
	f := workflow.Filter{
		Unit: get("unit"), Category: get("category"), County: get("county"), Channel: ticket.Channel(get("channel")),
		Kind: ticket.Kind(get("kind")), SortBy: "received",
	}
	for _, state := range strings.Split(get("state"), ",") {
		switch state {
		case "":
		case "open":
			f.States = append(f.States, openStates()...)
		default:
			f.States = append(f.States, ticket.State(state))
		}
	}
	for _, state := range f.States {
		if !state.Valid() {
			return f, unknownFilter("state")
		}
	}
	if f.Channel != "" && !f.Channel.Valid() {
		return f, unknownFilter("channel")
	}
	if f.Kind != "" && !f.Kind.Valid() {
		return f, unknownFilter("kind")
	}
	if month := get("month"); month != "" {
		m, err := ticket.ParseMonth(month)
		if err != nil {
			return f, invalidField("month", "form", "看不懂筛选条件“month”：%s", err.Error())
		}
		f.Month = m
	}
	switch get("due") {
	case "":
	case "overdue":
		f.Overdue, f.SortBy = true, "due"
	case "soon":
		f.DueSoon, f.SortBy = true, "due"
	default:
		return f, unknownFilter("due")
	}
	switch flag := get("flag"); flag {
	case "":
	case "enforcement":
		yes := true
		f.Enforcement = &yes
	default:
		with, known := catalogue.FlagNames[flag]
		if !known {
			return f, unknownFilter("flag")
		}
		f.With = with
	}
	var err error
	if f.From, err = dayParam(get, "from"); err != nil {
		return f, err
	}
	if f.Till, err = dayParam(get, "to"); err != nil {
		return f, err
	}
	if !f.Till.IsZero() {
		f.Till = ticket.DateOf(f.Till).Next().Start()
	}
	return f, nil
}

// dayParam reads a day of an address; zero when there is none.
func dayParam(get func(string) string, name string) (time.Time, error) {
	text := get(name)
	if text == "" {
		return time.Time{}, nil
	}
	day, err := time.ParseInLocation(time.DateOnly, text, ticket.Shanghai)
	if err != nil {
		return day, invalidField(name, "form", "看不懂日期“%s”，应写成 2026-09-01 的样子", firstRunes(text, 20))
	}
	return day, nil
}

func unknownFilter(name string) error {
	return invalidField(name, "unknown", "看不懂筛选条件“%s”", name)
}

func filterViews(v *visit, p *rules.Policy, months []option) []filterView {
	one := func(name, label string, options []option) filterView {
		for i := range options {
			options[i].Chosen = options[i].Value == v.Query(name)
		}
		return filterView{Name: name, Label: label, Options: options}
	}
	states := []option{{Value: "open", Label: "在办（未办结）"}}
	for _, info := range ticket.States {
		states = append(states, option{Value: string(info.State), Label: info.Name})
	}
	var channels, kinds, counties, categories []option
	for _, c := range ticket.Channels {
		channels = append(channels, option{Value: string(c), Label: c.Name()})
	}
	for _, k := range ticket.Kinds {
		kinds = append(kinds, option{Value: string(k), Label: k.Name()})
	}
	for _, u := range p.Units {
		if u.County != "" && u.Kind == ticket.UnitCounty || u.Kind == ticket.UnitZone {
			counties = append(counties, option{Value: u.County, Label: u.County})
		}
	}
	for _, c := range p.Categories {
		categories = append(categories, option{Value: c.Code, Label: c.Code + " " + c.Name})
	}
	return []filterView{
		one("state", "状态", states), one("unit", "承办单位", unitOptions(p, "")), one("category", "类别", categories), one("county", "县区", counties),
		one("channel", "来源", channels), one("kind", "类型", kinds),
		one("month", "收到月份", months),
		one("due", "时限", []option{{Value: "overdue", Label: "已超期"}, {Value: "soon", Label: "一天内到期"}}),
		one("flag", "标记", slices.Clone(flagOptions)),
	}
}

// flagOptions are the facts beside the state, what people look for most first.
var flagOptions = []option{
	{Value: "supervised", Label: "督办"}, {Value: "enforcement", Label: "执法类"}, {Value: "risk", Label: "有风险词"}, {Value: "urged", Label: "催办过"},
	{Value: "redo", Label: "重办"}, {Value: "returned", Label: "申请过退单"}, {Value: "bounced", Label: "退单成立"}, {Value: "extended", Label: "延期"}, {Value: "asking", Label: "有申请待批"},
	{Value: "silent", Label: "没联系就报结"}, {Value: "unreached", Label: "联系不上"}, {Value: "unsolved", Label: "未解决"}, {Value: "dissatisfied", Label: "不满意"},
	{Value: "callback", Label: "应回访"}, {Value: "mediated", Label: "调解"}, {Value: "confidential", Label: "保密"}, {Value: "excluded", Label: "剔除"}, {Value: "auto", Label: "自动分派"},
}

func unitOptions(p *rules.Policy, chosen string) []option {
	var options []option
	for _, u := range p.Units {
		if !u.Disabled {
			options = append(options, option{Value: u.Code, Label: u.Name, Chosen: u.Code == chosen})
		}
	}
	return options
}
