package workflow

import (
	"errors"
	"slices"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

func due(t *testing.T, tk ticket.Ticket, c ticket.Clock) time.Time {
	t.Helper()
	d, ok := tk.Due(c)
	if !ok {
		t.Fatalf("no %s clock in %s", c, tk.State)
	}
	return d.At
}

func TestTheSecondBounceGoesToARulingByItself(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.ReturnRequested)
	limit := due(t, b.get(id), ticket.ClockClose)
	b.now = b.now.Add(24 * time.Hour)
	if got := b.does(annOperator, id, ticket.StepUpholdReturn); got.State != ticket.Received || got.Bounces != 1 || got.Lead != "" {
		t.Fatalf("after the first bounce: %s, %d bounces, lead %q", got.State, got.Bounces, got.Lead)
	}
	b.does(annOperator, id, ticket.StepDispatch, "lead", "yunfu", "co", "", "reason", "改派")
	b.does(dengUnit, id, ticket.StepRequestReturn, "ground", "R02")
	got := b.does(annOperator, id, ticket.StepUpholdReturn)
	if got.State != ticket.Arbitration || got.Bounces != 2 || got.Version != 8 {
		t.Fatalf("after the second bounce: %s, %d bounces, version %d", got.State, got.Bounces, got.Version)
	}
	if e := got.Events[7]; e.Step != ticket.StepEscalate || e.Actor != "system" || e.Role != ticket.System {
		t.Errorf("the ruling is asked for by %s with %s", e.Actor, e.Step)
	}
	got = b.does(guanWatch, id, ticket.StepArbitrate, "lead", "yunfu", "co", "zhidui")
	if !got.Final || got.Lead != "yunfu" || !slices.Equal(got.Co, []string{"zhidui"}) {
		t.Errorf("the ruling: final %v, lead %s, co %v", got.Final, got.Lead, got.Co)
	}
	if after := due(t, got, ticket.ClockClose); !after.Equal(limit) {
		t.Errorf("bouncing moved the close limit from %s to %s", limit, after)
	}
}

func TestAGrantedExtensionMovesTheLimitOnce(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	before := due(t, b.get(id), ticket.ClockClose)
	b.does(caoUnit, id, ticket.StepRequestExtension, "days", "3")
	got := b.does(guanWatch, id, ticket.StepGrantExtension)
	if after := due(t, got, ticket.ClockClose); after.Sub(before) != 5*24*time.Hour || !got.Extended {
		t.Errorf("three working days over a weekend: from %s to %s", before, after) // Wednesday + 5 is Wednesday; + 3 is Monday
	}
	if len(got.Pending) > 0 {
		t.Errorf("still pending: %v", got.Pending)
	}
}

func TestARequestEndsWithTheHandling(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	b.does(caoUnit, id, ticket.StepRequestExtension)
	b.does(caoUnit, id, ticket.StepReply)
	got := b.does(benOperator, id, ticket.StepSendBack)
	if len(got.Pending) > 0 || !got.RepliedAt.IsZero() {
		t.Errorf("sent back with %v pending, replied at %s", got.Pending, got.RepliedAt)
	}
}

func TestASuspendedTicketStandsStill(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Suspended)
	standing := b.get(id)
	if d, _ := standing.Due(ticket.ClockClose); !d.At.IsZero() {
		t.Errorf("the close clock runs to %s", d.At)
	}
	if at := due(t, b.get(id), ticket.ClockSuspension); at.IsZero() {
		t.Error("no review date")
	}
	b.now = b.now.AddDate(0, 0, 14)
	got := b.does(caoUnit, id, ticket.StepResume)
	if d, _ := got.Due(ticket.ClockClose); got.State != ticket.Handling || !d.At.After(b.now) {
		t.Errorf("resumed as %s, due %s", got.State, d.At)
	}
}

func TestCoUnitsHaveTasksOfTheirOwn(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	b.does(caoUnit, id, ticket.StepAddCoUnit)
	b.does(fangUnit, id, ticket.StepCoReply, "reply", "路段归我们管")
	got := b.get(id)
	if len(got.Tasks) != 2 || got.Tasks[1].Unit != "gonglu" || got.Tasks[1].Reply != "路段归我们管" || !got.Tasks[0].DoneAt.IsZero() {
		t.Errorf("tasks %+v", got.Tasks)
	}
	if _, err := b.try(fangUnit, id, ticket.StepReply, b.given(ticket.StepReply)); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("a co-unit closes for the lead: %v", err)
	}
}

