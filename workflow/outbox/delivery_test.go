package outbox

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestReceiversLearnOfEachStepInOrderAndOnce(t *testing.T) {
	m := newMailman(t, always(http.StatusNoContent))
	b := newBureau(t, all(m))
	m.setClock(b.now())
	first, second := b.closed(), b.dispatched()
	o := b.instance()
	b.settle(o)
	want := []ticket.Step{ticket.StepReceive, ticket.StepDispatch, ticket.StepSign, ticket.StepReply, ticket.StepApproveReply}
	if diff := cmp.Diff(want, m.steps(first)); diff != "" {
		t.Errorf("first (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(want[:2], m.steps(second)); diff != "" {
		t.Errorf("second (-want +got):\n%s", diff)
	}
	b.settle(o)
	if n := m.requests(); n != 7 {
		t.Errorf("%d requests for 7 steps", n)
	}
	b.emptied()
}

func TestMessagesHoldWhatTheReceiverIsEntitledToAndNoMore(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	entitled, bare := all(m), all(m)
	bare.Code, bare.Parts = "bare", nil
	b := newBureau(t, entitled, bare)
	m.setClock(b.now())
	id := b.closed()
	b.settle(b.instance())
	var full, plain Message
	for _, message := range m.got {
		if message.Data.Step != ticket.StepApproveReply {
			continue
		}
		if message.Data.Unit != nil {
			full = message
		} else {
			plain = message
		}
	}
	want := Message{Type: "ticket.approve_reply", Timestamp: b.now().UTC(), Data: TicketChange{
		ID: id, Channel: ticket.Channel12345, SourceNo: "GD0001", Seq: 5, Step: ticket.StepApproveReply, StepName: "审核通过",
		From: ticket.Replied, State: ticket.Closed, Name: "已办结", Unit: &Coded{"zhidui", "市执法支队"}, Category: &Coded{"B01", "黑车"},
		DueAt: full.Data.DueAt, Reply: "已查处并清理。",
	}}
	if diff := cmp.Diff(want, full); diff != "" || full.Data.DueAt == nil {
		t.Errorf("entitled (-want +got):\n%s", diff)
	}
	want.Data.Unit, want.Data.Category, want.Data.DueAt, want.Data.Reply = nil, nil, nil, ""
	if diff := cmp.Diff(want, plain); diff != "" {
		t.Errorf("not entitled (-want +got):\n%s", diff)
	}
	for _, message := range m.got {
		if message.Data.Step == ticket.StepReply && message.Data.Reply != "" {
			t.Error("the reply goes out before it was reviewed")
		}
	}
}

func TestCluesAreToldToNoReceiver(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	r := all(m)
	r.Hold = time.Minute
	b := newBureau(t, r)
	m.setClock(b.now())
	id := b.dispatched()
	o := b.instance()
	b.settle(o) // laid, but held
	b.does(operator, id, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	b.does(discipline, id, ticket.StepHandOver, "receipt", "纪收1号")
	b.wait(2*time.Minute, m)
	b.settle(o)
	if n := m.requests(); n != 0 {
		t.Errorf("%d messages about a clue", n)
	}
	b.emptied()
}

func TestReceiversHearOnlyOfTheirChannelsStepsAndUnits(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	for name, c := range map[string]struct {
		change func(*Receiver)
		want   []ticket.Step
	}{
		"another channel":                        {func(r *Receiver) { r.Channels = []ticket.Channel{ticket.Channel12328} }, nil},
		"its channel":                            {func(r *Receiver) { r.Channels = []ticket.Channel{ticket.Channel12345} }, []ticket.Step{ticket.StepReceive, ticket.StepDispatch, ticket.StepSign, ticket.StepUrge}},
		"a unit that has no part in it":          {func(r *Receiver) { r.Units = []string{"xian-a"} }, nil},
		"a unit that helps":                      {func(r *Receiver) { r.Units = []string{"yunfu"} }, []ticket.Step{ticket.StepDispatch, ticket.StepSign, ticket.StepUrge}},
		"no steps named: what changes the state": {func(r *Receiver) { r.Steps = nil }, []ticket.Step{ticket.StepReceive, ticket.StepDispatch, ticket.StepSign}},
		"switched off":                           {func(r *Receiver) { r.Enabled = false }, nil},
	} {
		t.Run(name, func(t *testing.T) {
			m.t = t
			r := all(m)
			c.change(&r)
			b := newBureau(t, r)
			m.setClock(b.now())
			id := b.dispatched()
			b.does(handler, id, ticket.StepSign)
			b.does(operator, id, ticket.StepUrge, "reason", "群众再次来电")
			m.got = nil
			b.settle(b.instance())
			if diff := cmp.Diff(c.want, m.steps(id)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			b.emptied()
		})
	}
}

func TestFailuresAreTriedAgainFiveTimesAndThenWaitForAPerson(t *testing.T) {
	m := newMailman(t, always(http.StatusServiceUnavailable))
	b := newBureau(t, all(m))
	m.setClock(b.now())
	id := b.dispatched()
	o := b.instance()
	var tried []time.Duration
	for start := b.now(); b.now().Before(start.Add(24 * time.Hour)); b.wait(5*time.Second, m) {
		before := m.requests()
		b.settle(o)
		if m.requests() > before {
			tried = append(tried, b.now().Sub(start))
		}
		if len(tried) == 5 {
			b.wait(20*time.Hour, m)
		}
	}
	want := []time.Duration{0, 5 * time.Second, 5*time.Minute + 5*time.Second, 35*time.Minute + 5*time.Second, 2*time.Hour + 35*time.Minute + 5*time.Second}
	if diff := cmp.Diff(want, tried); diff != "" {
		t.Fatalf("attempts (-want +got):\n%s", diff)
	}
	letters, err := o.DeadLetters(b.ctx)
	b.check(err)
	if len(letters) != 1 || letters[0].ID != MessageID(id, 1) || letters[0].Tries != 5 || letters[0].Status != 503 || letters[0].Cause != CauseStatus || letters[0].Behind != 1 {
		t.Fatalf("dead letters %+v", letters)
	}
	if s := b.standing(o); s.Dead != 1 || s.Receivers[0].Waiting != 0 {
		t.Errorf("standing %+v", s)
	}
	if log := b.log.String(); strings.Count(log, "level=ERROR") != 1 || !strings.Contains(log, MessageID(id, 1)) || strings.Contains(log, "GD0001") {
		t.Errorf("alarm in the log: %s", log)
	}
	m.behave(always(http.StatusOK))
	if n, err := o.Replay(b.ctx, b.now(), MessageID(id, 1), ""); err != nil || n != 1 {
		t.Fatalf("replay: %d, %v", n, err)
	}
	b.settle(o)
	if diff := cmp.Diff([]string{MessageID(id, 1), MessageID(id, 2)}, m.accepted()); diff != "" {
		t.Errorf("after the replay (-want +got):\n%s", diff)
	}
	if _, err := o.Replay(b.ctx, b.now(), MessageID(id, 1), ""); err == nil {
		t.Error("what was replayed can be replayed again")
	}
	b.emptied()
}

func TestPausesVaryByAFifthAndFollowTheReceiver(t *testing.T) {
	o := newBureau(t).instance()
	r := Receiver{Retries: []time.Duration{10 * time.Second, time.Hour}}
	for name, c := range map[string]struct {
		jitter float64
		tries  int
		asked  time.Duration
		want   time.Duration
	}{
		"shortest":                      {0, 1, 0, 8 * time.Second},
		"longest":                       {1, 1, 0, 12 * time.Second},
		"second":                        {0.5, 2, 0, time.Hour},
		"the receiver asks for longer":  {0.5, 1, time.Minute, time.Minute},
		"the receiver asks for shorter": {0.5, 2, time.Minute, time.Hour},
	} {
		o.jitter = func() float64 { return c.jitter }
		if got := o.pauseAfter(&r, c.tries, c.asked); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}

func TestAnswersAreJudged(t *testing.T) {
	for name, c := range map[string]struct {
		status int
		cause  Cause
		dead   int
	}{
		"created is a success":              {http.StatusCreated, "", 0},
		"a redirect is not followed":        {http.StatusFound, CauseRedirect, 0},
		"gone ends it at once":              {http.StatusGone, CauseGone, 1},
		"a refusal is tried again":          {http.StatusBadRequest, CauseStatus, 0},
		"a server's fault is tried again":   {http.StatusInternalServerError, CauseStatus, 0},
		"accepted, but the connection fell": {0, CauseNetwork, 0},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailman(t, always(c.status))
			b := newBureau(t, all(m))
			m.setClock(b.now())
			id := b.receive()
			o := b.instance()
			b.settle(o)
			a, err := o.attempts(b.ctx, b.desk.Store().PartitionOf(id), "city", id)
			b.check(err)
			if a.Cause != c.cause || a.Status != c.status && c.cause != "" {
				t.Errorf("attempts %+v", a)
			}
			if s := b.standing(o); s.Dead != c.dead {
				t.Errorf("%d dead, want %d", s.Dead, c.dead)
			}
			if n := m.requests(); n != 1 {
				t.Errorf("%d requests, want 1", n)
			}
		})
	}
}

func TestNobodyListensOrNoSecretIsAFailureLikeAnother(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	gone, secretless, metadata := all(m), all(m), all(m)
	gone.Code, gone.URL = "gone", "http://127.0.0.1:1/"
	secretless.Code, secretless.Secret = "secretless", "env:HUIYIN_NO_SUCH_SECRET"
	metadata.Code, metadata.URL = "metadata", "http://169.254.169.254/"
	b := newBureau(t, gone, secretless, metadata)
	id := b.receive()
	o := b.instance()
	b.settle(o)
	for receiver, want := range map[string]Cause{"gone": CauseRefused, "secretless": CauseSecret, "metadata": CauseAddress} {
		a, err := o.attempts(b.ctx, b.desk.Store().PartitionOf(id), receiver, id)
		b.check(err)
		if a.Cause != want || a.Tries != 1 {
			t.Errorf("%s: %+v, want %s", receiver, a, want)
		}
	}
	if m.requests() != 0 {
		t.Error("a message left unsigned")
	}
}

func TestADeadMessageHoldsItsOwnTicketAndNoOther(t *testing.T) {
	var poison ticket.ID
	m := newMailman(t, func(_ int, _ string, message Message) int {
		if message.Data.ID == poison && message.Data.Seq == 2 {
			return http.StatusGone
		}
		return http.StatusOK
	})
	b := newBureau(t, all(m))
	m.setClock(b.now())
	o := b.instance()
	poison = b.closed()
	other := b.closed()
	b.settle(o)
	if got := m.steps(poison); !slices.Equal(got, []ticket.Step{ticket.StepReceive}) {
		t.Errorf("behind the dead message came %v", got)
	}
	if got := m.steps(other); len(got) != 5 {
		t.Errorf("the other ticket: %v", got)
	}
	b.does(leader, poison, ticket.StepNote, "text", "请跟进")
	b.settle(o)
	if letters, err := o.DeadLetters(b.ctx); err != nil || len(letters) != 1 || letters[0].Behind != 4 {
		t.Fatalf("%+v %v", letters, err)
	}
	if n, err := o.Drop(b.ctx, MessageID(poison, 2), "city"); err != nil || n != 1 {
		t.Fatalf("drop: %d, %v", n, err)
	}
	b.settle(o)
	want := []ticket.Step{ticket.StepReceive, ticket.StepSign, ticket.StepReply, ticket.StepApproveReply, ticket.StepNote}
	if diff := cmp.Diff(want, m.steps(poison)); diff != "" {
		t.Errorf("after it was given up (-want +got):\n%s", diff)
	}
	if _, err := o.Drop(b.ctx, MessageID(poison, 3), "city"); err == nil {
		t.Error("what is not dead was given up")
	}
	b.emptied()
}

func TestAMessageIsHeldUntilItsTime(t *testing.T) {
	m := newMailman(t, always(http.StatusOK))
	r := all(m)
	r.Hold = 10 * time.Second
	b := newBureau(t, r)
	m.setClock(b.now())
	b.receive()
	o := b.instance()
	b.settle(o)
	b.wait(9*time.Second, m)
	b.settle(o)
	if m.requests() != 0 {
		t.Fatal("it left too early")
	}
	b.wait(time.Second, m)
	b.settle(o)
	if m.requests() != 1 {
		t.Fatal("it did not leave in time")
	}
}

func TestWhatAReceiverOfTheLastVersionLeftIsShownAndCanBeGivenUp(t *testing.T) {
	m := newMailman(t, always(http.StatusGone))
	b := newBureau(t, all(m))
	m.setClock(b.now())
	id := b.receive()
	o := b.instance()
	b.settle(o)
	b.told = &Policy{}
	s := b.standing(o)
	if len(s.Receivers) != 1 || s.Receivers[0].Receiver != "city" || s.Dead != 1 {
		t.Fatalf("standing %+v", s)
	}
	_, err := o.Drop(b.ctx, MessageID(id, 1), "city")
	b.check(err)
	b.emptied()
}

func TestAnUrgeThatIsMeantForOneUnitIsToldToNoOther(t *testing.T) {
	before := &ticket.Ticket{}
	before.Lead, before.Co = "zhidui", []string{"yunfu", "gonglu"}
	rule := Rule{Step: ticket.StepUrge, To: []Audience{ToLead, ToCo, ToSupervisor}}
	cases := []struct{ name, unit, want string }{
		{"meant for all", "", "unit:zhidui unit:yunfu unit:gonglu role:supervisor"},
		{"meant for a co-unit", "yunfu", "unit:yunfu role:supervisor"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := &ticket.Event{Step: ticket.StepUrge, Fields: map[string]string{"unit": c.unit}}
			if got := strings.Join(rule.boxesOf(before, before, e), " "); got != c.want {
				t.Errorf("told to %s, want %s", got, c.want)
			}
		})
	}
}
