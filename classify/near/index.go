package near

import (
	"cmp"
	"slices"
)

// Options say from when on two texts are nearly the same.
type Options struct {
	Common    float64 // share of common pieces of all pieces, or
	Contained float64 // share of the shorter text that stands in the longer
	// Least is the share of common pieces below which Contained does not
	// count: a short formula stands in many texts.
	Least float64
}

// DefaultOptions find an edited copy and seldom anything else.
func DefaultOptions() Options { return Options{Common: 0.42, Contained: 0.7, Least: 0.3} }

// Match is an earlier text that is nearly the same.
type Match struct {
	ID     int     // as Add gave it
	Common float64 // share of common pieces
}

// Index holds the texts seen so far. It is not safe for concurrent use.
type Index struct {
	options  Options
	sketches []Sketch
	heads    table   // band -> the last text of it
	next     []int32 // text*bands+band -> the one before; -1 at the end
	seen     []int32 // scratch: text -> the last look in which it was compared
	looks    int32
}

// chain bounds how many texts of one band are compared, newest first: a formula
// that thousands of texts begin with must not make each of them slow.
const chain = 100

// NewIndex makes an empty index.
func NewIndex(o Options) *Index { return &Index{options: o, heads: newTable()} }

// Len is the number of texts.
func (x *Index) Len() int { return len(x.sketches) }

// Add takes in a text and returns its number and the earlier texts that are
// nearly the same, the most alike first.
func (x *Index) Add(s Sketch) (id int, matches []Match) {
	keys := s.Bands()
	matches = x.find(&s, &keys)
	id = len(x.sketches)
	x.sketches = append(x.sketches, s)
	x.seen = append(x.seen, 0)
	if s.Pieces == 0 {
		for range bands {
			x.next = append(x.next, -1)
		}
		return id, nil
	}
	for _, key := range keys {
		x.next = append(x.next, x.heads.put(key, int32(id)))
	}
	return id, matches
}

// Find returns the texts that are nearly the same as one that need not be in
// the index, the most alike first.
func (x *Index) Find(s Sketch) []Match {
	keys := s.Bands()
	return x.find(&s, &keys)
}

func (x *Index) find(s *Sketch, keys *[bands]uint64) []Match {
	if s.Pieces == 0 {
		return nil
	}
	x.looks++
	var matches []Match
	for band, key := range keys {
		for other, n := x.heads.get(key), 0; other >= 0 && n < chain; other, n = x.next[int(other)*bands+band], n+1 {
			if x.seen[other] == x.looks {
				continue
			}
			x.seen[other] = x.looks
			if common := Common(s, &x.sketches[other]); x.alike(common, s, &x.sketches[other]) {
				matches = append(matches, Match{int(other), common})
			}
		}
	}
	slices.SortFunc(matches, func(a, b Match) int {
		return cmp.Or(cmp.Compare(b.Common, a.Common), cmp.Compare(a.ID, b.ID))
	})
	return matches
}

// Common is the share of pieces that a text of the index has in common with another.
func (x *Index) Common(id int, s *Sketch) float64 { return Common(&x.sketches[id], s) }

func (x *Index) alike(common float64, a, b *Sketch) bool {
	return common >= x.options.Common || common >= x.options.Least && Contained(a, b) >= x.options.Contained
}

// Groups puts texts that are nearly the same, directly or through others, into
// one group: the result is the number of the group of each text.
func Groups(texts []string, o Options) []int {
	x := NewIndex(o)
	parent := make([]int, len(texts))
	root := func(i int) int {
		for parent[i] != i {
			parent[i] = parent[parent[i]]
			i = parent[i]
		}
		return i
	}
	for i, text := range texts {
		parent[i] = i
		_, matches := x.Add(Of(text))
		for _, m := range matches {
			parent[root(i)] = root(m.ID)
		}
	}
	for i := range parent {
		parent[i] = root(i)
	}
	return parent
}

// table is a map from band keys to text numbers, smaller and faster than Go's.
type table struct {
	keys   []uint64 // 0: free
	values []int32
	used   int
}

func newTable() table { return table{keys: make([]uint64, 1024), values: make([]int32, 1024)} }

// put sets a value and returns the one before, -1 for none.
func (t *table) put(key uint64, value int32) int32 {
	key |= 1
	if 3*t.used >= 2*len(t.keys) {
		t.grow()
	}
	mask := uint64(len(t.keys) - 1)
	at := key >> 1 & mask
	for t.keys[at] != 0 {
		if t.keys[at] == key {
			before := t.values[at]
			t.values[at] = value
			return before
		}
		at = (at + 1) & mask
	}
	t.keys[at], t.values[at] = key, value
	t.used++
	return -1
}

// get is the value of a key, -1 for none.
func (t *table) get(key uint64) int32 {
	key |= 1
	mask := uint64(len(t.keys) - 1)
	for at := key >> 1 & mask; t.keys[at] != 0; at = (at + 1) & mask {
		if t.keys[at] == key {
			return t.values[at]
		}
	}
	return -1
}

func (t *table) grow() {
	old := *t
	*t = table{keys: make([]uint64, 2*len(old.keys)), values: make([]int32, 2*len(old.keys))}
	for i, key := range old.keys {
		if key != 0 {
			t.put(key, old.values[i])
		}
	}
}