func TestEveryCallerOfAMergedGroupIsAnswered(t *testing.T) {
	b := newBureau(t)
	primary := b.reach(ticket.Handling)
	follower := b.reach(ticket.Received)
	if _, err := b.try(annOperator, primary, ticket.StepMerge, b.given(ticket.StepMerge, "primary", string(follower))); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("an older ticket follows a younger one: %v", err)
	}
	got := b.does(annOperator, follower, ticket.StepMerge, "primary", string(primary))
	if got.Primary != primary || got.Lead != "zhidui" {
		t.Fatalf("follows %s, lead %s", got.Primary, got.Lead)
	}
	if _, err := b.try(annOperator, primary, ticket.StepMerge, b.given(ticket.StepMerge, "primary", string(follower))); !errors.Is(err, ticket.ErrInvalid) && !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("a circle: %v", err)
	}
	b.does(caoUnit, primary, ticket.StepReply)
	_, err := b.try(benOperator, primary, ticket.StepApproveReply, nil)
	var r *ticket.Refusal
	if !errors.As(err, &r) || r.Code != "caller_waits" {
		t.Fatalf("approved although a merged caller waits: %v", err)
	}
	b.does(caoUnit, follower, ticket.StepInform)
	b.does(benOperator, primary, ticket.StepApproveReply)
	facts, err := b.store.Facts(b.ctx, "2026-09")
	if err != nil || len(facts) != 2 {
		t.Errorf("a merged ticket still counts as received: %d facts, %v", len(facts), err)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("breaches: %v", breaches)
	}
}

func TestACallbackIsNotGotRoundByMergingOrCorrecting(t *testing.T) {
	b := newBureau(t)
	consultation := b.reach(ticket.Handling, consult)
	complaint := b.reach(ticket.Handling)
	_, err := b.try(annOperator, complaint, ticket.StepMerge, b.given(ticket.StepMerge, "primary", string(consultation)))
	var r *ticket.Refusal
	if !errors.As(err, &r) || len(r.Faults) == 0 || r.Faults[0].Code != "not_called_back" {
		t.Errorf("merged into one that is not called back: %v", err)
	}
	b.does(caoUnit, complaint, ticket.StepReply)
	b.does(annOperator, complaint, ticket.StepCorrect, "category", "X02", "kind", "praise")
	if _, err := b.try(annOperator, complaint, ticket.StepApproveReply, nil); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("one person corrects the callback away and approves: %v", err)
	}
}

func TestASplitTicketIsWhereItWas(t *testing.T) {
	for _, state := range []ticket.State{ticket.Received, ticket.Handling, ticket.Suspended} {
		t.Run(string(state), func(t *testing.T) {
			b := newBureau(t)
			primary := b.reach(ticket.Handling)
			id := b.reach(state)
			before := b.get(id)
			b.does(annOperator, id, ticket.StepMerge, "primary", string(primary))
			after := b.does(annOperator, id, ticket.StepSplit)
			if after.State != state || after.Lead != before.Lead || after.Primary != "" {
				t.Errorf("split into %s with lead %q, follows %q", after.State, after.Lead, after.Primary)
			}
		})
	}
}

func TestARedoStartsAnewWithItsOwnLimit(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Closed)
	got := b.does(guanWatch, id, ticket.StepRedo)
	d, _ := got.Due(ticket.ClockClose)
	if got.State != ticket.Dispatched || got.Redos != 1 || d.Limit.String() != "3个工作日" || !d.MetAt.IsZero() {
		t.Errorf("redone as %s, limit %s, met %s", got.State, d.Limit, d.MetAt)
	}
	if got.Satisfied != ticket.Unknown || !got.ClosedAt.IsZero() {
		t.Errorf("what the first handling came to still stands: %+v", got.Progress)
	}
	b.does(caoUnit, id, ticket.StepSign)
	b.does(caoUnit, id, ticket.StepReply)
	if got = b.does(benOperator, id, ticket.StepApproveReply); got.State != ticket.Callback {
		t.Errorf("a redone ticket is always called back, but it is %s", got.State)
	}
}

func TestUnreachableTakesAttemptsOnThreeDays(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Callback)
	for range 3 {
		b.does(annOperator, id, ticket.StepCallback)
		b.now = b.now.Add(24 * time.Hour)
	}
	got := b.does(annOperator, id, ticket.StepRecordCallback, "responded", "unknown", "solved", "unknown", "satisfied", "unknown", "unreachable", "yes")
	if f := steps.FactOf(b.desk.Policy(), &got); got.State != ticket.Closed || !f.Unreachable || f.CalledBack {
		t.Errorf("%s, unreachable %v, called back %v", got.State, f.Unreachable, f.CalledBack)
	}
}

func TestADrawnTicketIsCalledBackAndKeepsItsClosing(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Closed, consult)
	closed := b.get(id).ClosedAt
	b.now = b.now.AddDate(0, 1, 0)
	if got := b.does(ticket.Service, id, ticket.StepDraw); got.State != ticket.Callback || !got.CallbackDue {
		t.Fatalf("drawn into %s", got.State)
	}
	got := b.does(annOperator, id, ticket.StepRecordCallback)
	if got.State != ticket.Closed || !got.ClosedAt.Equal(closed) {
		t.Errorf("%s, closed at %s, before %s", got.State, got.ClosedAt, closed)
	}
}

