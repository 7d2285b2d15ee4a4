package matter

import (
	"cmp"
	"math"
	"slices"
)

// Corpus is the complaints of a month with their words and anchors numbered.
type Corpus struct {
	options Options
	raw     []Doc
	docs    []doc
	words   table
	anchors table
	kinds   []string // of the anchors
	cats    table
}

// doc is a complaint as numbers.
type doc struct {
	terms   []term // by id, of length 1
	anchors []int32
	cat     int32
}

// term is a word with its weight.
type term struct {
	id     int32
	weight float32
}

// table numbers texts in the order in which they are met, and counts in how
// many complaints each is.
type table struct {
	index map[string]int32
	list  []string
	count []int
}

func (t *table) of(s string) int32 {
	i, ok := t.index[s]
	if !ok {
		if t.index == nil {
			t.index = map[string]int32{}
		}
		i = int32(len(t.list))
		t.index[s] = i
		t.list, t.count = append(t.list, s), append(t.count, 0)
	}
	return i
}

// kept bounds the words of a complaint: the heaviest tell what it is about.
const kept = 32

// A word or an anchor that stands in fewer complaints than rare joins nothing;
// one that stands in no more than few is never too common.
const (
	rare = 2
	few  = 100
)

// New takes the complaints of a month, in the order of receipt.
func New(docs []Doc, o Options) *Corpus {
	c := &Corpus{options: o, raw: docs, docs: make([]doc, len(docs))}
	for i := range docs {
		c.take(&c.docs[i], &docs[i])
	}
	limit := max(few, int(o.Common*float64(len(docs))))
	for i := range c.docs {
		c.weigh(&c.docs[i], limit)
	}
	return c
}

// take numbers a complaint; a word's weight is what it says, more when it is said again.
func (c *Corpus) take(to *doc, from *Doc) {
	to.cat = c.cats.of(from.Category)
	for _, a := range from.Anchors {
		id := c.anchors.of(string(a.Kind) + "\x00" + a.Name)
		if int(id) == len(c.kinds) {
			c.kinds = append(c.kinds, string(a.Kind))
		}
		c.anchors.count[id]++
		to.anchors = append(to.anchors, id)
	}
	to.terms = make([]term, 0, len(from.Words))
	for _, w := range from.Words {
		if !inName(w.Text, from.Anchors) {
			to.terms = append(to.terms, term{c.words.of(w.Text), float32(w.Weight)})
		}
	}
	slices.SortFunc(to.terms, func(x, y term) int { return cmp.Compare(x.id, y.id) })
	last, times := 0, 1
	for i := 1; i < len(to.terms); i++ {
		if to.terms[i].id == to.terms[last].id {
			times++
			to.terms[last].weight *= 1 + 0.5/float32(times)
			continue
		}
		last, times = last+1, 1
		to.terms[last] = to.terms[i]
	}
	to.terms = to.terms[:min(len(to.terms), last+1)]
	for _, t := range to.terms {
		c.words.count[t.id]++
	}
}

// weigh keeps the words that say most, weighted by how rare they are, and the
// anchors that are not everywhere: those of a great matter are in many, so they
// may be twice as common as a word.
func (c *Corpus) weigh(d *doc, limit int) {
	n := float64(len(c.docs))
	out := d.terms[:0]
	for _, t := range d.terms {
		count := c.words.count[t.id]
		if count >= rare && count <= limit {
			t.weight *= float32(math.Log(1 + n/float64(count)))
			out = append(out, t)
		}
	}
	d.terms = heaviest(out, kept)
	normalise(d.terms)
	d.anchors = slices.DeleteFunc(d.anchors, func(a int32) bool { return c.anchors.count[a] > 2*limit || c.anchors.count[a] < rare })
	slices.Sort(d.anchors)
}

// heaviest keeps n terms, by id.
func heaviest(terms []term, n int) []term {
	if len(terms) > n {
		slices.SortFunc(terms, func(x, y term) int { return cmp.Or(cmp.Compare(y.weight, x.weight), cmp.Compare(x.id, y.id)) })
		terms = terms[:n]
		slices.SortFunc(terms, func(x, y term) int { return cmp.Compare(x.id, y.id) })
	}
	return terms
}

func normalise(terms []term) {
	if n := length(terms); n > 0 {
		for i := range terms {
			terms[i].weight /= n
		}
	}
}

func length(terms []term) float32 {
	sum := float32(0)
	for _, t := range terms {
		sum += t.weight * t.weight
	}
	return float32(math.Sqrt(float64(sum)))
}

// Counts tells in how many complaints each word stands.
func (c *Corpus) Counts() map[string]int {
	out := make(map[string]int, len(c.words.list))
	for i, word := range c.words.list {
		out[word] = c.words.count[i]
	}
	return out
}

// Homes tells for the words of which half of the complaints or more lie in one
// group, in which.
func (c *Corpus) Homes(groups [][]int) map[string]int {
	homes := map[string]int{}
	for g, docs := range groups {
		in := map[int32]int{}
		for _, i := range docs {
			seen := map[int32]bool{}
			for _, w := range c.raw[i].Words {
				if id, known := c.words.index[w.Text]; known && !seen[id] {
					seen[id] = true
					in[id]++
				}
			}
		}
		for id, n := range in {
			if n > 1 && 2*n >= c.words.count[id] {
				if _, taken := homes[c.words.list[id]]; !taken {
					homes[c.words.list[id]] = g
				}
			}
		}
	}
	return homes
}
