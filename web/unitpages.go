package web

import (
	"bytes"
	"encoding/json"
	"io"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
	"huiyin/workflow/rating"
	"huiyin/workflow/sheets"
)

// unitRoutes are the addresses of the units' monthly sheets and of their
// quarterly rating.
func (s *Server) unitRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/sheets", consoleDoor, permit.Sheets, s.sheetsPage},
		{get, "/sheets/:id", consoleDoor, permit.Sheets, s.sheetPage},
		{get, "/sheets/:id/download", consoleDoor, permit.Sheets, s.downloadUnitSheet},
		{post, "/sheets/:id/steps/:step", consoleDoor, permit.Sheets, s.takeSheetStep},
		{get, "/ratings", consoleDoor, permit.Sheets, s.ratingsPage},
		{get, "/ratings/:id", consoleDoor, permit.Sheets, s.ratingPage},
		{get, "/ratings/:id/download", consoleDoor, permit.Sheets, s.downloadRating},
		{post, "/ratings/:id/steps/:step", consoleDoor, permit.Sheets, s.takeRatingStep},
	}
}

func (s *Server) cabinet() *sheets.Cabinet { return s.books.Sheets }

func (s *Server) ratings() *rating.Folder {
	return rating.New(s.Redis, s.Desk.Store().Hash(), s.Desk.Policy)
}

// figuresView is a sheet or a rating: its figures, and what may be done with it.
type figuresView struct {
	page
	Base      string
	Downloads []pair
	State     chip
	Doc       paperView
	Steps     []stepForm
	Story     []storyEntry
}

func (s *Server) sheetPage(v *visit) error { return s.renderSheet(v, typed{}) }

func (s *Server) renderSheet(v *visit, t typed) error {
	c := s.cabinet()
	e, err := c.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	sheet, err := s.sheet(v, e.ID)
	if err != nil {
		return err
	}
	view := figuresView{page: s.page(v, "单位月报表", "/sheets"), Base: "/sheets", State: sheetChip(&e, v), Doc: paperViewOf(sheet.Paper())}
	view.Sub, view.Notice = sheet.Month.Name()+"　"+sheet.Name, doneMatter(v, &sheets.Table)
	view.Downloads = []pair{{"Excel", "/sheets/" + e.ID + "/download?format=xlsx"}, {"网页", "/sheets/" + e.ID + "/download?format=html"}}
	s.offerSteps(v, &view, &sheets.Table, &e, t)
	return s.render(v.Ctx, "figures", view)
}

// offerSteps puts the forms and the history of a matter on its page.
func (s *Server) offerSteps(v *visit, view *figuresView, table *dossier.Table, e *dossier.Entry, t typed) {
	view.Story = matterStory(table, e, s.Desk.Policy(), v.now, nil)
	for _, st := range table.Allowed(v.actor, e) {
		view.Steps = append(view.Steps, s.matterForm(v, view.Base+"/"+e.ID+"/steps/", e, st, nil, t))
	}
	openFirst(view.Steps, t)
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
}

// sheet is a sheet as it was shown to its unit.
func (s *Server) sheet(v *visit, id string) (*reports.Sheet, error) {
	raw, err := s.cabinet().Figures(v.ctx(), v.actor, id)
	if err != nil {
		return nil, err
	}
	sheet := &reports.Sheet{}
	return sheet, json.Unmarshal(raw, sheet)
}

func (s *Server) takeSheetStep(v *visit) error {
	r, err := matterRequest(v, &sheets.Table, v.Params("id"))
	if err != nil {
		return err
	}
	if _, err := s.cabinet().Take(v.ctx(), v.now, r); err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderSheet(v, t)
	}
	return v.Redirect("/sheets/"+r.Entry+"?done="+string(r.Step), fiber.StatusSeeOther)
}

func (s *Server) downloadUnitSheet(v *visit) error {
	sheet, err := s.sheet(v, v.Params("id"))
	if err != nil {
		return err
	}
	return s.sendPaper(v, sheet.FileName, map[string]func(io.Writer) error{
		"xlsx": func(w io.Writer) error { return reports.WriteSheetXlsx(w, sheet) },
		"html": func(w io.Writer) error { return reports.WriteSheetHTML(w, sheet) },
	})
}

