package ticket

import (
	"fmt"
	"sort"
	"strings"
	"time"
)

// Shanghai is the time zone of people. cmd embeds the zone data.
var Shanghai = mustLocation("Asia/Shanghai")

func mustLocation(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		return time.FixedZone("CST", 8*3600)
	}
	return loc
}

// Date is a day in Shanghai, "2006-01-02".
type Date string

// DateOf is the day in Shanghai on which an instant lies.
func DateOf(t time.Time) Date { return Date(t.In(Shanghai).Format(time.DateOnly)) }

// Start is the first instant of the day.
func (d Date) Start() time.Time {
	t, _ := time.ParseInLocation(time.DateOnly, string(d), Shanghai)
	return t
}

// Next is the day after.
func (d Date) Next() Date { return d.add(1) }

func (d Date) add(days int) Date { return (d.number() + dayNumber(days)).date() }

// DayNote is what the State Council's notice says of a day: off (休) or, for a
// make-up day, worked (班).
type DayNote struct {
	Date   Date
	Worked bool
	Name   string // 国庆节
}

// Hours are the bureau's working hours of a day as offsets from midnight,
// for example 9:00–12:00 and 13:30–17:30.
type Hours []struct{ From, To time.Duration }

// Calendar tells working days, holidays and make-up days (调休).
type Calendar struct {
	notes map[Date]DayNote
	noted map[dayNumber]bool // of the same days, whether they are worked
	years map[int]bool
	hours Hours
}

// NewCalendar makes a calendar. A year is known when it has at least one note.
func NewCalendar(notes []DayNote, hours Hours) *Calendar {
	c := &Calendar{notes: make(map[Date]DayNote, len(notes)), noted: make(map[dayNumber]bool, len(notes)), years: map[int]bool{}, hours: hours}
	for _, n := range notes {
		c.notes[n.Date], c.noted[n.Date.number()] = n, n.Worked
		c.years[n.Date.Start().Year()] = true
	}
	return c
}

// Known reports whether the holidays of a day's year are known. When not,
// Workday knows weekends only.
func (c *Calendar) Known(d Date) bool { return c.years[d.Start().Year()] }

// Years lists the known years in order.
func (c *Calendar) Years() []int {
	var years []int
	for y := range c.years {
		years = append(years, y)
	}
	sort.Ints(years)
	return years
}

// Workday reports whether a day is worked.
func (c *Calendar) Workday(d Date) bool { return c.worked(d.number()) }

func (c *Calendar) worked(n dayNumber) bool {
	if worked, ok := c.noted[n]; ok {
		return worked
	}
	return !n.weekend()
}

// Note returns what the notice says of a day.
func (c *Calendar) Note(d Date) (DayNote, bool) { n, ok := c.notes[d]; return n, ok }

// Deadline computes when a clock runs out; see End. An extension counts on from
// where the limit itself ends.
func (c *Calendar) Deadline(d Due) (at time.Time, guessed bool) {
	at, guessed = c.End(d.From, d.Limit, d.Paused)
	if d.Extra.Unit == LimitNone || at.IsZero() {
		return at, guessed
	}
	last := at
	if d.Extra.Unit == LimitWorkdays || d.Extra.Unit == LimitDays {
		last = at.Add(-time.Nanosecond)
	}
	at, more := c.End(last, d.Extra, 0)
	return at, guessed || more
}

// End computes when a limit that starts at from runs out (exclusive), and
// whether the way there lies beyond the known calendar. A limit of working
// days counts from the next working day and ends with the last one, at 24:00.
// paused moves the end on by the working days (or the time) that the clock stood.
func (c *Calendar) End(from time.Time, l Limit, paused time.Duration) (at time.Time, guessed bool) {
	switch l.Unit {
	case LimitNow:
		return from.Add(paused), false
	case LimitMinutes:
		return from.Add(time.Duration(l.N)*time.Minute + paused), false
	case LimitHours:
		return from.Add(time.Duration(l.N)*time.Hour + paused), false
	case LimitDays:
		return (dayOf(from) + dayNumber(l.N) + 1).start().Add(paused), false
	case LimitSameDay:
		day := dayOf(from)
		guessed = !c.knows(day)
		for !c.worked(day) {
			day++
			guessed = guessed || !c.knows(day)
		}
		return (day + 1).start().Add(paused), guessed
	case LimitWorkdays:
		day, guessed := c.addWorkdays(dayOf(from), l.N)
		if days := int(paused / (24 * time.Hour)); days > 0 {
			var more bool
			day, more = c.addWorkdays(day, days)
			guessed = guessed || more
		}
		return (day + 1).start(), guessed
	}
	return time.Time{}, false
}

// AddWorkdays returns the n-th working day after a day.
func (c *Calendar) AddWorkdays(day Date, n int) (last Date, guessed bool) {
	number, guessed := c.addWorkdays(day.number(), n)
	return number.date(), guessed
}

func (c *Calendar) addWorkdays(day dayNumber, n int) (last dayNumber, guessed bool) {
	for left := n; left > 0; {
		day++
		guessed = guessed || !c.knows(day)
		if c.worked(day) {
			left--
		}
	}
	return day, guessed
}

func (c *Calendar) knows(day dayNumber) bool { return c.years[day.utc().Year()] }

// Workdays counts the working days in (from, to]: what AddWorkdays would need.
func (c *Calendar) Workdays(from, to Date) int {
	n := 0
	for day, last := from.number(), to.number(); day < last; {
		day++
		if c.worked(day) {
			n++
		}
	}
	return n
}

