package web

import (
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
	"huiyin/workflow/signs"
)

// signRoutes are the addresses of the early signs and of the units' cards.
func (s *Server) signRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/signs", consoleDoor, permit.Report, s.signsPage},
		{get, "/signs/:id", consoleDoor, permit.Report, s.signPage},
		{post, "/signs/:id/steps/:step", consoleDoor, permit.Report, s.takeSignStep},
		{get, "/cards", consoleDoor, permit.Sheets, s.unitCardsPage},
		{get, "/cards/:id", consoleDoor, permit.Sheets, s.unitCardPage},
		{post, "/cards/:id/steps/:step", consoleDoor, permit.Sheets, s.takeCardStep},
	}
}

// matterPageView is a matter with its facts, the tickets behind it, and what
// may be done with it.
type matterPageView struct {
	page
	List      homeList
	State     chip
	Links     []pair
	Facts     []pair
	Card      *cardFacts
	Lead      string
	RowsTitle string
	Steps     []stepForm
	Story     []storyEntry
}

func signChip(state ticket.State) chip {
	if state == signs.Seen {
		return chip{Text: "已看", Tone: "green", Icon: "check"}
	}
	return chip{Text: "待看", Tone: "amber", Icon: "spark"}
}

// signsShown bounds the list; older ones are reached by their address.
const signsShown = 200

func (s *Server) signsPage(v *visit) error {
	view := shelfView{
		page: s.page(v, "苗头", "/matters"), Heads: []string{"类别", "地区", "件数", "预期", "看到什么"},
		EmptyTitle: "没有苗头", EmptyText: "每天清早把各类、各县区的件数与预期比较，超出的列在这里，每处只列一次",
	}
	all, err := s.books.Signs.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	open := 0
	for i := range all[:min(signsShown, len(all))] {
		e := &all[i]
		sign := signs.Of(e)
		if e.State == signs.Open {
			open++
		}
		view.Rows = append(view.Rows, shelfRow{
			ID: e.ID, Href: "/signs/" + e.ID, Title: signWhen(&sign), State: signChip(e.State),
			Cells: []string{sign.Name, countyOr(sign.County), strconv.Itoa(sign.Count), oneDecimal(sign.Expected), firstRunes(e.Values["word"], 40)},
		})
	}
	view.Lead = fmt.Sprintf("待看 %d 处。看过以后写一句话：什么原因，要不要处置。", open)
	return s.render(v.Ctx, "shelf", view)
}

func signWhen(x *signs.Sign) string {
	if x.Days > 1 {
		return fmt.Sprintf("至%s %d 天", dayOf(x.Date), x.Days)
	}
	return dayOf(x.Date)
}

func countyOr(county string) string {
	if county == "" {
		return "全部"
	}
	return county
}

func (s *Server) signPage(v *visit) error { return s.renderSign(v, typed{}) }

func (s *Server) renderSign(v *visit, t typed) error {
	e, err := s.books.Signs.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	x := signs.Of(&e)
	view := matterPageView{page: s.page(v, "苗头", "/matters"), State: signChip(e.State)}
	view.Sub, view.Notice = signWhen(&x)+"　"+x.Name+x.County, doneMatter(v, &signs.Table)
	view.Links = []pair{{"全部苗头", "/signs"}, {"事项与苗头", "/matters?month=" + string(ticket.MonthOf(x.Date.Start()))}}
	view.Facts = signFacts(&x)
	view.Lead = fmt.Sprintf("预期件数按星期、节假日、季节和近几周水平推算。每类每年误报控制在 %g 次以内，所以也可能只是偶然。", x.FalseAlarms)
	if err := s.ticketsOfSign(v, &x, &view); err != nil {
		return err
	}
	s.offerMatter(v, &view, &signs.Table, "/signs/", &e, nil, t)
	return s.render(v.Ctx, "matterpage", view)
}

func signFacts(x *signs.Sign) []pair {
	facts := []pair{
		{"日期", signWhen(x)}, {"类别", x.Name}, {"地区", countyOr(x.County)},
		{"件数", fmt.Sprintf("%d 件，预期 %.1f 件，为预期的 %.1f 倍", x.Count, x.Expected, float64(x.Count)/max(0.1, x.Expected))},
		{"偶然出现的可能", chanceText(x.P)},
	}
	if x.About != "" {
		facts = append(facts, pair{"主要涉及", x.About})
	}
	return facts
}

// chanceText tells a small probability as people say it.
func chanceText(p float64) string {
	if p <= 1e-6 {
		return "不到百万分之一"
	}
	return fmt.Sprintf("约 %d 天一遇", int(1/p+0.5))
}

// ticketsOfSign lists the tickets behind a sign, as far as the viewer may see them.
func (s *Server) ticketsOfSign(v *visit, x *signs.Sign, view *matterPageView) error {
	till := x.Date.Start().AddDate(0, 0, 1)
	found, err := s.Desk.List(v.ctx(), v.now, v.actor, workflow.Filter{
		Category: x.Code, County: x.County, From: till.AddDate(0, 0, -x.Days), Till: till, SortBy: workflow.SortReceived, Limit: behindShown,
	})
	if err != nil {
		return err
	}
	view.List.Rows, view.RowsTitle = rowsOf(found.Tickets, s.Desk.Policy(), v.now), fmt.Sprintf("背后的工单（%d 件）", found.Total)
	return nil
}

// offerMatter puts the forms and the history of a matter on its page.
func (s *Server) offerMatter(v *visit, view *matterPageView, table *dossier.Table, base string, e *dossier.Entry, values map[string]string, t typed) {
	view.Story = matterStory(table, e, s.Desk.Policy(), v.now, nil)
	for _, st := range table.Allowed(v.actor, e) {
		view.Steps = append(view.Steps, s.matterForm(v, base+e.ID+"/steps/", e, st, values, t))
	}
	openFirst(view.Steps, t)
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
}

func (s *Server) takeSignStep(v *visit) error {
	r, err := matterRequest(v, &signs.Table, v.Params("id"))
	if err != nil {
		return err
	}
	if _, err := s.books.Signs.Take(v.ctx(), v.now, r); err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderSign(v, t)
	}
	return v.Redirect("/signs/"+r.Entry+"?done="+string(r.Step), fiber.StatusSeeOther)
}

// SignsOf are the bursts of a daily look as the cabinet keeps them.
func SignsOf(w *reports.Watch) []signs.Sign {
	var out []signs.Sign
	for i := range w.Early.Bursts {
		b := &w.Early.Bursts[i]
		about := ""
		for _, a := range b.About {
			if about != "" {
				about += "、"
			}
			about += fmt.Sprintf("%s %d 件", a.Name, a.Count)
		}
		out = append(out, signs.Sign{
			Date: b.Date, Days: b.Days, Code: b.Code, Name: b.Name, County: b.County, Count: b.Count, Expected: b.Expected, P: b.P,
			FalseAlarms: w.Early.FalseAlarms, About: about,
		})
	}
	return out
}

// toldFor is how long after a sign was raised it is told of again: telling
// twice does no harm, and a process that died in between is made up for.
const toldFor = 7 * 24 * time.Hour
