package web

import (
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rectify"
)

// problemView is the form for a new entry, or to change one.
type problemView struct {
	page
	Form stepForm
	From string // the card that it is made from
}

func (s *Server) newProblemPage(v *visit) error {
	values, from, err := s.problemOfCard(v)
	if err != nil {
		return err
	}
	return s.renderProblem(v, values, from, typed{})
}

func (s *Server) renderProblem(v *visit, values map[string]string, from string, t typed) error {
	view := problemView{page: s.page(v, "提出问题", "/rectifications"), From: from}
	st, _ := rectify.Table.Find(rectify.Propose)
	view.Form = s.matterForm(v, "/rectifications/new", &dossier.Entry{ID: "new"}, *st, values, t)
	view.Form.Action = "/rectifications"
	s.offerMatters(view.Form.Fields)
	if t.err != nil {
		v.Status(problemStatus(t.err))
	}
	return s.render(v.Ctx, "problem", view)
}

func problemStatus(err error) int {
	p, _ := problemOf(err, "")
	return p.Status
}

// offerMatters turns the field of the matter into a choice.
func (s *Server) offerMatters(fields []stepField) {
	for i := range fields {
		f := &fields[i]
		if f.Name != "matter" {
			continue
		}
		f.Input = "select"
		for _, c := range s.Desk.Policy().Categories {
			if !c.Sealed {
				f.Options = append(f.Options, option{Value: c.Code, Label: c.Code + " " + c.Name, Chosen: c.Code == f.Value})
			}
		}
	}
}

// problemOfCard fills a proposal from a card of a month's report.
func (s *Server) problemOfCard(v *visit) (values map[string]string, from string, err error) {
	key, rank := v.Query("card"), v.Query("matter")
	if key == "" && rank == "" {
		return nil, "", nil
	}
	of, err := reportParam(v.Query("month", string(ticket.MonthOf(v.now))))
	if err != nil {
		return nil, "", err
	}
	built, err := s.shownReport(v, of, 0)
	if err != nil {
		return nil, "", err
	}
	for i := range built.Cards {
		if c := &built.Cards[i]; c.Key == key {
			return problemFields(built, c), s.reportName(of) + "：" + c.Item.Name, nil
		}
	}
	for i := range built.Matters.Items {
		if x := &built.Matters.Items[i]; strconv.Itoa(x.Rank) == rank {
			return matterFields(built, x), s.reportName(of) + "：" + x.Title, nil
		}
	}
	return nil, "", nil
}

// matterFields fills a proposal from a matter below the categories. Its effect
// is counted by the matter, which its key finds again in every month.
func matterFields(m *reports.Month, x *reports.Matter) map[string]string {
	fields := map[string]string{
		"problem": x.Title, "matter": x.Code, "signature": x.Key, "deadline": string(ticket.DateOf(m.To.AddDate(0, 2, -1))),
		"basis": fmt.Sprintf("%s月报：“%s”%d件，%s至%s", m.Period.Name(), x.Title, x.Count, x.First, x.Last),
	}
	if len(x.Units) > 0 {
		fields["unit"] = x.Units[0].Code
	}
	return fields
}

func problemFields(m *reports.Month, c *reports.Card) map[string]string {
	basis := m.Period.Name() + "月报"
	if m.Edition != nil {
		basis += "（" + m.Edition.Number + "）"
	}
	fields := map[string]string{
		"problem": c.Item.Name, "matter": c.Key, "goal": c.Target, "measures": strings.Join(c.Cause.Measures, "\n"),
		"unit": c.Lead, "person": c.Person, "deadline": string(c.Deadline),
		"basis": basis + "：" + strconv.Itoa(c.Item.Count) + "件，占" + m.Style.Rate(c.Item.Share),
	}
	if c.Goal.Count > 0 {
		fields["target"] = strconv.Itoa(c.Goal.Count)
	}
	return fields
}

func (s *Server) proposeProblem(v *visit) error {
	st, _ := rectify.Table.Find(rectify.Propose)
	fields := givenFields(v.Ctx, st.Fields)
	e, err := s.books.Ledger.Propose(v.ctx(), v.now, v.actor, v.FormValue("request"), fields)
	if err != nil {
		t, err := kept(rectify.Propose, fields, err)
		if err != nil || errors.Is(t.err, ticket.ErrForbidden) {
			return errors.Join(err, refusalOrNil(t.err))
		}
		return s.renderProblem(v, fields, "", t)
	}
	return v.Redirect("/rectifications/"+e.ID+"?done="+string(rectify.Propose), fiber.StatusSeeOther)
}

func refusalOrNil(r *ticket.Refusal) error {
	if r == nil {
		return nil
	}
	return r
}
