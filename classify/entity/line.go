package entity

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"huiyin/ticket"
)

// linePrefixes are words that belong to the name of a line: 夜间5路, 快3路.
// Longer ones first.
var linePrefixes = strings.Fields("微循环 旅游专线 旅游 夜间 快速 快线 高峰 专线 社区 环城 环线 支线 定制 城乡 夜 快 专 微 环 支 游 区")

// metroPrefixes come before the number of a metro line and are not part of its
// normal form.
var metroPrefixes = strings.Fields("轨道交通 有轨电车 地铁 轻轨 轨道 城铁")

// afterRoad follows 路 where it does not name a line: 3路口, 5路段.
const afterRoad = "段口面灯况政边程基途桩人由过费权障"

// line recognises K12路, 夜间5路, 地铁1号线, 公交B3, and in 12、15路 the first too.
func (st *state) line(from, to int) int {
	letters := from
	for letters < to && isLetter(st.text[letters]) {
		letters++
	}
	if letters-from > 3 || to-letters < 1 || to-letters > 4 || !allDigits(st.text[letters:to]) || !st.standsFree(from) {
		return 0
	}
	code, rest := strings.ToUpper(st.text[from:to]), st.text[to:]
	switch {
	case strings.HasPrefix(rest, "号线"):
		return st.addMetro(from, to+len("号线"), code)
	case strings.HasPrefix(rest, "路") && !startsWithAny(rest[len("路"):], afterRoad):
		start := st.prefixed(from)
		st.add(ticket.EntityLine, start, to+len("路"), st.text[start:from]+code+"路")
		st.listed(start)
		return to + len("路")
	case strings.HasPrefix(rest, "号") && st.endsWith(from, "快线", "专线", "微循环"):
		start := st.prefixed(from)
		st.add(ticket.EntityLine, start, to+len("号"), st.text[start:from]+code+"号")
		return to + len("号")
	case letters > from && st.busCode(from, to):
		st.add(ticket.EntityLine, from, to, code+"路")
		return to
	}
	return 0
}

func (st *state) addMetro(from, end int, code string) int {
	start := from
	for _, p := range metroPrefixes {
		if strings.HasSuffix(st.text[:from], p) {
			start = from - len(p)
			break
		}
	}
	value := code + "号线"
	if start == from {
		start = st.prefixed(from)
		value = st.text[start:from] + value
	}
	st.add(ticket.EntityLine, start, end, value)
	return end
}

// prefixed is where the name begins whose number begins at from. A prefix of
// one character may end another word instead: 很快12路, 今夜12路.
func (st *state) prefixed(from int) int {
	before := st.text[st.done:max(from, st.done)]
	for _, p := range linePrefixes {
		if !strings.HasSuffix(before, p) {
			continue
		}
		r, _ := utf8.DecodeLastRuneInString(before[:len(before)-len(p)])
		if utf8.RuneCountInString(p) == 1 && strings.ContainsRune("今昨当深半每整很更较最太飞尽赶越凉加外飙不轻愉连地小园校市城景厂郊辖社县管", r) {
			return from
		}
		return from - len(p)
	}
	return from
}

// busCode: a code like B3 that only its neighbours tell to be a line.
func (st *state) busCode(from, to int) bool {
	if r, _ := utf8.DecodeRuneInString(st.text[to:]); r == '公' && strings.HasPrefix(st.text[to:], "公交") {
		return true
	}
	return st.endsWith(from, "公交", "公交车", "公交线路", "快速公交") && st.text[from]|0x20 != 'g'
}

// listed adds the codes before a line that share its 路: 12、K15、20路.
func (st *state) listed(at int) {
	for at > 0 {
		sep := 0
		for _, s := range []string{"、", "/"} {
			if strings.HasSuffix(st.text[:at], s) {
				sep = len(s)
			}
		}
		end := at - sep
		start := end
		for start > 0 && isAlnum(st.text[start-1]) {
			start--
		}
		code := st.text[start:end]
		digits := strings.TrimLeft(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
		if sep == 0 || start < st.done || len(code)-len(digits) > 3 || len(digits) > 4 || !allDigits(digits) {
			return
		}
		start = st.prefixed(start)
		st.add(ticket.EntityLine, start, end, st.text[start:end-len(code)]+strings.ToUpper(code)+"路")
		at = start
	}
}

func (st *state) endsWith(at int, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasSuffix(st.text[:at], w) })
}

func startsWithAny(s, chars string) bool {
	r, size := utf8.DecodeRuneInString(s)
	return size > 0 && strings.ContainsRune(chars, r)
}

// spokenLine recognises 三路公交, 坐十二路 and 三号线, where the number is
// written in Chinese; end is where 路 or 线 ends.
func (st *state) spokenLine(end int, last string) bool {
	at := end - len(last)
	if last == "线" {
		if !strings.HasSuffix(st.text[:at], "号") {
			return false
		}
		at -= len("号")
	}
	from := at
	for from > st.done {
		r, size := utf8.DecodeLastRuneInString(st.text[:from])
		if !strings.ContainsRune("一二三四五六七八九十百零〇", r) {
			break
		}
		from -= size
	}
	n := chineseNumber(st.text[from:at])
	if n == 0 {
		return false
	}
	if last == "线" {
		st.done = st.addMetro(from, end, strconv.Itoa(n))
		return true
	}
	if !startsWithWord(st.text[end:], "公交", "车", "大巴", "班车") && !st.endsWith(from, "公交", "公交车", "坐", "乘", "搭", "等") {
		return false
	}
	st.add(ticket.EntityLine, from, end, strconv.Itoa(n)+"路")
	st.done = end
	return true
}

func startsWithWord(s string, words ...string) bool {
	return slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(s, w) })
}

// chineseNumber reads numbers up to 999; 0 when it is none. Digits in a row
// are read as such: 一〇一.
func chineseNumber(s string) int {
	const digits = "零一二三四五六七八九"
	total, digit, plain := 0, 0, 0
	positional := false
	for _, r := range s {
		switch i := strings.IndexRune(digits, r); {
		case r == '十':
			total += max(digit, 1) * 10
			digit, positional = 0, true
		case r == '百':
			total += max(digit, 1) * 100
			digit, positional = 0, true
		case r == '〇' || i >= 0:
			digit = max(i, 0) / len("零")
			plain = plain*10 + digit
		}
	}
	if positional {
		return total + digit
	}
	if plain > 999 {
		return 0
	}
	return plain
}
