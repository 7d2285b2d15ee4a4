package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// The points at which the service or the store dies in a step.
const (
	serviceBefore = "service dies before the write"
	serviceAfter  = "service dies after the write, before it could answer"
	storeBefore   = "store dies before the write"
	storeDuring   = "store dies while it writes"
	storeAfter    = "store dies after the write was acknowledged"
)

var crashPoints = []string{serviceBefore, serviceAfter, storeBefore, storeDuring, storeAfter}

// victimEnv holds the errand of a process that is to be killed in a step.
const victimEnv = "HUIYIN_TEST_VICTIM"

// errand is one request and the point at which the process that takes it dies.
type errand struct {
	Socket  string
	Point   string
	Now     time.Time
	Request Request
	Opening *Opening // instead of a request, a ticket to be received
}

// do takes the step, or receives the ticket, on a desk of its own.
func (e *errand) do(t testing.TB, ctx context.Context, rdb redis.UniversalClient) (repeated bool, err error) {
	b := bureauOn(t, rdb, defaultPolicy(t))
	if e.Opening == nil {
		outcome, err := b.desk.Take(ctx, e.Now, e.Request)
		return outcome.Repeated, err
	}
	opened, err := b.desk.Receive(ctx, e.Now, []Opening{*e.Opening})
	if err != nil {
		return false, err
	}
	return opened[0].Existing, opened[0].Err
}

// TestMain runs the tests, or is the process that a test kills.
func TestMain(m *testing.M) {
	if text := os.Getenv(victimEnv); text != "" {
		os.Exit(victim(text))
	}
	os.Exit(m.Run())
}

// victim is killed in its errand; that it comes to an end is a fault.
func victim(text string) int {
	var e errand
	if err := json.Unmarshal([]byte(text), &e); err != nil {
		fmt.Println(err)
		return 1
	}
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: e.Socket})
	rdb.AddHook(atWrite{before: dieIf(e.Point == serviceBefore), after: dieIf(e.Point == serviceAfter)})
	_, err := e.do(complainer{}, context.Background(), rdb)
	fmt.Println("not killed:", err)
	return 1
}

// complainer is a reporter outside of a test.
type complainer struct{ testing.TB }

func (complainer) Helper()                      {}
func (complainer) Fatal(args ...any)            { panic(fmt.Sprint(args...)) }
func (complainer) Fatalf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }
func (complainer) Errorf(f string, args ...any) { panic(fmt.Sprintf(f, args...)) }

func dieIf(now bool) func() {
	return func() {
		if now {
			_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
			select {}
		}
	}
}

// atWrite does something around every write of a step or a receipt.
type atWrite struct{ before, after func() }

func (a atWrite) DialHook(next redis.DialHook) redis.DialHook { return next }

func (a atWrite) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if !writes(cmd) {
			return next(ctx, cmd)
		}
		a.before()
		err := next(ctx, cmd)
		if err == nil {
			a.after()
		}
		return err
	}
}

func (a atWrite) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return func(ctx context.Context, cmds []redis.Cmder) error {
		if !slices.ContainsFunc(cmds, writes) {
			return next(ctx, cmds)
		}
		a.before()
		err := next(ctx, cmds)
		if err == nil {
			a.after()
		}
		return err
	}
}

func writes(cmd redis.Cmder) bool {
	args := cmd.Args()
	return len(args) > 1 && slices.Contains([]any{stepScript.Hash(), openScript.Hash(), stepSource, openSource}, args[1])
}

// wreck is a durable store that is killed and started again, and the bureau on it.
type wreck struct {
	*bureau
	whole  *testing.T // ends after all blows
	t      *testing.T // of one blow
	dir    string
	server *redisd.Server
	kills  int
}

func newWreck(t *testing.T) *wreck {
	w := &wreck{whole: t, t: t, dir: t.TempDir()}
	w.server = redisd.ForTestDurable(t, w.dir)
	w.bureau = bureauOn(t, redis.NewClient(&redis.Options{Network: "unix", Addr: w.server.Addr()}), defaultPolicy(t))
	t.Cleanup(func() { _ = w.rdb.Close() })
	return w
}

// fell kills the store; it is gone when nobody answers at its door.
func (w *wreck) fell() {
	_ = syscall.Kill(w.server.Process(), syscall.SIGKILL)
	for {
		conn, err := net.Dial("unix", w.server.Addr())
		if err != nil {
			return
		}
		_, err = conn.Read(make([]byte, 1)) // ends when the process is gone
		_ = conn.Close()
		if err == nil {
			w.t.Error("the store speaks without being asked")
		}
	}
}

func (w *wreck) raise() {
	if err := w.server.Close(); err != nil {
		w.t.Logf("closing the killed store: %v", err)
	}
	w.server = redisd.ForTestDurable(w.whole, w.dir)
}

