package matter

import (
	"cmp"
	"slices"
)

// Find groups the complaints into matters: the numbers of their docs, in order;
// the largest matter first. Complaints that are like no other form groups of one,
// which are left out.
func (c *Corpus) Find() [][]int {
	s := &search{Corpus: c, byAnchor: make([][]*group, len(c.anchors.list)), byCat: make([][]*group, len(c.cats.list))}
	s.lead()
	s.merge()
	s.settle()
	s.merge()
	return s.found()
}

// group is a matter in the making.
type group struct {
	no      int
	docs    []int32
	terms   []term // sum of the vectors of its docs, by id
	length  float32
	anchors []tally
	cats    []tally
	gone    bool // merged into another
	seen    int  // search that looked at it last
}

// tally counts how many docs of a group have something.
type tally struct {
	id int32
	n  int
}

type search struct {
	*Corpus
	groups   []*group
	byAnchor [][]*group
	byCat    [][]*group // of complaints that name nothing
	of       []*group   // by doc
	round    int
}

// wide bounds the vector of a group.
const wide = 160

func (g *group) add(d *doc, no int32) {
	g.docs = append(g.docs, no)
	g.terms = sum(g.terms, d.terms)
	if len(g.terms) > 2*wide {
		g.terms = slices.Clone(heaviest(g.terms, wide))
	}
	g.length = length(g.terms)
	for _, a := range d.anchors {
		g.anchors = count(g.anchors, a, 1)
	}
	g.cats = count(g.cats, d.cat, 1)
}

func (g *group) swallow(o *group) {
	g.docs = append(g.docs, o.docs...)
	slices.Sort(g.docs)
	g.terms = slices.Clone(heaviest(sum(g.terms, o.terms), wide))
	g.length = length(g.terms)
	for _, t := range o.anchors {
		g.anchors = count(g.anchors, t.id, t.n)
	}
	for _, t := range o.cats {
		g.cats = count(g.cats, t.id, t.n)
	}
	o.gone = true
}

func count(list []tally, id int32, n int) []tally {
	i, found := slices.BinarySearchFunc(list, id, func(t tally, id int32) int { return cmp.Compare(t.id, id) })
	if found {
		list[i].n += n
		return list
	}
	return slices.Insert(list, i, tally{id, n})
}

// sum adds two vectors by id into a new one.
func sum(a, b []term) []term {
	out := make([]term, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		switch {
		case a[0].id < b[0].id:
			out, a = append(out, a[0]), a[1:]
		case a[0].id > b[0].id:
			out, b = append(out, b[0]), b[1:]
		default:
			out = append(out, term{a[0].id, a[0].weight + b[0].weight})
			a, b = a[1:], b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// dot of two vectors by id; a is the shorter.
func dot(a, b []term) float32 {
	out := float32(0)
	j := 0
	for _, t := range a {
		for j < len(b) && b[j].id < t.id {
			j++
		}
		if j == len(b) {
			break
		}
		if b[j].id == t.id {
			out += t.weight * b[j].weight
		}
	}
	return out
}

// own is the weight of the category beside that of the words.
const own = 0.1

func (g *group) share(cat int32) float32 {
	for _, t := range g.cats {
		if t.id == cat {
			return float32(t.n) / float32(len(g.docs))
		}
	}
	return 0
}

// like is how alike a complaint and a group are, 0…1.
func (g *group) like(d *doc) float32 {
	if g.length == 0 {
		return 0
	}
	return (1-own)*dot(d.terms, g.terms)/g.length + own*g.share(d.cat)
}

// alike is how alike two groups are, 0…1.
func alike(a, b *group) float32 {
	if a.length == 0 || b.length == 0 {
		return 0
	}
	cats := float32(0)
	for _, t := range a.cats {
		cats += min(float32(t.n)/float32(len(a.docs)), b.share(t.id))
	}
	return (1-own)*dot(a.terms, b.terms)/(a.length*b.length) + own*cats
}
