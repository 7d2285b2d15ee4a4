// Package burst finds early signs (苗头): days on which far more complaints came
// than the weekday, the season and the level of the last weeks let expect. How
// often it cries wolf is set beforehand: so many times a year for a series.
package burst

import "math"

// Series is a count a day, oldest first. Kinds are the kinds of its days: 0
// Monday … 6 Sunday; a public holiday is a Sunday, a working Saturday a Friday.
type Series struct {
	Counts []int
	Kinds  []int
}

// Options are the policy.
type Options struct {
	FalseAlarms float64 // a year for the series
	MinCount    int     // fewer in a day (or a week, for weeks) are never a sign
	MinRatio    float64 // against the expectation
}

// DefaultOptions are those of the default policy.
func DefaultOptions() Options { return Options{FalseAlarms: 1, MinCount: 5, MinRatio: 1.5} }

// Alarm is a day, or the week that ends with it, with more than can be expected.
type Alarm struct {
	Day      int     `json:"day"`  // index in the series
	Days     int     `json:"days"` // 1, or 7 for the week that ends with it
	Count    int     `json:"count"`
	Expected float64 `json:"expected"`
	P        float64 `json:"p"` // how probable so many or more are without a cause
}

// week is the longer span that is looked at: it finds what grows slowly and
// what is rare, days later.
const week = 7

// Of the false alarms allowed, most go to single days: there a sign is worth
// most. The rest is kept back for what the model does not know.
const (
	daily  = 0.85
	weekly = 0.1
	year   = 365
)

// Enough is how many days of history a series needs before it is judged.
const Enough = 42

// Detect gives the alarms of the days from index from on. After an alarm the
// series is silent for a week: one matter is reported once.
func Detect(s Series, from int, o Options) []Alarm {
	if len(s.Counts) <= Enough {
		return nil
	}
	m := newModel(s)
	var alarms []Alarm
	quiet := 0
	for day := range s.Counts {
		if day >= max(from-week, Enough) && day >= quiet {
			if a, found := m.look(day, o); found {
				quiet = day + week
				if day >= from {
					alarms = append(alarms, a)
				}
			}
		}
		m.learn(day)
	}
	return alarms
}

func (m *model) look(day int, o Options) (Alarm, bool) {
	one := m.judge(day, 1)
	if one.alarms(o, o.FalseAlarms*daily/year) {
		return one, true
	}
	if seven := m.judge(day, week); seven.alarms(o, o.FalseAlarms*weekly/year) {
		return seven, true
	}
	return Alarm{}, false
}

func (a *Alarm) alarms(o Options, line float64) bool {
	return a.P <= line && a.Count >= o.MinCount && float64(a.Count) >= o.MinRatio*a.Expected
}

// judge tells how probable the count of the days that end with day is.
func (m *model) judge(day, days int) Alarm {
	a := Alarm{Day: day, Days: days}
	squares := 0.0
	for d := max(0, day-days+1); d <= day; d++ {
		mean := m.expect(d)
		a.Expected += mean
		squares += mean * mean
		a.Count += m.Counts[d]
	}
	variance := a.Expected + m.dispersion()*squares
	if days > 1 {
		// what makes one day heavy makes its neighbours heavy, too
		variance += m.dispersion() * squares
	}
	a.P = Tail(a.Count, a.Expected, variance)
	return a
}

// Tail is the probability of n or more under a negative binomial law of a mean
// and a variance, under Poisson's when the variance is no larger.
func Tail(n int, mean, variance float64) float64 {
	if n == 0 || mean <= 0 {
		return 1
	}
	extra := (variance - mean) / (mean * mean) // 1/size
	var log, ratio float64
	if extra < 1e-6 {
		extra, log = 0, -mean
	} else {
		log = -math.Log1p(extra*mean) / extra
	}
	// the tail is summed up from n: 1 less the rest loses its digits
	for k := range n {
		log += math.Log(mean*(1+extra*float64(k))/(1+extra*mean)) - math.Log(float64(k+1))
	}
	sum, term := 0.0, math.Exp(log)
	for k := n; ; k++ {
		sum += term
		ratio = mean * (1 + extra*float64(k)) / (1 + extra*mean) / float64(k+1)
		term *= ratio
		if ratio < 1 && term <= sum*1e-9*(1-ratio) || sum > 1 {
			return min(sum, 1)
		}
	}
}
