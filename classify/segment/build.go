package segment

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"
)

// Build makes a dictionary from gojieba's dictionary file (word, frequency,
// part of speech), its model file, and the user words. A user word that the
// dictionary has takes over its frequency and keeps its id; of the same user
// word given twice the last counts. User words that are not
// Usable are left out. The error names the line that cannot be read.
func Build(words, hmm io.Reader, user []Word) (*Dict, error) {
	raw, err := io.ReadAll(words)
	if err != nil {
		return nil, fmt.Errorf("读取分词词典: %w", err)
	}
	list, err := parseWords(raw)
	if err != nil {
		return nil, err
	}
	d := &Dict{codes: new([1 << 16]uint16), wide: make(map[rune]uint16)}
	emissions, err := d.readModel(hmm)
	if err != nil {
		return nil, err
	}
	least := list.weigh()
	alone := list.addUser(user)
	if err := d.number(list, emissions); err != nil {
		return nil, err
	}
	d.words = list.texts
	d.setEmissions(emissions)
	d.alone = make([]bool, len(d.root))
	for _, r := range alone {
		d.alone[d.codeOf(r)] = true
	}
	d.place(list, least)
	return d, nil
}

// wordList is the vocabulary while the dictionary is built.
type wordList struct {
	texts   []string
	freqs   []float64
	weights []float64
	total   float64 // of the dictionary's own frequencies
	median  float64 // of them
}

// parseWords reads "word freq tag" lines. Only the two blanks matter, as for
// cppjieba.
func parseWords(raw []byte) (*wordList, error) {
	n := bytes.Count(raw, []byte{'\n'}) + 1
	l := &wordList{texts: make([]string, 0, n), freqs: make([]float64, 0, n)}
	text := string(raw)
	for line := 1; len(text) > 0; line++ {
		var row string
		row, text, _ = strings.Cut(text, "\n")
		word, rest, _ := strings.Cut(row, " ")
		freq, _, ok := strings.Cut(rest, " ")
		f, good := parseFreq(freq)
		if !ok || word == "" || !good || !utf8.ValidString(word) {
			return nil, fmt.Errorf("分词词典第%d行不是“词 词频 词性”", line)
		}
		l.texts = append(l.texts, word)
		l.freqs = append(l.freqs, f)
		l.total += f
	}
	if len(l.texts) == 0 {
		return nil, errors.New("分词词典是空的")
	}
	return l, nil
}

func parseFreq(s string) (float64, bool) {
	if s == "" || len(s) > 15 {
		return 0, false
	}
	n := 0
	for i := range len(s) {
		if !isDigit(s[i]) {
			return 0, false
		}
		n = n*10 + int(s[i]-'0')
	}
	return float64(n), n > 0
}

// weigh gives each word its weight and returns that of the rarest, which
// cppjieba gives to unknown characters.
func (l *wordList) weigh() (least float64) {
	type kind struct {
		weight float64
		words  int
	}
	kinds := make(map[float64]*kind, 1<<13)
	common := make([]*kind, 1<<12) // the same, for small frequencies
	l.weights = make([]float64, len(l.freqs), len(l.freqs)+1024)
	for i, f := range l.freqs {
		var k *kind
		if small := int(f); small < len(common) {
			k = common[small]
		} else {
			k = kinds[f]
		}
		if k == nil {
			k = &kind{weight: logarithm(f / l.total)}
			kinds[f] = k
			if small := int(f); small < len(common) {
				common[small] = k
			}
		}
		k.words++
		l.weights[i] = k.weight
	}
	sorted := slices.Sorted(maps.Keys(kinds))
	half := len(l.freqs) / 2
	for _, f := range sorted {
		if half -= kinds[f].words; half < 0 {
			l.median = f
			break
		}
	}
	return kinds[sorted[0]].weight
}

// addUser adds the user words to the list and returns those of one character.
func (l *wordList) addUser(user []Word) []rune {
	var alone []rune
	for _, w := range user {
		if !w.Usable() {
			continue
		}
		freq := l.median
		if w.Freq > 0 {
			freq = float64(w.Freq)
		}
		if r, size := utf8.DecodeRuneInString(w.Text); size == len(w.Text) {
			alone = append(alone, r)
		}
		l.texts = append(l.texts, strings.Clone(w.Text))
		l.freqs = append(l.freqs, freq)
		l.weights = append(l.weights, logarithm(freq/l.total))
	}
	return alone
}

// number gives every character of the words and of the model its code, the
// most frequent first, so that what is used together lies together.
func (d *Dict) number(l *wordList, emissions map[rune][4]float64) error {
	var counts [1 << 16]float64
	wide := make(map[rune]float64)
	for i, w := range l.texts {
		for _, r := range w {
			if r > 0xFFFF {
				wide[r] += l.freqs[i]
			} else {
				counts[r] += l.freqs[i]
			}
		}
	}
	for r := range emissions {
		counts[r&0xFFFF] += 0.5
	}
	type counted struct {
		r rune
		n float64
	}
	var all []counted
	for r, n := range counts {
		if n > 0 {
			all = append(all, counted{rune(r), n})
		}
	}
	for r, n := range wide {
		all = append(all, counted{r, n})
	}
	slices.SortFunc(all, func(a, b counted) int { return cmp.Or(cmp.Compare(b.n, a.n), cmp.Compare(a.r, b.r)) })
	if len(all)+firstCode > 1<<16 {
		return errTooLarge
	}
	for i, c := range all {
		code := uint16(i + firstCode)
		if c.r > 0xFFFF {
			d.wide[c.r] = code
		} else {
			d.codes[c.r] = code
		}
	}
	for _, r := range separators {
		d.codes[r] = separator
	}
	d.root = make([]node, len(all)+firstCode)
	return nil
}

func (d *Dict) codeOf(r rune) uint16 {
	if r > 0xFFFF {
		return d.wide[r]
	}
	return d.codes[r]
}
