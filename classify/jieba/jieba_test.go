//go:build cgo

package jieba

import (
	"crypto/sha256"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"unicode/utf8"

	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"

	"github.com/google/go-cmp/cmp"
	"github.com/yanyiwu/gojieba"
	"pgregory.net/rapid"
)

// userWords hold the kinds of words that have been trouble: single characters,
// words that the dictionary has, letters, no frequency, a separator, a blank.
var userWords = []segment.Word{
	{Text: "不打表", Freq: 1000}, {Text: "站外揽客", Freq: 1000, Tag: "v"}, {Text: "出租车", Freq: 3}, {Text: "绿通车"}, {Text: "K12路", Freq: 500},
	{Text: "坑", Freq: 20000}, {Text: "驿"}, {Text: "𠀀街", Freq: 5}, {Text: "，。", Freq: 5}, {Text: "甲 乙", Freq: 5}, {Text: "etc"}, {Text: "3.5"}, {Text: "", Freq: 1},
	{Text: "修修", Freq: 17}, {Text: "绿通车", Freq: 7},
}

type pair struct {
	own *segment.Dict
	lib *Jieba
}

func makePair(user []segment.Word) (*pair, error) {
	own, err := dict.Segmenter(user)
	if err != nil {
		return nil, err
	}
	lib, err := New(user)
	return &pair{own, lib}, err
}

var (
	plain    = sync.OnceValues(func() (*pair, error) { return makePair(nil) })
	enriched = sync.OnceValues(func() (*pair, error) { return makePair(userWords) })
)

func get(t testing.TB, from func() (*pair, error)) *pair {
	t.Helper()
	p, err := from()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// differs returns how the two cut a text, when they cut it differently.
func (p *pair) differs(text string, hmm bool) string {
	a, b := p.own.Cut(nil, text, hmm), p.lib.Cut(nil, text, hmm)
	if len(a) == len(b) {
		same := true
		for i := range a {
			same = same && a[i].Start == b[i].Start && a[i].End == b[i].End
		}
		if same {
			return ""
		}
	}
	return fmt.Sprintf("%q (model %t)\nown     %s\ngojieba %s", text, hmm, join(text, a), join(text, b))
}

func join(text string, tokens []segment.Token) string {
	var words []string
	for _, token := range tokens {
		words = append(words, text[token.Start:token.End])
	}
	return strings.Join(words, "/")
}

var texts = []string{
	"我昨天在高铁站打车，司机不打表，一口价80元，还绕路，车牌号皖A12345。",
	"K12路公交车到站不停，等了40分钟，夜间5路也是这样，请公交公司处理！",
	"执法人员未亮证、未开记录仪就扣车扣证，罚款2000元，要求说明依据。",
	"G104国道K12+300处路面坑洼，大货车超限超载，抛洒滴漏严重，晚上没有路灯。",
	"驾校教练吃拿卡要，学时造假，约考一拖再拖，退费只退30%。",
	"网约车平台Ａ随意加价；客服电话400-000-0000打不通？？？",
	"渡口没有救生衣……船上坐了五十多个人，太危险了。\r\n\t请尽快处理",
	"修修修修修，天天修，修了又修，堵得水泄不通。",
	"嵤颙龘靐齉爩麤，𠀀𠂆，😡👨‍👩‍👧，ﾊﾟｰｸ，Ⅳ，㎡，①",
	"c++、C#、AT&T、B超、3.14159、v1.4.6、2026-11-22T10:00:00+08:00、a.b.c@d.e",
	"　　全角空格　和\u00a0不断行空格\u3000。，。，  \n\n",
	"王小明在江州市临河县柳林镇石桥村被站外揽客的黑车司机甩客了",
}

func TestWordForWordAsGojieba(t *testing.T) {
	for name, from := range map[string]func() (*pair, error){"its own words": plain, "with user words": enriched} {
		t.Run(name, func(t *testing.T) {
			p := get(t, from)
			for _, text := range append(texts, strings.Join(texts, "")) {
				for _, hmm := range []bool{true, false} {
					if diff := p.differs(text, hmm); diff != "" {
						t.Error(diff)
					}
				}
			}
		})
	}
}

// Words of the dictionary in any order, its characters in any order, and any
// text at all: with every tie and every unknown word that chance finds.
func TestWordForWordOnMadeUpTexts(t *testing.T) {
	for name, from := range map[string]func() (*pair, error){"its own words": plain, "with user words": enriched} {
		t.Run(name, func(t *testing.T) {
			p := get(t, from)
			word := rapid.Custom(func(t *rapid.T) string { return p.own.Word(int32(rapid.IntRange(0, p.own.Len()-1).Draw(t, "id"))) })
			char := rapid.Custom(func(t *rapid.T) string { return string(rapid.Rune().Draw(t, "rune")) })
			head := rapid.Custom(func(t *rapid.T) string {
				r, _ := utf8.DecodeRuneInString(word.Draw(t, "word"))
				return string(r)
			})
			other := rapid.SampledFrom([]string{"，", "。", " ", "\n", "\r", "\t", "A", "z9", "3.", ".", "-", "！", "（", "修", "的", "了", "坑", "驿", "K12路", "不打表", "𠀀街"})
			rapid.Check(t, func(t *rapid.T) {
				text := strings.Join(rapid.SliceOfN(rapid.OneOf(word, head, head, other, char), 1, 40).Draw(t, "pieces"), "")
				if !readable(text) {
					return
				}
				for _, hmm := range []bool{true, false} {
					if diff := p.differs(text, hmm); diff != "" {
						t.Fatal(diff)
					}
				}
			})
		})
	}
}

func FuzzAgainstGojieba(f *testing.F) {
	for _, text := range texts {
		f.Add(text)
	}
	p := get(f, enriched)
	f.Fuzz(func(t *testing.T, text string) {
		if !readable(text) {
			return
		}
		for _, hmm := range []bool{true, false} {
			if diff := p.differs(text, hmm); diff != "" {
				t.Fatal(diff)
			}
		}
	})
}

// module is the folder of gojieba's own files.
func module(t *testing.T) string {
	t.Helper()
	dir, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/yanyiwu/gojieba").Output()
	if err != nil {
		t.Fatal(err)
	}
	return filepath.Join(strings.TrimSpace(string(dir)), "deps", "cppjieba", "dict")
}

func TestFilesAreThoseOfTheModule(t *testing.T) {
	folder := module(t)
	sums := dict.Checksums()
	if len(sums) != 5 {
		t.Fatalf("%d checksums, want 5", len(sums))
	}
	for name, sum := range sums {
		theirs, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			t.Fatal(err)
		}
		ours, err := dict.Read(name)
		if err != nil {
			t.Fatal(err)
		}
		for whose, content := range map[string][]byte{"module's": theirs, "binary's": ours} {
			if got := fmt.Sprintf("%x", sha256.Sum256(content)); got != sum {
				t.Errorf("the %s %s has the checksum %s, want %s", whose, name, got, sum)
			}
		}
	}
}

