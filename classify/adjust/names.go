package adjust

import (
	"slices"
	"strings"
	"unicode/utf8"

	"huiyin/classify/jieba/dict"
)

// surnames are those of nine in ten people; a phrase that begins with one of
// them alone is more likely a person than a matter.
const surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"

// Surname reports whether people are called by the character first.
func Surname(r rune) bool { return strings.ContainsRune(surnames, r) }

// titles follow a surname when people speak of somebody.
var titles = []string{
	"某", "某某", "师傅", "先生", "女士", "小姐", "老师", "队长", "科长", "处长", "局长", "主任", "站长", "经理", "总", "司机", "老板", "警官", "阿姨", "大姐", "大哥", "校长", "教练", "工",
}

// personal are the parts of speech of names of people and places in the
// dictionary: a place decides where a ticket goes, not what it is about.
var personal = []string{"nr", "nrt", "nrfg", "ns"}

// connecting are the parts of speech of words that stand in every story: adverbs,
// pronouns, conjunctions, prepositions, particles, times, numbers.
var connecting = []string{"d", "r", "c", "p", "u", "y", "t", "m", "q", "f"}

// impersonal keeps the words that can be keywords: those that may name a person
// or a place, or are not written in Han characters alone, go. A phrase is taken
// for a name when any part of it is. phrases are those that the dictionary does
// not have as one word.
func impersonal(words []string) (kept []string, phrases map[string]bool, err error) {
	wanted := map[string]bool{}
	for _, w := range words {
		wanted[w] = true
		for i := range w {
			wanted[w[:i]], wanted[w[i:]] = true, true
		}
	}
	speech, err := partsOfSpeech(wanted)
	if err != nil {
		return nil, nil, err
	}
	phrases = map[string]bool{}
	for _, w := range words {
		phrase := speech[w] == ""
		if personalWord(w, speech) || slices.Contains(connecting, speech[w]) || phrase && (personalPhrase(w, speech) || emptyPhrase(w, speech)) ||
			strings.ContainsFunc(w, func(r rune) bool { return r < 0x3400 || r > 0x9FFF }) {
			continue
		}
		kept, phrases[w] = append(kept, w), phrase
	}
	return kept, phrases, nil
}

// partsOfSpeech are those of the words that the dictionary has.
func partsOfSpeech(wanted map[string]bool) (map[string]string, error) {
	raw, err := dict.Read(dict.Words)
	if err != nil {
		return nil, err
	}
	speech := map[string]string{}
	for line := range strings.Lines(string(raw)) {
		if f := strings.Fields(line); len(f) == 3 && wanted[f[0]] {
			speech[f[0]] = f[2]
		}
	}
	return speech, nil
}

func personalWord(w string, speech map[string]string) bool {
	return named(w) || slices.Contains(personal, speech[w])
}

// personalPhrase looks at every way in which a phrase may fall in two.
func personalPhrase(w string, speech map[string]string) bool {
	for i := range w {
		for _, part := range []string{w[:i], w[i:]} {
			lone := utf8.RuneCountInString(part) == 1 && strings.Contains(surnames, part)
			if i > 0 && (lone || utf8.RuneCountInString(part) > 1 && personalWord(part, speech)) {
				return true
			}
		}
	}
	return false
}

// telling are the characters that make a matter of the word beside them: 不打表.
// Others (让学员, 给上车) only join it to its neighbours.
const telling = "不没未无乱多少超偏假黑错漏"

// emptyPhrase reports whether a phrase is a word and a character that says nothing.
func emptyPhrase(w string, speech map[string]string) bool {
	_, first := utf8.DecodeRuneInString(w)
	_, last := utf8.DecodeLastRuneInString(w)
	return speech[w[first:]] != "" && !strings.Contains(telling, w[:first]) ||
		speech[w[:len(w)-last]] != "" && !strings.Contains(telling, w[len(w)-last:])
}

// named reports whether a word is a surname and how somebody is called.
func named(w string) bool {
	first, size := utf8.DecodeRuneInString(w)
	return Surname(first) && slices.Contains(titles, w[size:])
}
