package han

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// unresolved lists the characters whose simplified form depends on the word.
const unresolved = "乾著瞭覆藉沈畫"

// choice is how one of them is settled: in one of the words of keep it stays,
// in one of the words of turn it becomes form; elsewhere it becomes form when
// always is set, or in a traditional text when inTraditional is set. The words
// are two characters long, in their simplified form but for the one in question.
type choice struct {
	form                  string
	keep, turn            string
	always, inTraditional bool
}

var choices = map[rune]choice{
	'乾': {form: "干", inTraditional: true, keep: "乾隆 乾坤 乾县 乾陵 乾元 乾道 乾清 乾符 乾卦 乾嘉 乾宁 乾安"},
	'著': {form: "着", inTraditional: true, keep: "著名 著作 著称 显著 编著 卓著 专著 原著 名著 论著 土著 遗著 昭著 著述 著录 " +
		"巨著 合著 译著 著书 著者 拙著 所著 撰著 著有 较著 新著 旧著"},
	'瞭': {form: "了", always: true, keep: "瞭望 瞭哨 瞭远"},
	'覆': {form: "复", turn: "答覆 回覆 反覆 重覆 批覆 函覆 申覆 拜覆 覆函 覆信 覆文 覆电 覆议 覆核 覆查 覆审 覆命"},
	'藉': {form: "借", turn: "藉口 藉此 藉机 藉以 藉着 藉著 藉由 藉故 藉助 藉词 藉端 凭藉"},
	'沈': {form: "沉", turn: "沈没 沈积 沈船 沈淀 沈降 深沈 下沈"},
	'畫': {form: "画", always: true},
}

const divided = "计畫 筹畫 规畫 策畫 企畫 谋畫 区畫 擘畫"

// Resolve settles the characters that the table left Unresolved. traditional
// says whether the text had traditional characters. The result needs no
// second pass.
func Resolve(text string, traditional bool) string {
	var b strings.Builder
	prev, copied := rune(0), 0
	for i, r := range text {
		if form, ok := settledForm(prev, r, text[i+utf8.RuneLen(r):], traditional); ok {
			b.WriteString(text[copied:i])
			b.WriteString(form)
			copied = i + utf8.RuneLen(r)
		}
		prev = r
	}
	b.WriteString(text[copied:])
	return b.String()
}

func settledForm(prev, r rune, after string, traditional bool) (string, bool) {
	if r > 0xFFFF || commandOf(r) != Unresolved {
		return "", false
	}
	next, _ := utf8.DecodeRuneInString(after)
	left, right := string([]rune{prev, r}), string([]rune{r, next})
	in := func(words string) bool {
		list := strings.Fields(words)
		return slices.Contains(list, left) || slices.Contains(list, right)
	}
	c := choices[r]
	switch {
	case r == '畫' && in(divided):
		return "划", true
	case in(c.turn):
		return c.form, true
	case in(c.keep):
		return "", false
	case c.always || c.inTraditional && traditional:
		return c.form, true
	}
	return "", false
}
