package html

import (
	"regexp"
	"strings"
	"testing"
)

func TestPrintedMarkTakesItsOwnRoomOnEveryPage(t *testing.T) {
	_, printed, ok := strings.Cut(css, "@media print{")
	if !ok {
		t.Fatal("no rules for print")
	}
	rule := regexp.MustCompile(`(?m)^\.stamp\{[^}]*\}`).FindString(printed)
	// a fixed mark lies over the first line; an unbreakable header group repeats above it
	for _, want := range []string{"display:table-header-group", "break-inside:avoid", "position:static"} {
		if !strings.Contains(rule, want) {
			t.Errorf("the printed mark %q lacks %s", rule, want)
		}
	}
	if !strings.Contains(printed, "main:has(>.stamp){display:table;") {
		t.Error("the page is no table for the header group to repeat in")
	}
}
