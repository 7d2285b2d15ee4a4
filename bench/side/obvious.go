package side

import (
	"html"
	"regexp"
	"strings"

	"huiyin/classify/han"

	"golang.org/x/text/unicode/norm"
)

// ObviousClean is how one would clean a text at first: a regular expression for each
// kind of dirt, the library's composed form, and a map of characters. It
// neither resolves words nor reads markup that was escaped twice.
func ObviousClean() func(string) string {
	annotation := regexp.MustCompile(`(\p{Han})[(（][a-zü]*[āáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜńňǹ][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹ]*[)）]`)
	tag := regexp.MustCompile(`(?i)</?(p|br|div|span|td|tr|table|b|i|font|a|li|ul|img)[^<>]*>`)
	unseen := regexp.MustCompile(`[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x{200b}-\x{200f}\x{202a}-\x{202e}\x{feff}]`)
	blanks := regexp.MustCompile(`[ \t\x{3000}\x{a0}]+`)
	lines := regexp.MustCompile(` ?[\r\n]+[ \r\n]*`)
	characters := make(map[rune]rune)
	for r, m := range han.Characters() {
		if !han.IsCommand(m) && rune(m) != rune(r) && r >= 0x3400 {
			characters[rune(r)] = rune(m)
		}
	}
	return func(text string) string {
		text = strings.ToValidUTF8(text, "\uFFFD")
		text = annotation.ReplaceAllString(text, "$1")
		text = html.UnescapeString(tag.ReplaceAllString(text, "\n"))
		text = unseen.ReplaceAllString(text, "")
		text = strings.Map(func(r rune) rune {
			if m, ok := characters[r]; ok {
				return m
			}
			return r
		}, text)
		if !norm.NFC.IsNormalString(text) {
			text = norm.NFC.String(text)
		}
		text = blanks.ReplaceAllString(text, " ")
		return strings.TrimSpace(lines.ReplaceAllString(text, "\n"))
	}
}

// EntityPatterns are how one would look for entities at first: fewer kinds than
// the scanner knows, and no checks.
var EntityPatterns = []*regexp.Regexp{
	regexp.MustCompile(`[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Za-z][·\- ]?[A-Za-z0-9]{5,6}`),
	regexp.MustCompile(`(地铁|公交)?[A-Z]{0,3}[0-9]{1,4}(路|号线)`),
	regexp.MustCompile(`[GSXYC][0-9]{1,4}|\p{Han}{2,5}(路|街|大道|高速|大桥)`),
	regexp.MustCompile(`1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8}`),
	regexp.MustCompile(`[1-6][0-9]{16}[0-9Xx]`),
}
