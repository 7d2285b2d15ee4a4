package edition_test

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
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
	"huiyin/workflow/edition"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	wang   = person("wang", ticket.Supervisor)
	chen   = person("chen", ticket.Leader)
	luo    = person("luo", ticket.Leader)
	both   = person("both", ticket.Supervisor, ticket.Leader)
	people = []ticket.Actor{
		wang, chen, luo, both, person("op", ticket.Operator), person("disc", ticket.Discipline), person("admin", ticket.Admin),
		person("audit", ticket.Auditor), person("eval", ticket.Evaluator), ticket.Service,
	}
	noon = time.Date(2026, 11, 2, 4, 0, 0, 0, time.UTC)
)

func person(id string, roles ...ticket.Role) ticket.Actor {
	return ticket.Actor{ID: id, Name: id, Roles: roles}
}

func open(t testing.TB) (*edition.Press, *redis.Client) {
	t.Helper()
	policy, err := rules.Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	rdb := redisd.ForTest(t)
	return edition.New(rdb, sha256.New, func() *rules.Policy { return policy }), rdb
}

var given = map[ticket.Step]map[string]string{
	edition.Edit: {"part": "findings", "text": "改过的话"}, edition.Restore: {"part": "findings"}, edition.Comment: {"part": "findings", "comment": "请再核"},
	edition.SendBack: {"reason": "数据待核"}, edition.Send: {"to": "局领导"}, edition.Withdraw: {"reason": "有误"}, edition.Correct: {"reason": "重复登记"},
}

func TestEveryStateStepAndRole(t *testing.T) {
	press, rdb := open(t)
	m := func(step ticket.Step, who ticket.Actor) dossiertest.Move {
		return dossiertest.Move{Step: step, Actor: who}
	}
	drafted := []dossiertest.Move{m(edition.Draft, ticket.Service)}
	submitted := append(slices.Clone(drafted), m(edition.Edit, chen), m(edition.Submit, both))
	approved := append(slices.Clone(submitted), m(edition.Approve, luo))
	walk := &dossiertest.Walk{
		Desk: press.Desk, Redis: rdb, Now: noon, People: people, Fields: given,
		NewID: func(n int) string { return edition.ID(fmt.Sprintf("x%d", n), 1) },
		Ways: map[ticket.State][]dossiertest.Move{
			ticket.None: nil, edition.Drafted: drafted, edition.Submitted: submitted, edition.Approved: approved,
			edition.Sent: append(slices.Clone(approved), m(edition.Send, wang)), edition.Published: append(slices.Clone(approved), m(edition.Publish, wang)),
		},
	}
	walk.Everybody(t)
}

func take(t testing.TB, p *edition.Press, id string, step ticket.Step, who ticket.Actor, fields map[string]string) (dossier.Entry, error) {
	t.Helper()
	e, err := p.Entry(t.Context(), ticket.Service, id)
	if err != nil {
		t.Fatal(err)
	}
	return p.Take(t.Context(), noon, dossier.Request{ID: fmt.Sprintf("%s-%d", step, e.Version), Entry: id, Version: e.Version, Step: step, Actor: who, Fields: fields})
}

func must(t testing.TB, p *edition.Press, id string, step ticket.Step, who ticket.Actor, fields map[string]string) {
	t.Helper()
	if _, err := take(t, p, id, step, who, fields); err != nil {
		t.Fatalf("%s: %v", step, err)
	}
}

func freeze(n edition.Number) (edition.Frozen, error) {
	return edition.Frozen{Number: fmt.Sprintf("诉析〔%d〕%d号", n.Year, n.N), Digest: "d", Files: map[string][]byte{"json": []byte(fmt.Sprint(n.N))}}, nil
}

func approve(t testing.TB, p *edition.Press, id string, who ticket.Actor) (dossier.Entry, error) {
	t.Helper()
	e, err := p.Entry(t.Context(), ticket.Service, id)
	if err != nil {
		t.Fatal(err)
	}
	return p.Approve(t.Context(), noon, dossier.Request{ID: "approve-" + id, Entry: id, Version: e.Version, Actor: who}, 2026, freeze)
}

func begin(t testing.TB, p *edition.Press, period string) string {
	t.Helper()
	e, err := p.Begin(t.Context(), noon, ticket.Service, period)
	if err != nil {
		t.Fatal(err)
	}
	return e.ID
}

func TestWhoEditedLastDoesNotApprove(t *testing.T) {
	press, _ := open(t)
	id := begin(t, press, "2026-10")
	must(t, press, id, edition.Edit, chen, given[edition.Edit])
	must(t, press, id, edition.Submit, both, nil)
	for _, who := range []ticket.Actor{chen, both, wang} {
		if _, err := approve(t, press, id, who); !errors.Is(err, ticket.ErrForbidden) {
			t.Errorf("%s: %v", who.ID, err)
		}
	}
	if e, err := approve(t, press, id, luo); err != nil || e.State != edition.Approved || e.Values["number"] != "诉析〔2026〕1号" {
		t.Errorf("%s, %v", e.Values["number"], err)
	}
}

