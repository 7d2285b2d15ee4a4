// Package han knows what becomes of each character when a text is cleaned:
// traditional to simplified, full width to half width, compatibility forms to
// plain ones, and the characters that nobody sees to nothing.
package han

import (
	_ "embed"
	"strings"
	"sync"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

//go:embed t2s.tsv
var t2s string

// A Table gives for every character of the basic plane the character that
// takes its place, itself when it stays, or one of the commands below. The
// commands use the surrogate range, in which no character lies.
type Table [1 << 16]uint16

// Commands of a Table.
const (
	Drop       uint16 = 0xD800 + iota // not visible: leave out
	Space                             // any kind of blank
	Newline                           // any kind of line end
	Combining                         // a mark that joins the letter before it
	CloseParen                        // may end an inline pinyin annotation
	Semicolon                         // may end an HTML entity
	CloseAngle                        // may end an HTML tag
	Unresolved                        // stays until its neighbours tell its simplified form: see Resolve
	Suspect                           // stays; near other signs it shows damage
	Wide                              // becomes a character that has a command itself: see Beyond
)

// IsCommand reports whether a table entry is a command rather than a character.
func IsCommand(m uint16) bool { return m >= 0xD800 && m <= 0xDFFF }

var build = sync.OnceValues(buildTable)

// Characters is the table for the basic plane. It is built on first use and
// must not be changed.
func Characters() *Table {
	table, _ := build()
	return table
}

// Beyond is what becomes of a character that lies beyond the basic plane, or
// that the table calls Wide; -1 when it is left out.
func Beyond(r rune) rune {
	_, wide := build()
	if m, ok := wide[r]; ok {
		return m
	}
	if r >= 0xE0000 && r <= 0xE0FFF {
		return -1 // tags and variation selectors
	}
	return r
}

func buildTable() (*Table, map[rune]rune) {
	simplified := readPairs(t2s)
	table := new(Table)
	wide := make(map[rune]rune)
	for r := rune(0); r <= 0xFFFF; r++ {
		if cmd := commandOf(r); cmd != 0 {
			table[r] = cmd
			continue
		}
		m := settle(r, simplified)
		cmd := commandOf(m)
		switch {
		case m == r:
			table[r] = uint16(r)
		case cmd == Space || cmd == Newline:
			table[r] = cmd
		case cmd != 0:
			table[r] = Wide
			wide[r] = m
		default:
			table[r] = uint16(m)
		}
	}
	for r := rune(0x1D400); r <= 0x1D7FF; r++ {
		addWide(wide, r, settle(r, simplified))
	}
	for r := rune(0x20000); r <= 0x3FFFF; r++ {
		if _, ok := simplified[r]; ok || r >= 0x2F800 && r <= 0x2FA1F {
			addWide(wide, r, settle(r, simplified))
		}
	}
	return table, wide
}

func addWide(wide map[rune]rune, r, m rune) {
	if m != r {
		wide[r] = m
	}
}

func readPairs(tsv string) map[rune]rune {
	pairs := make(map[rune]rune, 4200)
	for line := range strings.Lines(tsv) {
		from, to, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "\t")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		pairs[[]rune(from)[0]] = []rune(to)[0]
	}
	return pairs
}

// settle follows a character until nothing changes any more, so that cleaning
// twice is cleaning once.
func settle(r rune, simplified map[rune]rune) rune {
	for range 4 {
		m := plain(r)
		if s, ok := simplified[m]; ok && commandOf(m) == 0 {
			m = s
		}
		if m == r {
			return r
		}
		r = m
	}
	return r
}

// plain is the compatibility form (NFKC) of a character where that is one
// character. It leaves alone the punctuation of Chinese text, and the numbers
// that would run into their neighbours: ① before 2025, m² after 10.
func plain(r rune) rune {
	if r < 0x80 || r >= 0x2150 && r <= 0x218F || strings.ContainsRune(chinesePunctuation, r) {
		return r
	}
	if norm.NFKC.PropertiesString(string(r)).Decomposition() == nil {
		return r
	}
	form := []rune(norm.NFKC.String(string(r)))
	if len(form) != 1 {
		return r
	}
	m := form[0]
	fullWidth := r >= 0xFF10 && r <= 0xFF19 || r >= 0x1D7CE && r <= 0x1D7FF
	if m >= '0' && m <= '9' && !fullWidth {
		return r
	}
	return m
}

// chinesePunctuation stays full width: it ends clauses, and people read it.
const chinesePunctuation = "，！？：；（）［］｛｝＜＞～｜"

func commandOf(r rune) uint16 {
	switch {
	case r == '\n' || r == '\r' || r == 0x85 || r == 0x2028 || r == 0x2029:
		return Newline
	case r == '\t' || r == '\v' || r == '\f' || r == 0x2800 || unicode.Is(unicode.Zs, r):
		return Space
	case unseen(r):
		return Drop
	case r >= 0x300 && r <= 0x36F:
		return Combining
	case r == ')' || r == '）':
		return CloseParen
	case r == ';':
		return Semicolon
	case r == '>':
		return CloseAngle
	case r == '?' || r == unicode.ReplacementChar || r >= 0x2500 && r <= 0x257F:
		return Suspect
	case strings.ContainsRune(unresolved, r):
		return Unresolved
	}
	return 0
}

// unseen: control and format characters, variation selectors, fillers and
// what is no character at all.
func unseen(r rune) bool {
	switch {
	case unicode.Is(unicode.Cc, r), unicode.Is(unicode.Cf, r):
		return true
	case r >= 0xFE00 && r <= 0xFE0F, r >= 0x180B && r <= 0x180F, r == 0x34F:
		return true
	case r == 0x115F, r == 0x1160, r == 0x3164, r == 0xFFA0:
		return true
	}
	return r >= 0xFDD0 && r <= 0xFDEF || r&0xFFFE == 0xFFFE
}
