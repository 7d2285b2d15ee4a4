package classify

import (
	"math"
	"math/rand/v2"
)

// scored is a message's scores by a lexicon that was not learned from it.
type scored struct {
	scores []float64
	length float64
	class  int
}

// lengthPowers are tried in turn; see Settings.LengthPower.
var lengthPowers = []float64{0, 0.5, 1}

// calibrate fits temperature and length power on messages held out in turn.
func (l *Learned) calibrate(t *tickets, gains []float64, scale float64, o TrainOptions) {
	random := rand.New(rand.NewPCG(o.Seed, 1))
	fold := make([]int, len(t.rows))
	for i, p := range random.Perm(len(t.rows)) {
		fold[i] = p % o.Folds
	}
	held := make([]scored, 0, len(t.rows))
	for f := range o.Folds {
		m := t.fit(gains, o, func(i int) bool { return fold[i] == f })
		table := m.additive(gains, scale)
		for i, row := range t.rows {
			if fold[i] == f {
				s := scored{scores: make([]float64, len(t.labels)), class: t.classes[i]}
				for _, x := range row {
					for class, w := range table[x.Index] {
						s.scores[class] += w * x.Value
					}
					s.length += x.Value * x.Value
				}
				held = append(held, s)
			}
		}
	}
	l.Temperature, l.LengthPower = fitConfidence(held)
}

// fitConfidence finds temperature and length power under which the right
// answers were the likeliest.
func fitConfidence(held []scored) (temperature, power float64) {
	best := math.Inf(1)
	for _, p := range lengthPowers {
		t, loss := fitTemperature(held, p)
		if loss < best {
			best, temperature, power = loss, t, p
		}
	}
	return temperature, power
}

// fitTemperature minimises the mean logarithmic loss by golden section over
// the logarithm of the temperature.
func fitTemperature(held []scored, power float64) (temperature, loss float64) {
	const golden = 0.6180339887498949
	at := func(x float64) float64 { return logLoss(held, math.Exp(x), power) }
	low, high := math.Log(1e-2), math.Log(1e3)
	a, b := high-golden*(high-low), low+golden*(high-low)
	fa, fb := at(a), at(b)
	for high-low > 1e-3 {
		if fa < fb {
			high, b, fb = b, a, fa
			a = high - golden*(high-low)
			fa = at(a)
		} else {
			low, a, fa = a, b, fb
			b = low + golden*(high-low)
			fb = at(b)
		}
	}
	return math.Exp((low + high) / 2), min(fa, fb)
}

func logLoss(held []scored, temperature, power float64) float64 {
	sum := 0.0
	for _, s := range held {
		scale := 1 / temperature
		if power > 0 && s.length > 0 {
			scale /= math.Pow(s.length, power/2)
		}
		sum -= math.Log(max(softmaxTop(s.scores, s.class, scale), 1e-12))
	}
	return sum / float64(len(held))
}
