package web

import (
	"fmt"
	"net/url"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
)

// readingView is a report as it is read, commented and brought on its way.
type readingView struct {
	page
	Month, Name      string
	Doc              paperView
	State            chip
	Number, Digest   string
	Editions         []editionLink
	Steps            []stepForm
	Parts            []partRow
	Comments         []commentView
	Story            []storyEntry
	Links            []pair
	MayBegin, Exists bool
}

type editionLink struct {
	Title, Href string
	State       chip
	Current     bool
}

type partRow struct {
	Title, Href string
	Signed      string
	State       chip
	Comments    int
}

type commentView struct{ Part, Text, Who, When, Href string }

// shownReport is a report as people get it: the edition asked for, or with 0 the
// one that was approved last; one without an edition as it is built now.
func (s *Server) shownReport(v *visit, of reports.About, n int) (*reports.Month, error) {
	last, issued, err := s.books.Press.Latest(v.ctx(), of.Key())
	if err != nil {
		return nil, err
	}
	e := issued
	if n > 0 {
		if last == nil || !slices.Contains(editionNumbers(last), n) {
			return nil, ticket.Refuse(ticket.ErrNotFound, "no_edition", "%s没有第%d版", s.reportName(of), n)
		}
		e = &dossier.Entry{ID: edition.ID(of.Key(), n)}
	}
	if e != nil {
		frozen, err := s.books.Issued(v.ctx(), e.ID)
		if err != nil || frozen != nil {
			return frozen, err
		}
	}
	built, err := s.report(v.ctx(), of, v.now)
	if err != nil || !built.Complete {
		return built, err
	}
	return built.AsDraft(), nil
}

func (s *Server) reportName(of reports.About) string { return of.Name(s.Desk.Policy().Units) }

// editionNumbers are those of the editions up to the last.
func editionNumbers(last *dossier.Entry) []int {
	_, n := edition.Split(last.ID)
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

var editionTones = map[ticket.State]chip{
	edition.Drafted: {Tone: "amber", Icon: "mine"}, edition.Submitted: {Tone: "violet", Icon: "review"},
	edition.Approved: {Tone: "green", Icon: "lock"}, edition.Sent: {Tone: "green", Icon: "check"}, edition.Published: {Tone: "blue", Icon: "eye"},
}

func editionChip(state ticket.State) chip {
	c := editionTones[state]
	c.Text = edition.Table.StateName(state)
	return c
}

func (s *Server) readingPage(v *visit) error {
	of, err := reportParam(v.Params("month"))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Query("edition"))
	return s.renderReading(v, of, n, typed{})
}

// aside are the steps that have a page of their own or happen by themselves.
var aside = []ticket.Step{edition.Draft, edition.Edit, edition.Restore, edition.Comment}

func (s *Server) renderReading(v *visit, of reports.About, n int, t typed) error {
	all, err := s.books.Press.Editions(v.ctx(), of.Key())
	if err != nil {
		return err
	}
	built, err := s.shownReport(v, of, n)
	if err != nil {
		return err
	}
	view := readingView{page: s.page(v, s.reportName(of), "/reports"), Month: of.Key(), Name: of.Period.Name(), Doc: paperViewOf(built.Paper())}
	view.Notice = doneMatter(v, &edition.Table)
	e := chosenEdition(all, n)
	if e == nil {
		begins, _ := edition.Table.Find(edition.Draft)
		view.MayBegin = hasAny(v.actor, begins.Roles) && of.Over(ticket.DateOf(v.now))
		view.State = chip{Text: "没有起草", Icon: "info"}
		if !built.Complete {
			view.State = chip{Text: "统计期未完", Tone: "amber", Icon: "clock"}
		}
	} else {
		s.fillReading(v, &view, all, e, built, t)
	}
	view.Links = downloads(view.Month, n)
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
	return s.render(v.Ctx, "reading", view)
}

// chosenEdition is the edition asked for; with 0 the approved one, else the last.
func chosenEdition(all []dossier.Entry, n int) *dossier.Entry {
	if n > 0 && n <= len(all) {
		return &all[n-1]
	}
	for i := len(all) - 1; i >= 0; i-- {
		if edition.IsFrozen(&all[i]) {
			return &all[i]
		}
	}
	if len(all) > 0 {
		return &all[len(all)-1]
	}
	return nil
}

