package workflow

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"
)

// someCategories is enough for the policy files that a test writes itself.
var someCategories = ticket.Categories{
	{Code: "A01", Name: "过罚失当", Enforcement: true}, {Code: "A05", Name: "以权谋私", Enforcement: true, Sealed: true},
	{Code: "B01", Name: "黑车"}, {Code: "J01", Name: "农村公路"}, {Code: "X01", Name: "不属本部门"}, {Code: "X03", Name: "无法判断"},
}

// smallPolicy is a complete, faultless policy folder.
func smallPolicy() fstest.MapFS {
	files := map[string]string{
		"units.csv":       "编码,名称,简称,性质,县区,别名,启用\nzhidui,市执法支队,支队,直属单位,,路政大队,是\njijian,派驻纪检组,纪检,纪检,,,是\nyunfu,运服中心,运服,直属单位,,,是\nxian-a,甲县交通运输局,甲县局,县区,甲县,,是\nwaibu,外部单位,外部,外部单位,,,是\n",
		"calendar.csv":    "日期,类别,名称\n2026-10-01,休,国庆节\n2026-10-10,班,国庆节\n",
		"worktime.csv":    "项目,值,说明\n上午上班,09:00,\n上午下班,12:00,\n下午上班,13:30,\n下午下班,17:30,\n提醒开始,09:00,\n提醒结束,17:30,\n",
		"routes.csv":      "序号,类别,属地,条件,牵头,配合,依据,说明\n1,B01,甲县,词=校车|接送学生,xian-a,zhidui,甲县试点,\n2,B01,,,zhidui,county;yunfu,条例,\n3,J01,,,county,zhidui,,\n4,A*,,,zhidui,,,\n5,X01,,,waibu,,,\n6,*,,,zhidui,,,\n",
		"limits.csv":      "渠道,类型,类别,紧急,督办,分派,签收,退单,首次联系,办结,回访,延期,依据\n,,,特急,,10分钟,30分钟,无,30分钟,24小时,2工作日,无,\n,,,,督办,2小时,1工作日,无,1工作日,3工作日,2工作日,无,\n,,,,,24小时,1工作日,2工作日,1工作日,5工作日,3工作日,10工作日,\n",
		"callback.csv":    "类别,类型,渠道,方式,比例,次数,间隔天数,说明\nA*,,,逐件,100%,3,1,\nB*,,,抽取,30%,2,1,\n,,,不回访,,,,\n",
		"supervision.csv": "规则,条件,级别,说明\n超期,>=1工作日,普通,\n超期,>=3工作日,黄牌,\n重复,>=3,普通,\n风险,=特急,黄牌,\n",
		"grounds.csv":     "步骤,编码,理由,依据,说明\nrequest_return,R01,职能不符,三定规定,\nreject,J01,应当诉讼,诉讼法,请向法院起诉\n",
	}
	fsys := fstest.MapFS{}
	for name, text := range files {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

// testPolicy loads smallPolicy.
func testPolicy(t testing.TB) *Policy {
	t.Helper()
	p, err := LoadPolicy(smallPolicy(), someCategories)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheDefaultPolicyHasNoFault(t *testing.T) {
	p, err := LoadPolicy(tables.Default(), defaultCategories(t))
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range p.Categories {
		res := p.Route(&ticket.Ticket{County: "城东区", Progress: ticket.Progress{Category: c.Code}})
		if res.Lead == "" && c.Code != ticket.Unjudged {
			t.Errorf("%s %s has no lead: %s", c.Code, c.Name, res.Rule)
		}
		if c.Enforcement {
			if mode, _ := p.callbackOf(c.Code, ticket.Complaint, ticket.Channel12345, false); mode != OneByOne {
				t.Errorf("%s is about enforcement, but called back by %s", c.Code, mode)
			}
		}
	}
}

// defaultCategories reads just the codes and flags; the loader proper lives in
// classify, which workflow may not import.
func defaultCategories(t testing.TB) ticket.Categories {
	t.Helper()
	table := policyfile.Read(tables.Default(), "categories.csv", []string{"编码", "名称", "大类", "领域", "执法类", "密", "默认类型", "说明"}, nil)
	if err := table.Faults.Err(); err != nil {
		t.Fatal(err)
	}
	var cs ticket.Categories
	for _, row := range table.Rows {
		cs = append(cs, ticket.Category{Code: row.Get("编码"), Name: row.Get("名称"), Enforcement: row.Bool("执法类"), Sealed: row.Bool("密")})
	}
	return cs
}

func TestPolicyFaultsAreNamedWithFileLineAndColumn(t *testing.T) {
	cases := []struct{ name, file, add, want string }{
		{"a unit twice", "units.csv", "zhidui,又一个,支队,直属单位,,,是\n", "units.csv 第7行第1列：单位编码“zhidui”与第2行重复"},
		{"an unknown kind of unit", "units.csv", "x,某单位,某,公司,,,是\n", "units.csv 第7行第4列：单位性质“公司”应为 局机关、直属单位、县区、功能区、外部单位、纪检 之一"},
		{"a county unit without county", "units.csv", "x,某局,某,县区,,,是\n", "units.csv 第7行第5列：县区单位要写明管辖的县区"},
		{"a date that is none", "calendar.csv", "2026-13-01,休,某节\n", "calendar.csv 第4行第1列：日期“2026-13-01”应写成 2026-10-01 这样"},
		{"a make-up day on a weekday", "calendar.csv", "2026-10-12,班,国庆节\n", "calendar.csv 第4行第2列：2026-10-12 本来就是工作日，不用写 班"},
		{"a route to nobody", "routes.csv", "7,B01,,,zhidu,,,\n", "routes.csv 第8行第5列：单位“zhidu”不在 units.csv 中"},
		{"a route for a county that nobody has", "routes.csv", "7,B01,乙县,,zhidui,,,\n", "routes.csv 第8行第3列：没有哪个单位管辖“乙县”，请核对 units.csv 的县区"},
		{"a route with two leads", "routes.csv", "7,B01,,,zhidui;yunfu,,,\n", "routes.csv 第8行第5列：牵头单位只能有一个，其余写在配合里"},
		{"a condition that means nothing", "routes.csv", "7,B01,,天气=晴,zhidui,,,\n", "routes.csv 第8行第4列：看不懂条件“天气=晴”：请写 词=甲|乙、渠道=12345热线、类型=求助 或 实体:车站=高铁站"},
		{"an unknown category", "routes.csv", "7,Q01,,,zhidui,,,\n", "routes.csv 第8行第2列：类别“Q01”不在 categories.csv 中（可写编码、A* 或 *）"},
		{"a limit of zero", "limits.csv", ",,,,,0小时,1工作日,无,无,5工作日,无,无,\n", "limits.csv 第5行第6列：时限“0小时”的数字应为 1 到 10000 的整数"},
		{"no close limit", "limits.csv", ",求助,,,,当日,1工作日,无,无,无,无,无,\n", "limits.csv 第5行第10列：办结时限不能为 无：每件工单都要有到期的一天"},
		{"a share over the whole", "callback.csv", "B*,,,抽取,130%,2,1,\n", "callback.csv 第5行第5列：比例“130%”应在 0% 到 100% 之间"},
		{"a draw of nobody", "callback.csv", "B*,,,抽取,0%,2,1,\n", "callback.csv 第5行第5列：抽取的比例不能为 0；不回访请写 不回访"},
		{"a supervision rule that is none", "supervision.csv", "下雨,,普通,\n", "supervision.csv 第6行第1列：“下雨”应为 超期、重复、退单、重办、领导批示、高频、风险、群体、不满意、移送未回执 之一，或留空表示不限"},
		{"a ground twice", "grounds.csv", "reject,J01,又一个,,\n", "grounds.csv 第4行第2列：编码“J01”与第3行重复"},
		{"a cell too many", "grounds.csv", "reject,J02,理由,依据,说明,多的\n", "grounds.csv 第4行第6列：多出一格“多的”：这一行比表头长，是否有没加引号的逗号"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fsys := smallPolicy()
			fsys[c.file] = &fstest.MapFile{Data: append(fsys[c.file].Data, c.add...)}
			_, err := LoadPolicy(fsys, someCategories)
			var faults policyfile.Faults
			if !errors.As(err, &faults) || faults[0].Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestAllFilesAreReadBeforeFaultsAreShown(t *testing.T) {
	_, err := LoadPolicy(fstest.MapFS{}, someCategories)
	for _, file := range []string{"units", "calendar", "worktime", "routes", "limits", "callback", "supervision", "grounds"} {
		if err == nil || !strings.Contains(err.Error(), file+".csv：缺少这个文件") {
			t.Errorf("%s.csv is not missed", file)
		}
	}
}

func TestAPolicySavedByAnOfficeProgramReadsTheSame(t *testing.T) {
	fsys := smallPolicy()
	for name, file := range fsys {
		text := strings.ReplaceAll(string(file.Data), "\n", "\r\n")
		fsys[name] = &fstest.MapFile{Data: append([]byte("\xef\xbb\xbf"), text...)}
	}
	p, err := LoadPolicy(fsys, someCategories)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Units.Name("xian-a"); got != "甲县交通运输局" {
		t.Errorf("unit reads %q", got)
	}
}

func FuzzLoadPolicy(f *testing.F) {
	for name, file := range smallPolicy() {
		f.Add(name, string(file.Data))
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		fsys := smallPolicy()
		if !fs.ValidPath(name) || fsys[name] == nil {
			name = "routes.csv"
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		if _, err := LoadPolicy(fsys, someCategories); err != nil && !errors.As(err, new(policyfile.Faults)) {
			t.Fatalf("not faults: %v", err)
		}
	})
}
