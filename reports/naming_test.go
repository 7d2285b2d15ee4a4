package reports

import (
	"slices"
	"strings"
	"testing"
)

// cannot lets all words name a matter but one.
func cannot(word string) func([]string) []bool {
	return func(words []string) []bool {
		can := make([]bool, len(words))
		for i, w := range words {
			can[i] = w != word
		}
		return can
	}
}

func TestAWordThatNamesNothingIsNeitherATitleNorNew(t *testing.T) {
	s, policy := autumn(), testPolicy(t)
	at := func() (title string, isNew bool) {
		m, err := Build(t.Context(), s, policy, "2026-10", afterOctober())
		if err != nil {
			t.Fatal(err)
		}
		return m.Matters.Items[0].Title, slices.ContainsFunc(m.Early.Words, func(w NewWord) bool { return w.Word == "喊客" })
	}
	if title, isNew := at(); !strings.Contains(title, "喊客") || !isNew {
		t.Fatalf("title %q, new %t: the test shows nothing", title, isNew)
	}
	policy.Names = cannot("喊客")
	if title, isNew := at(); strings.Contains(title, "喊客") || isNew {
		t.Errorf("title %q, new %t", title, isNew)
	}
}
