package ticket_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

// nationalDay2026 is what the notice says of the autumn of 2026: 1 to 7 October
// off, 20 September and 10 October worked.
func nationalDay2026() *ticket.Calendar {
	var notes []ticket.DayNote
	for _, day := range []ticket.Date{"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"} {
		notes = append(notes, ticket.DayNote{Date: day, Name: "国庆节"}) // the weekend between is not listed
	}
	notes = append(notes,
		ticket.DayNote{Date: "2026-09-20", Worked: true, Name: "国庆节调休"},
		ticket.DayNote{Date: "2026-10-10", Worked: true, Name: "国庆节调休"})
	return ticket.NewCalendar(notes, ticket.Hours{
		{From: 9 * time.Hour, To: 12 * time.Hour},
		{From: 13*time.Hour + 30*time.Minute, To: 17*time.Hour + 30*time.Minute},
	})
}

func at(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, ticket.Shanghai)
	if err != nil {
		panic(err)
	}
	return t
}

func limit(text string) ticket.Limit {
	l, err := ticket.ParseLimit(text)
	if err != nil {
		panic(err)
	}
	return l
}

func TestDeadline(t *testing.T) {
	cases := []struct {
		name, from, limit, want, explained string
		extra                              string
		paused                             time.Duration
	}{
		{name: "holiday is skipped and the make-up Saturday counts", from: "2026-09-30 16:20", limit: "5工作日", want: "2026-10-14 00:00",
			explained: "5个工作日，自9月30日16:20起：10月1日至7日国庆节放假，10月10日星期六上班，10月11日周末，10月13日24:00到期"},
		{name: "a weekend between is named", from: "2026-11-20 09:00", limit: "2工作日", want: "2026-11-25 00:00",
			explained: "2个工作日，自11月20日09:00起：11月21日至22日周末，11月24日24:00到期"},
		{name: "received on a holiday counts from the first working day", from: "2026-10-03 10:00", limit: "1工作日", want: "2026-10-09 00:00",
			explained: "1个工作日，自10月3日10:00起：10月4日至7日国庆节放假，10月8日24:00到期"},
		{name: "hours run through the night", from: "2026-09-30 23:30", limit: "24小时", want: "2026-10-01 23:30",
			explained: "24小时，自9月30日23:30起，10月1日23:30到期"},
		{name: "minutes", from: "2026-11-02 08:50", limit: "30分钟", want: "2026-11-02 09:20",
			explained: "30分钟，自11月2日08:50起，11月2日09:20到期"},
		{name: "same day ends at midnight", from: "2026-11-02 08:50", limit: "当日", want: "2026-11-03 00:00",
			explained: "当日，自11月2日08:50起，11月2日24:00到期"},
		{name: "same day from a holiday is the first working day", from: "2026-10-05 08:50", limit: "当日", want: "2026-10-09 00:00",
			explained: "当日，自10月5日08:50起：10月6日至7日国庆节放假，10月8日24:00到期"},
		{name: "extension goes on from the last day", from: "2026-11-02 10:00", limit: "5工作日", extra: "3工作日", want: "2026-11-13 00:00",
			explained: "5个工作日，延期3个工作日，自11月2日10:00起：11月7日至8日周末，11月12日24:00到期"},
		{name: "two working days of suspension move the end", from: "2026-11-02 10:00", limit: "5工作日", paused: 48 * time.Hour, want: "2026-11-12 00:00",
			explained: "5个工作日，自11月2日10:00起：11月7日至8日周末，挂账停表2天，11月11日24:00到期"},
		{name: "beyond the known calendar is marked", from: "2027-01-04 10:00", limit: "1工作日", want: "2027-01-06 00:00",
			explained: "1个工作日，自1月4日10:00起，1月5日24:00到期（该年节假日安排未录入，按周末推算）"},
	}
	calendar := nationalDay2026()
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			due := ticket.Due{Clock: ticket.ClockClose, From: at(c.from), Limit: limit(c.limit), Paused: c.paused}
			if c.extra != "" {
				due.Extra = limit(c.extra)
			}
			due.At, due.Guessed = calendar.Deadline(due)
			if want := at(c.want); !due.At.Equal(want) {
				t.Errorf("due %s, want %s", due.At.In(ticket.Shanghai), want)
			}
			if got := calendar.Explain(due); got != c.explained {
				t.Errorf("explained as\n%s\nwant\n%s", got, c.explained)
			}
		})
	}
}

func TestWorkingTimeCountsOnlyOfficeHours(t *testing.T) {
	cases := []struct {
		name, from, to string
		want           time.Duration
	}{
		{"over lunch", "2026-11-02 11:00", "2026-11-02 14:30", 2 * time.Hour},
		{"over a weekend", "2026-11-06 16:30", "2026-11-09 10:00", 2 * time.Hour},
		{"over the National Day holiday", "2026-09-30 17:00", "2026-10-08 09:30", time.Hour},
		{"a make-up Saturday is a day of seven hours", "2026-10-10 00:00", "2026-10-11 00:00", 7 * time.Hour},
		{"nothing at night", "2026-11-02 20:00", "2026-11-03 06:00", 0},
		{"nothing backwards", "2026-11-03 10:00", "2026-11-02 10:00", 0},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			if got := nationalDay2026().Working(at(c.from), at(c.to)); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestWorkdaysInvertsAddWorkdays(t *testing.T) {
	calendar := nationalDay2026()
	rapid.Check(t, func(t *rapid.T) {
		from := ticket.DateOf(at("2026-01-01 12:00").AddDate(0, 0, rapid.IntRange(0, 700).Draw(t, "day")))
		n := rapid.IntRange(1, 60).Draw(t, "n")
		last, _ := calendar.AddWorkdays(from, n)
		if !calendar.Workday(last) {
			t.Fatalf("%s is not worked", last)
		}
		if got := calendar.Workdays(from, last); got != n {
			t.Fatalf("%s to %s: %d working days, want %d", from, last, got, n)
		}
	})
}

func TestALaterStartIsNeverDueEarlier(t *testing.T) {
	calendar := nationalDay2026()
	limits := []string{"即时", "30分钟", "24小时", "当日", "1工作日", "5工作日", "10天"}
	rapid.Check(t, func(t *rapid.T) {
		l := limit(rapid.SampledFrom(limits).Draw(t, "limit"))
		a := at("2026-09-01 00:00").Add(time.Duration(rapid.IntRange(0, 90*24*60).Draw(t, "a")) * time.Minute)
		b := a.Add(time.Duration(rapid.IntRange(0, 30*24*60).Draw(t, "later")) * time.Minute)
		dueA, _ := calendar.End(a, l, 0)
		dueB, _ := calendar.End(b, l, 0)
		if dueB.Before(dueA) || dueA.Before(a) {
			t.Fatalf("from %s due %s, from %s due %s", a, dueA, b, dueB)
		}
	})
}

func TestParseLimitRefusesWhatIsNoLimit(t *testing.T) {
	for _, text := range []string{"0工作日", "-1小时", "5", "五个工作日", "5周", "99999天", "1.5小时"} {
		if l, err := ticket.ParseLimit(text); err == nil {
			t.Errorf("%q was read as %v", text, l)
		}
	}
}
