package matter

import (
	"cmp"
	"math"
	"slices"
)

// Corpus is the complaints of a month with their words and anchors numbered.
type Corpus struct {
	options Options
	docs    []doc
	words   table
	anchors table
	kinds   []string // of the anchors
	cats    table
}

// doc is a complaint as numbers.
type doc struct {
	said    []said // its different words, in the order of the text
	terms   []term // by id, of length 1
	anchors []int32
	cat     int32
}

// said is a word where it stands first. A month may hold a million texts: the
// weight is kept in steps of a 4096th, the place up to 65,535.
type said struct {
	id     int32
	weight uint16
	at     uint16
}

const weightStep = 4096

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
	r := NewReader(o)
	for i := range docs {
		r.Take(&docs[i])
	}
	return r.Corpus()
}

// Reader numbers complaints one after the other, in the order of receipt. It
// keeps of each what it says as numbers, and not the text.
type Reader struct {
	corpus *Corpus
	terms  []term
	met    []int32 // by word: the complaint that said it last, from 1 on
	page   []said  // memory for the words of many complaints
}

// NewReader starts a corpus.
func NewReader(o Options) *Reader { return &Reader{corpus: &Corpus{options: o}} }

// Corpus is what was read, ready to be searched. The reader is done with.
func (r *Reader) Corpus() *Corpus {
	c := r.corpus
	limit := max(few, int(c.options.Common*float64(len(c.docs))))
	for i := range c.docs {
		c.weigh(&c.docs[i], limit)
	}
	return c
}

const pageSize = 1 << 14

// Take reads a complaint; a word's weight is what it says, more when it is said again.
func (r *Reader) Take(from *Doc) {
	c := r.corpus
	to := doc{cat: c.cats.of(from.Category)}
	for _, a := range from.Anchors {
		id := c.anchors.of(string(a.Kind) + "\x00" + a.Name)
		if int(id) == len(c.kinds) {
			c.kinds = append(c.kinds, string(a.Kind))
		}
		c.anchors.count[id]++
		to.anchors = append(to.anchors, id)
	}
	if cap(r.page)-len(r.page) < len(from.Words) {
		r.page = make([]said, 0, max(pageSize, len(from.Words)))
	}
	first, no := len(r.page), int32(len(c.docs)+1)
	r.terms = r.terms[:0]
	for _, w := range from.Words {
		if inName(w.Text, from.Anchors) {
			continue
		}
		id := c.words.of(w.Text)
		if int(id) == len(r.met) {
			r.met = append(r.met, 0)
		}
		r.terms = append(r.terms, term{id, float32(w.Weight)})
		if r.met[id] != no {
			r.met[id] = no
			c.words.count[id]++
			r.page = append(r.page, said{id, uint16(min(w.Weight*weightStep, math.MaxUint16)), uint16(min(w.At, math.MaxUint16))})
		}
	}
	to.said = r.page[first:len(r.page):len(r.page)]
	to.terms = slices.Clone(combined(r.terms))
	c.docs = append(c.docs, to)
}

// combined sorts the terms by id and makes one of those of the same word.
func combined(terms []term) []term {
	slices.SortFunc(terms, func(x, y term) int { return cmp.Compare(x.id, y.id) })
	last, times := 0, 1
	for i := 1; i < len(terms); i++ {
		if terms[i].id == terms[last].id {
			times++
			terms[last].weight *= 1 + 0.5/float32(times)
			continue
		}
		last, times = last+1, 1
		terms[last] = terms[i]
	}
	return terms[:min(len(terms), last+1)]
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
	d.terms = slices.Clone(heaviest(out, kept))
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
			for _, w := range c.docs[i].said {
				in[w.id]++
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
