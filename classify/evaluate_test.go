package classify_test

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huiyin/classify"
	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/simplifiedchinese"
)

var columns = classify.Columns{Text: []string{"标题", "内容"}, Label: "分类", Alt: "也可", Kind: "类型", KindAlt: "类型也可"}

const labelled = `编号,标题,内容,分类,也可,类型,类型也可
1,黑车,有黑车,B01,,投诉,
2,,出租車不打表,不打表,D01；B01,咨询,求助;投诉举报
3,没有标注,公交,,,,
4,,"两行
文字",X03,,求助,
`

func TestParseSamples(t *testing.T) {
	want := []classify.Sample{
		{Line: 2, Title: "黑车", Content: "有黑车", Label: "B01", Kinds: []ticket.Kind{ticket.Complaint}},
		{Line: 3, Content: "出租车不打表", Label: "不打表", Alt: []string{"D01", "B01"}, Kinds: []ticket.Kind{ticket.Consult, ticket.Help, ticket.Complaint}},
		{Line: 5, Content: "两行\n文字", Label: "X03", Kinds: []ticket.Kind{ticket.Help}},
	}
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(labelled)
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"UTF-8": labelled, "with a byte order mark": "\ufeff" + labelled, "GB18030": gb} {
		t.Run(name, func(t *testing.T) {
			got, err := classify.ParseSamples([]byte(text), columns)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestSamplesOfOneColumnAreContent(t *testing.T) {
	got, err := classify.ParseSamples([]byte(labelled), classify.Columns{Text: []string{"标题"}})
	if err != nil || len(got) != 4 || got[0].Content != "黑车" || got[0].Title != "" {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestSamplesThatCannotBeRead(t *testing.T) {
	cases := []struct{ name, text, want string }{
		{"an empty file", "", "文件是空的"},
		{"columns that are not there", "标题,内容\n甲,乙\n", "没有这些列：分类、也可、类型、类型也可；表头是：标题、内容"},
		{"no labels", "标题,内容,分类,也可,类型,类型也可\n甲,乙,,,,\n", "没有一行可用"},
		{"an unknown encoding", "标题\xff\xff", "文字编码"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := classify.ParseSamples([]byte(tc.text), columns); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
	if _, err := classify.ReadSamples(filepath.Join(t.TempDir(), "none.csv"), columns); err == nil || !strings.Contains(err.Error(), "none.csv") {
		t.Errorf("error %v should name the file", err)
	}
}

// Of four: a right, a taken for b, b right, c (one of its kind) taken for b.
func TestSummarize(t *testing.T) {
	e := classify.Summarize([]classify.Outcome{
		{Label: "a", Predicted: "a", Second: true, Confidence: 0.99},
		{Label: "a", Predicted: "b", Second: true, Confidence: 0.6},
		{Label: "b", Predicted: "b", Second: true, Confidence: 0.9},
		{Label: "c", Predicted: "b", Confidence: 0.4},
	})
	want := []classify.ClassResult{
		{Label: "a", N: 2, Precision: 1, Recall: 0.5, F1: 2.0 / 3},
		{Label: "b", N: 1, Precision: 1.0 / 3, Recall: 1, F1: 0.5},
		{Label: "c", N: 1},
	}
	if diff := cmp.Diff(want, e.PerClass, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
	if e.N != 4 || e.Accuracy != 0.5 || e.Top2 != 0.75 || math.Abs(e.MacroF1-(2.0/3+0.5)/3) > 1e-9 {
		t.Errorf("%+v", e)
	}
	for _, c := range e.Coverage {
		want := classify.Coverage{Threshold: c.Threshold, Covered: 0.25, Precision: 1}
		switch {
		case c.Threshold <= 0.4:
			want.Covered, want.Precision = 1, 0.5
		case c.Threshold <= 0.6:
			want.Covered, want.Precision = 0.75, 2.0/3
		case c.Threshold <= 0.9:
			want.Covered = 0.5
		case c.Threshold > 0.99:
			want.Covered, want.Precision = 0, 0
		}
		if diff := cmp.Diff(want, c, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
			t.Error(diff)
		}
	}
	// Bins: 0.9 … with 0.99 and 0.9 against 2 right, 0.6 and 0.4 against none.
	if want := (2 - 1.89 + 0.6 + 0.4) / 4; math.Abs(e.CalibrationError-want) > 1e-9 {
		t.Errorf("calibration error %.4f, want %.4f", e.CalibrationError, want)
	}
}

func TestOnlyCommonLabelsCountInTheSecondF1(t *testing.T) {
	var outcomes []classify.Outcome
	for range 5 {
		outcomes = append(outcomes, classify.Outcome{Label: "a", Predicted: "a"})
	}
	e := classify.Summarize(append(outcomes, classify.Outcome{Label: "rare", Predicted: "x"}))
	if e.MacroF1 != 0.5 || e.MacroF1Common != 1 {
		t.Errorf("macro F1 %.2f, of common labels %.2f", e.MacroF1, e.MacroF1Common)
	}
}

func TestEvaluate(t *testing.T) {
	c := load(t, nil)
	samples, err := classify.ParseSamples([]byte(`标题,内容,分类,也可,类型,类型也可
,黑车,B01,,投诉,
,黑车,D01,B01,表扬,
,黑车,黑车,,求助,投诉
,黑车,D01,,,
,你好,D01,,,
`), columns)
	if err != nil {
		t.Fatal(err)
	}
	e := c.Evaluate(samples)
	if e.N != 5 || e.Accuracy != 0.6 {
		t.Errorf("alternatives and names are right, too: %d, %.2f", e.N, e.Accuracy)
	}
	if e.Kinds == nil || e.Kinds.N != 3 || math.Abs(e.Kinds.Accuracy-2.0/3) > 1e-9 {
		t.Errorf("kinds %+v", e.Kinds)
	}
	var lines []int
	for _, m := range e.Misses {
		lines = append(lines, m.Line)
	}
	if diff := cmp.Diff([]int{3, 5, 6}, lines); diff != "" {
		t.Errorf("misses (the first for its kind):\n%s", diff)
	}
}

// One verdict in two is right at the score 3, all are at 6: the hotter the
// temperature the less is claimed. At score s and temperature T the claim is
// 1/(1+exp(-s/T)); no temperature meets both, but it must lie above that of an
// always right lexicon.
func TestCalibrateClaimsLessWhenLessIsRight(t *testing.T) {
	c := load(t, nil)
	var good, bad []classify.Sample
	for i := range 40 {
		good = append(good, classify.Sample{Content: "黑车", Label: "B01"})
		label := "B01"
		if i%2 == 0 {
			label = "D01"
		}
		bad = append(bad, classify.Sample{Content: "黑车", Label: label})
	}
	sure, doubtful := c.Calibrate(good), c.Calibrate(bad)
	claim := func(k classify.Calibration) float64 { return 1 / (1 + math.Exp(-3/k.Temperature)) }
	if claim(sure) < 0.95 || claim(doubtful) > 0.55 {
		t.Errorf("claims %.2f when all are right, %.2f when half are", claim(sure), claim(doubtful))
	}
}

func TestFoldsKeepCopiesTogether(t *testing.T) {
	text := "今天早上七点半在城北客运站等班车，等了四十分钟也没有来，站里的人说司机请假了，没有安排别的车。"
	var samples []classify.Sample
	for i := range 40 {
		samples = append(samples, classify.Sample{Content: text}, classify.Sample{Content: strings.Repeat(string(rune(0x4E00+i)), 30)})
	}
	folds := classify.Folds(samples, 4, 1)
	seen := map[int]int{}
	for i, f := range folds {
		seen[f]++
		if i%2 == 0 && f != folds[0] {
			t.Fatalf("a copy lies in fold %d, the first in %d", f, folds[0])
		}
	}
	if len(seen) != 4 {
		t.Errorf("folds %v", seen)
	}
	if diff := cmp.Diff(folds, classify.Folds(samples, 4, 1)); diff != "" {
		t.Error(diff)
	}
}

func writeLabels(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "labels.csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
