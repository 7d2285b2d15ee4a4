package web

import (
	"strconv"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/permit"
)

// homeView is what waits for the viewer, what is due, what went wrong.
type homeView struct {
	page
	Cards []cardView
	Lists []homeList
	Links []pair
	Saved savedView
}

type cardView struct{ Name, Title, Icon, Href, Value, Unit, Note, Tone string }

type homeList struct {
	Title, Note, Href, EmptyTitle string
	Rows                          []ticketRow
	Total                         int
	Bulk                          bool
}

// homeCard is a figure of the home page: who needs it, and where it leads.
type homeCard struct {
	cardView
	action permit.Action
	roles  []ticket.Role
	count  func(own, all workflow.Counts) int
	tone   string // when it is not zero
}

func inState(states ...ticket.State) func(_, all workflow.Counts) int {
	return func(_, all workflow.Counts) int {
		n := 0
		for _, state := range states {
			n += all.States[state]
		}
		return n
	}
}

var homeCards = []homeCard{
	{cardView{Name: "queue", Title: "待分派", Icon: "queue", Href: "/queue", Note: "按一个键接受建议"}, permit.Step(ticket.StepDispatch), nil, inState(ticket.Received), ""},
	{cardView{Name: "sign", Title: "待签收", Icon: "mine", Href: "/mine?tab=sign", Note: "本单位牵头"}, permit.Step(ticket.StepSign), nil, func(own, _ workflow.Counts) int { return own.States[ticket.Dispatched] }, ""},
	{cardView{Name: "handling", Title: "办理中", Icon: "mine", Href: "/mine?tab=handling", Note: "先联系，再报结"}, permit.Step(ticket.StepReply), nil, func(own, _ workflow.Counts) int { return own.States[ticket.Handling] }, ""},
	{cardView{Name: "late", Title: "本单位超期", Icon: "late", Href: "/mine?tab=overdue", Note: "请先办这些"}, permit.Step(ticket.StepSign), nil, func(own, _ workflow.Counts) int { return own.Overdue }, "red"},
	{cardView{Name: "today", Title: "今天到期", Icon: "alert", Href: "/mine", Note: "今天 24:00 前"}, permit.Step(ticket.StepSign), nil, func(own, _ workflow.Counts) int { return own.DueToday }, "amber"},
	{cardView{Name: "helping", Title: "配合办理", Icon: "users", Href: "/mine?tab=handling", Note: "别的单位牵头"}, permit.Step(ticket.StepCoReply), nil, func(own, _ workflow.Counts) int { return own.Helping }, ""},
	{cardView{Name: "review", Title: "待审核", Icon: "review", Href: "/review", Note: "报结和退单"}, permit.Step(ticket.StepApproveReply), nil, inState(ticket.Replied, ticket.ReturnRequested), ""},
	{cardView{Name: "callback", Title: "待回访", Icon: "phone", Href: "/callbacks", Note: "问三件事"}, permit.Step(ticket.StepRecordCallback), nil, inState(ticket.Callback), ""},
	{cardView{Name: "overdue", Title: "全局超期", Icon: "late", Href: "/tickets?state=open&due=overdue", Note: "任何一个时限过了"}, permit.Dashboard, seeAll, func(_, all workflow.Counts) int { return all.Overdue }, "red"},
	{cardView{Name: "due", Title: "今天到期", Icon: "alert", Href: "/tickets?state=open&due=soon", Note: "全局，今天 24:00 前"}, permit.Dashboard, seeAll, func(_, all workflow.Counts) int { return all.DueToday }, "amber"},
	{cardView{Name: "arbitration", Title: "争议裁定", Icon: "flag", Href: "/supervision?tab=arbitration", Note: "裁定后不得再退"}, permit.Step(ticket.StepArbitrate), nil, inState(ticket.Arbitration), "amber"},
	{cardView{Name: "open", Title: "在办总数", Icon: "inbox", Href: "/tickets?state=open", Note: "还没有办结的"}, permit.Dashboard, seeAll, func(_, all workflow.Counts) int { return all.Open }, ""},
}

var seeAll = []ticket.Role{ticket.Operator, ticket.Supervisor, ticket.Leader, ticket.Discipline}

