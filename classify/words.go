package classify

import (
	"unicode/utf8"

	"huiyin/ticket"
)

// Words tells the words of a cleaned ticket that carry meaning, each with what
// it says: 1 for a word of the language, up to 2 for a keyword of the lexicon.
// at is the byte offset in ticket.JoinText(title, content). Single characters
// and numbers are left out; a word that stands more than once is told as often.
func (c *Classifier) Words(title, content string, each func(word string, weight float64, at int)) {
	text := ticket.JoinText(title, content)
	s := c.scratches.Get().(*scratch)
	c.scan(s, text, len(title), nil)
	last := int32(-1)
	covered := map[[2]int32]bool{}
	for _, f := range s.found {
		if f.hit == last {
			continue
		}
		last = f.hit
		hit, t := &s.hits[f.hit], &c.terms.list[f.term]
		covered[[2]int32{hit.Start, hit.End}] = true
		each(c.terms.words[t.word], 1+min(c.says(t), 2)/2, int(hit.Start))
	}
	for _, w := range s.words {
		word := text[w.Start:w.End]
		if first, size := utf8.DecodeRuneInString(word); isHan(first) && len(word) > size && !covered[[2]int32{int32(w.Start), int32(w.End)}] {
			each(word, 1, w.Start)
		}
	}
	s.reset()
	c.scratches.Put(s)
}

// says is the most that a term says for any category.
func (c *Classifier) says(t *term) float64 {
	most := 0.0
	for _, w := range c.terms.weights[t.weights.from:t.weights.to] {
		most = max(most, w.value)
	}
	return most
}
