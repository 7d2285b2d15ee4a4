// Package segment cuts Chinese text into words in pure Go. It gives, token for
// token, what gojieba v1.4.6 (cppjieba) gives from the same dictionary, model
// and user words: the most probable path through the dictionary, then a hidden
// Markov model over what the dictionary leaves as single characters.
//
// A Dict does not change once it is built and may be used by any number of
// goroutines; an edited list of user words makes a new Dict.
package segment

import (
	"strings"
	"sync"
	"unicode/utf8"
)

// Word is a word to be added to the dictionary.
type Word struct {
	Text string
	Freq int    // occurrences in the dictionary's corpus of 60 million; 0: the dictionary's median
	Tag  string // part of speech; only gojieba looks at it
}

// Usable reports whether a text can give the word: one that holds a separator
// (blank, tab, line end, ，。), NUL or bytes that are not UTF-8 is never found.
func (w Word) Usable() bool {
	return w.Text != "" && len(w.Text) <= maxWord && w.Freq <= maxFreq &&
		!strings.ContainsAny(w.Text, separators+"\x00") && utf8.ValidString(w.Text)
}

const (
	separators = " \t\n，。" // end a stretch of text: no word reaches over them
	maxWord    = 512       // bytes; cppjieba stops at 512 characters
	maxFreq    = 1 << 30
)

// Token is a word of a text: text[Start:End]. ID is its number in the
// dictionary, or -1.
type Token struct {
	Start, End int
	ID         int32
}

// Dict is a dictionary with its model.
type Dict struct {
	codes  *[1 << 16]uint16 // of the characters of the basic plane
	wide   map[rune]uint16  // of the others
	root   []node           // by code: the words that begin with the character
	checks []uint16         // by slot of the double array: see node.go
	nodes  []node           // by slot
	alone  []bool           // by code: a single character that is a user word
	emit   [][4]float64     // by code: see hmm.go
	model  model
	words  []string

	scratch sync.Pool
}

// Len is the number of words; their ids are 0 … Len()-1. The words of the
// dictionary file come first in the file's order, then the user words.
func (d *Dict) Len() int { return len(d.words) }

// Word is the word with an id, empty when there is none.
func (d *Dict) Word(id int32) string {
	if id < 0 || int(id) >= len(d.words) {
		return ""
	}
	return d.words[id]
}

// Cut appends the words of the text to dst. Without hmm, characters that form
// no word of the dictionary stay single. A byte that is not UTF-8 counts as an
// unknown character. The tokens cover the whole text.
func (d *Dict) Cut(dst []Token, text string, hmm bool) []Token {
	s, _ := d.scratch.Get().(*scratch)
	if s == nil {
		s = new(scratch)
	}
	for at := 0; at < len(text); {
		stop := d.decode(s, text, at)
		if stop == at { // a separator is a word and ends the path
			_, size := utf8.DecodeRuneInString(text[at:])
			dst = append(dst, Token{Start: at, End: at + size, ID: -1})
			at += size
			continue
		}
		d.path(s)
		if hmm {
			dst = d.emitHMM(dst, s, text)
		} else {
			dst = d.emitPath(dst, s)
		}
		at = stop
	}
	if cap(s.codes) <= maxKept {
		d.scratch.Put(s)
	}
	return dst
}

// maxKept is the longest scratch, in characters, that is kept for the next text.
const maxKept = 1 << 16

// scratch holds the characters of one stretch of text between separators and
// what is known of each of them.
type scratch struct {
	codes []uint16  // of the characters
	at    []int32   // their byte offsets, and the end
	best  []float64 // weight of the best path from here to the end
	pick  []uint64  // the word that starts here on the best path: slot<<16 | length
	back  []uint8   // Viterbi: for each state the state before, two bits each
}

func (s *scratch) grow(n int) {
	if n < cap(s.codes) {
		return
	}
	n += n/2 + 64
	s.codes = append(make([]uint16, 0, n), s.codes...)
	s.at = append(make([]int32, 0, n+1), s.at...)
	s.best = make([]float64, n+1)
	s.pick = make([]uint64, n)
	s.back = make([]uint8, n)
}

// decode reads the characters from at up to the next separator and returns
// where it ends.
func (d *Dict) decode(s *scratch, text string, at int) int {
	s.codes, s.at = s.codes[:0], s.at[:0]
	for at < len(text) {
		var code uint16
		size := 1
		switch b := text[at]; {
		case b < utf8.RuneSelf:
			code = d.codes[b]
		case b > 0xE0 && b < 0xF0 && b != 0xED && at+2 < len(text) && text[at+1]&0xC0 == 0x80 && text[at+2]&0xC0 == 0x80:
			code = d.codes[uint16(b&0x0F)<<12|uint16(text[at+1]&0x3F)<<6|uint16(text[at+2]&0x3F)]
			size = 3
		default:
			code, size = d.slowCode(text[at:])
		}
		if code == separator {
			break
		}
		if len(s.codes) == cap(s.codes) {
			s.grow(len(s.codes) + 1)
		}
		s.codes = append(s.codes, code)
		s.at = append(s.at, int32(at))
		at += size
	}
	s.at = append(s.at, int32(at))
	return at
}

func (d *Dict) slowCode(text string) (uint16, int) {
	r, size := utf8.DecodeRuneInString(text)
	switch {
	case r == utf8.RuneError && size == 1:
		return unknown, 1
	case r > 0xFFFF:
		return d.wide[r], size
	}
	return d.codes[r], size
}

// path finds the most probable words for the characters in s. It goes from
// the last character to the first and adds in the order of cppjieba, so that
// ties fall as they do there; of equal paths the one with the shorter first
// word wins.
func (d *Dict) path(s *scratch) {
	n := len(s.codes)
	codes, best, pick := s.codes, s.best[:n+1], s.pick[:n]
	checks, nodes := d.checks, d.nodes
	best[n] = 0
	for i := n - 1; i >= 0; i-- {
		first := &d.root[codes[i]]
		top, word := best[i+1]+first.weight, uint64(1)
		base := int(first.base)
		for j := i + 1; j < n; j++ {
			slot := base + int(codes[j])
			if checks[slot] != codes[j] {
				break
			}
			next := &nodes[slot]
			if w := best[j+1] + next.weight; w > top {
				top, word = w, uint64(slot)<<16|uint64(j-i+1)
			}
			if base = int(next.base); base == 0 {
				break
			}
		}
		best[i], pick[i] = top, word
	}
}

func (d *Dict) emitPath(dst []Token, s *scratch) []Token {
	for i := 0; i < len(s.codes); {
		word := s.pick[i]
		n := int(word & 0xFFFF)
		dst = append(dst, Token{Start: int(s.at[i]), End: int(s.at[i+n]), ID: d.idOf(s, i, word)})
		i += n
	}
	return dst
}

func (d *Dict) idOf(s *scratch, i int, word uint64) int32 {
	if slot := word >> 16; slot != 0 {
		return d.nodes[slot].id
	}
	return d.root[s.codes[i]].id
}
