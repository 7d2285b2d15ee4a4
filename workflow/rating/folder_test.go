package rating_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rating"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	team = ticket.Actor{ID: "team", Name: "丁经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	wang = ticket.Actor{ID: "wang", Name: "王督办", Roles: []ticket.Role{ticket.Supervisor}}
	when = time.Date(2026, 10, 1, 0, 30, 0, 0, time.UTC)
)

func TestARatingIsShownToUnitsOnlyWhenConfirmed(t *testing.T) {
	ctx := context.Background()
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	f := rating.New(redisd.ForTest(t), sha256.New, func() *rules.Policy { return policy })
	for _, figures := range []string{"first", "second"} {
		if kept, err := f.Put(ctx, when, "2026-Q3", ticket.Service, []byte(figures)); err != nil || !kept {
			t.Fatal(kept, err)
		}
	}
	e, b, err := f.Figures(ctx, wang, "2026-Q3")
	if err != nil || string(b) != "second" {
		t.Fatalf("%s, %v", b, err)
	}
	if _, _, err := f.Figures(ctx, team, "2026-Q3"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("a unit sees the draft: %v", err)
	}
	if own, err := f.Quarters(ctx, team); err != nil || len(own) != 0 {
		t.Errorf("a unit's list has the draft: %v, %v", own, err)
	}
	take := func(actor ticket.Actor, step ticket.Step, version int64, fields map[string]string) error {
		_, err := f.Take(ctx, when, dossier.Request{ID: string(step) + actor.ID, Entry: "2026-Q3", Version: version, Step: step, Actor: actor, Fields: fields})
		return err
	}
	if err := take(team, rating.Confirm, e.Version, nil); err == nil {
		t.Error("a unit confirmed its own rating")
	}
	if err := take(wang, rating.Confirm, e.Version, nil); err != nil {
		t.Fatal(err)
	}
	if kept, err := f.Put(ctx, when, "2026-Q3", ticket.Service, []byte("third")); err != nil || kept {
		t.Errorf("a confirmed rating was replaced: %v, %v", kept, err)
	}
	if _, b, err := f.Figures(ctx, team, "2026-Q3"); err != nil || string(b) != "second" {
		t.Errorf("the unit sees %s, %v", b, err)
	}
	if err := take(wang, rating.Withdraw, e.Version+1, map[string]string{"reason": "剔除未批"}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := f.Figures(ctx, team, "2026-Q3"); err == nil {
		t.Error("a withdrawn rating is shown")
	}
}
