package classify

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"huiyin/classify/svm"
)

// TrainOptions say how keyword weights are learned.
type TrainOptions struct {
	PerClass    int     // at most so many keywords are chosen for a class; 0: all
	LeastCount  int     // messages in which a word must stand
	Cost        float64 // of a wrongly judged message
	TitleFactor float64 // how often a word of the title counts
	Folds       int     // over which the confidence is fitted
	Seed        uint64
}

// DefaultTrainOptions are the ones that did best over folds of real messages.
func DefaultTrainOptions() TrainOptions {
	return TrainOptions{LeastCount: 2, Cost: 0.5, TitleFactor: 5, Folds: 5, Seed: 1}
}

// Learned is a lexicon made from labelled tickets.
type Learned struct {
	Labels  []string
	Sizes   []int // messages by label
	Words   []string
	Weights [][]float64 // by word and label, rounded as they are written
	// Temperature and LengthPower turn scores into confidence.
	Temperature, LengthPower float64
	TitleFactor              float64
}

var errOneLabel = errors.New("标注里只有一个类别，无从学起；至少要有两个类别")

// Train learns from labelled tickets; the same ones and the same options give
// the same lexicon. The error is Chinese.
func Train(samples []Sample, o TrainOptions) (*Learned, error) {
	dictionary, err := plainSegmenter()
	if err != nil {
		return nil, err
	}
	if len(labelsOf(samples)) < 2 {
		return nil, errOneLabel
	}
	words := candidates(samples, dictionary, o.LeastCount)
	if len(words) == 0 {
		return nil, errors.New("标注的文字里没有重复出现的词，无从学起；请多给一些标注")
	}
	t := newVocabulary(words, dictionary, o.TitleFactor).count(samples)
	gains, frequency := t.gains(len(words))
	if o.PerClass > 0 {
		keep := t.choose(gains, frequency, o)
		words, gains = pick(words, keep), pick(gains, keep)
		t.rows = restrict(t.rows, keep)
	}
	l := &Learned{Labels: t.labels, Sizes: t.sizes(), Words: words, TitleFactor: o.TitleFactor}
	model := t.fit(gains, o, nil)
	scale := weightScale(model, gains)
	l.Weights = model.additive(gains, scale)
	l.calibrate(t, gains, scale, o)
	return l, nil
}

// model is the learned weights by class and word.
type model [][]float64

// fit learns one machine a class from the messages that skip does not leave out.
func (t *tickets) fit(gains []float64, o TrainOptions, skip func(i int) bool) model {
	var examples [][]svm.Feature
	var classes []int
	for i, row := range t.weighted(gains) {
		if skip == nil || !skip(i) {
			examples = append(examples, row)
			classes = append(classes, t.classes[i])
		}
	}
	m := make(model, len(t.labels))
	positive := make([]bool, len(examples))
	for class := range m {
		for i, c := range classes {
			positive[i] = c == class
		}
		m[class] = svm.Train(examples, positive, len(gains),
			svm.Options{C: o.Cost, Tolerance: 0.1, Iterations: 200, Seed: o.Seed})
	}
	return m
}

// choose takes, for each class, the words that spoke most for it over all
// messages: weight times gain times the root of the number of messages.
func (t *tickets) choose(gains []float64, frequency []int, o TrainOptions) []int {
	m := t.fit(gains, o, nil)
	chosen := map[int]bool{}
	for class := range m {
		type word struct {
			index int
			share float64
		}
		var list []word
		for i, w := range m[class] {
			if share := w * gains[i] * math.Sqrt(float64(frequency[i])); share > 0 {
				list = append(list, word{i, share})
			}
		}
		slices.SortFunc(list, func(a, b word) int {
			return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.index, b.index))
		})
		for _, w := range list[:min(len(list), o.PerClass)] {
			chosen[w.index] = true
		}
	}
	keep := make([]int, 0, len(chosen))
	for i := range chosen {
		keep = append(keep, i)
	}
	slices.Sort(keep)
	return keep
}

func pick[T any](list []T, keep []int) []T {
	out := make([]T, len(keep))
	for i, k := range keep {
		out[i] = list[k]
	}
	return out
}

// restrict keeps of the rows only the words of keep, which get new numbers.
func restrict(rows [][]svm.Feature, keep []int) [][]svm.Feature {
	number := make(map[int32]int32, len(keep))
	for i, k := range keep {
		number[int32(k)] = int32(i)
	}
	out := make([][]svm.Feature, len(rows))
	for i, row := range rows {
		for _, f := range row {
			if n, kept := number[f.Index]; kept {
				out[i] = append(out[i], svm.Feature{Index: n, Value: f.Value})
			}
		}
	}
	return out
}

// strongest is the weight that the 99.9th percentile of the learned weights
// gets in the table: weights of the size that people would write by hand.
const strongest = 10

func weightScale(m model, gains []float64) float64 {
	var all []float64
	for _, weights := range m {
		for i, w := range weights {
			all = append(all, math.Abs(w*gains[i]))
		}
	}
	slices.Sort(all)
	top := all[len(all)*999/1000]
	if top == 0 {
		return 1
	}
	return strongest / top
}

// additive gives weights by word and class that are simply summed up.
func (m model) additive(gains []float64, scale float64) [][]float64 {
	table := make([][]float64, len(gains))
	for i, gain := range gains {
		table[i] = make([]float64, len(m))
		for class := range m {
			table[i][class] = math.Round(m[class][i]*gain*scale*10) / 10
		}
	}
	return table
}

func (t *tickets) sizes() []int {
	sizes := make([]int, len(t.labels))
	for _, class := range t.classes {
		sizes[class]++
	}
	return sizes
}
