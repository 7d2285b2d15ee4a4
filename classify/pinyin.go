package classify

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Longest inline annotation, in bytes: a few syllables.
const maxAnnotation = 64

// dropAnnotation takes out an inline pinyin annotation, 法(fǎ), that has just
// ended at the end of out. It asks for a Han character before the bracket and
// for well-formed syllables with a tone mark, so that 长度(km), 出口(a) and
// 心(窗口) stay.
func (c *cleaner) dropAnnotation() {
	_, size := utf8.DecodeLastRune(c.out)
	end := len(c.out) - size
	at := end
	for at > 0 && end-at <= maxAnnotation {
		r, n := utf8.DecodeLastRune(c.out[:at])
		at -= n
		if r == '(' || r == '（' {
			before, _ := utf8.DecodeLastRune(c.out[:at])
			if unicode.Is(unicode.Han, before) && isPinyin(string(c.out[at+n:end])) {
				c.out = c.out[:at]
				c.report.Annotations++
			}
			return
		}
		if r > unicode.MaxLatin1 && toneless(r) == r || r == ')' {
			return
		}
	}
}

// isPinyin reports whether s is made of toned pinyin syllables. Each syllable
// may lack its tone mark (neutral tone), but not all of them.
func isPinyin(s string) bool {
	var plain strings.Builder
	toned := false
	for _, r := range strings.ToLower(s) {
		base := toneless(r)
		toned = toned || base != r && r != 'ü'
		plain.WriteRune(base)
	}
	if !toned {
		return false
	}
	for _, word := range strings.FieldsFunc(plain.String(), func(r rune) bool { return r == ' ' || r == '\'' || r == '-' || r == '·' || r == '’' }) {
		if !syllables(word) {
			return false
		}
	}
	return true
}

// toneless is a letter of pinyin without its tone; ü is written v. Any other
// character is returned as it is.
func toneless(r rune) rune {
	switch r {
	case 'ā', 'á', 'ǎ', 'à', 'ă':
		return 'a'
	case 'ē', 'é', 'ě', 'è', 'ê', 'ế', 'ề', 'ĕ':
		return 'e'
	case 'ī', 'í', 'ǐ', 'ì', 'ĭ':
		return 'i'
	case 'ō', 'ó', 'ǒ', 'ò', 'ŏ':
		return 'o'
	case 'ū', 'ú', 'ǔ', 'ù', 'ŭ':
		return 'u'
	case 'ü', 'ǖ', 'ǘ', 'ǚ', 'ǜ':
		return 'v'
	case 'ń', 'ň', 'ǹ':
		return 'n'
	case 'ḿ':
		return 'm'
	case 'ɡ': // the phonetic letter that some input methods write
		return 'g'
	}
	return r
}

// syllables reports whether plain letters can be read as pinyin syllables.
func syllables(s string) bool {
	if s == "" {
		return true
	}
	for n := min(6, len(s)); n > 0; n-- {
		if syllable(s[:n]) && syllables(s[n:]) {
			return true
		}
	}
	return false
}

func syllable(s string) bool {
	if s == "m" || s == "n" || s == "ng" || s == "hm" || s == "hng" || s == "r" {
		return true
	}
	initial := 0
	if len(s) > 1 && s[1] == 'h' && strings.IndexByte("zcs", s[0]) >= 0 {
		initial = 2
	} else if strings.IndexByte("bpmfdtnlgkhjqxrzcsyw", s[0]) >= 0 {
		initial = 1
	}
	return strings.Contains(finals, " "+s[initial:]+" ")
}

const finals = " a o e ai ei ao ou an en ang eng ong er ar " +
	"i ia io ie iai iao iu ian in iang ing iong " +
	"u ua uo uai ui uan un uang ueng ue v ve van vn "
