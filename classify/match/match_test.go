package match_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"huiyin/classify/match"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// found is what was found, as words with the character at which each starts.
type found struct {
	Word  string
	Start int
}

func find(words []string, text string) []found {
	var list []found
	for _, h := range match.New(words).Find(text, nil) {
		list = append(list, found{words[h.Keyword], int(h.RuneStart)})
	}
	return list
}

func TestFind(t *testing.T) {
	cases := []struct {
		name  string
		words []string
		text  string
		want  []found
	}{
		{"every occurrence", []string{"黑车"}, "黑车多,还是黑车", []found{{"黑车", 0}, {"黑车", 6}}},
		{"overlapping and nested words, by start, short ones first",
			[]string{"出租车", "出租", "租车"}, "坐出租车", []found{{"出租", 1}, {"出租车", 1}, {"租车", 2}}},
		{"one longer than eight bytes after its head", []string{"站外揽客不打表"}, "又站外揽客不打表", []found{{"站外揽客不打表", 1}}},
		{"not what only begins alike", []string{"站外揽客不打表"}, "站外揽客不打卡", nil},
		{"not what the text cuts short", []string{"公交车", "公交站台"}, "等公交", nil},
		{"letters in either case", []string{"ETC", "4s店"}, "etc和4S店", []found{{"ETC", 0}, {"4s店", 4}}},
		{"no number inside a longer one", []string{"12328", "G2"}, "拨112328或G204,也拨12328", []found{{"12328", 15}}},
		{"no letters inside a longer word", []string{"KTV"}, "AKTV,KTVS,KTV", []found{{"KTV", 10}}},
		{"a number beside Han", []string{"118路", "18路"}, "坐118路", []found{{"118路", 1}}},
		{"characters beyond the basic plane", []string{"𠮷野家"}, "去😀𠮷野家", []found{{"𠮷野家", 2}}},
		{"nothing of one character", []string{"车", ""}, "车", nil},
		{"nothing in nothing", []string{"黑车"}, "", nil},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if diff := cmp.Diff(tc.want, find(tc.words, tc.text)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestOffsetsInBytesAreTheWord(t *testing.T) {
	text := "上😀午黑车a站外揽客"
	for _, h := range match.New([]string{"黑车", "站外揽客"}).Find(text, nil) {
		runes := []rune(text)
		if got, want := text[h.Start:h.End], string(runes[h.RuneStart:h.RuneEnd]); got != want {
			t.Errorf("bytes give %q, characters %q", got, want)
		}
	}
}

// A small alphabet makes overlaps and repeated heads likely.
func TestFindEqualsSearchingEachWordByItself(t *testing.T) {
	letter := rapid.SampledFrom([]rune("车站出租不打表😀"))
	rapid.Check(t, func(t *rapid.T) {
		words := rapid.SliceOfNDistinct(rapid.StringOfN(letter, 2, 6, -1), 1, 30, rapid.ID[string]).Draw(t, "words")
		text := rapid.StringOfN(letter, 0, 60, -1).Draw(t, "text")
		want := map[found]bool{}
		for _, word := range words {
			for from := 0; ; {
				at := strings.Index(text[from:], word)
				if at < 0 {
					break
				}
				want[found{word, utf8.RuneCountInString(text[:from+at])}] = true
				_, size := utf8.DecodeRuneInString(text[from+at:])
				from += at + size
			}
		}
		got := map[found]bool{}
		last := -1
		for _, f := range find(words, text) {
			if f.Start < last {
				t.Fatalf("%v comes after a hit at %d", f, last)
			}
			last = f.Start
			got[f] = true
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	})
}

func FuzzFindStandsAnyBytes(f *testing.F) {
	f.Add("黑车在站外揽客 ETC\x00\xff", "站外揽客")
	f.Add("\xe5\xe5\xe5", "\xe5\xe5")
	f.Fuzz(func(t *testing.T, text, word string) {
		for _, h := range match.New([]string{word, "黑车"}).Find(text, nil) {
			if h.Start < 0 || h.Start >= h.End || int(h.End) > len(text) || h.RuneStart >= h.RuneEnd {
				t.Errorf("hit %+v in %q", h, text)
			}
		}
	})
}

func TestFoldJoinsOnlyCase(t *testing.T) {
	if match.Fold("ETC卡") != match.Fold("etc卡") || match.Fold("出租") == match.Fold("出祖") {
		t.Error("folding is wrong")
	}
}
