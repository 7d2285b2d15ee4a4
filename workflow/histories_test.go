package workflow

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// model is what the store should hold: the histories of all tickets, kept in Go.
type model struct {
	ids    []ticket.ID
	origin map[ticket.ID]ticket.Ticket   // as received
	states map[ticket.ID][]ticket.Ticket // by version, from 1
	asked  []Request                     // accepted, to be repeated
	said   []Outcome
}

// TestRandomHistories lets many people do what they like, at current and stale
// versions, with fresh and repeated requests, and compares each answer, and in
// the end every ticket, index, count and fact, with a model in Go.
func TestRandomHistories(t *testing.T) {
	b := newBureau(t)
	b.recallWithin(time.Hour)
	rapid.Check(t, func(rt *rapid.T) {
		b.t, b.now = rt, wednesday
		b.empty()
		fresh := bureauOn(rt, b.rdb, b.desk.Policy())
		m := &model{origin: map[ticket.ID]ticket.Ticket{}, states: map[ticket.ID][]ticket.Ticket{}}
		for range rapid.IntRange(1, 4).Draw(rt, "tickets") {
			id := fresh.receive(rapid.SampledFrom([]func(*Opening){sure, consult, func(*Opening) {}}).Draw(rt, "kind"))
			m.ids = append(m.ids, id)
			opened := fresh.get(id)
			m.origin[id] = opened // no step has changed its county yet
			for n := range opened.Events {
				state, err := steps.Fold(fresh.desk.Policy(), opened, opened.Events[:n+1])
				if err != nil {
					rt.Fatal(err)
				}
				m.states[id] = append(m.states[id], state)
			}
		}
		for range rapid.IntRange(1, 40).Draw(rt, "steps") {
			fresh.now = fresh.now.Add(time.Duration(rapid.IntRange(0, 30*60).Draw(rt, "minutes")) * time.Minute)
			m.one(rt, fresh)
		}
		m.compare(rt, fresh)
	})
}

// one lets somebody do something.
func (m *model) one(rt *rapid.T, b *bureau) {
	if len(m.asked) > 0 && rapid.IntRange(0, 9).Draw(rt, "repeat") == 0 {
		n := rapid.IntRange(0, len(m.asked)-1).Draw(rt, "which")
		got, err := b.desk.Take(b.ctx, b.now, m.asked[n])
		if err != nil || !got.Repeated {
			rt.Fatalf("%s repeated: %v", m.asked[n].Step, err)
		}
		if diff := cmp.Diff(m.said[n].Ticket, got.Ticket); diff != "" {
			rt.Fatalf("%s repeated gets another answer:\n%s", m.asked[n].Step, diff)
		}
		return
	}
	id := rapid.SampledFrom(m.ids).Draw(rt, "ticket")
	states := m.states[id]
	now := states[len(states)-1]
	actor := everybody[rapid.IntRange(0, len(everybody)-1).Draw(rt, "actor")]
	steps := stepNames(steps.Transitions)
	if allowed := b.desk.Allowed(actor, &now); len(allowed) > 0 && rapid.IntRange(0, 9).Draw(rt, "sensible") > 0 {
		steps = stepNames(allowed)
	}
	step := rapid.SampledFrom(steps).Draw(rt, "step")
	version := now.Version
	stale := rapid.IntRange(0, 9).Draw(rt, "stale") == 0 && version > 1
	if stale {
		version = rapid.Int64Range(1, version-1).Draw(rt, "version")
	}
	fields := b.given(step)
	if step == ticket.StepMerge {
		fields["primary"] = string(rapid.SampledFrom(m.ids).Draw(rt, "primary"))
	}
	if step == ticket.StepReply && rapid.Bool().Draw(rt, "waits for the co-units") {
		delete(fields, "without_co")
	}
	if step == ticket.StepCorrect {
		fields["kind"] = rapid.SampledFrom([]string{"complaint", "consult", "praise"}).Draw(rt, "into")
	}
	if step == ticket.StepRequestReturn {
		fields["ground"] = rapid.SampledFrom([]string{"R01", "R02", "R03"}).Draw(rt, "ground")
	}
	b.made++
	r := Request{ID: fmt.Sprint("x", b.made), Ticket: id, Version: version, Step: step, Actor: actor, Fields: fields}
	got, err := b.desk.Take(b.ctx, b.now, r)
	if err != nil {
		m.refused(rt, &now, r, stale, err)
		return
	}
	if stale || got.Repeated {
		rt.Fatalf("%s at version %d of %d was accepted", step, version, now.Version)
	}
	m.accept(rt, b, &now, r, got)
}

func stepNames(table []steps.Transition) []ticket.Step {
	names := make([]ticket.Step, len(table))
	for i := range table {
		names[i] = table[i].Step
	}
	return names
}

