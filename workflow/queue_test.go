package workflow

import (
	"cmp"
	"errors"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiyin/ticket"
)

// many fills a store with tickets of all states, received over three months.
func (b *bureau) many(n int) []ticket.Ticket {
	b.t.Helper()
	states := []ticket.State{
		ticket.Received, ticket.Received, ticket.Dispatched, ticket.Handling, ticket.Handling, ticket.ReturnRequested,
		ticket.Replied, ticket.Callback, ticket.Suspended, ticket.Closed, ticket.Closed, ticket.Transferred, ticket.Rejected,
	}
	var ids []ticket.ID
	for i := range n {
		ids = append(ids, b.reach(states[i%len(states)], func(o *Opening) {
			o.Ticket.Verdict.Category = []string{"C01", "B01", "A02"}[i%3]
			o.Ticket.County = []string{"城东区", "", "临河县"}[i/2%3]
			o.Ticket.Channel = []ticket.Channel{ticket.Channel12345, ticket.Channel12328}[i%2]
			o.Ticket.Confidential = i%5 == 0
		}))
		b.now = b.now.Add(29 * time.Hour)
	}
	var tickets []ticket.Ticket
	for _, id := range ids {
		t := b.get(id)
		t.Events = nil
		tickets = append(tickets, t)
	}
	return tickets
}

// nextDue says by hand when a unit has to do something next, or anybody where
// no unit is named.
func nextDue(t *ticket.Ticket, unit string) time.Time {
	next := time.UnixMilli(noDue)
	until := func(of func(ticket.Due) bool) {
		for _, d := range t.Dues {
			if d.Clock != ticket.ClockReturn && d.MetAt.IsZero() && !d.At.IsZero() && d.At.Before(next) && of(d) {
				next = d.At
			}
		}
	}
	switch unit {
	case "":
		until(func(ticket.Due) bool { return true })
	case t.Lead:
		until(func(d ticket.Due) bool { return d.Clock != ticket.ClockTask })
	default:
		open := slices.ContainsFunc(t.Tasks, func(task ticket.Task) bool { return task.Unit == unit && task.DoneAt.IsZero() })
		if until(func(d ticket.Due) bool { return open && d.Clock == ticket.ClockTask && d.Unit == unit }); next.UnixMilli() == noDue {
			until(func(d ticket.Due) bool { return open && d.Clock == ticket.ClockClose })
		}
	}
	return next
}

// TestListsEqualASearchThroughAllTickets compares lists by random filters, page
// by page, with a plain search through every ticket.
func TestListsEqualASearchThroughAllTickets(t *testing.T) {
	b := newBureau(t)
	all := b.many(65)
	b.now = b.now.Add(-40 * 24 * time.Hour)
	maybe := func(rt *rapid.T, name string) bool { return rapid.IntRange(0, 2).Draw(rt, name) == 0 }
	rapid.Check(t, func(rt *rapid.T) {
		f := Filter{Limit: rapid.IntRange(1, 40).Draw(rt, "limit"), SortBy: rapid.SampledFrom([]string{SortDue, SortReceived}).Draw(rt, "order")}
		for _, s := range ticket.States {
			if rapid.IntRange(0, 3).Draw(rt, "with "+string(s.State)) == 0 {
				f.States = append(f.States, s.State)
			}
		}
		if maybe(rt, "unit") {
			f.Unit = rapid.SampledFrom([]string{"zhidui", "yunfu", "gonglu"}).Draw(rt, "which unit")
		}
		f.Overdue, f.DueSoon = maybe(rt, "overdue"), maybe(rt, "soon")
		if maybe(rt, "category") {
			f.Category = "B01"
		}
		if maybe(rt, "county") {
			f.County = "临河县"
		}
		if maybe(rt, "channel") {
			f.Channel = ticket.Channel12328
		}
		if maybe(rt, "month") {
			f.Month = rapid.SampledFrom([]ticket.Month{"2026-09", "2026-10", "2027-01"}).Draw(rt, "which month")
		}
		if maybe(rt, "confidential") {
			f.Confidential = new(maybe(rt, "is"))
		}
		want := search(b, all, f)
		var got []ticket.ID
		for page, pages := (Page{Next: "start"}), 0; page.Next != ""; pages++ {
			var err error
			if page, err = b.desk.List(b.ctx, b.now, guanWatch, f); err != nil {
				rt.Fatal(err)
			}
			if page.Total != len(want) || len(page.Tickets) > f.Limit || pages > len(all) {
				rt.Fatalf("page %d holds %d of %d, want %d in all", pages, len(page.Tickets), page.Total, len(want))
			}
			for _, t := range page.Tickets {
				got = append(got, t.ID)
			}
			f.Cursor = page.Next
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			rt.Fatalf("the list differs from a search:\n%s", diff)
		}
	})
}

func search(b *bureau, all []ticket.Ticket, f Filter) []ticket.ID {
	var found []ticket.Ticket
	for _, t := range all {
		next := nextDue(&t, f.Unit)
		late := f.Overdue && !next.After(b.now)
		soon := f.DueSoon && next.After(b.now) && !next.After(b.now.Add(24*time.Hour))
		waits := t.State.IsOpen() || t.State == ticket.Transferred
		helps := slices.Contains(t.Co, f.Unit) // also when it is done
		if (len(f.States) == 0 || slices.Contains(f.States, t.State)) &&
			(f.Unit == "" || t.Lead == f.Unit || helps) &&
			((!f.Overdue && !f.DueSoon) || waits && (late || soon)) &&
			(f.Category == "" || t.Category == f.Category) && (f.County == "" || t.County == f.County) &&
			(f.Channel == "" || t.Channel == f.Channel) && (f.Month == "" || ticket.MonthOf(t.ReceivedAt) == f.Month) &&
			(f.Confidential == nil || t.Confidential == *f.Confidential) {
			found = append(found, t)
		}
	}
	slices.SortFunc(found, func(a, c ticket.Ticket) int {
		order := nextDue(&a, f.Unit).Compare(nextDue(&c, f.Unit))
		if f.SortBy == SortReceived {
			order = c.ReceivedAt.Compare(a.ReceivedAt)
		}
		return cmp.Or(order, cmp.Compare(a.ID, c.ID))
	})
	var ids []ticket.ID
	for _, t := range found {
		ids = append(ids, t.ID)
	}
	return ids
}

