package ticket_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

func TestTheSameSourceNumberNamesTheSameTicket(t *testing.T) {
	a := ticket.NewID(ticket.Channel12345, "250912101108115409", 0)
	if b := ticket.NewID(ticket.Channel12345, "250912101108115409", 0); a != b {
		t.Errorf("%s and %s", a, b)
	}
	if b := ticket.NewID(ticket.Channel12328, "250912101108115409", 0); a == b {
		t.Error("another channel names the same ticket")
	}
	if b := ticket.NewID(ticket.Channel12345, "250912101108115409", 1); a == b {
		t.Error("the salt changes nothing")
	}
}

func TestIDSurvivesItsPackedForm(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		id := ticket.NewID(ticket.Channel12345, rapid.String().Draw(t, "number"), 0)
		if !id.Valid() || ticket.IDFromBits(id.Bits()) != id {
			t.Fatalf("%s became %s", id, ticket.IDFromBits(id.Bits()))
		}
	})
	for _, id := range []ticket.ID{"", "abc", "OOOOOOOOOOOO", "0123456789AB0", "{p1}"} {
		if id.Valid() {
			t.Errorf("%q passes for an ID", id)
		}
	}
}

func TestOnTimeIsUnknownWhileItRuns(t *testing.T) {
	due := at("2026-11-10 00:00")
	cases := []struct {
		name          string
		closed, now   time.Time
		onTime, known bool
	}{
		{"closed before the limit", due.Add(-time.Minute), due.Add(time.Hour), true, true},
		{"closed on the stroke of the limit is late", due, due.Add(time.Hour), false, true},
		{"open and past the limit is late", time.Time{}, due, false, true},
		{"open before the limit says nothing", time.Time{}, due.Add(-time.Second), false, false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			f := ticket.Fact{CloseDue: due, ClosedAt: c.closed}
			if onTime, known := f.OnTime(c.now); onTime != c.onTime || known != c.known {
				t.Errorf("got %v, %v", onTime, known)
			}
		})
	}
}

func TestMonthBeginsInShanghai(t *testing.T) {
	midnight := time.Date(2026, 9, 30, 16, 0, 0, 0, time.UTC)
	if m := ticket.MonthOf(midnight); m != "2026-10" {
		t.Errorf("midnight in Shanghai is in %s", m)
	}
	if m := ticket.MonthOf(midnight.Add(-time.Second)); m != "2026-09" {
		t.Errorf("the second before is in %s", m)
	}
	if m := ticket.Month("2026-01").Add(-1); m != "2025-12" {
		t.Errorf("the month before January is %s", m)
	}
}

func TestEveryStateIsKnownAndNamed(t *testing.T) {
	for _, s := range ticket.States {
		if !s.State.Valid() || s.State.Name() == string(s.State) {
			t.Errorf("%s has no Chinese name", s.State)
		}
	}
	if ticket.State("nowhere").IsOpen() || ticket.Closed.IsOpen() || !ticket.Suspended.IsOpen() {
		t.Error("IsOpen is wrong")
	}
}
