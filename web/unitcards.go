package web

import (
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/dossier"
)

// cardChip is where a card stands with its unit; red when its day has passed.
func cardChip(e *dossier.Entry, v *visit) chip {
	c := chip{Text: cards.Table.StateName(e.State), Icon: "check", Tone: "green"}
	switch e.State {
	case cards.Asked:
		c.Tone, c.Icon = "amber", "clock"
		if ticket.DateOf(v.now) > ticket.Date(e.Values["by"]) {
			c.Text, c.Tone, c.Icon = "逾期未确认", "red", "late"
		}
	case cards.Declined:
		c.Tone, c.Icon = "red", "flag"
	case cards.Settled:
		c.Tone, c.Icon = "", "lock"
	}
	return c
}

// unitCardsPage lists the cards that a unit leads; those above see all.
func (s *Server) unitCardsPage(v *visit) error {
	view := shelfView{
		page: s.page(v, "问题卡片", "/cards"), Heads: []string{"报告", "牵头单位", "确认期限", "确认"},
		EmptyTitle: "没有要确认的问题卡片", EmptyText: "月报起草后，由本单位牵头的高频事项列在这里",
	}
	all, err := s.books.Cards.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	waiting := 0
	for i := range all[:min(signsShown, len(all))] {
		e := &all[i]
		c, confirmed := cards.Of(e), "–"
		if x := e.Last(cards.Confirm); x != nil {
			confirmed = x.Name + "　" + fullMoment(x.At)
		}
		if e.State == cards.Asked {
			waiting++
		}
		view.Rows = append(view.Rows, shelfRow{
			ID: e.ID, Href: "/cards/" + e.ID, Title: c.Title, State: cardChip(e, v),
			Cells: []string{periodName(c.Report), s.Desk.Policy().Units.Short(c.Unit), string(c.By), confirmed},
		})
	}
	view.Lead = "待确认 " + strconv.Itoa(waiting) + " 张。请核实事实，确认或修改成因、措施、责任人、时限和指标；月报会注明由谁确认。"
	return s.render(v.Ctx, "shelf", view)
}

func (s *Server) unitCardPage(v *visit) error { return s.renderUnitCard(v, typed{}) }

func (s *Server) renderUnitCard(v *visit, t typed) error {
	e, err := s.books.Cards.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	c := cards.Of(&e)
	of, err := reportParam(c.Report)
	if err != nil {
		return err
	}
	built, err := s.shownReport(v, of, 0)
	if err != nil {
		return err
	}
	view := matterPageView{page: s.page(v, "问题卡片", "/cards"), State: cardChip(&e, v)}
	view.Sub, view.Notice = periodName(c.Report)+"　"+c.Title, doneMatter(v, &cards.Table)
	view.Facts = []pair{{"牵头单位", s.Desk.Policy().Units.Name(c.Unit)}, {"确认期限", string(c.By)}}
	view.Links = []pair{{"全部卡片", "/cards"}}
	var values map[string]string
	for i := range built.Cards {
		if card := &built.Cards[i]; card.Key == c.Key {
			view.Card, values = factsOfCard(built, card), cardValues(card)
			view.Facts = append(view.Facts, cardTexts(card)...)
			if err := s.cardTickets(v, card, &view); err != nil {
				return err
			}
		}
	}
	s.offerMatter(v, &view, &cards.Table, "/cards/", &e, values, t)
	return s.render(v.Ctx, "matterpage", view)
}

// cardValues are what the card says now, by the names of the form's fields.
func cardValues(c *reports.Card) map[string]string {
	return map[string]string{
		"direct": strings.Join(c.Cause.Direct, "\n"), "management": strings.Join(c.Cause.Management, "\n"), "institutional": strings.Join(c.Cause.Institutional, "\n"),
		"measures": strings.Join(c.Cause.Measures, "\n"), "person": c.Person, "deadline": string(c.Deadline), "target": c.Target, "facts": c.Remark,
	}
}

func cardTexts(c *reports.Card) []pair {
	state := "系统按政策表和办理结果提出的建议，还没有人确认"
	if c.Confirmed != nil {
		state = "已确认：" + c.Confirmed.String()
	}
	out := []pair{{"现在的内容", state}}
	for _, x := range []pair{
		{"直接原因", strings.Join(c.Cause.Direct, "\n")}, {"管理原因", strings.Join(c.Cause.Management, "\n")}, {"制度原因", strings.Join(c.Cause.Institutional, "\n")},
		{"长效措施", strings.Join(c.Cause.Measures, "\n")}, {"责任人", c.Person}, {"完成时限", string(c.Deadline)}, {"成效指标", c.Target},
	} {
		if x.Value != "" {
			out = append(out, x)
		}
	}
	return out
}

// cardTickets lists the typical tickets of a card, as far as the viewer may see them.
func (s *Server) cardTickets(v *visit, c *reports.Card, view *matterPageView) error {
	found, err := s.visible(v, c.Evidence)
	view.List.Rows, view.RowsTitle = rowsOf(found, s.Desk.Policy(), v.now), "典型工单"
	return err
}

func (s *Server) takeCardStep(v *visit) error {
	r, err := matterRequest(v, &cards.Table, v.Params("id"))
	if err != nil {
		return err
	}
	defer s.months.forget()
	if _, err := s.books.Cards.Take(v.ctx(), v.now, r); err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderUnitCard(v, t)
	}
	if r.Step == cards.Reassign {
		return v.Redirect("/cards?done="+string(r.Step), fiber.StatusSeeOther)
	}
	return v.Redirect("/cards/"+r.Entry+"?done="+string(r.Step), fiber.StatusSeeOther)
}
