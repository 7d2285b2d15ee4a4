package outbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	operator   = ticket.Actor{ID: "an", Name: "安话务", Roles: []ticket.Role{ticket.Operator}}
	handler    = ticket.Actor{ID: "cao", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	supervisor = ticket.Actor{ID: "guan", Name: "管督办", Roles: []ticket.Role{ticket.Supervisor}}
	leader     = ticket.Actor{ID: "jiang", Name: "蒋领导", Roles: []ticket.Role{ticket.Leader}}
	discipline = ticket.Actor{ID: "liang", Name: "梁纪检", Roles: []ticket.Role{ticket.Discipline}}
	wednesday  = time.Date(2026, 9, 2, 9, 30, 0, 0, ticket.Shanghai)
)

// bureau is a desk on a store of its own, with a clock that the test moves.
type bureau struct {
	t     testing.TB
	ctx   context.Context
	rdb   redis.UniversalClient
	desk  *workflow.Desk
	mu    sync.Mutex
	clock time.Time
	made  int
	told  *Policy
	log   bytes.Buffer
}

func testRules(t testing.TB) *rules.Policy {
	t.Helper()
	folder := ruletest.Folder()
	folder["desk.csv"] = &fstest.MapFile{Data: []byte("项目,值,说明\n撤回秒数,10,\n")}
	p, err := rules.Load(folder, ruletest.Few)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func newBureau(t testing.TB, receivers ...Receiver) *bureau {
	t.Helper()
	return bureauOn(t, redisd.ForTest(t), receivers...)
}

func bureauOn(t testing.TB, rdb redis.UniversalClient, receivers ...Receiver) *bureau {
	t.Helper()
	b := &bureau{t: t, ctx: context.Background(), rdb: rdb, clock: wednesday, told: &Policy{Receivers: receivers}}
	store, err := workflow.OpenStore(b.ctx, rdb, workflow.StoreOptions{Partitions: 4})
	if err != nil {
		t.Fatal(err)
	}
	b.desk = workflow.NewDesk(store, testRules(t))
	return b
}

// instance is a process of the service that works on the outbox.
func (b *bureau) instance() *Outbox {
	o := New(Options{
		Desk: b.desk, Redis: b.rdb, Policy: func() *Policy { return b.told }, Now: b.now,
		Log: slog.New(slog.NewTextHandler(lockedLog{b}, nil)),
	})
	o.jitter, o.poll = func() float64 { return 0.5 }, 5*time.Millisecond
	return o
}

type lockedLog struct{ b *bureau }

func (l lockedLog) Write(p []byte) (int, error) {
	l.b.mu.Lock()
	defer l.b.mu.Unlock()
	return l.b.log.Write(p)
}

func (b *bureau) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

// wait moves the clock, also that of the mailmen given.
func (b *bureau) wait(d time.Duration, mailmen ...*mailman) {
	b.mu.Lock()
	b.clock = b.clock.Add(d)
	now := b.clock
	b.mu.Unlock()
	for _, m := range mailmen {
		m.setClock(now)
	}
}

func (b *bureau) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// receive opens a ticket.
func (b *bureau) receive(change ...func(*workflow.Opening)) ticket.ID {
	b.t.Helper()
	b.made++
	o := workflow.Opening{Actor: operator, Ticket: ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: fmt.Sprintf("GD%04d", b.made), Title: "黑车揽客", Content: "广场有黑车揽客。", Sealed: []byte("sealed caller"),
		Verdict: ticket.Verdict{Category: "B01", Kind: ticket.Complaint, Lead: "zhidui"},
	}}
	for _, c := range change {
		c(&o)
	}
	opened, err := b.desk.Receive(b.ctx, b.now(), []workflow.Opening{o})
	b.check(errors.Join(err, opened[0].Err))
	return opened[0].ID
}

func (b *bureau) version(id ticket.ID) int64 {
	b.t.Helper()
	t, err := b.desk.Ticket(b.ctx, ticket.Service, id)
	b.check(err)
	return t.Version
}

// does takes a step with the fields given as name, value pairs.
func (b *bureau) does(actor ticket.Actor, id ticket.ID, step ticket.Step, fields ...string) {
	b.t.Helper()
	b.made++
	given := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		given[fields[i]] = fields[i+1]
	}
	_, err := b.desk.Take(b.ctx, b.now(), workflow.Request{
		ID: fmt.Sprintf("r-%d", b.made), Ticket: id, Version: b.version(id), Step: step, Actor: actor, Fields: given,
	})
	if err != nil {
		b.t.Fatalf("%s: %v", step, err)
	}
}

func (b *bureau) dispatched() ticket.ID {
	b.t.Helper()
	id := b.receive()
	b.does(operator, id, ticket.StepDispatch, "lead", "zhidui", "co", "yunfu")
	return id
}

// closed takes a ticket of receipt all the way.
func (b *bureau) closed() ticket.ID {
	b.t.Helper()
	id := b.dispatched()
	b.does(handler, id, ticket.StepSign)
	b.does(handler, id, ticket.StepReply, "facts", "内部情况", "handling", "内部过程", "basis", "条例", "told_at", b.now().Format(time.RFC3339),
		"told_way", "phone", "solved", "yes", "substantiated", "yes", "outcome", "solved", "public_reply", "已查处并清理。", "without_co", "不需要配合")
	b.does(operator, id, ticket.StepApproveReply)
	return id
}

// settle spreads and delivers until nothing more is due.
func (b *bureau) settle(o *Outbox) {
	b.t.Helper()
	for {
		_, err := o.Spread(b.ctx, b.now())
		b.check(err)
		n, err := o.Deliver(b.ctx, b.now())
		b.check(err)
		if n == 0 {
			return
		}
	}
}

func (b *bureau) standing(o *Outbox) Standing {
	b.t.Helper()
	s, err := o.Standing(b.ctx, b.now())
	b.check(err)
	return s
}

// emptied fails unless nothing of a message is left in the store.
func (b *bureau) emptied() {
	b.t.Helper()
	keys, err := b.rdb.Keys(b.ctx, "*:ob:*").Result()
	b.check(err)
	for _, key := range keys {
		if kind := key[len("{p0}:ob:")]; kind != 'r' && kind != 'n' {
			b.t.Errorf("%s is left", key)
		}
	}
}

// all is a receiver of every step.
func all(m *mailman) Receiver {
	r := Receiver{Code: "city", Name: "市平台", URL: m.server.URL + "/receive", Secret: "env:" + receiverEnv, Retries: DefaultRetries, Enabled: true, Parts: parts}
	r.Steps = []ticket.Step{ticket.StepReceive, ticket.StepDispatch, ticket.StepSign, ticket.StepReply, ticket.StepApproveReply, ticket.StepUrge, ticket.StepNote}
	return r
}

// until waits for a condition; the test's own deadline ends it.
func until(t testing.TB, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("never: %s", what)
		}
	}
}
