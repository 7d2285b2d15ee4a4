// Package workflow is a ticket's life: the desk that takes its steps, and the
// store that keeps every accepted one. What may happen is the table in steps, who
// may do it is in permit, the bureau's policy in rules and versions, how it is
// written in record.
//
// A Desk takes steps. It reads a ticket, lets the table decide, and hands the
// store one event, which a script appends if the ticket's version is still the
// one that was read. A Store is Redis and knows nothing of legality; the
// scripts compare and set and know no state by name. What a ticket is, is the
// fold of its history; indexes, facts and due times can all be recomputed.
//
// The package never opens a caller's personal data and never looks at a clock.
package workflow

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Desk takes the steps of the table under the current policy. It is safe for
// concurrent use, in one process and in several.
type Desk struct {
	store  *Store
	policy atomic.Pointer[rules.Policy]
}

// NewDesk makes a desk on a store.
func NewDesk(store *Store, policy *rules.Policy) *Desk {
	d := &Desk{store: store}
	d.policy.Store(policy)
	return d
}

// Policy is the policy in force.
func (d *Desk) Policy() *rules.Policy { return d.policy.Load() }

// UsePolicy puts another policy in force. Due times of open tickets follow
// with Reclock.
func (d *Desk) UsePolicy(p *rules.Policy) { d.policy.Store(p) }

// Store is the store under the desk.
func (d *Desk) Store() *Store { return d.store }

// Request asks for a step.
type Request struct {
	ID      string // of the request: the same again changes nothing
	Ticket  ticket.ID
	Version int64 // of the ticket that the actor has seen
	Step    ticket.Step
	Actor   ticket.Actor
	Fields  map[string]string
}

// Outcome is the ticket after a step, with its events.
type Outcome struct {
	Ticket   ticket.Ticket
	Repeated bool // the request had been answered before
}

// requestMax is the longest id of a request, in bytes.
const requestMax = 128

// Take takes a step. A request that was answered before gets the first answer
// again. Errors are *ticket.Refusal of the kinds ErrInvalid, ErrNotFound,
// ErrForbidden, ErrConflict (with the current version), ErrIllegal and
// ErrStore.
func (d *Desk) Take(ctx context.Context, now time.Time, r Request) (Outcome, error) {
	step, ok := steps.Find(r.Step)
	if !ok || r.Step == ticket.StepReceive {
		return Outcome{}, ticket.Refuse(ticket.ErrInvalid, "unknown_step", "没有“%s”这个步骤", refusal.Clip(string(r.Step)))
	}
	if r.ID == "" || len(r.ID) > requestMax {
		return Outcome{}, ticket.Refuse(ticket.ErrInvalid, "bad_request_id", "请求编号不能为空，也不能超过%d个字节", requestMax)
	}
	policy, now := d.Policy(), instant(now)
	if before, ok := d.store.recent.get(r.Ticket); ok {
		if outcome, err := d.take(ctx, policy, before, step, now, r); err == nil {
			return outcome, nil
		}
		// The copy may be old: what was refused is looked at again.
	}
	before, err := d.store.load(ctx, r.Ticket)
	if err != nil {
		return Outcome{}, err
	}
	outcome, err := d.take(ctx, policy, before, step, now, r)
	if !errors.Is(err, ticket.ErrConflict) {
		return outcome, err
	}
	// Somebody was faster: perhaps it was the same request.
	current, lost := d.store.load(ctx, r.Ticket)
	if lost != nil {
		return Outcome{}, lost
	}
	if outcome, repeated, again := repeat(policy, current, step, r); repeated {
		return outcome, again
	}
	return Outcome{}, err
}

// take takes a step on a ticket as it was read.
func (d *Desk) take(ctx context.Context, policy *rules.Policy, before *stored, step *steps.Transition, now time.Time, r Request) (Outcome, error) {
	if outcome, repeated, err := repeat(policy, before, step, r); repeated {
		if err == nil {
			err = d.afterwards(ctx, now, policy, &outcome.Ticket, r.Step)
		}
		return outcome, err
	}
	if !permit.Sees(r.Actor, &before.Ticket) {
		return Outcome{}, refusal.NotFound(r.Ticket)
	}
	events, err := d.decide(ctx, policy, before, step, now, r)
	if err != nil {
		return Outcome{}, err
	}
	after, err := d.store.append(ctx, policy, before, events)
	if err != nil {
		return Outcome{}, err
	}
	outcome := Outcome{Ticket: after.shown()}
	return outcome, d.afterwards(ctx, now, policy, &outcome.Ticket, r.Step)
}

// afterwards does what follows a step in other places than its ticket. It is
// done again when the request is, so that nothing is left half done.
func (d *Desk) afterwards(ctx context.Context, now time.Time, policy *rules.Policy, t *ticket.Ticket, step ticket.Step) error {
	return errors.Join(d.keepRuling(ctx, policy, t, step), d.regroup(ctx, now, t, step))
}

