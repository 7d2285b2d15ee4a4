package adjust

import (
	"iter"
	"slices"
	"strconv"

	"huiyin/classify"
	"huiyin/classify/match"
	"huiyin/classify/near"
	"huiyin/ticket"
)

// New makes cases ready for learning what to change in the lexicon of base.
// Cases whose label base does not know, or that says that a text cannot be
// judged, teach nothing and are left out.
func New(base *classify.Classifier, cases []Case, o Options) (*Bench, error) {
	b := &Bench{base: base, options: o, columns: map[string]int{}}
	for i, c := range base.Categories() {
		b.columns[c.Code] = i
		b.codes = append(b.codes, c.Code)
	}
	for _, c := range cases {
		if _, known := b.columns[c.Label]; known && c.Label != ticket.Unjudged {
			b.cases = append(b.cases, c)
		}
	}
	texts := b.judge()
	words, err := classify.Vocabulary(texts, o.Tickets)
	if err != nil {
		return nil, err
	}
	words, phrases, err := impersonal(words)
	if err != nil {
		return nil, err
	}
	words = append(words, b.learnedWords(words)...)
	b.find(words, texts)
	b.sayOnce(phrases)
	b.standing()
	return b, nil
}

// judge sets what base makes of each case. It returns the texts without plates,
// numbers, places and names of companies: those are no words of a matter.
func (b *Bench) judge() (impersonal []classify.Sample) {
	texts := make([]string, len(b.cases))
	for i := range b.cases {
		c := &b.cases[i]
		verdict := b.base.Judge(c.Title, c.Content)
		texts[i] = ticket.JoinText(c.Title, c.Content)
		title, content := without(c.Title, c.Content, verdict.Entities)
		impersonal = append(impersonal, classify.Sample{Title: title, Content: content, Label: c.Label})
		b.items = append(b.items, item{
			label: b.columns[c.Label], judged: b.columns[verdict.Category], caller: c.Caller,
			scores: b.base.Scores(c.Title, c.Content),
		})
	}
	groups := near.Groups(texts, near.DefaultOptions())
	for i := range b.items {
		b.items[i].group = groups[i]
		if b.items[i].caller == "" { // an unknown caller is another one with every other text
			b.items[i].caller = "#" + strconv.Itoa(groups[i])
		}
	}
	return impersonal
}

// gap takes the place of what is cut out of a text: no word reaches over it.
const gap = '。'

// without cuts the entities out of a text.
func without(title, content string, entities []ticket.Entity) (string, string) {
	runes := []rune(ticket.JoinText(title, content))
	for _, e := range entities {
		for i := max(0, e.Start); i < min(e.End, len(runes)); i++ {
			runes[i] = gap
		}
	}
	if title == "" {
		return "", string(runes)
	}
	n := len([]rune(title))
	return string(runes[:n]), string(runes[n+1:])
}

// learnedWords are the words of learned rows that are not candidates already:
// what was learned once may be unlearned.
func (b *Bench) learnedWords(words []string) []string {
	have := make(map[string]bool, len(words))
	for _, w := range words {
		have[match.Fold(w)] = true
	}
	var more []string
	for _, k := range b.base.Lexicon().Keywords {
		if k.Learned && k.Place == classify.Anywhere && !have[match.Fold(k.Word)] {
			have[match.Fold(k.Word)] = true
			more = append(more, k.Word)
		}
	}
	return more
}

// find notes which items hold which words.
func (b *Bench) find(words []string, texts []classify.Sample) {
	b.words = make([]word, len(words))
	for i, w := range words {
		b.words[i].text = w
	}
	finder := b.base.Finder(words)
	for i, s := range texts {
		b.items[i].words = finder.Find(s.Title, s.Content)
		for _, f := range b.items[i].words {
			b.words[f.Word].items = append(b.words[f.Word].items, use{i, f.Times})
		}
	}
}

// sayOnce drops one of two words that stand in the very same texts, one within
// the other: a phrase says no more than a word of it, a part of a word less
// than the word.
func (b *Bench) sayOnce(phrases map[string]bool) {
	at := make(map[string]int, len(b.words))
	for i, w := range b.words {
		at[w.text] = i
	}
	drop := map[int]bool{}
	for i, w := range b.words {
		for part := range partsOf(w.text) {
			if k, known := at[part]; known && len(b.words[k].items) == len(w.items) {
				if phrases[w.text] {
					drop[i] = true
				} else {
					drop[k] = true
				}
			}
		}
	}
	for i := range b.items {
		b.items[i].words = slices.DeleteFunc(b.items[i].words, func(f classify.Found) bool { return drop[f.Word] })
	}
	for i := range drop {
		b.words[i].items = nil
	}
}

// partsOf are the shorter words, of two characters and more, within a word.
func partsOf(word string) iter.Seq[string] {
	return func(yield func(string) bool) {
		runes := []rune(word)
		for n := 2; n < len(runes); n++ {
			for from := 0; from+n <= len(runes); from++ {
				if !yield(string(runes[from : from+n])) {
					return
				}
			}
		}
	}
}

// standing notes the rows that stand for the words.
func (b *Bench) standing() {
	at := make(map[string]int, len(b.words))
	for i, w := range b.words {
		at[match.Fold(w.text)] = i
	}
	b.learned, b.byHand = map[pair]float64{}, map[pair]bool{}
	for _, k := range b.base.Lexicon().Keywords {
		i, known := at[match.Fold(k.Word)]
		if !known {
			continue
		}
		p := pair{i, b.columns[k.Category]}
		if !k.Learned {
			b.byHand[p] = true
		} else if k.Place == classify.Anywhere {
			b.learned[p] = k.Weight
		}
	}
}
