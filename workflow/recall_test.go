package workflow

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// recallWithin puts a policy in force under which a dispatch can be recalled
// for so long; the clock of the tests moves a minute a step.
func (b *bureau) recallWithin(d time.Duration) {
	policy := *b.desk.Policy()
	policy.RecallWithin = d
	b.desk.UsePolicy(&policy)
}

func TestARecalledTicketIsWhatItWas(t *testing.T) {
	cases := []struct {
		name string
		way  func(b *bureau) ticket.ID // to where it waits for the desk
		slip func(b *bureau, id ticket.ID)
	}{
		{"dispatched to another unit and category", func(b *bureau) ticket.ID { return b.receive() }, func(b *bureau, id ticket.ID) {
			b.does(annOperator, id, ticket.StepDispatch, "lead", "gonglu", "co", "yunfu", "category", "B01", "kind", "consult", "reason", "事项不同")
		}},
		{"transferred to an external unit", func(b *bureau) ticket.ID { return b.receive() }, func(b *bureau, id ticket.ID) {
			b.does(annOperator, id, ticket.StepTransfer)
		}},
		{"corrected, then dispatched", func(b *bureau) ticket.ID {
			id := b.receive()
			b.does(annOperator, id, ticket.StepCorrect, "category", "C03", "county", "城西区")
			return id
		}, func(b *bureau, id ticket.ID) {
			b.does(annOperator, id, ticket.StepDispatch, "category", "B01", "reason", "事项不同")
		}},
		{"returned once, then transferred while its close clock runs", func(b *bureau) ticket.ID {
			id := b.reach(ticket.ReturnRequested)
			b.does(annOperator, id, ticket.StepUpholdReturn)
			return id
		}, func(b *bureau, id ticket.ID) { b.does(annOperator, id, ticket.StepTransfer) }},
		{"recalled before", func(b *bureau) ticket.ID {
			id := b.receive()
			b.does(annOperator, id, ticket.StepDispatch, "category", "B01", "reason", "事项不同")
			b.does(annOperator, id, ticket.StepRecall)
			return id
		}, func(b *bureau, id ticket.ID) {
			b.does(annOperator, id, ticket.StepDispatch, "lead", "yunfu", "co", "", "reason", "职责不同")
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			b := newBureau(t)
			b.recallWithin(time.Hour)
			id := tc.way(b)
			before := b.get(id)
			tc.slip(b, id)
			after := b.does(annOperator, id, ticket.StepRecall, "reason", "按错了")
			same := cmp.Options{cmpopts.IgnoreFields(ticket.Progress{}, "Version"), cmpopts.EquateEmpty()}
			if diff := cmp.Diff(before.Progress, after.Progress, same); diff != "" {
				t.Errorf("after the recall:\n%s", diff)
			}
			if n := len(before.Events); len(after.Events) != n+2 || !ticket.Undone(after.Events, int64(n+1)) {
				t.Errorf("the history does not tell of the slip and its recall: %d steps after %d", len(after.Events), n)
			}
			if list, err := b.desk.List(b.ctx, b.now, caoUnit, Filter{}); err != nil || len(list.Tickets) > 0 {
				t.Errorf("the unit still lists it: %d tickets, %v", len(list.Tickets), err)
			}
			b.does(annOperator, id, ticket.StepDispatch)
			if _, breaches := b.fsck(); len(breaches) > 0 {
				t.Errorf("fsck: %v", breaches)
			}
		})
	}
}

func TestARecallIsRefused(t *testing.T) {
	cases := []struct {
		name   string
		within time.Duration
		before func(b *bureau) ticket.ID
		actor  ticket.Actor
		want   error
	}{
		{"when the time has passed", 30 * time.Second, func(b *bureau) ticket.ID { return b.reach(ticket.Dispatched) }, annOperator, ticket.ErrIllegal},
		{"when policy allows none", 0, func(b *bureau) ticket.ID { return b.reach(ticket.Dispatched) }, annOperator, ticket.ErrIllegal},
		{"by another operator", time.Hour, func(b *bureau) ticket.ID { return b.reach(ticket.Dispatched) }, benOperator, ticket.ErrForbidden},
		{"by the unit", time.Hour, func(b *bureau) ticket.ID { return b.reach(ticket.Dispatched) }, caoUnit, ticket.ErrForbidden},
		{"once the unit has signed", time.Hour, func(b *bureau) ticket.ID { return b.reach(ticket.Handling) }, annOperator, ticket.ErrIllegal},
		{"of a dispatch by the service", time.Hour, func(b *bureau) ticket.ID { return b.receive(sure) }, annOperator, ticket.ErrIllegal},
		{"of a refused return", time.Hour, func(b *bureau) ticket.ID {
			id := b.reach(ticket.ReturnRequested)
			b.does(annOperator, id, ticket.StepRefuseReturn)
			return id
		}, annOperator, ticket.ErrIllegal},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			b := newBureau(t)
			b.recallWithin(tc.within)
			id := tc.before(b)
			before := b.raw(id)
			if _, err := b.try(tc.actor, id, ticket.StepRecall, nil); !errors.Is(err, tc.want) {
				t.Errorf("got %v (%s), want %v", err, refusal.Cause(err), tc.want)
			}
			if diff := cmp.Diff(before, b.raw(id)); diff != "" {
				t.Errorf("it left a trace:\n%s", diff)
			}
		})
	}
}

// What happens to a ticket beside its way does not keep a slip from being
// recalled, and is not recalled with it.
func TestARecallLeavesANoteAndASupervision(t *testing.T) {
	b := newBureau(t)
	b.recallWithin(time.Hour)
	id := b.receive()
	b.does(annOperator, id, ticket.StepDispatch)
	b.does(jiangLeader, id, ticket.StepNote)
	b.does(guanWatch, id, ticket.StepSupervise, "level", "yellow")
	got := b.does(annOperator, id, ticket.StepRecall)
	if due, ok := got.Due(ticket.ClockSupervision); !ok || !due.MetAt.IsZero() || got.Supervision == ticket.Unsupervised {
		t.Errorf("supervision is %q, its clock %+v", got.Supervision, due)
	}
	if due, ok := got.Due(ticket.ClockDispatch); !ok || !due.MetAt.IsZero() || !due.From.Equal(got.Events[0].At) {
		t.Errorf("the dispatch clock has gained time: %+v", due)
	}
}
