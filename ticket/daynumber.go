package ticket

import "time"

// dayNumber counts days of the Shanghai calendar from 1970-01-01, so that long
// ways through the calendar are walked in whole numbers.
type dayNumber int

// number is the day's number; a Date that is none is the first day.
func (d Date) number() dayNumber {
	t, err := time.Parse(time.DateOnly, string(d))
	if err != nil {
		return 0
	}
	return dayNumber(t.Unix() / 86400)
}

func (n dayNumber) utc() time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

func (n dayNumber) date() Date { return Date(n.utc().Format(time.DateOnly)) }

func (n dayNumber) weekend() bool {
	weekday := n.utc().Weekday()
	return weekday == time.Saturday || weekday == time.Sunday
}
