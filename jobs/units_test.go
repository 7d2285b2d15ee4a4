package jobs

import (
	"context"
	"slices"
	"testing"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
)

func TestUnitJobsAreAboutTheMonthAndTheQuarterBefore(t *testing.T) {
	var done []string
	weekday := func(d ticket.Date) bool { w := d.Start().Weekday(); return w != time.Saturday && w != time.Sunday }
	timetable := UnitTimetable(UnitWork{
		Sheets: func(_ context.Context, m ticket.Month, _ time.Time) error { done = append(done, string(m)); return nil },
		Remind: func(context.Context, time.Time) error { return nil },
		Rate: func(_ context.Context, q reports.Period, _ time.Time) error {
			done = append(done, q.String())
			return nil
		},
		WorkingDay: weekday,
	})
	at := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, ticket.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	slots := map[string][]string{}
	for _, j := range timetable {
		s, err := parse(j)
		if err != nil {
			t.Fatal(err)
		}
		for _, slot := range s.within(at("2026-10-01 00:00"), at("2027-01-31 23:00")) {
			slots[j.Name] = append(slots[j.Name], slot.In(ticket.Shanghai).Format("01-02"))
			if j.Name != "sheet-reminder" {
				if err := j.Run(context.Background(), slot); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	if want := []string{"10-01", "11-01", "12-01", "01-01"}; !slices.Equal(slots["unit-sheets"], want) {
		t.Errorf("sheets on %v", slots["unit-sheets"])
	}
	if want := []string{"10-01", "01-01"}; !slices.Equal(slots["quarterly-rating"], want) {
		t.Errorf("ratings on %v, want the first working days", slots["quarterly-rating"])
	}
	if slices.Contains(slots["sheet-reminder"], "10-03") || !slices.Contains(slots["sheet-reminder"], "11-25") {
		t.Errorf("reminders on %v", slots["sheet-reminder"])
	}
	if want := []string{"2026-09", "2026-10", "2026-11", "2026-12", "2026-Q3", "2026-Q4"}; !slices.Equal(done, want) {
		t.Errorf("about %v, want %v", done, want)
	}
}
