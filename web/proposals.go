package web

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake/lessons"
	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rulings"
	"huiyin/workflow/versions"
)

func (s *Server) pile() *proposals.Pile { return proposals.NewPile(s.Redis) }

// proposalsView lists what was proposed to change in the policy.
type proposalsView struct {
	draftPage
	Waiting, Rest []proposalRow
}

type proposalRow struct {
	Title, Href, At, Summary string
	Kind, State              chip
}

var proposalKinds = map[proposals.Kind]string{proposals.Lexicon: "词表建议", proposals.Ruling: "裁定规则"}

func proposalHref(p *proposals.Proposal) string {
	return "/policy/proposals/" + string(p.Kind) + "/" + p.Key
}

func (s *Server) proposalsPage(v *visit) error {
	view := proposalsView{draftPage: s.draftFrame(&drafting{visit: v}, "proposals", "从改判和裁定里来的改法，采纳以后才生效")}
	view.Title = "政策建议"
	list, err := s.pile().List(v.ctx())
	if err != nil {
		return err
	}
	for i := range list {
		p := &list[i]
		row, err := s.proposalRow(p)
		if err != nil {
			return err
		}
		if row.At = fullMoment(p.At); p.Waits() {
			view.Waiting = append(view.Waiting, row)
		} else {
			view.Rest = append(view.Rest, row)
		}
	}
	return s.render(v.Ctx, "proposals", view)
}

func (s *Server) proposalRow(p *proposals.Proposal) (proposalRow, error) {
	row := proposalRow{Href: proposalHref(p), Kind: chip{Text: proposalKinds[p.Kind]}, State: proposalState(p)}
	if p.Kind == proposals.Ruling {
		r, err := rulings.From(p)
		row.Title = s.rulingTitle(r)
		row.Summary = r.Note()
		return row, err
	}
	lesson, err := lessons.Of(p)
	row.Title, row.Summary = lesson.Month.Name()+"词表建议", lesson.Summary()
	return row, err
}

func (s *Server) rulingTitle(r rulings.Ruling) string {
	policy := s.Desk.Policy()
	place := r.County
	if place == "" {
		place = "不限属地"
	}
	return fmt.Sprintf("%s %s，%s → %s", r.Category, policy.Categories.Name(r.Category), place, policy.Units.Short(r.Lead))
}

func proposalState(p *proposals.Proposal) chip {
	switch {
	case p.Idle && p.Decision == nil:
		return chip{Text: "不需审定"}
	case p.Decision == nil:
		return chip{Text: "待审定", Tone: "amber", Icon: "alert"}
	case p.Decision.Outcome == proposals.Published:
		return chip{Text: fmt.Sprintf("已采纳，第 %d 版", p.Decision.Version), Tone: "green", Icon: "check"}
	case p.Decision.Outcome == proposals.Drafted:
		return chip{Text: "在" + p.Decision.Name + "的草稿里", Tone: "blue"}
	}
	return chip{Text: "不采纳"}
}

// deciding is a visit to one proposal.
type deciding struct {
	*visit
	proposal proposals.Proposal
}

// withProposal hands a proposal to a page.
func (s *Server) withProposal(f func(*deciding) error) func(*visit) error {
	return func(v *visit) error {
		p, err := s.pile().Get(v.ctx(), proposals.Kind(v.Params("kind")), v.Params("key"))
		if err != nil {
			return err
		}
		return f(&deciding{v, p})
	}
}

// proposalFrame is what the pages of both kinds have in common.
type proposalFrame struct {
	draftPage
	State     chip
	Decided   string // who decided, when and why
	MayDecide bool
	Open      bool // for a decision
	Action    string
	Refused   []string
	Why       string
}

