package web

import (
	"net/url"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow"
)

// listView is a page that is a list of tickets under a few tabs.
type listView struct {
	page
	Tabs                  []tabView
	Lead                  string // a sentence over the list
	Signs                 string // early signs, with the page that tells more; empty: none
	Rows                  []ticketRow
	Total                 int
	Next                  string
	Bulk                  bool
	BulkAction, BulkTitle string
	EmptyTitle, EmptyText string
}

type tabView struct {
	Name, Title, Href string
	N                 int
	Counted, Hot      bool
	Current           bool
}

// tab is a part of somebody's work: which tickets, in which order.
type tab struct {
	name, title string
	filter      workflow.Filter
	keep        func(*ticket.Ticket) bool // a further condition, on the first scanMax tickets
	past        bool                      // what is done: not counted, and opened only when asked for
	hot         bool
	lead        string // what these are
	empty       string
}

const listSize = 50

// listPage shows one of several tabs; the first one that holds tickets when
// none is asked for.
func (s *Server) listPage(v *visit, title, path string, tabs []tab) (listView, error) {
	view := listView{page: s.page(v, title, path)}
	chosen := -1
	for i := range tabs {
		n := 0
		if !tabs[i].past {
			found, err := s.tickets(v, tabs[i], 1)
			if err != nil {
				return view, err
			}
			n = found.Total
		}
		view.Tabs = append(view.Tabs, tabView{tabs[i].name, tabs[i].title, path + "?tab=" + tabs[i].name, n, !tabs[i].past, tabs[i].hot && n > 0, false})
		if v.Query("tab") == tabs[i].name {
			chosen = i
		}
	}
	for i := 0; i < len(tabs) && chosen < 0; i++ {
		if view.Tabs[i].N > 0 {
			chosen = i
		}
	}
	chosen = max(chosen, 0)
	view.Tabs[chosen].Current = true
	tabs[chosen].filter.Cursor = v.Query("cursor")
	found, err := s.tickets(v, tabs[chosen], listSize)
	if err != nil {
		return view, err
	}
	here := path + "?tab=" + tabs[chosen].name
	view.Rows, view.Total = rowsFor(v, found.Tickets, s.Desk.Policy()), found.Total
	for i := range view.Rows {
		view.Rows[i].Href += "?from=" + url.QueryEscape(here)
	}
	if found.Next != "" {
		view.Next = here + "&cursor=" + url.QueryEscape(found.Next)
	}
	view.Lead, view.EmptyTitle = tabs[chosen].lead, tabs[chosen].empty
	if view.EmptyTitle == "" {
		view.EmptyTitle = "这里没有工单"
	}
	return view, nil
}

// scanMax is how many tickets of a list are looked at for a condition that no
// index answers.
const scanMax = 1000

// tickets reads a tab's list.
func (s *Server) tickets(v *visit, t tab, limit int) (workflow.Page, error) {
	if t.keep == nil {
		t.filter.Limit = limit
		return s.Desk.List(v.ctx(), v.now, v.actor, t.filter)
	}
	return s.scan(v, t.filter, t.keep)
}

// scan keeps those of the first scanMax tickets of a list that fit.
func (s *Server) scan(v *visit, f workflow.Filter, fits func(*ticket.Ticket) bool) (workflow.Page, error) {
	var kept workflow.Page
	f.Limit, f.Cursor = 200, ""
	for seen := 0; seen < scanMax; seen += f.Limit {
		found, err := s.Desk.List(v.ctx(), v.now, v.actor, f)
		if err != nil {
			return kept, err
		}
		for i := range found.Tickets {
			if fits(&found.Tickets[i]) {
				kept.Tickets = append(kept.Tickets, found.Tickets[i])
			}
		}
		if f.Cursor = found.Next; f.Cursor == "" {
			break
		}
	}
	kept.Total = len(kept.Tickets)
	return kept, nil
}

// minePage is a unit's own work by due time.
func (s *Server) minePage(v *visit) error {
	unit := v.account.Unit
	by := func(states ...ticket.State) workflow.Filter {
		return workflow.Filter{Unit: unit, States: states, SortBy: "due"}
	}
	overdue := by(openStates()...)
	overdue.Overdue = true
	view, err := s.listPage(v, "我的工单", "/mine", []tab{
		{name: "overdue", title: "已超期", filter: overdue, hot: true, lead: "已经过了时限，请先办这些；来不及的在到期前申请延期。", empty: "没有超期的工单"},
		{name: "sign", title: "待签收", filter: by(ticket.Dispatched), lead: "按签收时限先后排列。不归本单位的，在退单期限内申请退单。", empty: "没有待签收的工单"},
		{name: "handling", title: "办理中", filter: by(ticket.Handling), lead: "先联系来电人，再报结；报结要写清基本情况、办理过程、办理依据，以及何时怎样告知来电人。", empty: "没有办理中的工单"},
		{name: "waiting", title: "等待中", filter: by(ticket.ReturnRequested, ticket.Arbitration, ticket.Replied, ticket.Suspended), lead: "退单待审、争议裁定、待审核、挂账。", empty: "没有等待中的工单"},
		{name: "done", title: "已办", past: true, filter: workflow.Filter{Unit: unit, States: []ticket.State{ticket.Callback, ticket.Closed, ticket.Merged}, SortBy: "received"}},
	})
	if err != nil {
		return err
	}
	if view.Tabs[1].Current {
		view.Bulk, view.BulkAction, view.BulkTitle = true, "/mine/sign", "签收"
		for i := range view.Rows {
			view.Rows[i].Bulk = true
		}
	}
	return s.render(v.Ctx, "lists", view)
}

