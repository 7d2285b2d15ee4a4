package entity

import (
	"strings"
	"unicode/utf8"
)

// sign tells what a Han character may mean to the scanner, one bit each.
type sign uint16

const (
	isHan    sign = 1 << iota
	breaks        // no name reaches back over it: see breakers
	admin         // ends the name of a county, town or village
	street        // ends the name of a road
	province      // begins a plate
	numeral       // is a number
	labelEnd      // ends a label: 订单号, or stands between label and number
	unit          // may follow a number that names something: 路 号 国 省 …
	dated         // ends a date
)

const firstHan, lastHan = 0x4E00, 0x9FFF

var signs = func() *[lastHan - firstHan + 1]sign {
	table := new([lastHan - firstHan + 1]sign)
	for i := range table {
		table[i] = isHan
	}
	mark := func(chars string, s sign) {
		for _, r := range chars {
			table[r-firstHan] |= s
		}
	}
	mark(breakers, breaks)
	mark("县区市镇乡村", admin)
	mark("路街", street)
	mark(provinces, province)
	mark("零一二三四五六七八九十百", numeral)
	mark("是为", labelEnd)
	for _, labels := range [][]string{badgeLabels, orderLabels, phoneLabels} {
		for _, l := range labels {
			r, _ := utf8.DecodeLastRuneInString(l)
			mark(string(r), labelEnd)
		}
	}
	mark("路号公国省县乡村", unit)
	mark("年月日号", dated)
	return table
}()

func signOf(r rune) sign {
	if i := uint32(r) - firstHan; i < uint32(len(signs)) {
		return signs[i]
	}
	if r >= 0x3400 && r < 0x4E00 || r >= 0x20000 && r <= 0x3FFFF {
		return isHan
	}
	return 0
}

// before is the character that ends at a place, 0 at the start of the text.
func (st *state) before(at int) (rune, int) {
	text := st.text
	if at == 0 {
		return 0, 0
	}
	if b := text[at-1]; b < utf8.RuneSelf {
		return rune(b), 1
	}
	if at >= 3 && text[at-3]&0xF0 == 0xE0 {
		return rune(text[at-3]&0x0F)<<12 | rune(text[at-2]&0x3F)<<6 | rune(text[at-1]&0x3F), 3
	}
	return utf8.DecodeLastRuneInString(text[:at])
}

// after is the character that begins at a place, 0 at the end of the text.
func (st *state) after(at int) rune {
	if at >= len(st.text) {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(st.text[at:])
	return r
}

// pairs is a set of words of two characters.
type pairs []uint32

func newPairs(words ...string) pairs {
	size := 64
	for size < 4*len(words) {
		size *= 2
	}
	set := make(pairs, size)
	for _, w := range words {
		a, n := utf8.DecodeRuneInString(w)
		b, m := utf8.DecodeRuneInString(w[n:])
		if n+m != len(w) || a > 0xFFFF || b > 0xFFFF {
			continue
		}
		key := uint32(a)<<16 | uint32(b)
		at := hash(key) & uint32(size-1)
		for set[at] != 0 && set[at] != key {
			at = (at + 1) & uint32(size-1)
		}
		set[at] = key
	}
	return set
}

func (p pairs) has(a, b rune) bool {
	if a > 0xFFFF || b > 0xFFFF {
		return false
	}
	key := uint32(a)<<16 | uint32(b)
	mask := uint32(len(p) - 1)
	for at := hash(key) & mask; p[at] != 0; at = (at + 1) & mask {
		if p[at] == key {
			return true
		}
	}
	return false
}

func hash(key uint32) uint32 {
	key *= 0x9E3779B1
	return key ^ key>>15
}

func wordSet(words string) map[string]bool {
	set := make(map[string]bool)
	for _, w := range strings.Fields(words) {
		set[w] = true
	}
	return set
}
