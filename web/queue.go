package web

import (
	"strings"
	"time"
	"unicode/utf8"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// queueView is the operators' queue: the list on the left, a ticket on the right.
type queueView struct {
	page
	Rows  []ticketRow
	Total int
	More  bool
	Pane  paneView
	Units []unitChoice
	Whys  []string
}

// paneView is the ticket on the right with the proposal to accept.
type paneView struct {
	None                              bool
	ID, SourceNo, Heading, Href       string
	Flags                             []chip
	Facts                             []pair
	Titled, Content                   []segment
	Due                               chip
	Verdict                           verdictView
	Caller                            callerView
	Again                             againView
	Limits                            []clockView
	Basis                             string
	Stop                              notice // why it cannot simply be dispatched
	Action, TransferAction            string
	CSRF, Request                     string
	Version                           int64
	Lead, LeadName, Co, CoNames, Rule string
	Category, CategoryName, Kind      string
	External, Ready                   bool
	Others                            []pair // further steps: name and address
}

type unitChoice struct {
	Code, Name, Short, Initials, Kind string
	External                          bool
}

const queueSize = 100

// correctionWords are offered where a proposal is corrected.
var correctionWords = []string{"关键词误判", "事项不同", "属地不同", "职责不同", "权属不同"}

func (s *Server) queuePage(v *visit) error {
	p := s.Desk.Policy()
	list, err := s.Desk.List(v.ctx(), v.now, v.actor, workflow.Filter{States: []ticket.State{ticket.Received}, SortBy: "due", Limit: queueSize})
	if err != nil {
		return err
	}
	view := queueView{page: s.page(v, "分派", "/queue"), Rows: rowsOf(list.Tickets, p, v.now), Total: list.Total, More: list.Next != "", Units: unitChoices(p), Whys: correctionWords}
	view.Scripts = []string{"queue.js", "picker.js", "again.js", "reveal.js"}
	view.Pane.None = true
	if id := firstID(v.Query("id"), list.Tickets); id != "" {
		if view.Pane, err = s.pane(v, id); err != nil {
			return err
		}
	}
	return s.render(v.Ctx, "queue", view)
}

func firstID(wanted string, list []ticket.Ticket) ticket.ID {
	for _, t := range list {
		if string(t.ID) == wanted {
			return t.ID
		}
	}
	if len(list) == 0 {
		return ""
	}
	return list[0].ID
}

// queuePane is the right side alone, for the next ticket.
func (s *Server) queuePane(v *visit) error {
	pane, err := s.pane(v, ticket.ID(v.Params("id")))
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "pane", pane)
}

func (s *Server) pane(v *visit, id ticket.ID) (paneView, error) {
	t, err := s.Desk.Ticket(v.ctx(), v.actor, id)
	if err != nil {
		return paneView{}, err
	}
	p := s.Desk.Policy()
	view := paneView{
		ID: string(t.ID), SourceNo: t.SourceNo, Heading: titleOf(&t), Href: "/tickets/" + string(t.ID) + "?from=/queue", Flags: flagsOf(&t), Facts: paneFacts(&t, p),
		Verdict: verdictOf(&t, p), Caller: s.callerOf(v, &t), CSRF: v.session.CSRF, Request: newRequestID(), Version: t.Version,
		Action: "/tickets/" + string(t.ID) + "/steps/dispatch", TransferAction: "/tickets/" + string(t.ID) + "/steps/transfer",
		Category: t.Category, CategoryName: categoryText(p, t.Category), Kind: string(t.Kind),
	}
	if view.Again, err = s.againOf(v, &t); err != nil {
		return paneView{}, err
	}
	pieces := segments(t.Text(), t.Verdict, p.Categories.Name)
	view.Titled, view.Content = splitSegments(pieces, utf8.RuneCountInString(t.Title))
	if d, ok := shownDue(&t, ""); ok {
		view.Due = dueView(d, v.now)
	}
	view.propose(&t, p, v.now)
	for _, tr := range s.Desk.Allowed(v.actor, &t) {
		switch tr.Step {
		case ticket.StepDispatch:
			view.Ready = true
		case ticket.StepAnswer, ticket.StepReject, ticket.StepMerge, ticket.StepProposeHandOver:
			view.Others = append(view.Others, pair{tr.Name, view.Href + "#" + string(tr.Step)})
		}
	}
	if !view.Ready {
		view.Stop = notice{Text: "这件不能直接分派：现在是“" + t.State.Name() + "”。", Tone: "amber", Icon: "alert"}
		if t.Secrecy() != ticket.Visible {
			view.Stop = notice{Text: "疑似纪检线索，不派承办单位：请提请移送纪检，由纪检认定。", Tone: "red", Icon: "shield"}
		}
	}
	return view, nil
}

// paneFacts are the facts that the pane does not say elsewhere.
func paneFacts(t *ticket.Ticket, p *rules.Policy) []pair {
	var facts []pair
	for _, f := range factsOf(t, p) {
		if f.Name != "工单编号" && f.Name != "来源编号" && f.Name != "类别" {
			facts = append(facts, f)
		}
	}
	return facts
}

// propose fills in who would get the ticket, by which rule, and until when.
// A ticket that came back is proposed anew by its present category.
func (view *paneView) propose(t *ticket.Ticket, p *rules.Policy, now time.Time) {
	r := p.Route(t)
	if t.Category == t.Verdict.Category && t.Verdict.Lead != "" {
		r.Lead, r.Co, r.Rule = t.Verdict.Lead, t.Verdict.Co, t.Verdict.Rule
		u, _ := p.Units.Find(r.Lead)
		r.External = u.Kind == ticket.UnitExternal
	}
	view.Lead, view.LeadName, view.Co, view.Rule, view.External = r.Lead, p.Units.Name(r.Lead), strings.Join(r.Co, ";"), r.Rule, r.External
	var names []string
	for _, code := range r.Co {
		names = append(names, p.Units.Short(code))
	}
	view.CoNames = strings.Join(names, "、")
	row := p.LimitsOf(t, rules.OrdinaryLimits)
	view.Basis = row.Basis
	for _, c := range []struct {
		clock ticket.Clock
		limit ticket.Limit
	}{{ticket.ClockSign, row.Sign}, {ticket.ClockContact, row.Contact}, {ticket.ClockClose, row.Close}} {
		if c.limit.Unit == ticket.LimitNone {
			continue
		}
		at, guessed := p.Calendar.End(now, c.limit, 0)
		due := ticket.Due{Clock: c.clock, From: now, Limit: c.limit, At: at, Guessed: guessed}
		view.Limits = append(view.Limits, clockView{Name: c.clock.Name(), Why: p.Calendar.Explain(due), Due: chip{Text: deadline(at)}, Long: c.clock == ticket.ClockClose})
	}
}

// unitChoices is what the unit search offers.
func unitChoices(p *rules.Policy) []unitChoice {
	var list []unitChoice
	for _, u := range p.Units {
		if u.Disabled || u.Kind == ticket.UnitDiscipline {
			continue
		}
		letters := []string{initials(u.Name), initials(u.Short)}
		for _, alias := range u.Aliases {
			letters = append(letters, initials(alias))
		}
		list = append(list, unitChoice{u.Code, u.Name, u.Short, strings.Join(letters, " ") + " " + strings.Join(u.Aliases, " "), string(u.Kind), u.Kind == ticket.UnitExternal})
	}
	return list
}
