package reports

import (
	"slices"
	"time"

	"huiyin/ticket"
)

// history is how many months before the report's own are read: enough for the
// same month a year before, for the season and for what is carried over.
const history = 24

// slots cut the time that a report reads into spans without gaps between them:
// the report's own, last, and the ones before it that it is compared with.
type slots struct {
	first   ticket.Month // the first month to read
	starts  []int64      // of each slot, seconds
	periods []Period     // of each slot; zero of what lies between
	self    int
	prev    int   // the period before; -1 when it cannot be told apart
	year    int   // the same period a year before; -1 when it is the period before
	past    []int // earlier periods, oldest first, without those that only carry over
	shown   []int // of the trend: the last of past, and the report's own

	yearStart, lastYearStart, lastYearEnd int64 // for the year to date
}

// trendLength is how many periods a trend shows: a month with the same month a
// year before, a quarter with two years, a year with all that is read.
var trendLength = map[PeriodKind]int{OfMonth: 13, OfQuarter: 9, OfYear: 3, OfDays: 7}

func slotsOf(of Period) slots {
	s := slots{prev: -1, year: -1}
	if of.Kind == OfDays {
		s.cutDays(of)
	} else {
		back := history / of.months()
		for i := -back; i < 0; i++ {
			s.add(of.Add(i))
		}
		s.prev = back - 1
		if of.Kind != OfYear {
			s.year = back - 12/of.months()
		}
		s.past = upTo(back)
	}
	s.add(of)
	s.self = len(s.starts) - 1
	s.first = ticket.MonthOf(time.Unix(s.starts[0], 0))
	keep := min(trendLength[of.Kind]-1, len(s.past))
	s.shown = append(slices.Clone(s.past[len(s.past)-keep:]), s.self)
	s.countYear(of)
	return s
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

func (s *slots) add(p Period) int {
	s.starts = append(s.starts, p.Start().Unix())
	s.periods = append(s.periods, p)
	return len(s.starts) - 1
}

// gap is a span that is counted for what it carries over only.
func (s *slots) gap(from time.Time) {
	s.starts = append(s.starts, from.Unix())
	s.periods = append(s.periods, Period{})
}

// cutDays puts the same days a year before and as many spans of the same length
// right before the period as fit between.
func (s *slots) cutDays(of Period) {
	s.gap(ticket.MonthOf(of.Start()).Add(-history).Start())
	ago := of.YearBefore()
	s.year = s.add(ago)
	n := 0
	for n < trendLength[OfDays]-1 && !of.Add(-n-1).Start().Before(ago.End()) {
		n++
	}
	if from := of.Add(-n).Start(); ago.End().Before(from) {
		s.gap(ago.End())
	}
	for i := -n; i < 0; i++ {
		s.prev = s.add(of.Add(i))
		s.past = append(s.past, s.prev)
	}
}

// countYear sets the bounds of the year so far and of the same days a year ago.
func (s *slots) countYear(of Period) {
	last := of.Last.Start()
	january := time.Date(last.Year(), time.January, 1, 0, 0, 0, 0, ticket.Shanghai)
	s.yearStart = january.Unix()
	s.lastYearStart = january.AddDate(-1, 0, 0).Unix()
	s.lastYearEnd = of.YearBefore().End().Unix()
}

// slotOf finds the slot of an instant not before the first.
func (s *slots) slotOf(at int64) int {
	for i := s.self; i > 0; i-- {
		if at >= s.starts[i] {
			return i
		}
	}
	return 0
}
