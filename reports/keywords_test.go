package reports

import (
	"slices"
	"strings"
	"testing"
)

func TestAMatterHasTheKeywordsExtractedFromItsTitles(t *testing.T) {
	s, policy := autumn(), testPolicy(t)
	var read []string
	policy.Keywords = func(texts []string, n int) [][]string {
		read = texts
		found := make([][]string, len(texts))
		for i := range texts {
			found[i] = []string{"喊客", "候车"}[:min(n, 2)]
		}
		return found
	}
	m, err := Build(t.Context(), s, policy, "2026-10", afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	if got := m.Matters.Items[0].Keywords; !slices.Equal(got, []string{"喊客", "候车"}) {
		t.Errorf("keywords %q", got)
	}
	if typical := m.Matters.Items[0].Typical[0].Title; !strings.Contains(strings.Join(read, "\n"), typical) {
		t.Errorf("%q is not among the titles read: %q", typical, read)
	}
}
