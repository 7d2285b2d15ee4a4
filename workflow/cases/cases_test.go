package cases_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cases"
	"huiyin/workflow/dossier"
	"huiyin/workflow/dossier/dossiertest"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	caller  = ticket.Actor{ID: "an", Name: "安话务", Roles: []ticket.Role{ticket.Operator}}
	watch   = ticket.Actor{ID: "guan", Name: "管督办", Roles: []ticket.Role{ticket.Supervisor}}
	leader  = ticket.Actor{ID: "jiang", Name: "蒋领导", Roles: []ticket.Role{ticket.Leader}}
	team    = ticket.Actor{ID: "cao", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	october = ticket.Month("2026-10")
	now     = time.Date(2026, 11, 2, 9, 0, 0, 0, ticket.Shanghai)
)

func open(t *testing.T) *cases.Cabinet {
	t.Helper()
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	rdb := redisd.ForTest(t)
	store, err := workflow.OpenStore(t.Context(), rdb, workflow.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return cases.New(rdb, store, func() *rules.Policy { return policy })
}

// fill files cases of two units, closed in October but for every tenth.
func fill(t *testing.T, c *cases.Cabinet, n int) {
	t.Helper()
	for i := range n {
		closed := ticket.Date("2026-10-15")
		if i%10 == 9 {
			closed = "2026-11-01"
		}
		f := cases.Filing{No: fmt.Sprintf("〔2026〕%d号", i), Cause: "擅自从事网约车经营", Unit: []string{"zhidui", "gonglu"}[i%2], Closed: closed, Sealed: []byte("sealed")}
		if existing, err := c.File(t.Context(), now, ticket.Service, f); err != nil || existing {
			t.Fatal(existing, err)
		}
	}
}

func TestACaseIsFiledOnce(t *testing.T) {
	c := open(t)
	fill(t, c, 1)
	existing, err := c.File(t.Context(), now, ticket.Service, cases.Filing{No: "〔2026〕0号", Cause: "别的案由", Unit: "gonglu", Closed: "2026-10-20"})
	if err != nil || !existing {
		t.Fatalf("filed again: existing %v, %v", existing, err)
	}
	e, err := c.Entry(t.Context(), watch, string(cases.IDOf("〔2026〕0号")))
	if err != nil || cases.Cause(&e) != "擅自从事网约车经营" {
		t.Errorf("%q, %v", cases.Cause(&e), err)
	}
}

func TestAMonthsCasesAreDrawnOnceByTheShareOfThePolicy(t *testing.T) {
	c := open(t)
	fill(t, c, 200)
	if _, err := c.DrawCases(t.Context(), time.Date(2026, 10, 31, 9, 0, 0, 0, ticket.Shanghai), ticket.Service, october, nil); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("drawn before the month was over: %v", err)
	}
	if _, err := c.DrawCases(t.Context(), now, caller, october, nil); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("who calls also draws: %v", err)
	}
	seed := int64(7)
	first, err := c.DrawCases(t.Context(), now, ticket.Service, october, &seed)
	if err != nil {
		t.Fatal(err)
	}
	if n := len(first.Drawn); first.Population != 180 || n < 17 || n > 19 {
		t.Errorf("%d of %d drawn, 10%% of 180 expected", n, first.Population)
	}
	fill2 := cases.Filing{No: "〔2026〕迟报号", Cause: "迟报", Unit: "zhidui", Closed: "2026-10-02"}
	if _, err := c.File(t.Context(), now, ticket.Service, fill2); err != nil {
		t.Fatal(err)
	}
	again, err := c.DrawCases(t.Context(), now.AddDate(0, 0, 1), ticket.Service, october, nil)
	if err != nil || cmp.Diff(first, again) != "" {
		t.Errorf("drawn again: %v\n%s", err, cmp.Diff(first, again))
	}
	seed = 8
	if _, err := c.DrawCases(t.Context(), now, ticket.Service, october, &seed); !errors.Is(err, ticket.ErrConflict) {
		t.Errorf("another seed until it pleases: %v", err)
	}
	facts, err := c.PenaltyCases(t.Context(), october.Start(), october.End(), now.AddDate(0, 0, 2))
	drawn := 0
	for _, p := range facts {
		if p.Drawn == october {
			drawn++
		}
	}
	if err != nil || len(facts) != 181 || drawn != len(first.Drawn) {
		t.Errorf("reports see %d cases, %d drawn, %v", len(facts), drawn, err)
	}
}

