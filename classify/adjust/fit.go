package adjust

import (
	"math"
	"slices"
)

// fit finds what to add to the scores: for each pair a number, most of them 0,
// so that the labels become likely under the same formula by which the
// classifier turns scores into confidence. It minimises, by coordinate descent,
//
//	Σ −ln softmax(scale·score)[label] + caution·Σ|δ| + ½·ridge·Σδ²
//
// (the lasso of Tibshirani 1996 for a multinomial model with an offset). A
// pair without a row may only go up: a word that speaks against a category is
// nothing that people would write.
type fit struct {
	bench  *Bench
	scores [][]float64 // by item, category
	active [][]bool    // categories that are in the running for the item
	total  []float64   // ln Σ exp(scale·score) of the item
	skip   func(i int) bool
}

const (
	ridge     = 0.05
	sweeps    = 60
	longStep  = 1.0  // of one coordinate in one sweep
	shortStep = 1e-3 // below which a sweep has changed nothing
)

func (b *Bench) newFit(skip func(i int) bool) *fit {
	f := &fit{bench: b, skip: skip}
	f.scores, f.active, f.total = make([][]float64, len(b.items)), make([][]bool, len(b.items)), make([]float64, len(b.items))
	for i := range b.items {
		if f.left(i) {
			continue
		}
		x := &b.items[i]
		f.scores[i], f.active[i] = slices.Clone(x.scores.Values), slices.Clone(x.scores.Spoken)
		f.active[i][x.label] = true
		f.sum(i)
	}
	return f
}

func (f *fit) left(i int) bool { return f.skip != nil && f.skip(i) }

// sum renews the total of an item.
func (f *fit) sum(i int) {
	s := &f.bench.items[i].scores
	highest := 0.0
	if !s.None {
		highest = math.Inf(-1)
	}
	for c, in := range f.active[i] {
		if in {
			highest = max(highest, s.Scale*f.scores[i][c])
		}
	}
	total := 0.0
	if s.None {
		total = math.Exp(-highest)
	}
	for c, in := range f.active[i] {
		if in {
			total += math.Exp(s.Scale*f.scores[i][c] - highest)
		}
	}
	f.total[i] = highest + math.Log(total)
}

// chance is the probability of a category for an item.
func (f *fit) chance(i, category int) float64 {
	if !f.active[i][category] {
		return 0
	}
	return math.Exp(f.bench.items[i].scores.Scale*f.scores[i][category] - f.total[i])
}

// run gives the additions to the pairs.
func (f *fit) run(pairs []pair) []float64 {
	deltas := make([]float64, len(pairs))
	for range sweeps {
		moved := 0.0
		for n, p := range pairs {
			step := f.step(p, deltas[n])
			if step == 0 {
				continue
			}
			deltas[n] += step
			f.move(p, step)
			moved = max(moved, math.Abs(step))
		}
		if moved < shortStep {
			break
		}
	}
	return deltas
}

// step is the Newton step of one pair, drawn to 0 by the caution.
func (f *fit) step(p pair, delta float64) float64 {
	gradient, curve := ridge*delta, ridge
	for _, u := range f.bench.words[p.word].items {
		if f.left(u.item) {
			continue
		}
		x := &f.bench.items[u.item]
		slope := x.scores.Scale * u.times
		chance := f.chance(u.item, p.category)
		if x.label == p.category {
			gradient += slope * (chance - 1)
		} else {
			gradient += slope * chance
		}
		// A category that is not in the running yet would enter at even odds.
		curve += slope * slope * max(chance*(1-chance), 0.02)
	}
	caution := f.bench.options.Caution
	target := delta - gradient/curve
	target = math.Copysign(max(0, math.Abs(target)-caution/curve), target)
	target = f.clamp(p, target)
	return max(-longStep, min(longStep, target-delta))
}

// clamp keeps a row between nothing and what a row may weigh; one that stands
// below nothing may rise.
func (f *fit) clamp(p pair, delta float64) float64 {
	stands := f.bench.learned[p]
	return max(min(0, stands), min(f.bench.options.MostWeight, stands+delta)) - stands
}

func (f *fit) move(p pair, step float64) {
	for _, u := range f.bench.words[p.word].items {
		if f.left(u.item) {
			continue
		}
		f.scores[u.item][p.category] += step * u.times
		f.active[u.item][p.category] = true
		f.sum(u.item)
	}
}
