package classify_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"huiyin/classify"
	"huiyin/internal/policyfile"
	"huiyin/tables"
)

func defaultClassifier(t *testing.T) *classify.Classifier {
	t.Helper()
	c, err := classify.Load(tables.Default(), nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// One mistake in fifty is let pass, so that an edit of the lexicon that helps
// elsewhere need not please every sentence.
func TestTheDefaultPolicyUnderstandsPlainComplaints(t *testing.T) {
	c := defaultClassifier(t)
	rows := policyfile.Read(os.DirFS("testdata"), "plain.csv", []string{"类别", "标题", "内容"}, nil)
	if err := rows.Faults.Err(); err != nil {
		t.Fatal(err)
	}
	covered := map[string]bool{}
	wrong := 0
	for _, row := range rows.Rows {
		want := row.Get("类别")
		covered[want] = true
		v := c.Judge(classify.Clean(row.Get("标题")), classify.Clean(row.Get("内容")))
		if v.Category != want {
			wrong++
			t.Logf("“%s”: %s, want %s; %v", row.Get("标题"), v.Category, want, v.Candidates)
		}
	}
	if limit := len(rows.Rows) / 50; wrong > limit {
		t.Errorf("%d of %d sentences judged wrongly, at most %d allowed", wrong, len(rows.Rows), limit)
	}
	for _, category := range c.Categories() {
		if !covered[category.Code] && category.Code != "X03" {
			t.Errorf("no sentence for %s %s", category.Code, category.Name)
		}
	}
}

// A ticket taken by phone has no title, and tells in the operator's words what
// the caller wants.
func TestTheDefaultPolicyUnderstandsTicketsTakenByPhone(t *testing.T) {
	c := defaultClassifier(t)
	rows := policyfile.Read(os.DirFS("testdata"), "phone.csv", []string{"类别", "也可", "类型", "内容"}, nil)
	if err := rows.Faults.Err(); err != nil {
		t.Fatal(err)
	}
	categories, kinds := 0, 0
	for _, row := range rows.Rows {
		v := c.Judge("", classify.Clean(row.Get("内容")))
		if v.Category != row.Get("类别") && !slices.Contains(row.List("也可"), v.Category) {
			categories++
			t.Logf("%s: %s, want %s; %v", row.Get("内容"), v.Category, row.Get("类别"), v.Candidates)
		}
		if v.Kind.Name() != row.Get("类型") {
			kinds++
			t.Logf("%s: %s, want %s", row.Get("内容"), v.Kind.Name(), row.Get("类型"))
		}
	}
	if limit := len(rows.Rows) / 25; categories > limit {
		t.Errorf("%d of %d categories wrong, at most %d allowed", categories, len(rows.Rows), limit)
	}
	if limit := len(rows.Rows) / 10; kinds > limit {
		t.Errorf("%d of %d kinds wrong, at most %d allowed", kinds, len(rows.Rows), limit)
	}
}

// Dirt of every kind is judged like the clean text, and what says nothing goes
// to a person with a word for it.
func TestBadInputIsNeverASilentEmptyVerdict(t *testing.T) {
	c := defaultClassifier(t)
	const clean = "出租车司机不打表，一口价多收了五十元"
	cases := []struct{ name, content, want string }{
		{"clean", clean, "C02"},
		{"bytes that are no UTF-8", "出租车司机不打表\xff\xfe，一口价多收了五十元\xc3", "C02"},
		{"NUL", "出租车\x00司机不打\x00表，一口价多收了五十元", "C02"},
		{"emoji", "😡出租车司机不打表🚕，一口价多收了五十元", "C02"},
		{"Han beyond the basic plane", "𠮷祥路的出租车司机不打表𠀀，一口价多收了五十元", "C02"},
		{"traditional characters", "計程車司機不打錶，一口價多收了五十元", "C02"},
		{"inline pinyin", "出租車(chē)司機(jī)不打表，一口價(jià)多收了五十元", "C02"},
		{"full width", "出租车司机不打表，一口价多收了５０元", "C02"},
		{"zero-width characters", "出\u200b租\u200d车司机不\ufeff打表，一口价多收了五十元", "C02"},
		{"remains of HTML", "<p style=\"x\">出租车司机&nbsp;不打表</p><br/>一口价&amp;多收了五十元", "C02"},
		{"a megabyte", strings.Repeat(clean+"。", 17_000), "C02"},
		{"nothing", "", "X03"},
		{"only punctuation", "！！？？……，，。。", "X03"},
		{"only bytes that are no text", "\xff\xfe\x00\x01", "X03"},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			content := classify.Clean(tc.content)
			v := c.Judge("", content)
			if v.Category != tc.want {
				t.Errorf("%s, want %s; %v", v.Category, tc.want, v.Candidates)
			}
			if e := c.Explain("", content); v.Category == "X03" && (v.Auto || !strings.Contains(e.Why(), "转人工分派")) {
				t.Errorf("dispatched %v, told: %s", v.Auto, e.Why())
			}
		})
	}
}

