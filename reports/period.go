package reports

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
)

// PeriodKind is how long a report's period is.
type PeriodKind string

// The kinds of periods.
const (
	OfMonth   PeriodKind = "month"
	OfQuarter PeriodKind = "quarter"
	OfYear    PeriodKind = "year"
	OfDays    PeriodKind = "days" // any closed period
)

// Period is what a report is about: whole days in Shanghai, First to Last, both
// counted.
type Period struct {
	Kind  PeriodKind
	First ticket.Date
	Last  ticket.Date
}

// MonthPeriod is a month as a period.
func MonthPeriod(m ticket.Month) Period { return spanning(OfMonth, m, 1) }

func spanning(kind PeriodKind, from ticket.Month, months int) Period {
	return Period{kind, ticket.DateOf(from.Start()), ticket.DateOf(from.Add(months).Start().AddDate(0, 0, -1))}
}

var (
	quarterForm = regexp.MustCompile(`^(\d{4})-?[Qq]([1-4])$`)
	yearForm    = regexp.MustCompile(`^\d{4}$`)
)

// longest bounds a period of days, so that a year before never overlaps it.
const longest = 366

// ParsePeriod reads 2026-10, 2026-Q3, 2026 or 2026-10-01..2026-10-15. The error
// is a *ticket.Refusal.
func ParsePeriod(s string) (Period, error) {
	s = strings.TrimSpace(s)
	if first, last, ok := strings.Cut(s, ".."); ok {
		return parseDays(first, last)
	}
	if q := quarterForm.FindStringSubmatch(s); q != nil {
		n, _ := strconv.Atoi(q[2])
		return spanning(OfQuarter, ticket.Month(q[1]+"-01").Add(3*(n-1)), 3), nil
	}
	if yearForm.MatchString(s) && s > "0000" {
		return spanning(OfYear, ticket.Month(s+"-01"), 12), nil
	}
	if m, err := ticket.ParseMonth(s); err == nil {
		return MonthPeriod(m), nil
	}
	return Period{}, ticket.Refuse(ticket.ErrInvalid, "bad_period",
		"统计期“%s”看不懂，可写 2026-10（月）、2026-Q3（季度）、2026（年）或 2026-10-01..2026-10-15（任意时段）", s)
}

func parseDays(first, last string) (Period, error) {
	from, errFrom := time.ParseInLocation(time.DateOnly, strings.TrimSpace(first), ticket.Shanghai)
	to, errTo := time.ParseInLocation(time.DateOnly, strings.TrimSpace(last), ticket.Shanghai)
	if errFrom != nil || errTo != nil {
		return Period{}, ticket.Refuse(ticket.ErrInvalid, "bad_period", "起止日期应写成 2026-10-01..2026-10-15 这样")
	}
	p := Period{OfDays, ticket.DateOf(from), ticket.DateOf(to)}
	switch n := p.days(); {
	case n < 1:
		return Period{}, ticket.Refuse(ticket.ErrInvalid, "bad_period", "截止日期早于开始日期")
	case n > longest:
		return Period{}, ticket.Refuse(ticket.ErrInvalid, "bad_period", "时段最长一年（%d天），所选为%d天", longest, n)
	}
	return p, nil
}

// Start is the first instant of the period.
func (p Period) Start() time.Time { return p.First.Start() }

// End is the first instant after the period.
func (p Period) End() time.Time { return p.Last.Start().AddDate(0, 0, 1) }

func (p Period) days() int {
	return int(p.Last.Start().Sub(p.First.Start()).Hours()/24+0.5) + 1
}

// Month is the month that the period is; empty when it is none.
func (p Period) Month() ticket.Month {
	if p.Kind != OfMonth {
		return ""
	}
	return ticket.MonthOf(p.Start())
}

// months is how many the period has; 0 for one that is made of days.
func (p Period) months() int {
	return map[PeriodKind]int{OfMonth: 1, OfQuarter: 3, OfYear: 12}[p.Kind]
}

// Add is the period n of its kind later, earlier when negative. Of days it is
// the same number of days right after.
func (p Period) Add(n int) Period {
	if months := p.months(); months > 0 {
		return spanning(p.Kind, ticket.MonthOf(p.Start()).Add(n*months), months)
	}
	shift := n * p.days()
	return Period{p.Kind, ticket.DateOf(p.First.Start().AddDate(0, 0, shift)), ticket.DateOf(p.Last.Start().AddDate(0, 0, shift))}
}

