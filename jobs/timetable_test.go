package jobs

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// autumn is the calendar around the National Day holiday of 2026.
func autumn() *ticket.Calendar {
	var notes []ticket.DayNote
	for d := ticket.Date("2026-10-01"); d <= "2026-10-07"; d = d.Next() {
		notes = append(notes, ticket.DayNote{Date: d, Name: "国庆节"})
	}
	notes = append(notes, ticket.DayNote{Date: "2026-10-10", Worked: true, Name: "国庆节"})
	return ticket.NewCalendar(notes, nil)
}

func job(t *testing.T, name string, w Work) *standing {
	t.Helper()
	if w.WorkingDay == nil {
		w.WorkingDay = autumn().Workday
	}
	r, err := New(Options{Jobs: Timetable(w)})
	if err != nil {
		t.Fatal(err)
	}
	j, err := r.find(name)
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func shanghai(s string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", s, ticket.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func TestReportIsDueOnTheFirstWorkingDayOfEachMonth(t *testing.T) {
	j := job(t, "monthly-report", Work{})
	var got []string
	for _, slot := range j.schedule.within(shanghai("2026-08-31 12:00"), shanghai("2027-02-28 12:00")) {
		got = append(got, slot.In(ticket.Shanghai).Format("2006-01-02 15:04"))
	}
	want := []string{
		"2026-09-01 07:30", "2026-10-08 07:30", "2026-11-02 07:30",
		"2026-12-01 07:30", "2027-01-01 07:30", "2027-02-01 07:30",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestMonthlyJobsAreAboutTheMonthBefore(t *testing.T) {
	var months []ticket.Month
	note := func(_ context.Context, m ticket.Month, _ time.Time) error {
		months = append(months, m)
		return nil
	}
	w := Work{Draw: note, Report: note}
	for _, name := range []string{"callback-draw", "monthly-report"} {
		for _, slot := range []string{"2026-10-08 07:30", "2027-01-01 06:00"} {
			if err := job(t, name, w).Run(t.Context(), shanghai(slot).UTC()); err != nil {
				t.Fatal(err)
			}
		}
	}
	if diff := cmp.Diff([]ticket.Month{"2026-09", "2026-12", "2026-09", "2026-12"}, months); diff != "" {
		t.Error(diff)
	}
}

func TestTimesAreThoseOfShanghai(t *testing.T) {
	j := job(t, "callback-draw", Work{})
	next := j.schedule.next(time.Date(2026, 10, 31, 22, 30, 0, 0, time.UTC)) // 06:30 on the 1st in Shanghai
	if want := shanghai("2026-12-01 06:00"); !next.Equal(want) {
		t.Errorf("next = %v, want %v", next, want)
	}
}

func TestTimerThatFiresALittleEarlyOrLateIsForItsOwnTime(t *testing.T) {
	j := job(t, "overdue-sweep", Work{})
	slot := shanghai("2026-10-08 09:05")
	for off, want := range map[time.Duration]bool{-time.Second: true, 0: true, 20 * time.Second: true, -time.Minute: false, time.Minute: false} {
		got, ok := j.schedule.current(slot.Add(off))
		if ok != want || ok && !got.Equal(slot) {
			t.Errorf("%v off: %v, %v; want %v", off, got, ok, want)
		}
	}
}

func TestEveryJobOfTheTimetableIsExplained(t *testing.T) {
	for _, j := range Timetable(Work{WorkingDay: autumn().Workday}) {
		if j.Name == "" || j.Title == "" || j.Purpose == "" || j.Reach <= 0 {
			t.Errorf("%+v lacks a name, title, purpose or reach", j)
		}
	}
}

func TestTimetableThatCannotBeReadIsRefused(t *testing.T) {
	for name, jobs := range map[string][]Job{
		"bad schedule": {{Name: "a", Schedule: "every day"}},
		"name twice":   {{Name: "a", Schedule: "0 0 * * *"}, {Name: "a", Schedule: "0 1 * * *"}},
	} {
		if _, err := New(Options{Jobs: jobs}); err == nil {
			t.Errorf("%s: accepted", name)
		}
	}
}
