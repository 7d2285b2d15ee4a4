package sheets_test

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
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
	"huiyin/workflow/sheets"
)

var (
	team  = ticket.Actor{ID: "team", Name: "丁经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	roads = ticket.Actor{ID: "roads", Name: "路经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "gonglu"}
	wang  = ticket.Actor{ID: "wang", Name: "王督办", Roles: []ticket.Role{ticket.Supervisor}}
)

func day(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, ticket.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func open(t *testing.T) *sheets.Cabinet {
	t.Helper()
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	c := sheets.New(redisd.ForTest(t), sha256.New, func() *rules.Policy { return policy })
	for _, unit := range []string{"zhidui", "gonglu"} {
		if fresh, err := c.Put(context.Background(), day("2026-11-01 07:00"), "2026-10", unit, "2026-11-25", []byte(`{"unit":"`+unit+`"}`)); err != nil || !fresh {
			t.Fatal(fresh, err)
		}
	}
	return c
}

func confirm(c *sheets.Cabinet, actor ticket.Actor, id string, version int64, now time.Time) error {
	_, err := c.Take(context.Background(), now, dossier.Request{
		ID: "r" + id + now.String(), Entry: id, Version: version, Step: sheets.Confirm, Actor: actor, Fields: map[string]string{"remarks": "无出入"}})
	return err
}

func TestASheetIsIssuedOnceAndStaysAsItWasShown(t *testing.T) {
	c := open(t)
	if fresh, err := c.Put(context.Background(), day("2026-11-02 07:00"), "2026-10", "zhidui", "2026-11-25", []byte("other")); err != nil || fresh {
		t.Errorf("issued again: %v, %v", fresh, err)
	}
	b, err := c.Figures(context.Background(), team, "2026-10-zhidui")
	if err != nil || string(b) != `{"unit":"zhidui"}` {
		t.Errorf("%s, %v", b, err)
	}
}

func TestAUnitSeesAndConfirmsItsOwnSheetOnly(t *testing.T) {
	c := open(t)
	if _, err := c.Figures(context.Background(), roads, "2026-10-zhidui"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("another unit's sheet: %v", err)
	}
	if err := confirm(c, roads, "2026-10-zhidui", 1, day("2026-11-20 10:00")); err == nil {
		t.Error("another unit confirmed")
	}
	if err := confirm(c, wang, "2026-10-zhidui", 1, day("2026-11-20 10:00")); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("the supervisor confirmed for the unit: %v", err)
	}
	if err := confirm(c, team, "2026-10-zhidui", 1, day("2026-11-20 10:00")); err != nil {
		t.Fatal(err)
	}
	if err := confirm(c, team, "2026-10-zhidui", 2, day("2026-11-20 11:00")); !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("confirmed twice: %v", err)
	}
	got, err := c.Confirmations(context.Background(), "2026-11-01", "2026-11-30", day("2026-12-01 08:00"))
	if err != nil || len(got) != 2 {
		t.Fatalf("%+v, %v", got, err)
	}
	if x := got[1]; x.Unit != "zhidui" || x.Name != "丁经办" || x.Remarks != "无出入" || x.Late(day("2026-12-01 08:00")) {
		t.Errorf("%+v", x)
	}
	if x := got[0]; x.Unit != "gonglu" || !x.ConfirmedAt.IsZero() || !x.Late(day("2026-12-01 08:00")) {
		t.Errorf("%+v", x)
	}
	before, err := c.Confirmations(context.Background(), "2026-11-01", "2026-11-30", day("2026-11-10 08:00"))
	if err != nil || len(before) != 2 || !before[1].ConfirmedAt.IsZero() {
		t.Errorf("as of the tenth: %+v, %v", before, err)
	}
}

func TestUnitsAreRemindedOnceAheadAndDailyFromTheDayOn(t *testing.T) {
	c := open(t)
	if err := confirm(c, roads, "2026-10-gonglu", 1, day("2026-11-12 10:00")); err != nil {
		t.Fatal(err)
	}
	for _, want := range []struct {
		at   string
		sent int
	}{
		{"2026-11-19 09:00", 0}, {"2026-11-22 09:00", 1}, {"2026-11-22 15:00", 0}, {"2026-11-23 09:00", 0},
		{"2026-11-25 09:00", 1}, {"2026-11-25 10:00", 0}, {"2026-11-26 09:00", 1},
	} {
		done, err := c.Remind(context.Background(), day(want.at), 3)
		if err != nil || done.Sent != want.sent || done.Waiting != 1 {
			t.Errorf("%s: %+v, %v; want %d sent", want.at, done, err, want.sent)
		}
	}
}

func TestAReturnedSheetIsConfirmedAgain(t *testing.T) {
	c := open(t)
	if err := confirm(c, team, "2026-10-zhidui", 1, day("2026-11-20 10:00")); err != nil {
		t.Fatal(err)
	}
	_, err := c.Take(context.Background(), day("2026-11-21 10:00"), dossier.Request{
		ID: "back", Entry: "2026-10-zhidui", Version: 2, Step: sheets.Return, Actor: wang, Fields: map[string]string{"reason": "漏核一件"}})
	if err != nil {
		t.Fatal(err)
	}
	got, err := c.Confirmations(context.Background(), "2026-11-25", "2026-11-25", day("2026-11-21 12:00"))
	if err != nil || !got[1].ConfirmedAt.IsZero() {
		t.Errorf("%+v, %v", got, err)
	}
	if err := confirm(c, team, "2026-10-zhidui", 3, day("2026-11-22 10:00")); err != nil {
		t.Error(err)
	}
}
