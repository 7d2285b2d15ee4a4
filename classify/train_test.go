package classify_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"huiyin/classify"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

// made gives messages of three classes, put together from phrases of the class
// and phrases that all have.
func made(n int, seed uint64) []classify.Sample {
	random := rand.New(rand.NewPCG(seed, 0))
	own := map[string][]string{
		"公交": {"公交车半个小时不来", "公交站台没有遮雨棚", "早高峰公交太挤", "公交司机到站不停", "希望延长公交线路"},
		"公路": {"公路上全是坑", "路面破损没人修", "养护站把沥青倒在路边", "桥面护栏断了", "公路边沟堵塞积水"},
		"出租": {"出租车司机不打表", "出租车绕路多收钱", "的士拒载短途乘客", "出租车里烟味很重", "司机不给出租车发票"},
	}
	shared := []string{"昨天晚上", "请有关部门处理", "反映多次没有结果", "家里老人出门不方便", "盼望答复", "周末带孩子", "在城南新区", "这个问题很久了"}
	var samples []classify.Sample
	for i := range n {
		label := []string{"公交", "公路", "出租"}[i%3]
		pick := func(list []string) string { return list[random.IntN(len(list))] }
		samples = append(samples, classify.Sample{
			Title: pick(own[label]), Label: label,
			Content: fmt.Sprintf("%s，%s，%s，%s，%s，编号%d", pick(shared), pick(own[label]), pick(shared), pick(shared), pick(shared), random.IntN(1e6)),
		})
	}
	return samples
}

func learn(t *testing.T, perClass int) *classify.Learned {
	t.Helper()
	o := classify.DefaultTrainOptions()
	o.PerClass = perClass
	l, err := classify.Train(made(240, 1), o)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestTheLearnedLexiconIsLoadedAsAPolicy(t *testing.T) {
	dir := t.TempDir()
	l := learn(t, 0)
	if err := l.WriteLexicon(dir); err != nil {
		t.Fatal(err)
	}
	c, err := classify.Load(os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	if e := c.Evaluate(made(90, 2)); e.Accuracy < 0.97 {
		t.Errorf("accuracy %.3f on messages of the same kind", e.Accuracy)
	}
	if l.HeldOut.Accuracy < 0.97 || l.HeldOut.N != 240 {
		t.Errorf("held out: %d, accuracy %.3f", l.HeldOut.N, l.HeldOut.Accuracy)
	}
	v := c.Judge("公交车半个小时不来", "盼望答复")
	if v.Category != "公交" || len(v.Hits) == 0 || !strings.Contains(v.Hits[0].Keyword, "公交") {
		t.Errorf("%s by %v", v.Category, v.Hits)
	}
	if _, err := classify.LoadCategories(os.DirFS(dir)); err != nil {
		t.Errorf("labels as codes: %v", err)
	}
}

func TestTheSameLabelsTeachTheSame(t *testing.T) {
	if diff := cmp.Diff(learn(t, 0), learn(t, 0)); diff != "" {
		t.Error(diff)
	}
}

func TestPerClassBoundsTheKeywords(t *testing.T) {
	if n := len(learn(t, 3).Features); n == 0 || n > 9 {
		t.Errorf("%d features for three classes of three", n)
	}
	if all := len(learn(t, 0).Features); all < 20 {
		t.Errorf("only %d features without a bound: the test shows nothing", all)
	}
}

func TestWordsThatAllClassesShareWeighLittle(t *testing.T) {
	strong := map[string]float64{}
	for _, f := range learn(t, 0).Features {
		for _, w := range f.Weights {
			strong[f.Word] = max(strong[f.Word], w)
		}
	}
	if strong["公交"] < 4*strong["昨天"] || strong["公交"] == 0 {
		t.Errorf("公交 %.2f, 昨天 %.2f", strong["公交"], strong["昨天"])
	}
}

func TestLexiconFilesCanBeReadByPeople(t *testing.T) {
	dir := t.TempDir()
	if err := learn(t, 10).WriteLexicon(dir); err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(filepath.Join(dir, "keywords.csv"))
	if err != nil {
		t.Fatal(err)
	}
	rows := strings.Split(strings.TrimSpace(string(raw)), "\n")
	if rows[0] != "关键词,类别,权重,来源,位置,例外,说明" {
		t.Errorf("header %s", rows[0])
	}
	for _, row := range rows[1:] {
		cells := strings.Split(row, ",")
		if len(cells) != 7 || cells[3] != "学习" || len(cells[2]) > 6 {
			t.Errorf("row %s", row)
		}
	}
}

func TestAPolicyFolderIsNotWrittenOver(t *testing.T) {
	dir := t.TempDir()
	for name, file := range folder(nil) {
		if err := os.WriteFile(filepath.Join(dir, name), file.Data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	l := learn(t, 3)
	if err := l.WriteLexicon(dir); err == nil || !strings.Contains(err.Error(), "换一个目录") {
		t.Errorf("error %v", err)
	}
	if raw, err := os.ReadFile(filepath.Join(dir, "categories.csv")); err != nil || string(raw) != tinyPolicy["categories.csv"] {
		t.Errorf("the folder was changed: %v", err)
	}
	again := t.TempDir()
	for range 2 {
		if err := l.WriteLexicon(again); err != nil {
			t.Errorf("a learned lexicon may be written over: %v", err)
		}
	}
}

func TestWhatCannotBeLearnedFrom(t *testing.T) {
	cases := []struct {
		name    string
		samples []classify.Sample
		want    string
	}{
		{"nothing", nil, "至少要有两个类别"},
		{"one class", []classify.Sample{{Content: "公交", Label: "公交"}, {Content: "公交", Label: "公交"}}, "至少要有两个类别"},
		{"no word that comes again", []classify.Sample{{Content: "公交", Label: "甲"}, {Content: "公路", Label: "乙"}}, "没有重复出现的词"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			if _, err := classify.Train(tc.samples, classify.DefaultTrainOptions()); err == nil || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %v, want %s", err, tc.want)
			}
		})
	}
}

// Four messages are few; it must neither panic nor write what cannot be loaded.
func TestLearningFromVeryLittle(t *testing.T) {
	samples := []classify.Sample{
		{Content: "公交车太挤", Label: "甲"}, {Content: "公交车不来", Label: "甲"},
		{Content: "公路有坑", Label: "乙"}, {Content: "公路积水", Label: "乙"}, {Content: "。", Label: "丙"},
	}
	l, err := classify.Train(samples, classify.DefaultTrainOptions())
	if err != nil {
		t.Fatal(err)
	}
	if l.HeldOut != nil || l.N() != len(samples) {
		t.Errorf("five messages were measured: %+v", l.HeldOut)
	}
	dir := t.TempDir()
	if err := l.WriteLexicon(dir); err != nil {
		t.Fatal(err)
	}
	c, err := classify.Load(os.DirFS(dir), nil)
	if err != nil {
		t.Fatal(err)
	}
	if v := c.Judge("", "公路又有坑"); v.Category != "乙" || v.Confidence > 0.8 {
		t.Errorf("%s, sure to %.2f, %v", v.Category, v.Confidence, v.Candidates)
	}
	if v := c.Judge("", "你好"); v.Category != "X03" {
		t.Errorf("nothing known decides %s", v.Category)
	}
}

func TestLeavingOutIsMeasuredFromAHundredMessagesOn(t *testing.T) {
	for _, tc := range []struct {
		n        int
		measured bool
	}{{99, false}, {100, true}} {
		l, err := classify.Train(made(tc.n, 4), classify.DefaultTrainOptions())
		if err != nil {
			t.Fatal(err)
		}
		if (l.HeldOut != nil) != tc.measured {
			t.Errorf("%d messages: measured %v, want %v", tc.n, l.HeldOut != nil, tc.measured)
		}
	}
}

func TestTrainFile(t *testing.T) {
	var text strings.Builder
	text.WriteString("标题,内容,分类\n")
	for _, s := range made(60, 3) {
		fmt.Fprintf(&text, "%s,%s,%s\n", s.Title, s.Content, s.Label)
	}
	l, err := classify.TrainFile(writeLabels(t, text.String()), classify.Columns{Text: []string{"标题", "内容"}, Label: "分类"}, classify.DefaultTrainOptions())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"公交", "公路", "出租"}, l.Labels, cmpopts.SortSlices(strings.Compare)); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{20, 20, 20}, l.Sizes); diff != "" {
		t.Error(diff)
	}
}

