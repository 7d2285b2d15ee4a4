package workflow

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

func TestARepeatedRequestGetsTheFirstAnswer(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Dispatched)
	r := Request{ID: "sign once", Ticket: id, Version: b.get(id).Version, Step: ticket.StepSign, Actor: caoUnit}
	first, err := b.desk.Take(b.ctx, b.now, r)
	if err != nil {
		t.Fatal(err)
	}
	for _, when := range []string{"at once", "after more steps", "from a page that is fresh again"} {
		got, err := b.desk.Take(b.ctx, b.now.AddDate(0, 0, 3), r)
		if err != nil || !got.Repeated {
			t.Fatalf("%s: %v, repeated %v", when, err, got.Repeated)
		}
		if diff := cmp.Diff(first.Ticket, got.Ticket); diff != "" {
			t.Errorf("%s: another answer:\n%s", when, diff)
		}
		b.does(caoUnit, id, ticket.StepContact)
		r.Version = b.get(id).Version
	}
	if _, err := b.desk.Take(b.ctx, b.now, Request{ID: "sign once", Ticket: id, Version: r.Version, Step: ticket.StepReply, Actor: caoUnit}); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("the same id for another step: %v", err)
	}
}

func TestARequestThatComesAgainWithOtherFieldsIsRefused(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	r := Request{ID: "urge once", Ticket: id, Version: b.get(id).Version, Step: ticket.StepUrge, Actor: annOperator, Fields: map[string]string{"reason": "来电人再次询问"}}
	if _, err := b.desk.Take(b.ctx, b.now, r); err != nil {
		t.Fatal(err)
	}
	other := bureauOn(t, b.rdb, defaultPolicy(t)) // another instance, which has to read the ticket
	for where, desk := range map[string]*Desk{"the same instance": b.desk, "another instance": other.desk} {
		for name, c := range map[string]struct {
			fields map[string]string
			code   string
		}{
			"the same":            {map[string]string{"reason": "来电人再次询问"}, ""},
			"an empty field more": {map[string]string{"reason": "来电人再次询问", "note": ""}, ""},
			"another reason":      {map[string]string{"reason": "领导过问"}, "request_reused"},
			"no reason":           {nil, "request_reused"},
		} {
			again := r
			again.Fields = c.fields
			outcome, err := desk.Take(b.ctx, b.now, again)
			var refused *ticket.Refusal
			switch {
			case c.code == "" && (err != nil || !outcome.Repeated):
				t.Errorf("%s, %s: %v, repeated %v", where, name, err, outcome.Repeated)
			case c.code != "" && (!errors.As(err, &refused) || refused.Code != c.code || !errors.Is(err, ticket.ErrInvalid)):
				t.Errorf("%s, %s: %v", where, name, err)
			}
		}
	}
	if got := b.get(id); got.Urged != 1 {
		t.Errorf("urged %d times", got.Urged)
	}
}

func TestARepeatIsAnsweredAlsoWhereTheStepHidTheTicket(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Received)
	r := Request{ID: "clue", Ticket: id, Version: 1, Step: ticket.StepProposeHandOver, Actor: annOperator, Fields: b.given(ticket.StepProposeHandOver)}
	for i := range 2 {
		if _, err := b.desk.Take(b.ctx, b.now, r); err != nil {
			t.Errorf("time %d: %v", i+1, err)
		}
	}
	r.ID = "another"
	if _, err := b.desk.Take(b.ctx, b.now, r); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("another request: %v", err)
	}
}

func TestAStaleVersionIsToldTheCurrentOne(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	for _, version := range []int64{0, 1, 2, 4, 99} {
		_, err := b.desk.Take(b.ctx, b.now, Request{ID: fmt.Sprint("stale", version), Ticket: id, Version: version, Step: ticket.StepReply, Actor: caoUnit, Fields: b.given(ticket.StepReply)})
		var r *ticket.Refusal
		if !errors.As(err, &r) || !errors.Is(err, ticket.ErrConflict) || r.Version != 3 {
			t.Errorf("version %d: %v", version, err)
		}
	}
}

// TestOfManyAtOnceOneWins lets many people take steps on one ticket at the same
// version, again and again: one wins each round, the others are told, and
// nobody's step is lost or done twice.
func TestOfManyAtOnceOneWins(t *testing.T) {
	for people, rounds := range map[int]int{2: 20, 16: 20, 100: 5} {
		t.Run(fmt.Sprintf("%d people", people), func(t *testing.T) { oneWins(t, people, rounds) })
	}
}

