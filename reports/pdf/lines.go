package pdf

import (
	"strings"
	"unicode"
)

// Signs that must not begin a line, and signs that must not end one (避头尾).
const (
	neverFirst = "，。、；：？！）》〉】〕”’％%…—·*"
	neverLast  = "（《〈【〔“‘"
)

// breakLines cuts a text into lines of a width; the first is shorter by indent.
// A run of Latin letters, digits and their signs is never cut, unless it alone
// is wider than a line.
func (w *writer) breakLines(text string, width, indent float64) []string {
	var out []string
	line, used := "", indent
	for _, word := range words(text) {
		long := w.measure(word)
		if used+long > width && line != "" {
			out = append(out, line)
			line, used = "", 0
		}
		for long > width {
			cut := w.fit(word, width-used)
			out = append(out, line+word[:cut])
			word, line, used = word[cut:], "", 0
			long = w.measure(word)
		}
		line += word
		used += long
	}
	if line != "" || len(out) == 0 {
		out = append(out, line)
	}
	return out
}

// fit is how many bytes of a word go into a width, one character at least.
func (w *writer) fit(word string, width float64) int {
	last := 0
	for i := range word {
		if i > 0 {
			if w.measure(word[:i]) > width {
				break
			}
			last = i
		}
	}
	if last == 0 {
		for i := range word {
			if i > 0 {
				return i
			}
		}
		return len(word)
	}
	return last
}

// words cuts a text where a line may end.
func words(text string) []string {
	var out []string
	var b strings.Builder
	var before rune
	for i, r := range text {
		if i > 0 && mayBreak(before, r) {
			out = append(out, b.String())
			b.Reset()
		}
		b.WriteRune(r)
		before = r
	}
	if b.Len() > 0 {
		out = append(out, b.String())
	}
	return out
}

func mayBreak(before, after rune) bool {
	if strings.ContainsRune(neverFirst, after) || strings.ContainsRune(neverLast, before) {
		return false
	}
	return !latin(before) || !latin(after)
}

// latin: letters, digits and the signs inside numbers and codes.
func latin(r rune) bool {
	return r < 0x80 && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(".,%/+-:", r))
}
