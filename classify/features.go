package classify

import (
	"math"
	"slices"

	"huiyin/classify/match"
	"huiyin/classify/svm"
	"huiyin/ticket"
)

// feature is what a weight is learned for: a word wherever it stands, or in
// the title on top of that.
type feature struct {
	word  string
	place Place
}

// tickets are the samples as counts of features.
type tickets struct {
	features []feature
	rows     [][]svm.Feature // 1 + ln of the count, by feature
	classes  []int
	labels   []string // by class
	groups   []int    // samples that are nearly the same share one
}

// countTickets counts the words as the classifier will find them.
func countTickets(samples []Sample, words []string, segmenter Segmenter, title float64) *tickets {
	t := &tickets{rows: make([][]svm.Feature, len(samples)), classes: make([]int, len(samples)), labels: labelsOf(samples)}
	for _, place := range []Place{Anywhere, InTitle} {
		for _, w := range words {
			t.features = append(t.features, feature{w, place})
		}
	}
	counter := finder(words, segmenter, title)
	s := newScratch(counter)
	inTitle := int32(len(words))
	for i, sample := range samples {
		t.classes[i], _ = slices.BinarySearch(t.labels, sample.Label)
		counter.scan(s, ticket.JoinText(sample.Title, sample.Content), len(sample.Title), nil)
		row := make([]svm.Feature, 0, len(s.touched)+len(s.touched)/8)
		for _, term := range s.touched {
			n := s.counts[term]
			row = append(row, svm.Feature{Index: term, Value: float32(counter.factor(n, Anywhere))})
			if n.title > 0 {
				row = append(row, svm.Feature{Index: inTitle + term, Value: float32(counter.factor(n, InTitle))})
			}
		}
		slices.SortFunc(row, func(a, b svm.Feature) int { return int(a.Index - b.Index) })
		t.rows[i] = row
		s.reset()
	}
	return t
}

// finder is a classifier that finds words and judges nothing.
func finder(words []string, segmenter Segmenter, title float64) *Classifier {
	d := &drafts{byKey: make(map[string]*draft, len(words))}
	for _, w := range words {
		d.of(w, nil)
	}
	return &Classifier{
		policy: policy{settings: Settings{TitleFactor: title}}, terms: d.pack(),
		matcher: match.New(words), segmenter: segmenter,
	}
}

func labelsOf(samples []Sample) []string {
	var labels []string
	for _, s := range samples {
		labels = append(labels, s.Label)
	}
	slices.Sort(labels)
	return slices.Compact(labels)
}

const (
	// entropyTop less the entropy of a word is how much it counts: a word that
	// is spread evenly over all classes still counts a little.
	entropyTop = 1.3
	// entropyPrior messages of each class are taken for granted, so that a
	// word seen once does not look like a sure sign.
	entropyPrior = 0.1
)

// gains say how much a feature can tell at all: rare ones more than common
// ones, those of few classes more than those of all. frequency is the number
// of messages. Messages that skip leaves out do not count.
func (t *tickets) gains(title float64, skip func(i int) bool) (gains []float64, frequency []int) {
	k, width := len(t.labels), len(t.features)
	frequency = make([]int, width)
	inClass := make([]float64, width*k)
	sizes := make([]float64, k)
	n := 0.0
	for i, row := range t.rows {
		if skip != nil && skip(i) {
			continue
		}
		n++
		sizes[t.classes[i]]++
		for _, f := range row {
			frequency[f.Index]++
			inClass[int(f.Index)*k+t.classes[i]]++
		}
	}
	gains = make([]float64, width)
	for f := range gains {
		if frequency[f] == 0 {
			continue
		}
		idf := math.Log((1+n)/(1+float64(frequency[f]))) + 1
		gains[f] = idf * (entropyTop - entropy(inClass[f*k:(f+1)*k], sizes))
		if t.features[f].place == InTitle && title > 0 {
			gains[f] /= max(1, logCount(title)) // one word of the title counts as one
		}
	}
	return gains, frequency
}

// entropy of how a word spreads over the classes, as if all classes were of
// one size: 0 (stands in one class) … 1 (in all alike).
func entropy(inClass, sizes []float64) float64 {
	sum := 0.0
	for c, n := range inClass {
		sum += (n + entropyPrior) / sizes[c]
	}
	h := 0.0
	for c, n := range inClass {
		p := (n + entropyPrior) / sizes[c] / sum
		h -= p * math.Log(p)
	}
	return h / math.Log(float64(len(sizes)))
}

// weighted multiplies a row by the gains and gives it length one.
func weighted(row []svm.Feature, gains []float64) []svm.Feature {
	out := make([]svm.Feature, 0, len(row))
	norm := 0.0
	for _, f := range row {
		if v := float64(f.Value) * gains[f.Index]; v != 0 {
			out = append(out, svm.Feature{Index: f.Index, Value: float32(v)})
			norm += v * v
		}
	}
	shrink := float32(1 / math.Sqrt(norm))
	for i := range out {
		out[i].Value *= shrink
	}
	return out
}
