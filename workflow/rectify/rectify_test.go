package rectify_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/dossier/dossiertest"
	"huiyin/workflow/rectify"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	wang   = person("wang", ticket.Supervisor)
	he     = person("he", ticket.Supervisor)
	chen   = person("chen", ticket.Leader)
	luo    = person("luo", ticket.Leader)
	both   = person("both", ticket.Supervisor, ticket.Leader)
	team   = unitPerson("team", "zhidui")
	roads  = unitPerson("roads", "gonglu")
	people = []ticket.Actor{
		wang, he, chen, luo, both, team, roads, person("op", ticket.Operator), person("disc", ticket.Discipline),
		person("admin", ticket.Admin), person("audit", ticket.Auditor), person("eval", ticket.Evaluator), ticket.Service,
	}
	noon = time.Date(2026, 11, 4, 4, 0, 0, 0, time.UTC)
)

func person(id string, roles ...ticket.Role) ticket.Actor {
	return ticket.Actor{ID: id, Name: id, Roles: roles}
}

func unitPerson(id, unit string) ticket.Actor {
	return ticket.Actor{ID: id, Name: id, Roles: []ticket.Role{ticket.UnitHandler}, Unit: unit}
}

func open(t testing.TB) (*rectify.Ledger, *redis.Client) {
	t.Helper()
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	rdb := redisd.ForTest(t)
	return rectify.New(rdb, sha256.New, func() *rules.Policy { return policy }), rdb
}

func proposal() map[string]string {
	return map[string]string{
		"problem": "夜间出租汽车不打表", "matter": "C02", "goal": "夜间投诉明显减少", "measures": "每周两次夜查\n公布举报码",
		"unit": "zhidui", "person": "孙涛", "deadline": "2026-12-31", "target": "30",
	}
}

var given = map[ticket.Step]map[string]string{
	rectify.Propose: proposal(), rectify.Amend: proposal(), rectify.Refuse: {"reason": "已有专项"}, rectify.Start: {"plan": "分两个班"},
	rectify.Report: {"progress": "查了四次"}, rectify.Deliver: {"result": "全部落实"}, rectify.Pass: {"finding": "现场看过"},
	rectify.Fail: {"missing": "夜间还有", "deadline": "2027-01-31"}, rectify.Reopen: {"reason": "又多了", "deadline": "2027-01-31"},
	rectify.Postpone: {"deadline": "2027-01-31", "reason": "设备未到"}, rectify.Note: {"note": "抓紧"},
	rectify.Offer: {"public_problem": "夜间打车不打表", "public_measures": "加强夜查"}, rectify.Withdraw: {"reason": "有误"},
}

func walk(t testing.TB) *dossiertest.Walk {
	ledger, rdb := open(t)
	m := func(step ticket.Step, who ticket.Actor) dossiertest.Move {
		return dossiertest.Move{Step: step, Actor: who}
	}
	toApproved := []dossiertest.Move{m(rectify.Propose, both), m(rectify.Approve, chen)}
	toRunning := append(slices.Clone(toApproved), m(rectify.Start, team))
	toDelivered := append(slices.Clone(toRunning), m(rectify.Deliver, team))
	toChecked := append(slices.Clone(toDelivered), m(rectify.Pass, both))
	return &dossiertest.Walk{
		Desk: ledger.Desk, Redis: rdb, Now: noon, People: people, Fields: given,
		NewID: func(n int) string { return fmt.Sprintf("ZG2026-%04d", n) },
		Ways: map[ticket.State][]dossiertest.Move{
			ticket.None: nil, "proposed": toApproved[:1], "refused": {m(rectify.Propose, both), m(rectify.Refuse, chen)},
			"approved": toApproved, "in_progress": toRunning, "delivered": toDelivered, "checked": toChecked,
			"reopened": append(slices.Clone(toDelivered), m(rectify.Fail, wang)), "closed": append(slices.Clone(toChecked), m(rectify.Close, chen)),
		},
		Before: map[ticket.Step][]dossiertest.Move{
			rectify.Publish:  {m(rectify.Offer, both)},
			rectify.Withdraw: {m(rectify.Offer, both), m(rectify.Publish, chen)},
		},
	}
}

