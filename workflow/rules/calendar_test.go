package rules

import (
	"testing"
	"time"

	"github.com/6tail/lunar-go/HolidayUtil"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

// The oracle is an independent library: every day of the years that the default
// calendar knows.
func TestTheDefaultCalendarEqualsAnIndependentOneOnEveryDay(t *testing.T) {
	p, err := Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	days := 0
	for day := ticket.Date("2019-01-01"); day <= "2026-12-31"; day = day.Next() {
		start := day.Start()
		want := start.Weekday() != time.Saturday && start.Weekday() != time.Sunday
		if h := HolidayUtil.GetHolidayByYmd(start.Year(), int(start.Month()), start.Day()); h != nil {
			want = h.IsWork()
		}
		if got := p.Calendar.Workday(day); got != want {
			t.Errorf("%s: worked %v, the oracle says %v", day, got, want)
		}
		if !p.Calendar.Known(day) {
			t.Errorf("%s is not known", day)
		}
		days++
	}
	if days != 2922 {
		t.Errorf("compared %d days", days)
	}
}

func TestRemindersGoOutInWorkingHoursOnly(t *testing.T) {
	p := testPolicy(t)
	cases := []struct {
		name, at string
		want     bool
	}{
		{"a working morning", "2026-11-02 09:00", true},
		{"before work", "2026-11-02 08:59", false},
		{"after work", "2026-11-02 17:30", false},
		{"a weekend", "2026-11-01 10:00", false},
		{"a make-up Saturday", "2026-10-10 10:00", true},
		{"a holiday", "2026-10-01 10:00", false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			now, _ := time.ParseInLocation("2006-01-02 15:04", c.at, ticket.Shanghai)
			if got := p.MayRemind(now); got != c.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
