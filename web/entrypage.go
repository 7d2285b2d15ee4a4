package web

import (
	"errors"
	"fmt"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
	"huiyin/workflow/rectify"
)

// entryView is one entry of the ledger.
type entryView struct {
	page
	ID, Href string
	State    chip
	Due      chip
	Public   chip
	Facts    []pair
	Measures []string
	Effect   *effectView
	// MatterHref leads to the matter in the month before; empty where it is none.
	MatterHref string
	Steps      []stepForm
	Story      []storyEntry
}

// effectView is what the latest whole month says of an entry.
type effectView struct {
	Month, Href, Verdict, Tone            string
	Before, After, Now, Expected, Target  string
	BeforeNote, AfterNote, ExpectedReason string
	Known                                 bool
	How                                   string // by what the counts are of one matter
}

func (s *Server) entryPage(v *visit) error { return s.renderEntry(v, typed{}) }

func (s *Server) renderEntry(v *visit, t typed) error {
	e, err := s.books.Ledger.Entry(v.ctx(), v.actor, v.Params("id"))
	if err != nil {
		return err
	}
	r := rectify.Of(&e)
	view := entryView{
		page: s.page(v, "整改事项", "/rectifications"), ID: e.ID, State: rectifyChip(r.State), Due: rectifyDue(r, v),
		Measures: r.Measures, Story: matterStory(&rectify.Table, &e, s.Desk.Policy(), v.now, badRectify),
	}
	for i := range view.Story {
		for j := range view.Story[i].Fields {
			if f := &view.Story[i].Fields[j]; f.Name == matterLabel {
				f.Value = s.matterName(f.Value)
			}
		}
	}
	view.Sub, view.Notice = e.ID+"　"+r.Problem, doneMatter(v, &rectify.Table)
	view.Public = s.ledgerRow(v, &e, r).Public
	view.Facts = s.entryFacts(r, &e)
	if view.Effect, err = s.effectOf(v, r); err != nil {
		return err
	}
	if view.MatterHref, err = s.matterOfEntry(v, r); err != nil {
		return err
	}
	for _, st := range s.books.Ledger.Allowed(v.actor, &e) {
		form := s.matterForm(v, "/rectifications/"+e.ID+"/steps/", &e, st, rectifyPrefill(&e, st.Step), t)
		s.offerMatters(form.Fields)
		view.Steps = append(view.Steps, form)
	}
	openFirst(view.Steps, t)
	if t.err != nil {
		v.Status(problemStatus(t.err))
		view.Notice = t.notice()
	}
	return s.render(v.Ctx, "rectification", view)
}

// openFirst opens the form that comes first, unless another was being filled in.
func openFirst(forms []stepForm, t typed) {
	if len(forms) > 0 && t.step == "" {
		forms[0].Open = true
	}
}

// matterLabel is the field that holds the key of a matter.
const matterLabel = "对应的高频事项"

var badRectify = map[ticket.Step]bool{rectify.Fail: true, rectify.Reopen: true, rectify.Urge: true, rectify.Refuse: true, rectify.Withdraw: true}

// rectifyPrefill is what a form proposes: what stands there already.
func rectifyPrefill(e *dossier.Entry, step ticket.Step) map[string]string {
	switch step {
	case rectify.Amend, rectify.Start:
		return e.Values
	case rectify.Offer:
		return map[string]string{"public_problem": e.Values["problem"], "public_measures": e.Values["measures"]}
	}
	return nil
}

func (s *Server) entryFacts(r ticket.Rectification, e *dossier.Entry) []pair {
	p := s.Desk.Policy()
	facts := []pair{
		{"突出问题", r.Problem}, {"对应事项", s.matterName(r.Matter)}, {"整改目标", r.Goal}, {"责任单位", p.Units.Name(r.Unit)}, {"责任人", r.Person},
		{"完成时限", string(r.Deadline)}, {"依据", e.Values["basis"]}, {"提出", fullMoment(r.ProposedAt)}, {"审定", fullMoment(r.ApprovedAt)},
	}
	if r.Target > 0 {
		facts = append(facts, pair{"目标件数", "每月 " + strconv.Itoa(r.Target) + " 件以下"})
	}
	if r.Reopened > 0 {
		facts = append(facts, pair{"回炉", strconv.Itoa(r.Reopened) + " 次"})
	}
	if r.Urged > 0 {
		facts = append(facts, pair{"催办", strconv.Itoa(r.Urged) + " 次"})
	}
	out := facts[:0]
	for _, f := range facts {
		if f.Value != "" {
			out = append(out, f)
		}
	}
	return out
}

// effectOf reads the effect off the report of the latest whole month.
func (s *Server) effectOf(v *visit, r ticket.Rectification) (*effectView, error) {
	if r.Matter == "" || r.ApprovedAt.IsZero() {
		return nil, nil
	}
	m := ticket.MonthOf(v.now).Add(-1)
	built, err := s.shownReport(v, reports.AboutMonth(m), 0)
	if errors.Is(err, ticket.ErrInvalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	for i := range built.Measures.Rows {
		if row := &built.Measures.Rows[i]; row.ID == r.ID {
			return effectWords(row, m, v.may(permit.Report)), nil
		}
	}
	return nil, nil
}

var verdictTones = map[reports.Verdict]string{
	reports.VerdictReached: "green", reports.VerdictFell: "green", reports.VerdictRose: "red", reports.VerdictSame: "amber",
}

func effectWords(row *reports.MeasureRow, m ticket.Month, mayRead bool) *effectView {
	x := row.Effect
	view := &effectView{
		Month: m.Name(), Known: x.Known, Verdict: string(x.Verdict), Tone: verdictTones[x.Verdict],
		Before: oneDecimal(x.Before.Mean()), BeforeNote: monthsText(x.Before), After: oneDecimal(x.After.Mean()), AfterNote: monthsText(x.After),
		Now: strconv.Itoa(x.Now), Expected: strconv.Itoa(x.Expected), ExpectedReason: "按整改前月均",
	}
	if x.Method == reports.MethodSeason {
		view.ExpectedReason = "按去年同月和此前同比"
	}
	if row.Target > 0 {
		view.Target = strconv.Itoa(row.Target)
	}
	if f := x.Followed; f != nil {
		view.How = fmt.Sprintf("按具体事项对照：%d 个月中 %d 个月归并出同一事项，最近为“%s”，相似度 %.2f", f.Months, f.Found, f.Title, f.Like)
		if f.Doubtful > 0 {
			view.How += fmt.Sprintf("；%d 个月的对应存疑，请核对", f.Doubtful)
		}
	} else if row.Signature != "" {
		view.How = "工单文字里还没有再归并出这件事，暂按整个类别对照"
	}
	if mayRead {
		view.Href = "/reports/" + string(m)
	}
	return view
}

func oneDecimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func monthsText(m reports.Monthly) string {
	return strconv.Itoa(m.Total) + "件／" + strconv.Itoa(m.Months) + "个月"
}

func (s *Server) takeRectifyStep(v *visit) error {
	id := v.Params("id")
	r, err := matterRequest(v, &rectify.Table, id)
	if err != nil {
		return err
	}
	if _, err := s.books.Ledger.Take(v.ctx(), v.now, r); err != nil {
		t, err := kept(r.Step, r.Fields, err)
		if err != nil {
			return err
		}
		return s.renderEntry(v, t)
	}
	return v.Redirect("/rectifications/"+id+"?done="+string(r.Step), fiber.StatusSeeOther)
}
