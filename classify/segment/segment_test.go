package segment_test

import (
	"math"
	"math/big"
	"strings"
	"sync"
	"testing"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

var standard = sync.OnceValues(func() (*segment.Dict, error) { return dict.Segmenter(nil) })

func load(t testing.TB, user ...segment.Word) *segment.Dict {
	t.Helper()
	build := standard
	if len(user) > 0 {
		build = func() (*segment.Dict, error) { return dict.Segmenter(user) }
	}
	d, err := build()
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func cut(d *segment.Dict, text string, hmm bool) string {
	var words []string
	for _, token := range d.Cut(nil, text, hmm) {
		words = append(words, text[token.Start:token.End])
	}
	return strings.Join(words, "/")
}

func TestCut(t *testing.T) {
	tests := []struct {
		claim, text, want string
		user              []segment.Word
	}{
		{"an empty text has no words", "", "", nil},
		{"words of the dictionary", "出租车司机拒载", "出租车/司机/拒载", nil},
		{"the model joins what the dictionary does not know", "他来到了网易杭研大厦", "他/来到/了/网易/杭研/大厦", nil},
		{"letters and digits stay together", "乘K12路花3.5元", "乘/K12/路花/3.5/元", nil},
		{"separators are words", "黑车，\n拉客 。", "黑车/，/\n/拉客/ /。", nil},
		{"a word of the lexicon is one word", "司机不打表", "司机/不打表", []segment.Word{{Text: "不打表", Freq: 1000}}},
		{"a rare word loses against frequent ones", "停车费用", "停车/费用", []segment.Word{{Text: "停车费", Freq: 1}}},
		{"a lone character of the lexicon is not joined by the model", "杭研大厦", "杭/研/大厦", []segment.Word{{Text: "杭"}}},
		{"a word that holds a separator is never found", "黑车，拉客", "黑车/，/拉客", []segment.Word{{Text: "黑车，拉客", Freq: 9000}}},
		{"of a word given twice the last counts", "停车费用", "停车费/用", []segment.Word{{Text: "停车费", Freq: 1}, {Text: "停车费", Freq: 1 << 29}}},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, cut(load(t, tt.user...), tt.text, true)); diff != "" {
				t.Errorf("%q (-want +got)\n%s", tt.text, diff)
			}
		})
	}
}

func TestWithoutModelCharactersStaySingle(t *testing.T) {
	if got, want := cut(load(t), "网易杭研", false), "网易/杭/研"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestIDs(t *testing.T) {
	d := load(t, segment.Word{Text: "站外揽客", Freq: 1000})
	for _, text := range []string{"出租车司机在高铁站站外揽客，K12路公交车到站不停。", "他来到了网易杭研大厦"} {
		for _, token := range d.Cut(nil, text, true) {
			word := text[token.Start:token.End]
			id, known := d.Find(word)
			if known != (token.ID >= 0) || known && (id != token.ID || d.Word(token.ID) != word) {
				t.Errorf("%s has id %d, the dictionary says %d (%t): %q", word, token.ID, id, known, d.Word(token.ID))
			}
		}
	}
	if id, known := d.Find("站外揽客"); !known || int(id) != d.Len()-1 {
		t.Errorf("the user word is %d (%t) of %d", id, known, d.Len())
	}
	for _, id := range []int32{-1, int32(d.Len())} {
		if got := d.Word(id); got != "" {
			t.Errorf("word %d is %q, want none", id, got)
		}
	}
}

func TestWhatIsNoWordIsNotFound(t *testing.T) {
	d := load(t)
	for _, word := range []string{"", "，", "不，", "出 租", "出租，车", "\xff", "出\xff", "𠀀𠀀", "😡", "出租车出租车"} {
		if id, known := d.Find(word); known || id >= 0 {
			t.Errorf("%q is found as word %d", word, id)
		}
	}
}

func TestSub(t *testing.T) {
	d := load(t)
	tests := []struct{ claim, word, want string }{
		{"a word of two has none inside", "司机", ""},
		{"a word of three has those of two", "出租车", "出租 租车"},
		{"a longer word has those of two and of three", "交通运输部", "交通 通运 运输 运输部"},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			var words []string
			for _, id := range d.Sub(nil, tt.word) {
				words = append(words, d.Word(id))
			}
			if got := strings.Join(words, " "); got != tt.want {
				t.Errorf("inside %s: %s, want %s", tt.word, got, tt.want)
			}
		})
	}
}

// Any bytes are cut into words that cover them, in order.
func TestTokensCoverAnyText(t *testing.T) {
	d := load(t)
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"\x00", "\xff", "\xe4\xb8", "\xed\xa0\x80", "😡👨\u200d👩\u200d👧", "𠀀𪚥", "出租车", "，", " ", "\r\n", "A", "1", "。",
	}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 20).Draw(t, "pieces"), "")
		at := 0
		for _, token := range d.Cut(nil, text, rapid.Bool().Draw(t, "hmm")) {
			if token.Start != at || token.End <= at {
				t.Fatalf("%q: token %+v does not begin at %d", text, token, at)
			}
			at = token.End
		}
		if at != len(text) {
			t.Fatalf("%q: tokens end at %d of %d", text, at, len(text))
		}
	})
}

func TestALongTextWithoutSeparatorsIsCut(t *testing.T) {
	d := load(t)
	text := strings.Repeat("公交车到站不停修修修", 1<<20/30)
	tokens := d.Cut(nil, text, true)
	if n := len(tokens); n == 0 || tokens[n-1].End != len(text) {
		t.Errorf("%d tokens for %d bytes", n, len(text))
	}
}