// repeat finds an actor's request in the history and gives its first answer:
// the ticket as it was after that step, also where the step has hidden it. The
// same id with other fields is another request, and refused.
func repeat(policy *rules.Policy, s *stored, step *steps.Transition, r Request) (Outcome, bool, error) {
	for i := range s.Events {
		e := &s.Events[i]
		if e.Request != r.ID || e.Actor != r.Actor.ID {
			continue
		}
		if e.Step != r.Step {
			return Outcome{}, true, ticket.Refuse(ticket.ErrInvalid, "request_reused", "请求编号已用于另一个步骤，请换一个")
		}
		if e.Asked != 0 && e.Asked != record.Asked(r.Fields) {
			return Outcome{}, true, ticket.Refuse(ticket.ErrInvalid, "request_reused", "这个请求编号已经办过“%s”，填的内容和这次不同；要再办一次请换一个编号", step.Name)
		}
		first, err := steps.Fold(policy, s.origin(), s.Events[:steps.BreathEnd(s.Events, i)])
		if err != nil {
			return Outcome{}, true, refusal.Damaged(s.ID, err)
		}
		return Outcome{Ticket: first, Repeated: true}, true, nil
	}
	return Outcome{}, false, nil
}

// asked is the digest of what a person's request gives. The service's own ids
// say what is to be done once; how it words the reason may change from day to day.
func asked(r Request) uint32 {
	if r.Actor.ID == ticket.Service.ID {
		return 0
	}
	return record.Asked(r.Fields)
}

// decide lets the table rule and gives the events of the step: the step itself
// and what the service does with it by itself.
func (d *Desk) decide(ctx context.Context, policy *rules.Policy, s *stored, step *steps.Transition, now time.Time, r Request) ([]ticket.Event, error) {
	t := &s.Ticket
	role, ok := steps.RoleFor(step, r.Actor, t)
	if !ok {
		return nil, steps.Forbidden(step, r.Actor)
	}
	if r.Version != t.Version {
		return nil, refusal.Conflict(t.Version)
	}
	if !step.Starts(t.State) {
		return nil, ticket.Refuse(ticket.ErrIllegal, "illegal_step", "工单现在是“%s”，不能%s", t.State.Name(), step.Name)
	}
	m := &steps.Moment{
		Policy: policy, Ticket: t, Step: step, Actor: r.Actor, Now: now, To: t.State,
		Look: func(id ticket.ID) (ticket.Ticket, error) {
			other, err := d.store.load(ctx, id)
			if err != nil {
				return ticket.Ticket{}, err
			}
			return other.shown(), nil
		},
		Followers: func(id ticket.ID) ([]ticket.Ticket, error) { return d.store.followers(ctx, id) },
	}
	if err := m.Rule(r.Fields); err != nil {
		return nil, err
	}
	if latest := t.Events[len(t.Events)-1].At; now.Before(latest) {
		now = latest // a history is ordered by its sequence; a clock that went back does not disorder it
	}
	events := []ticket.Event{{
		Seq: t.Version + 1, At: now, Step: step.Step, From: t.State, To: m.To,
		Actor: r.Actor.ID, Name: r.Actor.Name, Role: role, Unit: r.Actor.Unit,
		Request: r.ID, Asked: asked(r), Fields: m.Recorded(),
	}}
	return append(events, steps.Consequences(policy, t, &events[0])...), nil
}

// Allowed lists the steps that somebody may take on a ticket now, in the order
// of the table. Whether a time limit has passed is found out on taking it.
func (d *Desk) Allowed(actor ticket.Actor, t *ticket.Ticket) []steps.Transition {
	if !permit.Sees(actor, t) {
		return nil
	}
	var allowed []steps.Transition
	for i := range steps.Transitions {
		step := &steps.Transitions[i]
		if _, may := steps.RoleFor(step, actor, t); !may || !step.Starts(t.State) || step.Step == ticket.StepReceive {
			continue
		}
		m := &steps.Moment{Policy: d.Policy(), Ticket: t, Step: step, Actor: actor}
		if m.Possible() {
			allowed = append(allowed, *step)
		}
	}
	return allowed
}

// Ticket reads a ticket with its history for somebody. A ticket that somebody
// may not know of is not found. Errors are *ticket.Refusal.
func (d *Desk) Ticket(ctx context.Context, actor ticket.Actor, id ticket.ID) (ticket.Ticket, error) {
	s, err := d.store.load(ctx, id)
	if err != nil {
		return ticket.Ticket{}, err
	}
	if !permit.May(actor, permit.Read, &s.Ticket) {
		return ticket.Ticket{}, refusal.NotFound(id)
	}
	return s.shown(), nil
}

// instant is a time as the store keeps it.
func instant(t time.Time) time.Time { return t.UTC().Truncate(time.Millisecond) }
