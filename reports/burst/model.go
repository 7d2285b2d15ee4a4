package burst

import "math"

// model follows a series day by day: the level of the last weeks, what each
// kind of day is worth, how the season moves, and how far the days scatter
// about what was expected of them.
type model struct {
	Series
	level   float64
	kinds   [7]kindOfDay
	sums    []float64 // of the days learned, bursts cut: sums[d] is what came before day d
	squared float64   // scatter beyond chance: sum of (count-mean)²-mean …
	means   float64   // … over the sum of mean²
}

// kindOfDay is what came on such days, and what would have come without a
// difference between days.
type kindOfDay struct{ came, flat float64 }

// pace is how fast the level follows, a day; memory how slowly the kinds of days
// and the scatter forget.
const (
	pace   = 1.0 / 24
	memory = 1 - 1.0/240
	// prior is the weight, in complaints, of taking all days for the same, and
	// doubt of taking a scatter of usual for true, in days.
	prior = 12
	usual = 0.04
	doubt = 20
)

// start is how many days the first level is the mean of.
const start = 28

func newModel(s Series) *model {
	m := &model{Series: s, sums: make([]float64, 1, len(s.Counts)+1)}
	first := s.Counts[:min(start, len(s.Counts))]
	for _, n := range first {
		m.level += float64(n) / float64(len(first))
	}
	m.level = max(m.level, rarest)
	return m
}

// rarest is the least that is expected in a day, so that nothing is impossible.
const rarest = 0.02

// expect is the mean of a day, as known before it; later days than the next one
// are expected with the same level.
func (m *model) expect(day int) float64 {
	return max(rarest, m.level*m.kindFactor(m.Kinds[day])*m.season(day))
}

func (m *model) kindFactor(kind int) float64 {
	k, all := m.kinds[kind], kindOfDay{}
	for _, each := range m.kinds {
		all.came += each.came
		all.flat += each.flat
	}
	if all.came == 0 {
		return 1
	}
	whole := all.came / all.flat
	return (k.came + prior) / (k.flat*whole + prior)
}

// extreme is how many standard deviations from the mean a count is taken for
// what it may have been without its cause, so that a burst teaches nothing.
const extreme = 3

func (m *model) learn(day int) {
	mean := m.expect(day)
	deviation := math.Sqrt(mean + m.dispersion()*mean*mean)
	count := min(float64(m.Counts[day]), mean+extreme*deviation+1)
	if day >= start {
		m.squared = m.squared*memory + (count-mean)*(count-mean) - mean
		m.means = m.means*memory + mean*mean
	}
	m.sums = append(m.sums, m.sums[day]+count)
	factor := m.kindFactor(m.Kinds[day])
	k := &m.kinds[m.Kinds[day]]
	k.came = k.came*memory + count
	k.flat = k.flat*memory + m.level*m.season(day)
	if day >= start {
		// days on which little is expected say little of the level
		m.level = max(rarest, m.level+pace*min(1, factor)*(count/max(factor, 0.05)-m.level))
	}
}

// dispersion is the variance beyond Poisson's, in squared means.
func (m *model) dispersion() float64 {
	typical := m.level * m.level * doubt
	return max(0.003, cutOff*(m.squared+usual*typical)/(m.means+typical))
}

// cutOff makes up for the scatter that is lost with the cutting of bursts.
const cutOff = 1.12

// half is half the window by which last year's days are smoothed, and steady
// how many complaints it takes to believe half of what they say.
const (
	half   = 17
	steady = 60
)

// season tells how the year before moved from the weeks that made the level to
// the day: 1 for as it was, and where nothing is known of that year.
func (m *model) season(day int) float64 {
	const lag = int(1 / pace)
	ago := day - 52*week // on the same weekday
	if ago-lag-half < 0 {
		return 1
	}
	then := m.sums[ago+half+1] - m.sums[ago-half]
	before := m.sums[ago-lag+half+1] - m.sums[ago-lag-half]
	if before == 0 {
		return 1
	}
	fewer := min(then, before)
	return math.Pow(min(3, max(1.0/3, then/before)), fewer/(fewer+steady))
}