var allowedAllocations = 0.0

func TestCutDoesNotAllocate(t *testing.T) {
	d := load(t)
	text := strings.Repeat("出租车司机不打表，乘K12路到高铁站，😡投诉无门。", 10)
	dst := d.Cut(nil, text, true)
	if n := testing.AllocsPerRun(50, func() { dst = d.Cut(dst[:0], text, true) }); n > allowedAllocations {
		t.Errorf("%v allocations a text", n)
	}
}

func TestOneDictServesManyGoroutines(t *testing.T) {
	d := load(t)
	text := "出租车司机在网易杭研大厦不打表，乘K12路到高铁站。"
	want := cut(d, text, true)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 200 {
				if got := cut(d, text, true); got != want {
					t.Errorf("got %s, want %s", got, want)
					return
				}
			}
		})
	}
	wg.Wait()
}

const someModel = `# start
-0.26 -3.14e+100 -3.14e+100 -1.46
-3.14e+100 -0.51 -0.91 -3.14e+100
-0.58 -3.14e+100 -3.14e+100 -0.80
-3.14e+100 -0.33 -1.26 -3.14e+100
-0.72 -3.14e+100 -3.14e+100 -0.66
车:-1.0,站:-2.0
车:-1.5
车:-3.0
站:-1.0
`

func TestBuildSaysWhatIsWrong(t *testing.T) {
	tests := []struct{ claim, words, model, want string }{
		{"an empty dictionary", "", someModel, "分词词典是空的"},
		{"a line without a frequency", "车站 10 n\n公交\n", someModel, "分词词典第2行不是"},
		{"a frequency that is no number", "车站 多 n\n", someModel, "分词词典第1行不是"},
		{"a frequency of nothing", "车站 0 n\n", someModel, "分词词典第1行不是"},
		{"bytes that are no UTF-8", "车\xff 3 n\n", someModel, "分词词典第1行不是"},
		{"a model without its lines", "车站 10 n\n", "-1 -1 -1 -1\n", "分词模型文件不完整"},
		{"a model that allows what cannot be", "车站 10 n\n", strings.Replace(someModel, "-3.14e+100 -0.51", "-0.1 -0.51", 1), "分词模型文件不完整"},
		{"an emission that is none", "车站 10 n\n", strings.Replace(someModel, "车:-3.0", "车", 1), "不是“字:概率”"},
	}
	for _, tt := range tests {
		t.Run(tt.claim, func(t *testing.T) {
			_, err := segment.Build(strings.NewReader(tt.words), strings.NewReader(tt.model), nil)
			if err == nil || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s", err, tt.want)
			}
		})
	}
}

func TestASmallDictionaryIsEnough(t *testing.T) {
	d, err := segment.Build(strings.NewReader("车站 10 n\n公交车 5 n\n公交 5 n\n"), strings.NewReader(someModel), nil)
	if err != nil {
		t.Fatal(err)
	}
	if got, want := cut(d, "公交车站台公交", true), "公交/车站/台/公交"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// The weights are logarithms rounded correctly: a bit more or less would make
// other words win ties.
func TestWeightsAreRoundedCorrectly(t *testing.T) {
	for freq := 1.0; freq <= 1500; freq++ {
		x := freq / 6.0101983e7
		got := segment.Logarithm(x)
		// got is ln x when e^(got ± half of its last bit) encloses x.
		half := (math.Nextafter(got, 0) - got) / 2
		if want := new(big.Float).SetFloat64(x); exp(got, -half).Cmp(want) > 0 || exp(got, half).Cmp(want) < 0 {
			t.Errorf("ln %v is not %v", x, got)
		}
	}
}

// exp is e^(a+b) by its series, with 200 bits.
func exp(a, b float64) *big.Float {
	x := new(big.Float).SetPrec(200).SetFloat64(a)
	x.Add(x, new(big.Float).SetFloat64(b))
	sum, term := big.NewFloat(1).SetPrec(200), big.NewFloat(1).SetPrec(200)
	for n := int64(1); n < 150; n++ {
		term.Mul(term, x)
		term.Quo(term, new(big.Float).SetInt64(n))
		sum.Add(sum, term)
	}
	return sum
}

func FuzzCut(f *testing.F) {
	f.Add("出租车\x00\xff不打表，K12路3.5元😡")
	d := load(f)
	f.Fuzz(func(t *testing.T, text string) {
		for _, hmm := range []bool{true, false} {
			at := 0
			for _, token := range d.Cut(nil, text, hmm) {
				if token.Start != at || token.End <= at || token.ID >= 0 && d.Word(token.ID) != text[token.Start:token.End] {
					t.Fatalf("%q: token %+v at %d", text, token, at)
				}
				at = token.End
			}
			if at != len(text) {
				t.Fatalf("%q: tokens end at %d of %d", text, at, len(text))
			}
		}
	})
}

func FuzzBuild(f *testing.F) {
	f.Add("车站 10 n\n公交车 5 n\n", someModel, "绿通车", 7, "公交车站绿通车")
	f.Fuzz(func(t *testing.T, words, model, user string, freq int, text string) {
		d, err := segment.Build(strings.NewReader(words), strings.NewReader(model), []segment.Word{{Text: user, Freq: freq}})
		if err != nil {
			return
		}
		at := 0
		for _, token := range d.Cut(nil, text, true) {
			if token.Start != at || token.End <= at {
				t.Fatalf("%q with the dictionary %q: token %+v at %d", text, words, token, at)
			}
			at = token.End
		}
	})
}
