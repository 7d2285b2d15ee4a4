package matter

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// lead takes the complaints one after the other: each joins the group that is
// most like it, or leads a new one.
func (s *search) lead() {
	s.of = make([]*group, len(s.docs))
	for i := range s.docs {
		d := &s.docs[i]
		if len(d.terms) == 0 {
			continue // it says nothing to compare
		}
		best := s.best(d, nil, float32(s.options.Similarity))
		if best == nil {
			best = &group{no: len(s.groups)}
			s.groups = append(s.groups, best)
			if len(d.anchors) == 0 {
				s.byCat[d.cat] = append(s.byCat[d.cat], best)
			}
		}
		s.join(best, d, i)
	}
}

func (s *search) join(g *group, d *doc, i int) {
	for _, a := range d.anchors {
		if _, has := slices.BinarySearchFunc(g.anchors, a, func(t tally, id int32) int { return cmp.Compare(t.id, id) }); !has {
			s.byAnchor[a] = append(s.byAnchor[a], g)
		}
	}
	g.add(d, int32(i))
	s.of[i] = g
}

// lone is how much more alike complaints must be that name nothing.
const lone = 0.15

// best is the group of at least size two or any, most like the complaint and at
// least as like as the threshold; nil when there is none.
func (s *search) best(d *doc, allowed func(*group) bool, threshold float32) *group {
	var best *group
	s.round++
	try := func(g *group, least float32) {
		if g.gone || g.seen == s.round || allowed != nil && !allowed(g) {
			return
		}
		g.seen = s.round
		if like := g.like(d); like >= least && like > threshold && s.compatible(d.anchors, g) {
			best, threshold = g, like
		}
	}
	for _, a := range d.anchors {
		for _, g := range s.byAnchor[a] {
			if g.holds(a) {
				try(g, 0)
			}
		}
	}
	if len(d.anchors) == 0 {
		for _, g := range s.byCat[d.cat] {
			try(g, threshold+lone)
		}
	}
	return best
}

// firmly is the share of a group's complaints that must name an anchor for it
// to stand for the group, and mostly the share from which it rules others out.
const (
	firmly = 0.2
	mostly = 0.6
)

// holds reports whether an anchor stands for the group.
func (g *group) holds(anchor int32) bool {
	i, found := slices.BinarySearchFunc(g.anchors, anchor, func(t tally, id int32) int { return cmp.Compare(t.id, id) })
	return found && float64(g.anchors[i].n) >= firmly*float64(len(g.docs))
}

// compatible reports whether what a complaint names may belong to the group.
func (s *search) compatible(anchors []int32, g *group) bool {
	for _, t := range g.anchors {
		kind := s.kinds[t.id]
		if !exclusive[ticket.EntityKind(kind)] || float64(t.n) < mostly*float64(len(g.docs)) || slices.Contains(anchors, t.id) {
			continue
		}
		for _, a := range anchors {
			if s.kinds[a] == kind {
				return false
			}
		}
	}
	return true
}

// main are the anchors that stand for the group.
func (g *group) main() []int32 {
	var out []int32
	for _, t := range g.anchors {
		if float64(t.n) >= firmly*float64(len(g.docs)) {
			out = append(out, t.id)
		}
	}
	return out
}

// merge joins groups that are alike, the small ones into the large, until
// nothing changes.
func (s *search) merge() {
	for range 4 {
		s.order()
		changed := false
		for _, g := range s.groups {
			if to := s.home(g); to != nil {
				for _, t := range g.anchors {
					s.byAnchor[t.id] = append(s.byAnchor[t.id], to)
				}
				to.swallow(g)
				for _, i := range g.docs {
					s.of[i] = to
				}
				changed = true
			}
		}
		s.groups = slices.DeleteFunc(s.groups, func(g *group) bool { return g.gone })
		if !changed {
			return
		}
	}
}

// order puts the smallest first, so that they find the large ones grown as
// little as may be.
func (s *search) order() {
	slices.SortFunc(s.groups, func(x, y *group) int {
		return cmp.Or(cmp.Compare(len(x.docs), len(y.docs)), cmp.Compare(x.no, y.no))
	})
}

// home is the larger group into which a group belongs; nil when there is none.
func (s *search) home(g *group) *group {
	var best *group
	threshold := float32(s.options.Merge)
	anchors := g.main()
	s.round++
	try := func(o *group, more float32) {
		if o == g || o.gone || o.seen == s.round || len(o.docs) < len(g.docs) || len(o.docs) == len(g.docs) && o.no > g.no {
			return
		}
		o.seen = s.round
		if like := alike(g, o); like >= threshold+more && (best == nil || like > threshold) && s.compatible(anchors, o) && s.compatible(o.main(), g) {
			best, threshold = o, like
		}
	}
	for _, a := range anchors {
		for _, o := range s.byAnchor[a] {
			if o.holds(a) {
				try(o, 0)
			}
		}
	}
	if len(g.anchors) == 0 {
		for _, o := range s.byCat[s.docs[g.docs[0]].cat] {
			try(o, lone)
		}
	}
	return best
}

// settled is the size from which a group draws complaints to itself.
const settled = 3

// settle looks once more where each complaint belongs, now that the groups are
// known: the first ones had few to choose from.
func (s *search) settle() {
	firm := func(g *group) bool { return len(g.docs) >= settled }
	to := make([]*group, len(s.docs))
	for i := range s.docs {
		if s.of[i] == nil {
			continue
		}
		if best := s.best(&s.docs[i], firm, float32(s.options.Merge)); best != nil {
			to[i] = best
		} else {
			to[i] = s.of[i]
		}
	}
	members := map[*group][]int{}
	for i, g := range to {
		if g != nil {
			members[g] = append(members[g], i)
		}
	}
	for _, g := range s.groups {
		*g = group{no: g.no, gone: len(members[g]) == 0}
	}
	for _, g := range s.groups {
		for _, i := range members[g] {
			s.join(g, &s.docs[i], i)
		}
	}
	s.groups = slices.DeleteFunc(s.groups, func(g *group) bool { return g.gone })
}

func (s *search) found() [][]int {
	slices.SortFunc(s.groups, func(x, y *group) int {
		return cmp.Or(cmp.Compare(len(y.docs), len(x.docs)), cmp.Compare(x.docs[0], y.docs[0]))
	})
	var out [][]int
	for _, g := range s.groups {
		if len(g.docs) < 2 {
			break
		}
		docs := make([]int, len(g.docs))
		for i, d := range g.docs {
			docs[i] = int(d)
		}
		out = append(out, docs)
	}
	return out
}
