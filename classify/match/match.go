// Package match finds every occurrence of many keywords in a text in one pass.
//
// Keywords have at least two characters, so each is found through its first
// two: a bitmap that fits the cache refuses most pairs of characters of a text,
// a hash table leads the others to the few keywords that begin so.
package match

import (
	"math/bits"
	"sort"
	"unicode/utf8"
)

// Hit is a keyword found: its number, and where, in bytes and in runes.
type Hit struct {
	Keyword            int32
	Start, End         int32
	RuneStart, RuneEnd int32
}

// Matcher is safe for concurrent use.
type Matcher struct {
	seen    []uint64 // bitmap over the hashes of all first pairs
	slots   []slot   // open addressing, a power of two
	shift   uint     // hash -> slot
	entries []entry  // of one slot next to each other, shortest first
}

type slot struct {
	pair  uint64 // 0: empty
	first int32
	n     int32
}

// entry is a keyword. Of what follows its first two characters the first eight
// bytes lie in the entry itself, so that most keywords are ruled out without
// another look into memory.
type entry struct {
	head    uint64 // first bytes of rest
	mask    uint64 // of the bytes that head has
	rest    string // letters small
	keyword int32
	runes   int32
	size    int32 // len(rest)
	edge    edge
	ascii   bool // rest holds letters: compare without regard to case
}

// edge says at which ends a keyword must not touch more of the same: a number
// is not found inside a longer number, nor letters inside a longer word.
type edge uint8

const (
	edgeStart edge = 1 << iota
	edgeEnd
)

// New makes a matcher; keywords are numbered by their place in the list.
// Keywords shorter than two characters are never found.
func New(keywords []string) *Matcher {
	groups := make(map[uint64][]entry, len(keywords))
	for i, keyword := range keywords {
		if utf8.RuneCountInString(keyword) < 2 {
			continue
		}
		a, wa := utf8.DecodeRuneInString(keyword)
		b, wb := utf8.DecodeRuneInString(keyword[wa:])
		rest := []byte(keyword[wa+wb:])
		e := entry{keyword: int32(i), runes: int32(utf8.RuneCountInString(keyword))}
		for j, c := range rest {
			rest[j] = small(c)
			e.ascii = e.ascii || isLetter(c)
		}
		e.rest, e.size = string(rest), int32(len(rest))
		for j, c := range rest[:min(8, len(rest))] {
			e.head |= uint64(c) << (8 * j)
			e.mask |= 0xFF << (8 * j)
		}
		if class(keyword[0]) != 0 {
			e.edge |= edgeStart
		}
		if class(keyword[len(keyword)-1]) != 0 {
			e.edge |= edgeEnd
		}
		key := pair(smallRune(a), smallRune(b))
		groups[key] = append(groups[key], e)
	}
	return build(groups, len(keywords))
}

func build(groups map[uint64][]entry, keywords int) *Matcher {
	size := uint(bits.Len(uint(2*len(groups) + 1)))
	m := &Matcher{
		seen:    make([]uint64, 1<<max(size+4, 6)/64),
		slots:   make([]slot, 1<<size),
		shift:   64 - size,
		entries: make([]entry, 0, keywords),
	}
	pairs := make([]uint64, 0, len(groups))
	for key := range groups {
		pairs = append(pairs, key)
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i] < pairs[j] })
	for _, key := range pairs {
		group := groups[key]
		sort.SliceStable(group, func(i, j int) bool { return len(group[i].rest) < len(group[j].rest) })
		h := hash(key)
		at := h >> m.shift
		for m.slots[at].pair != 0 {
			at = (at + 1) & uint64(len(m.slots)-1)
		}
		m.slots[at] = slot{pair: key, first: int32(len(m.entries)), n: int32(len(group))}
		m.entries = append(m.entries, group...)
		bit := m.bit(h)
		m.seen[bit/64] |= 1 << (bit % 64)
	}
	return m
}