func TestExclusionTakesTwoSupervisorsAndStaysVisible(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Closed)
	b.does(guanWatch, id, ticket.StepRequestExclusion)
	got := b.does(heWatch, id, ticket.StepExclude)
	if e := got.Events[len(got.Events)-1]; !got.Excluded || e.Fields["ground"] != "E01" {
		t.Errorf("excluded %v on ground %q", got.Excluded, e.Fields["ground"])
	}
	if facts, _ := b.store.Facts(b.ctx, "2026-09"); len(facts) != 1 || !facts[0].Excluded || facts[0].Satisfied != ticket.Yes {
		t.Errorf("raw and adjusted figures both need the fact: %+v", facts)
	}
}

func TestConfidentialityIsLiftedByTwo(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	b.does(annOperator, id, ticket.StepConfide)
	b.does(guanWatch, id, ticket.StepRequestDisclosure)
	if _, err := b.try(guanWatch, id, ticket.StepDisclose, b.given(ticket.StepDisclose)); !errors.Is(err, ticket.ErrForbidden) {
		t.Errorf("one person lifts confidentiality alone: %v", err)
	}
	if got := b.does(heWatch, id, ticket.StepDisclose); got.Confidential {
		t.Error("still confidential")
	}
}

func TestACorrectionIntoAClueHidesTheTicket(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	b.does(annOperator, id, ticket.StepCorrect, "category", "A05")
	if _, err := b.desk.Ticket(b.ctx, caoUnit, id); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("the unit complained about still sees it: %v", err)
	}
	b.does(liangDiscip, id, ticket.StepDeclineHandOver)
	if _, err := b.desk.Ticket(b.ctx, caoUnit, id); err != nil {
		t.Errorf("declined, it is an ordinary ticket again: %v", err)
	}
}

// TestAClueIsSeenByDisciplineAlone looks for a clue as everybody, through every
// door there is, at each stage of its hand-over.
func TestAClueIsSeenByDisciplineAlone(t *testing.T) {
	b := newBureau(t)
	ordinary := b.reach(ticket.Dispatched)
	id := b.receive(func(o *Opening) {
		o.Ticket.Verdict.Category, o.Ticket.Verdict.Clue, o.Ticket.Verdict.Auto = "A05", true, true
	})
	if got := b.get(id); got.State != ticket.Received || !got.Confidential {
		t.Fatalf("a clue is %s, confidential %v", got.State, got.Confidential)
	}
	seen := func(stage string, who ...string) {
		t.Helper()
		for _, actor := range everybody {
			if actor.Has(ticket.System) {
				continue // jobs work on all tickets; their reports are checked below
			}
			want := slices.Contains(who, actor.ID)
			_, err := b.desk.Ticket(b.ctx, actor, id)
			if (err == nil) != want {
				t.Errorf("%s: %s reads it: %v", stage, actor.ID, err)
			}
			for _, f := range []Filter{{}, {Month: "2026-09"}, {States: steps.OpenStates, SortBy: SortDue}, {Category: "A05"}, {Overdue: true, DueSoon: true}, {Confidential: new(true)}} {
				page, err := b.desk.List(b.ctx, b.now, actor, f)
				if err != nil {
					continue
				}
				listed := slices.ContainsFunc(page.Tickets, func(t ticket.Ticket) bool { return t.ID == id })
				if listed && !want || page.Total != len(page.Tickets) {
					t.Errorf("%s: %s lists it by %+v (%d of %d)", stage, actor.ID, f, len(page.Tickets), page.Total)
				}
				if !listed && want && len(f.States) == 0 && f.Category == "" && !f.Overdue {
					t.Errorf("%s: %s does not find it by %+v", stage, actor.ID, f)
				}
			}
			if counts, err := b.desk.Counts(b.ctx, b.now, actor, ""); err == nil && !want && counts.Open > 1 {
				t.Errorf("%s: %s counts it: %+v", stage, actor.ID, counts)
			}
			if steps := b.desk.Allowed(actor, new(b.get(id))); len(steps) > 0 && !want {
				t.Errorf("%s: %s has buttons for it", stage, actor.ID)
			}
		}
		if facts, err := b.store.Facts(b.ctx, "2026-09"); err != nil || len(facts) != 1 || facts[0].ID != ordinary {
			t.Errorf("%s: reports see %d facts, %v", stage, len(facts), err)
		}
	}
	seen("suspected", "an", "bian", "liang")
	if _, err := b.try(annOperator, id, ticket.StepDispatch, b.given(ticket.StepDispatch)); !errors.Is(err, ticket.ErrIllegal) {
		t.Errorf("a suspected clue is dispatched: %v", err)
	}
	b.does(annOperator, id, ticket.StepProposeHandOver)
	seen("proposed", "liang")
	b.does(liangDiscip, id, ticket.StepHandOver)
	seen("handed over", "liang")
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Errorf("breaches: %v", breaches)
	}
}