func TestEveryStateStepAndRole(t *testing.T) { walk(t).Everybody(t) }

func TestNobodyJudgesTheirOwn(t *testing.T) {
	w := walk(t)
	for _, c := range []struct {
		name  string
		state ticket.State
		step  ticket.Step
		who   ticket.Actor
		may   bool
	}{
		{"who proposed does not approve, though a leader too", "proposed", rectify.Approve, both, false},
		{"another leader approves", "proposed", rectify.Approve, luo, true},
		{"a unit does not pass its own measure", "delivered", rectify.Pass, team, false},
		{"a unit does not close its own measure", "checked", rectify.Close, team, false},
		{"who passed does not close", "checked", rectify.Close, both, false},
		{"who offered does not publish", "in_progress", rectify.Publish, both, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			e := w.Reach(t, c.state, c.step)
			err := w.Desk.Refusal(c.step, c.who, &e)
			if c.may != (err == nil) || err != nil && !errors.Is(err, ticket.ErrForbidden) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestAnEntryWithoutAMeasureAUnitAPersonAndADeadlineIsNotTaken(t *testing.T) {
	ledger, _ := open(t)
	_, err := ledger.Propose(t.Context(), noon, wang, "r1", map[string]string{"problem": "有问题", "unit": "nowhere", "deadline": "2026-11-03x"})
	var refused *ticket.Refusal
	if !errors.As(err, &refused) {
		t.Fatal(err)
	}
	var fields []string
	for _, f := range refused.Faults {
		fields = append(fields, f.Field)
	}
	if want := []string{"goal", "measures", "unit", "person", "deadline"}; !cmp.Equal(fields, want) {
		t.Errorf("faults at %v, want %v", fields, want)
	}
	past := proposal()
	past["deadline"] = "2026-11-03"
	if _, err := ledger.Propose(t.Context(), noon, wang, "r2", past); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("a deadline that has passed: %v", err)
	}
}

func TestManyProposeAtOnceAndEachGetsItsNumber(t *testing.T) {
	ledger, _ := open(t)
	var wg sync.WaitGroup
	ids := make([]string, 12)
	for i := range ids {
		wg.Go(func() {
			e, err := ledger.Propose(t.Context(), noon, wang, fmt.Sprintf("r%d", i/2), proposal()) // each asks twice
			if err != nil {
				t.Error(err)
			}
			ids[i] = e.ID
		})
	}
	wg.Wait()
	all, err := ledger.List(t.Context(), ticket.Service)
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for _, e := range all {
		seen[e.ID] = true
	}
	if len(all) != len(ids)/2 {
		t.Errorf("%d entries of %d requests", len(all), len(ids)/2)
	}
	for n := 1; n <= len(all); n++ {
		if !seen[fmt.Sprintf("ZG2026-%03d", n)] {
			t.Errorf("number %d is missing of %d", n, len(all))
		}
	}
	if again, err := ledger.Propose(t.Context(), noon.Add(time.Hour), wang, "r0", proposal()); err != nil || !seen[again.ID] {
		t.Errorf("asked again: %s, %v", again.ID, err)
	}
}

func TestAFailedCheckComesBackAndIsCounted(t *testing.T) {
	w := walk(t)
	e := w.Reach(t, "reopened", "")
	r := rectify.Of(&e)
	if r.State != ticket.RectifyReopened || r.Reopened != 1 || r.Deadline != "2027-01-31" || r.Person != "孙涛" || r.Target != 30 {
		t.Errorf("got %+v", r)
	}
	if diff := cmp.Diff([]string{"每周两次夜查", "公布举报码"}, r.Measures); diff != "" {
		t.Error(diff)
	}
}

func TestTheLedgerAsItStood(t *testing.T) {
	ledger, _ := open(t)
	e, err := ledger.Propose(t.Context(), noon, wang, "r", proposal())
	if err != nil {
		t.Fatal(err)
	}
	later := noon.Add(48 * time.Hour)
	if _, err := ledger.Take(t.Context(), later, dossier.Request{ID: "a", Entry: e.ID, Version: 1, Step: rectify.Approve, Actor: chen}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		at   time.Time
		want []ticket.RectificationState
	}{{noon, nil}, {later, []ticket.RectificationState{ticket.RectifyProposed}}, {later.Add(time.Second), []ticket.RectificationState{ticket.RectifyApproved}}} {
		list, err := ledger.Rectifications(t.Context(), c.at)
		if err != nil {
			t.Fatal(err)
		}
		var got []ticket.RectificationState
		for _, r := range list {
			got = append(got, r.State)
		}
		if !slices.Equal(got, c.want) {
			t.Errorf("at %s: %v, want %v", c.at, got, c.want)
		}
	}
}

func TestTheDailyRoundRemindsOnceAndUrgesByTheInterval(t *testing.T) {
	ledger, _ := open(t)
	fields := proposal()
	fields["deadline"] = "2026-11-10"
	e, err := ledger.Propose(t.Context(), noon, wang, "r", fields)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ledger.Take(t.Context(), noon, dossier.Request{ID: "a", Entry: e.ID, Version: 1, Step: rectify.Approve, Actor: chen}); err != nil {
		t.Fatal(err)
	}
	var reminded, urged []string
	for day := range 20 {
		for range 2 { // the job may run twice
			now := noon.AddDate(0, 0, day)
			done, err := ledger.Sweep(t.Context(), now, rectify.Watch{Ahead: 3, Every: 5})
			if err != nil {
				t.Fatal(err)
			}
			date := string(ticket.DateOf(now))
			if done.Reminded > 0 {
				reminded = append(reminded, date)
			}
			if done.Urged > 0 {
				urged = append(urged, date)
			}
		}
	}
	if want := []string{"2026-11-07"}; !slices.Equal(reminded, want) {
		t.Errorf("reminded on %v, want %v", reminded, want)
	}
	if want := []string{"2026-11-11", "2026-11-16", "2026-11-21"}; !slices.Equal(urged, want) {
		t.Errorf("urged on %v, want %v", urged, want)
	}
}

func TestATamperedHistoryIsFound(t *testing.T) {
	w := walk(t)
	e := w.Reach(t, "delivered", "")
	key := "{rectify}:m:" + e.ID
	raw, err := w.Redis.HGet(t.Context(), key, "e4").Result()
	if err != nil {
		t.Fatal(err)
	}
	w.Redis.HSet(t.Context(), key, "e4", raw[:40]+"X"+raw[41:])
	if _, err := w.Desk.Entry(t.Context(), ticket.Service, e.ID); !errors.Is(err, ticket.ErrStore) {
		t.Errorf("got %v", err)
	}
	w.Reach(t, "proposed", "")
	n, broken, err := w.Desk.Check(t.Context())
	if err != nil || n != 2 || len(broken) != 1 || !strings.Contains(broken[0], "第4步断开") {
		t.Errorf("%d matters, %v, %v", n, broken, err)
	}
	if list, err := w.Desk.List(t.Context(), ticket.Service); err != nil || len(list) != 1 {
		t.Errorf("one damaged record hides the others: %d, %v", len(list), err)
	}
}

func TestTwoPeopleOnOneEntry(t *testing.T) {
	w := walk(t)
	e := w.Reach(t, "delivered", "")
	results := make([]error, 2)
	var wg sync.WaitGroup
	for i, step := range []ticket.Step{rectify.Pass, rectify.Fail} {
		wg.Go(func() {
			_, results[i] = w.Desk.Take(t.Context(), noon, dossier.Request{ID: string(step), Entry: e.ID, Version: e.Version, Step: step, Actor: he, Fields: given[step]})
		})
	}
	wg.Wait()
	if (results[0] == nil) == (results[1] == nil) {
		t.Errorf("one of two must win: %v, %v", results[0], results[1])
	}
}