func TestCountsEqualARecount(t *testing.T) {
	b := newBureau(t)
	all := b.many(40)
	for day := range 60 {
		now := b.now.Add(-time.Duration(day) * 24 * time.Hour)
		midnight := ticket.DateOf(now).Next().Start()
		for _, unit := range []string{"", "zhidui", "yunfu"} {
			want := Counts{States: map[ticket.State]int{}}
			for i := range all {
				t := &all[i]
				if !t.State.IsOpen() {
					continue
				}
				next, none := nextDue(t, unit), time.UnixMilli(noDue)
				helps := slices.Contains(t.Co, unit) && next.Before(none) // with something left to do
				if helps {
					want.Helping++
				}
				if unit == "" || t.Lead == unit {
					want.States[t.State]++
					want.Open++
				} else if !helps {
					continue
				}
				switch {
				case !next.After(now):
					want.Overdue++
				case !next.After(midnight):
					want.DueToday++
				}
			}
			got, err := b.desk.Counts(b.ctx, now, guanWatch, unit)
			if err != nil {
				t.Fatal(err)
			}
			for s, n := range got.States {
				if n == 0 {
					delete(got.States, s)
				}
			}
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Fatalf("%s, unit %q:\n%s", now, unit, diff)
			}
		}
	}
}

func TestUnitsSeeTheirOwnListsOnly(t *testing.T) {
	b := newBureau(t)
	b.many(20)
	cases := []struct {
		name  string
		actor ticket.Actor
		unit  string
		kind  error
	}{
		{"its own", caoUnit, "zhidui", nil},
		{"its own without saying so", caoUnit, "", nil},
		{"another unit's", caoUnit, "yunfu", ticket.ErrForbidden},
		{"a handler without unit", ticket.Actor{ID: "x", Roles: []ticket.Role{ticket.UnitHandler}}, "", ticket.ErrForbidden},
		{"an administrator", mengAdmin, "", ticket.ErrForbidden},
		{"an auditor", ninAuditor, "", ticket.ErrForbidden},
		{"nobody", ticket.Actor{}, "", ticket.ErrForbidden},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			page, err := b.desk.List(b.ctx, b.now, c.actor, Filter{Unit: c.unit})
			if !errors.Is(err, c.kind) {
				t.Fatalf("list: %v", err)
			}
			for _, tk := range page.Tickets {
				if tk.Lead != "zhidui" && !slices.Contains(tk.Co, "zhidui") {
					t.Errorf("a foreign ticket is listed: lead %s", tk.Lead)
				}
			}
			if c.kind == nil && len(page.Tickets) == 0 {
				t.Error("an empty list")
			}
			if _, err := b.desk.Counts(b.ctx, b.now, c.actor, c.unit); !errors.Is(err, c.kind) {
				t.Errorf("counts: %v", err)
			}
		})
	}
}

func TestAUnitFindsWhatItHelpedWithWhenItIsDone(t *testing.T) {
	b := newBureau(t)
	open, done := b.reach(ticket.Handling), b.reach(ticket.Closed)
	list := func(f Filter) []ticket.ID {
		t.Helper()
		page, err := b.desk.List(b.ctx, b.now, dengUnit, f)
		if err != nil {
			t.Fatal(err)
		}
		var ids []ticket.ID
		for _, tk := range page.Tickets {
			ids = append(ids, tk.ID)
		}
		slices.Sort(ids)
		return ids
	}
	both := []ticket.ID{open, done}
	slices.Sort(both)
	if got := list(Filter{}); !slices.Equal(got, both) {
		t.Errorf("of all: %v, want %v", got, both)
	}
	if got := list(Filter{States: []ticket.State{ticket.Closed}, Month: "2026-09"}); !slices.Equal(got, []ticket.ID{done}) {
		t.Errorf("of the closed ones: %v, want %s", got, done)
	}
	b.does(guanWatch, done, ticket.StepRedo)
	if got := list(Filter{States: []ticket.State{ticket.Closed}}); len(got) > 0 {
		t.Errorf("taken up again, but still among the closed: %v", got)
	}
	counts, err := b.desk.Counts(b.ctx, b.now, dengUnit, "")
	if err != nil || counts.Helping != 2 {
		t.Errorf("helps with %d open ones, %v", counts.Helping, err)
	}
	if _, breaches := b.fsck(); len(breaches) > 0 {
		t.Error(breaches)
	}
}

func TestListsRefuseWhatMakesNoSense(t *testing.T) {
	b := newBureau(t)
	for name, f := range map[string]Filter{
		"a state that is none": {States: []ticket.State{"lost"}}, "an order that is none": {SortBy: "mood"},
		"a cursor that is none": {Cursor: "7"}, "a page too long": {Limit: 201}, "a negative page": {Limit: -1},
	} {
		if _, err := b.desk.List(b.ctx, b.now, annOperator, f); !errors.Is(err, ticket.ErrInvalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
