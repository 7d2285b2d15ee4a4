// Package near finds texts that are nearly the same: the same complaint sent
// twice, or one text sent by several people with small changes.
//
// A text is the set of its three-character pieces. Its sketch keeps, for each
// of 64 parts of the range of a hash, the smallest hash of a piece (MinHash
// with one permutation: Li, Owen, Zhang 2012; empty parts borrow from others:
// Shrivastava 2017). The share of equal values estimates the share of common
// pieces. Three values form a band; texts that share one of 21 bands are
// compared.
package near

import (
	"unicode"
	"unicode/utf8"
)

const (
	slots    = 64
	bandSize = 3
	bands    = slots / bandSize
	piece    = 3 // characters
)

// Sketch is what is kept of a text: 64 values and the number of different
// pieces, which tells how long it was. The zero value is an empty text's.
type Sketch struct {
	Values [slots]uint32
	Pieces int32
}

// Of makes the sketch of a text. Blanks, punctuation and the case of letters
// make no difference.
func Of(text string) Sketch {
	var s Sketch
	lowest := [slots]uint64{}
	for i := range lowest {
		lowest[i] = ^uint64(0)
	}
	var a, b uint64
	n := 0
	for _, r := range text {
		c := letter(r)
		if c == 0 {
			continue
		}
		if n++; n >= piece {
			h := mix(a<<42 ^ b<<21 ^ uint64(c))
			slot := h >> 58
			if rest := h << 6 >> 6; rest < lowest[slot] {
				lowest[slot] = rest
			}
		}
		a, b = b, uint64(c)
	}
	switch {
	case n == 0:
		return s
	case n < piece: // too short for a piece: the text itself is one
		h := mix(a<<42 ^ b<<21)
		lowest[h>>58] = h << 6 >> 6
		n = piece
	}
	s.Pieces = int32(n - piece + 1)
	s.fill(&lowest)
	return s
}

// fill takes the lowest hashes; an empty slot borrows the value of one that is
// chosen by hashing, so that equal texts borrow alike.
func (s *Sketch) fill(lowest *[slots]uint64) {
	const empty = ^uint64(0)
	for i, h := range lowest {
		for try := uint64(1); h == empty; try++ {
			h = lowest[mix(uint64(i)<<32|try)>>58]
		}
		s.Values[i] = uint32(h>>20) | 1 // never 0, so that nothing equals an empty text
	}
}

// letter is the character as it counts: 0 for what does not.
func letter(r rune) rune {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		return r
	case r < utf8.RuneSelf:
		switch {
		case 'a' <= r && r <= 'z', '0' <= r && r <= '9':
			return r
		case 'A' <= r && r <= 'Z':
			return r + 'a' - 'A'
		}
		return 0
	case unicode.IsLetter(r), unicode.IsDigit(r):
		return unicode.ToLower(r)
	}
	return 0
}

func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	h ^= h >> 33
	return h
}

// Common estimates the share of pieces that two texts have in common, of all
// pieces of both: 0 … 1.
func Common(a, b *Sketch) float64 {
	if a.Pieces == 0 || b.Pieces == 0 {
		return 0
	}
	same := 0
	for i := range a.Values {
		if a.Values[i] == b.Values[i] {
			same++
		}
	}
	return float64(same) / slots
}

// Contained estimates which share of the shorter text stands in the longer
// one: 1 when one text is the other with something added.
func Contained(a, b *Sketch) float64 {
	j := Common(a, b)
	both := j / (1 + j) * float64(a.Pieces+b.Pieces)
	if least := float64(min(a.Pieces, b.Pieces)); least > 0 {
		return min(1, both/least)
	}
	return 0
}

// Bands are the keys under which a text can be found: texts that are nearly
// the same share at least one, others hardly ever.
func (s *Sketch) Bands() [bands]uint64 {
	var keys [bands]uint64
	for i := range keys {
		key := uint64(i + 1)
		for _, v := range s.Values[i*bandSize : (i+1)*bandSize] {
			key = mix(key + uint64(v))
		}
		keys[i] = key
	}
	return keys
}
