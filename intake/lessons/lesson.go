// Package lessons turns what people corrected into a proposal to change the
// lexicon: once a month, from the tickets of some months, with its measured
// effect, for an administrator to accept or refuse. It says so when there was
// too little to learn from, and when what was learned is worth nothing.
package lessons

import (
	"cmp"
	"context"
	"encoding/json"
	"slices"
	"time"

	"huiyin/classify/adjust"
	"huiyin/intake"
	"huiyin/ticket"
	"huiyin/workflow/proposals"
)

// Lesson is the body of a proposal of the kind proposals.Lexicon.
type Lesson struct {
	Month     ticket.Month   `json:"month"` // whose corrections it was made for
	From      ticket.Month   `json:"from"`  // the first month that was learned from
	Version   int            `json:"version"`
	Advice    Advice         `json:"advice"`
	InMonth   int            `json:"in_month"`  // corrections made in the month
	Wanted    int            `json:"wanted"`    // that there must be
	Corrected int            `json:"corrected"` // labels of all months
	Confirmed int            `json:"confirmed"`
	Turns     []intake.Move  `json:"turns"` // from which category to which people corrected
	Rows      []adjust.Row   `json:"rows"`
	Effect    *adjust.Effect `json:"effect,omitempty"`
	Open      *Open          `json:"open,omitempty"`
	Doubts    []adjust.Doubt `json:"doubts"`
	Reroutes  []Reroute      `json:"reroutes"`
}

// Advice is what a lesson comes to.
type Advice string

// The advices.
const (
	TooFew   Advice = "too_few"   // corrections
	Nothing  Advice = "nothing"   // no row has enough tickets behind it
	NoBetter Advice = "no_better" // on tickets left out
	Better   Advice = "better"
)

// Open is what the rows would do to the tickets that are open now.
type Open struct {
	Tickets    int           `json:"tickets"`
	Changed    int           `json:"changed"`
	Categories []intake.Move `json:"categories"`
	Units      []intake.Move `json:"units"`
	AutoBefore int           `json:"auto_before"`
	AutoAfter  int           `json:"auto_after"`
}

// Reroute is how often people sent tickets of a category and county to another
// unit than the routes proposed: perhaps a row of routes.csv is wrong.
type Reroute struct {
	Category string `json:"category"`
	County   string `json:"county,omitempty"`
	Before   string `json:"before"`
	After    string `json:"after"`
	Tickets  int    `json:"tickets"`
}

// School is what lessons are made of.
type School struct {
	Source   Source
	Reader   Reader
	Pile     *proposals.Pile
	Rules    intake.Rules // in force
	Settings proposals.Settings
}

// Make makes the lesson of a month and lays it on the pile. One that is there
// already stays as it is; made says whether it was not.
func (s *School) Make(ctx context.Context, now time.Time, month ticket.Month) (lesson Lesson, made bool, err error) {
	if p, err := s.Pile.Get(ctx, proposals.Lexicon, string(month)); err == nil {
		lesson, err := Of(&p)
		return lesson, false, err
	}
	if lesson, err = s.learn(ctx, month); err != nil {
		return lesson, false, err
	}
	body, err := json.Marshal(lesson)
	if err != nil {
		return lesson, false, err
	}
	made, err = s.Pile.Add(ctx, proposals.Proposal{
		Kind: proposals.Lexicon, Key: string(month), At: now, Body: body, Idle: len(lesson.Rows) == 0,
	})
	return lesson, made, err
}

// Of reads the lesson off a proposal.
func Of(p *proposals.Proposal) (Lesson, error) {
	var lesson Lesson
	if err := json.Unmarshal(p.Body, &lesson); err != nil || p.Kind != proposals.Lexicon {
		return lesson, ticket.Refuse(ticket.ErrNotFound, "no_proposal", "没有这份词表建议")
	}
	return lesson, nil
}

