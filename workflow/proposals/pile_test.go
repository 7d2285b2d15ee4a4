package proposals

import (
	"context"
	"encoding/json"
	"errors"
	"sync"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

var noon = time.Date(2026, 11, 2, 4, 0, 0, 0, time.UTC)

func someProposal(kind Kind, key string, at time.Time) Proposal {
	return Proposal{Kind: kind, Key: key, At: at, Body: json.RawMessage(`{"n":1}`)}
}

func TestAProposalIsLaidOnThePileOnce(t *testing.T) {
	ctx, pile := context.Background(), NewPile(redisd.ForTest(t))
	first, err := pile.Add(ctx, someProposal(Lexicon, "2026-10", noon))
	if err != nil || !first {
		t.Fatal(first, err)
	}
	again := someProposal(Lexicon, "2026-10", noon.Add(time.Hour))
	again.Body = json.RawMessage(`{"n":2}`)
	if first, err = pile.Add(ctx, again); err != nil || first {
		t.Fatal(first, err)
	}
	got, err := pile.Get(ctx, Lexicon, "2026-10")
	if err != nil || string(got.Body) != `{"n":1}` || !got.At.Equal(noon) || !got.Waits() {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := pile.Get(ctx, Ruling, "2026-10"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("another kind of the same key: %v", err)
	}
}

func TestWhatWaitsComesFirstThenTheLatest(t *testing.T) {
	ctx, pile := context.Background(), NewPile(redisd.ForTest(t))
	for i, key := range []string{"2026-08", "2026-09", "2026-10", "2026-11"} {
		p := someProposal(Lexicon, key, noon.AddDate(0, i, 0))
		p.Idle = key == "2026-11"
		if _, err := pile.Add(ctx, p); err != nil {
			t.Fatal(err)
		}
	}
	if err := pile.Decide(ctx, "lexicon:2026-10", Decision{Outcome: Refused, By: "a", Name: "甲", At: noon, Why: "不合适"}); err != nil {
		t.Fatal(err)
	}
	list, err := pile.List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	var keys string
	for _, p := range list {
		keys += p.Key[5:] + " "
	}
	if keys != "09 08 11 10 " {
		t.Errorf("in the order %s", keys)
	}
	if waiting, err := pile.Waiting(ctx); err != nil || waiting[Lexicon] != 2 {
		t.Errorf("%v wait, %v", waiting, err)
	}
}

func TestDecisions(t *testing.T) {
	by := func(who string, o Outcome, why string) Decision {
		return Decision{Outcome: o, By: who, Name: who, At: noon, Why: why}
	}
	for _, c := range []struct {
		claim     string
		decisions []Decision
		last      error
	}{
		{"a refusal without a reason is none", []Decision{by("a", Refused, " ")}, ticket.ErrInvalid},
		{"a refusal stands", []Decision{by("a", Refused, "x"), by("b", Published, "")}, ticket.ErrConflict},
		{"what was published is not refused afterwards", []Decision{by("a", Published, ""), by("a", Refused, "x")}, ticket.ErrConflict},
		{"a draft may be taken up by somebody else", []Decision{by("a", Drafted, ""), by("b", Drafted, "")}, nil},
		{"a draft may be published", []Decision{by("a", Drafted, ""), by("b", Published, "")}, nil},
		{"a draft may be refused in the end", []Decision{by("a", Drafted, ""), by("a", Refused, "x")}, nil},
		{"the same again changes nothing", []Decision{by("a", Refused, "x"), by("a", Refused, "y")}, nil},
	} {
		t.Run(c.claim, func(t *testing.T) {
			ctx, pile := context.Background(), NewPile(redisd.ForTest(t))
			if _, err := pile.Add(ctx, someProposal(Lexicon, "2026-10", noon)); err != nil {
				t.Fatal(err)
			}
			var err error
			for _, d := range c.decisions {
				err = pile.Decide(ctx, "lexicon:2026-10", d)
			}
			if !errors.Is(err, c.last) {
				t.Errorf("the last one: %v", err)
			}
		})
	}
}

func TestOfTwoWhoDecideAtOnceOneIsToldWhoWasFirst(t *testing.T) {
	ctx, pile := context.Background(), NewPile(redisd.ForTest(t))
	if _, err := pile.Add(ctx, someProposal(Ruling, "T", noon)); err != nil {
		t.Fatal(err)
	}
	errs := make([]error, 8)
	var wg sync.WaitGroup
	for i := range errs {
		wg.Go(func() {
			errs[i] = pile.Decide(ctx, "ruling:T", Decision{Outcome: Refused, By: string(rune('a' + i)), Name: "某", At: noon, Why: "x"})
		})
	}
	wg.Wait()
	won := 0
	for _, err := range errs {
		if err == nil {
			won++
		} else if !errors.Is(err, ticket.ErrConflict) {
			t.Error(err)
		}
	}
	if won != 1 {
		t.Errorf("%d decisions stand", won)
	}
}
