package catalogue

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
)

// What is searched is folded: lower case, half width, without spaces and without
// the dots that people put into plates. Texts are kept as UTF-16: two bytes a
// Chinese character, and two of them make a number.

// gap stands between the parts of a text; nothing that is searched holds it.
const gap = 0

// unspoken are signs that people write or leave out as they like.
const unspoken = "·•・‧‐"

// foldRune gives a character as it is compared, and false for one that counts
// for nothing.
func foldRune(r rune) (rune, bool) {
	if r < 0x80 {
		if 'A' <= r && r <= 'Z' {
			r += 'a' - 'A'
		}
		return r, r > ' ' && r != 0x7f
	}
	if 0xff01 <= r && r <= 0xff5e {
		return foldRune(r - 0xfee0)
	}
	if 0x4e00 <= r && r <= 0x9fff {
		return r, true
	}
	if unicode.IsSpace(r) || strings.ContainsRune(unspoken, r) {
		return 0, false
	}
	return unicode.ToLower(r), true
}

func appendFolded(units []uint16, text string) []uint16 {
	for _, r := range text {
		if r, counts := foldRune(r); counts {
			units = utf16.AppendRune(units, r)
		}
	}
	return units
}

// wordsMost is how many words of a query are searched.
const wordsMost = 8

// Words are the words of a query, in the order written, none twice.
func Words(query string) []string {
	var words []string
	for _, w := range strings.Fields(query) {
		if len(appendFolded(nil, w)) > 0 && !slices.Contains(words, w) {
			words = append(words, w)
		}
	}
	return words[:min(len(words), wordsMost)]
}

// Span is a part of a text: rune offsets, the end exclusive.
type Span struct{ Start, End int }

// Marks are where the words of a query stand in a text, in order; spans that
// touch are one.
func Marks(text string, words []string) []Span {
	var units []uint16
	var at []int // rune of each unit
	runes := 0
	for _, r := range text {
		if folded, counts := foldRune(r); counts {
			units = utf16.AppendRune(units, folded)
			for len(at) < len(units) {
				at = append(at, runes)
			}
		}
		runes++
	}
	var spans []Span
	for _, w := range words {
		word := appendFolded(nil, w)
		if len(word) == 0 {
			continue
		}
		for from := 0; ; {
			i := index(units[from:], word)
			if i < 0 {
				break
			}
			i += from
			spans = append(spans, Span{at[i], at[i+len(word)-1] + 1})
			from = i + len(word)
		}
	}
	slices.SortFunc(spans, func(a, b Span) int { return a.Start - b.Start })
	merged := spans[:0]
	for _, s := range spans {
		if n := len(merged); n > 0 && s.Start <= merged[n-1].End {
			merged[n-1].End = max(merged[n-1].End, s.End)
			continue
		}
		merged = append(merged, s)
	}
	return merged
}

// index is where a word first stands in a text, -1 for nowhere.
func index(units, word []uint16) int {
	if len(word) == 0 || len(word) > len(units) {
		return -1
	}
	first, rest := word[0], word[1:]
	for i, u := range units[:len(units)-len(rest)] {
		if u == first && slices.Equal(units[i+1:i+1+len(rest)], rest) {
			return i
		}
	}
	return -1
}
