package workflow

import (
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
)

func TestTheLeadRepliesForAllOrSaysWhyItDoesNotWait(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	_, err := b.try(caoUnit, id, ticket.StepReply, b.given(ticket.StepReply, "without_co", ""))
	var r *ticket.Refusal
	if !errors.As(err, &r) || codeOf(err) != "task_open" {
		t.Fatalf("the lead closes over the head of a co-unit: %v", err)
	}
	for _, said := range []string{"市运输服务中心", "3个工作日", "到期", "催办", "理由"} {
		if !strings.Contains(r.Message, said) {
			t.Errorf("whose task is open, until when, and how to get on is not all said (%s): %s", said, r.Message)
		}
	}
	marked := b.does(caoUnit, id, ticket.StepReply, "without_co", "与配合单位无关")
	if marked.Events[len(marked.Events)-1].Fields["without_co"] != "与配合单位无关" {
		t.Error("why the lead did not wait is not kept")
	}
	b.does(benOperator, id, ticket.StepSendBack)
	b.does(dengUnit, id, ticket.StepCoReply)
	if got := b.does(caoUnit, id, ticket.StepReply, "without_co", ""); got.State != ticket.Replied {
		t.Errorf("all have done their share, and the ticket is %s", got.State)
	}
}

func TestACoUnitThatHasDoneItsShareMayBeAskedAgain(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	b.does(dengUnit, id, ticket.StepCoReply)
	got := b.does(caoUnit, id, ticket.StepAddCoUnit, "unit", "yunfu", "task", "再补一份资质材料")
	if !slices.Equal(got.Co, []string{"yunfu"}) || len(got.Tasks) != 2 {
		t.Fatalf("co-units %v, tasks %+v", got.Co, got.Tasks)
	}
	if _, err := b.try(caoUnit, id, ticket.StepAddCoUnit, b.given(ticket.StepAddCoUnit, "unit", "yunfu")); codeOf(err) != "already_in" {
		t.Errorf("asked a third time while the second waits: %v", err)
	}
	b.does(dengUnit, id, ticket.StepCoReply, "reply", "资质材料已补")
	if got = b.get(id); got.Tasks[1].Reply != "资质材料已补" {
		t.Errorf("tasks %+v", got.Tasks)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}

// TestACoUnitIsUrgedForItsOwnShare moves the clock through a co-unit's limit.
func TestACoUnitIsUrgedForItsOwnShare(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	got := b.get(id)
	own, ok := got.TaskDue("yunfu")
	if !ok {
		t.Fatal("the task has no clock")
	}
	if why := b.desk.Policy().Calendar.Explain(own); why != "3个工作日，自9月2日09:32起：9月5日至6日周末，9月7日24:00到期" && !strings.Contains(why, "3个工作日") {
		t.Errorf("it is explained as %s", why)
	}
	overdue := func(actor ticket.Actor) []ticket.ID {
		t.Helper()
		page, err := b.desk.List(b.ctx, b.now, actor, Filter{Overdue: true})
		if err != nil {
			t.Fatal(err)
		}
		var ids []ticket.ID
		for _, tk := range page.Tickets {
			ids = append(ids, tk.ID)
		}
		return ids
	}
	b.does(caoUnit, id, ticket.StepContact)
	b.now = own.At.Add(-time.Minute)
	if result, err := b.desk.Sweep(b.ctx, b.now); err != nil || result.Overdue+result.Urged > 0 || len(overdue(dengUnit)) > 0 {
		t.Fatalf("a minute before: %+v %v, overdue %v", result, err, overdue(dengUnit))
	}
	b.now = own.At
	result, err := b.desk.Sweep(b.ctx, b.now)
	if err != nil || result.Overdue != 1 || result.Urged != 0 {
		t.Errorf("at midnight it is overdue and nobody is woken: %+v %v", result, err)
	}
	if len(overdue(dengUnit)) != 1 || len(overdue(guanWatch)) != 1 || len(overdue(caoUnit)) != 0 {
		t.Errorf("overdue is shown to the co-unit %v, to the supervisor %v, and to the lead %v, who is in time", overdue(dengUnit), overdue(guanWatch), overdue(caoUnit))
	}
	b.now = own.At.Add(10 * time.Hour)
	for range 2 {
		if _, err = b.desk.Sweep(b.ctx, b.now); err != nil {
			t.Fatal(err)
		}
	}
	got = b.get(id)
	last := got.Events[len(got.Events)-1]
	if got.Urged != 1 || last.Step != ticket.StepUrge || !strings.Contains(last.Fields["reason"], "市运输服务中心") || last.Fields["unit"] != "yunfu" {
		t.Errorf("in working hours it is urged once, by name: %d times, %+v", got.Urged, last.Fields)
	}
	b.does(dengUnit, id, ticket.StepCoReply)
	if len(overdue(dengUnit)) != 0 {
		t.Error("done, and still overdue for it")
	}
}
