package web

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// trial is a replay of stored tickets under somebody's draft.
type trial struct {
	key         string // of the draft's texts
	months      int
	started     time.Time
	cancel      context.CancelFunc
	finished    chan struct{}
	done, total int
	seconds     float64
	result      *intake.Replayed // nil until it is there
	failure     string
}

const (
	trialExamples = 1000        // changed tickets that are kept to look at
	trialPage     = 50          // of them on a page
	trialPatience = time.Second // a trial that ends within it needs no progress bar
)

// trialMonths are the spans that can be chosen.
var trialMonths = []int{1, 3, 6, 12, 24}

// tryDraft starts a trial; it stops the one that runs for the same draft.
func (s *Server) tryDraft(d *drafting) error {
	if len(d.faults) > 0 {
		return ticket.Refuse(ticket.ErrInvalid, "faulty_draft", "草稿还有 %d 处问题，改好才能试运行", len(d.faults))
	}
	n, _ := strconv.Atoi(d.FormValue("months"))
	if !slices.Contains(trialMonths, n) {
		return invalidField("months", "unknown", "请选试运行的月数")
	}
	if err := s.accounts.note(d.ctx(), d.now, d.actor, "policy_try", fmt.Sprintf("最近 %d 个月", n), ""); err != nil {
		return err
	}
	t := s.startTrial(d.actor, d.checked, n, d.now)
	select {
	case <-t.finished:
	case <-time.After(trialPatience):
	}
	return d.Redirect("/policy/draft/try", fiber.StatusSeeOther)
}

func (s *Server) startTrial(who ticket.Actor, c checked, months int, now time.Time) *trial {
	login := who.ID
	ctx, cancel := context.WithCancel(s.studio.ctx)
	t := &trial{key: c.key, months: months, started: time.Now(), cancel: cancel, finished: make(chan struct{})}
	s.studio.mu.Lock()
	if before := s.studio.trials[login]; before != nil {
		before.cancel()
	}
	s.studio.trials[login] = t
	s.studio.mu.Unlock()
	s.studio.wg.Add(1)
	go func() {
		defer s.studio.wg.Done()
		defer close(t.finished)
		defer cancel()
		result, err := s.replayStored(ctx, t, c.rules, monthsBack(now, months))
		s.studio.mu.Lock()
		defer s.studio.mu.Unlock()
		if err != nil {
			p, internal := problemOf(err, "")
			if internal && !errors.Is(err, context.Canceled) {
				s.log.Error("trial failed", "error", scrub(err))
			}
			t.failure = p.Detail
			return
		}
		t.result, t.seconds = result, time.Since(t.started).Seconds()
		t.failure = s.keepTrial(ctx, who, t, now)
	}()
	return t
}

func monthsBack(now time.Time, n int) []ticket.Month {
	months := make([]ticket.Month, n)
	for i := range months {
		months[i] = ticket.MonthOf(now).Add(-i)
	}
	return months
}

func (s *Server) replayStored(ctx context.Context, t *trial, after intake.Rules, months []ticket.Month) (*intake.Replayed, error) {
	store := s.Desk.Store()
	total := 0
	for _, m := range months {
		facts, err := store.Facts(ctx, m)
		if err != nil {
			return nil, err
		}
		total += len(facts)
	}
	progress := func(n int) {
		s.studio.mu.Lock()
		defer s.studio.mu.Unlock()
		t.done, t.total = t.done+n, total
	}
	progress(0)
	return intake.Replay(ctx, countedReads{store, progress}, s.Amend.InForce(), after, months, trialExamples)
}

// countedReads tells how far a replay has come.
type countedReads struct {
	intake.Stored
	read func(n int)
}

func (c countedReads) Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	tickets, err := c.Stored.Tickets(ctx, ids)
	c.read(len(ids))
	return tickets, err
}

// trialView is the effect of a draft on stored tickets.
type trialView struct {
	draftPage
	Broken, Busy, Stale  bool
	Months               []option
	Done, Total, Percent int
	Failure              notice
	Finished             bool
	trialResult
}

// trialResult is what a replay found.
type trialResult struct {
	Span              string
	Figures           []cardView
	Matrix            trialMatrix
	Units, Limits     []moveRow
	Examples          []evidenceRow
	Kept, Changed     int
	Chosen, All, Next string
	MayRead           bool
}

// trialMatrix is the confusion table: how many went from a category to another.
type trialMatrix struct {
	Head []matrixHead
	Rows []matrixRow
	More int // moves that the table has no room for
}

type matrixHead struct{ Code, Name string }

type matrixRow struct {
	Code, Name string
	Cells      []matrixCell
	Total      int
}

type matrixCell struct {
	N          int
	Tone, Href string
}

type moveRow struct {
	Before, After string
	N             int
}