func openStates() []ticket.State {
	var states []ticket.State
	for _, info := range ticket.States {
		if info.Type == ticket.Open || info.Type == ticket.Waiting {
			states = append(states, info.State)
		}
	}
	return states
}

// bulkSign signs the ticked tickets. Each is a step of its own: what cannot be
// signed any more is named and the rest goes on.
func (s *Server) bulkSign(v *visit) error {
	signed := 0
	var left []string
	for _, raw := range v.Request().PostArgs().PeekMulti("ticket") {
		id, versionText, _ := strings.Cut(string(raw), ":")
		version, err := strconv.ParseInt(versionText, 10, 64)
		if err != nil {
			return ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
		}
		_, err = s.Desk.Take(v.ctx(), v.now, workflow.Request{
			ID: "sign-" + id + "-" + versionText, Ticket: ticket.ID(id), Version: version, Step: ticket.StepSign, Actor: v.actor,
		})
		if err != nil {
			p, internal := problemOf(err, requestID(v.Ctx))
			if internal {
				return err
			}
			left = append(left, id+"："+p.Detail)
			continue
		}
		signed++
	}
	s.live.nudge()
	if len(left) == 0 {
		return v.Redirect("/mine?signed="+strconv.Itoa(signed), fiber.StatusSeeOther)
	}
	refusal := ticket.Refuse(ticket.ErrConflict, "partly_signed", "签收了 %d 件，有 %d 件没有签收成功", signed, len(left))
	for _, text := range left {
		refusal.Faults = append(refusal.Faults, ticket.FieldFault{Field: "ticket", Code: "not_signed", Message: text})
	}
	return refusal
}

// reviewPage holds what waits for an operator's judgement of a unit's work.
func (s *Server) reviewPage(v *visit) error {
	in := func(states ...ticket.State) workflow.Filter { return workflow.Filter{States: states, SortBy: "due"} }
	view, err := s.listPage(v, "审核", "/review", []tab{
		{name: "replied", title: "报结待审", filter: in(ticket.Replied), lead: "看清基本情况、过程、依据是否写全，是否告知了来电人；不全的退回补办并写明缺什么。", empty: "没有待审核的答复"},
		{name: "returns", title: "退单待审", filter: in(ticket.ReturnRequested), lead: "退单期间办结时限不停。同意的改派，不同意的驳回；说不清的提请裁定。", empty: "没有待审的退单"},
		{name: "transferred", title: "等回执", filter: in(ticket.Transferred), lead: "已转外部单位，等对方回执。", empty: "没有等回执的工单"},
	})
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}

// callbackPage is the operators' call list.
func (s *Server) callbackPage(v *visit) error {
	view, err := s.listPage(v, "回访", "/callbacks", []tab{
		{name: "due", title: "待回访", filter: workflow.Filter{States: []ticket.State{ticket.Callback}, SortBy: "due"}, lead: "按回访时限先后。问三件事：是否联系过您、是否解决、是否满意；三个回答分开记，互不推断。没接通的登记一次，改日再拨。", empty: "没有待回访的工单"},
		{name: "done", title: "已办结", past: true, filter: workflow.Filter{States: []ticket.State{ticket.Closed}, SortBy: "received"}},
	})
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}

// supervisionPage is what a supervisor looks after.
func (s *Server) supervisionPage(v *visit) error {
	yes := true
	open := openStates()
	view, err := s.listPage(v, "督办", "/supervision", []tab{
		{name: "overdue", title: "已超期", filter: workflow.Filter{States: open, Overdue: true, SortBy: "due"}, hot: true, lead: "超期的在前。可以催办、督办，或者查明原因后改派。", empty: "没有超期的工单"},
		{name: "soon", title: "一天内到期", filter: workflow.Filter{States: open, DueSoon: true, SortBy: "due"}, empty: "一天之内没有要到期的工单"},
		{name: "arbitration", title: "争议裁定", filter: workflow.Filter{States: []ticket.State{ticket.Arbitration}, SortBy: "due"}, lead: "两次退单或说不清职责的。裁定是终局，承办单位不得再退。", empty: "没有待裁定的争议"},
		{name: "requests", title: "待审批", filter: workflow.Filter{States: []ticket.State{ticket.Handling}, SortBy: "due"}, keep: asksSupervisor, lead: "延期、挂账的申请。不能审批本人的申请。", empty: "没有待审批的申请"},
		{name: "supervised", title: "督办中", filter: workflow.Filter{States: open, Supervised: &yes, SortBy: "due"}, empty: "没有在督办的工单"},
		{name: "suspended", title: "挂账", filter: workflow.Filter{States: []ticket.State{ticket.Suspended}, SortBy: "due"}, empty: "没有挂账的工单"},
	})
	if err != nil {
		return err
	}
	view.Tabs = append(view.Tabs, tabView{Name: "bounces", Title: "退单榜", Href: "/supervision/returns"})
	if view.Signs, err = s.signsAlert(v); err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}

func asksSupervisor(t *ticket.Ticket) bool {
	return t.Pending["extension"] != "" || t.Pending["suspension"] != "" || t.Pending["exclusion"] != "" || t.Pending["disclosure"] != ""
}

// cluesPage is for discipline inspection alone.
func (s *Server) cluesPage(v *visit) error {
	view, err := s.listPage(v, "线索", "/clues", []tab{
		{name: "waiting", title: "待认定", filter: workflow.Filter{States: []ticket.State{ticket.Received, ticket.Dispatched, ticket.Handling}, Hidden: new(true), SortBy: "due"}, hot: true, lead: "疑似或提请移送的纪检线索。被反映的单位和人员看不到。", empty: "没有待认定的线索"},
		{name: "taken", title: "已接收", filter: workflow.Filter{States: []ticket.State{ticket.HandedOver}, SortBy: "due"}, empty: "还没有接收过线索"},
	})
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}
