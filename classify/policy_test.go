package classify_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"huiyin/classify"
	"huiyin/classify/jieba/dict"
	"huiyin/classify/segment"
	"huiyin/internal/policyfile"
	"huiyin/ticket"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/simplifiedchinese"
)

// tinyPolicy is a policy small enough to count with by hand.
var tinyPolicy = map[string]string{
	"categories.csv": `编码,名称,大类,领域,执法类,密,默认类型,说明
B01,黑车,营运,道路运输,否,否,投诉举报,
C02,不打表,出租,城市客运,否,否,投诉举报,
A05,吃拿卡要,执法,其他,是,是,投诉举报,
D01,线路,公交,城市客运,否,否,意见建议,
X01,不属本部门,其他,其他,否,否,投诉举报,
X02,表扬,其他,其他,否,否,表扬,
X03,无法判断,其他,其他,否,否,求助,
`,
	"keywords.csv": `关键词,类别,权重,来源,位置,例外,说明
黑车,B01,3,人工,,,
出租车,C02,1,人工,,,
不打表,C02,2,人工,,,
收红包,A05,3,人工,,,
公交,D01,2,人工,,,
出租,X01,1.5,人工,,出租车;出租汽车,
学校,X01,2,人工,标题,,
`,
	"kinds.csv": `关键词,类型,权重,位置,说明
咨询,信息咨询,2,标题,
建议,意见建议,1,,
请问,信息咨询,1,,
`,
	"risks.csv": `关键词,风险,级别,权重,例外,说明
着火,人身安全,特急,1,,
危险,人身安全,紧急,0.5,危险品,
隐患,人身安全,一般,0.5,,
收红包,纪检线索,紧急,1,,
执法人员,执法,一般,1,,
`,
	"classify.csv": `项目,值,说明
自动分派线,0.6,
标题倍数,5,
最低得分,0.5,
温度,1,
候选个数,3,
理由个数,4,
长度指数,0,
冲突权重,1.5,
执法线,1,
线索线,1,
风险线,1,
`,
	"places.csv": "地名,县区,类别\n",
}

// folder is the tiny policy with some files changed; an empty text leaves a
// file out.
func folder(changed map[string]string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range tinyPolicy {
		if other, ok := changed[name]; ok {
			text = other
		}
		if text != "" {
			fsys[name] = &fstest.MapFile{Data: []byte(text)}
		}
	}
	return fsys
}

// tinyDictionary knows the words of the tiny policy; building one for each test
// would take most of the time.
var tinyDictionary = sync.OnceValues(func() (*segment.Dict, error) {
	return dict.Segmenter([]segment.Word{{Text: "黑车", Freq: 2000}, {Text: "不打表", Freq: 2000}})
})

