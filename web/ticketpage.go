package web

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// ticketView is the page of one ticket.
type ticketView struct {
	page
	ID, SourceNo, Heading string
	Titled, Content       []segment
	State, Due            chip
	Flags                 []chip
	Facts                 []pair
	Extra                 []pair
	Clocks                []clockView
	Caller                callerView
	Again                 againView
	Verdict               verdictView
	Handling              []pair
	Tasks                 []taskView
	Story                 []storyEntry
	Steps                 []stepForm
	Files                 attachmentsView
}

type pair struct{ Name, Value string }

type clockView struct {
	Name, Why string
	Due       chip
	Long      bool // the reason is worth its room
}

// callerView is the caller, masked unless revealed.
type callerView struct {
	Who               string // empty: 来电人
	Pairs             []pair
	Hidden            string // why nothing is shown
	MayReveal, Shown  bool
	Action, CSRF, For string
	Fault             string
}

// verdictView is what the classifier thinks, with its reasons.
type verdictView struct {
	Category, Kind, Group string
	Sure                  chip
	Candidates            []candidateView
	Hits                  []hitView
	Risks                 []chip
	Lead, Rule            string
	Co                    []string
	Corrected             bool
}

type candidateView struct {
	Key                               int
	Code, Name, Score                 string
	Lead, LeadName, Co, CoNames, Rule string
	External, Chosen                  bool
	Bar                               meterView
}

type meterView struct {
	Percent int
	Tone    string
}

type hitView struct{ Keyword, Category, Weight string }

// storyEntry is a step in the ticket's history as people read it.
type storyEntry struct {
	What, Who, When, Ago string
	Moved                string // "待签收 → 办理中", empty when it stayed
	Fields               []pair
	Bad, Now             bool
}

func (s *Server) ticketPage(v *visit) error { return s.showTicket(v, draft{}) }

func (s *Server) showTicket(v *visit, d draft) error {
	t, hidden, err := s.readTicket(v)
	if err != nil {
		return err
	}
	view := s.ticketView(v, &t)
	view.Files = s.attachmentsOf(v, &t)
	view.Files.Hidden = hidden
	if d.step == ticket.StepAttach {
		view.Files.Add.Note = d.fields[ticket.NoteField]
	}
	if view.Again, err = s.againOf(v, &t); err != nil {
		return err
	}
	view.Scripts = []string{"again.js", "files.js", "reply.js", "reveal.js"}
	view.Steps = s.stepForms(v, &t, d)
	view.Notice = d.notice.or(view.Notice)
	return s.render(v.Ctx, "ticket", view)
}

func (s *Server) ticketView(v *visit, t *ticket.Ticket) ticketView {
	p := s.Desk.Policy()
	view := ticketView{
		page: s.page(v, "工单", ""), ID: string(t.ID), SourceNo: t.SourceNo, Heading: titleOf(t), State: stateView(t.State), Flags: flagsOf(t),
		Facts: factsOf(t, p), Verdict: verdictOf(t, p), Handling: handlingOf(t, p), Tasks: tasksOf(t, p, v.now), Story: storyOf(t, p, v.now),
	}
	view.Sub = t.Channel.Name() + " " + t.SourceNo
	view.Caller = s.callerOf(v, t)
	pieces := segments(t.Text(), t.Verdict, p.Categories.Name)
	view.Titled, view.Content = splitSegments(pieces, utf8.RuneCountInString(t.Title))
	for name, value := range t.Extra {
		view.Extra = append(view.Extra, pair{name, value})
	}
	sortPairs(view.Extra)
	for _, d := range t.Dues {
		view.Clocks = append(view.Clocks, clockView{Name: clockName(d, p), Why: p.Calendar.Explain(d), Due: dueView(d, v.now)})
	}
	if d, ok := shownDue(t, v.actor.Unit); ok && t.State.IsOpen() {
		view.Due = dueView(d, v.now)
	}
	return view
}

func factsOf(t *ticket.Ticket, p *rules.Policy) []pair {
	called := fullMoment(t.CalledAt)
	if t.CalledAt.Equal(t.ReceivedAt) {
		called = ""
	}
	return nonEmpty(
		pair{"工单编号", string(t.ID)}, pair{"来源编号", t.SourceNo}, pair{"来源", t.Channel.Name()}, pair{"诉求类型", t.Kind.Name()},
		pair{"类别", categoryText(p, t.Category)}, pair{"县区", t.County}, pair{"地点", t.Place}, pair{"反映对象", t.Subject},
		pair{"来电时间", called}, pair{"收到时间", fullMoment(t.ReceivedAt)})
}

func categoryText(p *rules.Policy, code string) string {
	if code == "" {
		return ""
	}
	name := p.Categories.Name(code)
	if name == code { // of a version that is no longer in force
		return code + "（现行政策里没有这一类）"
	}
	return code + " " + name
}

