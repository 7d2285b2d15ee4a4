package outbox

import (
	"context"
	"net/http"
	"sync"
	"syscall"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

// An instance that dies leaves nothing but the store; what it had in hand is
// taken over when its claim has run out, under the same id.
func TestAnInstanceMayDieAtAnyPoint(t *testing.T) {
	for name, c := range map[string]struct {
		die      func(b *bureau, o *Outbox, r *Receiver)
		accepted int // by the time that all is settled, of two messages
	}{
		"before it read what was noted": {func(*bureau, *Outbox, *Receiver) {}, 2},
		"after it laid the messages": {func(b *bureau, o *Outbox, _ *Receiver) {
			_, err := o.Spread(b.ctx, b.now())
			b.check(err)
		}, 2},
		"after it claimed a lane": {func(b *bureau, o *Outbox, r *Receiver) {
			_, err := o.Spread(b.ctx, b.now())
			b.check(err)
			_, err = o.claim(b.ctx, r.Code, b.now(), 1)
			b.check(err)
		}, 2},
		"after the receiver had the message": {func(b *bureau, o *Outbox, r *Receiver) {
			_, err := o.Spread(b.ctx, b.now())
			b.check(err)
			claims, err := o.claim(b.ctx, r.Code, b.now(), 1)
			b.check(err)
			if res := o.send(b.ctx, r, claims[0].ticket, 1); !res.ok {
				b.t.Fatalf("%+v", res)
			}
		}, 3},
		"after it settled the first": {func(b *bureau, o *Outbox, _ *Receiver) {
			_, err := o.Spread(b.ctx, b.now())
			b.check(err)
			_, err = o.Deliver(b.ctx, b.now())
			b.check(err)
		}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailman(t, always(http.StatusOK))
			r := all(m)
			b := newBureau(t, r)
			m.setClock(b.now())
			id := b.dispatched()
			c.die(b, b.instance(), &r)
			next := b.instance()
			b.settle(next)
			b.wait(claimFor+time.Second, m)
			b.settle(next)
			if got := m.accepted(); len(got) != c.accepted {
				t.Errorf("accepted %v", got)
			}
			m.inOrder(map[ticket.ID]int64{id: 2})
			b.emptied()
		})
	}
}

// An instance that was paused past its claim must not count its failure against
// what another has delivered meanwhile.
func TestALateAnswerChangesNothing(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	r := all(m)
	b := newBureau(t, r)
	m.setClock(b.now())
	id := b.dispatched()
	slow, quick := b.instance(), b.instance()
	_, err := slow.Spread(b.ctx, b.now())
	b.check(err)
	claims, err := slow.claim(b.ctx, r.Code, b.now(), 1)
	b.check(err)
	head, err := b.rdb.LIndex(b.ctx, laneKey(claims[0].partition, r.Code, id), 0).Result()
	b.check(err)
	b.wait(claimFor+time.Second, m)
	again, err := quick.claim(b.ctx, r.Code, b.now(), 1)
	b.check(err)
	e, _ := parseEntry(head)
	slow.settle(b.ctx, &r, claims[0], head, e, Attempts{}, result{cause: CauseTimeout})
	if a, err := quick.attempts(b.ctx, claims[0].partition, r.Code, id); err != nil || a.Tries != 0 {
		t.Errorf("the late failure counted: %+v, %v", a, err)
	}
	quick.attempt(b.ctx, &r, again[0])
	slow.settle(b.ctx, &r, claims[0], head, e, Attempts{}, result{ok: true})
	b.settle(quick)
	m.inOrder(map[ticket.ID]int64{id: 2})
	if n := len(m.accepted()); n != 2 {
		t.Errorf("%d messages", n)
	}
}

// TestTwoInstancesAHundredSteps lets two instances share the work while the
// receiver fails, hangs up after the receipt, or refuses, and the store dies.
func TestTwoInstancesAHundredSteps(t *testing.T) {
	m := newMailman(t, func(n int, _ string, _ Message) int {
		switch n % 7 {
		case 2:
			return 0
		case 4:
			return http.StatusInternalServerError
		}
		return http.StatusOK
	})
	dead := all(m)
	dead.Code, dead.URL = "dead", "http://127.0.0.1:1/"
	working := all(m)
	working.Retries = []time.Duration{time.Millisecond, time.Millisecond, time.Millisecond, time.Millisecond, time.Millisecond, time.Millisecond}
	server := redisd.ForTestDurable(t, t.TempDir())
	b := bureauOn(t, server.Client(), dead, working)
	b.clock = time.Now()
	stop := b.tick(m)
	defer stop()
	ctx, cancel := context.WithCancel(b.ctx)
	var instances sync.WaitGroup
	for range 2 {
		instances.Go(func() { b.instance().Run(ctx) })
	}
	expected := map[ticket.ID]int64{}
	for i := range 20 {
		id := b.dispatched()
		for range 3 {
			b.does(operator, id, ticket.StepUrge, "reason", "请尽快")
		}
		expected[id] = 5
		if i == 10 {
			if err := syscall.Kill(server.Process(), syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			until(t, "the store is back", func() bool { return b.rdb.Ping(b.ctx).Err() == nil })
		}
	}
	o := b.instance()
	until(t, "all is delivered", func() bool {
		s, err := o.Standing(b.ctx, b.now())
		if err == nil && s.Dead > 0 {
			_, err = o.ReplayAll(b.ctx, b.now(), working.Code)
		}
		return err == nil && s.Untold == 0 && s.Receivers[1].Waiting == 0 && s.Receivers[1].Dead == 0
	})
	cancel()
	instances.Wait()
	m.inOrder(expected)
	if s := b.standing(o); s.Receivers[0].Waiting+s.Receivers[0].Dead != 20 {
		t.Errorf("the dead receiver: %+v", s.Receivers[0])
	}
}

// tick makes the bureau's clock, and the mailman's, run fast.
func (b *bureau) tick(m *mailman) (stop func()) {
	done := make(chan struct{})
	var running sync.WaitGroup
	running.Go(func() {
		for {
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
				b.wait(200*time.Millisecond, m)
			}
		}
	})
	return func() {
		close(done)
		running.Wait()
	}
}