// YearBefore is the same period a year earlier.
func (p Period) YearBefore() Period {
	if months := p.months(); months > 0 {
		return p.Add(-12 / months)
	}
	return Period{p.Kind, yearBefore(p.First), yearBefore(p.Last)}
}

// yearBefore keeps 29 February in its month.
func yearBefore(d ticket.Date) ticket.Date {
	t := d.Start()
	if t.Month() == time.February && t.Day() == 29 {
		return ticket.DateOf(t.AddDate(-1, 0, -1))
	}
	return ticket.DateOf(t.AddDate(-1, 0, 0))
}

// String is the period as ParsePeriod reads it.
func (p Period) String() string {
	t := p.Start()
	switch p.Kind {
	case OfMonth:
		return string(p.Month())
	case OfQuarter:
		return fmt.Sprintf("%d-Q%d", t.Year(), p.quarter())
	case OfYear:
		return strconv.Itoa(t.Year())
	case OfDays:
		return t.Format(time.DateOnly) + ".." + p.Last.Start().Format(time.DateOnly)
	}
	return ""
}

func (p Period) quarter() int { return (int(p.Start().Month()) + 2) / 3 }

// Name is the period as people write it: 2026年第三季度.
func (p Period) Name() string {
	t := p.Start()
	switch p.Kind {
	case OfMonth:
		return p.Month().Name()
	case OfQuarter:
		return fmt.Sprintf("%d年第%s季度", t.Year(), numerals[p.quarter()-1])
	case OfYear:
		return fmt.Sprintf("%d年", t.Year())
	case OfDays:
		return spanName(p.First, p.Last)
	}
	return ""
}

// spanName leaves out of the second day what it has in common with the first.
func spanName(first, last ticket.Date) string {
	from, to := first.Start(), last.Start()
	switch {
	case first == last:
		return DateText(first)
	case from.Year() != to.Year():
		return DateText(first) + "至" + DateText(last)
	}
	return fmt.Sprintf("%s至%d月%d日", DateText(first), to.Month(), to.Day())
}

// label is the period on the axis of a chart.
func (p Period) label() string {
	t := p.Start()
	switch p.Kind {
	case OfMonth:
		return t.Format("06-01")
	case OfQuarter:
		return fmt.Sprintf("%s年%d季度", t.Format("06"), p.quarter())
	case OfYear:
		return t.Format("2006") + "年"
	case OfDays:
		return t.Format("1.2") + "–" + p.Last.Start().Format("1.2")
	}
	return ""
}

// MarshalText writes the period as ParsePeriod reads it.
func (p Period) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText reads what ParsePeriod reads; empty text is the zero period.
func (p *Period) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*p = Period{}
		return nil
	}
	read, err := ParsePeriod(string(b))
	*p = read
	return err
}

// periodWords are the words in which a report speaks of its period.
type periodWords struct {
	this    string // 本月
	earlier string // 上月
	change  string // 环比
	yearAgo string // 去年同月
	yearly  string // 同比; empty when the earlier period is that of a year ago
	end     string // 月末
	begin   string // 月初
	unit    string // 个月, after a number
	mean    string // 月均
	each    string // 每月
	report  string // 月报
	next    string // 下月
}

var wordsOf = map[PeriodKind]periodWords{
	OfMonth:   {"本月", "上月", "环比", "去年同月", "同比", "月末", "月初", "个月", "月均", "每月", "月报", "下月"},
	OfQuarter: {"本季度", "上季度", "环比", "去年同季度", "同比", "季末", "季初", "个季度", "季均", "每季度", "季报", "下季度"},
	OfYear:    {"本年", "上年", "比上年", "", "", "年末", "年初", "年", "年均", "每年", "年报", "下年"},
	OfDays:    {"本期", "前期", "比前期", "去年同期", "比去年同期", "期末", "期初", "期", "期均", "每期", "专报", "下期"},
}

func (p Period) words() periodWords { return wordsOf[p.Kind] }

// QuarterOf is the quarter in which a month lies.
func QuarterOf(m ticket.Month) Period {
	back := (int(m.Start().Month()) - 1) % 3
	return spanning(OfQuarter, m.Add(-back), 3)
}
