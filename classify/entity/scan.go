// Package entity finds the things that a complaint names: plates, lines,
// roads, stations, companies, places, badges, orders, and the numbers that
// must be masked. Everything is written by hand as one pass that stops only at
// letters, digits and the characters with which names end.
package entity

import (
	"cmp"
	"encoding/binary"
	"math/bits"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"

	"huiyin/classify/match"
	"huiyin/ticket"
)

// Place is a row of the gazetteer: a name, the county it lies in, and what it
// names (ticket.EntityPlace, EntityRoad, EntityStation or EntityToll).
type Place struct {
	Name   string
	County string
	Kind   ticket.EntityKind
}

// Scanner finds entities. It does not change and is safe for concurrent use.
type Scanner struct {
	places []Place
	names  *match.Matcher
	states sync.Pool
}

// New makes a scanner that knows the places of a gazetteer. Of two rows with
// the same name the first counts.
func New(places []Place) *Scanner {
	s := &Scanner{places: places}
	if len(places) > 0 {
		names := make([]string, len(places))
		for i, p := range places {
			names[i] = p.Name
		}
		s.names = match.New(names)
	}
	s.states.New = func() any { return new(state) }
	return s
}

// state is the work on one text. Spans are in bytes until the end.
type state struct {
	text  string
	done  int // everything before this byte belongs to an entity already
	found []span
	hits  []match.Hit
}

type span struct {
	ticket.Entity
	known bool // from the gazetteer
}

// Scan returns the entities of a cleaned text in their order, without
// overlaps; offsets are in runes. It returns nil when there are none.
func (s *Scanner) Scan(text string) []ticket.Entity {
	st := s.states.Get().(*state)
	st.text, st.done, st.found = text, 0, st.found[:0]
	st.pass()
	if s.names != nil {
		s.lookUp(st)
	}
	entities := st.settle()
	st.text = ""
	clear(st.found)
	s.states.Put(st)
	return entities
}

func (st *state) pass() {
	text := st.text
	for at := 0; at < len(text); {
		b := text[at]
		if b < utf8.RuneSelf {
			if !isAlnum(b) {
				at++
				continue
			}
			end := at + 1
			for end < len(text) && isAlnum(text[end]) {
				end++
			}
			at = st.alnum(at, end)
			continue
		}
		if b >= 0xE4 && b <= 0xE9 && at+2 < len(text) {
			r := uint16(b&0x0F)<<12 | uint16(text[at+1]&0x3F)<<6 | uint16(text[at+2]&0x3F)
			if i := r - firstHan; int(i) < len(endings) && endings[i] != 0 {
				st.ending(at+3, endings[i])
			}
		}
		at += width(b)
	}
}

// width is the length of a character by its first byte.
func width(b byte) int {
	switch {
	case b < 0xC0:
		return 1
	case b < 0xE0:
		return 2
	case b < 0xF0:
		return 3
	}
	return 4
}

// alnum looks at a run of letters and digits and returns where it went on to.
// Most runs are short numbers that name nothing: their neighbours tell.
func (st *state) alnum(from, to int) int {
	before, _ := st.before(from)
	prev, next := signOf(before), signOf(st.after(to))
	letter := isLetter(st.text[from])
	end := 0
	if letter && prev&province != 0 {
		end = st.plate(from, to)
	}
	if end == 0 && to-from >= 2 && (prev&labelEnd != 0 || prev == 0 && before != 0) {
		end = st.labelled(from, to)
	}
	if end == 0 && (next&unit != 0 || letter && before == '交') {
		end = st.line(from, to)
	}
	if end == 0 && (letter && to-from >= 2 || next&unit != 0 || before == '道') {
		end = st.roadCode(from, to)
	}
	if end == 0 && (to-from >= 7 || to < len(st.text) && to-from >= 2 && strings.IndexByte(" -)", st.text[to]) >= 0) {
		end = st.number(from, to)
	}
	st.done = max(st.done, end)
	return max(to, end)
}

func (st *state) add(kind ticket.EntityKind, from, to int, value string) {
	e := ticket.Entity{Kind: kind, Text: st.text[from:to], Start: from, End: to}
	if value != e.Text {
		e.Value = value
	}
	st.found = append(st.found, span{Entity: e})
}

func (s *Scanner) lookUp(st *state) {
	st.hits = s.names.Find(st.text, st.hits[:0])
	for _, h := range st.hits {
		p := s.places[h.Keyword]
		from, to := int(h.Start), int(h.End)
		if partOfVillage(p.Name, st.text[to:]) {
			continue
		}
		e := ticket.Entity{Kind: p.Kind, Text: st.text[from:to], County: p.County, Start: from, End: to}
		st.found = append(st.found, span{Entity: e, known: true})
	}
}

// settle decides between overlapping entities: the longer one stays, unless it
// only has more in front than a known name that ends at the same place. What
// begins with a place, or follows it at once, lies in the same county.
func (st *state) settle() []ticket.Entity {
	if len(st.found) == 0 {
		return nil
	}
	slices.SortStableFunc(st.found, func(a, b span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(b.End, a.End), cmp.Compare(rank(a), rank(b)))
	})
	kept := make([]span, 0, len(st.found))
	for _, e := range st.found {
		n := len(kept)
		if n == 0 || kept[n-1].End <= e.Start {
			if n > 0 && kept[n-1].End == e.Start && e.County == "" && !e.known {
				e.County = inherited(kept[n-1])
			}
			kept = append(kept, e)
			continue
		}
		last := &kept[n-1]
		switch {
		case !last.known && e.known && e.End >= last.End && isName(last.Kind):
			*last = e
		case last.County == "" && last.Start == e.Start && e.Kind == ticket.EntityPlace && isName(last.Kind):
			last.County = e.County
		}
	}
	return inRunes(st.text, kept)
}

func rank(s span) int {
	if s.known {
		return 0
	}
	return 1
}

func inherited(before span) string {
	if before.Kind == ticket.EntityPlace {
		return before.County
	}
	return ""
}

func isName(kind ticket.EntityKind) bool {
	switch kind {
	case ticket.EntityPlace, ticket.EntityRoad, ticket.EntityStation, ticket.EntityToll, ticket.EntityCompany:
		return true
	}
	return false
}

func inRunes(text string, kept []span) []ticket.Entity {
	entities := make([]ticket.Entity, len(kept))
	runes, at := 0, 0
	for i, e := range kept {
		runes += runeCount(text[at:e.Start])
		length := runeCount(text[e.Start:e.End])
		at = e.End
		entities[i] = e.Entity
		entities[i].Start, entities[i].End = runes, runes+length
		runes += length
	}
	return entities
}

// runeCount counts the bytes that begin a character, eight at a time.
func runeCount(s string) int {
	n := 0
	for len(s) >= 8 {
		word := binary.LittleEndian.Uint64([]byte(s[:8]))
		inner := word &^ (word << 1) & 0x8080808080808080 // high bit set, next one not
		n += 8 - bits.OnesCount64(inner)
		s = s[8:]
	}
	for i := range len(s) {
		if s[i]&0xC0 != 0x80 {
			n++
		}
	}
	return n
}

func isDigit(b byte) bool  { return b >= '0' && b <= '9' }
func isLetter(b byte) bool { return b|0x20 >= 'a' && b|0x20 <= 'z' }
func isAlnum(b byte) bool  { return isDigit(b) || isLetter(b) }

func allDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
