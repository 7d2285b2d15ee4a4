package classify_test

import (
	"encoding/json"
	"math"
	"strings"
	"sync"
	"testing"

	"huiyin/classify"
	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// scores gives the scores of a verdict by category.
func scores(v ticket.Verdict) map[string]float64 {
	m := map[string]float64{}
	for _, c := range v.Candidates {
		m[c.Category] = c.Score
	}
	return m
}

func TestScores(t *testing.T) {
	cases := []struct {
		name           string
		rows           string // added to the keywords
		title, content string
		want           map[string]float64
	}{
		{"the weights of the words found are summed up", "", "", "出租车不打表", map[string]float64{"C02": 3}},
		{"a word found again counts 1 + ln of the times", "", "", "黑车,又是黑车,还是黑车", map[string]float64{"B01": 3 * (1 + math.Log(3))}},
		{"a word of the title counts five times", "", "黑车", "", map[string]float64{"B01": 3 * (1 + math.Log(5))}},
		{"title and content count together", "", "黑车", "有黑车", map[string]float64{"B01": 3 * (1 + math.Log(6))}},
		{"a word for the title counts there", "", "学校门口", "", map[string]float64{"X01": 2 * (1 + math.Log(5))}},
		{"a word for the title does not count in the content", "", "", "学校门口有黑车", map[string]float64{"B01": 3}},
		{"a word for the content does not count in the title", "刷卡,D01,1,人工,正文,,\n", "刷卡", "刷卡", map[string]float64{"D01": 1}},
		{"a word does not count inside an exception", "", "", "出租车和出租汽车", map[string]float64{"C02": 1}},
		{"but does beside one", "", "", "出租车停在出租屋前", map[string]float64{"C02": 1, "X01": 1.5}},
		{"an exception that reaches over both sides", "打表,C02,1,人工,,不打表,\n", "", "不打表,要打表", map[string]float64{"C02": 3}},
		{"a word against a category", "公交车,C02,-2,人工,,,\n", "", "不打表的公交车", map[string]float64{"C02": 0, "D01": 2}},
		{"two characters inside a longer word are", "司机,C02,1,人工,,,\n", "", "出租车司机", map[string]float64{"C02": 2}},
		{"letters in either case", "ETC,D01,1,人工,,,\n", "", "etc扣费", map[string]float64{"D01": 1}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			got := scores(load(t, with("keywords.csv", tc.rows)).Judge(tc.title, tc.content))
			for code, want := range tc.want {
				if math.Abs(got[code]-want) > 1e-4 {
					t.Errorf("%s has %.4f, want %.4f", code, got[code], want)
				}
			}
			if len(got) != len(tc.want) {
				t.Errorf("scores %v, want %v", got, tc.want)
			}
		})
	}
}

// The dictionary cuts these so that the two characters fall into two words.
func TestTwoCharactersOfTwoWordsAreNoKeyword(t *testing.T) {
	c := load(t, with("keywords.csv", "打车,B01,2,人工,,,\n地铁,D01,2,人工,,,\n高速,D01,2,人工,,,\n"))
	for _, content := range []string{"对方殴打车主", "工地铁皮围挡", "为提高速度"} {
		if v := c.Judge("", content); v.Category != ticket.Unjudged {
			t.Errorf("%s: %s by %v", content, v.Category, v.Hits)
		}
	}
	for _, content := range []string{"我要打车", "坐地铁去", "上了高速"} {
		if v := c.Judge("", content); v.Category == ticket.Unjudged {
			t.Errorf("%s: not found", content)
		}
	}
}