// strike does an errand and kills somebody at a point of it; told is whether
// whoever asked was told that it is done.
func (w *wreck) strike(e errand) (told bool) {
	w.t.Helper()
	w.kills++
	e.Socket = w.server.Addr()
	if e.Point == serviceBefore || e.Point == serviceAfter {
		w.sendVictim(e)
		return false
	}
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: e.Socket, MaxRetries: -1})
	defer rdb.Close()
	quiet := func() {}
	hook := atWrite{before: quiet, after: quiet}
	switch e.Point {
	case storeBefore:
		hook.before = w.fell
	case storeDuring:
		process := w.server.Process()
		hook.before = func() { go func() { _ = syscall.Kill(process, syscall.SIGKILL) }() }
	case storeAfter:
		hook.after = w.fell
	}
	rdb.AddHook(hook)
	_, err := e.do(w.t, w.ctx, rdb)
	if e.Point == storeDuring {
		w.fell()
	}
	w.raise()
	if err != nil && (!errors.Is(err, ticket.ErrStore) || e.Point == storeAfter) {
		w.t.Errorf("%s: %v %s", e.Point, err, refusal.Cause(err))
	}
	return err == nil
}

func (w *wreck) sendVictim(e errand) {
	w.t.Helper()
	text, err := json.Marshal(e)
	if err != nil {
		w.t.Fatal(err)
	}
	cmd := exec.CommandContext(w.ctx, os.Args[0])
	cmd.Env = append(os.Environ(), victimEnv+"="+string(text))
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || !exit.Sys().(syscall.WaitStatus).Signaled() {
		w.t.Fatalf("%s: the process was to be killed, but: %v %s", e.Point, err, out)
	}
}

// TestNothingIsLostOrDoubledWhoeverDiesInAStep kills the service and the store,
// in turn and with SIGKILL, at every named point of every step of the table,
// and has the same request made again, as a client does that got no answer:
// what was acknowledged is there, and every step is in the history once.
func TestNothingIsLostOrDoubledWhoeverDiesInAStep(t *testing.T) {
	w := newWreck(t)
	for i := range steps.Transitions {
		step := &steps.Transitions[i]
		if step.Step == ticket.StepReceive {
			continue
		}
		for _, point := range crashPoints {
			t.Run(string(step.Step)+"/"+strings.ReplaceAll(point, " ", "_"), func(t *testing.T) {
				w.t, w.bureau.t = t, t
				w.crash(step, point)
			})
		}
	}
	w.t, w.bureau.t = t, t
	if _, breaches := w.fsck(); len(breaches) > 0 {
		t.Errorf("breaches: %v", breaches)
	}
	if w.kills < 200 {
		t.Errorf("only %d kills", w.kills)
	}
}

func (w *wreck) crash(step *steps.Transition, point string) {
	w.t.Helper()
	id, fields := w.ready(step.From[0], step.Step)
	before := w.get(id)
	who := slices.IndexFunc(everybody, func(a ticket.Actor) bool { return mayTake(a, step, &before) && knows(a, &before) })
	if who < 0 {
		w.t.Fatalf("nobody may %s", step.Step)
	}
	w.made++
	e := errand{Point: point, Now: w.now, Request: Request{
		ID: fmt.Sprintf("crash-%d", w.made), Ticket: id, Version: before.Version, Step: step.Step, Actor: everybody[who], Fields: fields,
	}}
	told := w.strike(e)
	repeated, err := e.do(w.t, w.ctx, w.rdb)
	if err != nil || told && !repeated {
		w.t.Fatalf("asked again: told before %v, repeated %v, %v %s", told, repeated, err, refusal.Cause(err))
	}
	after := w.get(id)
	mine := 0
	for _, event := range after.Events {
		if event.Request == e.Request.ID {
			mine++
		}
	}
	if mine != 1 {
		w.t.Errorf("the step is %d times in the history", mine)
	}
}

// TestNothingIsLostOrDoubledWhoeverDiesInAReceipt does the same with a ticket
// that comes in and is dispatched by itself.
func TestNothingIsLostOrDoubledWhoeverDiesInAReceipt(t *testing.T) {
	w := newWreck(t)
	for _, point := range crashPoints {
		t.Run(strings.ReplaceAll(point, " ", "_"), func(t *testing.T) {
			w.t, w.bureau.t = t, t
			w.made++
			o := complaint(w.made)
			sure(&o)
			e := errand{Point: point, Now: w.now, Opening: &o}
			w.strike(e)
			if _, err := e.do(t, w.ctx, w.rdb); err != nil {
				t.Fatalf("sent again: %v %s", err, refusal.Cause(err))
			}
			facts, err := w.store.Facts(w.ctx, "2026-09")
			if err != nil || len(facts) != w.made {
				t.Errorf("%d tickets count, not %d: %v", len(facts), w.made, err)
			}
		})
	}
	w.t, w.bureau.t = t, t
	if summary, breaches := w.fsck(); len(breaches) > 0 || summary.Tickets != len(crashPoints) {
		t.Errorf("%d tickets, breaches: %v", summary.Tickets, breaches)
	}
}
