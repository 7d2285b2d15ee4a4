package classify

import (
	"cmp"
	"math"
	"math/rand/v2"
	"slices"

	"huiyin/classify/svm"
	"huiyin/ticket"
)

// scored is a message's scores by a lexicon that was not made from it.
type scored struct {
	scores []float64 // of the categories some word spoke for, best first
	length float64
	none   bool // "none of them" is an answer, too
	right  bool // the best one is
}

// Calibration is what turns scores into confidence.
type Calibration struct {
	Temperature float64 `json:"temperature"`
	LengthPower float64 `json:"length_power"`
}

// Calibrate finds the calibration under which the confidence tells best which
// verdicts on the samples are right. The samples must not be the ones by which
// the lexicon was made: it would look better than it is.
func (c *Classifier) Calibrate(samples []Sample) Calibration {
	var held []scored
	s := newScratch(c)
	for _, sample := range samples {
		c.scan(s, ticket.JoinText(sample.Title, sample.Content), len(sample.Title), nil)
		c.add(s)
		s.rank()
		if c.decided(s) {
			code := c.categories[s.order[0]].Code
			one := scored{length: s.length, none: c.unjudged >= 0, right: c.isRight(sample, c.code(sample.Label), code)}
			for _, i := range s.order {
				one.scores = append(one.scores, s.scores[i])
			}
			held = append(held, one)
		}
		s.reset()
	}
	return calibrate(held)
}

// lengthPowers are tried in turn.
var lengthPowers = []float64{0, 0.25, 0.5, 0.75, 1}

func calibrate(held []scored) Calibration {
	var best Calibration
	least := math.Inf(1)
	for _, power := range lengthPowers {
		temperature, loss := fitTemperature(held, power)
		if loss < least {
			least, best = loss, Calibration{temperature, power}
		}
	}
	return best
}

// fitTemperature minimises the loss by golden section over the logarithm of
// the temperature.
func fitTemperature(held []scored, power float64) (temperature, loss float64) {
	const golden = 0.6180339887498949
	at := func(x float64) float64 { return logLoss(held, math.Exp(x), power) }
	low, high := math.Log(1e-2), math.Log(1e2)
	a, b := high-golden*(high-low), low+golden*(high-low)
	fa, fb := at(a), at(b)
	for high-low > 1e-2 {
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

// logLoss is the mean surprise at whether the best category was right.
func logLoss(held []scored, temperature, power float64) float64 {
	sum := 0.0
	for i := range held {
		p := held[i].confidence(temperature, power)
		if !held[i].right {
			p = 1 - p
		}
		sum -= math.Log(max(p, 1e-6))
	}
	return sum / float64(len(held))
}

func (s *scored) confidence(temperature, power float64) float64 {
	scale := confidenceScale(temperature, power, s.length)
	sum := 0.0
	if s.none {
		sum = math.Exp(-s.scores[0] * scale)
	}
	for _, score := range s.scores {
		sum += math.Exp((score - s.scores[0]) * scale)
	}
	return 1 / sum
}

// heldOut learns from all folds but one in turn, and judges that one: what is
// known of the labels there plays no part in it.
func (t *tickets) heldOut(scale float64, o TrainOptions) []judgedTicket {
	folds := foldsOf(t.groups, t.classes, o.Folds, o.Seed)
	judged := make([]judgedTicket, 0, len(t.rows))
	for f := range o.Folds {
		m := t.learn(o, func(i int) bool { return folds[i] == f })
		table := m.additive(scale)
		for i, row := range t.rows {
			if folds[i] == f {
				judged = append(judged, t.judge(row, table, t.classes[i]))
			}
		}
	}
	return judged
}

// judgedTicket is a ticket of a fold with its scores.
type judgedTicket struct {
	scored
	outcome Outcome
}

// judge sums up the weights of a row and ranks the classes.
func (t *tickets) judge(row []svm.Feature, table [][]float64, class int) judgedTicket {
	j := judgedTicket{scored: scored{scores: make([]float64, len(t.labels))}}
	for _, x := range row {
		value := float64(x.Value)
		for c, w := range table[x.Index] {
			j.scores[c] += w * value
		}
		if t.features[x.Index].place == Anywhere {
			j.length += value * value
		}
	}
	order := make([]int, len(j.scores))
	for c := range order {
		order[c] = c
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(j.scores[b], j.scores[a]) })
	j.outcome = Outcome{Label: t.labels[class], Predicted: t.labels[order[0]], Second: class == order[0] || class == order[1]}
	j.right = class == order[0]
	slices.SortFunc(j.scores, func(a, b float64) int { return cmp.Compare(b, a) })
	return j
}

// Folds deals samples out to folds by chance, but always alike for a seed.
// Messages that are nearly the same come into one fold, and every fold gets its
// share of each label.
func Folds(samples []Sample, folds int, seed uint64) []int {
	labels := labelsOf(samples)
	classes := make([]int, len(samples))
	for i, s := range samples {
		classes[i], _ = slices.BinarySearch(labels, s.Label)
	}
	return foldsOf(groupSamples(samples), classes, folds, seed)
}

// foldsOf shuffles the groups, sorts them by class, and deals them out in turn.
func foldsOf(groups, classes []int, folds int, seed uint64) []int {
	var first []int // message of each group
	seen := map[int]bool{}
	for i, g := range groups {
		if !seen[g] {
			seen[g] = true
			first = append(first, i)
		}
	}
	random := rand.New(rand.NewPCG(seed, 1))
	random.Shuffle(len(first), func(i, j int) { first[i], first[j] = first[j], first[i] })
	slices.SortStableFunc(first, func(a, b int) int { return cmp.Compare(classes[a], classes[b]) })
	fold := make(map[int]int, len(first))
	for turn, i := range first {
		fold[groups[i]] = turn % folds
	}
	list := make([]int, len(groups))
	for i, g := range groups {
		list[i] = fold[g]
	}
	return list
}
