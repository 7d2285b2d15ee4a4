package witness

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var (
	operator  = ticket.Actor{ID: "an", Name: "安话务", Roles: []ticket.Role{ticket.Operator}}
	handler   = ticket.Actor{ID: "cao", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "zhidui"}
	leader    = ticket.Actor{ID: "jiang", Name: "蒋领导", Roles: []ticket.Role{ticket.Leader}}
	wednesday = time.Date(2026, 9, 2, 9, 30, 0, 0, ticket.Shanghai)
)

// bureau is a desk on a store of its own with a witness beside it, and a clock
// that the test moves.
type bureau struct {
	t       reporter
	ctx     context.Context
	rdb     redis.UniversalClient
	policy  *rules.Policy
	desk    *workflow.Desk
	witness *Witness
	now     time.Time
	made    int
}

type reporter interface {
	Helper()
	Fatal(...any)
	Fatalf(string, ...any)
	Errorf(string, ...any)
}

func newBureau(t testing.TB) *bureau {
	t.Helper()
	dir := t.TempDir()
	key, err := OpenKey(filepath.Join(dir, "roots.key"), wednesday)
	if err != nil {
		t.Fatal(err)
	}
	b := &bureau{t: t, ctx: context.Background(), rdb: redisd.ForTest(t), policy: testRules(t), now: wednesday}
	b.witness = &Witness{Key: key, Dir: filepath.Join(dir, "roots")}
	b.open()
	return b
}

// open takes a new desk: it remembers nothing of the store.
func (b *bureau) open() {
	b.t.Helper()
	store, err := workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{Partitions: 3})
	if err != nil {
		b.t.Fatal(err)
	}
	b.desk, b.witness.Store = workflow.NewDesk(store, b.policy), store
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

// receive opens a ticket that a unit handles.
func (b *bureau) receive() ticket.ID {
	b.t.Helper()
	b.made++
	b.now = b.now.Add(time.Minute)
	opened, err := b.desk.Receive(b.ctx, b.now, []workflow.Opening{{Actor: operator, Ticket: ticket.Ticket{
		Channel: ticket.Channel12345, SourceNo: fmt.Sprint("GD", b.made), Title: "有人拉客", Content: "火车站门口有黑车拉客。",
		Verdict: ticket.Verdict{Category: "B01", Kind: ticket.Complaint},
	}}})
	if err != nil || opened[0].Err != nil {
		b.t.Fatalf("receive: %v %v", err, opened[0].Err)
	}
	b.take(operator, opened[0].ID, ticket.StepDispatch, map[string]string{"lead": "zhidui"})
	return opened[0].ID
}

func (b *bureau) take(actor ticket.Actor, id ticket.ID, step ticket.Step, fields map[string]string) {
	b.t.Helper()
	b.made++
	b.now = b.now.Add(time.Minute)
	_, err := b.desk.Take(b.ctx, b.now, workflow.Request{
		ID: fmt.Sprint("r", b.made), Ticket: id, Version: b.get(id).Version, Step: step, Actor: actor, Fields: fields,
	})
	if err != nil {
		b.t.Fatalf("%s: %v %s", step, err, refusal.Cause(err))
	}
}

func (b *bureau) note(id ticket.ID) {
	b.t.Helper()
	b.take(leader, id, ticket.StepNote, map[string]string{"text": "请抓紧办"})
}

func (b *bureau) get(id ticket.ID) ticket.Ticket {
	b.t.Helper()
	t, err := b.desk.Ticket(b.ctx, ticket.Service, id)
	if err != nil {
		b.t.Fatal(err)
	}
	return t
}

// root makes the root of the next hour.
func (b *bureau) root() *Root {
	b.t.Helper()
	b.now = b.now.Truncate(time.Hour).Add(time.Hour)
	r, err := b.witness.Root(b.ctx, b.now)
	if err != nil {
		b.t.Fatalf("root: %v %s", err, refusal.Cause(err))
	}
	b.now = b.now.Add(20 * time.Minute) // beyond what clocks may differ
	return r
}

func (b *bureau) check() ([]workflow.Breach, Account) {
	b.t.Helper()
	var breaches []workflow.Breach
	_, account, err := b.witness.Check(b.ctx, b.now, b.policy, func(br workflow.Breach) { breaches = append(breaches, br) })
	if err != nil {
		b.t.Fatalf("check: %v %s", err, refusal.Cause(err))
	}
	return breaches, account
}

func (b *bureau) sound() {
	b.t.Helper()
	if breaches, _ := b.check(); len(breaches) > 0 {
		b.t.Fatalf("breaches in a sound store: %v", breaches)
	}
}

// key is where a ticket lies in the store.
func (b *bureau) key(id ticket.ID) string { return b.witness.Store.TicketKey(id) }

// forge rewrites the history of a ticket and makes its chain anew, so that the
// store agrees with itself.
func (b *bureau) forge(id ticket.ID, change func(*ticket.Event)) {
	b.t.Helper()
	fields := b.rdb.HGetAll(b.ctx, b.key(id)).Val()
	chain := record.Chain{ID: id, Hash: record.Hashes["sha256"]}
	link := chain.Origin(fields["k"], []byte(fields["b"]))
	for i := 1; fields["e"+strconv.Itoa(i)] != ""; i++ {
		packed, _, err := record.Unseal([]byte(fields["e"+strconv.Itoa(i)]))
		if err != nil {
			b.t.Fatal(err)
		}
		e, err := record.UnpackEvent(packed)
		if err != nil {
			b.t.Fatal(err)
		}
		e.Seq = int64(i)
		change(&e)
		packed = record.PackEvent(&e)
		link = chain.Next(link, packed)
		b.set(id, "e"+strconv.Itoa(i), record.Seal(packed, link))
	}
	b.set(id, "h", link)
}

func (b *bureau) set(id ticket.ID, field string, value any) {
	b.t.Helper()
	if err := b.rdb.HSet(b.ctx, b.key(id), field, value).Err(); err != nil {
		b.t.Fatal(err)
	}
}

// everything is the whole store, to be put back.
func (b *bureau) everything() map[string]string {
	b.t.Helper()
	dump := map[string]string{}
	for _, k := range b.rdb.Keys(b.ctx, "*").Val() {
		dump[k] = b.rdb.Dump(b.ctx, k).Val()
	}
	return dump
}

func (b *bureau) restore(dump map[string]string) {
	b.t.Helper()
	if err := b.rdb.FlushAll(b.ctx).Err(); err != nil {
		b.t.Fatal(err)
	}
	for k, v := range dump {
		if err := b.rdb.Restore(b.ctx, k, 0, v).Err(); err != nil {
			b.t.Fatal(err)
		}
	}
	b.open()
}

// names reports whether a breach that only the roots show names a ticket.
func names(breaches []workflow.Breach, id ticket.ID, words ...string) bool {
	return slices.ContainsFunc(breaches, func(br workflow.Breach) bool {
		return br.Ticket == id && br.Kind == "root" && !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(br.Message, w) })
	})
}

func refused(err error, code string) bool {
	var r *ticket.Refusal
	return errors.As(err, &r) && r.Code == code
}
