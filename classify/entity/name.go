package entity

import (
	"strings"
	"unicode/utf8"

	"huiyin/ticket"
)

// ending looks at a character with which names end; end is where it ends.
func (st *state) ending(end int, class uint8) {
	last := st.text[end-3 : end]
	if (last == "路" || last == "线") && st.spokenLine(end, last) {
		return
	}
	for i := range endingRules[class] {
		s := &endingRules[class][i]
		body := end - len(s.text)
		if body >= st.done && (len(s.text) == 3 || st.text[body:end] == s.text) {
			st.name(end, s)
			return
		}
	}
}

// name adds the name that ends with a suffix, if what stands before it can be
// the first part of a name.
func (st *state) name(end int, s *suffix) {
	body := end - len(s.text)
	if last, _ := st.before(body); s.min > 0 && (signOf(last) == 0 && s.kind != ticket.EntityCompany || strings.ContainsRune(s.not, last)) {
		return
	}
	if s.notAfter != "" && strings.ContainsRune(s.notAfter, max(st.after(end), 1)) {
		return
	}
	from, n, ok := st.nameStart(body, s)
	first := st.text[from:body]
	switch {
	case s.text == "高速" || s.text == "高速公路":
		from, ok = st.highway(body)
	case s.kind == ticket.EntityStation && s.min == 0 && (!ok || st.endsWith(body, "个", "座", "处")):
		from, ok = body, true // 高铁站 is a name by itself in most towns
	case !ok || n < s.min || n > s.max:
		return
	case s.text == "站" && !st.endsWith(from, "在", "到", "从", "至", "往"): // 站 ends too many other words
		return
	case s.text == "路" && endsWithAny(first, "一二三四五六七八九十") && !numberedRoad(first):
		return
	case s.spoilers != "" && hasWord(s.spoilers, first), s.kind == ticket.EntityCompany && nameless(first, s):
		return
	}
	if ok {
		st.add(s.kind, from, end, st.text[from:end])
	}
}

// numberedRoad: 经十路, 八一路, but not 十二路.
func numberedRoad(first string) bool {
	return startsWithWord(first, "经", "纬", "东", "西", "南", "北", "中", "环") || first == "八一" || first == "五一" || first == "五四"
}

// nameStart walks back from the suffix to where the name begins: n characters.
// It is not ok when the name would be longer than the suffix allows.
func (st *state) nameStart(body int, s *suffix) (from, n int, ok bool) {
	from = body
	company := s.kind == ticket.EntityCompany
	r, size := st.before(from)
	for next := s.first; from > st.done; n++ {
		at := from - size
		before, width := st.before(at)
		if at < st.done || st.separates(r, next, company) || st.wordEnds(before, r, company) {
			break
		}
		if mark := signOf(r); !company && n > 0 && (mark&street != 0 || mark&admin != 0 && !beginsName(before)) {
			break
		}
		if n == s.max {
			return from, n, false
		}
		from, next, r, size = at, r, before, width
	}
	if company {
		from, n = trimCompany(st.text, from, body)
	}
	if n == 1 && signOf(st.after(from))&admin != 0 {
		return body, 0, true // the rest of another name: 某市火车站
	}
	return from, n, true
}

// separates: no name reaches over the character r, before next.
func (st *state) separates(r, next rune, company bool) bool {
	mark := signOf(r)
	if mark&isHan == 0 {
		return !(company && inCompany(r))
	}
	return mark&breaks != 0 && !whole.has(r, next)
}

// wordEnds: the two characters are a word that belongs to no name, or end a date.
func (st *state) wordEnds(before, r rune, company bool) bool {
	if plainWords.has(before, r) {
		return !company || !tradePairs.has(before, r)
	}
	return company && signOf(r)&dated != 0 && (signOf(before)&numeral != 0 || before >= '0' && before <= '9')
}

// beginsName: 市 in 市府路 begins a name, in 合肥市人民路 it ends another.
func beginsName(before rune) bool {
	mark := signOf(before)
	return mark&isHan == 0 && !(before < utf8.RuneSelf && isAlnum(byte(before))) || mark&breaks != 0
}

func inCompany(r rune) bool {
	return r < utf8.RuneSelf && isAlnum(byte(r)) || strings.ContainsRune("()（）·", r)
}

// trimCompany leaves out what cannot begin a company's name: a bracket that
// is not closed inside, digits.
func trimCompany(text string, from, body int) (int, int) {
	first := strings.TrimLeft(text[from:body], ")）·0123456789")
	for _, pair := range []string{"()", "（）"} {
		open, shut := string([]rune(pair)[0]), string([]rune(pair)[1])
		if strings.Count(first, open) != strings.Count(first, shut) {
			if i := strings.LastIndexAny(first, open+shut); i >= 0 {
				_, size := utf8.DecodeRuneInString(first[i:])
				first = first[i+size:]
			}
		}
	}
	for _, shut := range []string{")", "）"} {
		if strings.HasPrefix(first, "(") || strings.HasPrefix(first, "（") {
			if i := strings.Index(first, shut); i >= 0 {
				first = first[i+len(shut):]
			}
		}
	}
	return body - len(first), utf8.RuneCountInString(first)
}

// nameless: what is left of the first part without words for trades and forms
// is too short to be a name.
func nameless(first string, s *suffix) bool {
	if s.text != "公司" && s.text != "集团" && s.text != "车队" {
		first = strings.TrimSuffix(first, "汽车")
	}
	for _, w := range tradeWords {
		first = strings.ReplaceAll(first, w, "")
	}
	return utf8.RuneCountInString(strings.Trim(first, "()（）·")) < 2
}

// highway accepts the names of known highways; 高速 is used far too freely to
// guess others.
func (st *state) highway(body int) (int, bool) {
	from := body
	for n := 1; n <= 4 && from > st.done; n++ {
		_, size := utf8.DecodeLastRuneInString(st.text[:from])
		from -= size
		if n > 1 && nationalHighways[st.text[from:body]] {
			if st.longerHighway(from, body) {
				continue
			}
			return from, true
		}
	}
	return body, false
}

// longerHighway: 绕城 within 北绕城.
func (st *state) longerHighway(from, body int) bool {
	_, size := utf8.DecodeLastRuneInString(st.text[:from])
	return size > 0 && from-size >= st.done && nationalHighways[st.text[from-size:body]]
}

func endsWithAny(s, chars string) bool {
	r, size := utf8.DecodeLastRuneInString(s)
	return size > 0 && strings.ContainsRune(chars, r)
}

func hasWord(words, w string) bool {
	return strings.Contains(" "+words+" ", " "+w+" ")
}
