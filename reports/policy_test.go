package reports

import (
	"errors"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

const reportCSV = `项目,值,说明
发文单位,试验市交通运输局,
刊名,诉求分析月报,
分送,局领导,
高频最少件数,1,
前几位,3,
占比,10%,
环比增幅,30%,
环比增量,2,
顽固月数,2/6,
同人次数,3,
群体人数,3,
群体天数,7,
提前小时,24,
按期办结率底线,95%,
满意率底线,85%,
小样本件数,10,
最少排名件数,3,
其他占比上限,15%,
小数位数,2,
地点前几位,5,
对象前几位,5,
证据工单数,2,
聚类相似度,0.35,
归并相似度,0.30,
公开最少件数,5,
单位月报日,25,
整改超期提醒天数,3,
整改催办间隔天数,7,
原因提示占比,20%,
文号格式,诉析〔{年}〕{号}号,
常用词占比,15%
事项最少件数,3
事项列出个数,5
苗头误报次数,1
苗头最少件数,3
苗头最低倍数,1.5
新词最少件数,3
新词最低倍数,2
对象列出个数,5
同车投诉次数,2
群体列出个数,3
附列工单数,500
执法重点大类,非法营运;出租汽车
执法重点条数,3
执法重点最少件数,2
`

const causesCSV = `类别,直接原因,管理原因,制度原因,长效措施,成效指标
B01,利益驱动；监管薄弱,巡查不足,处罚标准偏低,加密巡查；联合惩戒,查处率
C*,计价器故障,企业管理松散,联动机制缺失,更换计价器,投诉环比
`

func policyFiles() fstest.MapFS {
	return fstest.MapFS{
		"report.csv": &fstest.MapFile{Data: []byte(reportCSV)},
		"causes.csv": &fstest.MapFile{Data: []byte(causesCSV)},
	}
}

var testCategories = ticket.Categories{
	{Code: "A02", Name: "粗暴执法", Group: "行政执法", Field: "道路运输", Enforcement: true, Kind: ticket.Complaint},
	{Code: "A05", Name: "以权谋私", Group: "行政执法", Field: "其他", Enforcement: true, Sealed: true, Kind: ticket.Complaint},
	{Code: "B01", Name: "黑车", Group: "非法营运", Field: "道路运输", Kind: ticket.Complaint},
	{Code: "C02", Name: "不打表", Group: "出租汽车", Field: "城市客运", Kind: ticket.Complaint},
	{Code: "I02", Name: "路面破损", Group: "公路路政", Field: "普通公路", Kind: ticket.Complaint},
	{Code: "X01", Name: "非本部门职责", Group: "其他", Field: "其他", Kind: ticket.Complaint},
	{Code: "X02", Name: "表扬", Group: "其他", Field: "其他", Kind: ticket.Praise},
	{Code: "X03", Name: "无法判断", Group: "其他", Field: "其他", Kind: ticket.Help},
}

var testUnits = ticket.Units{
	{Code: "jijian", Name: "派驻纪检组", Short: "纪检", Kind: ticket.UnitDiscipline},
	{Code: "zhidui", Name: "市执法支队", Short: "支队", Kind: ticket.UnitAffiliated},
	{Code: "gonglu", Name: "市公路中心", Short: "公路", Kind: ticket.UnitAffiliated},
	{Code: "yunfu", Name: "市运服中心", Short: "运服", Kind: ticket.UnitAffiliated},
	{Code: "waibu", Name: "外部单位", Short: "外部", Kind: ticket.UnitExternal},
}

func testCalendar() *ticket.Calendar {
	var notes []ticket.DayNote
	for _, day := range []ticket.Date{"2026-10-01", "2026-10-02", "2026-10-05", "2026-10-06", "2026-10-07"} {
		notes = append(notes, ticket.DayNote{Date: day, Name: "国庆节"})
	}
	return ticket.NewCalendar(notes, ticket.Hours{{From: 9 * time.Hour, To: 17 * time.Hour}})
}

func testPolicy(t testing.TB) *Policy {
	t.Helper()
	p, err := LoadPolicy(policyFiles(), testUnits, testCategories, testCalendar())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoadPolicyReadsThresholdsAndCauses(t *testing.T) {
	p := testPolicy(t)
	if p.Rules.TopN != 3 || p.Rules.TopShare != 0.1 || p.Rules.StubbornMonths != 2 || p.Rules.StubbornOf != 6 || p.Rules.OnTimeFloor != 0.95 {
		t.Errorf("rules %+v", p.Rules)
	}
	if c, ok := p.Causes.Of("B01"); !ok || len(c.Direct) != 2 || c.Measures[0] != "加密巡查" {
		t.Errorf("causes of B01: %+v, %v", c, ok)
	}
	if c, ok := p.Causes.Of("C02"); !ok || c.Direct[0] != "计价器故障" {
		t.Errorf("C02 should take the row of C*: %+v, %v", c, ok)
	}
	if _, ok := p.Causes.Of("I02"); ok {
		t.Error("I02 has no row and got one")
	}
}

func TestLoadPolicyNamesEveryFault(t *testing.T) {
	for claim, change := range map[string]struct{ file, old, new, want string }{
		"an item that is missing is named":        {"report.csv", "前几位,3,\n", "", "缺少项目“前几位”"},
		"an unknown item is named":                {"report.csv", "前几位,3,", "前几名,3,", "不认识项目“前几名”"},
		"a share without percent sign is a fault": {"report.csv", "占比,10%", "占比,10", "应填百分数"},
		"a number out of range is a fault":        {"report.csv", "单位月报日,25", "单位月报日,31", "1 到 28"},
		"a month span the wrong way is a fault":   {"report.csv", "顽固月数,2/6", "顽固月数,6/2", "3/6"},
		"an item twice is a fault":                {"report.csv", "前几位,3,\n", "前几位,3,\n前几位,4,\n", "重复"},
		"causes of an unknown category":           {"causes.csv", "B01,", "Z09,", "不在 categories.csv"},
		"causes without a measure":                {"causes.csv", "更换计价器", "", "不能空着"},
	} {
		t.Run(claim, func(t *testing.T) {
			files := policyFiles()
			before := string(files[change.file].Data)
			after := strings.Replace(before, change.old, change.new, 1)
			if before == after {
				t.Fatal("the case changes nothing")
			}
			files[change.file] = &fstest.MapFile{Data: []byte(after)}
			_, err := LoadPolicy(files, testUnits, testCategories, testCalendar())
			var faults policyfile.Faults
			if !errors.As(err, &faults) || !strings.Contains(err.Error(), change.want) {
				t.Errorf("got %v, want a fault with %q", err, change.want)
			}
		})
	}
}

// The default policy's own files must load, whatever else the folder holds.
func TestDefaultPolicyFilesLoad(t *testing.T) {
	if _, faults := loadRules(os.DirFS("../tables")); len(faults) > 0 {
		t.Error(faults)
	}
	table := policyfile.Read(os.DirFS("../tables"), "categories.csv",
		[]string{"编码"}, []string{"名称", "大类", "领域", "执法类", "密", "默认类型", "说明"})
	var categories ticket.Categories
	for _, row := range table.Rows {
		categories = append(categories, ticket.Category{Code: row.Get("编码")})
	}
	causes, faults := loadCauses(os.DirFS("../tables"), categories)
	if len(faults) > 0 {
		t.Error(faults)
	}
	if len(causes) == 0 {
		t.Error("no causes at all")
	}
}

func TestAnOlderPolicyTakesTheItemsThatItLacksFromTheDefaultTable(t *testing.T) {
	whole, faults := loadRules(os.DirFS("../tables"))
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	raw, err := os.ReadFile("../tables/report.csv")
	if err != nil {
		t.Fatal(err)
	}
	var kept []string
	for line := range strings.Lines(string(raw)) {
		name, _, _ := strings.Cut(line, ",")
		if _, ok := younger[name]; !ok {
			kept = append(kept, line)
		}
	}
	old, faults := loadRules(fstest.MapFS{"report.csv": &fstest.MapFile{Data: []byte(strings.Join(kept, ""))}})
	if len(faults) > 0 {
		t.Fatal(faults)
	}
	if diff := cmp.Diff(whole, old); diff != "" {
		t.Error(diff)
	}
	if len(kept) > 30 {
		t.Errorf("%d lines are left of the table: not an older one", len(kept))
	}
}
