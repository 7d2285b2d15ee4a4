package intake

import (
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/tables"
)

// valuesWith reads the default values with the rows of 不是姓名 replaced by one, or
// left out for no words.
func valuesWith(t *testing.T, words string) values {
	t.Helper()
	raw, err := fs.ReadFile(tables.Default(), valuesFile)
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(raw)) {
		if !strings.HasPrefix(line, "不是姓名,") {
			kept = append(kept, line)
		}
	}
	if words != "" {
		kept = append(kept, "不是姓名,,"+words+"\n")
	}
	v, faults := readValues(fstest.MapFS{valuesFile: {Data: []byte(strings.Join(kept, ""))}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	return v
}

func TestPolicySaysWhichWordsStandForNoName(t *testing.T) {
	for name, c := range map[string]struct{ words, called, want string }{
		"a word of the policy is left in the text": {"热心网友", "热心网友", "热心网友说公交不到站"},
		"another word is taken for a name":         {"热心网友", "欧阳明", "欧**说公交不到站"},
		"a word that the policy took out is one":   {"热心网友", "市民", "市*说公交不到站"},
		"an older policy has the usual words":      {"", "市民", "市民说公交不到站"},
	} {
		f := Form{CallerName: c.called}
		r := redactor{own: f.given(valuesWith(t, c.words))}
		if got := r.text(c.called + "说公交不到站"); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
