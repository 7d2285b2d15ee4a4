package classify

import (
	"math"
	"slices"
	"strings"
	"unicode/utf8"

	"huiyin/classify/match"
	"huiyin/classify/segment"
	"huiyin/classify/svm"
	"huiyin/ticket"
)

// vocabulary is the words that learning looks at, as numbered by the matcher.
type vocabulary struct {
	words     []string
	matcher   *match.Matcher
	segmenter Segmenter
	title     float64 // how often a word of the title counts
}

// tickets are the samples as counts of the vocabulary's words.
type tickets struct {
	rows    [][]svm.Feature // 1 + ln of the count, by word
	classes []int
	labels  []string // by class
}

// candidates are the words that could become keywords: the words of the
// samples and the shorter words of the dictionary inside them, of at least two
// characters one of which is Han, that stand in at least least samples.
func candidates(samples []Sample, dictionary *segment.Dict, least int) []string {
	counts := map[string]int{}
	var words []segment.Token
	var parts []int32
	for _, s := range samples {
		seen := map[string]bool{}
		text := ticket.JoinText(s.Title, s.Content)
		words = dictionary.Cut(words[:0], text, true)
		for _, w := range words {
			word := text[w.Start:w.End]
			seen[word] = true
			parts = dictionary.Sub(parts[:0], word)
			for _, id := range parts {
				seen[dictionary.Word(id)] = true
			}
		}
		for word := range seen {
			counts[match.Fold(word)]++
		}
	}
	var list []string
	for word, n := range counts {
		if n >= least && isCandidate(word) {
			list = append(list, strings.Clone(word))
		}
	}
	slices.Sort(list)
	return list
}

// isCandidate leaves out what a person would not accept as a keyword, or a
// csv file could not hold.
func isCandidate(word string) bool {
	n := utf8.RuneCountInString(word)
	if n < minKeywordRunes || n > maxKeywordRunes || strings.TrimSpace(word) != word {
		return false
	}
	return strings.ContainsFunc(word, isHan)
}

func isHan(r rune) bool { return r >= 0x4E00 && r <= 0x9FFF || r >= 0x3400 && r <= 0x4DBF }

func newVocabulary(words []string, segmenter Segmenter, title float64) *vocabulary {
	return &vocabulary{words: words, matcher: match.New(words), segmenter: segmenter, title: title}
}

// count turns samples into rows. Words are found as the classifier finds them.
func (v *vocabulary) count(samples []Sample) *tickets {
	t := &tickets{rows: make([][]svm.Feature, len(samples)), classes: make([]int, len(samples))}
	t.labels = labelsOf(samples)
	counter := v.classifier()
	s := newScratch(counter)
	for i, sample := range samples {
		t.classes[i], _ = slices.BinarySearch(t.labels, sample.Label)
		counter.scan(s, ticket.JoinText(sample.Title, sample.Content), len(sample.Title), nil)
		row := make([]svm.Feature, len(s.touched))
		for j, term := range s.touched {
			row[j] = svm.Feature{Index: term, Value: counter.factor(s.counts[term], Anywhere)}
		}
		slices.SortFunc(row, func(a, b svm.Feature) int { return int(a.Index - b.Index) })
		t.rows[i] = row
		s.reset()
	}
	return t
}

// classifier is one that finds the vocabulary and judges nothing.
func (v *vocabulary) classifier() *Classifier {
	d := &drafts{byKey: make(map[string]*draft, len(v.words))}
	for _, w := range v.words {
		d.of(w, nil)
	}
	return &Classifier{
		policy: policy{settings: Settings{TitleFactor: v.title}}, terms: d.pack(),
		matcher: v.matcher, segmenter: v.segmenter,
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

// gains say how much a word can tell at all: rare words more than common ones,
// words of few classes more than words of all (1.2 less the entropy of the
// classes it stands in, as a share of the largest possible).
func (t *tickets) gains(width int) (gains []float64, frequency []int) {
	frequency = make([]int, width)
	inClass := make([]float64, width*len(t.labels))
	sizes := make([]float64, len(t.labels))
	for i, row := range t.rows {
		sizes[t.classes[i]]++
		for _, f := range row {
			frequency[f.Index]++
			inClass[int(f.Index)*len(t.labels)+t.classes[i]]++
		}
	}
	gains = make([]float64, width)
	n := float64(len(t.rows))
	for w := range gains {
		idf := math.Log((1+n)/(1+float64(frequency[w]))) + 1
		gains[w] = idf * (1.2 - entropy(inClass[w*len(t.labels):(w+1)*len(t.labels)], sizes))
	}
	return gains, frequency
}

// entropy of how a word spreads over the classes, each class counted as if
// they were of one size; 0 … 1. One message in each class is taken for granted,
// so that a word seen once does not look like a sure sign.
func entropy(inClass, sizes []float64) float64 {
	if len(sizes) < 2 {
		return 0
	}
	sum := 0.0
	shares := make([]float64, len(sizes))
	for c, n := range inClass {
		shares[c] = (n + entropyPrior) / sizes[c]
		sum += shares[c]
	}
	h := 0.0
	for _, share := range shares {
		if p := share / sum; p > 0 {
			h -= p * math.Log(p)
		}
	}
	return h / math.Log(float64(len(sizes)))
}

const entropyPrior = 0.1

// weighted multiplies the rows by the gains and gives them length one.
func (t *tickets) weighted(gains []float64) [][]svm.Feature {
	rows := make([][]svm.Feature, len(t.rows))
	for i, row := range t.rows {
		out := make([]svm.Feature, len(row))
		norm := 0.0
		for j, f := range row {
			v := f.Value * gains[f.Index]
			out[j] = svm.Feature{Index: f.Index, Value: v}
			norm += v * v
		}
		if norm > 0 {
			for j := range out {
				out[j].Value /= math.Sqrt(norm)
			}
		}
		rows[i] = out
	}
	return rows
}
