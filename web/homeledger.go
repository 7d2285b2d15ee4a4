package web

import (
	"strconv"

	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/permit"
	"huiyin/workflow/rectify"
	"huiyin/workflow/signs"
)

// bookCard is a figure of the home page that is counted over the ledger or the
// reports.
type bookCard struct {
	cardView
	roles []ticket.Role
	tone  string // when it is not zero
	count func(*bookCounts) int
}

// bookCounts are the matters that may wait for somebody.
type bookCounts struct {
	owed, overdue, proposed, delivered, checked, offered int
	drafts, submitted, unsent                            int
	signs, asked, declined                               int
}

var bookCards = []bookCard{
	{cardView{Name: "signs", Title: "苗头待看", Icon: "spark", Href: "/signs", Unit: "处", Note: "件数明显超出预期"}, []ticket.Role{ticket.Supervisor, ticket.Leader}, "amber", func(c *bookCounts) int { return c.signs }},
	{cardView{Name: "cards", Title: "待确认卡片", Icon: "flag", Href: "/cards", Unit: "张", Note: "核实成因和措施"}, []ticket.Role{ticket.UnitHandler}, "amber", func(c *bookCounts) int { return c.asked }},
	{cardView{Name: "cards-declined", Title: "卡片有异议", Icon: "flag", Href: "/cards", Unit: "张", Note: "单位认为不归其牵头"}, []ticket.Role{ticket.Supervisor}, "amber", func(c *bookCounts) int { return c.declined }},
	{cardView{Name: "rectify", Title: "本单位整改", Icon: "flag", Href: "/rectifications", Unit: "项", Note: "启动、报进展、报请验收"}, []ticket.Role{ticket.UnitHandler}, "", func(c *bookCounts) int { return c.owed }},
	{cardView{Name: "rectify-late", Title: "整改超期", Icon: "late", Href: "/rectifications?tab=overdue", Unit: "项", Note: "过了完成时限"}, []ticket.Role{ticket.Supervisor, ticket.Leader}, "red", func(c *bookCounts) int { return c.overdue }},
	{cardView{Name: "rectify-check", Title: "整改待验收", Icon: "review", Href: "/rectifications?tab=delivered", Unit: "项", Note: "责任单位已报请"}, []ticket.Role{ticket.Supervisor}, "", func(c *bookCounts) int { return c.delivered }},
	{cardView{Name: "rectify-approve", Title: "整改待审定", Icon: "flag", Href: "/rectifications?tab=proposed", Unit: "项", Note: "新提出的突出问题"}, []ticket.Role{ticket.Leader}, "amber", func(c *bookCounts) int { return c.proposed }},
	{cardView{Name: "rectify-close", Title: "整改待销号", Icon: "check", Href: "/rectifications?tab=checked", Unit: "项", Note: "已经验收"}, []ticket.Role{ticket.Leader}, "", func(c *bookCounts) int { return c.checked }},
	{cardView{Name: "rectify-public", Title: "待批公开", Icon: "eye", Href: "/rectifications?tab=all", Unit: "项", Note: "提请列入公开清单"}, []ticket.Role{ticket.Leader}, "amber", func(c *bookCounts) int { return c.offered }},
	{cardView{Name: "report-draft", Title: "报告草稿", Icon: "reports", Href: "/reports", Unit: "期", Note: "修改后提交审定"}, []ticket.Role{ticket.Supervisor}, "amber", func(c *bookCounts) int { return c.drafts }},
	{cardView{Name: "report-approve", Title: "待审定报告", Icon: "reports", Href: "/reports", Unit: "期", Note: "审定后编号封存"}, []ticket.Role{ticket.Leader}, "amber", func(c *bookCounts) int { return c.submitted }},
	{cardView{Name: "report-send", Title: "待分送报告", Icon: "reports", Href: "/reports", Unit: "期", Note: "已审定，还没有分送"}, []ticket.Role{ticket.Supervisor}, "", func(c *bookCounts) int { return c.unsent }},
}

// bookWaiting adds what waits for the viewer in the ledger and the reports. What
// is empty is left out, but for a unit's own measures.
func (s *Server) bookWaiting(v *visit, view *homeView) error {
	if !v.may(permit.Rectify) {
		return nil
	}
	counts, err := s.bookCounts(v)
	if err != nil {
		return err
	}
	for _, c := range bookCards {
		n := c.count(counts)
		if !hasAny(v.actor, c.roles) || n == 0 && c.Name != "rectify" {
			continue
		}
		card := c.cardView
		card.Value, card.Tone = strconv.Itoa(n), c.tone
		switch {
		case n == 0:
			card.Tone = "zero"
		case c.Name == "rectify" && counts.overdue > 0:
			card.Tone, card.Note = "red", "其中超期 "+strconv.Itoa(counts.overdue)+" 项"
		}
		view.Cards = append(view.Cards, card)
	}
	return nil
}

func (s *Server) bookCounts(v *visit) (*bookCounts, error) {
	c := &bookCounts{}
	ledger, err := s.books.Ledger.List(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	for i := range ledger {
		c.countEntry(&ledger[i], v)
	}
	if err := s.countCards(v, c); err != nil || !v.may(permit.Report) {
		return c, err
	}
	found, err := s.books.Signs.List(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	for i := range found {
		if found[i].State == signs.Open {
			c.signs++
		}
	}
	editions, err := s.books.Press.List(v.ctx(), v.actor)
	for i := range editions {
		switch editions[i].State {
		case edition.Drafted:
			c.drafts++
		case edition.Submitted:
			c.submitted++
		case edition.Approved:
			c.unsent++
		}
	}
	return c, err
}

func (s *Server) countCards(v *visit, c *bookCounts) error {
	list, err := s.books.Cards.List(v.ctx(), v.actor)
	for i := range list {
		switch list[i].State {
		case cards.Asked:
			c.asked++
		case cards.Declined:
			c.declined++
		}
	}
	return err
}

func (c *bookCounts) countEntry(e *dossier.Entry, v *visit) {
	r := rectify.Of(e)
	if r.State.Owed() {
		c.owed++
	}
	if r.Overdue(v.now) {
		c.overdue++
	}
	switch r.State {
	case ticket.RectifyProposed:
		c.proposed++
	case ticket.RectifyDelivered:
		c.delivered++
	case ticket.RectifyChecked:
		c.checked++
	}
	if _, asked := rectify.Public(e); asked {
		c.offered++
	}
}
