package web

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/cases"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
)

// casesView is the list of penalty cases and their callbacks.
type casesView struct {
	page
	Tabs  []tabView
	Month string
	Draw  *caseDraw
	Rows  []caseRow
	Total int
	More  int // cases of the tab that are not shown
}

// caseDraw says how a month's cases were drawn, so that it can be done again.
type caseDraw struct {
	Month, Seed       string
	Population, Drawn int
}

type caseRow struct {
	Href, No, Cause, Unit, Closed, Month string
	State                                chip
	Attempts                             int
	Answers                              string
}

// casesShown is how many cases a page lists.
const casesShown = 200

var caseTabs = []struct {
	name, title string
	state       ticket.State
}{
	{"drawn", "待回访", cases.Drawn}, {"called", "已回访", cases.Called}, {"unreached", "联系不上", cases.Unreached}, {"all", "全部案件", ""},
}

var caseTones = map[ticket.State]chip{
	cases.Kept: {}, cases.Drawn: {Tone: "amber", Icon: "phone"}, cases.Called: {Tone: "green", Icon: "check"}, cases.Unreached: {Icon: "alert"},
}

func caseChip(s ticket.State) chip {
	c := caseTones[s]
	c.Text = cases.Table.StateName(s)
	return c
}

func (s *Server) casesPage(v *visit) error {
	all, err := s.books.Cases.List(v.ctx(), v.actor)
	if err != nil {
		return err
	}
	view := casesView{page: s.page(v, "案件回访", "/cases"), Month: v.Query("month")}
	view.Sub = "已结案的行政处罚案件，按月抽取，逐个回访当事人；不作为工单"
	current := v.Query("tab", "drawn")
	counts := map[string]int{}
	for i := range all {
		e := &all[i]
		if view.Month != "" && e.Values["month"] != view.Month {
			continue
		}
		for _, t := range caseTabs {
			if t.state != "" && e.State != t.state {
				continue
			}
			counts[t.name]++
			if t.name == current && len(view.Rows) < casesShown {
				view.Rows = append(view.Rows, s.caseRow(e))
			}
		}
	}
	for _, t := range caseTabs {
		href := "/cases?tab=" + t.name + "&month=" + url.QueryEscape(view.Month)
		view.Tabs = append(view.Tabs, tabView{Name: t.name, Title: t.title, Href: href, N: counts[t.name], Counted: true, Current: t.name == current})
	}
	view.Total = counts[current]
	view.More = view.Total - len(view.Rows)
	view.Draw, err = s.caseDraw(v, view.Month)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "cases", view)
}

// caseDraw is the draw of a month, of the last whole one when none is named.
func (s *Server) caseDraw(v *visit, month string) (*caseDraw, error) {
	m, err := ticket.ParseMonth(month)
	if err != nil {
		m = ticket.MonthOf(v.now).Add(-1)
	}
	result, err := s.books.Cases.Drawn(v.ctx(), m)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return &caseDraw{Month: m.Name(), Seed: fmt.Sprint(result.Seed), Population: result.Population, Drawn: len(result.Drawn)}, nil
}

func (s *Server) caseRow(e *dossier.Entry) caseRow {
	p := cases.Of(e)
	row := caseRow{
		Href: "/cases/" + e.ID, No: cases.Number(e), Cause: p.Cause, Unit: s.Desk.Policy().Units.Short(p.Unit),
		Closed: string(cases.Closed(e)), State: caseChip(e.State), Attempts: p.Attempts,
	}
	if p.Drawn != "" {
		row.Month = p.Drawn.Name()
	}
	if !p.CalledAt.IsZero() {
		row.Answers = fmt.Sprintf("告知%s、规范%s、满意%s", p.Informed.Name(), p.Proper.Name(), p.Satisfied.Name())
	}
	return row
}

// caseView is one case.
type caseView struct {
	page
	ID    string
	State chip
	Facts []pair
	Party callerView
	Steps []stepForm
	Story []storyEntry
}

func (s *Server) casePage(v *visit) error { return s.renderCase(v, typed{}) }

