package classify

import (
	"cmp"
	"math"
	"slices"

	"huiyin/ticket"
)

// placesShown bounds how often one keyword is marked in a text.
const placesShown = 3

// reason is a term that spoke for a category.
type reason struct {
	share float64 // of the category's score
	value float64
	term  int32
	rank  int32 // 0 for the chosen category, 1 for the runner-up
	place Place
}

// Judge gives the verdict on a cleaned ticket. Offsets are rune offsets in
// ticket.JoinText(title, content). When no word decides, the category is
// ticket.Unjudged. Lead and co-units are not set: routing needs the ticket.
func (c *Classifier) Judge(title, content string) ticket.Verdict {
	text := ticket.JoinText(title, content)
	s := c.scratches.Get().(*scratch)
	c.scan(s, text, len(title), nil)
	c.add(s)
	s.rank()
	v := c.verdict(s)
	if v.Entities = c.places.Scan(text); v.Entities == nil {
		v.Entities = []ticket.Entity{}
	}
	s.reset()
	c.scratches.Put(s)
	return v
}

func (c *Classifier) verdict(s *scratch) ticket.Verdict {
	v := ticket.Verdict{Category: ticket.Unjudged}
	if c.decided(s) {
		v.Category = c.categories[s.order[0]].Code
		v.Confidence = round(c.confidence(s))
	}
	category, _ := c.categories.Find(v.Category)
	c.addUsualKind(s.kinds, category)
	v.Kind = decideKind(s.kinds, category)
	c.warn(s, &v)
	v.Enforcement = v.Enforcement || category.Enforcement
	v.Clue = v.Clue || category.Sealed
	v.Auto = c.auto(&v)
	v.Candidates = c.candidates(s, v.Category)
	c.reasons(s)
	v.Hits = c.hits(s)
	return v
}

// decided reports whether the words found are enough for any category.
func (c *Classifier) decided(s *scratch) bool {
	return len(s.order) > 0 && s.scores[s.order[0]] >= c.settings.MinScore && int(s.order[0]) != c.unjudged
}

// auto reports whether the service may dispatch by itself: never a clue, never
// what is not ours or cannot be judged.
func (c *Classifier) auto(v *ticket.Verdict) bool {
	switch {
	case v.Category == ticket.Unjudged, v.Category == ticket.NotOurs, v.Clue:
		return false
	}
	return v.Confidence >= c.settings.AutoLine
}

// warn sets the risks, and what follows from them.
func (c *Classifier) warn(s *scratch, v *ticket.Verdict) {
	v.Risks = []ticket.Risk{}
	level := 0
	for i, sum := range s.risks {
		if sum.words == 0 || sum.weight < c.settings.line(i) || sum.weight <= 0 {
			continue
		}
		switch riskNames[i] {
		case riskClue:
			v.Clue = true
		case riskEnforcement:
			v.Enforcement = true
		}
		v.Risks = append(v.Risks, ticket.Risk{
			Name: riskNames[i], Level: riskLevels[sum.level], Words: c.riskWords(s, i, sum.words),
		})
		level = max(level, sum.level)
	}
	v.Urgency = riskLevels[level]
}

// riskWords are the words that raised a risk, as the policy writes them.
func (c *Classifier) riskWords(s *scratch, risk, n int) []string {
	words := make([]string, 0, n)
	for _, t := range s.touched {
		term := &c.terms.list[t]
		for _, r := range c.terms.risks[term.risks.from:term.risks.to] {
			if int(r.risk) == risk && r.value > 0 {
				words = append(words, c.terms.words[term.word])
			}
		}
	}
	return words
}

// candidates are the best categories, the chosen one first.
func (c *Classifier) candidates(s *scratch, chosen string) []ticket.Candidate {
	n := min(len(s.order), c.settings.Candidates)
	list := make([]ticket.Candidate, 0, n+1)
	if n == 0 || c.categories[s.order[0]].Code != chosen {
		list = append(list, ticket.Candidate{Category: chosen})
	}
	for _, i := range s.order[:n] {
		list = append(list, ticket.Candidate{Category: c.categories[i].Code, Score: round(s.scores[i])})
	}
	return list
}

// reasons collects the strongest words for the best two categories, those of
// the best first.
func (c *Classifier) reasons(s *scratch) {
	for rank, category := range s.order[:min(2, len(s.order))] {
		from := len(s.reasons)
		for _, t := range s.touched {
			term, n := &c.terms.list[t], s.counts[t]
			for _, w := range c.terms.weights[term.weights.from:term.weights.to] {
				if w.target != category || w.value <= 0 {
					continue
				}
				if share := w.value * c.factor(n, w.place); share > 0 {
					s.reasons = append(s.reasons, reason{share, w.value, t, int32(rank), w.place})
				}
			}
		}
		own := s.reasons[from:]
		slices.SortStableFunc(own, func(a, b reason) int { return cmp.Compare(b.share, a.share) })
		s.reasons = s.reasons[:from+min(len(own), c.settings.Reasons)]
	}
}

func (c *Classifier) factor(n count, place Place) float64 {
	title, content := c.settings.TitleFactor*float64(n.title), float64(n.content)
	switch place {
	case InTitle:
		return logCount(title)
	case InContent:
		return logCount(content)
	}
	return logCount(title + content)
}

// hits gives the places of the reasons, strongest reason first.
func (c *Classifier) hits(s *scratch) []ticket.Hit {
	hits := make([]ticket.Hit, 0, 2*len(s.reasons))
	for _, r := range s.reasons {
		shown := 0
		for _, f := range s.found {
			hit := &s.hits[f.hit]
			if f.term != r.term || shown == placesShown || !r.place.holds(int(hit.Start) < s.titleEnd) {
				continue
			}
			hits = append(hits, ticket.Hit{
				Keyword:  c.terms.words[hit.Keyword],
				Category: c.categories[s.order[r.rank]].Code,
				Weight:   r.value,
				Start:    int(hit.RuneStart), End: int(hit.RuneEnd),
			})
			shown++
		}
	}
	return hits
}

// round keeps four decimals: more says nothing, and a stored verdict is smaller.
func round(v float64) float64 { return math.Round(v*1e4) / 1e4 }
