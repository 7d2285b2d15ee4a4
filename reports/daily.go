package reports

import (
	"time"

	"huiyin/reports/burst"
	"huiyin/ticket"
)

// daily counts what came each day, by category and by category and county.
type daily struct {
	first  int64 // days since 1970, in Shanghai
	days   int
	series map[int][]int // by category, and by category and county
}

const shanghai0 = 8 * 3600

func dayNumber(unix int64) int64 { return (unix + shanghai0) / 86400 }

// newDaily counts from a month on until an instant.
func newDaily(from ticket.Month, until int64) *daily {
	first := dayNumber(from.Start().Unix())
	return &daily{first: first, days: int(dayNumber(until-1)-first) + 1, series: map[int][]int{}}
}

// most bounds the counties that are told apart.
const most = 1 << 8

func seriesOf(cat, area int) int { return cat*(most+1) + area + 1 }

func (d *daily) take(cat, area int, received int64) {
	day := int(dayNumber(received) - d.first)
	if day < 0 || day >= d.days || area >= most {
		return
	}
	for _, key := range [2]int{seriesOf(cat, -1), seriesOf(cat, area)} {
		counts := d.series[key]
		if counts == nil {
			counts = make([]int, d.days)
			d.series[key] = counts
		}
		counts[day]++
	}
}

// of gives a series from a day on; nil when nothing came.
func (d *daily) of(cat, area int, from int64) []int {
	counts := d.series[seriesOf(cat, area)]
	if skip := int(from - d.first); counts != nil && skip > 0 {
		counts = counts[min(skip, len(counts)):]
	}
	return counts
}

// kindsOfDays tells of each day which day of the week it is like: a public
// holiday is a Sunday, a Saturday or Sunday on which people work a Friday.
func kindsOfDays(c *ticket.Calendar, from int64, n int) []int {
	kinds := make([]int, n)
	for i := range kinds {
		at := time.Unix((from+int64(i))*86400-shanghai0, 0).In(ticket.Shanghai)
		kind := (int(at.Weekday()) + 6) % 7
		works := c.Workday(ticket.DateOf(at))
		switch {
		case works && kind > 4:
			kind = 4
		case !works && kind < 5:
			kind = 6
		}
		kinds[i] = kind
	}
	return kinds
}

// dateOf is a day as a date.
func dateOf(day int64) ticket.Date {
	return ticket.DateOf(time.Unix(day*86400-shanghai0, 0))
}

func (r *Rules) burstOptions(series int) burst.Options {
	return burst.Options{FalseAlarms: r.FalseAlarms / float64(series), MinCount: r.BurstLeast, MinRatio: r.BurstRatio}
}