func (s *Server) proposalFrame(d *deciding, title, sub string) proposalFrame {
	p := &d.proposal
	view := proposalFrame{draftPage: s.draftFrame(&drafting{visit: d.visit}, "proposals", sub), State: proposalState(p), Action: proposalHref(p), Why: d.FormValue("why")}
	view.Title = title
	view.MayDecide = d.may(permit.Amend) && s.Amend.Rules != nil
	view.Open = view.MayDecide && !p.Decision.Final() && !p.Idle
	if p.Decision != nil {
		view.Decided = fmt.Sprintf("%s %s%s", fullMoment(p.Decision.At), p.Decision.Name, p.Decision.Outcome.Verb())
		if p.Decision.Why != "" {
			view.Decided += "：" + p.Decision.Why
		}
	}
	return view
}

func (s *Server) proposalPage(d *deciding) error { return s.showProposal(d, nil) }

// showProposal shows a proposal again when a decision on it was not accepted.
func (s *Server) showProposal(d *deciding, refused []string) error {
	if len(refused) > 0 {
		d.Status(fiber.StatusUnprocessableEntity)
	}
	if d.proposal.Kind == proposals.Ruling {
		return s.rulingPage(d, refused)
	}
	return s.lessonPage(d, refused)
}

// amendment is a proposal as it was put into tables.
type amendment struct {
	file string
	rows []int
	left []string // what found no place
	why  string   // for the version's history
}

// amend puts what the form chose of a proposal into the tables of a folder.
func (s *Server) amend(d *deciding, files map[string]string) (amendment, error) {
	if d.proposal.Kind == proposals.Ruling {
		return s.amendRoutes(d, files)
	}
	return s.amendKeywords(d, files)
}

// refusalOnPage shows what is wrong with a choice on the page where it was made.
func (s *Server) refusalOnPage(d *deciding, err error) error {
	var r *ticket.Refusal
	if errors.As(err, &r) && (errors.Is(err, ticket.ErrInvalid) || errors.Is(err, ticket.ErrConflict)) {
		return s.showProposal(d, []string{r.Message})
	}
	return err
}

// draftProposal puts a proposal into the administrator's draft, to be edited,
// checked and tried before it is published.
func (s *Server) draftProposal(d *deciding) error {
	draft, err := s.ownDraft(d.visit)
	if err != nil {
		return err
	}
	made, err := s.amend(d, draft.Files)
	if err != nil {
		return s.refusalOnPage(d, err)
	}
	draft.Carry(d.proposal.ID())
	if err := s.pile().Decide(d.ctx(), d.proposal.ID(), s.decision(d, proposals.Drafted, made.rows, "")); err != nil {
		return s.refusalOnPage(d, err)
	}
	if err := s.versions().PutDraft(d.ctx(), d.now, d.account.Login, draft, made.file); err != nil {
		return err
	}
	if err := s.accounts.note(d.ctx(), d.now, d.actor, "proposal_draft", d.proposal.ID(), ""); err != nil {
		return err
	}
	query := map[string]string{"show": "changed", "saved": "1"}
	if len(made.left) > 0 {
		query["left"] = strconv.Itoa(len(made.left))
	}
	return d.Redirect(sheetAddress(made.file, query), fiber.StatusSeeOther)
}

// ownDraft is the visitor's draft, begun from the policy in force when there
// is none. It is stored whole before anything is put in.
func (s *Server) ownDraft(v *visit) (*versions.Draft, error) {
	draft, err := s.versions().Draft(v.ctx(), v.account.Login)
	if !errors.Is(err, ticket.ErrNotFound) {
		return draft, err
	}
	head, err := s.versions().Head(v.ctx())
	if err != nil {
		return nil, storeDown(err)
	}
	if draft, err = s.folder(v.ctx(), head); err != nil {
		return nil, err
	}
	return draft, s.versions().PutDraft(v.ctx(), v.now, v.account.Login, draft)
}

