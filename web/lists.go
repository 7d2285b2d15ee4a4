package web

import (
	"net/url"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/catalogue"
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
	Bulk                  *bulkView // nil: rows cannot be ticked
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
	past        bool // what is done: not counted, and opened only when asked for
	hot         bool
	lead        string // what these are
	empty       string
}

const listSize = 50

// listPage shows one of several tabs; the first one that holds tickets when
// none is asked for.
func (s *Server) listPage(v *visit, title, path string, tabs []tab) (listView, error) {
	view := listView{page: s.page(v, title, path)}
	view.Scripts = []string{"lists.js"}
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

// tickets reads a tab's list.
func (s *Server) tickets(v *visit, t tab, limit int) (workflow.Page, error) {
	t.filter.Limit = limit
	return s.Desk.List(v.ctx(), v.now, v.actor, t.filter)
}

func (s *Server) minePage(v *visit) error {
	view, err := s.mineView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}

// mineView is a unit's own work by due time.
func (s *Server) mineView(v *visit) (listView, error) {
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
	if err == nil && view.Tabs[1].Current {
		view.tick(bulkView{Action: "/mine/sign?tab=sign", Title: "签收", Help: "勾选后一次签收；不归本单位的不要签，点进去申请退单", Key: "s"})
	}
	return view, err
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

func (s *Server) supervisionPage(v *visit) error {
	view, err := s.supervisionView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}

// supervisionView is what a supervisor looks after.
func (s *Server) supervisionView(v *visit) (listView, error) {
	yes := true
	open := openStates()
	view, err := s.listPage(v, "督办", "/supervision", []tab{
		{name: "overdue", title: "已超期", filter: workflow.Filter{States: open, Overdue: true, SortBy: "due"}, hot: true, lead: "超期的在前。可以催办、督办，或者查明原因后改派。", empty: "没有超期的工单"},
		{name: "soon", title: "一天内到期", filter: workflow.Filter{States: open, DueSoon: true, SortBy: "due"}, empty: "一天之内没有要到期的工单"},
		{name: "arbitration", title: "争议裁定", filter: workflow.Filter{States: []ticket.State{ticket.Arbitration}, SortBy: "due"}, lead: "两次退单或说不清职责的。裁定是终局，承办单位不得再退。", empty: "没有待裁定的争议"},
		{name: "requests", title: "待审批", filter: workflow.Filter{States: []ticket.State{ticket.Handling}, With: catalogue.Asking, SortBy: "due"}, lead: "延期、挂账的申请。不能审批本人的申请。", empty: "没有待审批的申请"},
		{name: "supervised", title: "督办中", filter: workflow.Filter{States: open, Supervised: &yes, SortBy: "due"}, empty: "没有在督办的工单"},
		{name: "suspended", title: "挂账", filter: workflow.Filter{States: []ticket.State{ticket.Suspended}, SortBy: "due"}, empty: "没有挂账的工单"},
	})
	if err != nil {
		return view, err
	}
	for _, t := range view.Tabs[:2] { // overdue, due soon
		if t.Current {
			view.tick(bulkView{Action: "/supervision/urge?tab=" + t.Name, Title: "催办", Help: "勾选后一次催办，各单位都会收到", Key: "s", Reason: "催办理由"})
		}
	}
	view.Tabs = append(view.Tabs, tabView{Name: "bounces", Title: "退单榜", Href: "/supervision/returns"})
	view.Signs, err = s.signsAlert(v)
	return view, err
}

// cluesPage is for discipline inspection alone.
func (s *Server) cluesPage(v *visit) error {
	view, err := s.listPage(v, "线索", "/clues", []tab{
		{name: "waiting", title: "待认定", filter: clueFilter(), hot: true, lead: "疑似或提请移送的纪检线索。被反映的单位和人员看不到。", empty: "没有待认定的线索"},
		{name: "taken", title: "已接收", filter: workflow.Filter{States: []ticket.State{ticket.HandedOver}, SortBy: "due"}, empty: "还没有接收过线索"},
	})
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "lists", view)
}