func oneWins(t *testing.T, people, rounds int) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	won := map[string]bool{}
	for round := range rounds {
		version := b.get(id).Version
		var wg sync.WaitGroup
		results := make([]error, people)
		for i := range people {
			wg.Go(func() {
				_, results[i] = b.desk.Take(b.ctx, b.now, Request{
					ID: fmt.Sprintf("%d/%d", round, i/2), Ticket: id, Version: version, Step: ticket.StepUrge, // two and two are the same click
					Actor: annOperator, Fields: map[string]string{"reason": fmt.Sprint(i / 2)},
				})
			})
		}
		wg.Wait()
		winners := map[int]bool{}
		for i, err := range results {
			if err == nil {
				winners[i/2] = true
			} else if !errors.Is(err, ticket.ErrConflict) {
				t.Fatalf("a loser is told %v", err)
			}
		}
		if len(winners) != 1 {
			t.Fatalf("%d winners in round %d", len(winners), round)
		}
		for w := range winners {
			won[fmt.Sprintf("%d/%d", round, w)] = true
		}
	}
	got := b.get(id)
	if got.Urged != rounds || len(got.Events) != 3+rounds {
		t.Errorf("%d urges, %d events", got.Urged, len(got.Events))
	}
	for _, e := range got.Events[3:] {
		if !won[e.Request] {
			t.Errorf("%s is in the history, but nobody was told so", e.Request)
		}
	}
}

// TestLostAnswersDoNothingTwice puts a proxy between service and store that
// executes and now and then drops the answer.
func TestLostAnswersDoNothingTwice(t *testing.T) {
	direct := redisd.ForTest(t)
	proxy := lossy(t, direct.Options().Addr, 10)
	rdb := redis.NewClient(&redis.Options{Network: "unix", Addr: proxy.addr, PoolSize: 4})
	t.Cleanup(func() { _ = rdb.Close() })
	b := bureauOn(t, direct, defaultPolicy(t))
	store, err := OpenStore(b.ctx, rdb, StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	desk := NewDesk(store, b.desk.Policy())
	const tickets, urges = 40, 10
	for n := range tickets {
		o := complaint(n)
		sure(&o)
		opened := persist(t, func() ([]Opened, error) {
			out, err := desk.Receive(b.ctx, b.now, []Opening{o})
			if err == nil {
				err = out[0].Err
			}
			return out, err
		})
		for i := range urges {
			r := Request{ID: fmt.Sprintf("%d/%d", n, i), Ticket: opened[0].ID, Version: int64(2 + i), Step: ticket.StepUrge, Actor: annOperator, Fields: b.given(ticket.StepUrge)}
			persist(t, func() (Outcome, error) { return desk.Take(b.ctx, b.now, r) })
		}
		if got := b.get(opened[0].ID); got.Urged != urges || len(got.Events) != 2+urges {
			t.Fatalf("ticket %d: %d urges in %d events", n, got.Urged, len(got.Events))
		}
	}
	if proxy.dropped.Load() < 20 {
		t.Errorf("only %d answers were dropped", proxy.dropped.Load())
	}
	if summary, breaches := b.fsck(); len(breaches) > 0 || summary.Tickets != tickets || summary.Events != tickets*(2+urges) {
		t.Errorf("%+v %v", summary, breaches)
	}
}

// persist repeats a request as a client does whose answer was lost.
func persist[T any](t *testing.T, do func() (T, error)) T {
	t.Helper()
	for range 20 {
		v, err := do()
		if err == nil {
			return v
		}
		if !errors.Is(err, ticket.ErrStore) {
			t.Fatalf("%v %s", err, refusal.Cause(err))
		}
	}
	t.Fatal("no answer in 20 attempts")
	panic("unreachable")
}

func TestTheScriptKnowsItsOwnCallAgain(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	before, err := b.store.load(b.ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	after, err := b.store.extend(b.desk.Policy(), before, []ticket.Event{{
		Seq: 4, At: instant(b.now), Step: ticket.StepUrge, From: ticket.Handling, To: ticket.Handling, Actor: "an", Request: "once", Fields: b.given(ticket.StepUrge),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := b.store.stepCall(b.desk.Policy(), before, after)
	for range 3 {
		if n, err := stepScript.Run(b.ctx, b.rdb, c.keys, c.args...).Int(); err != nil || n != 1 {
			t.Fatalf("answered %d, %v", n, err)
		}
	}
	b.does(annOperator, id, ticket.StepUrge)
	err = stepScript.Run(b.ctx, b.rdb, c.keys, c.args...).Err()
	if r := refusal.Of(id, err); !errors.Is(r, ticket.ErrConflict) || err.Error() != "CONFLICT 5" {
		t.Errorf("after another step it is told %v", err)
	}
	if got := b.get(id); got.Urged != 2 || len(got.Events) != 5 {
		t.Errorf("%d urges in %d events", got.Urged, len(got.Events))
	}
}
