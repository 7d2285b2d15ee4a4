package adjust

import (
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
	impersonal := b.judge()
	words, err := classify.Vocabulary(impersonal, o.Tickets)
	if err != nil {
		return nil, err
	}
	names, err := namesOf(words)
	if err != nil {
		return nil, err
	}
	words = slices.DeleteFunc(words, func(w string) bool { return names[w] })
	words = append(words, b.learnedWords(words)...)
	b.find(words, impersonal)
	b.shorten()
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

// shorten drops a phrase that stands in the very texts in which a word of it
// stands: the word says it all.
func (b *Bench) shorten() {
	uses := make(map[string]int, len(b.words))
	for _, w := range b.words {
		uses[w.text] = len(w.items)
	}
	for i := range b.words {
		runes := []rune(b.words[i].text)
		for n := 2; n < len(runes); n++ {
			for from := 0; from+n <= len(runes); from++ {
				if k, known := uses[string(runes[from:from+n])]; known && k == len(b.words[i].items) {
					b.words[i].items = nil
				}
			}
		}
	}
	for i := range b.items {
		b.items[i].words = slices.DeleteFunc(b.items[i].words, func(f classify.Found) bool { return b.words[f.Word].items == nil })
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
