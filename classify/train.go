package classify

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"huiyin/classify/near"
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
	Dictionary  Dictionary // nil: the segmenter in pure Go
}

// DefaultTrainOptions are those that did best over folds of real messages.
func DefaultTrainOptions() TrainOptions {
	return TrainOptions{PerClass: 3000, LeastCount: 2, Cost: 1.3, TitleFactor: 5, Folds: 3, Seed: 1}
}

// Learned is a lexicon made from labelled tickets.
type Learned struct {
	Labels   []string
	Sizes    []int // messages by label
	Features []LearnedFeature
	Calibration
	TitleFactor float64
	// HeldOut compares labels with verdicts on messages that were left out of
	// learning in turn, near-duplicates always together. It is nil when there
	// are too few messages for a figure that means anything.
	HeldOut *Evaluation
}

// leastMeasured messages in all, and so many of each of two labels at least,
// are needed before a share of right verdicts is more than chance.
const (
	leastMeasured = 100
	leastOfLabel  = 10
)

// N is the number of messages learned from.
func (l *Learned) N() int {
	n := 0
	for _, size := range l.Sizes {
		n += size
	}
	return n
}

// measurable reports whether leaving some messages out shows anything.
func (l *Learned) measurable() bool {
	enough := 0
	for _, size := range l.Sizes {
		if size >= leastOfLabel {
			enough++
		}
	}
	return l.N() >= leastMeasured && enough >= 2
}

// LearnedFeature is a word with its weights by label, rounded as written.
type LearnedFeature struct {
	Word    string
	Place   Place
	Weights []float64
}

var errOneLabel = errors.New("标注里只有一个类别，无从学起；至少要有两个类别")

// Train learns from labelled tickets; the same ones and the same options give
// the same lexicon. The error is Chinese.
func Train(samples []Sample, o TrainOptions) (*Learned, error) {
	dictionary, err := plainSegmenter()
	if err != nil {
		return nil, err
	}
	cutter, err := segmenter(o.Dictionary, nil)
	if err != nil {
		return nil, err
	}
	if len(labelsOf(samples)) < 2 {
		return nil, errOneLabel
	}
	words := candidates(samples, cutter, dictionary, o.LeastCount)
	if len(words) == 0 {
		return nil, errors.New("标注的文字里没有重复出现的词，无从学起；请多给一些标注")
	}
	t := countTickets(samples, words, cutter, o.TitleFactor)
	t.groups = groupSamples(samples)
	learned := t.learn(o, nil)
	l := &Learned{Labels: t.labels, Sizes: t.sizes(), TitleFactor: o.TitleFactor}
	scale := learned.scale()
	for f, weights := range learned.additive(scale) {
		if slices.ContainsFunc(weights, func(w float64) bool { return w != 0 }) {
			l.Features = append(l.Features, LearnedFeature{t.features[f].word, t.features[f].place, weights})
		}
	}
	if len(l.Features) == 0 {
		return nil, errors.New("没有一个词能把这些类别分开，无从学起；请核对哪一列是类别，或多给一些标注")
	}
	l.Temperature, l.LengthPower = unmeasuredTemperature, 0
	if l.measurable() {
		l.prove(t.heldOut(scale, o))
	}
	return l, nil
}

// unmeasuredTemperature makes a lexicon of a few messages doubt itself: what
// it is sure of nobody knows.
const unmeasuredTemperature = 10

// prove sets calibration and figures from judgements on held-out messages.
func (l *Learned) prove(judged []judgedTicket) {
	held := make([]scored, len(judged))
	for i := range judged {
		held[i] = judged[i].scored
	}
	l.Calibration = calibrate(held)
	outcomes := make([]Outcome, len(judged))
	for i := range judged {
		outcomes[i] = judged[i].outcome
		outcomes[i].Confidence = held[i].confidence(l.Temperature, l.LengthPower)
	}
	heldOut := Summarize(outcomes)
	l.HeldOut = &heldOut
}

