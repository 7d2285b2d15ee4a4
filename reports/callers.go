package reports

import (
	"slices"
	"sort"
)

// callers are the known callers of a period, once for each time that they came
// with a matter: caller and category in one number, sorted. A month may hold a
// million, and a map of them is many times as large.
type callers []uint64

func callerOf(key uint32, cat uint16) uint64 { return uint64(key)<<16 | uint64(cat) }

// callers are those of the report's own tickets.
func (b *builder) callers() callers {
	if b.known == nil {
		b.known = make(callers, 0, len(b.facts))
		for n := range b.facts {
			if key := b.facts[n].CallerKey; key != 0 {
				b.known = append(b.known, callerOf(key, b.where[n].cat))
			}
		}
		slices.Sort(b.known)
	}
	return b.known
}

// each calls with each caller's category and how often they came with it.
func (c callers) each(call func(cat uint16, times int)) {
	for from := 0; from < len(c); {
		to := from + 1
		for to < len(c) && c[to] == c[from] {
			to++
		}
		call(uint16(c[from]), to-from)
		from = to
	}
}

// times is how often a caller came with a category.
func (c callers) times(key uint32, cat uint16) int {
	who := callerOf(key, cat)
	from, found := slices.BinarySearch(c, who)
	if !found {
		return 0
	}
	return sort.Search(len(c)-from, func(i int) bool { return c[from+i] > who })
}