func TestWhatCannotBeLearnedOrWouldBeLostIsRefused(t *testing.T) {
	dir := t.TempDir()
	own := "序号,内容\n"
	for i := range 40 {
		own += fmt.Sprintf("%d,电脑坏了不能开机\n", i)
	}
	file := filepath.Join(dir, "own.csv")
	if err := os.WriteFile(file, []byte(own), 0o600); err != nil {
		t.Fatal(err)
	}
	_, err := classify.TrainFile(file, classify.Columns{Text: []string{"内容"}, Label: "序号"}, classify.DefaultTrainOptions())
	if err == nil || !strings.Contains(err.Error(), "没有一个词能把这些类别分开") {
		t.Errorf("every row a class of its own: %v", err)
	}
	learned := learn(t, 0)
	if err := learned.WriteLexicon(dir); err != nil {
		t.Fatal(err)
	}
	if err := learned.WriteLexicon(dir); err != nil {
		t.Errorf("learning again is refused: %v", err)
	}
	keywords := filepath.Join(dir, "keywords.csv")
	raw, err := os.ReadFile(keywords)
	if err != nil {
		t.Fatal(err)
	}
	edited := string(raw) + "站外揽客,出租,3,人工,,,\n"
	if err := os.WriteFile(keywords, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := learned.WriteLexicon(dir); err == nil || !strings.Contains(err.Error(), "1 行人工写的词") {
		t.Errorf("a person's rows: %v", err)
	}
	if now, err := os.ReadFile(keywords); err != nil || string(now) != edited {
		t.Error("a person's rows are written over")
	}
}
