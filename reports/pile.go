package reports

import "huiyin/ticket"

// pile keeps facts in parts: a list that grows by copying would hold twice of
// what may be a million.
type pile struct{ parts [][]ticket.Fact }

const partOfPile = 1024

func (p *pile) add(f *ticket.Fact) {
	last := len(p.parts) - 1
	if last < 0 || len(p.parts[last]) == cap(p.parts[last]) {
		// the first is small: most months are
		p.parts = append(p.parts, make([]ticket.Fact, 0, min(partOfPile, 16<<(2*min(3, len(p.parts))))))
		last++
	}
	p.parts[last] = append(p.parts[last], *f)
}

func (p *pile) each(call func(f *ticket.Fact)) {
	for _, part := range p.parts {
		for i := range part {
			call(&part[i])
		}
	}
}

// ofCategory are the places in facts of a category's tickets, in their order.
func (b *builder) ofCategory(cat int) []int32 {
	if b.catFacts == nil {
		b.catFacts = make([][]int32, len(b.cats.list))
		for i, n := range b.own().cats {
			b.catFacts[i] = make([]int32, 0, n)
		}
		for n := range b.where {
			i := b.where[n].cat
			b.catFacts[i] = append(b.catFacts[i], int32(n))
		}
	}
	return b.catFacts[cat]
}
