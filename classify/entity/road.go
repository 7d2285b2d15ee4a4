package entity

import (
	"strings"
	"unicode/utf8"

	"huiyin/ticket"
)

// roadClasses are the words for the classes of roads and the letters of their codes.
var roadClasses = []struct{ word, letter string }{
	{"国道", "G"}, {"省道", "S"}, {"县道", "X"}, {"乡道", "Y"}, {"村道", "C"}, {"国家高速", "G"}, {"省级高速", "S"},
}

// roadCode recognises G104, S38, X203, G104K12+300, 104国道 and 省道203.
func (st *state) roadCode(from, to int) int {
	if !st.standsFree(from) {
		return 0
	}
	if isDigit(st.text[from]) {
		return st.classedRoad(from, to)
	}
	end := from + 1
	for end < to && isDigit(st.text[end]) {
		end++
	}
	number := st.text[from+1 : end]
	if number == "" || len(number) > 4 || number[0] == '0' && len(number) < 3 {
		return 0
	}
	stake := end < to && st.text[end]|0x20 == 'k' && allDigits(st.text[end+1:to]) // G104K12+300
	if end < to && !stake {
		return 0
	}
	letter := strings.ToUpper(st.text[from : from+1])
	if !stake && !st.isRoad(letter, number, from, end) {
		return 0
	}
	if !strings.Contains("GSXYC", letter) {
		return 0
	}
	st.add(ticket.EntityRoad, from, end, letter+number)
	return to
}

// isRoad tells a road code from train numbers, storeys, rooms and models.
func (st *state) isRoad(letter, number string, from, end int) bool {
	after := st.text[end:]
	if startsWithWord(after, "次", "号楼", "室", "栋", "座", "单元", "房", "车位", "出口", "口", "柱", "标段", "级", "型", "驾", "照", "混凝", "砼", "峰会", "号线", "路") {
		return false
	}
	if st.endsWith(from, "车次", "高铁", "动车", "列车", "火车", "地铁") {
		return false
	}
	if startsWithWord(after, "线", "高速", "国道", "省道", "县道", "乡道", "村道", "公路", "路段", "段") || st.classBefore(from) != "" {
		return true
	}
	small := st.text[from] >= 'a'
	switch letter {
	case "G":
		return !small || len(number) >= 3
	case "S":
		return !small && len(number) <= 4 || len(number) == 3
	case "X":
		return !small && len(number) == 3
	}
	return false
}

func (st *state) classedRoad(from, to int) int {
	number := st.text[from:to]
	if len(number) > 4 || !allDigits(number) {
		return 0
	}
	for _, c := range roadClasses[:5] {
		if strings.HasPrefix(st.text[to:], c.word) {
			end := to + len(c.word)
			st.add(ticket.EntityRoad, from, end, c.letter+number)
			return end
		}
	}
	if letter := st.classBefore(from); letter != "" && !startsWithAny(st.text[to:], "年月日公米里元辆次个条人天小分") {
		start := from - len("国道")
		if start >= st.done {
			st.add(ticket.EntityRoad, start, to, letter+number)
			return to
		}
	}
	return 0
}

func (st *state) classBefore(from int) string {
	for _, c := range roadClasses[:5] {
		if strings.HasSuffix(st.text[:from], c.word) {
			return c.letter
		}
	}
	return ""
}

// partOfVillage: 城中 in 城中村 is no district.
func partOfVillage(name, after string) bool {
	return utf8.RuneCountInString(name) == 2 && strings.HasPrefix(after, "村")
}
