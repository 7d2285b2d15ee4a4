package reports

import (
	"math"
	"slices"
)

// Forecast is section 13: what to expect of the next period, by a stated method.
type Forecast struct {
	For   Period        `json:"for"`
	Total ForecastRow   `json:"total"`
	Rows  []ForecastRow `json:"rows"`
	// Holidays are the public holidays of that period; HolidaysKnown is false
	// when the calendar of that year is not known yet.
	Holidays      []string `json:"holidays"`
	HolidaysKnown bool     `json:"holidays_known"`
	// Season lists what led the list in the same period a year before.
	Season []Count `json:"season"`
	// Possible is false for a period in progress, for one of days and without any data.
	Possible bool `json:"possible"`
}

// Method is how an expectation was made.
type Method string

// The methods.
const (
	MethodSeason Method = "season" // same period last year × the last three periods' year-on-year ratio
	MethodMean   Method = "mean"   // mean of the last three periods (or of as many as there are)
	MethodNone   Method = "none"
)

// ForecastRow is what is expected of a matter. Low and High are the
// expectation less and plus the mean error of the same method over the past
// periods (Tested of them); equal to it when fewer than three could be tested.
type ForecastRow struct {
	Code     string  `json:"code,omitempty"`
	Name     string  `json:"name"`
	Now      int     `json:"now"`
	LastYear Change  `json:"last_year"` // Before: the target period, a year ago
	Expected int     `json:"expected"`
	Low      int     `json:"low"`
	High     int     `json:"high"`
	Method   Method  `json:"method"`
	Error    float64 `json:"error"` // mean absolute error over mean count
	Tested   int     `json:"tested"`
}

func (b *builder) forecast(hot Hot) Forecast {
	next := b.of.Add(1)
	out := Forecast{For: next, Possible: b.complete && b.of.Kind != OfDays && b.earlier()+1 >= enoughHistory}
	out.Holidays, out.HolidaysKnown = b.holidays(next)
	if !out.Possible {
		return out
	}
	out.Total = b.expect("受理总量", "", received)
	for _, item := range hot.Items {
		i := b.cats.of(item.Code)
		out.Rows = append(out.Rows, b.expect(item.Name, item.Code, func(t *tally) int { return t.cats[i] }))
	}
	if i := b.nextYearAgo(); b.hasData(i) {
		t := b.whole(i)
		for _, i := range b.listed(t)[:min(3, len(b.listed(t)))] {
			c := b.cats.list[i]
			out.Season = append(out.Season, Count{Code: c.Code, Name: c.Name, Count: t.cats[i], Share: Rate{t.cats[i], t.received}})
		}
	}
	return out
}

func (b *builder) expect(name, code string, count func(*tally) int) ForecastRow {
	series := make([]int, b.self+1)
	for i, t := range b.tallies {
		if t != nil {
			series[i] = count(t)
		}
	}
	row := ForecastRow{Name: name, Code: code, Now: series[b.self]}
	first := min(b.oldest, b.self)
	value, method := predict(series, first, b.self+1, b.lag())
	row.Method, row.Expected = method, int(math.Round(value))
	row.Low, row.High = row.Expected, row.Expected
	if i := b.nextYearAgo(); b.hasData(i) {
		row.LastYear = Change{Now: row.Expected, Before: series[i], Known: true}
	}
	row.Error, row.Tested = backtest(series, first, method, b.lag())
	if row.Tested >= 3 {
		row.Low = max(0, int(math.Round(value*(1-row.Error))))
		row.High = int(math.Round(value * (1 + row.Error)))
	}
	return row
}

// enoughHistory is how many periods, the report's own included, a forecast
// needs: of fewer a mean says nothing.
const enoughHistory = 3

// lag is how many periods make a year.
func (b *builder) lag() int { return 12 / max(1, b.of.months()) }

// nextYearAgo is the slot of the period to come, a year before; -1 when that
// is the report's own.
func (b *builder) nextYearAgo() int {
	if b.of.Kind == OfYear || b.of.Kind == OfDays {
		return -1
	}
	return b.self + 1 - b.lag()
}

// predict says what period t should bring from the periods [first, t).
func predict(series []int, first, t, lag int) (float64, Method) {
	recent := sum(series[max(first, t-3):t])
	if lag > 1 && t-lag-3 >= first && sum(series[t-lag-3:t-lag]) > 0 {
		ratio := float64(recent) / float64(sum(series[t-lag-3:t-lag]))
		// a period that was out of the ordinary a year ago must not be multiplied
		return float64(series[t-lag]) * min(2, max(0.5, ratio)), MethodSeason
	}
	n := t - max(first, t-3)
	if n == 0 {
		return 0, MethodNone
	}
	return float64(recent) / float64(n), MethodMean
}

// backtest tries the method on each past period that it could have been used
// for: mean absolute error over mean count.
func backtest(series []int, first int, method Method, lag int) (float64, int) {
	missed, seen, n := 0.0, 0, 0
	for t := first + 1; t < len(series); t++ {
		value, used := predict(series, first, t, lag)
		if used != method || method == MethodMean && t-first < 3 {
			continue
		}
		missed += math.Abs(value - float64(series[t]))
		seen += series[t]
		n++
	}
	if seen == 0 {
		return 0, 0
	}
	return missed / float64(seen), n
}

func sum(xs []int) int {
	total := 0
	for _, x := range xs {
		total += x
	}
	return total
}

func (b *builder) holidays(m Period) (names []string, known bool) {
	cal := b.policy.Calendar
	if cal == nil {
		return nil, false
	}
	known = cal.Known(m.First) && cal.Known(m.Last)
	for day := m.First; day <= m.Last; day = day.Next() {
		if note, ok := cal.Note(day); ok && !note.Worked && !slices.Contains(names, note.Name) {
			names = append(names, note.Name)
		}
	}
	return names, known
}
