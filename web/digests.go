package web

import (
	"fmt"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rectify"
)

// The public pages: what was approved for everybody to read. They know nothing
// of a caller and ask for no sign-in.

// openView is what the public pages have in common.
type openView struct {
	page
	Large                bool   // large type was asked for
	Toggle               string // address with the other size of type
	Size                 string // to be added to addresses
	OnDigests, OnProblem bool
	OnFile, OnQuery      bool
}

func (s *Server) openView(v *visit, title, path string) openView {
	view := openView{page: s.strangerPage(v.Ctx, title), Large: v.Query("type") == "large"}
	view.Toggle = path + "?type=large"
	if view.Large {
		view.Toggle, view.Size = path, "?type=large"
	}
	return view
}

type digestsView struct {
	openView
	Rows []digestRow
}

type digestRow struct{ Name, Href, Number, At string }

func (s *Server) digestsPage(v *visit) error {
	list, err := s.books.Press.Published(v.ctx())
	if err != nil {
		return err
	}
	view := digestsView{openView: s.openView(v, "诉求分析公开摘要", "/public/reports")}
	view.OnDigests = true
	for i := range list {
		e := &list[i]
		period, n := edition.Split(e.ID)
		row := digestRow{Name: periodName(period), Href: "/public/reports/" + period + view.Size, Number: e.Values["number"]}
		if n > 1 {
			row.Name += "（更正版）"
		}
		if x := e.Last(edition.Publish); x != nil {
			row.At = string(ticket.DateOf(x.At))
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(v.Ctx, "digests", view)
}

func periodName(text string) string {
	if p, err := reports.ParsePeriod(text); err == nil {
		return p.Name()
	}
	return text
}

type digestView struct {
	openView
	Doc  paperView
	Back string
}

// digestPage shows the public form of an edition that was published, made of
// the bytes that were approved.
func (s *Server) digestPage(v *visit) error {
	list, err := s.books.Press.Published(v.ctx())
	if err != nil {
		return err
	}
	for i := range list {
		period, _ := edition.Split(list[i].ID)
		if period != v.Params("period") {
			continue
		}
		m, err := s.books.Issued(v.ctx(), list[i].ID)
		if err != nil {
			return err
		}
		if m == nil {
			return fmt.Errorf("published report %s has no numbers", list[i].ID)
		}
		view := digestView{openView: s.openView(v, periodName(period)+"诉求分析公开摘要", "/public/reports/"+period)}
		view.Back = "/public/reports" + view.Size
		view.Doc = paperViewOf(m.PublicPaper(s.Reports()))
		return s.render(v.Ctx, "digest", view)
	}
	return ticket.Refuse(ticket.ErrNotFound, "no_digest", "没有公开这一期摘要")
}

type problemsView struct {
	openView
	Rows []publicProblem
}

type publicProblem struct {
	ID, Problem, Unit, Deadline, Since string
	Measures                           []string
	State                              chip
	Late                               bool
}

// problemsPage is the list of prominent problems whose publication a leader
// has approved, with what became of them.
func (s *Server) problemsPage(v *visit) error {
	view := problemsView{openView: s.openView(v, "突出问题整改公开", "/public/problems")}
	view.OnProblem = true
	all, err := s.books.Ledger.List(v.ctx(), ticket.Service)
	if err != nil {
		return err
	}
	for i := range all {
		offer := rectify.PublicOffer(&all[i])
		if offer == nil {
			continue
		}
		view.Rows = append(view.Rows, s.publicProblem(v, &all[i], offer))
	}
	return s.render(v.Ctx, "problems", view)
}

func (s *Server) publicProblem(v *visit, e *dossier.Entry, offer *ticket.Event) publicProblem {
	r := rectify.Of(e)
	return publicProblem{
		ID: e.ID, Problem: offer.Fields["public_problem"], Measures: rectify.Lines(offer.Fields["public_measures"]),
		Unit: s.Desk.Policy().Units.Name(r.Unit), Deadline: string(r.Deadline), State: rectifyChip(r.State), Late: r.Overdue(v.now),
		Since: string(ticket.DateOf(r.ApprovedAt)),
	}
}
