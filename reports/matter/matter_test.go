package matter

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"huiyin/ticket"
)

// say makes a doc: its category, what it names (a kind's first letter and the
// name: l3路, s东站, c某公司, p某地) and its words.
func say(category, things, words string) Doc {
	kinds := map[byte]ticket.EntityKind{'l': ticket.EntityLine, 's': ticket.EntityStation, 'c': ticket.EntityCompany, 'p': ticket.EntityPlace, 'n': ticket.EntityPlate}
	d := Doc{Category: category}
	for _, thing := range strings.Fields(things) {
		d.Anchors = append(d.Anchors, Anchor{kinds[thing[0]], thing[1:]})
	}
	for i, w := range strings.Fields(words) {
		d.Words = append(d.Words, Word{w, 1, i})
	}
	return d
}

// crowd puts other complaints around those of a test, so that words are as rare
// as in a month.
func crowd(docs []Doc) []Doc {
	for i := range 120 {
		docs = append(docs, say(fmt.Sprintf("X%02d", i%9), fmt.Sprintf("p别处%d", i), fmt.Sprintf("旁的%d 别的%d 希望 处理", i, i/2)))
	}
	return docs
}

func times(n int, category, things string, words ...string) []Doc {
	var docs []Doc
	for i := range n {
		docs = append(docs, say(category, things, words[i%len(words)]))
	}
	return docs
}

var (
	passing = []string{"甩站 司机 招手 希望 处理", "到站不停 招手 司机", "甩站 到站不停 站台", "司机 甩站 迟到"}
	hot     = []string{"空调 闷热 夏天", "闷热 蒸笼 空调", "空调 制冷 夏天 希望 处理"}
)

func TestMatters(t *testing.T) {
	for _, c := range []struct {
		claim string
		docs  [][]Doc // each should be one matter
	}{
		{"the same words of two lines are two matters", [][]Doc{times(8, "D03", "l3路", passing...), times(8, "D03", "l5路", passing...)}},
		{"two things at one line are two matters", [][]Doc{times(8, "D03", "l3路", passing...), times(8, "D03", "l3路", hot...)}},
		{"one thing is one matter whatever category some were given", [][]Doc{append(times(8, "D03", "l3路", passing...), times(4, "D02", "l3路", passing...)...)}},
		{"two companies at one station are two matters", [][]Doc{times(8, "C01", "s东站 c甲公司", passing...), times(8, "C01", "s东站 c乙公司", passing...)}},
		{"several plates at one station are one matter", [][]Doc{append(times(4, "B03", "s东站 n甲A1", passing...), times(4, "B03", "s东站 n甲A2", passing...)...)}},
		{"what names nothing joins no line", [][]Doc{times(8, "D03", "l3路", passing...), times(8, "D03", "", passing[0])}},
	} {
		t.Run(c.claim, func(t *testing.T) {
			var docs []Doc
			var want [][]int
			for _, group := range c.docs {
				var members []int
				for range group {
					members = append(members, len(docs)+len(members))
				}
				docs, want = append(docs, group...), append(want, members)
			}
			got := New(crowd(docs), DefaultOptions()).Find()
			got = slices.DeleteFunc(got, func(g []int) bool { return g[0] >= len(docs) })
			slices.SortFunc(got, func(x, y []int) int { return x[0] - y[0] })
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestATitleSaysWhereAndWhatInTheOrderOfTheCallers(t *testing.T) {
	docs := crowd(times(9, "D03", "l3路", "早高峰 希望 甩站", "早高峰 甩站 处理"))
	c := New(docs, DefaultOptions())
	if got, want := c.Profile(c.Find()[0]).Title(Any), "3路 早高峰 甩站"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
}

func TestOnlyWhatCanNameAMatterStandsInItsTitle(t *testing.T) {
	p := Profile{Words: []Weight{{"每天", 9, 0}, {"一直", 8, 1}, {"喊客", 7, 2}, {"拉客", 6, 3}}}
	none := func(string) bool { return false }
	for _, c := range []struct {
		claim string
		names func(string) bool
		want  string
	}{
		{"weaker words stand in for those that cannot", func(w string) bool { return strings.HasSuffix(w, "客") }, "喊客 拉客"},
		{"the strongest stay when none can", none, "每天 一直"},
	} {
		t.Run(c.claim, func(t *testing.T) {
			if got := p.Title(c.names); got != c.want {
				t.Errorf("title %q, want %q", got, c.want)
			}
		})
	}
}

func TestATitleLeavesOutWhatTheNameAlreadySays(t *testing.T) {
	p := Profile{Anchors: []Named{{ticket.EntityStation, "东客运站", 1}}, Words: []Weight{{"客运", 9, 0}, {"黑车拉客", 8, 1}, {"黑车", 7, 0}, {"喊客", 6, 0}}}
	if got, want := p.Title(Any), "东客运站 喊客 黑车拉客"; got != want {
		t.Errorf("title %q, want %q", got, want)
	}
}

func TestAMatterIsKnownAgain(t *testing.T) {
	profile := func(docs []Doc) Profile {
		c := New(crowd(docs), DefaultOptions())
		return c.Profile(c.Find()[0])
	}
	first := profile(times(8, "D03", "l3路", passing...))
	for _, c := range []struct {
		claim string
		other Profile
		same  bool
	}{
		{"in other words", profile(times(9, "D03", "l3路", passing[1:]...)), true},
		{"not at another line", profile(times(9, "D03", "l5路", passing...)), false},
		{"not for another thing", profile(times(9, "D03", "l3路", hot...)), false},
	} {
		if like := first.Like(c.other); (like >= DefaultOptions().Merge) != c.same {
			t.Errorf("%s: alike %.2f", c.claim, like)
		}
		if a, b := first.Like(c.other), c.other.Like(first); a-b > 1e-9 || b-a > 1e-9 {
			t.Errorf("%s: alike %v one way and %v the other", c.claim, a, b)
		}
	}
}

func TestTypicalIsWhatTheMatterIsMostlyAbout(t *testing.T) {
	docs := crowd(append(times(6, "D03", "l3路", passing[0]), say("D03", "l3路", "甩站 招手 司机 旁的1 别的3")))
	c := New(docs, DefaultOptions())
	order := c.Typical(c.Find()[0])
	if order[0] > 5 || order[len(order)-1] != 6 {
		t.Errorf("the odd one out is the last: %v", order)
	}
}

func TestEveryComplaintIsInOneMatterAtMostAndTheSameEveryTime(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		docs := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Doc {
			things := rapid.SampledFrom([]string{"", "l3路", "l5路", "s东站", "l3路 s东站"}).Draw(t, "things")
			words := rapid.SliceOfN(rapid.SampledFrom(strings.Fields("甩站 招手 司机 空调 闷热 希望 处理 早高峰")), 0, 6).Draw(t, "words")
			return say(rapid.SampledFrom([]string{"D02", "D03"}).Draw(t, "category"), things, strings.Join(words, " "))
		}), 0, 60).Draw(t, "docs")
		groups := New(docs, DefaultOptions()).Find()
		seen := map[int]bool{}
		for _, g := range groups {
			if len(g) < 2 || !slices.IsSorted(g) {
				t.Fatalf("a group of %v", g)
			}
			for _, i := range g {
				if seen[i] {
					t.Fatalf("%d is in two matters", i)
				}
				seen[i] = true
			}
		}
		if diff := cmp.Diff(groups, New(docs, DefaultOptions()).Find()); diff != "" {
			t.Fatal(diff)
		}
	})
}
