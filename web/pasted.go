package web

import (
	"strings"
	"unicode"
)

// pasted is a text as a person means it who took it over from Word or a page:
// line breaks are line breaks, and what nobody sees is gone.
func pasted(text string) string {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\v", "\n", "\f", "\n", "\u2028", "\n", "\u2029", "\n", "\u00a0", " ").Replace(text)
	return strings.Map(func(c rune) rune {
		switch {
		case c == '\n' || c == '\t':
			return c
		case unicode.IsControl(c) || c == '\u00ad' || c == '\u200b' || c == '\u2060' || c == '\ufeff':
			return -1
		}
		return c
	}, text)
}
