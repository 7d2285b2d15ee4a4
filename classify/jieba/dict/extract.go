package dict

import (
	"cmp"
	"errors"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Keyword is a word that stands for a text, with its weight: occurrences times
// inverse document frequency, as gojieba's Extract counts.
type Keyword struct {
	Word   string  `json:"word"`
	Weight float64 `json:"weight"`
}

// Extractor finds the keywords of a text. It holds about 30 MB.
type Extractor struct {
	idf     map[string]float64
	average float64 // for words without one
	stop    map[string]bool
}

// NewExtractor reads the frequencies and stop words.
func NewExtractor() (*Extractor, error) {
	raw, err := Read(IDF)
	if err != nil {
		return nil, err
	}
	stop, err := Read(StopWords)
	if err != nil {
		return nil, err
	}
	x := &Extractor{idf: make(map[string]float64, 1<<18), stop: make(map[string]bool)}
	for line := range strings.SplitSeq(strings.TrimSuffix(string(stop), "\n"), "\n") {
		x.stop[line] = true
	}
	lines, sum := 0, 0.0
	for line := range strings.SplitSeq(strings.TrimSuffix(string(raw), "\n"), "\n") {
		word, number, _ := strings.Cut(line, " ")
		weight, err := strconv.ParseFloat(number, 64)
		if err != nil {
			return nil, errors.New("程序里的分词文件 " + IDF + " 已损坏")
		}
		x.idf[word] = weight
		sum += weight
		lines++
	}
	x.average = sum / float64(lines)
	return x, nil
}

// Extract returns the n keywords of a text that was cut into words, the
// weightiest first; equal weights in the order of the words.
func (x *Extractor) Extract(words []string, n int) []Keyword {
	counts := make(map[string]float64)
	for _, w := range words {
		if utf8.RuneCountInString(w) > 1 && !x.stop[w] {
			counts[w]++
		}
	}
	keywords := make([]Keyword, 0, len(counts))
	for w, count := range counts {
		idf, ok := x.idf[w]
		if !ok {
			idf = x.average
		}
		keywords = append(keywords, Keyword{Word: w, Weight: count * idf})
	}
	slices.SortFunc(keywords, func(a, b Keyword) int {
		return cmp.Or(cmp.Compare(b.Weight, a.Weight), cmp.Compare(a.Word, b.Word))
	})
	return keywords[:max(0, min(n, len(keywords)))]
}
