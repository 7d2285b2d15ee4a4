package classify

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/simplifiedchinese"
)

// Signs of damage that lie at most this many characters apart are one spot.
const damageGap = 6

// findDamage lists the spots where a text lost characters on its way, as when
// GBK bytes were read as something else: U+FFFD, a question mark beside toned
// letters or a pinyin annotation cut in half, box drawing between Han.
// A question mark at the end of a sentence is none.
func findDamage(cleaned string) []Span {
	runes := []rune(cleaned)
	var spots []Span
	for i, r := range runes {
		if !damageSign(runes, i, r) {
			continue
		}
		if n := len(spots); n > 0 && i-spots[n-1].End <= damageGap {
			spots[n-1].End = i + 1
			continue
		}
		spots = append(spots, Span{Start: i, End: i + 1})
	}
	return spots
}

// questionable spares most texts the search: it is false when no question mark
// stands beside a Latin letter, another question mark or a rare character.
func questionable(cleaned string) bool {
	for rest := cleaned; ; {
		i := strings.IndexByte(rest, '?')
		if i < 0 {
			return false
		}
		before, _ := utf8.DecodeLastRuneInString(rest[:i])
		rest = rest[i+1:]
		after, _ := utf8.DecodeRuneInString(rest)
		if toneless(before) != before || after == '?' || unicode.Is(unicode.Latin, after) || isRare(after) {
			return true
		}
	}
}

func damageSign(runes []rune, i int, r rune) bool {
	before, after := runeAt(runes, i-1), runeAt(runes, i+1)
	switch {
	case r == unicode.ReplacementChar:
		return true
	case r == '?':
		return cutAnnotation(runes[i+1:]) || toneless(before) != before || runAfterBox(runes, i)
	case r >= 0x2500 && r <= 0x257F:
		return unicode.Is(unicode.Han, before) && (unicode.Is(unicode.Han, after) || after == '?')
	}
	return false
}

// cutAnnotation: toned letters and a closing bracket, or rare Han before them,
// right after a question mark.
func cutAnnotation(after []rune) bool {
	toned := false
	for i, r := range after[:min(len(after), 12)] {
		switch {
		case toneless(r) != r:
			toned = true
		case r == ')' && i > 0:
			return toned
		case r >= 'a' && r <= 'z' || r == '?' || r == '(' && i > 0 || i < 2 && isRare(r):
		default:
			return false
		}
	}
	return false
}

func runAfterBox(runes []rune, i int) bool {
	for j := i - 1; j >= max(0, i-3); j-- {
		if runes[j] >= 0x2500 && runes[j] <= 0x257F {
			return true
		}
	}
	return false
}

func runeAt(runes []rune, i int) rune {
	if i < 0 || i >= len(runes) {
		return 0
	}
	return runes[i]
}

func countRare(cleaned string) int {
	n := 0
	common := gb2312()
	for at := 0; at < len(cleaned); {
		b := cleaned[at]
		switch {
		case b < 0xE3:
			at++
		case b >= 0xE4 && b <= 0xE9 && at+2 < len(cleaned):
			r := uint(b&0x0F)<<12 | uint(cleaned[at+1]&0x3F)<<6 | uint(cleaned[at+2]&0x3F)
			if i := r - 0x4E00; i < 0xA000-0x4E00 {
				n += int(^common[i>>6] >> (i & 63) & 1)
			} else {
				n++ // the end of extension A
			}
			at += 3
		default:
			r, size := utf8.DecodeRuneInString(cleaned[at:])
			if isRare(r) {
				n++
			}
			at += size
		}
	}
	return n
}

// isRare reports whether a character is Han but not in GB 2312, as the
// remains of misread bytes mostly are.
func isRare(r rune) bool {
	switch {
	case r >= 0x4E00 && r <= 0x9FFF:
		common := gb2312()
		return common[(r-0x4E00)>>6]&(1<<((r-0x4E00)&63)) == 0
	case r >= 0x3400 && r < 0x4E00, r >= 0x20000 && r <= 0x3FFFF:
		return true
	}
	return false
}

var gb2312 = sync.OnceValue(func() *[(0xA000 - 0x4E00) / 64]uint64 {
	common := new([(0xA000 - 0x4E00) / 64]uint64)
	dec := simplifiedchinese.GBK.NewDecoder()
	for lead := byte(0xB0); lead <= 0xF7; lead++ {
		for trail := byte(0xA1); trail <= 0xFE; trail++ {
			text, err := dec.Bytes([]byte{lead, trail})
			r, _ := utf8.DecodeRune(text)
			if err == nil && r >= 0x4E00 && r < 0xA000 {
				common[(r-0x4E00)>>6] |= 1 << ((r - 0x4E00) & 63)
			}
		}
	}
	return common
})
