package twins_test

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/intake/twins"
	"huiyin/internal/redisd"
	"huiyin/internal/seal"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

var (
	morning  = time.Date(2026, 4, 8, 2, 0, 0, 0, time.UTC)
	operator = ticket.Actor{ID: "op", Name: "安话务", Roles: []ticket.Role{ticket.Operator}}
	second   = ticket.Actor{ID: "op2", Name: "卞话务", Roles: []ticket.Role{ticket.Operator}}
	unit     = ticket.Actor{ID: "u", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
)

const (
	taxi  = "昨天晚上八点在客运西站门口坐上一辆出租车，车牌皖A12345，上车后司机说不打表，一口价八十元，平时只要二十五元左右。我让他打表，他就让我下车，态度很差。"
	road  = "村里到镇上的公路去年冬天修了一半就停工了，路面全是碎石，下雨天积水很深，孩子上学要绕很远，请问什么时候复工。"
	again = "前几天反映过出租车皖A12345的事，到现在没有人给我回电话，请尽快处理并告诉我结果。"
)

type policies struct {
	policy     *rules.Policy
	classifier *classify.Classifier
	twins      twins.Policy
}

var loaded = sync.OnceValue(func() policies {
	categories := must(classify.LoadCategories(tables.Default()))
	return policies{
		must(rules.Load(tables.Default(), categories)),
		must(classify.Load(tables.Default(), nil)),
		must(twins.LoadPolicy(tables.Default())),
	}
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

type hotline struct {
	t     *testing.T
	store *workflow.Store
	desk  *workflow.Desk
	line  *intake.Line
	book  *twins.Book
	made  int
}

func newHotline(t *testing.T) *hotline {
	store := must(workflow.OpenStore(t.Context(), redisd.ForTest(t), workflow.StoreOptions{}))
	desk := workflow.NewDesk(store, loaded().policy)
	keys := must(seal.Open(filepath.Join(t.TempDir(), "seal.json")))
	return &hotline{t: t, store: store, desk: desk, line: intake.NewLine(desk, loaded().classifier, keys), book: twins.NewBook(store, loaded().twins)}
}

// tells opens a ticket days before the morning of the tests.
func (h *hotline) tells(phone, text string, daysAgo int) ticket.Ticket {
	h.t.Helper()
	h.made++
	at := morning.AddDate(0, 0, -daysAgo)
	results, err := h.line.Accept(h.t.Context(), at, operator, []intake.Form{{
		Channel: ticket.Channel12345, SourceNo: fmt.Sprint("GD", h.made), Content: text, CallerPhone: phone, CalledAt: at,
	}})
	if err != nil || len(results[0].Faults) > 0 {
		h.t.Fatal(err, results)
	}
	return h.head(results[0].ID)
}

func (h *hotline) head(id ticket.ID) ticket.Ticket {
	h.t.Helper()
	found, err := h.store.Tickets(h.t.Context(), []ticket.ID{id})
	if err != nil || len(found) != 1 {
		h.t.Fatalf("%d tickets, %v", len(found), err)
	}
	return found[0]
}

func (h *hotline) does(actor ticket.Actor, id ticket.ID, step ticket.Step, fields map[string]string) {
	h.t.Helper()
	_, err := h.desk.Take(h.t.Context(), morning, workflow.Request{
		ID: "r" + string(id) + string(step), Ticket: id, Version: h.head(id).Version, Step: step, Actor: actor, Fields: fields,
	})
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *hotline) build() {
	h.t.Helper()
	if err := h.book.Build(h.t.Context(), morning); err != nil {
		h.t.Fatal(err)
	}
}

func (h *hotline) find(actor ticket.Actor, t ticket.Ticket) []twins.Twin {
	h.t.Helper()
	found, err := h.book.Find(h.t.Context(), actor, &t)
	if err != nil {
		h.t.Fatal(err)
	}
	return found
}

func TestTwinsAreOfferedWithTheirEvidence(t *testing.T) {
	cases := []struct {
		name         string
		phone, text  string // of the earlier ticket
		daysAgo      int
		found        bool
		sameCaller   bool
		shared       string
		alike, below float64
	}{
		{"the same text of another caller", "13900002222", taxi, 2, true, false, "客运西站 皖A12345", 1, 1.01},
		{"the same text with a sentence more", "13900002222", taxi + "请管理部门查一查。", 2, true, false, "客运西站 皖A12345", 0.7, 1},
		{"another matter of another caller", "13900002222", road, 2, false, false, "", 0, 0},
		{"another matter of the same caller", "13900001111", road, 2, false, true, "", 0, 0},
		{"the same plate told by the same caller in other words", "13900001111", again, 2, true, true, "皖A12345", 0, 0.4},
		{"the same text of long ago, still open", "13900001111", taxi, 60, true, true, "客运西站 皖A12345", 1, 1.01},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			h := newHotline(t)
			earlier := h.tells(tc.phone, tc.text, tc.daysAgo)
			now := h.tells("13900001111", taxi, 0)
			h.build()
			found := h.find(operator, now)
			if !tc.found {
				if len(found) > 0 {
					t.Fatalf("offered %+v", found)
				}
				return
			}
			if len(found) != 1 || found[0].ID != earlier.ID || found[0].Primary != earlier.ID {
				t.Fatalf("found %+v", found)
			}
			got := found[0]
			if got.SameCaller != tc.sameCaller || strings.Join(got.Shared, " ") != tc.shared || got.Days != tc.daysAgo {
				t.Errorf("same caller %v, shared %v, %d days", got.SameCaller, got.Shared, got.Days)
			}
			if got.Alike < tc.alike || got.Alike >= tc.below {
				t.Errorf("alike %.2f, want %.2f … %.2f", got.Alike, tc.alike, tc.below)
			}
		})
	}
}

func TestWhatIsDoneLongAgoIsNotOffered(t *testing.T) {
	h := newHotline(t)
	old, late := h.tells("13900001111", road, 60), h.tells("13900001111", road, 3)
	for _, id := range []ticket.ID{old.ID, late.ID} {
		h.does(operator, id, ticket.StepReject, map[string]string{"ground": firstGround(t), "reason": "重复", "legal_path": "申请复核"})
	}
	now := h.tells("13900001111", road, 0)
	h.build()
	found := h.find(operator, now)
	if len(found) != 1 || found[0].ID != late.ID || found[0].Primary != "" {
		t.Errorf("found %+v", found)
	}
}

func firstGround(t *testing.T) string {
	t.Helper()
	grounds := loaded().policy.GroundsOf(ticket.StepReject)
	if len(grounds) == 0 {
		t.Fatal("no grounds")
	}
	return grounds[0].Code
}

func TestOnlyWhoMayMergeIsOfferedTwins(t *testing.T) {
	h := newHotline(t)
	h.tells("13900001111", road, 1)
	now := h.tells("13900001111", road, 0)
	h.build()
	for _, role := range []ticket.Role{ticket.Leader, ticket.Admin, ticket.Auditor, ticket.Evaluator} {
		if found := h.find(ticket.Actor{ID: "x", Roles: []ticket.Role{role}}, now); len(found) > 0 {
			t.Errorf("%s is offered %+v", role, found)
		}
	}
	if found := h.find(unit, now); len(found) > 0 {
		t.Errorf("a unit is offered %+v", found)
	}
	earlier, err := h.book.Caller(t.Context(), unit, now.CallerKey, now.ID)
	if err != nil || earlier.Count > 0 {
		t.Errorf("a unit is told of the caller: %+v %v", earlier, err)
	}
	if found := h.find(operator, now); len(found) != 1 {
		t.Errorf("the operator is offered %+v", found)
	}
}

func TestAClueIsOfferedToNobody(t *testing.T) {
	for _, built := range []string{"before the book was built", "after"} {
		t.Run(built, func(t *testing.T) {
			h := newHotline(t)
			clue := h.tells("13900001111", road, 1)
			now := h.tells("13900001111", road, 0)
			if built == "after" {
				h.build()
			}
			h.does(operator, clue.ID, ticket.StepProposeHandOver, map[string]string{"clue": "反映工程款被人拿走"})
			if built != "after" {
				h.build()
			}
			discipline := ticket.Actor{ID: "d", Roles: []ticket.Role{ticket.Discipline, ticket.Operator}}
			for _, actor := range []ticket.Actor{operator, discipline} {
				if found := h.find(actor, now); len(found) > 0 {
					t.Errorf("%v is offered %+v", actor.Roles, found)
				}
				earlier, err := h.book.Caller(t.Context(), actor, now.CallerKey, now.ID)
				if err != nil || earlier.Count > 0 {
					t.Errorf("%v counts it: %+v %v", actor.Roles, earlier, err)
				}
			}
		})
	}
}

func TestADismissedTwinIsNotOfferedAgain(t *testing.T) {
	h := newHotline(t)
	earlier := h.tells("13900002222", road, 1)
	now := h.tells("13900001111", road, 0)
	h.build()
	if err := h.book.Dismiss(t.Context(), morning, operator, now.ID, earlier.ID); err != nil {
		t.Fatal(err)
	}
	for _, actor := range []ticket.Actor{operator, second} {
		if found := h.find(actor, now); len(found) > 0 {
			t.Errorf("%s is offered %+v", actor.Name, found)
		}
		if found := h.find(actor, earlier); len(found) > 0 {
			t.Errorf("%s is offered the other way round %+v", actor.Name, found)
		}
	}
	third := h.tells("13900003333", road, 0)
	h.build()
	if found := h.find(operator, third); len(found) != 2 {
		t.Errorf("a third one is offered %d", len(found))
	}
	if err := h.book.Dismiss(t.Context(), morning, unit, now.ID, third.ID); err == nil {
		t.Error("a unit dismisses")
	}
	if err := h.book.Dismiss(t.Context(), morning, operator, now.ID, "000000000000"); err == nil {
		t.Error("a ticket that is not there is dismissed")
	}
}

func TestCallersEarlierTickets(t *testing.T) {
	h := newHotline(t)
	for day := 5; day > 0; day-- {
		h.tells("13900001111", road+strings.Repeat("还没修好。", day), day*20)
	}
	h.tells("13900002222", road, 1)
	now := h.tells("13900001111", taxi, 0)
	h.build()
	earlier, err := h.book.Caller(t.Context(), operator, now.CallerKey, now.ID)
	if err != nil || earlier.Count != 5 || len(earlier.Last) != 3 {
		t.Fatalf("%d, %d shown, %v", earlier.Count, len(earlier.Last), err)
	}
	for i, want := range []int{20, 40, 60} {
		if got := int(morning.Sub(earlier.Last[i].ReceivedAt).Hours() / 24); got != want {
			t.Errorf("number %d is %d days old, want %d", i+1, got, want)
		}
	}
}

// What another instance receives, hides or dismisses is known here without a
// word between the two.
func TestTheBookFollowsTheStore(t *testing.T) {
	h := newHotline(t)
	before := h.tells("13900001111", road, 1)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() {
		h.book.Follow(ctx, func() time.Time { return morning }, slog.New(slog.DiscardHandler))
		close(ended)
	}()
	h.until("it is built", func() bool { ready, _ := h.book.Ready(); return ready })
	now := h.tells("13900002222", road, 0)
	draft := ticket.Ticket{Content: road}
	h.until("both are found", func() bool { return len(h.find(operator, draft)) == 2 })
	h.does(operator, before.ID, ticket.StepProposeHandOver, map[string]string{"clue": "反映工程款被人拿走"})
	h.until("one is found", func() bool {
		found := h.find(operator, draft)
		return len(found) == 1 && found[0].ID == now.ID
	})
	cancel()
	<-ended
}

func (h *hotline) until(what string, holds func() bool) {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 20*time.Second)
	defer cancel()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-ctx.Done():
			h.t.Fatalf("waited in vain until %s", what)
		case <-tick.C:
		}
	}
}

