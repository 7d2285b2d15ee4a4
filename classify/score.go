package classify

import (
	"math"

	"huiyin/classify/match"
	"huiyin/classify/segment"
	"huiyin/ticket"
)

// scratch is the working memory of one judgement. Between judgements all
// counts are zero and all lists empty.
type scratch struct {
	words   []segment.Token
	hits    []match.Hit
	found   []found
	counts  []count // by term
	touched []int32 // terms with a count, in the order in which they were found
	scores  []float64
	spoken  []bool // categories for which some word was found
	kinds   []float64
	risks   []riskSum
	order   []int32
	reasons []reason
	length  float64

	titleEnd int // bytes
}

// found is a hit that counts, and as which term.
type found struct{ hit, term int32 }

// count is how often a term was found.
type count struct{ title, content int32 }

func newScratch(c *Classifier) *scratch {
	return &scratch{
		counts: make([]count, len(c.terms.list)),
		scores: make([]float64, len(c.categories)),
		spoken: make([]bool, len(c.categories)),
		kinds:  make([]float64, len(ticket.Kinds)),
		risks:  make([]riskSum, len(riskNames)),
	}
}

func (s *scratch) reset() {
	for _, t := range s.touched {
		s.counts[t] = count{}
	}
	clear(s.scores)
	clear(s.spoken)
	clear(s.kinds)
	clear(s.risks)
	s.words, s.hits, s.found = s.words[:0], s.hits[:0], s.found[:0]
	s.touched, s.order, s.reasons = s.touched[:0], s.order[:0], s.reasons[:0]
	s.length = 0
}

// scan finds and counts all terms of a text whose first titleEnd bytes are the
// title. discard, when given, is told of hits that an exception takes away or
// that cut a word in two.
func (c *Classifier) scan(s *scratch, text string, titleEnd int, discard func(match.Hit, *term, string)) {
	s.hits = c.matcher.Find(text, s.hits)
	s.words = c.segmenter.Cut(s.words, text, true)
	s.titleEnd = titleEnd
	next := 0 // the word in which the hit starts
	for i := range s.hits {
		hit := &s.hits[i]
		for next < len(s.words)-1 && s.words[next].End <= int(hit.Start) {
			next++
		}
		crosses := next < len(s.words) && s.words[next].End < int(hit.End)
		for t := c.terms.first[hit.Keyword]; t < c.terms.first[hit.Keyword+1]; t++ {
			term := &c.terms.list[t]
			if term.short && crosses {
				if discard != nil {
					discard(*hit, term, "")
				}
				continue
			}
			if len(term.not) > 0 {
				if except, yes := term.except(text, int(hit.Start)); yes {
					if discard != nil {
						discard(*hit, term, except)
					}
					continue
				}
			}
			n := &s.counts[t]
			if n.title == 0 && n.content == 0 {
				s.touched = append(s.touched, t)
			}
			if int(hit.Start) < titleEnd {
				n.title++
			} else {
				n.content++
			}
			s.found = append(s.found, found{int32(i), t})
		}
	}
}

// add sums up what the terms found say.
func (c *Classifier) add(s *scratch) {
	title := c.settings.TitleFactor
	for _, t := range s.touched {
		term, n := &c.terms.list[t], s.counts[t]
		factors := [3]float64{
			Anywhere:  logCount(title*float64(n.title) + float64(n.content)),
			InTitle:   logCount(title * float64(n.title)),
			InContent: logCount(float64(n.content)),
		}
		for _, w := range c.terms.weights[term.weights.from:term.weights.to] {
			if f := factors[w.place]; f > 0 {
				s.scores[w.target] += w.value * f
				s.spoken[w.target] = true
			}
		}
		if term.weights.from < term.weights.to {
			s.length += factors[Anywhere] * factors[Anywhere]
		}
		for _, w := range c.terms.kinds[term.kinds.from:term.kinds.to] {
			s.kinds[w.target] += w.value * factors[w.place]
		}
		for _, r := range c.terms.risks[term.risks.from:term.risks.to] {
			sum := &s.risks[r.risk]
			sum.weight += r.value
			sum.words++
			if r.value > 0 {
				sum.level = max(sum.level, int(r.level))
			}
		}
	}
	for i, b := range c.bias {
		s.scores[i] += b
	}
}

// logCounts holds 1 + ln n for the small whole counts that almost all are.
var logCounts = func() (table [128]float64) {
	for n := 1; n < len(table); n++ {
		table[n] = 1 + math.Log(float64(n))
	}
	return table
}()

// logCount dampens a count: 1 + ln n, and 0 for none. A title factor below one
// could make it negative.
func logCount(n float64) float64 {
	if i := int(n); float64(i) == n && i < len(logCounts) {
		return logCounts[i]
	}
	return max(0, 1+math.Log(n))
}

// rank orders the categories that some word spoke for, best first; equals
// stand in the order of the policy.
func (s *scratch) rank() {
	for i, spoken := range s.spoken {
		if !spoken {
			continue
		}
		at := len(s.order)
		s.order = append(s.order, int32(i))
		for at > 0 && s.scores[s.order[at-1]] < s.scores[i] {
			s.order[at] = s.order[at-1]
			at--
		}
		s.order[at] = int32(i)
	}
}