func TestTagAndExtractAsGojieba(t *testing.T) {
	oracle := gojieba.NewJieba() // with its own files
	defer oracle.Free()
	p := get(t, plain)
	for _, text := range texts {
		var tagged []string
		for _, w := range p.lib.Tag(text) {
			tagged = append(tagged, w.Word+"/"+w.Tag)
		}
		if diff := cmp.Diff(oracle.Tag(text), tagged); diff != "" {
			t.Errorf("tags of %q (-gojieba +own)\n%s", text, diff)
		}
		keywords, err := p.lib.Extract(text, 8)
		if err != nil {
			t.Fatal(err)
		}
		theirs := oracle.ExtractWithWeight(text, 8)
		if len(keywords) != len(theirs) {
			t.Fatalf("%q: %d keywords, gojieba has %d", text, len(keywords), len(theirs))
		}
		for i, k := range theirs { // equal weights may change places
			if diff := k.Weight - keywords[i].Weight; diff > 1e-9 || diff < -1e-9 {
				t.Errorf("%q: keyword %d is %v, gojieba has %v", text, i, keywords[i], k)
			}
		}
	}
}

func TestWhatTheLibraryCannotReadIsOneWord(t *testing.T) {
	p := get(t, plain)
	for _, text := range []string{"黑车\x00拉客", "黑车\xff拉客"} {
		if got := join(text, p.lib.Cut(nil, text, true)); got != text {
			t.Errorf("%q became %q", text, got)
		}
		if tags := p.lib.Tag(text); tags != nil {
			t.Errorf("%q has tags %v", text, tags)
		}
		if keywords, err := p.lib.Extract(text, 3); keywords != nil || err != nil {
			t.Errorf("%q has keywords %v, error %v", text, keywords, err)
		}
	}
}

func TestCallsAfterCloseFindNothing(t *testing.T) {
	j, err := New(nil)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				j.Cut(nil, texts[0], true)
				j.Tag(texts[1])
			}
		})
	}
	j.Close()
	wg.Wait()
	j.Close()
	if words := j.Words(texts[0], true); words != nil {
		t.Errorf("words after Close: %v", words)
	}
}

func TestWithoutMemoryFilesAFolderServes(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	files, err := inFolder([5]string{"a", "b", "c", "d", "e"}, [5][]byte{[]byte("1"), nil, []byte("3"), nil, nil})
	if err != nil {
		t.Fatal(err)
	}
	content, err := os.ReadFile(files.paths[2])
	if err != nil || string(content) != "3" {
		t.Errorf("the third file holds %q, error %v", content, err)
	}
	files.close()
	if left, err := os.ReadDir(os.TempDir()); err != nil || len(left) != 0 {
		t.Errorf("left behind: %v, %v", left, err)
	}
}

func TestAFolderThatCannotBeWrittenIsAnError(t *testing.T) {
	t.Setenv("TMPDIR", filepath.Join(t.TempDir(), "missing"))
	if _, err := inFolder([5]string{}, [5][]byte{}); err == nil {
		t.Error("no error")
	}
}
