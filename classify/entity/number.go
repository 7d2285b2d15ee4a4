package entity

import (
	"strings"

	"huiyin/ticket"
)

// groups is a number as people write it: runs of digits with single blanks or
// hyphens between.
type groups struct {
	digits string
	sizes  [8]int
	n      int
	end    int
}

// number recognises phones, identity numbers and bank cards. A number that
// touches a letter or a decimal point is none of them, but for 86 and a few
// words like tel and wx in front.
func (st *state) number(from, to int) int {
	start := from
	for from < to && isLetter(st.text[from]) {
		from++
	}
	if from > start && !phoneWord(st.text[start:from]) || from == to || !st.standsFree(from) {
		return 0
	}
	g := st.group(from)
	if g.end < len(st.text) && st.text[g.end] == '.' && g.end+1 < len(st.text) && isDigit(st.text[g.end+1]) {
		return 0
	}
	for ; g.n > 0; g.shorten() {
		if kind := g.kind(st, from); kind != "" {
			return st.addNumber(kind, from, g)
		}
		if end := st.areaCode(from, to); end > 0 {
			return end
		}
	}
	return 0
}

func phoneWord(s string) bool {
	switch strings.ToLower(s) {
	case "tel", "wx", "vx", "v", "phone", "mobile", "t", "m":
		return true
	}
	return false
}

// standsFree: no decimal point and no hyphenated code before the number.
func (st *state) standsFree(from int) bool {
	if from < 2 {
		return true
	}
	sep, before := st.text[from-1], st.text[from-2]
	return !(sep == '.' && isDigit(before) || sep == '-' && isAlnum(before))
}

func (st *state) group(from int) groups {
	var g groups
	var buf [24]byte
	digits := buf[:0]
	for at := from; g.n < len(g.sizes); {
		size := 0
		for at < len(st.text) && isDigit(st.text[at]) && len(digits) < len(buf) {
			digits = append(digits, st.text[at])
			at++
			size++
		}
		if at < len(st.text) && (st.text[at] == 'X' || st.text[at] == 'x') && len(digits) == 17 {
			digits = append(digits, 'X')
			at++
			size++
		}
		if size == 0 || at < len(st.text) && isAlnum(st.text[at]) {
			break // a letter or a number too long: the group does not count
		}
		g.sizes[g.n], g.n, g.end = size, g.n+1, at
		g.digits = string(digits)
		if at+1 >= len(st.text) || st.text[at] != ' ' && st.text[at] != '-' || !isDigit(st.text[at+1]) {
			break
		}
		at++
	}
	return g
}

// shorten leaves out the last group: what follows a phone may be another number.
func (g *groups) shorten() {
	g.n--
	g.digits = g.digits[:len(g.digits)-g.sizes[g.n]]
	g.end -= g.sizes[g.n] + 1
}

func (g *groups) shape(sizes ...int) bool {
	if g.n != len(sizes) {
		return false
	}
	for i, size := range sizes {
		if g.sizes[i] != size {
			return false
		}
	}
	return true
}

func (g *groups) kind(st *state, from int) ticket.EntityKind {
	d := g.digits
	whole := g.n == 1
	switch {
	case len(d) == 18 && (whole || g.shape(6, 8, 4) || g.shape(6, 4, 4, 4)) && ticket.ValidIDNumber(d):
		return ticket.EntityIDNumber
	case len(d) == 15 && whole && oldIDNumber(d):
		return ticket.EntityIDNumber
	case len(d) >= 16 && len(d) <= 19 && (whole || g.fours()) && strings.IndexByte("34569", d[0]) >= 0 && luhn(d):
		return ticket.EntityBankCard
	case g.phone(st, from):
		return ticket.EntityPhone
	}
	return ""
}

// fours: a card number written in groups of four, the last as long as it is.
func (g *groups) fours() bool {
	for _, size := range g.sizes[:g.n-1] {
		if size != 4 {
			return false
		}
	}
	return g.sizes[g.n-1] <= 4
}

func (g *groups) phone(st *state, from int) bool {
	d := g.digits
	if strings.HasPrefix(d, "86") && len(d) == 13 && (g.n == 1 || g.shape(2, 11) || g.shape(2, 3, 4, 4)) {
		return mobile(d[2:])
	}
	switch {
	case mobile(d):
		return g.n == 1 || g.shape(3, 4, 4) || g.shape(3, 8) || g.shape(7, 4) || g.shape(4, 3, 4)
	case strings.HasPrefix(d, "400") || strings.HasPrefix(d, "800"):
		return len(d) == 10 && (g.n == 1 || g.sizes[0] == 3 || g.sizes[0] == 4 || g.shape(6, 4))
	case d[0] == '0':
		return g.landline()
	case (len(d) == 7 || len(d) == 8) && d[0] >= '2' && g.n <= 2:
		return st.follows(from, phoneLabels)
	}
	return false
}

// landline: area code of three or four digits and seven or eight more; 010 and
// 02x have eight.
func (g *groups) landline() bool {
	area := areaLength(g.digits)
	rest := len(g.digits) - area
	if area == 0 || rest != 7 && rest != 8 || area == 3 && rest != 8 {
		return false
	}
	if second := g.digits[area]; second == '0' || second == '1' {
		return false
	}
	return g.n == 1 || g.sizes[0] == area && g.n <= 3
}

func areaLength(d string) int {
	switch {
	case len(d) < 3 || d[0] != '0':
		return 0
	case d[1] == '1' && d[2] == '0' || d[1] == '2':
		return 3
	case d[1] >= '3' && d[1] <= '9':
		return 4
	}
	return 0
}

func mobile(d string) bool { return len(d) == 11 && d[0] == '1' && d[1] >= '3' }

// areaCode recognises (0551)62345678.
func (st *state) areaCode(from, to int) int {
	if to-from < 3 || to-from > 4 || from == 0 || to >= len(st.text) || st.text[from-1] != '(' || st.text[to] != ')' {
		return 0
	}
	end := to + 1
	for end < len(st.text) && isAlnum(st.text[end]) {
		end++
	}
	g := groups{digits: st.text[from:to] + st.text[to+1:end], n: 1}
	if !allDigits(g.digits) || areaLength(g.digits) != to-from || !g.landline() {
		return 0
	}
	st.add(ticket.EntityPhone, from-1, end, g.digits)
	return end
}

func (st *state) addNumber(kind ticket.EntityKind, from int, g groups) int {
	value := g.digits
	if kind == ticket.EntityPhone && len(value) == 13 {
		value = value[2:]
	}
	start := from
	if kind == ticket.EntityPhone && from > 0 && st.text[from-1] == '+' {
		start--
	}
	st.add(kind, start, g.end, value)
	return g.end
}

// oldIDNumber is the identity number of 15 digits, which has no checksum: its
// region and date of birth must be possible.
func oldIDNumber(d string) bool {
	month, day := d[8:10], d[10:12]
	return d[0] >= '1' && d[0] <= '6' && d[1] <= '6' && month >= "01" && month <= "12" && day >= "01" && day <= "31" &&
		d[2:4] != "00" && d[6:8] >= "20"
}

func luhn(d string) bool {
	sum := 0
	for i := range len(d) {
		n := int(d[len(d)-1-i] - '0')
		if n > 9 {
			return false
		}
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}
