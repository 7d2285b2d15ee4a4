package workflow

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

func consult(o *Opening) {
	o.Ticket.Verdict.Kind = ticket.Consult
}

// reach brings a new ticket into a state by the shortest way of the table.
func (b *bureau) reach(state ticket.State, change ...func(*Opening)) ticket.ID {
	b.t.Helper()
	if state == ticket.Answered {
		change = append(change, consult)
	}
	if state == ticket.Merged {
		primary := b.reach(ticket.Dispatched)
		id := b.reach(ticket.Dispatched)
		b.does(annOperator, id, ticket.StepMerge, "primary", string(primary))
		return id
	}
	id := b.receive(change...)
	way := map[ticket.State][]struct {
		actor ticket.Actor
		step  ticket.Step
	}{
		ticket.Received:        nil,
		ticket.Dispatched:      {{annOperator, ticket.StepDispatch}},
		ticket.Handling:        {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepSign}},
		ticket.ReturnRequested: {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepRequestReturn}},
		ticket.Arbitration:     {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepRequestReturn}, {annOperator, ticket.StepEscalate}},
		ticket.Replied:         {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepSign}, {caoUnit, ticket.StepReply}},
		ticket.Callback:        {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepSign}, {caoUnit, ticket.StepReply}, {benOperator, ticket.StepApproveReply}},
		ticket.Suspended:       {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepSign}, {caoUnit, ticket.StepRequestSuspension}, {guanWatch, ticket.StepGrantSuspension}},
		ticket.Closed:          {{annOperator, ticket.StepDispatch}, {caoUnit, ticket.StepSign}, {caoUnit, ticket.StepReply}, {benOperator, ticket.StepApproveReply}, {annOperator, ticket.StepRecordCallback}},
		ticket.Rejected:        {{annOperator, ticket.StepReject}},
		ticket.Answered:        {{annOperator, ticket.StepAnswer}},
		ticket.Transferred:     {{annOperator, ticket.StepTransfer}},
		ticket.HandedOver:      {{annOperator, ticket.StepProposeHandOver}, {liangDiscip, ticket.StepHandOver}},
	}[state]
	for _, w := range way {
		if w.step == ticket.StepRecordCallback && b.get(id).State == ticket.Closed {
			break // no callback was due
		}
		b.does(w.actor, id, w.step)
	}
	if got := b.get(id).State; got != state {
		b.t.Fatalf("reached %s, not %s", got, state)
	}
	return id
}

// ready brings a ticket into a state in which a step's own rule, too, is met.
func (b *bureau) ready(state ticket.State, step ticket.Step) (ticket.ID, map[string]string) {
	b.t.Helper()
	var change []func(*Opening)
	if step == ticket.StepAnswer && state == ticket.Received || step == ticket.StepDraw && state == ticket.Closed {
		change = append(change, consult)
	}
	if step == ticket.StepMerge {
		primary := b.reach(ticket.Handling)
		return b.reach(state, change...), b.given(step, "primary", string(primary))
	}
	id := b.reach(state, change...)
	if row, _ := steps.Find(step); step == ticket.StepDetach && slices.Contains(row.From, state) {
		adds := annOperator
		if b.get(id).Lead == caoUnit.Unit {
			adds = caoUnit
		}
		b.does(adds, id, ticket.StepAttach)
	}
	first := map[ticket.Step][]struct {
		actor ticket.Actor
		step  ticket.Step
	}{
		ticket.StepGrantExtension: {{caoUnit, ticket.StepRequestExtension}}, ticket.StepRefuseExtension: {{caoUnit, ticket.StepRequestExtension}},
		ticket.StepGrantSuspension: {{caoUnit, ticket.StepRequestSuspension}}, ticket.StepRefuseSuspension: {{caoUnit, ticket.StepRequestSuspension}},
		ticket.StepHandOver: {{annOperator, ticket.StepProposeHandOver}}, ticket.StepDeclineHandOver: {{annOperator, ticket.StepProposeHandOver}},
		ticket.StepLift:    {{guanWatch, ticket.StepSupervise}},
		ticket.StepExclude: {{qinWatch, ticket.StepRequestExclusion}}, ticket.StepRefuseExclusion: {{qinWatch, ticket.StepRequestExclusion}},
		ticket.StepInclude:           {{qinWatch, ticket.StepRequestExclusion}, {heWatch, ticket.StepExclude}},
		ticket.StepRequestDisclosure: {{annOperator, ticket.StepConfide}},
		ticket.StepDisclose:          {{annOperator, ticket.StepConfide}, {qinWatch, ticket.StepRequestDisclosure}},
		ticket.StepRefuseDisclosure:  {{annOperator, ticket.StepConfide}, {qinWatch, ticket.StepRequestDisclosure}},
	}[step]
	if row, _ := steps.Find(step); slices.Contains(row.From, state) {
		for _, f := range first {
			b.does(f.actor, id, f.step)
		}
	}
	return id, b.given(step)
}

