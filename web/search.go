package web

import (
	"fmt"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
)

type searchView struct {
	page
	Query                   string
	Filters                 []filterView
	ResultTitle, ResultNote string
	Rows                    []ticketRow
	Bulk                    bool
	Total                   int
	Next                    string
}

type filterView struct {
	Name, Label string
	Options     []option
}

// searchPage finds tickets by number, text, plate or phone, or by filters.
// Every figure of the dashboard leads here with its filters set.
func (s *Server) searchPage(v *visit) error {
	query := strings.TrimSpace(v.Query("q"))
	if id := ticket.ID(strings.ToUpper(query)); id.Valid() {
		if _, err := s.Desk.Ticket(v.ctx(), v.actor, id); err == nil {
			return v.Redirect("/tickets/"+string(id), fiber.StatusSeeOther)
		}
	}
	filter, err := filterFrom(v)
	if err != nil {
		return err
	}
	filter.Limit, filter.Cursor = listSize, v.Query("cursor")
	p := s.Desk.Policy()
	months, err := s.monthOptions(v, filter.Month)
	if err != nil {
		return err
	}
	view := searchView{page: s.page(v, "查询", "/tickets"), Query: query, Filters: filterViews(v, p, months), ResultTitle: "结果"}
	view.Search = false // the page has the box itself
	var found workflow.Page
	if query != "" {
		found, err = s.find(v, query, filter)
		view.ResultNote = fmt.Sprintf("编号全库查找；文字在最近的 %d 件里查找", scanMax)
	} else {
		found, err = s.Desk.List(v.ctx(), v.now, v.actor, filter)
	}
	if err != nil {
		return err
	}
	view.Rows, view.Total = rowsOf(found.Tickets, p, v.now), found.Total
	if found.Next != "" {
		values, _ := url.ParseQuery(string(v.Request().URI().QueryString()))
		values.Set("cursor", found.Next)
		view.Next = "/tickets?" + values.Encode()
	}
	return s.render(v.Ctx, "search", view)
}

// find looks a word up: a source number of any channel, a phone by its
// fingerprint, else the text.
func (s *Server) find(v *visit, query string, f workflow.Filter) (workflow.Page, error) {
	var hits []ticket.Ticket
	for _, channel := range ticket.Channels {
		t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.NewID(channel, query, 0))
		if err == nil {
			hits = append(hits, t)
		}
	}
	if len(hits) > 0 {
		return workflow.Page{Tickets: hits, Total: len(hits)}, nil
	}
	key := ""
	if digits := strings.NewReplacer("-", "", " ", "").Replace(query); ticket.IsPhone(digits) && s.Keys != nil && v.may(permit.Reveal) {
		key = s.Keys.Fingerprint(digits)
	}
	word := strings.ToLower(query)
	return s.scan(v, f, func(t *ticket.Ticket) bool {
		if key != "" {
			return t.CallerKey == key
		}
		return strings.Contains(strings.ToLower(t.Text()), word) || strings.Contains(strings.ToLower(t.Place+"\n"+t.Subject+"\n"+t.SourceNo), word)
	})
}

// filterFrom reads the filters of an address. Unknown values are refused
// rather than ignored: a wrong filter must not look like a right answer.
func filterFrom(v *visit) (workflow.Filter, error) {
	f := workflow.Filter{
		Unit: v.Query("unit"), Category: v.Query("category"), County: v.Query("county"), Channel: ticket.Channel(v.Query("channel")),
		Kind: ticket.Kind(v.Query("kind")), SortBy: "received",
	}
	for _, state := range strings.Split(v.Query("state"), ",") {
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
	if month := v.Query("month"); month != "" {
		m, err := ticket.ParseMonth(month)
		if err != nil {
			return f, invalidField("month", "form", "看不懂筛选条件“month”：%s", err.Error())
		}
		f.Month = m
	}
	switch v.Query("due") {
	case "":
	case "overdue":
		f.Overdue, f.SortBy = true, "due"
	case "soon":
		f.DueSoon, f.SortBy = true, "due"
	default:
		return f, unknownFilter("due")
	}
	yes := true
	switch v.Query("flag") {
	case "":
	case "supervised":
		f.Supervised = &yes
	case "enforcement":
		f.Enforcement = &yes
	case "confidential":
		f.Confidential = &yes
	default:
		return f, unknownFilter("flag")
	}
	return f, nil
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
		one("flag", "标记", []option{{Value: "supervised", Label: "督办"}, {Value: "enforcement", Label: "执法类"}, {Value: "confidential", Label: "保密"}}),
	}
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