// TrainFile learns from a csv file of labelled tickets.
func TrainFile(path string, columns Columns, o TrainOptions) (*Learned, error) {
	samples, err := ReadSamples(path, columns)
	if err != nil {
		return nil, err
	}
	return Train(samples, o)
}

// groupSamples keeps messages that are nearly the same together.
func groupSamples(samples []Sample) []int {
	texts := make([]string, len(samples))
	for i, s := range samples {
		texts[i] = s.Title + "\n" + s.Content
	}
	return near.Groups(texts, near.DefaultOptions())
}

// model is the learned weights by class and feature, and the gains by which
// the counts were multiplied; a feature that was not chosen has the gain 0.
type model struct {
	weights [][]float64
	gains   []float64
}

// learn learns from the messages that skip does not leave out.
func (t *tickets) learn(o TrainOptions, skip func(i int) bool) model {
	gains, frequency := t.gains(o.TitleFactor, skip)
	m := model{t.fit(gains, o, skip), gains}
	if o.PerClass > 0 {
		m.choose(frequency, o.PerClass)
		m.weights = t.fit(gains, o, skip)
	}
	return m
}

// fit learns one machine a class. Errors on messages of a small class cost
// more, so that it is not drowned by the large ones.
func (t *tickets) fit(gains []float64, o TrainOptions, skip func(i int) bool) [][]float64 {
	var examples [][]svm.Feature
	var classes []int
	sizes := make([]float64, len(t.labels))
	for i, row := range t.rows {
		if skip == nil || !skip(i) {
			examples = append(examples, weighted(row, gains))
			classes = append(classes, t.classes[i])
			sizes[t.classes[i]]++
		}
	}
	machine := svm.NewExamples(examples, len(gains))
	weights := make([][]float64, len(t.labels))
	positive := make([]bool, len(examples))
	even := float64(len(examples)) / float64(len(t.labels))
	for class := range weights {
		for i, c := range classes {
			positive[i] = c == class
		}
		weights[class] = machine.Train(positive, svm.Options{
			C: o.Cost, Positive: math.Sqrt(even / max(1, sizes[class])), Tolerance: 0.1, Iterations: 100, Seed: o.Seed,
		})
	}
	return weights
}

// choose keeps, for each class, the features that spoke most for it over all
// messages: weight times gain times the root of the number of messages.
func (m *model) choose(frequency []int, perClass int) {
	type candidate struct {
		index int
		share float64
	}
	keep := make([]bool, len(m.gains))
	for _, weights := range m.weights {
		var list []candidate
		for i, w := range weights {
			if share := w * m.gains[i] * math.Sqrt(float64(frequency[i])); share > 0 {
				list = append(list, candidate{i, share})
			}
		}
		slices.SortFunc(list, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(b.share, a.share), cmp.Compare(a.index, b.index))
		})
		for _, c := range list[:min(len(list), perClass)] {
			keep[c.index] = true
		}
	}
	for i := range m.gains {
		if !keep[i] {
			m.gains[i] = 0
		}
	}
}

// strongest is the weight that the strongest features get in the table: of the
// size that people would write by hand. step is how finely weights are written.
const (
	strongest = 10
	step      = 0.05
)

func (m *model) scale() float64 {
	var all []float64
	for _, weights := range m.weights {
		for i, w := range weights {
			if w != 0 {
				all = append(all, math.Abs(w*m.gains[i]))
			}
		}
	}
	slices.Sort(all)
	if len(all) == 0 {
		return 1
	}
	return strongest / all[len(all)*999/1000]
}

// additive gives weights by feature and class that are simply summed up.
func (m *model) additive(scale float64) [][]float64 {
	table := make([][]float64, len(m.gains))
	flat := make([]float64, len(m.gains)*len(m.weights))
	for i, gain := range m.gains {
		table[i] = flat[i*len(m.weights) : (i+1)*len(m.weights)]
		for class, weights := range m.weights {
			table[i][class] = math.Round(weights[i]*gain*scale/step) * step
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