// 黑车 is no word of the dictionary, which cuts 有黑车站 into 有, 黑 and 车站.
func TestKeywordsAreMadeKnownToTheSegmenter(t *testing.T) {
	c, err := classify.Load(folder(nil), nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := c.Judge("", "有黑车站外拉客"); v.Category != "B01" {
		t.Errorf("category %s", v.Category)
	}
}

func TestTheFirstCategoryOfThePolicyWinsATie(t *testing.T) {
	c := load(t, with("keywords.csv", "打车,C02,1,人工,,,\n打车,B01,1,人工,,,\n"))
	for range 10 {
		if v := c.Judge("", "打车"); v.Category != "B01" || v.Candidates[1].Category != "C02" {
			t.Fatalf("%v", v.Candidates)
		}
	}
}

func TestWhenNothingDecidesAPersonDoes(t *testing.T) {
	c := load(t, with("keywords.csv", "好像,C02,0.4,人工,,,\n"))
	for name, texts := range map[string][2]string{
		"nothing":            {"", ""},
		"punctuation alone":  {"？！", "。。。"},
		"no keyword":         {"你好", "在吗"},
		"only weak keywords": {"", "好像"},
	} {
		t.Run(name, func(t *testing.T) {
			v := c.Judge(texts[0], texts[1])
			if v.Category != ticket.Unjudged || v.Auto || v.Confidence != 0 || v.Kind != ticket.Help {
				t.Errorf("%+v", v)
			}
			if len(v.Candidates) == 0 || v.Candidates[0].Category != ticket.Unjudged {
				t.Errorf("candidates %v", v.Candidates)
			}
		})
	}
}

func TestAuto(t *testing.T) {
	cases := []struct {
		name    string
		content string
		want    bool
	}{
		{"when sure", "黑车又见黑车", true},
		{"not between two", "黑车,公交,公交", false},
		{"not what is not ours", "出租屋,出租屋漏水", false},
		{"not of a sealed category", "收红包,收红包", false},
		{"not with a clue in it, however sure", "黑车又见黑车,有人收红包", false},
	}
	c := load(t, nil)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if v := c.Judge("", tc.content); v.Auto != tc.want {
				t.Errorf("%s with confidence %.2f, auto %v", v.Category, v.Confidence, v.Auto)
			}
		})
	}
}

// By hand: scores 3 and 2, and 0 for "none", at temperature 1.
func TestConfidenceIsTheSoftmaxOfWhatWasSpokenFor(t *testing.T) {
	v := load(t, nil).Judge("", "黑车与公交")
	want := math.Exp(3) / (math.Exp(3) + math.Exp(2) + 1)
	if math.Abs(v.Confidence-want) > 1e-4 {
		t.Errorf("%.4f, want %.4f", v.Confidence, want)
	}
}

func TestALongTextNeedsMoreToBeSure(t *testing.T) {
	long := load(t, map[string]string{
		"classify.csv": strings.Replace(tinyPolicy["classify.csv"], "长度指数,0,", "长度指数,1,", 1),
	})
	// Three words, each once: the length is √3.
	v := long.Judge("", "出租车,不打表,公交")
	want := math.Exp(3/math.Sqrt(3)) / (math.Exp(3/math.Sqrt(3)) + math.Exp(2/math.Sqrt(3)) + 1)
	if math.Abs(v.Confidence-want) > 1e-4 {
		t.Errorf("%.4f, want %.4f", v.Confidence, want)
	}
}

func TestABiasIsAddedToTheScore(t *testing.T) {
	c := load(t, with("classify.csv", "偏置:D01,1.5,\n"))
	if v := c.Judge("", "黑车与公交"); v.Category != "D01" || scores(v)["D01"] != 3.5 {
		t.Errorf("%v", v.Candidates)
	}
}

func TestHitsPointIntoTheText(t *testing.T) {
	title, content := "出租车😀不打表", "𠮷先生说：黑车、出租车不打表，还有公交。"
	v := load(t, nil).Judge(title, content)
	text := []rune(ticket.JoinText(title, content))
	var got []string
	for _, h := range v.Hits {
		if string(text[h.Start:h.End]) != h.Keyword {
			t.Errorf("%+v points at %q", h, string(text[h.Start:h.End]))
		}
		got = append(got, h.Category+" "+h.Keyword)
	}
	want := []string{"C02 不打表", "C02 不打表", "C02 出租车", "C02 出租车", "B01 黑车"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("strongest reasons first, of the best two categories:\n%s", diff)
	}
}

