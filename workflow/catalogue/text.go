package catalogue

import (
	"encoding/binary"
	"slices"
)

// Text is what is searched of a ticket.
type Text struct {
	Ticket uint64 // bits of its ID
	Title  string
	Parts  []string
	Beside Beside // what the ticket tells with its text
}

// shelf holds texts one after another. A full one has its pairs of neighbouring
// characters listed, with the texts in which each stands; a young one is read
// through.
type shelf struct {
	rows   []uint32 // of each text
	ends   []uint32 // of each text in units
	units  []uint16
	pairs  []uint32 // ascending; nil while the shelf is young
	starts []uint32 // of the list of each pair, and the end of the last
	lists  []byte   // texts by number, as differences
}

// shelfTexts is how many texts a full shelf holds.
const shelfTexts = 16384

func (s *shelf) put(row uint32, t *Text) {
	s.units = append(appendFolded(s.units, t.Title), gap)
	for _, part := range t.Parts {
		if part != "" {
			s.units = append(appendFolded(s.units, part), gap)
		}
	}
	s.rows, s.ends = append(s.rows, row), append(s.ends, uint32(len(s.units)))
}

func (s *shelf) text(n uint32) []uint16 {
	if n == 0 {
		return s.units[:s.ends[0]]
	}
	return s.units[s.ends[n-1]:s.ends[n]]
}

func pair(a, b uint16) uint32 { return uint32(a)<<16 | uint32(b) }

// listed is the shelf with its pairs listed. The shelf itself stays as it is:
// others may be reading it.
func (s *shelf) listed() *shelf {
	full := &shelf{rows: slices.Clip(s.rows), ends: slices.Clip(s.ends), units: slices.Clip(s.units)}
	entries := make([]uint64, 0, len(s.units))
	var own []uint32
	for n := range s.rows {
		text := s.text(uint32(n))
		own = own[:0]
		for i := 0; i+1 < len(text); i++ {
			if text[i] != gap {
				own = append(own, pair(text[i], text[i+1]))
			}
		}
		slices.Sort(own)
		for _, p := range slices.Compact(own) {
			entries = append(entries, uint64(p)<<32|uint64(n))
		}
	}
	sortPairs(entries)
	last := uint32(0)
	for i, e := range entries {
		p, n := uint32(e>>32), uint32(e)
		if i == 0 || p != full.pairs[len(full.pairs)-1] {
			full.pairs, full.starts, last = append(full.pairs, p), append(full.starts, uint32(len(full.lists))), 0
		}
		full.lists = binary.AppendUvarint(full.lists, uint64(n-last))
		last = n
	}
	full.starts = append(full.starts, uint32(len(full.lists)))
	full.pairs, full.starts, full.lists = slices.Clip(full.pairs), slices.Clip(full.starts), slices.Clip(full.lists)
	return full
}

// sortPairs sorts by the upper half, two bytes at a time; equal ones keep their
// order, which is that of the texts.
func sortPairs(entries []uint64) {
	other := make([]uint64, len(entries))
	for _, shift := range []uint{32, 48} {
		var starts [1<<16 + 1]uint32
		for _, e := range entries {
			starts[uint16(e>>shift)+1]++
		}
		for i := 1; i < len(starts); i++ {
			starts[i] += starts[i-1]
		}
		for _, e := range entries {
			p := &starts[uint16(e>>shift)]
			other[*p] = e
			*p++
		}
		entries, other = other, entries
	}
}

// list decodes the texts of a pair by its number.
func (s *shelf) list(n int, into []uint32) []uint32 {
	b := s.lists[s.starts[n]:s.starts[n+1]]
	text := uint64(0)
	for len(b) > 0 {
		if b[0] < 0x80 {
			text, b = text+uint64(b[0]), b[1:]
		} else {
			d, size := binary.Uvarint(b)
			text, b = text+d, b[size:]
		}
		into = append(into, uint32(text))
	}
	return into
}

// candidates are the texts in which a word may stand, ascending. With sure it
// does stand in each of them; all reports that nothing is known.
func (s *shelf) candidates(word []uint16) (texts []uint32, sure, all bool) {
	if s.pairs == nil {
		return nil, false, true
	}
	if len(word) == 1 {
		return s.single(word[0]), true, false
	}
	lists := make([]int, 0, len(word))
	for i := 0; i+1 < len(word); i++ {
		n, found := slices.BinarySearch(s.pairs, pair(word[i], word[i+1]))
		if !found {
			return nil, true, false
		}
		lists = append(lists, n)
	}
	slices.SortFunc(lists, func(a, b int) int { return int(s.length(a)) - int(s.length(b)) })
	texts = s.list(lists[0], nil)
	var next []uint32
	for _, n := range lists[1:] {
		if len(texts) < 16 { // reading them costs less than another list
			break
		}
		next = s.list(n, next[:0])
		texts = common(texts, next)
	}
	return texts, len(word) == 2, false
}

func (s *shelf) length(n int) uint32 { return s.starts[n+1] - s.starts[n] }

// single are the texts that hold a character: it has a neighbour in each, be it
// the gap at the end.
func (s *shelf) single(c uint16) []uint32 {
	first, _ := slices.BinarySearch(s.pairs, pair(c, 0))
	holds := make([]bool, len(s.rows))
	var list []uint32
	for n := first; n < len(s.pairs) && s.pairs[n]>>16 == uint32(c); n++ {
		list = s.list(n, list[:0])
		for _, text := range list {
			holds[text] = true
		}
	}
	texts := list[:0]
	for text, is := range holds {
		if is {
			texts = append(texts, uint32(text))
		}
	}
	return texts
}

// common keeps what stands in both ascending lists, in the first one's place.
func common(a, b []uint32) []uint32 {
	kept, j := a[:0], 0
	for _, v := range a {
		for j < len(b) && b[j] < v {
			j++
		}
		if j == len(b) {
			break
		}
		if b[j] == v {
			kept = append(kept, v)
		}
	}
	return kept
}