func (s *School) learn(ctx context.Context, month ticket.Month) (Lesson, error) {
	l, err := gather(ctx, s.Source, s.Reader, month, s.Settings)
	if err != nil {
		return Lesson{}, err
	}
	lesson := Lesson{
		Month: month, From: month.Add(1 - s.Settings.Months), Version: s.Rules.Policy.Version, Advice: TooFew,
		InMonth: l.inMonth, Wanted: s.Settings.Corrections, Corrected: l.corrected, Confirmed: l.confirmed,
		Turns: moves(l.turns), Reroutes: l.often(s.Settings.Reroutes), Rows: []adjust.Row{}, Doubts: []adjust.Doubt{},
	}
	if l.inMonth < s.Settings.Corrections {
		return lesson, nil
	}
	bench, err := adjust.New(s.Rules.Classifier, l.cases, s.options())
	if err != nil {
		return lesson, err
	}
	if rows := bench.Rows(); len(rows) > 0 {
		lesson.Rows = rows
	}
	if doubts := bench.Doubts(s.Settings.Tickets); len(doubts) > 0 {
		lesson.Doubts = doubts
	}
	if lesson.Advice = Nothing; len(lesson.Rows) == 0 {
		return lesson, nil
	}
	effect := bench.HeldOut()
	lesson.Effect, lesson.Advice = &effect, s.advise(&effect)
	lesson.Open, err = s.open(ctx, lesson.Rows)
	return lesson, err
}

func (s *School) options() adjust.Options {
	o := s.Settings
	return adjust.Options{
		Tickets: o.Tickets, Callers: o.Callers, Share: o.Share, Caution: o.Caution, LeastWeight: o.LeastWeight,
		MostWeight: o.MostWeight, Rows: o.Rows, Folds: o.Folds, Seed: 1,
	}
}

// advise compares what was mended with what was spoilt on tickets left out.
func (s *School) advise(e *adjust.Effect) Advice {
	precision := func(a adjust.Auto) float64 {
		if a.N == 0 {
			return 1
		}
		return float64(a.Right) / float64(a.N)
	}
	if e.Fixed-e.Broken < s.Settings.NetFixed || precision(e.Auto[0])-precision(e.Auto[1]) > s.Settings.AutoLoss {
		return NoBetter
	}
	return Better
}

// open judges the open tickets with and without the rows.
func (s *School) open(ctx context.Context, rows []adjust.Row) (*Open, error) {
	months, err := s.Source.Months(ctx)
	if err != nil {
		return nil, err
	}
	after := intake.Rules{Classifier: s.Rules.Classifier.Revise(adjust.Keywords(rows)), Policy: s.Rules.Policy}
	r, err := intake.Replay(ctx, openOnly{s.Source}, s.Rules, after, months, 0)
	if err != nil {
		return nil, err
	}
	return &Open{Tickets: r.Tickets, Changed: r.Changed, Categories: r.Categories, Units: r.Units, AutoBefore: r.AutoBefore, AutoAfter: r.AutoAfter}, nil
}

// openOnly leaves finished tickets out of a replay.
type openOnly struct{ Source }

func (o openOnly) Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error) {
	facts, err := o.Source.Facts(ctx, m)
	return slices.DeleteFunc(slices.Clone(facts), func(f ticket.Fact) bool { return !f.State.IsOpen() }), err
}

// often lists the reroutes that happened often enough, most often first.
func (l *labels) often(least int) []Reroute {
	list := []Reroute{}
	for r, n := range l.reroutes {
		if r.Tickets = n; n >= least {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b Reroute) int {
		return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.Category, b.Category), cmp.Compare(a.County, b.County), cmp.Compare(a.After, b.After), cmp.Compare(a.Before, b.Before))
	})
	return list
}

func moves(turns map[[2]string]int) []intake.Move {
	list := make([]intake.Move, 0, len(turns))
	for t, n := range turns {
		list = append(list, intake.Move{Before: t[0], After: t[1], Tickets: n})
	}
	slices.SortFunc(list, func(a, b intake.Move) int {
		return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return list
}