func load(t *testing.T, changed map[string]string) *classify.Classifier {
	t.Helper()
	c, err := classify.Load(folder(changed), func([]segment.Word) (classify.Segmenter, error) { return tinyDictionary() })
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func with(file, rows string) map[string]string {
	return map[string]string{file: tinyPolicy[file] + rows}
}

func TestFaultsNameFileLineAndColumn(t *testing.T) {
	cases := []struct {
		name, file, row, want string
	}{
		{"a keyword of no category", "keywords.csv", "打车,Z99,1,人工,,,", "keywords.csv 第9行第2列：没有类别“Z99”"},
		{"a weight that is no number", "keywords.csv", "打车,B01,很大,人工,,,", "keywords.csv 第9行第3列：“很大”不是数"},
		{"a weight that is not finite", "keywords.csv", "打车,B01,NaN,人工,,,", "keywords.csv 第9行第3列：“NaN”不是数"},
		{"a weight beyond all measure", "keywords.csv", "打车,B01,100000,人工,,,", "keywords.csv 第9行第3列：“100000”应在 -1000 到 1000 之间"},
		{"no weight", "keywords.csv", "打车,B01,,人工,,,", "keywords.csv 第9行第3列：权重不能空"},
		{"an empty keyword", "keywords.csv", ",B01,1,人工,,,", "keywords.csv 第9行第1列：关键词不能空"},
		{"a keyword of one character", "keywords.csv", "车,B01,1,人工,,,", "keywords.csv 第9行第1列：“车”只有一个字，容易误中，至少要两个字"},
		{"a keyword of 21 characters", "keywords.csv", strings.Repeat("黑", 21) + ",B01,1,人工,,,",
			"keywords.csv 第9行第1列：“" + strings.Repeat("黑", 21) + "”有21个字，最多20个字"},
		{"the same keyword twice", "keywords.csv", "黑车,B01,1,人工,,,", "keywords.csv 第9行第1列：“黑车”在类别 B01 里与第2行重复"},
		{"the same keyword in full width", "keywords.csv", "ETC,B01,1,人工,,,\nＥＴＣ,B01,1,人工,,,", "keywords.csv 第10行第1列：“ETC”在类别 B01 里与第9行重复"},
		{"an unknown source", "keywords.csv", "打车,B01,1,抄来,,,", "keywords.csv 第9行第4列：“抄来”应填 人工 或 学习"},
		{"an unknown place", "keywords.csv", "打车,B01,1,人工,末尾,,", "keywords.csv 第9行第5列：“末尾”应空着，或填 标题、正文"},
		{"an exception without the keyword", "keywords.csv", "打车,B01,1,人工,,打表,", "keywords.csv 第9行第6列：例外“打表”应是包含“打车”的更长的词"},
		{"an exception that is the keyword", "keywords.csv", "打车,B01,1,人工,,打车,", "keywords.csv 第9行第6列：例外“打车”应是包含“打车”的更长的词"},
		{"an unknown kind", "kinds.csv", "能否,询问,1,,", "kinds.csv 第5行第2列：“询问”不是诉求类型，应为：信息咨询、投诉举报、意见建议、求助、表扬"},
		{"a kind's word twice", "kinds.csv", "请问,信息咨询,2,,", "kinds.csv 第5行第1列：“请问”与第4行重复"},
		{"an unknown risk", "risks.csv", "爆炸,爆炸,特急,1,,", "risks.csv 第7行第2列：“爆炸”不是风险，应为：人身安全、群体诉求、自伤轻生、媒体舆情、越级信访、限期威胁、纪检线索、执法"},
		{"an unknown level", "risks.csv", "爆炸,人身安全,很急,1,,", "risks.csv 第7行第3列：“很急”应填 一般、紧急 或 特急"},
		{"a risk's word twice", "risks.csv", "着火,人身安全,紧急,1,,", "risks.csv 第7行第1列：“着火”在风险“人身安全”里与第2行重复"},
		{"a code of another form", "categories.csv", "黑车,黑车2,营运,道路运输,否,否,投诉举报,", "categories.csv 第9行第1列：“黑车”应为一个大写字母加两位数字，例如 C02"},
		{"a code twice", "categories.csv", "B01,另一个,营运,道路运输,否,否,投诉举报,", "categories.csv 第9行第1列：“B01”与第2行重复"},
		{"a name twice", "categories.csv", "B09,黑车,营运,道路运输,否,否,投诉举报,", "categories.csv 第9行第2列：“黑车”与第2行重复"},
		{"an unknown field", "categories.csv", "B09,铁路,营运,铁路,否,否,投诉举报,", "categories.csv 第9行第4列：“铁路”不是业务领域，应为：普通公路、高速公路、道路运输、城市客运、水路、海事、其他"},
		{"neither yes nor no", "categories.csv", "B09,铁路,营运,其他,对,否,投诉举报,", "categories.csv 第9行第5列：“对”应填 是 或 否"},
		{"a setting out of range", "classify.csv", "偏置:B01,大,", "classify.csv 第13行第2列：“大”不是数"},
		{"a bias of no category", "classify.csv", "偏置:Z99,1,", "classify.csv：“偏置:Z99”：没有这个类别"},
		{"an unknown setting", "classify.csv", "随便,1,", "classify.csv 第13行第1列：不认识“随便”"},
		{"a setting twice", "classify.csv", "温度,2,", "classify.csv 第13行第1列：“温度”与第5行重复"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			_, err := classify.Load(folder(with(tc.file, tc.row+"\n")), nil)
			if err == nil || err.Error() != tc.want {
				t.Errorf("error %v\n want %s", err, tc.want)
			}
		})
	}
}

func TestAllFaultsOfAllFilesAtOnce(t *testing.T) {
	_, err := classify.Load(folder(map[string]string{
		"keywords.csv": tinyPolicy["keywords.csv"] + "车,Z99,x,人工,,,\n",
		"kinds.csv":    tinyPolicy["kinds.csv"] + "请,什么,1,,\n",
		"risks.csv":    "",
		"classify.csv": strings.Replace(tinyPolicy["classify.csv"], "温度,1,\n", "", 1),
	}), nil)
	var faults policyfile.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("error %v", err)
	}
	files := map[string]int{}
	for _, f := range faults {
		files[f.File]++
	}
	if diff := cmp.Diff(map[string]int{"keywords.csv": 3, "kinds.csv": 2, "risks.csv": 1, "classify.csv": 1}, files); diff != "" {
		t.Errorf("%s\n%v", diff, err)
	}
}

func TestTheCategoriesOfTheServiceCannotBeLeftOut(t *testing.T) {
	_, err := classify.LoadCategories(folder(map[string]string{
		"categories.csv": strings.Replace(tinyPolicy["categories.csv"], "X03,无法判断,其他,其他,否,否,求助,\n", "", 1),
	}))
	if err == nil || err.Error() != "categories.csv：缺少系统要用的类别“X03”，不能删除" {
		t.Errorf("error %v", err)
	}
}

