package classify

import (
	"math"
	"math/rand/v2"

	"huiyin/classify/svm"
)

// scored is a message's scores by a lexicon that was not learned from it.
type scored struct {
	scores []float64
	length float64
	class  int
}

// lengthPowers are tried in turn; see Settings.LengthPower.
var lengthPowers = []float64{0, 0.5, 1}

// calibrate fits temperature and length power on messages held out in turn,
// and keeps how the verdicts on them fared.
func (l *Learned) calibrate(t *tickets, rows [][]svm.Feature, gains []float64, scale float64, o TrainOptions) {
	folds := foldsOf(t.groups, o.Folds, o.Seed)
	held := make([]scored, 0, len(t.rows))
	for f := range o.Folds {
		table := t.fit(rows, o, func(i int) bool { return folds[i] == f }).additive(gains, scale)
		for i, row := range t.rows {
			if folds[i] == f {
				held = append(held, score(row, table, t.classes[i], len(t.labels), t.features))
			}
		}
	}
	l.Temperature, l.LengthPower = fitConfidence(held)
	outcomes := make([]Outcome, len(held))
	for i, s := range held {
		outcomes[i] = s.outcome(t.labels, l.Temperature, l.LengthPower)
	}
	l.HeldOut = Summarize(outcomes)
}

func score(row []svm.Feature, table [][]float64, class, classes int, features []feature) scored {
	s := scored{scores: make([]float64, classes), class: class}
	for _, x := range row {
		for c, w := range table[x.Index] {
			s.scores[c] += w * x.Value
		}
		if features[x.Index].place == Anywhere {
			s.length += x.Value * x.Value
		}
	}
	return s
}

func (s *scored) outcome(labels []string, temperature, power float64) Outcome {
	best, second := 0, 1
	if s.scores[1] > s.scores[0] {
		best, second = 1, 0
	}
	for c := 2; c < len(s.scores); c++ {
		switch {
		case s.scores[c] > s.scores[best]:
			best, second = c, best
		case s.scores[c] > s.scores[second]:
			second = c
		}
	}
	return Outcome{
		Label: labels[s.class], Predicted: labels[best], Second: s.class == best || s.class == second,
		Confidence: softmaxTop(s.scores, best, confidenceScale(temperature, power, s.length)),
	}
}

// foldsOf deals the groups out to folds, by chance but always alike.
func foldsOf(groups []int, folds int, seed uint64) []int {
	random := rand.New(rand.NewPCG(seed, 1))
	of := map[int]int{}
	list := make([]int, len(groups))
	for i, g := range groups {
		fold, dealt := of[g]
		if !dealt {
			fold = random.IntN(folds)
			of[g] = fold
		}
		list[i] = fold
	}
	return list
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
		p := softmaxTop(s.scores, s.class, confidenceScale(temperature, power, s.length))
		sum -= math.Log(max(p, 1e-12))
	}
	return sum / float64(len(held))
}