func TestReasonsAreLimited(t *testing.T) {
	rows := "甲乙丙,B01,1,人工,,,\n丁戊己,B01,2,人工,,,\n庚辛壬,B01,4,人工,,,\n子丑寅,B01,5,人工,,,\n"
	v := load(t, with("keywords.csv", rows)).Judge("", "黑车 甲乙丙 丁戊己 庚辛壬 子丑寅")
	var words []string
	for _, h := range v.Hits {
		words = append(words, h.Keyword)
	}
	if diff := cmp.Diff([]string{"子丑寅", "庚辛壬", "黑车", "丁戊己"}, words); diff != "" {
		t.Errorf("four reasons are allowed:\n%s", diff)
	}
}

func TestCandidatesAreLimited(t *testing.T) {
	v := load(t, nil).Judge("学校", "黑车 不打表 公交 收红包")
	if len(v.Candidates) != 3 || v.Candidates[0].Category != v.Category {
		t.Errorf("three candidates are allowed: %v", v.Candidates)
	}
}

func TestKind(t *testing.T) {
	cases := []struct {
		name, title, content string
		want                 ticket.Kind
	}{
		{"the category's own when no word tells", "", "公交太少", ticket.Suggest},
		{"by the words", "", "请问公交", ticket.Consult},
		{"a word for the title in the title", "咨询公交", "建议", ticket.Consult},
		{"and not in the content", "", "咨询公交", ticket.Suggest},
	}
	c := load(t, nil)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if got := c.Judge(tc.title, tc.content).Kind; got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

// 公交 is of D01, whose messages usually are suggestions.
func TestTheUsualKindOfACategoryCounts(t *testing.T) {
	c := load(t, with("classify.csv", "默认类型分,1.5,\n"))
	cases := []struct {
		name, content string
		want          ticket.Kind
	}{
		{"more than one weak word for another", "请问公交", ticket.Suggest},
		{"less than what is said plainly", "请问公交,请问请问", ticket.Consult},
		{"not for the kinds of other categories", "请问黑车", ticket.Complaint},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if got := c.Judge("", tc.content).Kind; got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if e := c.Explain("", tc.content); e.Kinds[0].Kind != tc.want {
				t.Errorf("explained as %v", e.Kinds)
			}
		})
	}
	for _, k := range c.Explain("", "请问公交").Kinds {
		if k.Kind == ticket.Suggest && (k.Usual != 1.5 || k.Score != 1.5 || len(k.Words) != 0) {
			t.Errorf("the usual kind is not told: %+v", k)
		}
	}
}

func TestRisks(t *testing.T) {
	cases := []struct {
		name, content string
		want          []ticket.Risk
		urgency       ticket.Urgency
		enforcement   bool
		clue          bool
	}{
		{"a strong word", "车着火了", []ticket.Risk{{Name: "人身安全", Level: ticket.Critical, Words: []string{"着火"}}}, ticket.Critical, false, false},
		{"one weak word is not enough", "有隐患", []ticket.Risk{}, ticket.Ordinary, false, false},
		{"two together are, at the level of the stronger", "有隐患,很危险", []ticket.Risk{{Name: "人身安全", Level: ticket.Urgent, Words: []string{"隐患", "危险"}}}, ticket.Urgent, false, false},
		{"the same word twice is one", "隐患,隐患", []ticket.Risk{}, ticket.Ordinary, false, false},
		{"not inside an exception", "有隐患,运危险品", []ticket.Risk{}, ticket.Ordinary, false, false},
		{"enforcement", "执法人员来了", []ticket.Risk{{Name: "执法", Words: []string{"执法人员"}}}, ticket.Ordinary, true, false},
		{"a clue, in a sealed category of enforcement", "收红包", []ticket.Risk{{Name: "纪检线索", Level: ticket.Urgent, Words: []string{"收红包"}}}, ticket.Urgent, true, true},
	}
	c := load(t, nil)
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			v := c.Judge("", tc.content)
			if diff := cmp.Diff(tc.want, v.Risks); diff != "" {
				t.Error(diff)
			}
			if v.Urgency != tc.urgency || v.Enforcement != tc.enforcement || v.Clue != tc.clue {
				t.Errorf("urgency %q, enforcement %v, clue %v", v.Urgency, v.Enforcement, v.Clue)
			}
		})
	}
}