func TestAPartyIsCalledOnDifferentDaysBeforeItIsGivenUp(t *testing.T) {
	c := open(t)
	fill(t, c, 40)
	result, err := c.DrawCases(t.Context(), now, ticket.Service, october, nil)
	if err != nil || len(result.Drawn) == 0 {
		t.Fatal(err)
	}
	id := string(result.Drawn[0])
	at := now
	take := func(step ticket.Step, actor ticket.Actor, fields map[string]string) error {
		e, err := c.Entry(t.Context(), watch, id)
		if err != nil {
			t.Fatal(err)
		}
		_, err = c.Take(t.Context(), at, dossier.Request{ID: fmt.Sprint(step, e.Version, at), Entry: id, Version: e.Version, Step: step, Actor: actor, Fields: fields})
		return err
	}
	called := func() map[string]string { return map[string]string{"at": at.Add(-time.Minute).Format(time.RFC3339)} }
	at = at.Add(2 * time.Hour)
	if err := take(cases.Attempt, team, called()); err == nil {
		t.Error("the unit that punished calls the party")
	}
	if err := take(cases.Attempt, caller, called()); err != nil {
		t.Fatal(err)
	}
	at = at.Add(time.Hour)
	if err := take(cases.Attempt, caller, called()); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("twice on one day: %v", err)
	}
	if err := take(cases.GiveUp, caller, nil); !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("given up after one call: %v", err)
	}
	at = at.AddDate(0, 0, 1)
	if err := take(cases.Attempt, caller, called()); err != nil {
		t.Fatal(err)
	}
	if err := take(cases.GiveUp, caller, nil); err != nil {
		t.Fatal(err)
	}
	e, _ := c.Entry(t.Context(), watch, id)
	if p := cases.Of(&e); !p.Unreached || p.Attempts != 2 || !p.CalledAt.IsZero() {
		t.Errorf("%+v", p)
	}
}

func TestTheThreeAnswersAreKeptApart(t *testing.T) {
	c := open(t)
	fill(t, c, 40)
	result, err := c.DrawCases(t.Context(), now, ticket.Service, october, nil)
	if err != nil {
		t.Fatal(err)
	}
	id := string(result.Drawn[0])
	e, _ := c.Entry(t.Context(), caller, id)
	_, err = c.Take(t.Context(), now, dossier.Request{ID: "r", Entry: id, Version: e.Version, Step: cases.Record, Actor: caller,
		Fields: map[string]string{"informed": "yes", "proper": "no", "satisfied": "unknown", "opinion": "希望告诉我在哪里缴款"}})
	if err != nil {
		t.Fatal(err)
	}
	e, _ = c.Entry(t.Context(), caller, id)
	if p := cases.Of(&e); p.Informed != ticket.Yes || p.Proper != ticket.No || p.Satisfied != ticket.Unknown || !p.Opinion || !p.CalledAt.Equal(now) {
		t.Errorf("%+v", p)
	}
}

func TestEveryStateStepAndRole(t *testing.T) {
	c := open(t)
	rdb := redisd.ForTest(t)
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	at := now.Add(-time.Hour).Format(time.RFC3339)
	keep, draw := dossiertest.Move{Step: cases.Keep, Actor: ticket.Service}, dossiertest.Move{Step: cases.Draw, Actor: ticket.Service}
	call := dossiertest.Move{Step: cases.Attempt, Actor: caller}
	walk := &dossiertest.Walk{
		Desk:  dossier.NewDesk(c.Table, rdb, sha256.New, func() *rules.Policy { return policy }),
		Redis: rdb, Now: now,
		Ways: map[ticket.State][]dossiertest.Move{
			ticket.None: nil, cases.Kept: {keep}, cases.Drawn: {keep, draw},
			cases.Called:    {keep, draw, {Step: cases.Record, Actor: caller}},
			cases.Unreached: {keep, draw, call, {Step: cases.GiveUp, Actor: caller}},
		},
		Before: map[ticket.Step][]dossiertest.Move{cases.GiveUp: {call}},
		Fields: map[ticket.Step]map[string]string{
			cases.Attempt: {"at": at}, cases.Record: {"informed": "yes", "proper": "yes", "satisfied": "yes"},
		},
		People: []ticket.Actor{caller, watch, leader, team, ticket.Service},
		NewID:  func(n int) string { return fmt.Sprintf("case-%d", n) },
	}
	walk.Everybody(t)
}
