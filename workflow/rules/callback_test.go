package rules

import (
	"fmt"
	"math"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiyin/ticket"
)

func closedFacts(n int, units []string) []ticket.Fact {
	facts := make([]ticket.Fact, n)
	closed := ticket.Month("2026-10").Start().AddDate(0, 0, 10)
	for i := range facts {
		facts[i] = ticket.Fact{
			ID: ticket.NewID(ticket.Channel12345, fmt.Sprint(i), 0), Category: "B01", Kind: ticket.Complaint,
			Channel: ticket.Channel12345, Lead: units[i%len(units)], State: ticket.Closed, ClosedAt: closed,
		}
	}
	return facts
}

func TestDrawTakesTheShareOfEveryUnit(t *testing.T) {
	p := testPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.IntRange(0, 400).Draw(t, "tickets")
		seed := rapid.Int64().Draw(t, "seed")
		facts := closedFacts(n, []string{"zhidui", "yunfu", "xian-a"})
		result := Draw(facts, p, "2026-10", seed)
		if want := 0.3 * float64(n); math.Abs(float64(len(result.Drawn))-want) > 1 {
			t.Fatalf("%d of %d drawn, want %.1f to within one", len(result.Drawn), n, want)
		}
		for _, s := range result.Strata {
			if want := 0.3 * float64(s.Size); math.Abs(float64(s.Drawn)-want) > 1 {
				t.Fatalf("stratum %v, want %.1f to within one", s, want)
			}
		}
		if diff := cmp.Diff(result, Draw(facts, p, "2026-10", seed)); diff != "" {
			t.Fatal("the same draw again is another:", diff)
		}
	})
}

func TestDrawLeavesOut(t *testing.T) {
	p := testPolicy(t)
	cases := []struct {
		name   string
		change func(*ticket.Fact)
	}{
		{"what is still open", func(f *ticket.Fact) { f.State = ticket.Handling }},
		{"what was called back already", func(f *ticket.Fact) { f.CalledBack = true }},
		{"what is called back one by one", func(f *ticket.Fact) { f.Category = "A01" }},
		{"what is not called back", func(f *ticket.Fact) { f.Category = "X01" }},
		{"what was closed in another month", func(f *ticket.Fact) { f.ClosedAt = f.ClosedAt.AddDate(0, 1, 0) }},
		{"what was handed over", func(f *ticket.Fact) { f.State = ticket.HandedOver }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			facts := closedFacts(50, []string{"zhidui"})
			for i := range facts {
				c.change(&facts[i])
			}
			if result := Draw(facts, p, "2026-10", 7); len(result.Drawn) != 0 || result.Population != 0 {
				t.Errorf("drawn: %d of %d", len(result.Drawn), result.Population)
			}
		})
	}
}

func TestAnotherSeedDrawsOthers(t *testing.T) {
	p := testPolicy(t)
	facts := closedFacts(300, []string{"zhidui"})
	if cmp.Equal(Draw(facts, p, "2026-10", 1).Drawn, Draw(facts, p, "2026-10", 2).Drawn) {
		t.Error("two seeds draw the same tickets")
	}
}

func TestRedoneAndSupervisedAreCalledBackOneByOne(t *testing.T) {
	p := testPolicy(t)
	for name, progress := range map[string]ticket.Progress{
		"redone":     {Category: "X01", Redos: 1},
		"supervised": {Category: "X01", Supervision: ticket.SupervisionNormal},
	} {
		if mode, row := p.CallbackMode(&ticket.Ticket{Progress: progress}); mode != OneByOne || row.Attempts < 2 {
			t.Errorf("%s: %s, %d attempts", name, mode, row.Attempts)
		}
	}
}
