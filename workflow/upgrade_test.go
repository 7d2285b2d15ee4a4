package workflow

import (
	"context"
	"errors"
	"strings"
	"testing"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/steps"
)

// older makes of the bureau's store one that an earlier version wrote: without
// the index of finished tickets by helper, without the clocks of tasks, with
// facts that do not say who asked for a return.
func (b *bureau) older(ids map[ticket.State]ticket.ID) {
	b.t.Helper()
	b.rdb.HSet(b.ctx, metaKey, "format", "1")
	for _, key := range b.keys() {
		if strings.Contains(key, "}:cd:") {
			b.rdb.Del(b.ctx, key)
		}
	}
	for _, id := range ids {
		s, err := b.store.load(b.ctx, id)
		if err != nil {
			b.t.Fatal(err)
		}
		p := b.store.partition(id)
		f := steps.FactOf(b.desk.Policy(), &s.Ticket)
		f.Returned = false
		b.rdb.SetRange(b.ctx, factsKey(p, ticket.MonthOf(s.ReceivedAt)), s.ordinal*record.FactSize, string(record.PackFact(b.store.codes, f, s.Secrecy())))
		if s.shelved {
			continue
		}
		old := s.Ticket
		old.Dues = nil
		for _, d := range s.Dues {
			if d.Clock != ticket.ClockTask {
				old.Dues = append(old.Dues, d)
			}
		}
		b.rdb.HSet(b.ctx, ticketKey(p, id), stateField, record.PackProgress(&old))
		for _, at := range b.store.places(&s.Ticket) {
			b.rdb.ZAdd(b.ctx, at.key, z(id, float64(b.store.places(&old)[0].score)))
		}
	}
}

func TestAStoreOfAnEarlierVersionIsBroughtUp(t *testing.T) {
	b := newBureau(t)
	ids := b.busy()
	b.does(annOperator, ids[ticket.ReturnRequested], ticket.StepRefuseReturn)
	want := b.everything()
	b.older(ids)
	store, err := OpenStore(b.ctx, b.rdb, StoreOptions{})
	if err != nil || !store.Behind() {
		t.Fatalf("an older store is opened to be brought up: %v, behind %v", err, store.Behind())
	}
	summary, err := Upgrade(b.ctx, store, b.desk.Policy())
	if err != nil || summary.Mended == 0 || summary.Left > 0 || store.Behind() {
		t.Fatalf("%+v %v, behind %v", summary, err, store.Behind())
	}
	got := b.everything()
	for key := range want {
		if got[key] == "" {
			t.Errorf("%s was not made again", key)
		}
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("breaches: %v", breaches)
	}
	again, err := OpenStore(b.ctx, b.rdb, StoreOptions{})
	if err != nil || again.Behind() {
		t.Fatalf("opened again: %v", err)
	}
	if summary, err = Upgrade(b.ctx, again, b.desk.Policy()); err != nil || summary.Mended > 0 {
		t.Errorf("a second time it does %+v, %v", summary, err)
	}
	if page, err := b.desk.List(b.ctx, b.now, dengUnit, Filter{States: []ticket.State{ticket.Closed}}); err != nil || len(page.Tickets) == 0 {
		t.Errorf("the helper finds %d finished tickets, %v", len(page.Tickets), err)
	}
}

func TestAStoreOfALaterVersionIsRefused(t *testing.T) {
	cases := []struct{ name, format, want string }{
		{"a later one", "9", "存储已由更新的程序写成第9版格式，这个程序只认到第2版：请换用新版程序，旧版不要再打开它"},
		{"none at all", "rot", "看不懂存储的格式版本“rot”，请检查连接的是不是回音的存储"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			rdb := redisd.ForTest(t)
			rdb.HSet(context.Background(), metaKey, "format", c.format)
			if _, err := OpenStore(context.Background(), rdb, StoreOptions{}); !errors.Is(err, ticket.ErrInvalid) || err.Error() != c.want {
				t.Errorf("it is told %v", err)
			}
		})
	}
}

// TestARepairComputesAgainWhatFollowsFromHistories removes all indexes and facts
// by hand, and mends them; a changed history is never mended.
func TestARepairComputesAgainWhatFollowsFromHistories(t *testing.T) {
	b := newBureau(t)
	ids := b.busy()
	for _, key := range b.keys() {
		if kind, _ := b.rdb.Type(b.ctx, key).Result(); kind == "zset" && strings.HasPrefix(key, "{p") && !strings.Contains(key, ":"+outboxMark+":") {
			b.rdb.Del(b.ctx, key)
		}
	}
	b.rdb.ZAdd(b.ctx, queueKey(b.store.partition(ids[ticket.Closed]), "gonglu", ticket.Handling), z(ids[ticket.Closed], 1))
	b.rdb.SRem(b.ctx, monthsKey, "2026-09")
	summary, err := Repair(b.ctx, b.store, b.desk.Policy(), func(Breach, bool) {})
	if err != nil || summary.Mended == 0 || summary.Left > 0 {
		t.Fatalf("%+v %v", summary, err)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("after the repair: %v", breaches)
	}

	id := ids[ticket.Handling]
	key := ticketKey(b.store.partition(id), id)
	raw := []byte(b.raw(id)["e2"])
	raw[len(raw)/2] ^= 1
	b.rdb.HSet(b.ctx, key, "e2", raw)
	before := b.raw(id)
	summary, err = Repair(b.ctx, b.store, b.desk.Policy(), func(br Breach, mended bool) {
		if mended {
			t.Errorf("a changed history counts as mended: %s", br)
		}
	})
	if err != nil || summary.Left == 0 || b.raw(id)["e2"] != before["e2"] {
		t.Errorf("%+v %v", summary, err)
	}
}