func TestAFrozenEditionIsNotTouched(t *testing.T) {
	press, _ := open(t)
	id := begin(t, press, "2026-10")
	must(t, press, id, edition.Submit, wang, nil)
	if _, err := approve(t, press, id, chen); err != nil {
		t.Fatal(err)
	}
	for _, step := range []ticket.Step{edition.Edit, edition.Restore, edition.Submit, edition.SendBack} {
		if _, err := take(t, press, id, step, both, given[step]); !errors.Is(err, ticket.ErrIllegal) {
			t.Errorf("%s: %v", step, err)
		}
	}
	if _, err := take(t, press, id, edition.Approve, luo, nil); !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("approved twice: %v", err)
	}
	if b, err := press.File(t.Context(), id, "json"); err != nil || string(b) != "1" {
		t.Errorf("the stored bytes are %q, %v", b, err)
	}
	if _, err := take(t, press, id, edition.Publish, chen, nil); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("who approved published: %v", err)
	}
}

func TestAFrozenFileThatWasChangedIsNotGivenOut(t *testing.T) {
	press, rdb := open(t)
	id := begin(t, press, "2026-10")
	must(t, press, id, edition.Submit, wang, nil)
	if _, err := approve(t, press, id, chen); err != nil {
		t.Fatal(err)
	}
	if b, err := press.Kept(t.Context(), id, "json"); err != nil || string(b) != "1" {
		t.Errorf("kept %q, %v", b, err)
	}
	if broken, err := press.CheckFiles(t.Context()); err != nil || len(broken) > 0 {
		t.Errorf("%v, %v", broken, err)
	}
	rdb.HSet(t.Context(), "{edition}:files:"+id, "json", "2")
	if _, err := press.Kept(t.Context(), id, "json"); !errors.Is(err, ticket.ErrStore) {
		t.Errorf("got %v", err)
	}
	if broken, err := press.CheckFiles(t.Context()); err != nil || len(broken) != 1 {
		t.Errorf("%v, %v", broken, err)
	}
}

func TestADraftIsNotPublished(t *testing.T) {
	press, _ := open(t)
	id := begin(t, press, "2026-10")
	if _, err := take(t, press, id, edition.Publish, wang, nil); !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("got %v", err)
	}
}

func TestACorrectionIsAnEditionOfItsOwnWithTheWordsOfTheFirst(t *testing.T) {
	press, _ := open(t)
	first := begin(t, press, "2026-10")
	must(t, press, first, edition.Edit, wang, map[string]string{"part": "findings", "text": "甲"})
	must(t, press, first, edition.Edit, wang, map[string]string{"part": "asks", "text": "乙"})
	must(t, press, first, edition.Submit, wang, nil)
	if _, err := approve(t, press, first, chen); err != nil {
		t.Fatal(err)
	}
	must(t, press, first, edition.Publish, wang, nil)
	e, _ := press.Entry(t.Context(), ticket.Service, first)
	second, err := press.Correct(t.Context(), noon, dossier.Request{ID: "c", Entry: first, Version: e.Version, Step: edition.Correct, Actor: wang, Fields: given[edition.Correct]})
	if err != nil || second.ID != "2026-10.2" || second.State != edition.Drafted || second.Values["correction"] != "重复登记" {
		t.Fatalf("%+v, %v", second, err)
	}
	if begin(t, press, "2026-10") != "2026-10.2" {
		t.Error("the job must not open a third")
	}
	must(t, press, second.ID, edition.Edit, chen, map[string]string{"part": "findings", "text": "丙"})
	must(t, press, second.ID, edition.Restore, chen, map[string]string{"part": "asks"})
	list, err := press.Amendments(t.Context(), "2026-10")
	if err != nil || len(list) != 1 || list[0].Fields["text"] != "丙" || list[0].Name != "chen" {
		t.Errorf("amendments are %+v, %v", list, err)
	}
	last, issued, err := press.Latest(t.Context(), "2026-10")
	if err != nil || last.ID != "2026-10.2" || issued.ID != first {
		t.Errorf("last %s, issued %s, %v", last.ID, issued.ID, err)
	}
	must(t, press, second.ID, edition.Submit, wang, nil)
	if e, err := approve(t, press, second.ID, luo); err != nil || e.Values["number"] != "诉析〔2026〕2号" {
		t.Errorf("%s, %v", e.Values["number"], err)
	}
	published := func() []string {
		list, err := press.Published(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, e := range list {
			ids = append(ids, e.ID)
		}
		return ids
	}
	if diff := cmp.Diff([]string{first}, published()); diff != "" {
		t.Errorf("the first stands until the second is published: %s", diff)
	}
	must(t, press, second.ID, edition.Publish, wang, nil)
	if diff := cmp.Diff([]string{second.ID}, published()); diff != "" {
		t.Error(diff)
	}
}

func TestNumbersRunWithoutGapsWhenMonthsAreApprovedAtOnce(t *testing.T) {
	press, _ := open(t)
	numbers := make([]string, 6)
	var wg sync.WaitGroup
	for i := range numbers {
		id := begin(t, press, fmt.Sprintf("2026-%02d", i+1))
		must(t, press, id, edition.Submit, wang, nil)
		wg.Go(func() {
			e, err := approve(t, press, id, chen)
			if err != nil {
				t.Error(err)
			}
			b, err := press.File(t.Context(), id, "json")
			if err != nil || fmt.Sprintf("诉析〔2026〕%s号", b) != e.Values["number"] {
				t.Errorf("the file says %s, the edition %s, %v", b, e.Values["number"], err)
			}
			numbers[i] = e.Values["number"]
		})
	}
	wg.Wait()
	slices.Sort(numbers)
	for i, n := range numbers {
		if want := fmt.Sprintf("诉析〔2026〕%d号", i+1); n != want {
			t.Errorf("number %s, want %s", n, want)
		}
	}
}
