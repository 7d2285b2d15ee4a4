package classify

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Evaluation compares verdicts with labels.
type Evaluation struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
	MacroF1  float64 `json:"macro_f1"` // over all labels of the file
	// MacroF1Common leaves out the labels with fewer than five messages, whose
	// figures are chance.
	MacroF1Common float64       `json:"macro_f1_common"`
	Top2          float64       `json:"top2"` // the right one is among the best two
	Seconds       float64       `json:"seconds"`
	PerClass      []ClassResult `json:"per_class"`
	Coverage      []Coverage    `json:"coverage"`
	Kinds         *KindResult   `json:"kinds,omitempty"`
	// Calibration error: the mean distance between confidence and precision.
	CalibrationError float64 `json:"calibration_error"`

	Misses []Miss `json:"misses,omitempty"`
}

// ClassResult is how one label fared.
type ClassResult struct {
	Label     string  `json:"label"`
	N         int     `json:"n"`
	Precision float64 `json:"precision"`
	Recall    float64 `json:"recall"`
	F1        float64 `json:"f1"`
}

// Coverage is the share of messages whose confidence reaches a threshold, and
// how many of those were right.
type Coverage struct {
	Threshold float64 `json:"threshold"`
	Covered   float64 `json:"covered"`
	Precision float64 `json:"precision"`
}

// KindResult compares the kinds of the messages that have one.
type KindResult struct {
	N        int     `json:"n"`
	Accuracy float64 `json:"accuracy"`
}

// Miss is a message that was judged differently from its label.
type Miss struct {
	Sample  Sample         `json:"-"`
	Line    int            `json:"line"`
	Label   string         `json:"label"`
	Verdict ticket.Verdict `json:"verdict"`
	Kind    bool           `json:"kind"` // the kind, not the category, is what differs
}

const commonLabel = 5

// thresholds of the coverage table.
var thresholds = []float64{0, .3, .4, .5, .6, .7, .75, .8, .85, .9, .93, .95, .97, .98, .99, .995}

// Outcome is one message's label against its verdict.
type Outcome struct {
	Label      string // the right one
	Predicted  string // Label itself when a label of equal right was hit
	Second     bool   // right among the best two
	Confidence float64
}

// Evaluate judges all samples and compares; Seconds is the caller's to set.
func (c *Classifier) Evaluate(samples []Sample) Evaluation {
	outcomes := make([]Outcome, 0, len(samples))
	var kinds KindResult
	var misses []Miss
	right := 0
	for _, s := range samples {
		label := c.code(s.Label)
		v := c.Judge(s.Title, s.Content)
		o := c.outcome(s, label, v)
		outcomes = append(outcomes, o)
		if o.Predicted != o.Label {
			misses = append(misses, Miss{Sample: s, Line: s.Line, Label: label, Verdict: v})
		}
		if len(s.Kinds) == 0 {
			continue
		}
		kinds.N++
		if slices.Contains(s.Kinds, v.Kind) {
			right++
		} else {
			misses = append(misses, Miss{Sample: s, Line: s.Line, Label: label, Verdict: v, Kind: true})
		}
	}
	e := Summarize(outcomes)
	if kinds.N > 0 {
		kinds.Accuracy = ratio(right, kinds.N)
		e.Kinds = &kinds
	}
	e.Misses = misses
	return e
}

// Outcomes are the verdicts on all samples against their labels, for figures
// over several lexicons.
func (c *Classifier) Outcomes(samples []Sample) []Outcome {
	outcomes := make([]Outcome, len(samples))
	for i, s := range samples {
		outcomes[i] = c.outcome(s, c.code(s.Label), c.Judge(s.Title, s.Content))
	}
	return outcomes
}

// code gives the code of a label that may be a category's name.
func (c *Classifier) code(label string) string {
	if _, found := c.index[label]; found {
		return label
	}
	for _, category := range c.categories {
		if category.Name == label {
			return category.Code
		}
	}
	return label
}

func (c *Classifier) outcome(s Sample, label string, v ticket.Verdict) Outcome {
	o := Outcome{Label: label, Predicted: v.Category, Confidence: v.Confidence}
	if c.isRight(s, label, v.Category) {
		o.Predicted = label
	}
	for _, candidate := range v.Candidates[:min(2, len(v.Candidates))] {
		o.Second = o.Second || c.isRight(s, label, candidate.Category)
	}
	return o
}

func (c *Classifier) isRight(s Sample, label, code string) bool {
	return code == label || slices.ContainsFunc(s.Alt, func(alt string) bool { return c.code(alt) == code })
}

// Summarize computes all figures from outcomes.
func Summarize(outcomes []Outcome) Evaluation {
	e := Evaluation{N: len(outcomes)}
	tallies := map[string]*tally{}
	of := func(label string) *tally {
		if tallies[label] == nil {
			tallies[label] = &tally{}
		}
		return tallies[label]
	}
	right, second := 0, 0
	for _, o := range outcomes {
		of(o.Label).n++
		of(o.Predicted).predicted++
		if o.Label == o.Predicted {
			of(o.Label).right++
			right++
		}
		if o.Second {
			second++
		}
	}
	e.Accuracy, e.Top2 = ratio(right, e.N), ratio(second, e.N)
	e.perClass(tallies)
	e.Coverage = coverage(outcomes)
	e.CalibrationError = calibrationError(outcomes)
	return e
}

type tally struct{ n, predicted, right int }

func (e *Evaluation) perClass(tallies map[string]*tally) {
	sum, common, commonN := 0.0, 0.0, 0
	for label, t := range tallies {
		if t.n == 0 {
			continue // judged, but no label of the file
		}
		r := ClassResult{Label: label, N: t.n, Precision: ratio(t.right, t.predicted), Recall: ratio(t.right, t.n)}
		if t.right > 0 {
			r.F1 = 2 * r.Precision * r.Recall / (r.Precision + r.Recall)
		}
		e.PerClass = append(e.PerClass, r)
	}
	slices.SortFunc(e.PerClass, func(a, b ClassResult) int { return cmp.Compare(a.Label, b.Label) })
	for _, r := range e.PerClass {
		sum += r.F1
		if r.N >= commonLabel {
			common += r.F1
			commonN++
		}
	}
	if n := len(e.PerClass); n > 0 {
		e.MacroF1 = sum / float64(n)
	}
	if commonN > 0 {
		e.MacroF1Common = common / float64(commonN)
	}
}

func coverage(outcomes []Outcome) []Coverage {
	table := make([]Coverage, 0, len(thresholds))
	for _, threshold := range thresholds {
		covered, right := 0, 0
		for _, o := range outcomes {
			if o.Confidence < threshold {
				continue
			}
			covered++
			if o.Label == o.Predicted {
				right++
			}
		}
		table = append(table, Coverage{threshold, ratio(covered, len(outcomes)), ratio(right, covered)})
	}
	return table
}

// calibrationError is the expected calibration error over ten equal bins.
func calibrationError(outcomes []Outcome) float64 {
	var confidence, right [10]float64
	for _, o := range outcomes {
		bin := min(9, int(o.Confidence*10))
		confidence[bin] += o.Confidence
		if o.Label == o.Predicted {
			right[bin]++
		}
	}
	distance := 0.0
	for bin := range confidence {
		if d := confidence[bin] - right[bin]; d > 0 {
			distance += d
		} else {
			distance -= d
		}
	}
	if len(outcomes) == 0 {
		return 0
	}
	return distance / float64(len(outcomes))
}

func ratio(part, whole int) float64 {
	if whole == 0 {
		return 0
	}
	return float64(part) / float64(whole)
}