// Working is how much working time lies in [from, to).
func (c *Calendar) Working(from, to time.Time) time.Duration {
	var sum time.Duration
	for day := DateOf(from); !day.Start().After(to); day = day.Next() {
		if !c.Workday(day) {
			continue
		}
		for _, h := range c.hours {
			start, end := day.Start().Add(h.From), day.Start().Add(h.To)
			if start.Before(from) {
				start = from
			}
			if end.After(to) {
				end = to
			}
			if end.After(start) {
				sum += end.Sub(start)
			}
		}
	}
	return sum
}

// InHours reports whether people are at work at an instant.
func (c *Calendar) InHours(t time.Time) bool {
	day := DateOf(t)
	if !c.Workday(day) {
		return false
	}
	since := t.Sub(day.Start())
	for _, h := range c.hours {
		if since >= h.From && since < h.To {
			return true
		}
	}
	return false
}

// Explain says in one Chinese line how a due time came about, so that a person
// can check it: "5个工作日，自9月30日16:20起：10月1日至7日国庆节放假，10月10日
// 星期六上班，10月13日24:00到期".
func (c *Calendar) Explain(d Due) string {
	if d.Limit.Unit == LimitNone || d.At.IsZero() {
		return "无时限"
	}
	from := d.From.In(Shanghai)
	var b strings.Builder
	b.WriteString(d.Limit.String())
	if d.Extra.Unit != LimitNone {
		fmt.Fprintf(&b, "，延期%s", d.Extra)
	}
	fmt.Fprintf(&b, "，自%s起", clockText(from, from.Year()))
	if d.Limit.Unit == LimitWorkdays || d.Limit.Unit == LimitSameDay {
		if reasons := c.passed(DateOf(d.From), DateOf(d.At.Add(-time.Nanosecond))); reasons != "" {
			b.WriteString("：" + reasons)
		}
	}
	if d.Paused > 0 {
		fmt.Fprintf(&b, "，挂账停表%s", spanText(d.Paused))
	}
	fmt.Fprintf(&b, "，%s到期", endText(d.At, from.Year()))
	if d.Guessed {
		b.WriteString("（该年节假日安排未录入，按周末推算）")
	}
	return b.String()
}

// passed lists the days between that a person would not expect: holidays,
// make-up days and weekends, joined into spans.
func (c *Calendar) passed(from, to Date) string {
	var parts []string
	for day := from.Next(); day <= to; {
		text, end := c.unusual(day, to)
		if text != "" {
			parts = append(parts, text)
		}
		day = end.Next()
	}
	return strings.Join(parts, "，")
}

func (c *Calendar) unusual(day, to Date) (text string, end Date) {
	if c.Workday(day) {
		if _, ok := c.notes[day]; ok {
			return fmt.Sprintf("%s%s上班", dayText(day), weekdayText(day)), day
		}
		return "", day
	}
	name := c.holiday(day)
	for end = day; end.Next() <= to && !c.Workday(end.Next()) && c.holiday(end.Next()) == name; {
		end = end.Next()
	}
	if name == "" {
		return spanOfDays(day, end) + "周末", end
	}
	return spanOfDays(day, end) + name + "放假", end
}

// holiday names the holiday to which a free day belongs, "" for a weekend. A
// weekend between two days of a holiday belongs to it, though no notice lists it.
func (c *Calendar) holiday(day Date) string {
	if note, ok := c.notes[day]; ok {
		return note.Name
	}
	before, after := day.add(-1), day.Next()
	if _, ok := c.notes[before]; !ok && !c.Workday(before) {
		before = before.add(-1)
	}
	if _, ok := c.notes[after]; !ok && !c.Workday(after) {
		after = after.Next()
	}
	if a, b := c.notes[before], c.notes[after]; a.Name != "" && a.Name == b.Name && !a.Worked && !b.Worked {
		return a.Name
	}
	return ""
}

func spanOfDays(from, to Date) string {
	if from == to {
		return dayText(from)
	}
	a, b := from.Start(), to.Start()
	if a.Month() == b.Month() {
		return fmt.Sprintf("%s至%d日", dayText(from), b.Day())
	}
	return dayText(from) + "至" + dayText(to)
}

func dayText(d Date) string {
	t := d.Start()
	return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
}

func weekdayText(d Date) string {
	return "星期" + string([]rune("日一二三四五六")[d.Start().Weekday()])
}

func clockText(t time.Time, year int) string {
	text := fmt.Sprintf("%d月%d日%02d:%02d", t.Month(), t.Day(), t.Hour(), t.Minute())
	if t.Year() != year {
		text = fmt.Sprintf("%d年%s", t.Year(), text)
	}
	return text
}

// endText writes an exclusive end: midnight is 24:00 of the day before.
func endText(at time.Time, year int) string {
	t := at.In(Shanghai)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		last := t.Add(-time.Second)
		text := fmt.Sprintf("%d月%d日24:00", last.Month(), last.Day())
		if last.Year() != year {
			text = fmt.Sprintf("%d年%s", last.Year(), text)
		}
		return text
	}
	return clockText(t, year)
}

func spanText(d time.Duration) string {
	if days := int(d / (24 * time.Hour)); days > 0 {
		return fmt.Sprintf("%d天", days)
	}
	return fmt.Sprintf("%d小时", int(d/time.Hour))
}
