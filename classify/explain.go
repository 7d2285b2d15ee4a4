package classify

import (
	"cmp"
	"fmt"
	"slices"

	"huiyin/classify/match"
	"huiyin/ticket"
)

// Explanation is a verdict with everything that led to it, for a person who
// asks why, or why not something else.
type Explanation struct {
	Text       string            `json:"text"` // what offsets count in
	Verdict    ticket.Verdict    `json:"verdict"`
	Margin     float64           `json:"margin"`     // the best score less the second
	Categories []CategoryReasons `json:"categories"` // that some word spoke for or against, best first
	Kinds      []KindReasons     `json:"kinds"`      // with words, best first
	Discarded  []Discarded       `json:"discarded"`
	names      ticket.Categories
	settings   Settings
}

// CategoryReasons are the words that spoke for and against a category.
type CategoryReasons struct {
	Category string       `json:"category"`
	Name     string       `json:"name"`
	Score    float64      `json:"score"`
	Words    []WordReason `json:"words"` // largest share first
}

// KindReasons are the words that spoke for and against a kind. Usual is what
// the category added, because its messages usually are of this kind.
type KindReasons struct {
	Kind  ticket.Kind  `json:"kind"`
	Score float64      `json:"score"`
	Usual float64      `json:"usual,omitempty"`
	Words []WordReason `json:"words"`
}

// WordReason is a word found, and what it added to a score.
type WordReason struct {
	Keyword string  `json:"keyword"`
	Weight  float64 `json:"weight"`
	Title   int     `json:"title"`   // times found in the title
	Content int     `json:"content"` // and in the content
	Share   float64 `json:"share"`   // weight × (1 + ln of the times, title counted more)
	Place   string  `json:"place,omitempty"`
}

// Discarded is a keyword that stands in the text, but does not count there.
type Discarded struct {
	Keyword    string   `json:"keyword"`
	Start      int      `json:"start"`
	End        int      `json:"end"`
	Inside     string   `json:"inside,omitempty"` // the exception; empty when it is no word of the text
	Categories []string `json:"categories"`
}

// Reason says in Chinese why it does not count.
func (d Discarded) Reason() string {
	if d.Inside != "" {
		return fmt.Sprintf("“%s”在“%s”里，按例外不算", d.Keyword, d.Inside)
	}
	return fmt.Sprintf("“%s”在这里不是一个词，前后两个字分属两个词，不算", d.Keyword)
}

// Explain judges as Judge does, and tells everything that led to it.
func (c *Classifier) Explain(title, content string) Explanation {
	e := Explanation{
		Text: ticket.JoinText(title, content), Verdict: c.Judge(title, content),
		Categories: []CategoryReasons{}, Kinds: []KindReasons{}, Discarded: []Discarded{}, names: c.categories, settings: c.settings,
	}
	s := newScratch(c)
	c.scan(s, e.Text, len(title), func(hit match.Hit, t *term, inside string) {
		if d := (Discarded{
			Keyword: c.terms.words[hit.Keyword], Start: int(hit.RuneStart), End: int(hit.RuneEnd),
			Inside: inside, Categories: c.targets(t),
		}); len(d.Categories) > 0 {
			e.Discarded = append(e.Discarded, d)
		}
	})
	c.add(s)
	s.rank()
	for _, i := range s.order {
		category := c.categories[i]
		e.Categories = append(e.Categories, CategoryReasons{
			Category: category.Code, Name: category.Name, Score: round(s.scores[i]),
			Words: c.words(s, i, func(t *term) []weight { return c.terms.weights[t.weights.from:t.weights.to] }),
		})
	}
	if len(s.order) > 1 {
		e.Margin = round(s.scores[s.order[0]] - s.scores[s.order[1]])
	}
	e.Kinds = c.kindReasons(s, e.Verdict.Category)
	return e
}

// kindReasons lists the kinds that anything spoke for or against, best first.
func (c *Classifier) kindReasons(s *scratch, code string) []KindReasons {
	spoken := slices.Clone(s.kinds)
	category, _ := c.categories.Find(code)
	c.addUsualKind(s.kinds, category)
	list := []KindReasons{}
	for i, score := range s.kinds {
		words := c.words(s, int32(i), func(t *term) []weight { return c.terms.kinds[t.kinds.from:t.kinds.to] })
		if usual := score - spoken[i]; len(words) > 0 || usual > 0 {
			list = append(list, KindReasons{Kind: ticket.Kinds[i], Score: round(score), Usual: round(usual), Words: words})
		}
	}
	slices.SortStableFunc(list, func(a, b KindReasons) int { return cmp.Compare(b.Score, a.Score) })
	return list
}

// targets are the categories that a term speaks for or against.
func (c *Classifier) targets(t *term) []string {
	var codes []string
	for _, w := range c.terms.weights[t.weights.from:t.weights.to] {
		codes = append(codes, c.categories[w.target].Code)
	}
	return codes
}

// words lists what the words found add to one target.
func (c *Classifier) words(s *scratch, target int32, rows func(*term) []weight) []WordReason {
	var list []WordReason
	for _, t := range s.touched {
		term, n := &c.terms.list[t], s.counts[t]
		for _, w := range rows(term) {
			if w.target != target {
				continue
			}
			if share := w.value * c.factor(n, w.place); share != 0 {
				list = append(list, WordReason{
					Keyword: c.terms.words[term.word], Weight: w.value, Title: int(n.title), Content: int(n.content),
					Share: round(share), Place: w.place.name(),
				})
			}
		}
	}
	slices.SortStableFunc(list, func(a, b WordReason) int { return cmp.Compare(b.Share, a.Share) })
	return list
}
