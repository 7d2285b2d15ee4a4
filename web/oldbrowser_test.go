package web

import (
	"io/fs"
	"regexp"
	"strings"
	"testing"
)

// younger is what browsers learned after Chromium 90, which offices still use,
// and what a page would lose there. What merely looks plainer is not listed.
var younger = map[string]*regexp.Regexp{
	".css":  regexp.MustCompile(`:has\(|@layer|@container|@scope|@property|color-mix\(|oklch\(|subgrid|[0-9](d|s|l)v[hw]\b|&:|& [.>#]|:popover-open|:modal|translate: |scale: |@starting-style`),
	".js":   regexp.MustCompile(`\.at\(|structuredClone|Object\.hasOwn|\.findLast|\.toSorted|\.toReversed|\.with\(|randomUUID|AbortSignal\.(timeout|any)|Object\.groupBy|Promise\.withResolvers|navigation\.navigate|URL\.canParse|static \{|#[a-z]+ in |scheduler\.|\.showPopover|\.isWellFormed`),
	".html": regexp.MustCompile(`\binert\b|\bpopover=|\bpopovertarget=|<search>|fetchpriority=`),
}

func TestPagesUseNothingThatChromium90DoesNotKnow(t *testing.T) {
	looked := 0
	for _, files := range []fs.FS{staticFiles, templateFiles} {
		err := fs.WalkDir(files, ".", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || strings.Contains(name, "/vendor/") {
				return err
			}
			for ending, words := range younger {
				if !strings.HasSuffix(name, ending) {
					continue
				}
				looked++
				text, err := fs.ReadFile(files, name)
				if err != nil {
					return err
				}
				for n, line := range strings.Split(string(text), "\n") {
					if found := words.FindString(line); found != "" {
						t.Errorf("%s:%d uses %q", name, n+1, found)
					}
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if looked < 50 {
		t.Errorf("only %d files were looked at", looked)
	}
}