func (m *model) refused(rt *rapid.T, now *ticket.Ticket, r Request, stale bool, err error) {
	var told *ticket.Refusal
	if !errors.As(err, &told) || errors.Is(err, ticket.ErrStore) {
		rt.Fatalf("%s by %s: %v %s", r.Step, r.Actor.ID, err, refusal.Cause(err))
	}
	step, _ := steps.Find(r.Step)
	_, may := steps.RoleFor(step, r.Actor, now)
	if stale && may && permit.Sees(r.Actor, now) && r.Step != ticket.StepReceive && (!errors.Is(err, ticket.ErrConflict) || told.Version != now.Version) {
		rt.Fatalf("%s at version %d of %d: %v with version %d", r.Step, r.Version, now.Version, err, told.Version)
	}
}

// accept checks that an accepted step is one of the table, that it is in the
// history once, and remembers what the ticket is now.
func (m *model) accept(rt *rapid.T, b *bureau, before *ticket.Ticket, r Request, got Outcome) {
	events := got.Ticket.Events
	if diff := cmp.Diff(before.Events, events[:before.Version]); diff != "" {
		rt.Fatalf("%s changed the past:\n%s", r.Step, diff)
	}
	mine := slices.IndexFunc(events, func(e ticket.Event) bool { return e.Request == r.ID })
	if mine != int(before.Version) || events[mine].Step != r.Step {
		rt.Fatalf("%s is at place %d of the history", r.Step, mine)
	}
	for n := before.Version + 1; n <= got.Ticket.Version; n++ {
		state, err := steps.Fold(b.desk.Policy(), m.origin[r.Ticket], events[:n])
		if err != nil {
			rt.Fatalf("the table does not know what happened: %v", err)
		}
		m.states[r.Ticket] = append(m.states[r.Ticket], state)
	}
	after := m.states[r.Ticket][got.Ticket.Version-1]
	if diff := cmp.Diff(after, got.Ticket); diff != "" {
		rt.Fatalf("%s: state is not the fold of the history:\n%s", r.Step, diff)
	}
	m.fair(rt, before, r, &got.Ticket)
	m.asked, m.said = append(m.asked, r), append(m.said, got)
}

// givesTime are the steps by which a limit may move away: a supervisor granted
// it, the clock had stood, the ticket began anew, or it turned out to be
// something else while its time was not over.
var givesTime = []ticket.Step{ticket.StepGrantExtension, ticket.StepResume, ticket.StepRedo, ticket.StepCorrect, ticket.StepDispatch}

// fair checks what no history may break, whoever acts: nobody gains time, the
// lead answers for all, and nobody who was to be asked is left out.
func (m *model) fair(rt *rapid.T, before *ticket.Ticket, r Request, after *ticket.Ticket) {
	was, ran := before.Due(ticket.ClockClose)
	is, runs := after.Due(ticket.ClockClose)
	if ran && runs && !was.At.IsZero() && is.At.After(was.At) && !slices.Contains(givesTime, r.Step) {
		rt.Fatalf("%s moved the limit from %s to %s", r.Step, was.At, is.At)
	}
	if r.Step == ticket.StepSplit {
		alone := m.beforeMerge(r.Ticket, before)
		if d, ok := alone.Due(ticket.ClockClose); ok && (!runs || is.At.After(d.At)) {
			rt.Fatalf("merged and split, the limit moved from %s to %s", d.At, is.At)
		}
	}
	if r.Step == ticket.StepReply && r.Fields["without_co"] == "" && len(steps.OpenTasks(before)) > 0 {
		rt.Fatalf("replied without a word about %v", steps.OpenTasks(before))
	}
	complained := slices.ContainsFunc(m.states[r.Ticket], func(t ticket.Ticket) bool { return t.Kind == ticket.Complaint })
	if r.Step == ticket.StepApproveReply && complained && after.State != ticket.Callback {
		rt.Fatalf("a complaint became %s, and nobody asks its caller", after.State)
	}
}

// beforeMerge is a ticket as it was when it last began to follow another.
func (m *model) beforeMerge(id ticket.ID, merged *ticket.Ticket) ticket.Ticket {
	for n := len(merged.Events) - 1; n >= 0; n-- {
		if merged.Events[n].Step == ticket.StepMerge {
			return m.states[id][n-1]
		}
	}
	return *merged
}

// compare holds the store against the model.
func (m *model) compare(rt *rapid.T, b *bureau) {
	events := 0
	counts := map[ticket.State]int{}
	for _, id := range m.ids {
		want := m.states[id][len(m.states[id])-1]
		got := b.get(id)
		events += len(got.Events)
		if diff := cmp.Diff(want, got); diff != "" {
			rt.Fatalf("%s in the store differs from the model:\n%s", id, diff)
		}
		if got.State.IsOpen() {
			counts[got.State]++
		}
	}
	summary, breaches := b.fsck()
	if len(breaches) > 0 || summary.Tickets != len(m.ids) || summary.Events != events {
		rt.Fatalf("fsck: %+v %v", summary, breaches)
	}
	have, err := b.desk.Counts(b.ctx, b.now, liangDiscip, "")
	if err != nil {
		rt.Fatal(err)
	}
	for _, s := range steps.OpenStates {
		if have.States[s] != counts[s] {
			rt.Fatalf("%d tickets are counted as %s, but %d are", have.States[s], s, counts[s])
		}
	}
}
