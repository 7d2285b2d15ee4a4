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
	series [][][]int // by category: of it all, then of each county by its number
}

const shanghai0 = 8 * 3600

func dayNumber(unix int64) int64 { return (unix + shanghai0) / 86400 }

// newDaily counts from a month on until an instant.
func newDaily(from ticket.Month, until int64) *daily {
	first := dayNumber(from.Start().Unix())
	return &daily{first: first, days: int(dayNumber(until-1)-first) + 1}
}

// most bounds the counties that are told apart.
const most = 1 << 8

func (d *daily) take(cat, area int, received int64) {
	day := int(dayNumber(received) - d.first)
	if day < 0 || day >= d.days || area >= most {
		return
	}
	for cat >= len(d.series) {
		d.series = append(d.series, nil)
	}
	for area+1 >= len(d.series[cat]) {
		d.series[cat] = append(d.series[cat], nil)
	}
	for _, counts := range [2]*[]int{&d.series[cat][0], &d.series[cat][area+1]} {
		if *counts == nil {
			*counts = make([]int, d.days)
		}
		(*counts)[day]++
	}
}

// of gives the series of a category in a county, in all of them when area is
// -1, from a day on; nil when nothing came.
func (d *daily) of(cat, area int, from int64) []int {
	if cat >= len(d.series) || area+1 >= len(d.series[cat]) {
		return nil
	}
	counts := d.series[cat][area+1]
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
