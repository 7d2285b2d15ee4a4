package rules

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"huiyin/internal/policyfile"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

// testPolicy loads the small policy.
func testPolicy(t testing.TB) *Policy {
	t.Helper()
	p, err := Load(ruletest.Folder(), ruletest.Few)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestTheDefaultPolicyHasNoFault(t *testing.T) {
	p, err := Load(tables.Default(), ruletest.Categories(t, tables.Default()))
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
		{"a supervision rule that is none", "supervision.csv", "下雨,,普通,\n", "supervision.csv 第6行第1列：“下雨”应为 超期、重复、退单、重办、领导批示、高频、风险、群体、不满意 之一，或留空表示不限"},
		{"a recall that takes for ever", "desk.csv", "撤回秒数,86400,\n", "desk.csv 第2行第2列：“86400”应为 0 到 300 的整数"},
		{"a rule of the desk that is none", "desk.csv", "撤回分钟,1,\n", "desk.csv 第2行第1列：不认识“撤回分钟”，这里只有“撤回秒数”“改轻仍回访”“导出最多件数”"},
		{"an export without bounds", "desk.csv", "导出最多件数,-1,\n", "desk.csv 第2行第2列：“-1”应为 0 到 1000000 的整数"},
		{"a ground twice", "grounds.csv", "reject,J01,又一个,,\n", "grounds.csv 第4行第2列：编码“J01”与第3行重复"},
		{"a cell too many", "grounds.csv", "reject,J02,理由,依据,说明,多的\n", "grounds.csv 第4行第6列：多出一格“多的”：这一行比表头长，是否有没加引号的逗号"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			fsys := ruletest.Folder()
			if fsys[c.file] == nil {
				fsys[c.file] = &fstest.MapFile{Data: []byte("项目,值,说明\n")}
			}
			fsys[c.file] = &fstest.MapFile{Data: append(fsys[c.file].Data, c.add...)}
			_, err := Load(fsys, ruletest.Few)
			var faults policyfile.Faults
			if !errors.As(err, &faults) || faults[0].Error() != c.want {
				t.Errorf("got\n%v\nwant\n%s", err, c.want)
			}
		})
	}
}

func TestAllFilesAreReadBeforeFaultsAreShown(t *testing.T) {
	_, err := Load(fstest.MapFS{}, ruletest.Few)
	for _, file := range []string{"units", "calendar", "worktime", "routes", "limits", "callback", "supervision", "grounds"} {
		if err == nil || !strings.Contains(err.Error(), file+".csv：缺少这个文件") {
			t.Errorf("%s.csv is not missed", file)
		}
	}
}

func TestAPolicySavedByAnOfficeProgramReadsTheSame(t *testing.T) {
	fsys := ruletest.Folder()
	for name, file := range fsys {
		text := strings.ReplaceAll(string(file.Data), "\n", "\r\n")
		fsys[name] = &fstest.MapFile{Data: append([]byte("\xef\xbb\xbf"), text...)}
	}
	p, err := Load(fsys, ruletest.Few)
	if err != nil {
		t.Fatal(err)
	}
	if got := p.Units.Name("xian-a"); got != "甲县交通运输局" {
		t.Errorf("unit reads %q", got)
	}
}

func FuzzLoadPolicy(f *testing.F) {
	for name, file := range ruletest.Folder() {
		f.Add(name, string(file.Data))
	}
	f.Fuzz(func(t *testing.T, name, text string) {
		fsys := ruletest.Folder()
		if !fs.ValidPath(name) || fsys[name] == nil {
			name = "routes.csv"
		}
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
		if _, err := Load(fsys, ruletest.Few); err != nil && !errors.As(err, new(policyfile.Faults)) {
			t.Fatalf("not faults: %v", err)
		}
	})
}
