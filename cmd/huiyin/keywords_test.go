package main

import (
	"slices"
	"testing"
)

func TestTheKeywordsOfAMatterTellWhatItIsAbout(t *testing.T) {
	texts := []string{"昨天高铁站前黑车拉客\n高铁站出站口黑车拉客没人管\n王建国反映黑车在高铁站拉客", ""}
	found := extracted(texts, 3)
	if len(found) != len(texts) || len(found[1]) != 0 {
		t.Fatalf("%q", found)
	}
	if len(found[0]) != 3 || !slices.Contains(found[0], "拉客") || !slices.Contains(found[0], "黑车") {
		t.Errorf("%q", found[0])
	}
	for _, word := range []string{"昨天", "王建国", "没人管"} {
		if slices.Contains(found[0], word) {
			t.Errorf("%s is a keyword: %q", word, found[0])
		}
	}
}
