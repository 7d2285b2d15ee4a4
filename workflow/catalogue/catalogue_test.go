package catalogue

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

var noon = time.Date(2026, 10, 12, 4, 0, 0, 0, time.UTC)

func id(n int) ticket.ID { return ticket.NewID(ticket.Channel12345, fmt.Sprint("GD", n), 0) }

// filled is a catalogue of such texts; facts may be changed before they go in.
func filled(texts []string, change func(n int, e *Entry)) *Catalogue {
	c := New()
	for n, text := range texts {
		e := Entry{Fact: ticket.Fact{ID: id(n), State: ticket.Handling, Category: "C01", ReceivedAt: noon.Add(time.Duration(n) * time.Minute)}}
		if change != nil {
			change(n, &e)
		}
		c.Put([]Entry{e})
		title, content, _ := strings.Cut(text, "|")
		text := Text{Ticket: id(n).Bits(), Title: title, Parts: []string{content}}
		if e.Beside != nil {
			text.Beside = *e.Beside
		}
		c.PutTexts([]Text{text})
	}
	return c
}

// numbers are the tickets found, by number.
func numbers(c *Catalogue, q Query, of int) []int {
	found := []int{}
	c.Find(&q, false, func(h Hit) {
		for n := range of {
			if id(n).Bits() == h.Ticket {
				found = append(found, n)
			}
		}
	})
	slices.Sort(found)
	return found
}

func everybody(query string) Query {
	return Query{Words: Words(query), Secrecy: []ticket.Secrecy{ticket.Visible}}
}

// list makes every shelf one with lists, however few its texts are.
func (c *Catalogue) list() {
	c.shelves = append(c.shelves, c.young.listed())
	c.young = &shelf{}
}

func TestWordsAreFound(t *testing.T) {
	texts := []string{"出租车拒载|在火车站打车，司机不走", "公交 K12 路甩站|车牌粤W·12345D，司机姓王", "驾校退费|报名一年了没有退", "𠮷祥路积水|出租车过不去"}
	for _, c := range []struct {
		claim, query string
		want         []int
	}{
		{"a word of the title", "拒载", []int{0}},
		{"a word of the content", "积水", []int{3}},
		{"a single character", "车", []int{0, 1, 3}},
		{"a single character at the end of a text", "退", []int{2}},
		{"several words, each of which must stand somewhere", "司机 火车站", []int{0}},
		{"a plate without its dot", "粤w12345d", []int{1}},
		{"a plate with a dot, in full width", "粤Ｗ·１２３４５", []int{1}},
		{"a line whose number was written apart", "K12路", []int{1}},
		{"a character beyond the first plane", "𠮷祥", []int{3}},
		{"half of such a character is none", "祥路积", []int{3}},
		{"nothing that runs from the title into the content", "拒载在火", []int{}},
		{"nothing that no text holds", "地铁", []int{}},
		{"pairs that stand apart are no word", "站打不走", []int{}},
	} {
		for _, listed := range []bool{false, true} {
			cat := filled(texts, nil)
			if listed {
				cat.list()
			}
			if got := numbers(cat, everybody(c.query), len(texts)); !slices.Equal(got, c.want) {
				t.Errorf("%s (listed %v): %v, want %v", c.claim, listed, got, c.want)
			}
		}
	}
}

func TestWhatIsHiddenIsNeitherFoundNorCounted(t *testing.T) {
	c := filled([]string{"举报收钱", "举报收钱", "举报收钱"}, func(n int, e *Entry) { e.Secrecy = ticket.Secrecy(n) })
	for _, listed := range []bool{false, true} {
		if listed {
			c.list()
		}
		for _, words := range []string{"", "收钱"} {
			q := everybody(words)
			if got := numbers(c, q, 3); !slices.Equal(got, []int{0}) {
				t.Errorf("%q listed %v: everybody finds %v", words, listed, got)
			}
			q.Secrecy = append(q.Secrecy, ticket.Clue, ticket.Secret)
			if got := numbers(c, q, 3); !slices.Equal(got, []int{0, 1, 2}) {
				t.Errorf("%q listed %v: discipline finds %v", words, listed, got)
			}
		}
	}
}

