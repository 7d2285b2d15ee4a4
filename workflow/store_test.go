package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

func TestWhatIsFixedForTheLifeOfTheDataIsRefusedOtherwise(t *testing.T) {
	ctx := context.Background()
	rdb := redisd.ForTest(t)
	if _, err := OpenStore(ctx, rdb, StoreOptions{Partitions: 4, Hash: "sm3"}); err != nil {
		t.Fatal(err)
	}
	s, err := OpenStore(ctx, rdb, StoreOptions{})
	if err != nil || s.partitions != 4 {
		t.Fatalf("opened again without saying: %v", err)
	}
	cases := []struct {
		name string
		o    StoreOptions
		want string
	}{
		{"other partitions", StoreOptions{Partitions: 16}, "存储按4个分区建立，不能用16个分区打开"},
		{"another hash", StoreOptions{Hash: "sha256"}, "存储的哈希链用的是 sm3，不能改用 sha256"},
		{"a hash that is none", StoreOptions{Hash: "md5"}, "分区数应为1到1024，哈希应为 sha256 或 sm3"},
		{"no partitions at all", StoreOptions{Partitions: -1}, "分区数应为1到1024，哈希应为 sha256 或 sm3"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if _, err := OpenStore(ctx, rdb, c.o); err == nil || err.Error() != c.want {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestTheWholeLifeRunsOnTheOtherHash(t *testing.T) {
	rdb := redisd.ForTest(t)
	if _, err := OpenStore(context.Background(), rdb, StoreOptions{Partitions: 3, Hash: "sm3"}); err != nil {
		t.Fatal(err)
	}
	b := bureauOn(t, rdb, defaultPolicy(t))
	b.busy()
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// TestAStoreThatCannotWriteLeavesTheTicketAsItWas tries a server that is out of
// memory, one that is read-only and one that is gone.
func TestAStoreThatCannotWriteLeavesTheTicketAsItWas(t *testing.T) {
	cases := []struct {
		name, code  string
		broken, fix func(rdb redis.UniversalClient, ctx context.Context) error
	}{
		{"out of memory", "store_full",
			func(rdb redis.UniversalClient, ctx context.Context) error {
				return rdb.ConfigSet(ctx, "maxmemory", "1mb").Err()
			},
			func(rdb redis.UniversalClient, ctx context.Context) error {
				return rdb.ConfigSet(ctx, "maxmemory", "0").Err()
			}},
		{"read-only", "store_readonly",
			func(rdb redis.UniversalClient, ctx context.Context) error {
				return rdb.SlaveOf(ctx, "127.0.0.1", "1").Err()
			},
			func(rdb redis.UniversalClient, ctx context.Context) error { return rdb.SlaveOf(ctx, "NO", "ONE").Err() }},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBureau(t)
			id := b.reach(ticket.Handling)
			before := b.raw(id)
			if err := c.broken(b.rdb, b.ctx); err != nil {
				t.Fatal(err)
			}
			_, err := b.try(caoUnit, id, ticket.StepReply, b.given(ticket.StepReply))
			var r *ticket.Refusal
			if !errors.As(err, &r) || !errors.Is(err, ticket.ErrStore) || r.Code != c.code {
				t.Errorf("a step is told %v %s", err, refusal.Cause(err))
			}
			opened, err := b.desk.Receive(b.ctx, b.now, []Opening{complaint(900)})
			if !errors.Is(err, ticket.ErrStore) {
				t.Errorf("a receipt is told %v, %+v", err, opened)
			}
			if err := c.fix(b.rdb, b.ctx); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(before, b.raw(id)); diff != "" {
				t.Errorf("it left a trace:\n%s", diff)
			}
			b.does(caoUnit, id, ticket.StepReply)
			if _, breaches := b.fsck(); len(breaches) > 0 {
				t.Error(breaches)
			}
		})
	}
	t.Run("slow", func(t *testing.T) {
		b := newBureau(t)
		id := b.reach(ticket.Handling)
		before := b.get(id)
		pause := func(args ...any) {
			b.masters(func(ctx context.Context, rdb *redis.Client) error { return rdb.Do(ctx, args...).Err() })
		}
		pause("CLIENT", "PAUSE", 60_000, "WRITE")
		ctx, cancel := context.WithTimeout(b.ctx, 50*time.Millisecond)
		defer cancel()
		r := Request{ID: "patient", Ticket: id, Version: before.Version, Step: ticket.StepReply, Actor: caoUnit, Fields: b.given(ticket.StepReply)}
		_, err := b.desk.Take(ctx, b.now, r)
		var told *ticket.Refusal
		if !errors.As(err, &told) || told.Code != "store_slow" || !strings.Contains(told.Message, "同一请求") {
			t.Errorf("told %v %s", err, refusal.Cause(err))
		}
		pause("CLIENT", "UNPAUSE")
		// The store may have done it after all: who asks again learns it, and nothing is done twice.
		outcome, err := b.desk.Take(b.ctx, b.now, r)
		if err != nil || outcome.Ticket.Version != before.Version+1 || b.get(id).Version != before.Version+1 {
			t.Errorf("asked again: version %d, %v", outcome.Ticket.Version, err)
		}
		if _, breaches := b.fsck(); len(breaches) > 0 {
			t.Error(breaches)
		}
	})
	t.Run("gone", func(t *testing.T) {
		b := newBureau(t)
		id := b.reach(ticket.Handling)
		_ = b.rdb.Close()
		_, err := b.desk.Take(b.ctx, b.now, Request{ID: "x", Ticket: id, Version: 3, Step: ticket.StepReply, Actor: caoUnit, Fields: b.given(ticket.StepReply)})
		if !errors.Is(err, ticket.ErrStore) || strings.Contains(err.Error(), "redis") || refusal.Cause(err) == "" {
			t.Errorf("told %v, cause %q", err, refusal.Cause(err))
		}
	})
}

func TestADamagedTicketIsNotServed(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	key := ticketKey(b.store.partition(id), id)
	raw := b.raw(id)
	for field, value := range raw {
		if field == sealedField || field == ordinalField || field == stateField {
			continue // the first is opened by its own key; the others are fsck's
		}
		t.Run(field, func(t *testing.T) {
			broken := []byte(value)
			broken[len(broken)/2] ^= 2
			b.rdb.HSet(b.ctx, key, field, broken)
			defer b.rdb.HSet(b.ctx, key, field, value)
			if _, err := b.desk.Ticket(b.ctx, annOperator, id); !errors.Is(err, ticket.ErrStore) {
				t.Errorf("one bit flipped, and it is served: %v", err)
			}
			fresh, err := OpenStore(b.ctx, b.rdb, StoreOptions{}) // one that has not seen the ticket before
			if err != nil {
				t.Fatal(err)
			}
			if _, err := NewDesk(fresh, b.desk.Policy()).Take(b.ctx, b.now, Request{ID: "x" + field, Ticket: id, Version: 3, Step: ticket.StepUrge, Actor: annOperator, Fields: b.given(ticket.StepUrge)}); !errors.Is(err, ticket.ErrStore) {
				t.Errorf("one bit flipped, and a step is taken: %v", err)
			}
		})
	}
}

func TestAClockThatGoesBackDisordersNothing(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	for _, moved := range []struct {
		years int
		by    time.Duration
	}{{-3, 0}, {10, 0}, {0, -7 * time.Hour}, {0, 5 * time.Hour}, {-20, 0}, {0, -time.Hour}} {
		b.now = b.now.AddDate(moved.years, 0, 0).Add(moved.by)
		b.does(annOperator, id, ticket.StepUrge)
	}
	got := b.get(id)
	for i := 1; i < len(got.Events); i++ {
		if got.Events[i].At.Before(got.Events[i-1].At) {
			t.Errorf("event %d lies before event %d", i+1, i)
		}
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}

func TestAChangedCalendarMovesOpenTicketsAndSaysWhich(t *testing.T) {
	b := newBureau(t)
	handling, closed := b.reach(ticket.Handling), b.reach(ticket.Closed)
	before := b.get(handling)
	changed := *b.desk.Policy()
	changed.Calendar = ticket.NewCalendar([]ticket.DayNote{{Date: "2026-09-07", Name: "停电"}}, ticket.Hours{{From: 9 * time.Hour, To: 17 * time.Hour}})
	b.desk.UsePolicy(&changed)

	moved, err := b.desk.Reclock(b.ctx, false)
	if err != nil || len(moved) == 0 {
		t.Fatalf("asked only: %v, %v", moved, err)
	}
	if diff := cmp.Diff(before, b.get(handling)); diff != "" {
		t.Errorf("asked only, but the ticket changed:\n%s", diff)
	}
	moved, err = b.desk.Reclock(b.ctx, true)
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(moved, func(m Moved) bool { return m.Ticket == handling && m.Clock == ticket.ClockClose })
	if i < 0 || moved[i].Is.Sub(moved[i].Was) != 24*time.Hour {
		t.Errorf("one free day more moves the limit by one: %+v", moved)
	}
	if slices.ContainsFunc(moved, func(m Moved) bool { return m.Ticket == closed }) {
		t.Error("a finished ticket was moved")
	}
	if d := due(t, b.get(handling), ticket.ClockClose); !d.Equal(moved[i].Is) {
		t.Errorf("stored as %s", d)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("after the change: %v", breaches)
	}
	if again, err := b.desk.Reclock(b.ctx, true); err != nil || len(again) > 0 {
		t.Errorf("moved again: %v, %v", again, err)
	}
}

func TestWatchTellsWhatHappens(t *testing.T) {
	b := newBureau(t)
	ctx, cancel := context.WithTimeout(b.ctx, 20*time.Second)
	defer cancel()
	changes := b.store.Watch(ctx)
	got := make(chan record.Change, 1)
	go func() {
		for c := range changes {
			if c.To == ticket.Handling {
				got <- c
				return
			}
		}
	}()
	for {
		id := b.reach(ticket.Dispatched)
		after := b.does(caoUnit, id, ticket.StepSign)
		select {
		case c := <-got: // an earlier one, perhaps: the watch began meanwhile
			if c.From != ticket.Dispatched || c.Version != after.Version || c.Lead != "zhidui" || c.Steps != 1 {
				t.Errorf("told %+v", c)
			}
			cancel()
			for range changes {
			}
			return
		case <-ctx.Done():
			t.Fatal("nothing was told")
		default:
		}
	}
}

func TestInstancesAgreeOnNumbers(t *testing.T) {
	b := newBureau(t)
	other, err := OpenStore(b.ctx, b.rdb, StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 2)
	for i, s := range []*Store{b.store, other} {
		go func() {
			for n := range 200 {
				if err := s.codes.number(b.ctx, fmt.Sprint("unit", (n*(7+6*i))%200)); err != nil {
					done <- err
					return
				}
			}
			done <- nil
		}()
	}
	for range 2 {
		if err := <-done; err != nil {
			t.Fatal(err)
		}
	}
	used := map[uint64]bool{}
	for n := range 200 {
		word := fmt.Sprint("unit", n)
		if err := b.store.codes.number(b.ctx, word); err != nil {
			t.Fatal(err)
		}
		if err := other.codes.number(b.ctx, word); err != nil {
			t.Fatal(err)
		}
		code := b.store.codes.Of(word)
		if code == 0 || used[code] || code != other.codes.Of(word) {
			t.Fatalf("%s has number %d here and %d there", word, code, other.codes.Of(word))
		}
		used[code] = true
	}
	var more []string
	for n := range codeMax {
		more = append(more, fmt.Sprint("more", n))
	}
	if err := b.store.codes.number(b.ctx, more...); err == nil {
		t.Error("more words than numbers")
	}
}
