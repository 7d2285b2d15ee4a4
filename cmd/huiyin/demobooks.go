package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/web"
	"huiyin/workflow/cards"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rectify"
)

var demoLeader = ticket.Actor{ID: "lingdao", Name: "周明", Roles: []ticket.Role{ticket.Leader}}

// books lets the reports of the last months go their way, and takes leading
// matters of them into the rectification ledger: what came of them stands in
// the reports after.
func (d *demo) books(ctx context.Context) error {
	months, err := d.store.Months(ctx)
	if err != nil {
		return err
	}
	last := ticket.MonthOf(d.now).Add(-1)
	b := &bookkeeper{demo: d, books: d.source()}
	for back := 3; back >= 0; back-- {
		m := last.Add(-back)
		if len(months) == 0 || m < months[0] {
			continue
		}
		if err := b.month(ctx, m, back); err != nil {
			return fmt.Errorf("样例月报 %s：%w", m, err)
		}
	}
	return nil
}

// bookkeeper takes the steps of the people who look after the reports.
type bookkeeper struct {
	*demo
	books web.Books
	steps int
	taken map[string]bool // matters that are in the ledger
}

// month lets a month's report be drafted on the second day after it, edited,
// approved and published; the latest waits for the leader.
func (b *bookkeeper) month(ctx context.Context, m ticket.Month, back int) error {
	day := func(n, hour int) time.Time { return m.End().AddDate(0, 0, n).Add(time.Duration(hour) * time.Hour) }
	if day(1, 8).After(b.now) {
		return nil
	}
	e, err := b.books.Begin(ctx, day(1, 8), ticket.Service, reports.AboutMonth(m))
	if err != nil {
		return err
	}
	if err := b.books.AskCards(ctx, day(1, 8), b.book().reports, reports.AboutMonth(m), nil); err != nil {
		return err
	}
	built, err := reports.Build(ctx, b.books, b.book().reports, m, day(1, 8))
	if err != nil {
		return err
	}
	for i := range built.Cards[:min(2, len(built.Cards))] {
		if c := &built.Cards[i]; i == 0 && c.Lead != "" {
			if err := b.confirms(ctx, m, c, day(1, 10)); err != nil {
				return err
			}
			continue
		}
		if e, err = b.on(ctx, b.books.Press.Desk, e, day(1, 10+i), edition.Edit, demoSupervisor, confirmed(&built.Cards[i])); err != nil {
			return err
		}
	}
	e, err = b.on(ctx, b.books.Press.Desk, e, day(1, 15), edition.Comment, demoOperator, map[string]string{"part": reports.PartFindings, "comment": "请核对满意率的分母，回访还在补录。"})
	if err != nil {
		return err
	}
	if e, err = b.on(ctx, b.books.Press.Desk, e, day(1, 16), edition.Submit, demoSupervisor, nil); err != nil || back == 0 {
		return err
	}
	return b.issue(ctx, e, built, day, back)
}