func (s *Server) home(v *visit) error {
	view := homeView{page: s.page(v, "首页", "/")}
	view.Sub = v.account.Name + "，" + greeting(v.now.In(ticket.Shanghai).Hour())
	clues, err := s.clueCards(v)
	if err != nil {
		return err
	}
	watch, err := s.watchCards(v)
	if err != nil {
		return err
	}
	view.Cards = append(clues, watch...)
	if v.may(permit.List) {
		if err := s.waiting(v, &view); err != nil {
			return err
		}
		if view.Saved, err = s.savedView(v, seek{}); err != nil {
			return err
		}
		view.Scripts = []string{"search.js"}
	}
	if err := s.bookWaiting(v, &view); err != nil {
		return err
	}
	for _, g := range view.Nav {
		for _, item := range g.Items {
			if item.Name != "home" && len(view.Cards) == 0 {
				view.Links = append(view.Links, pair{item.Title, item.Href})
			}
		}
	}
	if v.may(permit.Amend) {
		if err := s.proposalCards(v, &view); err != nil {
			return err
		}
	}
	view.Cards = append(view.Cards, s.deadCards(v)...)
	waiting, err := s.sheetNotice(v)
	if err != nil {
		return err
	}
	view.Notice = view.Notice.or(waiting)
	return s.render(v.Ctx, "home", view)
}

func greeting(hour int) string {
	switch {
	case hour < 6:
		return "夜里好"
	case hour < 12:
		return "上午好"
	case hour < 18:
		return "下午好"
	}
	return "晚上好"
}

func (s *Server) waiting(v *visit, view *homeView) error {
	all, err := s.Desk.Counts(v.ctx(), v.now, v.actor, "")
	if err != nil {
		return err
	}
	own := all
	if v.account.Unit != "" {
		if own, err = s.Desk.Counts(v.ctx(), v.now, v.actor, v.account.Unit); err != nil {
			return err
		}
	}
	for _, c := range homeCards {
		if !allowed(v.actor, c.action) || !hasAny(v.actor, c.roles) {
			continue
		}
		n := c.count(own, all)
		card := c.cardView
		card.Value, card.Unit, card.Tone = strconv.Itoa(n), "件", c.tone
		if n == 0 {
			card.Tone = "zero"
		}
		view.Cards = append(view.Cards, card)
	}
	return s.homeLists(v, view)
}

// homeLists shows the few tickets that come first.
func (s *Server) homeLists(v *visit, view *homeView) error {
	type part struct {
		homeList
		filter workflow.Filter
	}
	var parts []part
	if v.actor.Has(ticket.UnitHandler) && v.account.Unit != "" {
		parts = append(parts, part{homeList{Title: "最先到期的", Note: "本单位待签收和办理中的工单", Href: "/mine", EmptyTitle: "没有等着办的工单"},
			workflow.Filter{Unit: v.account.Unit, States: []ticket.State{ticket.Dispatched, ticket.Handling}, SortBy: "due"}})
	}
	if v.actor.Has(ticket.Discipline) {
		parts = append(parts, part{homeList{Title: "待认定的线索", Note: "疑似的和提请移送的", Href: "/clues", EmptyTitle: "没有待认定的线索"}, clueFilter()})
	}
	if hasAny(v.actor, seeAll) {
		parts = append(parts, part{homeList{Title: "已超期", Note: "超期最久的在前", Href: "/tickets?state=open&due=overdue", EmptyTitle: "没有超期的工单"},
			workflow.Filter{States: openStates(), Overdue: true, SortBy: "due"}})
		parts = append(parts, part{homeList{Title: "就要到期", Note: "一天以内", Href: "/tickets?state=open&due=soon", EmptyTitle: "一天之内没有要到期的工单"},
			workflow.Filter{States: openStates(), DueSoon: true, SortBy: "due"}})
	}
	for _, p := range parts {
		p.filter.Limit = 8
		found, err := s.Desk.List(v.ctx(), v.now, v.actor, p.filter)
		if err != nil {
			return err
		}
		p.Rows, p.Total = rowsFor(v, found.Tickets, s.Desk.Policy()), found.Total
		view.Lists = append(view.Lists, p.homeList)
	}
	return nil
}
