package web

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/classify"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/permit"
)

type searchView struct {
	page
	Query   string
	Filters []filterView
	From    string
	To      string
	Orders  []option
	Asked   []conditionView // what narrows the result
	Wider   []conditionView // of an empty result: what to leave out, and what that finds
	Rows    []foundRow
	Total   int
	Unread  int // tickets whose texts have not been read yet since the service started
	Shut    string
	First   string // address of the first page, where this is another
	Next    string
	Saved   savedView
	Export  exportForm
}

type filterView struct {
	Name, Label string
	Options     []option
}

// conditionView is a part of what was asked for.
type conditionView struct {
	Label, Value, Href string // the address of the same search without it
	N                  int
}

// seek is a search as an address says it.
type seek struct {
	query  string
	words  []string // of the text, cleaned as texts are
	phone  bool     // the query is a telephone number
	filter workflow.Filter
	values url.Values // as given, without the page
}

// seekParams are the parameters of a search, beside the page.
var seekParams = []string{"q", "state", "unit", "category", "county", "channel", "kind", "month", "from", "to", "due", "flag", "sort"}

// seekFrom reads a search; get gives the value of a parameter.
func (s *Server) seekFrom(v *visit, get func(string) string) (seek, error) {
	query := []rune(strings.TrimSpace(get("q")))
	k := seek{query: string(query[:min(len(query), queryMost)]), values: url.Values{}}
	for _, name := range seekParams {
		if value := strings.TrimSpace(get(name)); value != "" {
			k.values.Set(name, value)
		}
	}
	var err error
	if k.filter, err = filterFrom(get); err != nil {
		return k, err
	}
	if digits := strings.NewReplacer("-", "", " ", "").Replace(k.query); ticket.IsPhone(digits) {
		k.phone = true
		if s.Keys != nil && v.may(permit.Reveal) {
			k.filter.Caller = s.Keys.Fingerprint(digits)
		}
	} else {
		k.filter.Text = classify.Clean(k.query)
		k.words = catalogue.Words(k.filter.Text)
	}
	switch sort := get("sort"); sort {
	case "":
	case workflow.SortDue, workflow.SortReceived, workflow.SortRelevant:
		k.filter.SortBy = sort
	default:
		return k, unknownFilter("sort")
	}
	return k, nil
}

// queryMost is the longest query, in characters.
const queryMost = 100

// href is the address of the search with changes: pairs of name and value, an
// empty value takes one away.
func (k *seek) href(changes ...string) string {
	values := url.Values{}
	for name, value := range k.values {
		values[name] = value
	}
	for i := 0; i+1 < len(changes); i += 2 {
		values.Del(changes[i])
		if changes[i+1] != "" {
			values.Set(changes[i], changes[i+1])
		}
	}
	if len(values) == 0 {
		return "/tickets"
	}
	return "/tickets?" + values.Encode()
}

// searchPage finds tickets by number, text, plate or phone, and by filters.
// Every figure of the dashboard leads here with its filters set.
func (s *Server) searchPage(v *visit) error {
	k, err := s.seekFrom(v, v.param)
	if err != nil {
		return err
	}
	if id := ticket.ID(strings.ToUpper(k.query)); id.Valid() {
		if _, err := s.Desk.Ticket(v.ctx(), v.actor, id); err == nil {
			return v.Redirect("/tickets/"+string(id), fiber.StatusSeeOther)
		}
	}
	found, err := s.sought(v, k)
	if err != nil {
		return err
	}
	if k.filter.Caller != "" { // who looks for whom by phone is kept, the number is not
		if err := s.accounts.note(v.ctx(), v.now, v.actor, "search_phone", strconv.Itoa(found.Total)+" 件", ""); err != nil {
			return err
		}
	}
	view, err := s.searchView(v, k)
	if err != nil {
		return err
	}
	view.Rows, view.Total, view.Unread = s.foundRows(found.Tickets, k.words, v.now), found.Total, found.Unread
	if k.phone && k.filter.Caller == "" {
		view.Shut = "您的角色不能按电话查工单"
	}
	if found.Next != "" {
		view.Next = k.href("cursor", found.Next)
	}
	if v.Query("cursor") != "" {
		view.First = k.href()
	}
	if found.Total == 0 && found.Unread == 0 {
		if view.Wider, err = s.widen(v, view.Asked); err != nil {
			return err
		}
	}
	return s.render(v.Ctx, "search", view)
}