func (s *Server) fillReading(v *visit, view *readingView, all []dossier.Entry, e *dossier.Entry, built *reports.Month, t typed) {
	view.Exists, view.State, view.Number, view.Digest = true, editionChip(e.State), e.Values["number"], e.Values["digest"]
	view.Story = matterStory(&edition.Table, e, s.Desk.Policy(), v.now, map[ticket.Step]bool{edition.SendBack: true, edition.Withdraw: true, edition.Correct: true})
	for i := range all {
		_, n := edition.Split(all[i].ID)
		link := editionLink{Title: fmt.Sprintf("第%d版", n), Href: fmt.Sprintf("/reports/%s?edition=%d", view.Month, n), State: editionChip(all[i].State), Current: all[i].ID == e.ID}
		if n > 1 {
			link.Title += "（更正版）"
		}
		view.Editions = append(view.Editions, link)
	}
	for _, st := range s.books.Press.Allowed(v.actor, e) {
		if !slices.Contains(aside, st.Step) {
			view.Steps = append(view.Steps, s.matterForm(v, "/reports/editions/"+e.ID+"/steps/", e, st, editionPrefill(s, st.Step), t))
		}
	}
	openFirst(view.Steps, t)
	view.Comments = commentsOf(e, built)
	for _, p := range built.Parts() {
		view.Parts = append(view.Parts, partRowOf(e, p))
	}
}

func editionPrefill(s *Server, step ticket.Step) map[string]string {
	if step == edition.Send {
		return map[string]string{"to": s.Reports().Rules.Distribution}
	}
	return nil
}

func partHref(e *dossier.Entry, part string) string {
	return "/reports/editions/" + e.ID + "/part?name=" + url.QueryEscape(part)
}

func partRowOf(e *dossier.Entry, p reports.Part) partRow {
	row := partRow{Title: p.Title, Href: partHref(e, p.Name), State: chip{Text: "系统生成"}}
	if len(p.Fields) > 1 {
		row.State = chip{Text: "建议，待确认", Tone: "amber", Icon: "info"}
	}
	if p.Signed != nil {
		row.Signed = p.Signed.String()
		row.State = chip{Text: "已修改", Tone: "green", Icon: "check"}
		if len(p.Fields) > 1 {
			row.State.Text = "已确认"
		}
	}
	for i := range e.Events {
		if x := &e.Events[i]; x.Step == edition.Comment && x.Fields["part"] == p.Name {
			row.Comments++
		}
	}
	return row
}

// commentsOf are the comments on an edition, the latest first.
func commentsOf(e *dossier.Entry, built *reports.Month) []commentView {
	var out []commentView
	for i := len(e.Events) - 1; i >= 0; i-- {
		x := &e.Events[i]
		if x.Step != edition.Comment {
			continue
		}
		title := x.Fields["part"]
		if p, ok := built.Part(title); ok {
			title = p.Title
		}
		out = append(out, commentView{title, x.Fields["comment"], x.Name, fullMoment(x.At), partHref(e, x.Fields["part"])})
	}
	return out
}

// beginReport opens the draft of a report that has none.
func (s *Server) beginReport(v *visit) error {
	of, err := reportParam(v.Params("month"))
	if err != nil {
		return err
	}
	if _, err := s.report(v.ctx(), of, v.now); err != nil { // what cannot be built is not drafted
		return err
	}
	if _, err := s.books.Begin(v.ctx(), v.now, v.actor, of); err != nil {
		return err
	}
	if err := s.books.AskCards(v.ctx(), v.now, s.Reports(), of, s.teller()); err != nil {
		return err
	}
	return v.Redirect("/reports/"+of.Key()+"?done="+string(edition.Draft), fiber.StatusSeeOther)
}

// takeEditionStep brings an edition on its way, or writes over a part of it.
func (s *Server) takeEditionStep(v *visit) error {
	id := v.Params("id")
	r, err := matterRequest(v, &edition.Table, id)
	if err != nil {
		return err
	}
	period, n := edition.Split(id)
	next := fmt.Sprintf("/reports/%s?edition=%d&done=%s", period, n, r.Step)
	switch r.Step {
	case edition.Draft:
		return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "草稿由系统或“起草”开始")
	case edition.Approve:
		_, err = s.books.Approve(v.ctx(), v.now, s.Reports(), r)
	case edition.Correct:
		var e dossier.Entry
		if e, err = s.books.Press.Correct(v.ctx(), v.now, r); err == nil {
			_, n := edition.Split(e.ID)
			next = fmt.Sprintf("/reports/%s?edition=%d&done=%s", period, n, r.Step)
		}
	default:
		_, err = s.books.Press.Take(v.ctx(), v.now, r)
	}
	s.months.forget()
	onPart := r.Step == edition.Edit || r.Step == edition.Restore || r.Step == edition.Comment
	if err != nil {
		t, err := kept(r.Step, r.Fields, err)
		switch {
		case err != nil:
			return err
		case onPart:
			return s.renderPart(v, r.Fields["part"], t)
		}
		of, err := reportParam(period)
		if err != nil {
			return err
		}
		return s.renderReading(v, of, n, t)
	}
	if onPart {
		next = "/reports/editions/" + id + "/part?name=" + url.QueryEscape(r.Fields["part"]) + "&done=" + string(r.Step)
	}
	return v.Redirect(next, fiber.StatusSeeOther)
}