func TestFactsNarrow(t *testing.T) {
	c := filled([]string{"甲", "乙", "丙", "丁"}, func(n int, e *Entry) {
		f := &e.Fact
		f.Lead, f.CallerKey = []string{"zhidui", "gonglu", "yunfu", "zhidui"}[n], uint32(n+1)
		f.Urged, f.Confidential = n, n == 2
		e.Beside = &Beside{Co: [][]string{nil, {"yunfu", "gonglu"}, nil, {"xin"}}[n], Asking: n == 1}
		if n == 3 {
			f.State, f.Category = ticket.Closed, "G03"
		}
	})
	for claim, test := range map[string]struct {
		q    Query
		want []int
	}{
		"by state":                                {Query{States: []ticket.State{ticket.Closed, ticket.Rejected}}, []int{3}},
		"by category":                             {Query{Category: "C01"}, []int{0, 1, 2}},
		"by several categories":                   {Query{Categories: []string{"G03", "G04"}}, []int{3}},
		"by no category at all":                   {Query{Categories: []string{}}, []int{}},
		"by a category that no ticket has":        {Query{Category: "A01"}, []int{}},
		"by unit":                                 {Query{Unit: "zhidui"}, []int{0, 3}},
		"by unit, with what it helps with":        {Query{Unit: "yunfu"}, []int{1, 2}},
		"by a unit that leads nothing yet":        {Query{Unit: "xin"}, []int{3}},
		"by a unit that does nothing":             {Query{Unit: "wu"}, []int{}},
		"by unit, with help as others know it":    {Query{Unit: "yunfu", Helps: func(bits uint64) bool { return bits == id(0).Bits() }}, []int{0, 2}},
		"by a request that waits":                 {Query{With: Asking}, []int{1}},
		"by caller":                               {Query{Caller: 2}, []int{1}},
		"by flags that must be there":             {Query{With: Urged}, []int{1, 2, 3}},
		"by flags that must not":                  {Query{With: Urged, Without: Confidential}, []int{1, 3}},
		"by time, the end not included":           {Query{From: noon.Add(time.Minute), To: noon.Add(3 * time.Minute)}, []int{1, 2}},
		"by word and fact":                        {Query{Words: []string{"丙"}, With: Confidential}, []int{2}},
		"by word and a fact that does not fit it": {Query{Words: []string{"丁"}, With: Confidential}, []int{}},
	} {
		test.q.Secrecy = []ticket.Secrecy{ticket.Visible}
		if got := numbers(c, test.q, 4); !slices.Equal(got, test.want) {
			t.Errorf("%s: %v, want %v", claim, got, test.want)
		}
	}
}

func TestATicketThatMovedOnIsFoundAsItIs(t *testing.T) {
	c := filled([]string{"甲事", "乙事"}, nil)
	c.Put([]Entry{{Fact: ticket.Fact{ID: id(0), State: ticket.Closed, Category: "C01", ReceivedAt: noon}}})
	q := everybody("事")
	q.States = []ticket.State{ticket.Closed}
	if got := numbers(c, q, 2); !slices.Equal(got, []int{0}) {
		t.Errorf("%v", got)
	}
	if n, unread := c.Size(); n != 2 || unread != 0 {
		t.Errorf("%d tickets, %d unread", n, unread)
	}
}

func TestTextsThatAreNotReadYetAreSaidSo(t *testing.T) {
	c := filled([]string{"甲事"}, nil)
	c.Put([]Entry{
		{Fact: ticket.Fact{ID: id(1), State: ticket.Handling, ReceivedAt: noon}},
		{Fact: ticket.Fact{ID: id(2), State: ticket.Closed, ReceivedAt: noon}},
		{Fact: ticket.Fact{ID: id(3), State: ticket.Handling, ReceivedAt: noon}, Secrecy: ticket.Secret},
	})
	if some, all := c.Unread(2), c.Unread(9); len(some) != 2 || len(all) != 3 {
		t.Fatalf("%v of %v", some, all)
	}
	q := everybody("事")
	q.States = []ticket.State{ticket.Handling}
	if unread := c.Find(&q, false, func(Hit) {}); unread != 1 {
		t.Errorf("%d may fit, want only the one that the asker may see", unread)
	}
	c.PutTexts([]Text{{Ticket: id(1).Bits(), Title: "乙事"}, {Ticket: id(1).Bits(), Title: "乙事"}})
	if got := numbers(c, q, 4); !slices.Equal(got, []int{0, 1}) {
		t.Errorf("%v", got)
	}
}

