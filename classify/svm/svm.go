// Package svm learns linear support vector machines: one against the rest,
// squared hinge loss, solved in the dual coordinate by coordinate.
//
// After Hsieh, Chang, Lin, Keerthi, Sundararajan: A Dual Coordinate Descent
// Method for Large-scale Linear SVM (ICML 2008), algorithm 3, without bias.
package svm

import (
	"math"
	"math/rand/v2"
)

// Feature is one entry of a sparse vector. The value is short so that twice as
// many fit into the processor's cache, for which training waits most.
type Feature struct {
	Index int32
	Value float32
}

// Options of a training.
type Options struct {
	C          float64 // cost of an error, per example
	Positive   float64 // how many times that for a positive example; 0 is 1
	Tolerance  float64 // largest violation at which training ends
	Iterations int     // at most
	Seed       uint64  // of the order in which examples are visited
}

// Examples are what several machines learn from, one for each class.
type Examples struct {
	rows  [][]Feature
	width int
	norms []float64 // squared lengths of the rows
}

// NewExamples takes the rows as they are; width is the number of features.
func NewExamples(rows [][]Feature, width int) *Examples {
	e := &Examples{rows: rows, width: width, norms: make([]float64, len(rows))}
	for i, x := range rows {
		for _, f := range x {
			e.norms[i] += float64(f.Value) * float64(f.Value)
		}
	}
	return e
}

// Train learns, for one class, the weights that separate the examples where
// positive is true from the others.
func (e *Examples) Train(positive []bool, o Options) []float64 {
	n := len(e.rows)
	s := solver{
		examples: e.rows, positive: positive,
		w: make([]float64, e.width), alpha: make([]float64, n),
		norms: make([]float64, n), ridge: 1 / (2 * o.C), ridgePositive: 1 / (2 * o.C),
		active: make([]int32, n),
	}
	if o.Positive > 0 {
		s.ridgePositive /= o.Positive
	}
	for i, norm := range e.norms {
		s.norms[i] = norm + s.ridgeOf(int32(i))
		s.active[i] = int32(i)
	}
	random := rand.New(rand.NewPCG(o.Seed, 0))
	s.solve(random, o)
	return s.w
}

type solver struct {
	examples      [][]Feature
	positive      []bool
	w             []float64
	alpha         []float64
	norms         []float64 // diagonal of the dual problem
	ridge         float64
	ridgePositive float64
	active        []int32
}

// solve visits the active examples in random order until no step would change
// much; examples that stay at the bound are left out ("shrinking") and looked
// at once more before the end.
func (s *solver) solve(random *rand.Rand, o Options) {
	bound := math.Inf(1)
	for range o.Iterations {
		high, low := math.Inf(-1), math.Inf(1)
		random.Shuffle(len(s.active), func(i, j int) { s.active[i], s.active[j] = s.active[j], s.active[i] })
		for at := 0; at < len(s.active); at++ {
			i := s.active[at]
			gradient := s.gradient(i)
			if s.alpha[i] == 0 {
				if gradient > bound {
					last := len(s.active) - 1
					s.active[at], s.active[last] = s.active[last], i
					s.active = s.active[:last]
					at--
					continue
				}
				high, low = math.Max(high, math.Min(gradient, 0)), math.Min(low, math.Min(gradient, 0))
				if gradient >= 0 {
					continue
				}
			} else {
				high, low = math.Max(high, gradient), math.Min(low, gradient)
			}
			s.step(i, gradient)
		}
		if high-low <= o.Tolerance {
			if len(s.active) == len(s.examples) {
				return
			}
			s.active = s.active[:len(s.examples)]
			bound = math.Inf(1)
			continue
		}
		if bound = high; bound <= 0 {
			bound = math.Inf(1)
		}
	}
}

func (s *solver) gradient(i int32) float64 {
	// Two sums at a time: neither waits for the other.
	x, w := s.examples[i], s.w
	sum, other := 0.0, 0.0
	for len(x) >= 2 {
		sum += w[x[0].Index] * float64(x[0].Value)
		other += w[x[1].Index] * float64(x[1].Value)
		x = x[2:]
	}
	if sum += other; len(x) > 0 {
		sum += w[x[0].Index] * float64(x[0].Value)
	}
	if !s.positive[i] {
		sum = -sum
	}
	return sum - 1 + s.alpha[i]*s.ridgeOf(i)
}

func (s *solver) step(i int32, gradient float64) {
	before := s.alpha[i]
	s.alpha[i] = math.Max(before-gradient/s.norms[i], 0)
	delta := s.alpha[i] - before
	if !s.positive[i] {
		delta = -delta
	}
	for _, f := range s.examples[i] {
		s.w[f.Index] += delta * float64(f.Value)
	}
}

func (s *solver) ridgeOf(i int32) float64 {
	if s.positive[i] {
		return s.ridgePositive
	}
	return s.ridge
}