func TestTheDefaultPolicyWarns(t *testing.T) {
	c := defaultClassifier(t)
	cases := []struct {
		name, content string
		risk          string // expected, or with not: unexpected
		not           bool
		clue          bool
	}{
		{"of taking bribes", "执法队的人收受贿赂，给钱就放车", "纪检线索", false, true},
		{"not of discipline for one careless word", "出租车不打表，主管部门不作为", "纪检线索", true, false},
		{"of enforcement", "执法人员开了行政处罚决定书", "执法", false, false},
		{"not of enforcement for the traffic police", "交警大队开了罚单", "执法", true, false},
		{"of danger to life", "客车司机酒后驾驶客车，刹车失灵", "人身安全", false, false},
		{"of strikes", "明天全体司机集体停运", "群体诉求", false, false},
		{"of self-harm", "再没人管我就不想活了，跳楼算了", "自伤轻生", false, false},
		{"of one who would jump, however it is said", "滴滴封号，不活了，我要从桥上跳下去", "自伤轻生", false, false},
		{"of dying on the bureau's doorstep", "再不处理我就死在你们门口", "自伤轻生", false, false},
		{"not of self-harm for a business that fails", "油价这么高，班车养不活了", "自伤轻生", true, false},
		{"of money taken to look away", "稽查队员收了老板的钱就放车", "纪检线索", false, true},
		{"of protection money shared with touts", "站前的黄牛交保护费，和里面的人是一伙的", "纪检线索", false, true},
		{"of gifts before a permit", "给了三条烟才办下来", "纪检线索", false, true},
		{"not of discipline for a landlord's fee", "物业向司机收保护费", "纪检线索", true, false},
		{"not of discipline for an instructor's fee", "驾校教练收了我五百块没开票", "纪检线索", true, false},
		{"of a leaking tank", "危化品车泄漏，味道很大", "人身安全", false, false},
		{"of a threat to smash", "明天再没人来我就砸车", "限期威胁", false, false},
		{"of nothing in an everyday matter", "希望小区门口增设公交站", "人身安全", true, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			v := c.Judge("", classify.Clean(tc.content))
			found := false
			for _, r := range v.Risks {
				found = found || r.Name == tc.risk
			}
			if found == tc.not {
				t.Errorf("risk %s: %v; all: %v", tc.risk, found, v.Risks)
			}
			if v.Clue != tc.clue {
				t.Errorf("clue: %v, want %v", v.Clue, tc.clue)
			}
		})
	}
}

func TestTheDefaultPolicyTellsWhatACallerWants(t *testing.T) {
	c := defaultClassifier(t)
	cases := []struct{ title, content, want string }{
		{"咨询道路运输证年审", "想问一下年审要带什么材料", "信息咨询"},
		{"投诉出租车不打表", "司机漫天要价，要求查处", "投诉举报"},
		{"建议增设公交站台", "希望方便附近居民", "意见建议"},
		{"请求硬化村组公路", "恳请领导帮帮我们", "求助"},
		{"表扬公交司机", "特此感谢，送上锦旗", "表扬"},
		{"地铁什么时候开通", "", "信息咨询"},
		{"能不能延长末班车时间", "下夜班坐不到车", "意见建议"},
		{"大货车超载没人管", "每天夜里压坏公路", "投诉举报"},
	}
	for _, tc := range cases {
		t.Run(tc.title, func(t *testing.T) {
			v := c.Judge(classify.Clean(tc.title), classify.Clean(tc.content))
			if got := v.Kind.Name(); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}
