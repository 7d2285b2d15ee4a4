package classify_test

import (
	"strings"
	"testing"

	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
)

func TestATextInWhichNothingCanBeReadIsToldApart(t *testing.T) {
	c := load(t, nil)
	for text, want := range map[string]string{
		"":           "没有可读的文字",
		"。。！😀\uFFFD": "没有可读的文字",
		"阿嚏":         "没有任何类别的关键词",
	} {
		if e := c.Explain("", text); !strings.Contains(e.Why(), want) {
			t.Errorf("%q: %s", text, e.Why())
		}
	}
}

func TestExplainAgreesWithJudge(t *testing.T) {
	c := load(t, nil)
	e := c.Explain("黑车", "出租车不打表，请问公交")
	if diff := cmp.Diff(c.Judge("黑车", "出租车不打表，请问公交"), e.Verdict); diff != "" {
		t.Error(diff)
	}
	for i, r := range e.Categories {
		sum := 0.0
		for _, w := range r.Words {
			sum += w.Share
		}
		if d := sum - r.Score; d > 1e-3 || d < -1e-3 {
			t.Errorf("%s has %.4f, its words add up to %.4f", r.Category, r.Score, sum)
		}
		if i < len(e.Verdict.Candidates) && e.Verdict.Candidates[i].Category != r.Category {
			t.Errorf("%s is in another place among the candidates", r.Category)
		}
	}
	if want := e.Categories[0].Score - e.Categories[1].Score; e.Margin-want > 1e-3 || want-e.Margin > 1e-3 {
		t.Errorf("margin %.4f, want %.4f", e.Margin, want)
	}
	if len(e.Kinds) != 1 || e.Kinds[0].Kind != ticket.Consult || e.Kinds[0].Words[0].Keyword != "请问" {
		t.Errorf("kinds %v", e.Kinds)
	}
}

func TestExplainTellsWhatWasDiscarded(t *testing.T) {
	c := load(t, with("keywords.csv", "打车,B01,1,人工,,,\n"))
	e := c.Explain("", "出租车司机殴打车主")
	want := []string{
		"“出租”在“出租车”里，按例外不算",
		"“打车”在这里不是一个词，前后两个字分属两个词，不算",
	}
	var got []string
	for _, d := range e.Discarded {
		got = append(got, d.Reason())
		if text := []rune(e.Text); string(text[d.Start:d.End]) != d.Keyword {
			t.Errorf("%+v is not there", d)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if got := e.Dismissed(1); len(got) != 0 {
		t.Errorf("of the best category's: %v", got)
	}
	if e := c.Explain("", "黑车又黑车，司机殴打车主，殴打车主"); len(e.Dismissed(1)) != 1 {
		t.Errorf("of the best category's: %v", e.Dismissed(1))
	}
}

func TestWhyNot(t *testing.T) {
	cases := []struct {
		name, content, code string
		want                []string
	}{
		{"the category itself", "黑车", "B01", []string{"判的就是“黑车”"}},
		{"no word for it", "黑车", "D01", []string{"没有“线路”的关键词"}},
		{"fewer points, with its words", "黑车,公交", "D01", []string{"“线路”得 2.00 分，比“黑车”少 1.00 分", "支持它的词：公交（+2.00）"}},
		{"a word that an exception takes away", "出租车", "X01", []string{"没有“不属本部门”的关键词", "“出租”在“出租车”里，按例外不算"}},
		{"words against it", "黑车,公交车", "D01", []string{"反对它的词：公交车（-1.00）"}},
		{"below the least score", "好像", "C02", []string{"“不打表”得 0.40 分，不够最低得分"}},
	}
	c := load(t, with("keywords.csv", "公交车,D01,-1,人工,,,\n好像,C02,0.4,人工,,,\n"))
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			e := c.Explain("", tc.content)
			got := e.WhyNot(tc.code)
			for _, want := range tc.want {
				if !strings.Contains(got, want) {
					t.Errorf("%s\nshould say: %s", got, want)
				}
			}
		})
	}
}

func TestWhyTellsTheLeadAndWhatBecomesOfTheTicket(t *testing.T) {
	cases := []struct {
		name, content string
		want          []string
	}{
		{"sure enough", "黑车,黑车,黑车", []string{"“黑车”得分最高，6.30 分", "别的类别都没有关键词", "达到自动分派线 60%，可以自动分派"}},
		{"not sure", "黑车,公交", []string{"“黑车”得分最高，3.00 分；其次是“线路”，2.00 分", "自动分派线", "分派"}},
		{"too little", "好像", []string{"得分最高的是“不打表”，只有 0.40 分，不到最低得分 0.5，转人工分派"}},
		{"nothing", "你好", []string{"没有任何类别的关键词", "转人工分派"}},
		{"a clue", "收红包,收红包", []string{"涉及纪检线索，一律不自动分派"}},
		{"not ours", "出租房", []string{"不属本部门的，一律由人确认后转出"}},
	}
	c := load(t, with("keywords.csv", "好像,C02,0.4,人工,,,\n"))
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			e := c.Explain("", tc.content)
			for _, want := range tc.want {
				if got := e.Why(); !strings.Contains(got, want) {
					t.Errorf("%s\nshould say: %s", got, want)
				}
			}
		})
	}
}

func TestWhyKindTellsTheWordsAndTheUsualKind(t *testing.T) {
	c := load(t, with("classify.csv", "默认类型分,1.5,\n"))
	e := c.Explain("", "请问公交")
	want := "“意见建议”1.50 分：“线路”通常是这一类（+1.50）；“信息咨询”1.00 分：请问（+1.00）。"
	if got := e.WhyKind(); got != want {
		t.Errorf("%s, want %s", got, want)
	}
	e = load(t, nil).Explain("", "公交")
	if got := e.WhyKind(); got != "文字里看不出，按“线路”的默认类型。" {
		t.Error(got)
	}
}
