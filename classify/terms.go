package classify

import (
	"strings"
	"unicode/utf8"

	"huiyin/classify/match"
)

// terms is a policy made ready for the pass over a text. The words of all
// tables are found together; each is then a term, or several when different
// exceptions are given for it.
type terms struct {
	words   []string // by number of the matcher
	first   []int32  // word -> its terms: first[w] … first[w+1]-1
	list    []term
	weights []weight
	kinds   []weight
	risks   []riskRow
}

// term is a word with its exceptions and what it says.
type term struct {
	word    int32
	short   bool // two characters: must lie within one word of the text
	not     []exception
	weights span
	kinds   span
	risks   span
}

type span struct{ from, to int32 }

// weight is what a term says for a category or a kind.
type weight struct {
	value  float64
	target int32
	place  Place
}

type riskRow struct {
	value       float64
	risk, level int32
}

// exception is a longer word in which the term does not count; before is how
// many bytes of it stand before the term.
type exception struct {
	text   string
	folded string
	before int
}

// draft is a term while the tables are gathered.
type draft struct {
	word    string
	not     []string
	weights []weight
	kinds   []weight
	risks   []riskRow
}

type drafts struct {
	order []*draft
	byKey map[string]*draft
}

func (d *drafts) of(word string, not []string) *draft {
	key := match.Fold(word)
	if len(not) > 0 {
		key += "\n" + strings.Join(not, "\n")
	}
	found := d.byKey[key]
	if found == nil {
		found = &draft{word: word, not: not}
		d.byKey[key] = found
		d.order = append(d.order, found)
	}
	return found
}

func gather(p *policy) *terms {
	d := &drafts{byKey: make(map[string]*draft, len(p.lexicon.Keywords))}
	for _, k := range p.lexicon.Keywords {
		t := d.of(k.Word, k.Not)
		t.weights = append(t.weights, weight{value: k.Weight, target: int32(p.index[k.Category]), place: k.Place})
	}
	for _, k := range p.kinds {
		t := d.of(k.word, nil)
		t.kinds = append(t.kinds, weight{value: k.weight, target: int32(k.kind), place: k.place})
	}
	for _, r := range p.risks {
		t := d.of(r.word, r.not)
		t.risks = append(t.risks, riskRow{value: r.weight, risk: int32(r.risk), level: int32(r.level)})
	}
	return d.pack()
}

// pack lays the terms out flat, those of one word next to each other.
func (d *drafts) pack() *terms {
	t := &terms{}
	number := make(map[string]int, len(d.order))
	var byWord [][]*draft
	for _, draft := range d.order {
		folded := match.Fold(draft.word)
		n, known := number[folded]
		if !known {
			n = len(byWord)
			number[folded] = n
			byWord = append(byWord, nil)
			t.words = append(t.words, draft.word)
		}
		byWord[n] = append(byWord[n], draft)
	}
	for n, group := range byWord {
		t.first = append(t.first, int32(len(t.list)))
		for _, draft := range group {
			t.list = append(t.list, term{
				word:    int32(n),
				short:   utf8.RuneCountInString(draft.word) == minKeywordRunes,
				not:     exceptions(draft),
				weights: span{int32(len(t.weights)), int32(len(t.weights) + len(draft.weights))},
				kinds:   span{int32(len(t.kinds)), int32(len(t.kinds) + len(draft.kinds))},
				risks:   span{int32(len(t.risks)), int32(len(t.risks) + len(draft.risks))},
			})
			t.weights = append(t.weights, draft.weights...)
			t.kinds = append(t.kinds, draft.kinds...)
			t.risks = append(t.risks, draft.risks...)
		}
	}
	t.first = append(t.first, int32(len(t.list)))
	return t
}

// exceptions finds the word at each of its places in each exception.
func exceptions(d *draft) []exception {
	var list []exception
	word := match.Fold(d.word)
	for _, text := range d.not {
		folded := match.Fold(text)
		for from := 0; ; {
			at := strings.Index(folded[from:], word)
			if at < 0 {
				break
			}
			list = append(list, exception{text: text, folded: folded, before: from + at})
			from += at + 1
		}
	}
	return list
}

// except gives the exception that covers the term's place in the text.
func (t *term) except(text string, start int) (string, bool) {
	for i := range t.not {
		e := &t.not[i]
		from := start - e.before
		if from < 0 || from+len(e.folded) > len(text) {
			continue
		}
		if match.Fold(text[from:from+len(e.folded)]) == e.folded {
			return e.text, true
		}
	}
	return "", false
}
