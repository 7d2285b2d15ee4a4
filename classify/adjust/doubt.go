package adjust

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Doubt is a row written by people that misled more often than it helped. No
// row of people's is changed by learning: they are asked to look at it.
type Doubt struct {
	Word     string  `json:"word"`
	Category string  `json:"category"`
	Weight   float64 `json:"weight"`
	Misled   int     `json:"misled"` // tickets judged as the category because of it, wrongly
	Helped   int     `json:"helped"` // and rightly
}

// doubtsMax is how many are named.
const doubtsMax = 20

// Doubts lists the rows of people's that misled at least least tickets, and
// more than they helped, worst first. Only words that a verdict gives as its
// reasons count.
func (b *Bench) Doubts(least int) []Doubt {
	rows := map[ticket.Hit]*Doubt{}
	byHand := map[[2]string]bool{}
	for _, k := range b.base.Lexicon().Keywords {
		if !k.Learned && k.Weight > 0 {
			byHand[[2]string{k.Word, k.Category}] = true
		}
	}
	for i := range b.cases {
		c := &b.cases[i]
		v := b.base.Judge(c.Title, c.Content)
		seen := map[string]bool{}
		for _, h := range v.Hits {
			if h.Category != v.Category || seen[h.Keyword] || !byHand[[2]string{h.Keyword, h.Category}] {
				continue
			}
			seen[h.Keyword] = true
			key := ticket.Hit{Keyword: h.Keyword, Category: h.Category}
			if rows[key] == nil {
				rows[key] = &Doubt{Word: h.Keyword, Category: h.Category, Weight: h.Weight}
			}
			if v.Category == c.Label {
				rows[key].Helped++
			} else {
				rows[key].Misled++
			}
		}
	}
	var doubts []Doubt
	for _, d := range rows {
		if d.Misled >= least && d.Misled > d.Helped {
			doubts = append(doubts, *d)
		}
	}
	slices.SortFunc(doubts, func(x, y Doubt) int {
		return cmp.Or(cmp.Compare(y.Misled-y.Helped, x.Misled-x.Helped), cmp.Compare(x.Word, y.Word), cmp.Compare(x.Category, y.Category))
	})
	return doubts[:min(len(doubts), doubtsMax)]
}