// A slow receiver holds neither another receiver nor, with one post, all of its
// own tickets.
func TestASlowReceiverStopsNobodyElse(t *testing.T) {
	release := make(chan struct{})
	var stuck ticket.ID
	slow := newMailman(t, always(http.StatusOK))
	slow.server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
		w.WriteHeader(http.StatusServiceUnavailable)
	})
	m := newMailman(t, always(http.StatusOK))
	hanging := all(m)
	hanging.Code, hanging.URL = "slow", slow.server.URL
	b := newBureau(t, hanging, all(m))
	m.setClock(b.now())
	stuck = b.dispatched()
	other := b.closed()
	ctx, cancel := context.WithCancel(b.ctx)
	var running sync.WaitGroup
	running.Go(func() { b.instance().Run(ctx) })
	until(t, "the quick receiver has everything", func() bool { return len(m.steps(stuck)) == 2 && len(m.steps(other)) == 5 })
	close(release)
	cancel()
	running.Wait()
}

// TestWhateverHappensEveryStepArrivesInOrder plays random days: steps, posts
// that fail in every way, instances that die holding claims, replays.
func TestWhateverHappensEveryStepArrivesInOrder(t *testing.T) {
	rdb := redisd.ForTest(t)
	m := newMailman(t, always(http.StatusOK))
	rapid.Check(t, func(rt *rapid.T) {
		if err := rdb.FlushAll(context.Background()).Err(); err != nil {
			t.Fatal(err)
		}
		r := all(m)
		r.Retries = []time.Duration{time.Second, 10 * time.Second}
		b := bureauOn(t, rdb, r)
		m.mu.Lock()
		m.got, m.ids, m.opened = nil, nil, b.now()
		m.mu.Unlock()
		o, expected := b.instance(), map[ticket.ID]int64{}
		var ids []ticket.ID
		statuses := rapid.SampledFrom([]int{200, 200, 204, 0, 400, 410, 500, 503})
		rt.Repeat(map[string]func(*rapid.T){
			"receive": func(*rapid.T) { ids = append(ids, b.dispatched()) },
			"step": func(rt *rapid.T) {
				if len(ids) > 0 {
					b.does(operator, rapid.SampledFrom(ids).Draw(rt, "ticket"), ticket.StepUrge, "reason", "请尽快")
				}
			},
			"spread": func(*rapid.T) {
				_, err := o.Spread(b.ctx, b.now())
				b.check(err)
			},
			"deliver": func(rt *rapid.T) {
				m.behave(always(statuses.Draw(rt, "status")))
				_, err := o.Deliver(b.ctx, b.now())
				b.check(err)
			},
			"die holding claims": func(rt *rapid.T) {
				_, err := o.claim(b.ctx, r.Code, b.now(), rapid.IntRange(1, 5).Draw(rt, "claims"))
				b.check(err)
				o = b.instance()
			},
			"die after a post": func(*rapid.T) {
				m.behave(always(http.StatusOK))
				claims, err := o.claim(b.ctx, r.Code, b.now(), 1)
				b.check(err)
				for _, c := range claims {
					head, err := b.rdb.LIndex(b.ctx, laneKey(c.partition, r.Code, c.ticket), 0).Result()
					b.check(err)
					e, _ := parseEntry(head)
					o.send(b.ctx, &r, c.ticket, e.seq)
				}
				o = b.instance()
			},
			"time passes": func(rt *rapid.T) {
				b.wait(time.Duration(rapid.IntRange(1, 120).Draw(rt, "seconds"))*time.Second, m)
			},
			"replay": func(*rapid.T) {
				_, err := o.ReplayAll(b.ctx, b.now(), "")
				b.check(err)
			},
		})
		m.behave(always(http.StatusOK))
		_, err := o.ReplayAll(b.ctx, b.now(), "")
		b.check(err)
		b.wait(time.Hour, m)
		b.settle(o)
		for _, id := range ids {
			expected[id] = b.version(id)
		}
		m.inOrder(expected)
		b.emptied()
		if t.Failed() {
			rt.FailNow()
		}
	})
}
