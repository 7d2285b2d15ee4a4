package html

import "strings"

// parts splits a rate at its bracket, so that a narrow column breaks it there
// and nowhere else.
func parts(s string) []string {
	if i := strings.Index(s, "（"); i > 0 {
		return []string{s[:i], s[i:]}
	}
	return []string{s}
}
