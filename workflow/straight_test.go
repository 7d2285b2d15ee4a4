package workflow

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

func TestTheStraightWayIsWalkedByThreePeople(t *testing.T) {
	b := newBureau(t)
	id := b.receive()
	b.does(annOperator, id, ticket.StepDispatch)
	b.does(caoUnit, id, ticket.StepSign)
	b.does(caoUnit, id, ticket.StepContact)
	b.does(dengUnit, id, ticket.StepCoReply)
	b.does(caoUnit, id, ticket.StepReply)
	if got := b.does(benOperator, id, ticket.StepApproveReply); got.State != ticket.Callback {
		t.Fatalf("a complaint is called back, but it is %s", got.State)
	}
	b.does(annOperator, id, ticket.StepCallback, "reached", "yes")
	last := b.does(annOperator, id, ticket.StepRecordCallback)

	read := b.get(id)
	if diff := cmp.Diff(last, read); diff != "" {
		t.Errorf("the answer to the step differs from what is stored:\n%s", diff)
	}
	folded, err := steps.Fold(b.desk.Policy(), read, read.Events)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(folded, read); diff != "" {
		t.Errorf("state is not the fold of the history:\n%s", diff)
	}
	if read.State != ticket.Closed || read.Version != 9 || read.Satisfied != ticket.Yes || read.Attempts != 1 {
		t.Errorf("closed at version 9 and satisfied expected: %+v", read.Progress)
	}
	facts, err := b.store.Facts(b.ctx, "2026-09")
	if err != nil || len(facts) != 1 {
		t.Fatalf("one fact expected: %v %v", facts, err)
	}
	want := steps.FactOf(b.desk.Policy(), &read)
	want.ReceivedAt = want.ReceivedAt.Truncate(time.Second)
	if diff := cmp.Diff(want, facts[0]); diff != "" {
		t.Errorf("the fact is not drawn from the ticket:\n%s", diff)
	}
}