func TestListsOfAVerdictAreNeverNull(t *testing.T) {
	raw, err := json.Marshal(load(t, nil).Judge("", ""))
	if err != nil || strings.Contains(string(raw), "null") {
		t.Errorf("%s, %v", raw, err)
	}
}

func TestEntitiesAreInTheVerdict(t *testing.T) {
	v := load(t, nil).Judge("黑车", "车牌苏A12345")
	if len(v.Entities) != 1 || v.Entities[0].Kind != ticket.EntityPlate {
		t.Errorf("%v", v.Entities)
	}
}

func TestATextOfAMegabyte(t *testing.T) {
	text := strings.Repeat("在车站门口被黑车司机拉客，出租车不打表。", 17_000)
	if v := load(t, nil).Judge("黑车", text); v.Category != "B01" || len(v.Hits) > 20 {
		t.Errorf("%s with %d hits", v.Category, len(v.Hits))
	}
}

func TestEveryTextGetsTheSameVerdictAgain(t *testing.T) {
	c := load(t, nil)
	part := rapid.SampledFrom([]string{"黑车", "出租车", "出租房", "不打表", "收红包", "公交", "着火", "请问", "学校", "\n", "😀", "𠮷", "\x00", "\xff", "ETC", "，", "a"})
	rapid.Check(t, func(t *rapid.T) {
		title := strings.Join(rapid.SliceOfN(part, 0, 6).Draw(t, "title"), "")
		content := strings.Join(rapid.SliceOfN(part, 0, 40).Draw(t, "content"), "")
		v := c.Judge(title, content)
		c.Judge("公交", "黑车着火")
		if diff := cmp.Diff(v, c.Judge(title, content)); diff != "" {
			t.Error(diff)
		}
		if v.Category == "" || v.Kind == "" || v.Confidence < 0 || v.Confidence > 1 {
			t.Errorf("%+v", v)
		}
		runes := []rune(ticket.JoinText(title, content))
		for _, h := range v.Hits {
			if string(runes[h.Start:h.End]) != h.Keyword {
				t.Errorf("%+v is not there", h)
			}
		}
	})
}

func TestVerdictsAtTheSameTime(t *testing.T) {
	c := load(t, nil)
	texts := []string{"黑车", "出租车不打表", "公交着火", "", "收红包的执法人员"}
	var want []ticket.Verdict
	for _, text := range texts {
		want = append(want, c.Judge(text, text))
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for i := range 200 {
				n := i % len(texts)
				if diff := cmp.Diff(want[n], c.Judge(texts[n], texts[n])); diff != "" {
					t.Error(diff)
					return
				}
			}
		})
	}
	wg.Wait()
}

func FuzzJudgeStandsAnyCleanedText(f *testing.F) {
	c, err := classify.Load(folder(nil), nil)
	if err != nil {
		f.Fatal(err)
	}
	f.Add("投诉", "出租车不打表\x00\xff<p>黑車</p>")
	f.Fuzz(func(t *testing.T, title, content string) {
		if v := c.Judge(classify.Clean(title), classify.Clean(content)); v.Category == "" || v.Hits == nil {
			t.Errorf("%+v", v)
		}
	})
}