// publishProposal puts a proposal in force at once, when the tables with it
// are without faults.
func (s *Server) publishProposal(d *deciding) error {
	head, err := s.versions().Head(d.ctx())
	if err != nil {
		return storeDown(err)
	}
	tables, err := s.folder(d.ctx(), head)
	if err != nil {
		return err
	}
	made, err := s.amend(d, tables.Files)
	if err != nil {
		return s.refusalOnPage(d, err)
	}
	if len(made.left) > 0 {
		return s.showProposal(d, append([]string{"下面几行后来有人改过，请不要选它们，或者放进草稿再看："}, made.left...))
	}
	c, err := s.checkFolder(tables)
	if err != nil {
		return err
	}
	if len(c.faults) > 0 {
		return s.showProposal(d, []string{fmt.Sprintf("放进现行政策后有 %d 处问题，不能直接发布，请放进草稿改好：%s", len(c.faults), c.faults[0].Error())})
	}
	folder, err := tables.Folder()
	if err != nil {
		return err
	}
	why := firstRunes(d.FormValue("why"), 200)
	if why == "" {
		why = made.why
	}
	version, err := s.versions().Publish(d.ctx(), d.now, d.actor, folder, head, why)
	if err != nil {
		return s.refusalOnPage(d, err)
	}
	decision := s.decision(d, proposals.Published, made.rows, why)
	decision.Version = version
	if err := s.pile().Decide(d.ctx(), d.proposal.ID(), decision); err != nil {
		return err
	}
	return s.adopted(d.visit, "proposal_publish", version, why)
}

func (s *Server) decision(d *deciding, o proposals.Outcome, rows []int, why string) proposals.Decision {
	return proposals.Decision{Outcome: o, At: d.now, By: d.actor.ID, Name: d.actor.Name, Why: why, Rows: rows}
}

// refuseProposal notes why a proposal is not taken.
func (s *Server) refuseProposal(d *deciding) error {
	why := firstRunes(d.FormValue("why"), 200)
	if err := s.pile().Decide(d.ctx(), d.proposal.ID(), s.decision(d, proposals.Refused, nil, why)); err != nil {
		return s.refusalOnPage(d, err)
	}
	if err := s.accounts.note(d.ctx(), d.now, d.actor, "proposal_refuse", d.proposal.ID(), why); err != nil {
		return err
	}
	return d.Redirect("/policy/proposals", fiber.StatusSeeOther)
}

// settleCarried marks the proposals that a published draft carried.
func (s *Server) settleCarried(d *drafting, version int, why string) error {
	for _, id := range d.draft.Carries {
		err := s.pile().Decide(d.ctx(), id, proposals.Decision{
			Outcome: proposals.Published, At: d.now, By: d.actor.ID, Name: d.actor.Name, Why: why, Version: version,
		})
		if err != nil && !errors.Is(err, ticket.ErrConflict) { // refused meanwhile: the version stands
			return err
		}
	}
	return nil
}

// chosenRows are the ticked rows of a form, by their places.
func chosenRows(v *visit) []int {
	var places []int
	for _, raw := range v.Request().PostArgs().PeekMulti("row") {
		if n, err := strconv.Atoi(string(raw)); err == nil && !slices.Contains(places, n) {
			places = append(places, n)
		}
	}
	return places
}

// proposalsTab leads to the proposals from every page of the policy.
func (s *Server) proposalsTab(v *visit, current string) tabView {
	tab := tabView{Name: "proposals", Title: "建议", Href: "/policy/proposals", Current: current == "proposals"}
	if counts, err := s.pile().Waiting(v.ctx()); err == nil {
		tab.N = counts[proposals.Lexicon] + counts[proposals.Ruling]
		tab.Counted = tab.N > 0
	}
	return tab
}

// proposalCards tell an administrator what waits to be decided.
func (s *Server) proposalCards(v *visit, view *homeView) error {
	counts, err := s.pile().Waiting(v.ctx())
	if err != nil {
		return err
	}
	for _, c := range []struct {
		kind              proposals.Kind
		name, title, note string
	}{
		{proposals.Lexicon, "lexicon", "词表建议待审", "从改判里学到的"},
		{proposals.Ruling, "rulings", "裁定规则待审", "裁定时要求留作规则的"},
	} {
		card := cardView{Name: c.name, Title: c.title, Icon: "policy", Href: "/policy/proposals", Value: strconv.Itoa(counts[c.kind]), Unit: "份", Note: c.note, Tone: "amber"}
		if counts[c.kind] == 0 {
			card.Tone = "zero"
		}
		view.Cards = append(view.Cards, card)
	}
	return nil
}