// mayTake says by hand what role and relation a step asks for.
func mayTake(actor ticket.Actor, step *steps.Transition, t *ticket.Ticket) bool {
	if actor.ID == "system" {
		return step.Auto
	}
	for _, role := range step.Roles {
		if !slices.Contains(actor.Roles, role) {
			continue
		}
		lead, co := actor.Unit == t.Lead, slices.Contains(t.Co, actor.Unit)
		if role != ticket.UnitHandler || step.Relation == steps.LeadUnit && lead || step.Relation == steps.CoUnit && co || step.Relation == steps.AnyUnit && (lead || co) {
			return true
		}
	}
	return false
}

// knows says by hand who knows of a ticket.
func knows(actor ticket.Actor, t *ticket.Ticket) bool {
	switch {
	case actor.ID == "system":
		return true
	case t.State == ticket.HandedOver || t.Pending["hand_over"] == "proposed":
		return actor.Has(ticket.Discipline)
	case actor.Has(ticket.UnitHandler):
		return actor.Unit == t.Lead || slices.Contains(t.Co, actor.Unit)
	}
	return !actor.Has(ticket.Admin) && !actor.Has(ticket.Auditor) && !actor.Has(ticket.Evaluator)
}

// TestEveryStateStepAndRole takes every step from every state as everybody:
// what the table allows happens, everything else is refused and leaves no trace.
func TestEveryStateStepAndRole(t *testing.T) {
	b := newBureau(t)
	b.recallWithin(time.Hour)
	for _, info := range ticket.States {
		t.Run(string(info.State), func(t *testing.T) {
			b.t = t
			for i := range steps.Transitions {
				b.everybodyTries(info.State, &steps.Transitions[i])
			}
		})
	}
}

func (b *bureau) everybodyTries(state ticket.State, step *steps.Transition) {
	b.t.Helper()
	id, fields := b.ready(state, step.Step)
	before := b.raw(id)
	for _, actor := range everybody {
		if step.Step == ticket.StepCoReply && actor.ID == caoUnit.ID {
			continue // the lead helps nobody: covered by the relation of others
		}
		at := b.get(id)
		name := fmt.Sprintf("%s from %s by %s", step.Step, state, actor.ID)
		listed := slices.ContainsFunc(b.desk.Allowed(actor, &at), func(s steps.Transition) bool { return s.Step == step.Step })
		after, err := b.try(actor, id, step.Step, fields)
		var want error
		switch {
		case step.Step == ticket.StepReceive:
			want = ticket.ErrInvalid
		case !knows(actor, &at):
			want = ticket.ErrNotFound
		case !mayTake(actor, step, &at):
			want = ticket.ErrForbidden
		case !slices.Contains(step.From, state):
			want = ticket.ErrIllegal
		case step.Step == ticket.StepRecall && actor.ID != annOperator.ID:
			want = ticket.ErrForbidden // she is the one who dispatched
		case step.Step == ticket.StepDetach && actor.Has(ticket.UnitHandler) && (state.Info().Type == ticket.Final || actor.Unit != caoUnit.Unit):
			want = ticket.ErrForbidden // units take away their own files, and not what a finished ticket rests on
		}
		if want != nil {
			if !errors.Is(err, want) {
				b.t.Errorf("%s: got %v, want %v", name, err, want)
			}
			if listed {
				b.t.Errorf("%s: the button is shown", name)
			}
			if diff := cmp.Diff(before, b.raw(id)); diff != "" {
				b.t.Fatalf("%s: refused, but it left a trace:\n%s", name, diff)
			}
			continue
		}
		if err != nil {
			b.t.Errorf("%s: the table allows it, but: %v", name, err)
			continue
		}
		if !listed {
			b.t.Errorf("%s: possible, but no button", name)
		}
		if taken := int(at.Version); after.Events[taken].Step != step.Step || steps.BreathEnd(after.Events, taken) != len(after.Events) {
			b.t.Errorf("%s: the history ends with %s at version %d", name, after.Events[len(after.Events)-1].Step, after.Version)
		}
		if !slices.Contains(step.Leads(state), after.State) {
			b.t.Errorf("%s: led to %s", name, after.State)
		}
		id, fields = b.ready(state, step.Step)
		before = b.raw(id)
	}
}

// raw is a ticket as it lies in the store.
func (b *bureau) raw(id ticket.ID) map[string]string {
	b.t.Helper()
	fields, err := b.rdb.HGetAll(b.ctx, ticketKey(b.store.partition(id), id)).Result()
	if err != nil {
		b.t.Fatal(err)
	}
	return fields
}
