package segment

import (
	"cmp"
	"math"
	"math/bits"
	"slices"
)

// place lays the words out as a double array: the children of each node at
// base+code. Nodes with many children are placed first, those of the first
// level before all others, so that the steps taken most lie close together.
func (d *Dict) place(l *wordList, least float64) {
	t := newTrie(d, l)
	a := &array{}
	bases := make([]int32, len(t.parents))
	var children []uint16
	for _, i := range t.order() {
		children = t.children(children[:0], i)
		bases[i] = int32(a.fit(children))
	}
	d.fill(t, l.weights, least, bases, a.size)
}

// entry is a word: its first four codes as one number, by which words sort.
type entry struct {
	head uint64
	word int32
	long bool // it has more codes: see trie.rests
}

// trie is the sorted words; a parent is a range of them that share their
// first depth characters and of which some go on.
type trie struct {
	entries []entry
	rests   map[int32][]uint16 // by word: the codes after the fourth
	parents []parent
}

type parent struct {
	from, to int32
	depth    int32
	fan      int32 // number of children
}

// code is the n-th character of an entry, or 0 after its end.
func (t *trie) code(entry, n int) uint16 {
	e := &t.entries[entry]
	if n < 4 {
		return uint16(e.head >> (48 - 16*n))
	}
	if !e.long {
		return 0
	}
	if rest := t.rests[e.word]; n-4 < len(rest) {
		return rest[n-4]
	}
	return 0
}

func newTrie(d *Dict, l *wordList) *trie {
	t := &trie{entries: make([]entry, len(l.texts)), rests: make(map[int32][]uint16)}
	for i, w := range l.texts {
		e := entry{word: int32(i)}
		n := 0
		for _, r := range w {
			if code := d.codeOf(r); n < 4 {
				e.head |= uint64(code) << (48 - 16*n)
			} else {
				e.long = true
				t.rests[e.word] = append(t.rests[e.word], code)
			}
			n++
		}
		t.entries[i] = e
	}
	slices.SortFunc(t.entries, func(a, b entry) int {
		switch {
		case a.head < b.head:
			return -1
		case a.head > b.head:
			return 1
		case a.long || b.long:
			return cmp.Or(slices.Compare(t.rests[a.word], t.rests[b.word]), cmp.Compare(a.word, b.word))
		}
		return cmp.Compare(a.word, b.word)
	})
	for from := 0; from < len(t.entries); {
		to := t.same(from, len(t.entries), 0)
		t.collect(from, to, 1)
		from = to
	}
	return t
}

// same is the end of the words from … that share the character at depth.
func (t *trie) same(from, limit, depth int) int {
	code := t.code(from, depth)
	to := from + 1
	for to < limit && t.code(to, depth) == code {
		to++
	}
	return to
}

// collect adds the range to the parents when some of its words go on at depth.
func (t *trie) collect(from, to, depth int) {
	for from < to && t.code(from, depth) == 0 {
		from++
	}
	if from == to {
		return
	}
	at := len(t.parents)
	t.parents = append(t.parents, parent{from: int32(from), to: int32(to), depth: int32(depth)})
	fan := int32(0)
	for from < to {
		next := t.same(from, to, depth)
		t.collect(from, next, depth+1)
		from = next
		fan++
	}
	t.parents[at].fan = fan
}

func (t *trie) children(dst []uint16, i int32) []uint16 {
	p := t.parents[i]
	for from := int(p.from); from < int(p.to); from = t.same(from, int(p.to), int(p.depth)) {
		dst = append(dst, t.code(from, int(p.depth)))
	}
	return dst
}

// order is the order of placing.
func (t *trie) order() []int32 {
	order := make([]int32, len(t.parents))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortFunc(order, func(i, j int32) int {
		a, b := t.parents[i], t.parents[j]
		return cmp.Or(cmp.Compare(min(a.depth, 2), min(b.depth, 2)), cmp.Compare(b.fan, a.fan), cmp.Compare(i, j))
	})
	return order
}

// array says which slots and bases are taken, one bit each.
type array struct {
	slots, bases []uint64
	full         int     // all words of slots before this are full
	hints        [64]int // by fan-out: where the last search ended
	size         int     // slots in use, counted from 0
}

// fit finds the first base at which all children have a free slot, and takes
// them. It tries 64 bases at a time.
func (a *array) fit(children []uint16) int {
	class := min(len(children), len(a.hints)-1)
	first, last := int(children[0]), int(children[len(children)-1])
	for a.full < len(a.slots) && a.slots[a.full] == ^uint64(0) {
		a.full++
	}
	at := max(a.hints[class], a.full-first/64-1, 0)
	for ; ; at++ {
		a.reach(at*64 + 128 + last)
		open := ^a.bases[at]
		if at == 0 {
			open &^= 1 // base 0 means no children
		}
		for i := 0; i < len(children) && open != 0; i++ {
			open &^= window(a.slots, at*64+int(children[i]))
		}
		if open == 0 {
			continue
		}
		base := at*64 + bits.TrailingZeros64(open)
		a.bases[base/64] |= 1 << (base % 64)
		for _, c := range children {
			slot := base + int(c)
			a.slots[slot/64] |= 1 << (slot % 64)
		}
		a.hints[class] = at
		a.size = max(a.size, base+last+1)
		return base
	}
}

func (a *array) reach(slot int) {
	if n := slot/64 + 2; n > len(a.slots) {
		grown := make([]uint64, n+n/2)
		copy(grown, a.slots)
		a.slots = grown
		grown = make([]uint64, len(a.slots))
		copy(grown, a.bases)
		a.bases = grown
	}
}

// window is the 64 bits from a bit on.
func window(set []uint64, at int) uint64 {
	word, shift := at/64, uint(at%64)
	return set[word]>>shift | set[word+1]<<(64-shift)
}

// fill writes the nodes once all bases are known. The array ends far enough
// that any code after any base stays inside. A character that is no word has
// the weight of the rarest.
func (d *Dict) fill(t *trie, weights []float64, least float64, bases []int32, size int) {
	d.checks = make([]uint16, size+len(d.root))
	for i := range d.checks {
		d.checks[i] = separator // which no step asks for
	}
	d.nodes = make([]node, len(d.checks))
	f := filler{d: d, t: t, weights: weights, bases: bases}
	for code := range d.root {
		d.root[code] = node{weight: least, id: -1}
	}
	for from := 0; from < len(t.entries); {
		to := t.same(from, len(t.entries), 0)
		first := f.node(from, to, 1)
		if first.id < 0 {
			first.weight = least
		}
		d.root[t.code(from, 0)] = first
		from = to
	}
}

// filler walks the words in the order in which the trie collected its parents.
type filler struct {
	d       *Dict
	t       *trie
	weights []float64
	bases   []int32 // of the parents still to come
}

// node writes what lies below the words from … to, which share depth
// characters, and returns their own node. Of equal words the first gives the
// id and the last the weight.
func (f *filler) node(from, to, depth int) node {
	n := node{weight: math.Inf(-1), id: -1}
	for ; from < to && f.t.code(from, depth) == 0; from++ {
		word := f.t.entries[from].word
		n.weight = f.weights[word]
		if n.id < 0 {
			n.id = word
		}
	}
	if from == to {
		return n
	}
	n.base, f.bases = f.bases[0], f.bases[1:]
	for from < to {
		next := f.t.same(from, to, depth)
		code := f.t.code(from, depth)
		slot := int(n.base) + int(code)
		f.d.checks[slot] = code
		f.d.nodes[slot] = f.node(from, next, depth+1)
		from = next
	}
	return n
}