// sendPaper sends a document in the format that the address asks for.
func (s *Server) sendPaper(v *visit, name func(format string) string, write map[string]func(io.Writer) error) error {
	format := v.Query("format")
	if write[format] == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_format", "没有这种格式")
	}
	var b bytes.Buffer
	if err := write[format](&b); err != nil {
		return err
	}
	file := name(format)
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "download", file, ""); err != nil {
		return err
	}
	v.Attachment(file)
	for _, w := range writers {
		if w.name == format {
			v.Set(fiber.HeaderContentType, w.kind)
		}
	}
	return v.Send(b.Bytes())
}

func (s *Server) ratingPage(v *visit) error { return s.renderRating(v, typed{}) }

func (s *Server) renderRating(v *visit, t typed) error {
	e, built, err := s.rating(v, v.Params("id"))
	if err != nil {
		return err
	}
	view := figuresView{page: s.page(v, "季度评价", "/ratings"), Base: "/ratings", State: ratingChip(&e), Doc: paperViewOf(built.Paper())}
	view.Sub, view.Notice = built.Quarter.Name(), doneMatter(v, &rating.Table)
	for _, f := range []pair{{"Word", "docx"}, {"Excel", "xlsx"}, {"网页", "html"}} {
		view.Downloads = append(view.Downloads, pair{f.Name, "/ratings/" + e.ID + "/download?format=" + f.Value})
	}
	s.offerSteps(v, &view, &rating.Table, &e, t)
	if !rating.Above(v.actor) {
		view.Story = nil
	}
	return s.render(v.Ctx, "figures", view)
}

// rating is a quarter's rating: whole for those above, else the unit's own part.
func (s *Server) rating(v *visit, quarter string) (dossier.Entry, *reports.Rating, error) {
	e, raw, err := s.ratings().Figures(v.ctx(), v.actor, quarter)
	if err != nil {
		return e, nil, err
	}
	built := &reports.Rating{}
	if err := json.Unmarshal(raw, built); err != nil {
		return e, nil, err
	}
	if !rating.Above(v.actor) {
		built = built.Of(v.actor.Unit)
	}
	return e, built, nil
}

// takeRatingStep takes a step of the supervisor. To compute once more, the
// figures are built of what is known now.
func (s *Server) takeRatingStep(v *visit) error {
	r, err := matterRequest(v, &rating.Table, v.Params("id"))
	if err != nil {
		return err
	}
	if r.Step == rating.Redraft {
		err = s.redraft(v, r.Entry)
	} else {
		_, err = s.ratings().Take(v.ctx(), v.now, r)
	}
	if err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderRating(v, t)
	}
	return v.Redirect("/ratings/"+r.Entry+"?done="+string(r.Step), fiber.StatusSeeOther)
}

func (s *Server) redraft(v *visit, quarter string) error {
	e, _, err := s.ratings().Figures(v.ctx(), v.actor, quarter)
	if err != nil {
		return err
	}
	if err := s.ratings().Refusal(rating.Redraft, v.actor, &e); err != nil {
		return err
	}
	period, err := reports.ParsePeriod(quarter)
	if err != nil {
		return err
	}
	built, err := reports.BuildRating(v.ctx(), s.Source, s.Reports(), period, v.now)
	if err != nil {
		return err
	}
	figures, err := json.Marshal(built)
	if err != nil {
		return err
	}
	_, err = s.ratings().Put(v.ctx(), v.now, quarter, v.actor, figures)
	return err
}

func (s *Server) downloadRating(v *visit) error {
	_, built, err := s.rating(v, v.Params("id"))
	if err != nil {
		return err
	}
	name := func(format string) string { return "huiyin-" + built.Quarter.String() + "-rating." + format }
	write := func(to func(io.Writer, *reports.Rating) error) func(io.Writer) error {
		return func(w io.Writer) error { return to(w, built) }
	}
	return s.sendPaper(v, name, map[string]func(io.Writer) error{
		"docx": write(reports.WriteRatingDocx), "xlsx": write(reports.WriteRatingXlsx), "html": write(reports.WriteRatingHTML),
	})
}
