package web

import (
	"strconv"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/edition"
	"huiyin/workflow/permit"
)

// cardsView is the high-frequency matters of a month, each with its causes and
// measures and who stands up for them.
type cardsView struct {
	page
	Month, Name, Back string
	Months            []option
	Cards             []cardRow
	Unconfirmed       int
}

type cardRow struct {
	Rank                                  int
	Name, Href, Problem                   string
	Facts                                 *cardFacts
	Flags                                 []chip
	State                                 chip
	Signed                                string
	Direct, Management, Institutional     []string
	Measures                              []string
	Lead, Person, Deadline, Target, Entry string
}

func (s *Server) cardsPage(v *visit) error {
	of, err := reportParam(v.Query("month", string(ticket.MonthOf(v.now).Add(-1))))
	if err != nil {
		return err
	}
	built, err := s.shownReport(v, of, 0)
	if err != nil {
		return err
	}
	all, err := s.books.Press.Editions(v.ctx(), of.Key())
	if err != nil {
		return err
	}
	view := cardsView{page: s.page(v, "问题卡片", "/reports"), Month: of.Key(), Name: of.Period.Name(), Back: "/reports/" + of.Key()}
	view.Sub = of.Period.Name() + "高频事项：事实、成因、措施"
	if view.Months, err = s.monthOptions(v, of.Period.Month()); err != nil {
		return err
	}
	taken, err := s.takenUp(v)
	if err != nil {
		return err
	}
	for i := range built.Cards {
		c := &built.Cards[i]
		row := cardRowOf(built, c)
		if e := chosenEdition(all, 0); e != nil {
			row.Href = partHref(e, reports.CardPart(c.Key))
		}
		if row.Entry = taken[c.Key]; row.Entry == "" && v.may(permit.Raise) {
			row.Problem = "/rectifications/new?month=" + of.Key() + "&card=" + c.Key
		}
		if c.Confirmed == nil {
			view.Unconfirmed++
		}
		view.Cards = append(view.Cards, row)
	}
	return s.render(v.Ctx, "cards", view)
}

// takenUp are the matters that have an open entry in the ledger, with its ID.
func (s *Server) takenUp(v *visit) (map[string]string, error) {
	list, err := s.books.Ledger.List(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	taken := map[string]string{}
	for i := range list {
		e := &list[i]
		if key := e.Values["matter"]; key != "" && e.State != "closed" && e.State != "refused" {
			taken[key] = e.ID
		}
	}
	return taken, nil
}

func cardRowOf(built *reports.Month, c *reports.Card) cardRow {
	row := cardRow{
		Rank: c.Item.Rank, Name: c.Item.Name, Facts: factsOfCard(built, c), State: chip{Text: "建议，待确认", Tone: "amber", Icon: "info"},
		Direct: c.Cause.Direct, Management: c.Cause.Management, Institutional: c.Cause.Institutional, Measures: c.Cause.Measures,
		Lead: c.LeadName, Person: c.Person, Deadline: string(c.Deadline), Target: c.Target,
	}
	for _, f := range c.Item.Flags {
		row.Flags = append(row.Flags, chip{Text: string(f), Tone: "amber"})
	}
	if c.Confirmed != nil {
		row.State, row.Signed = chip{Text: "已确认", Tone: "green", Icon: "check"}, c.Confirmed.String()
	}
	return row
}

func countText(n int) string { return strconv.Itoa(n) + "件" }

// editionStates are the states of the last edition of every report.
func (s *Server) editionStates(v *visit) (map[string]chip, error) {
	list, err := s.books.Press.List(v.ctx(), v.actor)
	if err != nil {
		return nil, err
	}
	out, newest := map[string]chip{}, map[string]int{}
	for i := range list {
		period, n := edition.Split(list[i].ID)
		if n > newest[period] {
			newest[period] = n
			c := editionChip(list[i].State)
			c.Hint = list[i].Values["number"]
			if n > 1 {
				c.Text = "更正版" + c.Text
			}
			out[period] = c
		}
	}
	return out, nil
}