// Find appends every occurrence in text, overlapping ones too, in the order of
// their starts, shorter ones first. It allocates only when hits must grow.
func (m *Matcher) Find(text string, hits []Hit) []Hit {
	var (
		before, last       rune // the two characters that were read last
		beforeAt, lastAt   int
		index              int32 // of the character now read
		mask               = uint64(len(m.slots) - 1)
		slots, seen, shift = m.slots, m.seen, m.shift
		bitMask            = uint64(len(seen)*64 - 1)
	)
	for at := 0; ; index++ {
		// A pair is looked up when the character after it is reached, because
		// only then it is known where the pair ends.
		if index >= 2 {
			key := pair(before, last)
			h := hash(key)
			if bit := h >> 20 & bitMask; seen[bit/64]&(1<<(bit%64)) != 0 {
				for s := h >> shift; slots[s].pair != 0; s = (s + 1) & mask {
					if slots[s].pair == key {
						hits = m.collect(&slots[s], text, beforeAt, at, index-2, hits)
						break
					}
				}
			}
		}
		if at >= len(text) {
			return hits
		}
		before, beforeAt = last, lastAt
		lastAt = at
		// Chinese characters are three bytes long and nearly all there is; the
		// texts were cleaned, so that their form holds.
		switch b := text[at]; {
		case b < utf8.RuneSelf:
			last = smallRune(rune(b))
			at++
		case at+2 < len(text) && b&0xF0 == 0xE0 && text[at+1]&0xC0 == 0x80:
			last = rune(b&0x0F)<<12 | rune(text[at+1]&0x3F)<<6 | rune(text[at+2]&0x3F)
			at += 3
		default:
			var width int
			last, width = utf8.DecodeRuneInString(text[at:])
			at += width
		}
	}
}

// collect appends the keywords of a slot that stand at start; after is where
// the first two characters end.
func (m *Matcher) collect(s *slot, text string, start, after int, index int32, hits []Hit) []Hit {
	head := eight(text, after)
	entries := m.entries[s.first : s.first+s.n]
	for i := range entries {
		e := &entries[i]
		if head&e.mask != e.head && !e.ascii {
			continue
		}
		end := after + int(e.size)
		if end > len(text) || (e.size > 8 || e.ascii) && !same(text[after:end], e.rest, e.ascii) {
			continue
		}
		if e.edge != 0 && touches(text, start, end, e.edge) {
			continue
		}
		hits = append(hits, Hit{
			Keyword: e.keyword, Start: int32(start), End: int32(end),
			RuneStart: index, RuneEnd: index + e.runes,
		})
	}
	return hits
}

// eight gives the next eight bytes, zeros after the end.
func eight(text string, at int) uint64 {
	if at+8 <= len(text) {
		t := text[at : at+8]
		return uint64(t[0]) | uint64(t[1])<<8 | uint64(t[2])<<16 | uint64(t[3])<<24 |
			uint64(t[4])<<32 | uint64(t[5])<<40 | uint64(t[6])<<48 | uint64(t[7])<<56
	}
	head := uint64(0)
	for i := range len(text) - at {
		head |= uint64(text[at+i]) << (8 * i)
	}
	return head
}

func (m *Matcher) bit(h uint64) uint64 { return h >> 20 & uint64(len(m.seen)*64-1) }

func same(text, rest string, ascii bool) bool {
	if !ascii {
		return text == rest
	}
	for i := range len(rest) {
		if small(text[i]) != rest[i] {
			return false
		}
	}
	return true
}

func touches(text string, start, end int, e edge) bool {
	if e&edgeStart != 0 && start > 0 && class(text[start-1]) == class(text[start]) {
		return true
	}
	return e&edgeEnd != 0 && end < len(text) && class(text[end]) == class(text[end-1])
}

// Fold gives the form in which two keywords are the same to a matcher.
func Fold(keyword string) string {
	for i := range len(keyword) {
		if small(keyword[i]) != keyword[i] {
			folded := []byte(keyword)
			for j := i; j < len(folded); j++ {
				folded[j] = small(folded[j])
			}
			return string(folded)
		}
	}
	return keyword
}

func pair(a, b rune) uint64 { return uint64(a)<<21 | uint64(b) }

func hash(key uint64) uint64 {
	key *= 0x9E3779B97F4A7C15
	return key ^ key>>29
}

func isLetter(c byte) bool { return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' }

func small(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func smallRune(r rune) rune {
	if 'A' <= r && r <= 'Z' {
		return r + 'a' - 'A'
	}
	return r
}

// class is 0 for all but letters and digits of ASCII.
func class(c byte) byte {
	switch {
	case isLetter(c):
		return 1
	case '0' <= c && c <= '9':
		return 2
	}
	return 0
}
