// Package workflow is a ticket's life: the table of its steps, the policy that
// routes and times them, and the store that keeps every accepted step.
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
)

// Desk takes the steps of the table under the current policy. It is safe for
// concurrent use, in one process and in several.
type Desk struct {
	store  *Store
	policy atomic.Pointer[Policy]
}

// NewDesk makes a desk on a store.
func NewDesk(store *Store, policy *Policy) *Desk {
	d := &Desk{store: store}
	d.policy.Store(policy)
	return d
}

// Policy is the policy in force.
func (d *Desk) Policy() *Policy { return d.policy.Load() }

// UsePolicy puts another policy in force. Due times of open tickets follow
// with Reclock.
func (d *Desk) UsePolicy(p *Policy) { d.policy.Store(p) }

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
	step, ok := transitionOf[r.Step]
	if !ok || r.Step == StepReceive {
		return Outcome{}, ticket.Refuse(ticket.ErrInvalid, "unknown_step", "没有“%s”这个步骤", clip(string(r.Step)))
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
	if outcome, repeated, again := repeat(policy, current, r); repeated {
		return outcome, again
	}
	return Outcome{}, err
}

// take takes a step on a ticket as it was read.
func (d *Desk) take(ctx context.Context, policy *Policy, before *stored, step *Transition, now time.Time, r Request) (Outcome, error) {
	if outcome, repeated, err := repeat(policy, before, r); repeated {
		return outcome, err
	}
	if !sees(r.Actor, &before.Ticket) {
		return Outcome{}, notFound(r.Ticket)
	}
	events, err := d.decide(ctx, policy, before, step, now, r)
	if err != nil {
		return Outcome{}, err
	}
	after, err := d.store.append(ctx, policy, before, events)
	if err != nil {
		return Outcome{}, err
	}
	return Outcome{Ticket: after.Ticket}, nil
}

// repeat finds an actor's request in the history and gives its first answer:
// the ticket as it was after that step, also where the step has hidden it.
func repeat(policy *Policy, s *stored, r Request) (Outcome, bool, error) {
	for i := range s.Events {
		e := &s.Events[i]
		if e.Request != r.ID || e.Actor != r.Actor.ID {
			continue
		}
		if e.Step != r.Step {
			return Outcome{}, true, ticket.Refuse(ticket.ErrInvalid, "request_reused", "请求编号已用于另一个步骤，请换一个")
		}
		first, err := Fold(policy, s.origin(), s.Events[:i+1])
		if err != nil {
			return Outcome{}, true, damaged(s.ID, err)
		}
		return Outcome{Ticket: first, Repeated: true}, true, nil
	}
	return Outcome{}, false, nil
}

// decide lets the table rule and gives the events of the step: the step itself
// and what the service does with it by itself.
func (d *Desk) decide(ctx context.Context, policy *Policy, s *stored, step *Transition, now time.Time, r Request) ([]ticket.Event, error) {
	t := &s.Ticket
	role, ok := roleFor(step, r.Actor, t)
	if !ok {
		return nil, forbidden(step, r.Actor)
	}
	if r.Version != t.Version {
		return nil, conflict(t.Version)
	}
	if !step.starts(t.State) {
		return nil, ticket.Refuse(ticket.ErrIllegal, "illegal_step", "工单现在是“%s”，不能%s", t.State.Name(), step.Name)
	}
	m := &moment{
		policy: policy, ticket: t, step: step, actor: r.Actor, now: now, to: t.State,
		look: func(id ticket.ID) (ticket.Ticket, error) {
			other, err := d.store.load(ctx, id)
			if err != nil {
				return ticket.Ticket{}, err
			}
			return other.Ticket, nil
		},
		followers: func(id ticket.ID) ([]ticket.Ticket, error) { return d.store.followers(ctx, id) },
	}
	if err := m.rule(r.Fields); err != nil {
		return nil, err
	}
	if latest := t.Events[len(t.Events)-1].At; now.Before(latest) {
		now = latest // a history is ordered by its sequence; a clock that went back does not disorder it
	}
	events := []ticket.Event{{
		Seq: t.Version + 1, At: now, Step: step.Step, From: t.State, To: m.to,
		Actor: r.Actor.ID, Name: r.Actor.Name, Role: role, Unit: r.Actor.Unit,
		Request: r.ID, Fields: m.recorded(),
	}}
	return append(events, consequences(t, &events[0])...), nil
}

// rule applies the table's rules in the order: possible now, form, fields.
func (m *moment) rule(given map[string]string) error {
	if m.step.To != ticket.None {
		m.to = m.step.To
	}
	if m.step.ready != nil {
		m.step.ready(m)
	}
	if m.refusal != nil {
		return m.refusal
	}
	m.fields, m.faults = m.policy.form(m.step, given)
	if m.step.check != nil {
		m.step.check(m)
	}
	m.everyCallerTold()
	switch {
	case m.failure != nil:
		return m.failure
	case m.refusal != nil:
		return m.refusal
	case len(m.faults) > 0:
		inOrder(m.step, m.faults)
		r := ticket.Refuse(ticket.ErrInvalid, "invalid_fields", "%s：%s", m.step.Name, m.faults[0].Message)
		r.Faults = m.faults
		return r
	}
	return nil
}

// bouncesToArbitration is how many upheld returns a ticket suffers before the
// dispute goes to a ruling by itself.
const bouncesToArbitration = 2

// consequences are the steps that the service takes in the same breath.
func consequences(t *ticket.Ticket, e *ticket.Event) []ticket.Event {
	if e.Step != StepUpholdReturn || t.Bounces+1 < bouncesToArbitration {
		return nil
	}
	return []ticket.Event{byService(e, StepEscalate, ticket.Arbitration, map[string]string{"reason": "第二次退单，自动提请裁定"})}
}

// byService is the event that follows another at once.
func byService(after *ticket.Event, step ticket.Step, to ticket.State, fields map[string]string) ticket.Event {
	return ticket.Event{
		Seq: after.Seq + 1, At: after.At, Step: step, From: after.To, To: to,
		Actor: ticket.Service.ID, Name: ticket.Service.Name, Role: ticket.System,
		Request: after.Request + "+", Fields: fields,
	}
}

// Allowed lists the steps that somebody may take on a ticket now, in the order
// of the table. Whether a time limit has passed is found out on taking it.
func (d *Desk) Allowed(actor ticket.Actor, t *ticket.Ticket) []Transition {
	if !sees(actor, t) {
		return nil
	}
	var steps []Transition
	for i := range Transitions {
		step := &Transitions[i]
		if _, may := roleFor(step, actor, t); !may || !step.starts(t.State) || step.Step == StepReceive {
			continue
		}
		m := &moment{policy: d.Policy(), ticket: t, step: step, actor: actor}
		if step.ready != nil {
			step.ready(m)
		}
		if m.refusal == nil {
			steps = append(steps, *step)
		}
	}
	return steps
}

// Ticket reads a ticket with its history for somebody. A ticket that somebody
// may not know of is not found. Errors are *ticket.Refusal.
func (d *Desk) Ticket(ctx context.Context, actor ticket.Actor, id ticket.ID) (ticket.Ticket, error) {
	s, err := d.store.load(ctx, id)
	if err != nil {
		return ticket.Ticket{}, err
	}
	if !May(actor, ActRead, &s.Ticket) {
		return ticket.Ticket{}, notFound(id)
	}
	return s.Ticket, nil
}
