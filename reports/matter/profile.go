package matter

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"huiyin/ticket"
)

// Profile is what a matter is known by: in a title, and again in another month.
type Profile struct {
	Anchors []Named  `json:"anchors"` // named by a fifth of its complaints or more, most first
	Words   []Weight `json:"words"`   // strongest first
	Cats    []Named  `json:"categories"`
}

// Named is a thing and the share of the complaints that name it.
type Named struct {
	Kind  ticket.EntityKind `json:"kind,omitempty"`
	Name  string            `json:"name"`
	Share float64           `json:"share"`
}

// Weight is a keyword: how much it stands for the matter, and where in a text
// it stands on average, from 0 on.
type Weight struct {
	Word   string  `json:"word"`
	Weight float64 `json:"weight"`
	At     float64 `json:"at"`
}

// profiled bounds the keywords by which a matter is known again.
const profiled = 24

// Profile describes a group of docs.
func (c *Corpus) Profile(group []int) Profile {
	size := float64(len(group))
	words, at, anchors, cats := map[int32]float64{}, map[int32]float64{}, map[int32]int{}, map[int32]int{}
	for _, i := range group {
		for _, w := range c.docs[i].said {
			words[w.id] += float64(w.weight) / weightStep
			at[w.id] += float64(w.at)
		}
		for _, a := range c.docs[i].anchors {
			anchors[a]++
		}
		cats[c.docs[i].cat]++
	}
	p := Profile{Anchors: c.named(anchors, size), Words: []Weight{}}
	for id, n := range cats {
		p.Cats = append(p.Cats, Named{Name: c.cats.list[id], Share: float64(n) / size})
	}
	sortNamed(p.Cats)
	for id, sum := range words {
		// times the word stands in the group: its weight is between 1 and 2
		share := sum / size
		if share < 0.1 || c.words.count[id] < rare {
			continue
		}
		idf := math.Log(1 + float64(len(c.docs))/float64(c.words.count[id]))
		p.Words = append(p.Words, Weight{c.words.list[id], share * idf * idf, at[id] / sum})
	}
	slices.SortFunc(p.Words, func(x, y Weight) int { return cmp.Or(cmp.Compare(y.Weight, x.Weight), strings.Compare(x.Word, y.Word)) })
	p.Words = p.Words[:min(profiled, len(p.Words))]
	return p
}

func (c *Corpus) named(anchors map[int32]int, size float64) []Named {
	out := []Named{}
	for id, n := range anchors {
		if share := float64(n) / size; share >= firmly {
			_, name, _ := strings.Cut(c.anchors.list[id], "\x00")
			out = append(out, Named{ticket.EntityKind(c.kinds[id]), name, share})
		}
	}
	sortNamed(out)
	return out
}

func sortNamed(list []Named) {
	slices.SortFunc(list, func(x, y Named) int { return cmp.Or(cmp.Compare(y.Share, x.Share), strings.Compare(x.Name, y.Name)) })
}

// Typical orders a group's docs by how much they are like the whole of it, the
// most like first.
func (c *Corpus) Typical(docs []int) []int {
	g := &group{}
	for _, i := range docs {
		g.add(&c.docs[i], int32(i))
	}
	out := slices.Clone(docs)
	slices.SortStableFunc(out, func(x, y int) int { return cmp.Compare(g.like(&c.docs[y]), g.like(&c.docs[x])) })
	return out
}

// inTitle is how many keywords a title has, and named how common the thing must be.
const (
	inTitle   = 2
	titleFrom = 0.4
)

// Title names the matter in plain Chinese: where, and what, in the order in
// which callers say it. Of the keywords those name it that can; when none can,
// the strongest do all the same.
func (p Profile) Title(names func(word string) bool) string {
	if !slices.ContainsFunc(p.Words, func(w Weight) bool { return names(w.Word) }) {
		names = Any
	}
	var parts []string
	for _, a := range p.Anchors {
		if len(parts) < 2 && a.Share >= titleFrom && !overlaps(parts, a.Name) {
			parts = append(parts, a.Name)
		}
	}
	var words []Weight
	taken := slices.Clone(parts)
	for _, w := range p.Words {
		if len(words) < inTitle && names(w.Word) && !overlaps(taken, w.Word) {
			words = append(words, w)
			taken = append(taken, w.Word)
		}
	}
	slices.SortStableFunc(words, func(x, y Weight) int { return cmp.Compare(x.At, y.At) })
	for _, w := range words {
		parts = append(parts, w.Word)
	}
	return strings.Join(parts, " ")
}

// Any lets every keyword name a matter.
func Any(string) bool { return true }

// overlaps reports whether a name says again what one of the parts says.
func overlaps(parts []string, name string) bool {
	return slices.ContainsFunc(parts, func(p string) bool { return strings.Contains(p, name) || strings.Contains(name, p) })
}

// Like tells how alike two matters of different months are, 0…1: their keywords
// and categories, and 0 when both name things and none is the same.
func (p Profile) Like(o Profile) float64 {
	if len(p.Anchors)+len(o.Anchors) > 0 && !p.meets(o) {
		return 0
	}
	weights, lengthP, lengthO, dot := map[string]float64{}, 0.0, 0.0, 0.0
	for _, w := range p.Words {
		weights[w.Word] = w.Weight
		lengthP += w.Weight * w.Weight
	}
	for _, w := range o.Words {
		dot += w.Weight * weights[w.Word]
		lengthO += w.Weight * w.Weight
	}
	cats := 0.0
	for _, a := range p.Cats {
		for _, b := range o.Cats {
			if a.Name == b.Name {
				cats += min(a.Share, b.Share)
			}
		}
	}
	if dot == 0 {
		return own * cats
	}
	return (1-own)*dot/math.Sqrt(lengthP*lengthO) + own*cats
}

// meets: they name the same thing, and of the things of which a matter has one
// no other.
func (p Profile) meets(o Profile) bool {
	common := false
	for _, a := range p.Anchors {
		for _, b := range o.Anchors {
			if a.Kind == b.Kind && a.Name == b.Name {
				common = true
			}
		}
	}
	return common && !p.excludes(o) && !o.excludes(p)
}

func (p Profile) excludes(o Profile) bool {
	for _, a := range p.Anchors {
		if !exclusive[a.Kind] || a.Share < mostly {
			continue
		}
		same, other := false, false
		for _, b := range o.Anchors {
			if b.Kind == a.Kind {
				same, other = same || b.Name == a.Name, true
			}
		}
		if other && !same {
			return true
		}
	}
	return false
}