func TestLoadCategories(t *testing.T) {
	categories, err := classify.LoadCategories(folder(nil))
	if err != nil {
		t.Fatal(err)
	}
	want := ticket.Category{
		Code: "A05", Name: "吃拿卡要", Group: "执法", Field: "其他", Enforcement: true, Sealed: true, Kind: ticket.Complaint,
	}
	got, _ := categories.Find("A05")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if len(categories) != 7 || categories[0].Code != "B01" {
		t.Errorf("categories %v", categories)
	}
}

func TestFilesAsAnOfficeProgramSavesThem(t *testing.T) {
	gb, err := simplifiedchinese.GB18030.NewEncoder().String(tinyPolicy["keywords.csv"])
	if err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{
		"byte order mark and CRLF": "\ufeff" + strings.ReplaceAll(tinyPolicy["keywords.csv"], "\n", "\r\n"),
		"GB18030":                  gb,
		"empty rows at the end":    tinyPolicy["keywords.csv"] + ",,,,,,\n,,,,,,\n",
	} {
		t.Run(name, func(t *testing.T) {
			c := load(t, map[string]string{"keywords.csv": text})
			if n := len(c.Lexicon().Keywords); n != 7 {
				t.Errorf("%d keywords, want 7", n)
			}
			if v := c.Judge("", "坐了黑车"); v.Category != "B01" {
				t.Errorf("category %s", v.Category)
			}
		})
	}
}

func TestKeywordsAreCleanedAsTextsAre(t *testing.T) {
	c := load(t, with("keywords.csv", "計程車,B01,9,人工,,,\n"))
	if v := c.Judge("", classify.Clean("坐計程車")); v.Category != "B01" {
		t.Errorf("category %s: the traditional keyword was not found", v.Category)
	}
}

func TestHandRowsOverrideLearnedOnes(t *testing.T) {
	c := load(t, with("keywords.csv", "黑车,B01,9,学习,,,\n黑车,B01,4,学习,标题,,\n黑车,C02,-1,学习,,,\n"))
	var weights []float64
	for _, k := range c.Lexicon().Keywords {
		if k.Word == "黑车" {
			weights = append(weights, k.Weight)
		}
	}
	if diff := cmp.Diff([]float64{3, -1}, weights); diff != "" {
		t.Error(diff)
	}
	if n := len(c.Lexicon().Overridden); n != 2 {
		t.Errorf("%d overridden rows, want 2", n)
	}
}

func TestConflictsAreWordsStrongInTwoCategories(t *testing.T) {
	c := load(t, with("keywords.csv", "公交,C02,1.5,人工,,,\n黑车,C02,1.4,人工,,,\n出租车,C02,8,人工,标题,,\n"))
	var words []string
	for _, conflict := range c.Lexicon().Conflicts(c.Settings().Conflict) {
		words = append(words, fmt.Sprint(conflict.Word, len(conflict.Rows)))
	}
	if diff := cmp.Diff([]string{"公交2"}, words); diff != "" {
		t.Error(diff)
	}
}

func TestACategoryWithoutKeywordsIsNoted(t *testing.T) {
	c := load(t, with("categories.csv", "D02,班次,公交,城市客运,否,否,投诉举报,\n"))
	for i, want := range []string{"X02 表扬", "D02 班次"} {
		if notes := c.Notes(); len(notes) != 2 || !strings.Contains(notes[i], want) {
			t.Errorf("notes %q, want one about %s", notes, want)
		}
	}
	c = load(t, with("keywords.csv", "表扬,X02,3,人工,,,\n"))
	if notes := c.Notes(); notes != nil {
		t.Errorf("every category has a keyword, but: %q", notes)
	}
}

func TestALexiconOf200000Rows(t *testing.T) {
	letters := []rune("的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经")
	word := func(i int) string {
		return string([]rune{letters[i%60], letters[i/60%60], letters[i/3600%60]})
	}
	codes := []string{"B01", "C02", "D01"}
	var rows strings.Builder
	rows.WriteString(tinyPolicy["keywords.csv"])
	for i := range 200_000 {
		fmt.Fprintf(&rows, "%s,%s,0.5,学习,,,\n", word(i), codes[i%3])
	}
	c := load(t, map[string]string{"keywords.csv": rows.String()})
	if n := len(c.Lexicon().Keywords); n != 200_007 {
		t.Errorf("%d keywords", n)
	}
	if v := c.Judge("", "："+word(123_457)+"："); v.Category != codes[123_457%3] || len(v.Hits) != 1 {
		t.Errorf("category %s, hits %v", v.Category, v.Hits)
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	for _, text := range tinyPolicy {
		f.Add(text)
	}
	f.Add("关键词,类别,权重,来源,位置,例外,说明\n\"黑车,B01,1\n")
	f.Add("关键词,类别,权重,来源,位置,例外,说明\n\xff\xfe,B01,1,,,,\n")
	f.Fuzz(func(t *testing.T, text string) {
		for name := range tinyPolicy {
			c, err := classify.Load(folder(map[string]string{name: text}), nil)
			if err == nil && c.Judge("黑车", "坐黑车").Category == "" {
				t.Error("an empty verdict")
			}
		}
	})
}