func (s *Server) renderCase(v *visit, t typed) error {
	e, err := s.books.Cases.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	p := cases.Of(&e)
	view := caseView{page: s.page(v, "处罚案件", "/cases"), ID: e.ID, State: caseChip(e.State)}
	view.Sub, view.Notice = cases.Number(&e), doneMatter(v, &cases.Table)
	drawn := ""
	if p.Drawn != "" {
		drawn = fmt.Sprintf("%s抽中，种子 %s", p.Drawn.Name(), e.Values["seed"])
	}
	view.Facts = nonEmpty(
		pair{"案由", p.Cause}, pair{"违法事实", cases.Facts(&e)}, pair{"承办单位", s.Desk.Policy().Units.Name(p.Unit)},
		pair{"县区", cases.County(&e)}, pair{"结案日期", string(cases.Closed(&e))}, pair{"回访抽样", drawn}, pair{"意见和诉求", e.Values["opinion"]},
	)
	if view.Party, _, err = s.partyOf(v, &e); err != nil {
		return err
	}
	for _, st := range s.books.Cases.Allowed(v.actor, &e) {
		prefill := map[string]string{}
		if st.Step == cases.Attempt {
			prefill["at"] = v.now.In(ticket.Shanghai).Format("2006-01-02T15:04")
		}
		view.Steps = append(view.Steps, s.matterForm(v, "/cases/"+e.ID+"/steps/", &e, st, prefill, t))
	}
	openFirst(view.Steps, t)
	view.Story = matterStory(&cases.Table, &e, s.Desk.Policy(), v.now, nil)
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
	return s.render(v.Ctx, "case", view)
}

// partyOf is the party as the viewer may see them without giving a reason, and
// the party in full.
func (s *Server) partyOf(v *visit, e *dossier.Entry) (callerView, ticket.Caller, error) {
	view := callerView{
		Who: "当事人", MayReveal: permit.May(v.actor, permit.CallParties, nil) && e.State == cases.Drawn,
		Action: "/cases/" + e.ID + "/reveal", CSRF: v.session.CSRF, For: e.ID,
	}
	sealed, err := s.books.Cases.Sealed(v.ctx(), e.ID)
	if err != nil {
		return view, ticket.Caller{}, err
	}
	if len(sealed) == 0 {
		view.Hidden, view.MayReveal = "台账里没有当事人的联系信息", false
		return view, ticket.Caller{}, nil
	}
	party, err := s.Line.Party(sealed, cases.Number(e))
	if err != nil {
		view.Hidden, view.MayReveal = "当事人信息打不开，请告诉管理员检查密钥文件", false
		return view, ticket.Caller{}, nil //nolint:nilerr // the case itself can be shown
	}
	view.Pairs = callerPairs(party.Masked())
	return view, party, nil
}

// revealParty shows the party in full to who calls them, with a reason; who
// looked at whom, when and why is kept.
func (s *Server) revealParty(v *visit) error {
	e, err := s.books.Cases.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	view, party, err := s.partyOf(v, &e)
	if err != nil {
		return err
	}
	if !view.MayReveal {
		return ticket.Refuse(ticket.ErrForbidden, "forbidden", "只有待回访的案件，由回访人员查看当事人信息")
	}
	reason := strings.TrimSpace(v.FormValue("reason"))
	if n := utf8.RuneCountInString(reason); n < 2 || n > 200 {
		view.Fault = "请写明为什么要看，2 到 200 个字"
		v.Status(fiber.StatusUnprocessableEntity)
		return s.render(v.Ctx, "caller", view)
	}
	if err := s.accounts.take(v.ctx(), v.now, revealPerPerson, v.actor.ID); err != nil {
		return err
	}
	reason, _ = ticket.Redact(reason)
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "reveal", e.ID, reason); err != nil {
		return err
	}
	view.Pairs, view.Shown, view.MayReveal = callerPairs(party), true, false
	return s.render(v.Ctx, "caller", view)
}

func (s *Server) takeCaseStep(v *visit) error {
	id := v.Params("id")
	r, err := matterRequest(v, &cases.Table, id)
	if err != nil {
		return err
	}
	if opinion := r.Fields["opinion"]; opinion != "" {
		r.Fields["opinion"], _ = ticket.Redact(opinion)
	}
	if _, err := s.books.Cases.Take(v.ctx(), v.now, r); err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderCase(v, t)
	}
	return v.Redirect("/cases/"+id+"?done="+string(r.Step), fiber.StatusSeeOther)
}
