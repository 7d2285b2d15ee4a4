package workflow

import (
	"testing"
	"time"

	"huiyin/ticket"
)

// TestTheBoardOfReturnsSaysWhoAskedHowItWasDecidedAndWhatItCost walks tickets to
// each of the decisions; every step of a bureau takes a minute of working time.
func TestTheBoardOfReturnsSaysWhoAskedHowItWasDecidedAndWhatItCost(t *testing.T) {
	b := newBureau(t)
	upheld := b.reach(ticket.ReturnRequested)
	b.does(annOperator, upheld, ticket.StepUpholdReturn)
	b.now = b.now.Add(2 * time.Hour)
	b.does(annOperator, upheld, ticket.StepDispatch, "lead", "yunfu", "co", "", "reason", "改派")
	b.does(dengUnit, upheld, ticket.StepRequestReturn, "ground", "R02")
	refused := b.reach(ticket.ReturnRequested)
	b.does(annOperator, refused, ticket.StepRefuseReturn)
	ruled := b.reach(ticket.ReturnRequested)
	b.does(annOperator, ruled, ticket.StepEscalate)
	b.does(guanWatch, ruled, ticket.StepArbitrate)
	clue := b.reach(ticket.ReturnRequested)
	b.does(annOperator, clue, ticket.StepRefuseReturn)
	b.does(annOperator, clue, ticket.StepProposeHandOver)
	b.reach(ticket.Handling)

	units, err := b.desk.Bounces(b.ctx, b.now, guanWatch, ticket.MonthOf(b.now))
	if err != nil || len(units) != 2 {
		t.Fatalf("%d units, %v", len(units), err)
	}
	first, second := units[0], units[1]
	if first.Unit != "zhidui" || first.Upheld != 1 || first.Refused != 1 || first.Ruled != 1 || first.Waited != 0 || len(first.Returns) != 3 {
		t.Errorf("the unit that cost most: %+v", first)
	}
	if want := 2*time.Hour + 2*time.Minute; first.Longest != want || first.Returns[0].Ticket != upheld || first.Returns[0].Lost != want {
		t.Errorf("the upheld return cost %s, the longest is %s, not %s", first.Returns[0].Lost, first.Longest, want)
	}
	if want := (2*time.Hour + 2*time.Minute + time.Minute + 2*time.Minute) / 3; first.Mean != want {
		t.Errorf("the mean is %s, not %s", first.Mean, want)
	}
	if second.Unit != "yunfu" || second.Waited != 1 || !second.Returns[0].Open {
		t.Errorf("the unit that waits: %+v", second)
	}
	for _, u := range units {
		for _, r := range u.Returns {
			if r.Ticket == clue {
				t.Errorf("the clue %s is on the board", clue)
			}
		}
	}
	if before, err := b.desk.Bounces(b.ctx, b.now, guanWatch, ticket.MonthOf(b.now).Add(1)); err != nil || len(before) != 0 {
		t.Errorf("another month holds %d units, %v", len(before), err)
	}
}

func TestAReturnOfATicketReceivedMonthsAgoIsOnTheBoardOfItsMonth(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Dispatched)
	received := ticket.MonthOf(b.now)
	b.does(caoUnit, id, ticket.StepRequestReturn)
	b.does(annOperator, id, ticket.StepUpholdReturn)
	b.now = b.now.AddDate(0, 2, 0)
	b.does(annOperator, id, ticket.StepDispatch, "lead", "yunfu", "co", "", "reason", "改派")
	b.does(dengUnit, id, ticket.StepRequestReturn, "ground", "R02")
	for month, unit := range map[ticket.Month]string{received: "zhidui", received.Add(2): "yunfu"} {
		units, err := b.desk.Bounces(b.ctx, b.now, guanWatch, month)
		if err != nil || len(units) != 1 || units[0].Unit != unit {
			t.Errorf("%s: %+v, %v, want %s", month, units, err, unit)
		}
	}
}
