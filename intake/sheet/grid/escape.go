package grid

import "strings"

// Characters that make an office program take a text for a formula (OWASP CSV
// injection; ASVS 1.2.10), their full-width forms included.
const formulaLeads = "=+-@\t\r\x00＝＋－＠"

// Escape puts a quote before a text that an office program would run as a
// formula. Unescape takes it away again.
func Escape(text string) string {
	if leadsFormula(text) {
		return "'" + text
	}
	return text
}

// Unescape gives back the text that was meant: without the quote of Escape,
// and without the ways in which systems keep office programs from rounding long
// numbers: '123, a tab before 123, ="123".
func Unescape(text string) string {
	switch {
	case len(text) > 1 && text[0] == '\'' && leadsFormula(text):
		return text[1:]
	case len(text) > 1 && (text[0] == '\'' || text[0] == '\t') && digitsOnly(strings.TrimSpace(text[1:])):
		return strings.TrimSpace(text[1:])
	case len(text) > 3 && strings.HasPrefix(text, `="`) && strings.HasSuffix(text, `"`) && !strings.Contains(text[2:len(text)-1], `"`):
		return text[2 : len(text)-1]
	}
	return text
}

func leadsFormula(text string) bool {
	for _, r := range strings.TrimLeft(text, "'") {
		return strings.ContainsRune(formulaLeads, r)
	}
	return false
}