// countOf is how many tickets a search of some address finds.
func (s *Server) countOf(v *visit, address string) (int, error) {
	u, err := url.Parse(address)
	if err != nil {
		return 0, err
	}
	k, err := s.seekFrom(v, u.Query().Get)
	if err != nil || k.phone && k.filter.Caller == "" {
		return 0, err
	}
	k.filter.Limit = 1
	found, err := s.Desk.List(v.ctx(), v.now, v.actor, k.filter)
	return found.Total, err
}

// param is a parameter of the address.
func (v *visit) param(name string) string { return v.Query(name) }

// sought reads a page of what was asked for.
func (s *Server) sought(v *visit, k seek) (workflow.Page, error) {
	if k.phone && k.filter.Caller == "" {
		return workflow.Page{}, nil
	}
	if hits := s.byNumber(v.ctx(), v.actor, k.query); len(hits) > 0 {
		return workflow.Page{Tickets: hits, Total: len(hits)}, nil
	}
	k.filter.Limit, k.filter.Cursor = listSize, v.Query("cursor")
	return s.Desk.List(v.ctx(), v.now, v.actor, k.filter)
}

// byNumber looks a source number up, of any channel.
func (s *Server) byNumber(ctx context.Context, actor ticket.Actor, number string) []ticket.Ticket {
	if !strings.ContainsAny(number, "0123456789") || strings.ContainsAny(number, " \t") {
		return nil
	}
	var hits []ticket.Ticket
	for _, channel := range ticket.Channels {
		if t, err := s.Desk.Ticket(ctx, actor, ticket.NewID(channel, number, 0)); err == nil {
			hits = append(hits, t)
		}
	}
	return hits
}

// searchView is the page but for what was found.
func (s *Server) searchView(v *visit, k seek) (searchView, error) {
	months, err := s.monthOptions(v, k.filter.Month)
	if err != nil {
		return searchView{}, err
	}
	view := searchView{
		page: s.page(v, "查询", "/tickets"), Query: k.query, Filters: filterViews(v, s.Desk.Policy(), months), From: v.Query("from"), To: v.Query("to"),
		Orders: []option{{Value: "", Label: "最新收到在前"}, {Value: workflow.SortRelevant, Label: "最相关在前"}, {Value: workflow.SortDue, Label: "最先到期在前"}},
	}
	for i := range view.Orders {
		view.Orders[i].Chosen = view.Orders[i].Value == k.values.Get("sort")
	}
	view.Search = false // the page has the box itself
	view.Scripts = []string{"search.js"}
	view.Asked = conditions(k, view.Filters)
	if view.Saved, err = s.savedView(v, k); err != nil {
		return view, err
	}
	view.Export = s.exportForm(v, k)
	return view, nil
}

// conditions are what narrows a search, each with the search without it.
func conditions(k seek, filters []filterView) []conditionView {
	var asked []conditionView
	if k.query != "" {
		if len(k.words) > 1 {
			for i, w := range k.words {
				rest := strings.Join(slices.Delete(slices.Clone(k.words), i, i+1), " ")
				asked = append(asked, conditionView{Label: "文字", Value: w, Href: k.href("q", rest)})
			}
		} else {
			label := "文字"
			if k.phone {
				label = "电话"
			}
			asked = append(asked, conditionView{Label: label, Value: k.query, Href: k.href("q", "")})
		}
	}
	for _, f := range filters {
		for _, o := range f.Options {
			if o.Chosen {
				asked = append(asked, conditionView{Label: f.Label, Value: o.Label, Href: k.href(f.Name, "")})
			}
		}
	}
	for _, day := range []struct{ name, label string }{{"from", "收到日期从"}, {"to", "收到日期到"}} {
		if value := k.values.Get(day.name); value != "" {
			asked = append(asked, conditionView{Label: day.label, Value: value, Href: k.href(day.name, "")})
		}
	}
	return asked
}

// widen counts what a search would find without each of its conditions; those
// that would help are kept.
func (s *Server) widen(v *visit, asked []conditionView) ([]conditionView, error) {
	if len(asked) < 2 {
		return nil, nil
	}
	var wider []conditionView
	for _, c := range asked {
		n, err := s.countOf(v, c.Href)
		if err != nil {
			return nil, err
		}
		if c.N = n; n > 0 {
			wider = append(wider, c)
		}
	}
	return wider, nil
}
