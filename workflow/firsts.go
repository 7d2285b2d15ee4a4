package workflow

import (
	"cmp"
	"slices"
)

// spot is a place with the ticket as a number; numbers order as IDs do.
type spot struct {
	n  int64
	id uint64
}

func (a spot) compare(b spot) int { return cmp.Or(cmp.Compare(a.n, b.n), cmp.Compare(a.id, b.id)) }

// firsts keeps the first few of many spots after a cursor. Spots offered roughly
// in order cost next to nothing.
type firsts struct {
	most  int
	after *spot
	spots []spot
}

func (f *firsts) offer(s spot) {
	if f.after != nil && s.compare(*f.after) <= 0 {
		return
	}
	if len(f.spots) == f.most {
		if s.compare(f.spots[f.most-1]) >= 0 {
			return
		}
		f.spots = f.spots[:f.most-1]
	}
	at, _ := slices.BinarySearchFunc(f.spots, s, spot.compare)
	f.spots = slices.Insert(f.spots, at, s)
}
