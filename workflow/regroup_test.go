package workflow

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// between does something once, just before a script writes a ticket.
type between struct {
	key  string
	then func()
	done atomic.Bool
}

func (b *between) DialHook(next redis.DialHook) redis.DialHook { return next }

func (b *between) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

func (b *between) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		args := cmd.Args()
		if name := cmd.Name(); (name == "evalsha" || name == "eval") && len(args) > 3 && args[3] == b.key && b.done.CompareAndSwap(false, true) {
			b.then()
		}
		return next(ctx, cmd)
	}
}

// rivals is a bureau with a second desk on the same store; what that one writes
// of a ticket waits until the first has done something.
func rivals(t *testing.T, id func(b *bureau) ticket.ID, then func(b *bureau)) (*bureau, *Desk, *between) {
	t.Helper()
	b := newBureau(t)
	var own redis.UniversalClient
	switch server := b.rdb.(type) {
	case *redis.ClusterClient:
		own = redis.NewClusterClient(server.Options())
	case *redis.Client:
		own = redis.NewClient(server.Options())
	}
	t.Cleanup(func() { _ = own.Close() })
	store, err := OpenStore(b.ctx, own, StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	ticket := id(b)
	hook := &between{key: ticketKey(store.partition(ticket), ticket), then: func() { then(b) }}
	own.AddHook(hook)
	return b, NewDesk(store, b.desk.Policy()), hook
}

func TestAMergeThatMeetsTheEndOfItsPrimaryLeavesNoCallerBehind(t *testing.T) {
	var primary, follower ticket.ID
	merge := func(b *bureau, d *Desk) error {
		_, err := d.Take(b.ctx, b.now, Request{
			ID: "merge", Ticket: follower, Version: b.get(follower).Version, Step: ticket.StepMerge, Actor: annOperator,
			Fields: map[string]string{"primary": string(primary)},
		})
		return err
	}
	answer := func(b *bureau, d *Desk) error {
		_, err := d.Take(b.ctx, b.now, Request{
			ID: "reject", Ticket: primary, Version: b.get(primary).Version, Step: ticket.StepReject, Actor: benOperator, Fields: b.given(ticket.StepReject),
		})
		return err
	}
	fill := func(b *bureau) {
		primary, follower = b.reach(ticket.Received), b.reach(ticket.Received)
	}
	check := func(t *testing.T, b *bureau) {
		t.Helper()
		if p := b.get(primary); p.State != ticket.Rejected {
			t.Errorf("the primary is %s", p.State)
		}
		f := b.get(follower)
		if f.State != ticket.Received || f.Primary != "" || f.Events[len(f.Events)-1].Step != ticket.StepSplit {
			t.Errorf("the follower is %s, of %q", f.State, f.Primary)
		}
		if _, breaches := b.fsck(); len(breaches) > 0 {
			t.Error(breaches)
		}
	}
	t.Run("the primary ends just before the merge is written", func(t *testing.T) {
		b, rival, hook := rivals(t, func(b *bureau) ticket.ID { fill(b); return follower }, func(b *bureau) {
			if err := answer(b, b.desk); err != nil {
				t.Error(err)
			}
		})
		for range 2 { // a client that asks again is told the same
			var refusal *ticket.Refusal
			if err := merge(b, rival); !errors.As(err, &refusal) || refusal.Code != "primary_done" {
				t.Errorf("the merge is told %v", err)
			}
		}
		if !hook.done.Load() {
			t.Fatal("the two never met")
		}
		check(t, b)
	})
	t.Run("the merge is written just before the primary ends", func(t *testing.T) {
		b, rival, hook := rivals(t, func(b *bureau) ticket.ID { fill(b); return primary }, func(b *bureau) {
			if err := merge(b, b.desk); err != nil {
				t.Error(err)
			}
		})
		if err := answer(b, rival); err != nil || !hook.done.Load() {
			t.Fatalf("the end: %v, met %v", err, hook.done.Load())
		}
		check(t, b)
	})
}
