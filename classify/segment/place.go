package segment

import (
	"cmp"
	"math/bits"
	"slices"
)

// place lays the words out as a double array: the children of each node at
// base+code. Nodes with many children are placed first, those of the first
// level before all others, so that the steps taken most lie close together.
func (d *Dict) place(l *wordList) {
	t := newTrie(d, l)
	a := &array{}
	bases := make([]int32, len(t.parents))
	var children []uint16
	for _, i := range t.order() {
		children = t.children(children[:0], i)
		bases[i] = int32(a.fit(children))
	}
	d.fill(t, l.class, bases, a.size)
}

// entry is a word as its codes, the first four of them as one number, by
// which words sort; rest holds the others.
type entry struct {
	head uint64
	rest []uint16
	word int32
}

// code is the n-th character, or 0 after the end.
func (e *entry) code(n int) uint16 {
	if n < 4 {
		return uint16(e.head >> (48 - 16*n))
	}
	if n -= 4; n < len(e.rest) {
		return e.rest[n]
	}
	return 0
}

// trie is the sorted words; a parent is a range of them that share their
// first depth characters and of which some go on.
type trie struct {
	entries []entry
	parents []parent
}

type parent struct {
	from, to int32
	depth    int32
	fan      int32 // number of children
}

func newTrie(d *Dict, l *wordList) *trie {
	t := &trie{entries: make([]entry, len(l.texts))}
	rests := make([]uint16, 0, len(l.texts))
	for i, w := range l.texts {
		e := entry{word: int32(i)}
		n, start := 0, len(rests)
		for _, r := range w {
			if code := d.codeOf(r); n < 4 {
				e.head |= uint64(code) << (48 - 16*n)
			} else {
				rests = append(rests, code)
			}
			n++
		}
		e.rest = rests[start:len(rests):len(rests)]
		t.entries[i] = e
	}
	slices.SortFunc(t.entries, func(a, b entry) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return cmp.Or(slices.Compare(a.rest, b.rest), cmp.Compare(a.word, b.word))
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
	code := t.entries[from].code(depth)
	to := from + 1
	for to < limit && t.entries[to].code(depth) == code {
		to++
	}
	return to
}

// collect adds the range to the parents when some of its words go on at depth.
func (t *trie) collect(from, to, depth int) {
	for from < to && t.entries[from].code(depth) == 0 {
		from++
	}
	if from == to {
		return
	}
	at := len(t.parents)
	t.parents = append(t.parents, parent{from: int32(from), to: int32(to), depth: int32(depth)})
	fan := int32(0)
	for next := 0; from < to; from = next {
		next = t.same(from, to, depth)
		t.collect(from, next, depth+1)
		fan++
	}
	t.parents[at].fan = fan
}

func (t *trie) children(dst []uint16, i int32) []uint16 {
	p := t.parents[i]
	for from := int(p.from); from < int(p.to); from = t.same(from, int(p.to), int(p.depth)) {
		dst = append(dst, t.entries[from].code(int(p.depth)))
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
// that any code after any base stays inside.
func (d *Dict) fill(t *trie, class []uint16, bases []int32, size int) {
	d.nodes = make([]uint64, size+len(d.root))
	d.ids = make([]int32, len(d.nodes))
	for i := range d.ids {
		d.ids[i] = -1
	}
	d.rootIDs = make([]int32, len(d.root))
	for i := range d.rootIDs {
		d.rootIDs[i] = -1
	}
	f := filler{d: d, t: t, class: class, bases: bases}
	for from := 0; from < len(t.entries); {
		to := t.same(from, len(t.entries), 0)
		code := t.entries[from].code(0)
		d.root[code], d.rootIDs[code] = f.node(from, to, 1)
		from = to
	}
}

// filler walks the words in the order in which the trie collected its parents.
type filler struct {
	d     *Dict
	t     *trie
	class []uint16
	bases []int32 // of the parents still to come
}

// node writes what lies below the words from … to, which share depth
// characters, and returns their own node and id. Of equal words the last counts.
func (f *filler) node(from, to, depth int) (uint64, int32) {
	node, id := uint64(f.t.entries[from].code(depth-1)), int32(-1)
	for from < to && f.t.entries[from].code(depth) == 0 {
		id = f.t.entries[from].word
		from++
	}
	if id >= 0 {
		node |= uint64(f.class[id]) << classShift
	}
	if from == to {
		return node, id
	}
	base := int(f.bases[0])
	f.bases = f.bases[1:]
	node |= uint64(base) << baseShift
	for next := 0; from < to; from = next {
		next = f.t.same(from, to, depth)
		slot := base + int(f.t.entries[from].code(depth))
		f.d.nodes[slot], f.d.ids[slot] = f.node(from, next, depth+1)
	}
	return node, id
}
