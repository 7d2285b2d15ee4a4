// Command burst measures how soon rises are found, and how often an alarm is
// false, on made-up counts: weekdays, a season, a level that drifts, days that
// scatter more than chance. Beside it stand the rule of thumb (three standard
// deviations over the last 28 days) and the best that could be done: a judge
// who knows the true mean and scatter of each day.
package main

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"os"

	"huiyin/reports/burst"
)

const (
	history = 730 // days before the year that is measured
	year    = 365
	lasting = 4 // days that a planted rise lasts
)

func main() {
	series := flag.Int("series", 200, "category-years of each base rate")
	times := flag.Float64("times", 3, "how many times the expectation a rise is")
	flag.Parse()
	if !run(*series, *times) {
		fmt.Fprintln(os.Stderr, "below the line: ≤ 1 false alarm a category-year; from 20 a day on, ≥ 90 % found on the day where days scatter little beyond chance or the best judge finds 95 %, else ≥ 90 % of his")
		os.Exit(1)
	}
}

// poissonLike is the scatter beyond chance, in squared means, up to which days
// are those of an ordinary hotline: a seventh of the mean.
const poissonLike = 0.02

// world is one category's truth.
type world struct {
	mean    []float64
	scatter float64 // variance beyond Poisson's, in squared means
	kinds   []int
}

func newWorld(r *rand.Rand, base, scatter float64) world {
	w := world{scatter: scatter}
	phase, height := r.Float64()*2*math.Pi, 0.5*r.Float64()
	weekend, drift := 0.3+0.7*r.Float64(), 0.0
	for day := range history + year {
		drift = drift*0.98 + 0.02*r.NormFloat64()
		mean := base * (1 + height*math.Sin(2*math.Pi*float64(day)/365+phase)) * math.Exp(drift)
		if day%7 >= 5 {
			mean *= weekend
		}
		w.mean = append(w.mean, mean)
		w.kinds = append(w.kinds, day%7)
	}
	return w
}

// draw is a negative binomial count, as a Poisson one of a gamma mean.
func draw(r *rand.Rand, mean, scatter float64) int {
	if scatter > 0 {
		mean *= gamma(r, 1/scatter) * scatter
	}
	n, p := 0, r.Float64()
	if mean > 500 {
		return max(0, int(mean+math.Sqrt(mean)*r.NormFloat64()+0.5))
	}
	for limit := math.Exp(-mean); p > limit; n++ {
		p *= r.Float64()
	}
	return n
}

// gamma is Marsaglia and Tsang's method, for shapes of 1 and more.
func gamma(r *rand.Rand, shape float64) float64 {
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := (1 + c*x) * (1 + c*x) * (1 + c*x)
		if v > 0 && math.Log(r.Float64()) < 0.5*x*x+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// tally of a base rate and a scatter.
type tally struct {
	planted, onDay, later, wrong int
	thumb, thumbFalse            int
	best                         int
}

func run(series int, times float64) bool {
	fmt.Printf("a rise is %.1f times the day's expectation for %d days; two years of history; alarms are at most one a week\n\n", times, lasting)
	fmt.Printf("%8s %8s | %9s %9s %11s | %9s %11s | %11s\n", "a day", "scatter", "on day", "in 4 days", "false/year", "3σ on day", "3σ false/yr", "ideal judge")
	good := true
	for _, base := range []float64{0.1, 1, 3, 5, 10, 20, 50, 200} {
		for _, scatter := range []float64{0, 0.02, 0.06} {
			var t tally
			for i := range series {
				t.year(rand.New(rand.NewPCG(uint64(i), uint64(base*1000+scatter*100))), base, scatter, times)
			}
			years, planted := float64(series), float64(t.planted)
			fmt.Printf("%8.1f %8.2f | %8.1f%% %8.1f%% %11.2f | %8.1f%% %11.2f | %10.1f%%\n", base, scatter, 100*float64(t.onDay)/planted, 100*float64(t.onDay+t.later)/planted,
				float64(t.wrong)/years, 100*float64(t.thumb)/planted, float64(t.thumbFalse)/years, 100*float64(t.best)/planted)
			// what nobody could find is no fault
			line := 0.9
			if best := float64(t.best) / planted; scatter > poissonLike && best < 0.95 {
				line = 0.9 * best
			}
			good = good && float64(t.wrong)/years <= 1 && (base < 20 || float64(t.onDay)/planted >= line)
		}
	}
	return good
}

// year measures one category-year without rises for false alarms, and the same
// with rises planted, one in six weeks.
func (t *tally) year(r *rand.Rand, base, scatter, times float64) {
	w := newWorld(r, base, scatter)
	counts := make([]int, len(w.mean))
	for day, mean := range w.mean {
		counts[day] = draw(r, mean, scatter)
	}
	o := burst.DefaultOptions()
	t.wrong += len(burst.Detect(burst.Series{Counts: counts, Kinds: w.kinds}, history, o))
	t.thumbFalse += thumb(counts)
	for start := history + 10 + r.IntN(30); start+lasting < len(counts); start += 42 {
		risen := append([]int(nil), counts...)
		for day := start; day < start+lasting; day++ {
			risen[day] = draw(r, w.mean[day]*times, scatter)
		}
		t.planted++
		on, later := false, false
		for _, a := range burst.Detect(burst.Series{Counts: risen[:start+lasting], Kinds: w.kinds}, start-6, o) {
			on = on || a.Day == start
			later = later || a.Day > start
		}
		switch {
		case on:
			t.onDay++
		case later:
			t.later++
		}
		if outlies(risen, start) {
			t.thumb++
		}
		if burst.Tail(risen[start], w.mean[start], w.mean[start]+scatter*w.mean[start]*w.mean[start]) <= 1.0/year {
			t.best++
		}
	}
}

func outlies(counts []int, day int) bool {
	sum, squares := 0.0, 0.0
	for _, n := range counts[day-28 : day] {
		sum += float64(n)
		squares += float64(n) * float64(n)
	}
	mean := sum / 28
	return float64(counts[day]) > mean+3*math.Sqrt(max(0, squares/28-mean*mean)) && counts[day] > 1
}

// thumb counts the alarms of the rule of thumb, at most one a week too.
func thumb(counts []int) int {
	n, quiet := 0, 0
	for day := history; day < len(counts); day++ {
		if day >= quiet && outlies(counts, day) {
			n++
			quiet = day + 7
		}
	}
	return n
}