// unitOf is somebody of the unit that leads a card.
func (b *bookkeeper) unitOf(c *reports.Card) ticket.Actor {
	return ticket.Actor{ID: "u-" + c.Lead, Name: b.book().workflow.Units.Short(c.Lead) + "经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: c.Lead}
}

// confirms lets the lead unit confirm its card.
func (b *bookkeeper) confirms(ctx context.Context, m ticket.Month, c *reports.Card, at time.Time) error {
	e, err := b.books.Cards.Entry(ctx, ticket.Service, string(m)+"-"+c.Key)
	if err != nil {
		return err
	}
	given := confirmed(c)
	delete(given, "part")
	delete(given, "lead")
	if len(c.Cause.Direct) == 0 || len(c.Cause.Measures) == 0 {
		return nil // the policy proposes nothing that could be confirmed as it is
	}
	_, err = b.on(ctx, b.books.Cards.Desk, e, at, cards.Confirm, b.unitOf(c), given)
	return err
}

func (b *bookkeeper) issue(ctx context.Context, e dossier.Entry, built *reports.Month, day func(n, hour int) time.Time, back int) error {
	if day(3, 12).After(b.now) {
		return nil
	}
	e, err := b.books.Approve(ctx, day(2, 9), b.book().reports, dossier.Request{ID: b.request(), Entry: e.ID, Version: e.Version, Actor: demoLeader})
	if err != nil {
		return err
	}
	if e, err = b.on(ctx, b.books.Press.Desk, e, day(2, 11), edition.Send, demoSupervisor, map[string]string{"to": b.book().reports.Rules.Distribution}); err != nil {
		return err
	}
	if _, err = b.on(ctx, b.books.Press.Desk, e, day(3, 9), edition.Publish, demoSupervisor, nil); err != nil {
		return err
	}
	taken := 0
	for i := range built.Cards {
		c := &built.Cards[i]
		if b.taken[c.Key] || c.Lead == "" || taken == 2 {
			continue
		}
		if b.taken == nil {
			b.taken = map[string]bool{}
		}
		b.taken[c.Key] = true
		if err := b.problem(ctx, built, c, day, 2*(3-back)+taken); err != nil {
			return err
		}
		taken++
	}
	return nil
}

func (b *bookkeeper) request() string {
	b.steps++
	return "demo-book-" + strconv.Itoa(b.steps)
}

func (b *bookkeeper) on(ctx context.Context, desk *dossier.Desk, e dossier.Entry, at time.Time, step ticket.Step, who ticket.Actor, fields map[string]string) (dossier.Entry, error) {
	return desk.Take(ctx, at, dossier.Request{ID: b.request(), Entry: e.ID, Version: e.Version, Step: step, Actor: who, Fields: fields})
}

func confirmed(c *reports.Card) map[string]string {
	return map[string]string{
		"part": reports.CardPart(c.Key), "direct": strings.Join(c.Cause.Direct, "\n"), "management": strings.Join(c.Cause.Management, "\n"),
		"institutional": strings.Join(c.Cause.Institutional, "\n"), "measures": strings.Join(c.Cause.Measures, "\n"),
		"lead": c.Lead, "person": "分管负责人", "deadline": string(c.Deadline), "target": c.Target,
	}
}

// problem takes a card into the ledger; the nth of them gets so far that every
// state can be seen.
func (b *bookkeeper) problem(ctx context.Context, built *reports.Month, c *reports.Card, day func(n, hour int) time.Time, nth int) error {
	deadline := day(45, 0)
	if nth == 1 {
		deadline = day(20, 0)
	}
	fields := map[string]string{
		"problem": c.Item.Name, "matter": c.Key, "goal": "同类诉求明显减少，查实的问题整改到位", "measures": strings.Join(c.Cause.Measures, "\n"),
		"unit": c.Lead, "person": "分管负责人", "deadline": string(ticket.DateOf(deadline)),
		"basis": fmt.Sprintf("%s月报：%d件", built.Period.Name(), c.Item.Count),
	}
	if c.Goal.Count > 0 {
		fields["target"] = strconv.Itoa(c.Goal.Count)
	}
	e, err := b.books.Ledger.Propose(ctx, day(3, 14), demoSupervisor, b.request(), fields)
	if err != nil {
		return err
	}
	unit := b.unitOf(c)
	for i, move := range demoProblem(nth) {
		who := move.who
		if who.ID == "" {
			who = unit
		}
		at := day(4+move.after, 9+i%8)
		if at.After(b.now) {
			return nil
		}
		given := move.fields(day)
		if move.step == rectify.Offer {
			given = map[string]string{"public_problem": c.Item.Name, "public_measures": fields["measures"]}
		}
		if e, err = b.on(ctx, b.books.Ledger.Desk, e, at, move.step, who, given); err != nil {
			return err
		}
	}
	return nil
}

// demoMove is a step of the ledger that somebody takes after so many days.
type demoMove struct {
	step  ticket.Step
	who   ticket.Actor // zero: the unit's people
	after int
	given map[string]string
	due   int // days to a new deadline
}

func (m demoMove) fields(day func(n, hour int) time.Time) map[string]string {
	fields := map[string]string{}
	for name, value := range m.given {
		fields[name] = value
	}
	if m.due > 0 {
		fields["deadline"] = string(ticket.DateOf(day(m.due, 0)))
	}
	return fields
}

// demoProblem is how far the nth entry gets.
func demoProblem(nth int) []demoMove {
	begun := []demoMove{
		{step: rectify.Approve, who: demoLeader, after: 0, given: map[string]string{"note": "同意，按时限抓落实"}},
		{step: rectify.Start, after: 1, given: map[string]string{"plan": "一周内排出班次和点位，责任到人；两周后自查一次"}},
	}
	public := []demoMove{
		{step: rectify.Offer, who: demoSupervisor, after: 3},
		{step: rectify.Publish, who: demoLeader, after: 4},
	}
	progress := []demoMove{{step: rectify.Report, after: 12, given: map[string]string{"progress": "已开展四次专项检查，发现的问题当场纠正"}}}
	delivered := append(append(begun, progress...), demoMove{step: rectify.Deliver, after: 24, given: map[string]string{"result": "措施全部落实，自查未再发现同类问题", "evidence": "检查记录已归档"}})
	switch nth {
	case 0:
		return append(append(delivered, public...),
			demoMove{step: rectify.Pass, who: demoSupervisor, after: 26, given: map[string]string{"finding": "现场核查三处，措施落实"}},
			demoMove{step: rectify.Close, who: demoLeader, after: 28, given: map[string]string{"note": "同意销号，继续观察"}})
	case 1:
		return append(begun, progress...)
	case 2:
		return append(append(delivered, public...),
			demoMove{step: rectify.Fail, who: demoSupervisor, after: 27, given: map[string]string{"missing": "夜间抽查仍有发现，巡查没有覆盖到末班时段"}, due: 80})
	case 3:
		return delivered
	case 4:
		return append(begun, public...)
	}
	return nil
}
