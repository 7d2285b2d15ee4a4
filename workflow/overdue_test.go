package workflow

import (
	"fmt"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// pressed is what the service did to a ticket, and when: "10-10 09:00 urge close".
func pressed(t ticket.Ticket, from int64) []string {
	var did []string
	for _, e := range t.Events[from:] {
		what := e.Fields["level"]
		if e.Step == ticket.StepUrge {
			what, _, _ = strings.Cut(e.Fields["reason"], "时限已过")
		}
		did = append(did, fmt.Sprintf("%s %s %s", e.At.In(ticket.Shanghai).Format("01-02 15:04"), e.Step, what))
	}
	return did
}

// TestAnOverdueTicketIsPressedHarderDayByDay sweeps every hour through a limit
// that ends before a Saturday that is worked, and through the days after it.
func TestAnOverdueTicketIsPressedHarderDayByDay(t *testing.T) {
	b := newBureau(t)
	b.now = time.Date(2026, 9, 24, 9, 0, 0, 0, ticket.Shanghai) // a Thursday before two holidays
	id := b.reach(ticket.Handling)
	b.does(caoUnit, id, ticket.StepContact)
	got := b.does(dengUnit, id, ticket.StepCoReply)
	if at := due(t, got, ticket.ClockClose).In(ticket.Shanghai).Format(time.DateTime); at != "2026-10-10 00:00:00" {
		t.Fatalf("five working days over both holidays end at %s", at)
	}
	for hour := time.Date(2026, 9, 30, 0, 0, 0, 0, ticket.Shanghai); hour.Before(time.Date(2026, 10, 16, 0, 0, 0, 0, ticket.Shanghai)); hour = hour.Add(time.Hour) {
		if _, err := b.desk.Sweep(b.ctx, hour); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{
		"10-10 00:00 supervise normal", // level by level, at the turn of the working day
		"10-10 09:00 urge 办结",          // on the make-up Saturday, and not before people are at work
		"10-13 00:00 supervise yellow", // the Sunday between does not count
		"10-15 00:00 supervise red",
	}
	if diff := gocmp.Diff(want, pressed(b.get(id), got.Version)); diff != "" {
		t.Error(diff)
	}
	if _, err := b.try(guanWatch, id, ticket.StepLift, nil); codeOf(err) != "missing" {
		t.Errorf("lifted without a reason: %v", err)
	}
	b.now = time.Date(2026, 10, 16, 10, 0, 0, 0, ticket.Shanghai)
	b.does(guanWatch, id, ticket.StepLift)
	lifted := b.get(id)
	for range 2 {
		if _, err := b.desk.Sweep(b.ctx, b.now); err != nil {
			t.Fatal(err)
		}
	}
	if after := b.get(id); after.Supervision != ticket.Unsupervised || after.Version != lifted.Version {
		t.Errorf("lifted with a reason, and %s again after %v", after.Supervision, pressed(after, lifted.Version))
	}
}

func TestNobodyIsUrgedOnAHoliday(t *testing.T) {
	b := newBureau(t)
	b.now = time.Date(2026, 9, 29, 9, 0, 0, 0, ticket.Shanghai)
	id := b.receive() // to be dispatched within 24 hours
	for hour := b.now; hour.Before(time.Date(2026, 10, 8, 8, 0, 0, 0, ticket.Shanghai)); hour = hour.Add(time.Hour) {
		if hour.Before(time.Date(2026, 9, 30, 18, 0, 0, 0, ticket.Shanghai)) {
			continue // an evening, then seven days of holiday
		}
		if result, err := b.desk.Sweep(b.ctx, hour); err != nil || result.Overdue != 1 || result.Urged > 0 {
			t.Fatalf("%s: %+v %v", hour, result, err)
		}
	}
	b.now = time.Date(2026, 10, 8, 9, 0, 0, 0, ticket.Shanghai)
	if result, err := b.desk.Sweep(b.ctx, b.now); err != nil || result.Urged != 1 || b.get(id).Urged != 1 {
		t.Errorf("on the first working morning: %+v %v", result, err)
	}
}
