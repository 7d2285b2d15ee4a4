package burst

import (
	"math"
	"testing"

	"pgregory.net/rapid"
)

// days makes a series of n days with so many a day, and a Monday first.
func days(n int, count func(day int) int) Series {
	s := Series{}
	for day := range n {
		s.Counts = append(s.Counts, count(day))
		s.Kinds = append(s.Kinds, day%7)
	}
	return s
}

// wobble is scatter without chance: 0, 1, 2 … below n in a fixed disorder.
func wobble(day, n int) int { return day * day * 7919 % 101 % n }

func TestDetect(t *testing.T) {
	const last = 399
	for _, c := range []struct {
		claim string
		count func(day int) int
		found bool
	}{
		{"a day like the others is no sign", func(d int) int { return 20 + wobble(d, 9) }, false},
		{"three times as many are one", func(d int) int {
			if d == last {
				return 66
			}
			return 20 + wobble(d, 9)
		}, true},
		{"what every Monday brings is none", func(d int) int {
			if d%7 == last%7 {
				return 60
			}
			return 15 + wobble(d, 6)
		}, false},
		{"a season that came last year too is none", func(d int) int {
			return 20 + wobble(d, 5) + int(18*math.Sin(float64(d-330)*2*math.Pi/364))
		}, false},
		{"three times a handful is none", func(d int) int {
			if d == last {
				return 3
			}
			return d % 2
		}, false},
		{"the first complaints of a silent matter are one when they are many", func(d int) int {
			if d == last {
				return 7
			}
			return 0
		}, true},
		{"a slow growth is found by the week", func(d int) int {
			if d > last-7 {
				return 4 + wobble(d, 2)
			}
			return 1 + wobble(d, 2)
		}, true},
	} {
		t.Run(c.claim, func(t *testing.T) {
			got := Detect(days(last+1, c.count), last-3, DefaultOptions())
			if found := len(got) > 0; found != c.found {
				t.Errorf("alarms %+v", got)
			}
		})
	}
}

func TestAWeekWithoutASecondAlarmFollowsTheFirst(t *testing.T) {
	s := days(300, func(d int) int {
		if d >= 280 {
			return 90
		}
		return 20 + wobble(d, 9)
	})
	got := Detect(s, 270, DefaultOptions())
	if len(got) == 0 || got[0].Day != 280 {
		t.Fatalf("found on the day: %+v", got)
	}
	for i := 1; i < len(got); i++ {
		if got[i].Day-got[i-1].Day < 7 {
			t.Errorf("again after %d days", got[i].Day-got[i-1].Day)
		}
	}
}

func TestAYoungSeriesIsNotJudged(t *testing.T) {
	if got := Detect(days(Enough, func(d int) int { return d * d }), 0, DefaultOptions()); got != nil {
		t.Errorf("%+v", got)
	}
}

func TestTail(t *testing.T) {
	for _, c := range []struct {
		claim          string
		n              int
		mean, variance float64
		want           float64
	}{
		{"none or more are certain", 0, 3, 3, 1},
		{"Poisson of 1, at least 1", 1, 1, 1, 1 - math.Exp(-1)},
		{"Poisson of 2, at least 5", 5, 2, 2, 0.0526530173},
		{"geometric of mean 1, at least 3", 3, 1, 2, 0.125},
		{"far out it keeps its digits", 40, 2, 2, 1.9172e-37},
	} {
		if got := Tail(c.n, c.mean, c.variance); math.Abs(got/c.want-1) > 1e-3 {
			t.Errorf("%s: %g, want %g", c.claim, got, c.want)
		}
	}
}

func TestAWordWhoseShareStaysIsNoRise(t *testing.T) {
	if _, p := Rise(30, 1000, 90, 3000); p < 0.3 {
		t.Errorf("the same share has p %g", p)
	}
	if expected, p := Rise(60, 1000, 30, 3000); p > 1e-4 || expected < 10 || expected > 11 {
		t.Errorf("six times the share has p %g of %g", p, expected)
	}
	if _, p := Rise(12, 1000, 0, 3000); p > 1e-3 {
		t.Errorf("a new word of twelve has p %g", p)
	}
	if _, p := Rise(5, 0, 0, 0); p != 1 {
		t.Errorf("without a month before nothing is a rise: %g", p)
	}
}

func TestMoreComplaintsAreNeverLessOfASign(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		mean := rapid.Float64Range(0.02, 300).Draw(t, "mean")
		extra := rapid.Float64Range(0, 0.5).Draw(t, "extra")
		n := rapid.IntRange(0, 600).Draw(t, "n")
		a, b := Tail(n, mean, mean+extra*mean*mean), Tail(n+1, mean, mean+extra*mean*mean)
		if a < b-1e-9 || b < 0 || a > 1 || math.IsNaN(a) {
			t.Fatalf("tail of %d is %g, of one more %g", n, a, b)
		}
	})
}