func (s *Server) draftTrial(d *drafting) error {
	view := trialView{draftPage: s.draftFrame(d, "try", "用草稿把近几个月的工单重判一遍，不改动工单"), Broken: len(d.faults) > 0}
	s.studio.mu.Lock()
	var t trial
	if known := s.studio.trials[d.account.Login]; known != nil {
		t = *known
	}
	s.studio.mu.Unlock()
	chosen := t.months
	if chosen == 0 {
		chosen = 3
	}
	for _, n := range trialMonths {
		view.Months = append(view.Months, option{Value: strconv.Itoa(n), Label: fmt.Sprintf("最近 %d 个月", n), Chosen: n == chosen})
	}
	if t.finished != nil {
		view.Stale = t.key != d.key
		view.Busy = t.result == nil && t.failure == ""
		view.Done, view.Total = t.done, t.total
		view.Percent = 100 * t.done / max(1, t.total)
	}
	if t.failure != "" {
		view.Failure = notice{Text: "试运行没有完成：" + t.failure, Tone: "red", Icon: "alert"}
	}
	if t.result != nil {
		if err := s.fillTrial(d, &view, &t); err != nil {
			return err
		}
	}
	if d.Get("HX-Request") == "true" {
		return s.render(d.Ctx, "policy-trial", view)
	}
	return s.render(d.Ctx, "policy_try", view)
}

func (s *Server) fillTrial(d *drafting, view *trialView, t *trial) error {
	r, names := t.result, glossaryOf(d.draft)
	view.Finished = true
	view.Span = fmt.Sprintf("最近 %d 个月，%d 件，用时 %.1f 秒", t.months, r.Tickets, max(0.1, t.seconds))
	view.fill(r, names)
	return s.trialExamples(d.visit, &view.trialResult, r, names, "/policy/draft/try", d.rules.Classifier)
}

// fill puts the counts of a replay into words and tables.
func (view *trialResult) fill(r *intake.Replayed, names glossary) {
	view.Changed, view.Kept = r.Changed, len(r.Examples)
	sum := func(moves []intake.Move) (n int) {
		for _, m := range moves {
			n += m.Tickets
		}
		return n
	}
	figure := func(title string, n int, note string) cardView {
		c := cardView{Title: title, Value: strconv.Itoa(n), Unit: "件", Note: note}
		if n == 0 {
			c.Tone = "zero"
		}
		return c
	}
	share := "没有工单"
	if r.Tickets > 0 {
		share = fmt.Sprintf("占 %.1f%%", 100*float64(r.Changed)/float64(r.Tickets))
	}
	view.Figures = []cardView{
		figure("有变化", r.Changed, share), figure("换类别", sum(r.Categories), ""), figure("换牵头单位", sum(r.Units), ""), figure("换办结时限", sum(r.Limits), ""),
		figure("自动分派", r.AutoAfter, fmt.Sprintf("现行 %d 件，%+d 件", r.AutoBefore, r.AutoAfter-r.AutoBefore)),
	}
	view.Matrix = matrixOf(r.Categories, names)
	view.Units, view.Limits = movesOf(r.Units, names.unit, 12), movesOf(r.Limits, func(limit string) string { return limit }, 12)
}

// matrixSide is how many categories a side of the confusion table has room for.
const matrixSide = 10

func matrixOf(moves []intake.Move, names glossary) (m trialMatrix) {
	var before, after []string
	cells := map[[2]string]int{}
	for _, move := range moves { // largest first
		b, a := slices.Contains(before, move.Before), slices.Contains(after, move.After)
		if !b && len(before) >= matrixSide || !a && len(after) >= matrixSide {
			m.More++
			continue
		}
		if !b {
			before = append(before, move.Before)
		}
		if !a {
			after = append(after, move.After)
		}
		cells[[2]string{move.Before, move.After}] = move.Tickets
	}
	slices.Sort(before)
	slices.Sort(after)
	for _, code := range after {
		m.Head = append(m.Head, matrixHead{code, names.category(code)})
	}
	most := 1
	if len(moves) > 0 {
		most = moves[0].Tickets
	}
	for _, from := range before {
		row := matrixRow{Code: from, Name: names.category(from)}
		for _, to := range after {
			n := cells[[2]string{from, to}]
			row.Total += n
			cell := matrixCell{N: n}
			if n > 0 {
				cell.Tone = fmt.Sprintf("h%d", 1+3*n/most)
				cell.Href = "?" + url.Values{"from": {from}, "to": {to}}.Encode() + "#examples"
			}
			row.Cells = append(row.Cells, cell)
		}
		m.Rows = append(m.Rows, row)
	}
	return m
}

func judgementParts(e intake.Changed, names glossary) (parts []diffPart) {
	add := func(name, before, after string) {
		if before != after {
			parts = append(parts, diffPart{name, before, after})
		}
	}
	add("类别", names.category(e.Before.Category), names.category(e.After.Category))
	add("牵头", names.unit(e.Before.Lead), names.unit(e.After.Lead))
	add("办结", e.Before.Limit, e.After.Limit)
	add("自动分派", yesNo(e.Before.Auto), yesNo(e.After.Auto))
	return parts
}

func yesNo(is bool) string {
	if is {
		return "是"
	}
	return "否"
}