func handlingOf(t *ticket.Ticket, p *rules.Policy) []pair {
	co := make([]string, len(t.Co))
	for i, code := range t.Co {
		co[i] = p.Units.Name(code)
	}
	by := ""
	if t.Auto {
		by = "系统自动分派"
	}
	told := func(when bool, n ticket.Tri) string {
		if !when {
			return ""
		}
		return n.Name()
	}
	called := t.State == ticket.Closed && (t.Responded != ticket.Unknown || t.Solved != ticket.Unknown || t.Satisfied != ticket.Unknown)
	return nonEmpty(
		pair{"牵头单位", p.Units.Name(t.Lead)}, pair{"配合单位", strings.Join(co, "、")}, pair{"分派方式", by},
		pair{"分派时间", fullMoment(t.DispatchedAt)}, pair{"报结时间", fullMoment(t.RepliedAt)}, pair{"办结时间", fullMoment(t.ClosedAt)},
		pair{"主单", string(t.Primary)}, pair{"是否属实", told(t.Substantiated != ticket.Unknown, t.Substantiated)},
		pair{"回访：已联系", told(called, t.Responded)}, pair{"回访：已解决", told(called, t.Solved)}, pair{"回访：满意", told(called, t.Satisfied)})
}

func nonEmpty(pairs ...pair) []pair {
	kept := pairs[:0]
	for _, p := range pairs {
		if p.Value != "" {
			kept = append(kept, p)
		}
	}
	return kept
}

func verdictOf(t *ticket.Ticket, p *rules.Policy) verdictView {
	j := t.Verdict
	view := verdictView{Sure: sureness(j.Confidence), Kind: j.Kind.Name(), Lead: p.Units.Name(j.Lead), Rule: j.Rule, Corrected: t.Category != "" && t.Category != j.Category}
	view.Category = categoryText(p, j.Category)
	if c, ok := p.Categories.Find(j.Category); ok {
		view.Group = c.Group
	}
	for _, code := range j.Co {
		view.Co = append(view.Co, p.Units.Name(code))
	}
	view.Candidates = candidatesOf(t, p)
	told := map[string]bool{}
	for _, h := range j.Hits {
		if h.Category != j.Category || told[h.Keyword] {
			continue
		}
		told[h.Keyword] = true
		view.Hits = append(view.Hits, hitView{h.Keyword, p.Categories.Name(h.Category), fmt.Sprintf("%+.2g", h.Weight)})
	}
	for _, r := range j.Risks {
		tone := "amber"
		if r.Level == ticket.Critical || r.Level == ticket.Urgent {
			tone = "red"
		}
		view.Risks = append(view.Risks, chip{Text: r.Name, Tone: tone, Icon: "alert", Hint: strings.Join(r.Words, "、")})
	}
	return view
}

// maxCandidates is how many categories a digit key can choose.
const maxCandidates = 5

// candidatesOf lists the categories that a text could belong to, each with the
// route that it would take.
func candidatesOf(t *ticket.Ticket, p *rules.Policy) []candidateView {
	var list []candidateView
	var best float64
	for _, c := range t.Verdict.Candidates {
		best = max(best, c.Score)
	}
	for i, c := range t.Verdict.Candidates {
		if i == maxCandidates {
			break
		}
		share := 0
		if best > 0 {
			share = int(100*max(c.Score, 0)/best + .5)
		}
		view := candidateView{Key: i + 1, Code: c.Category, Name: p.Categories.Name(c.Category), Score: fmt.Sprintf("%.1f 分", c.Score), Chosen: c.Category == t.Category, Bar: meterView{Percent: share}}
		view.route(t, p)
		list = append(list, view)
	}
	return list
}

func (c *candidateView) route(t *ticket.Ticket, p *rules.Policy) {
	as := *t
	as.Category = c.Code
	r := p.Route(&as)
	c.Lead, c.LeadName, c.Co, c.Rule, c.External = r.Lead, p.Units.Name(r.Lead), strings.Join(r.Co, ";"), r.Rule, r.External
	names := make([]string, len(r.Co))
	for i, code := range r.Co {
		names[i] = p.Units.Short(code)
	}
	c.CoNames = strings.Join(names, "、")
}

// keepDraft shows the ticket as it is now with what was typed still in the
// form, and says what was wrong or who was faster.
func (s *Server) keepDraft(v *visit, request workflow.Request, err error) error {
	var refusal *ticket.Refusal
	if !errors.As(err, &refusal) || errors.Is(err, ticket.ErrStore) || errors.Is(err, ticket.ErrNotFound) || errors.Is(err, ticket.ErrForbidden) {
		return err
	}
	p, _ := problemOf(err, "")
	d := draft{step: request.Step, fields: request.Fields, err: refusal, notice: notice{Text: refusal.Message, Tone: "red", Icon: "alert"}}
	for _, f := range refusal.Faults {
		d.notice.More = append(d.notice.More, f.Message)
	}
	if errors.Is(err, ticket.ErrConflict) {
		d.notice.Tone = "amber"
		if t, readErr := s.Desk.Ticket(v.ctx(), v.actor, request.Ticket); readErr == nil && len(t.Events) > 0 {
			d.notice.Text, d.notice.More = conflictText(&t, request.Version, s.Desk.Policy(), v.now), nil
		}
	}
	v.Status(p.Status)
	return s.showTicket(v, d)
}

// conflictText tells who did what since the viewer opened the page.
func conflictText(t *ticket.Ticket, seen int64, p *rules.Policy, now time.Time) string {
	var since []string
	for i := range t.Events {
		if e := &t.Events[i]; e.Seq > seen {
			since = append(since, fmt.Sprintf("%s %s“%s”", moment(e.At, now), whoText(e, p), stepName(e.Step)))
		}
	}
	if len(since) == 0 {
		return "这件工单刚刚有了变化，下面是最新的情况；您写好的内容还在，请核对后再提交"
	}
	return "在您办理的时候，" + strings.Join(since, "，") + "。下面是最新的情况；您写好的内容还在，请核对后再提交"
}