func TestTheTitleCountsMore(t *testing.T) {
	c := filled([]string{"别的事|说到拒载一次", "拒载|没有再说", "别的事|拒载又拒载"}, nil)
	q := everybody("拒载")
	rank := map[uint64]int{}
	c.Find(&q, true, func(h Hit) { rank[h.Ticket] = h.Rank })
	if a, b, two := rank[id(0).Bits()], rank[id(1).Bits()], rank[id(2).Bits()]; !(b > two && two > a && a > 0) {
		t.Errorf("in the content %d, in the title %d, twice in the content %d", a, b, two)
	}
}

func TestMarks(t *testing.T) {
	for _, c := range []struct{ claim, text, query, want string }{
		{"each place", "车牌粤W·12345，又是粤w12345", "粤W12345", "车牌[粤W·12345]，又是[粤w12345]"},
		{"words that touch are one mark", "出租车拒载", "租车 车拒", "出[租车拒]载"},
		{"nothing", "出租车", "公交", "出租车"},
		{"a rare character", "去𠮷祥路", "𠮷祥", "去[𠮷祥]路"},
	} {
		runes, from, got := []rune(c.text), 0, ""
		for _, s := range Marks(c.text, Words(c.query)) {
			got += string(runes[from:s.Start]) + "[" + string(runes[s.Start:s.End]) + "]"
			from = s.End
		}
		if got += string(runes[from:]); got != c.want {
			t.Errorf("%s: %s, want %s", c.claim, got, c.want)
		}
	}
}

// What the lists find is what reading every text through finds, whatever the
// texts are, on listed shelves and on a young one.
func TestListsFindWhatReadingFinds(t *testing.T) {
	letters := []rune("甲乙丙aA·　 \n𠮷")
	text := rapid.StringOfN(rapid.RuneFrom(letters), 0, 12, -1)
	rapid.Check(t, func(t *rapid.T) {
		texts := rapid.SliceOfN(text, 1, 30).Draw(t, "texts")
		query := rapid.StringOfN(rapid.RuneFrom([]rune("甲乙丙a𠮷 ")), 1, 5, -1).Draw(t, "query")
		cut := rapid.IntRange(0, len(texts)).Draw(t, "listed")
		c := filled(texts[:cut], nil)
		if cut > 0 {
			c.list()
		}
		for n := cut; n < len(texts); n++ {
			c.Put([]Entry{{Fact: ticket.Fact{ID: id(n), State: ticket.Handling, ReceivedAt: noon}}})
			title, content, _ := strings.Cut(texts[n], "|")
			c.PutTexts([]Text{{Ticket: id(n).Bits(), Title: title, Parts: []string{content}}})
		}
		words := Words(query)
		if len(words) == 0 {
			return
		}
		want := []int{}
		for n, text := range texts {
			plain := strings.ToLower(strings.NewReplacer("·", "", " ", "", "　", "", "\n", "").Replace(text))
			if !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(plain, w) }) {
				want = append(want, n)
			}
		}
		if got := numbers(c, everybody(query), len(texts)); !slices.Equal(got, want) {
			t.Fatalf("%q in %q: %v, want %v", query, texts, got, want)
		}
	})
}

func TestAFullShelfIsListed(t *testing.T) {
	c, rng := New(), rand.New(rand.NewPCG(1, 2))
	want := 0
	for n := range shelfTexts + 10 {
		bits := uint64(n+1) << 4
		c.Put([]Entry{{Fact: ticket.Fact{ID: ticket.IDFromBits(bits), State: ticket.Handling, ReceivedAt: noon}}})
		text := "平常的事"
		if rng.IntN(50) == 0 {
			text, want = "少见的事", want+1
		}
		c.PutTexts([]Text{{Ticket: bits, Title: text}})
	}
	got := 0
	q := everybody("少见的")
	c.Find(&q, false, func(Hit) { got++ })
	if got != want || len(c.shelves) != 1 || c.shelves[0].pairs == nil || len(c.young.rows) != 10 {
		t.Errorf("%d found, want %d, on %d shelves", got, want, len(c.shelves))
	}
}