func TestABookThatIsNotBuiltFindsNothing(t *testing.T) {
	h := newHotline(t)
	h.tells("13900001111", road, 1)
	now := h.tells("13900001111", road, 0)
	if ready, _ := h.book.Ready(); ready || len(h.find(operator, now)) > 0 {
		t.Error("an empty book answers")
	}
}

func TestOneCallersSameTextIsHeldForAPerson(t *testing.T) {
	cases := []struct {
		name, phone, text string
		held              bool
	}{
		{"the same text of the same caller", "13900001111", taxi, true},
		{"the same text of another caller", "13900002222", taxi, false},
		{"the same matter in other words", "13900001111", again, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			h := newHotline(t)
			before := h.tells("13900001111", taxi, 1)
			h.build()
			now := h.tells(tc.phone, tc.text, 0)
			id, err := h.book.Hold(t.Context(), &now)
			if err != nil || (id == before.ID) != tc.held || (id == "") == tc.held {
				t.Errorf("held for %q, %v", id, err)
			}
		})
	}
}

func TestFaultsOfThePolicyFileAreTold(t *testing.T) {
	good := string(must(tables.Default().(interface {
		ReadFile(string) ([]byte, error)
	}).ReadFile(twins.File)))
	cases := []struct{ name, from, to, want string }{
		{"a missing row", "候选个数,5", "#候选个数,5", "缺少“候选个数”一行"},
		{"a row of another file", "候选个数", "候选数", "不认识“候选数”"},
		{"a row twice", "候选个数,5", "回看天数,5", "重复"},
		{"no number", "相似线,0.42", "相似线,很像", "不是数"},
		{"a share above one", "相似线,0.42", "相似线,42", "应在 0.05 到 1 之间"},
		{"half a day", "回看天数,30", "回看天数,1.5", "应为整数"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			text := strings.Replace(good, tc.from, tc.to, 1)
			_, err := twins.LoadPolicy(fstest.MapFS{twins.File: {Data: []byte(text)}})
			if err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v", err)
			}
		})
	}
	if _, err := twins.LoadPolicy(fstest.MapFS{}); err == nil {
		t.Error("a missing file is no fault")
	}
}
