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

// dayOf is the day in Shanghai on which an instant lies.
func dayOf(t time.Time) dayNumber {
	year, month, day := t.In(Shanghai).Date()
	return dayNumber(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// start is the first instant of the day in Shanghai, in UTC.
func (n dayNumber) start() time.Time {
	year, month, day := n.utc().Date()
	return time.Date(year, month, day, 0, 0, 0, 0, Shanghai).UTC()
}

func (n dayNumber) utc() time.Time { return time.Unix(int64(n)*86400, 0).UTC() }

func (n dayNumber) date() Date { return Date(n.utc().Format(time.DateOnly)) }

// weekend counts from 1970-01-01, a Thursday.
func (n dayNumber) weekend() bool {
	day := ((n+3)%7 + 7) % 7
	return day >= 5
}
