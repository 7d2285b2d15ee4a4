package reports

import (
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/reports/matter"
	"huiyin/ticket"
)

// Policy is what a report needs to know of the bureau: its units, categories
// and calendar, its thresholds and its table of causes.
type Policy struct {
	Version    int
	Units      ticket.Units
	Categories ticket.Categories
	Calendar   *ticket.Calendar
	Rules      Rules
	Causes     Causes
	Rating     RatingRules
	// Bases are the denominators of subjects: denominators.csv.
	Bases []Base
	// Cut tells the words of a text; nil: the keywords that verdicts keep.
	Cut matter.Cut
	// Names tells of words whether they can name a matter: things, doings, set
	// phrases, and not 每天, 一直 or a person's name. nil: all can.
	Names func(words []string) []bool
	// Keywords extracts the n words that tell each of the texts from other
	// Chinese; nil: matters have none.
	Keywords func(texts []string, n int) [][]string
}

// Rules are the thresholds of report.csv. Shares are fractions of 1.
type Rules struct {
	Organ, Title, Distribution string // 发文单位、刊名、分送

	TopN             int     // 前几位
	TopShare         float64 // 占比
	TopLeast         int     // 高频最少件数
	RiseRatio        float64 // 环比增幅
	RiseCount        int     // 环比增量
	StubbornMonths   int     // 顽固月数 3/6: in so many …
	StubbornOf       int     // … of so many months
	RepeatTimes      int     // 同人次数
	GroupCallers     int     // 群体人数
	GroupDays        int     // 群体天数
	RankMinimum      int     // 最少排名件数
	SmallSample      int     // 小样本件数
	OtherLimit       float64 // 其他占比上限
	Decimals         int     // 小数位数
	TopPlaces        int     // 地点前几位
	TopSubjects      int     // 对象前几位
	Evidence         int     // 证据工单数
	PublicMinimum    int     // 公开最少件数
	EarlyHours       int     // 提前小时
	OnTimeFloor      float64 // 按期办结率底线
	SatisfiedFloor   float64 // 满意率底线
	UnitSheetDay     int     // 单位月报日
	Similarity       float64 // 聚类相似度
	MergeSimilarity  float64 // 归并相似度
	RectifyAlertDays int     // 整改超期提醒天数
	RectifyUrgeDays  int     // 整改催办间隔天数
	SignShare        float64 // 原因提示占比
	NumberForm       string  // 文号格式, with {年} and {号}

	CommonShare   float64  // 常用词占比
	MatterLeast   int      // 事项最少件数
	TopMatters    int      // 事项列出个数
	FalseAlarms   float64  // 苗头误报次数
	BurstLeast    int      // 苗头最少件数
	BurstRatio    float64  // 苗头最低倍数
	NewWordLeast  int      // 新词最少件数
	NewWordRatio  float64  // 新词最低倍数
	SubjectsShown int      // 对象列出个数
	GroupsShown   int      // 群体列出个数
	TicketsListed int      // 附列工单数
	TextsRead     int      // 读文上限
	AnnexRows     int      // 明细行数上限
	CardDays      int      // 卡片确认天数
	PlateLeast    int      // 同车投诉次数
	FocusGroups   []string // 执法重点大类
	FocusRows     int      // 执法重点条数
	FocusLeast    int      // 执法重点最少件数
}

// Cause is what usually lies behind the complaints of a category, on three
// levels, and what would help. Every entry is a proposal.
type Cause struct {
	Direct        []string `json:"direct"`
	Management    []string `json:"management"`
	Institutional []string `json:"institutional"`
	Measures      []string `json:"measures"`
	Success       []string `json:"success"`
}

// Causes are the rows of causes.csv by category code or by prefix (A*).
type Causes map[string]Cause

// Of finds the row of a category: its own, else the longest prefix.
func (cs Causes) Of(code string) (Cause, bool) {
	if c, ok := cs[code]; ok {
		return c, true
	}
	for n := len(code) - 1; n >= 0; n-- {
		if c, ok := cs[code[:n]+"*"]; ok {
			return c, true
		}
	}
	return Cause{}, false
}

const (
	rulesFile  = "report.csv"
	causesFile = "causes.csv"
)

// LoadPolicy reads report.csv, causes.csv and, if there is one, rating.csv. The error, if any, is a
// policyfile.Faults with everything that is wrong in them.
func LoadPolicy(fsys fs.FS, units ticket.Units, categories ticket.Categories, cal *ticket.Calendar) (*Policy, error) {
	p := &Policy{Units: units, Categories: categories, Calendar: cal}
	var faults policyfile.Faults
	p.Rules, faults = loadRules(fsys)
	causes, more := loadCauses(fsys, categories)
	p.Causes = causes
	rating, still := loadRating(fsys)
	p.Rating = rating
	bases, last := loadBases(fsys)
	p.Bases = bases
	still = append(still, last...)
	if err := append(append(faults, more...), still...).Err(); err != nil {
		return nil, err
	}
	return p, nil
}

// reader sets one rule from its cell and says what is wrong with it.
type reader func(cell string) (fault string)

func (r *Rules) readers() map[string]reader {
	return map[string]reader{
		"发文单位": textInto(&r.Organ), "刊名": textInto(&r.Title), "分送": textInto(&r.Distribution),
		"前几位": intInto(&r.TopN, 1, 50), "高频最少件数": intInto(&r.TopLeast, 1, 100000), "占比": shareInto(&r.TopShare),
		"环比增幅": shareInto(&r.RiseRatio), "环比增量": intInto(&r.RiseCount, 0, 100000),
		"顽固月数": r.readStubborn, "同人次数": intInto(&r.RepeatTimes, 2, 100),
		"群体人数": intInto(&r.GroupCallers, 2, 1000), "群体天数": intInto(&r.GroupDays, 1, 31),
		"最少排名件数": intInto(&r.RankMinimum, 0, 100000), "小样本件数": intInto(&r.SmallSample, 0, 1000),
		"其他占比上限": shareInto(&r.OtherLimit), "小数位数": intInto(&r.Decimals, 0, 4),
		"地点前几位": intInto(&r.TopPlaces, 1, 50), "对象前几位": intInto(&r.TopSubjects, 1, 50),
		"证据工单数": intInto(&r.Evidence, 0, 100), "公开最少件数": intInto(&r.PublicMinimum, 1, 1000),
		"提前小时": intInto(&r.EarlyHours, 1, 1000), "按期办结率底线": shareInto(&r.OnTimeFloor),
		"满意率底线": shareInto(&r.SatisfiedFloor), "单位月报日": intInto(&r.UnitSheetDay, 1, 28),
		"聚类相似度": numberInto(&r.Similarity), "归并相似度": numberInto(&r.MergeSimilarity),
		"整改超期提醒天数": intInto(&r.RectifyAlertDays, 0, 60), "整改催办间隔天数": intInto(&r.RectifyUrgeDays, 1, 60),
		"原因提示占比": shareInto(&r.SignShare), "文号格式": r.readNumberForm,
		"常用词占比": shareInto(&r.CommonShare), "事项最少件数": intInto(&r.MatterLeast, 2, 1000), "事项列出个数": intInto(&r.TopMatters, 1, 200),
		"苗头误报次数": timesInto(&r.FalseAlarms, 0.01, 50), "苗头最少件数": intInto(&r.BurstLeast, 2, 1000), "苗头最低倍数": timesInto(&r.BurstRatio, 1, 100),
		"新词最少件数": intInto(&r.NewWordLeast, 2, 1000), "新词最低倍数": timesInto(&r.NewWordRatio, 1, 100),
		"对象列出个数": intInto(&r.SubjectsShown, 1, 200), "群体列出个数": intInto(&r.GroupsShown, 1, 1000), "附列工单数": intInto(&r.TicketsListed, 1, 10000), "明细行数上限": intInto(&r.AnnexRows, 0, 1000000), "读文上限": intInto(&r.TextsRead, 1000, 5000000), "卡片确认天数": intInto(&r.CardDays, 1, 30),
		"同车投诉次数": intInto(&r.PlateLeast, 2, 1000),
		"执法重点大类": listInto(&r.FocusGroups), "执法重点条数": intInto(&r.FocusRows, 1, 200), "执法重点最少件数": intInto(&r.FocusLeast, 2, 1000),
	}
}

func loadRules(fsys fs.FS) (Rules, policyfile.Faults) {
	var rules Rules
	table := policyfile.Read(fsys, rulesFile, []string{"项目", "值"}, []string{"说明"})
	if len(table.Faults) > 0 {
		return rules, table.Faults
	}
	readers := rules.readers()
	seen := map[string]bool{}
	for _, row := range table.Rows {
		name := row.Get("项目")
		read, ok := readers[name]
		switch {
		case !ok:
			row.Fault("项目", "不认识项目“%s”", name)
		case seen[name]:
			row.Fault("项目", "项目“%s”重复", name)
		default:
			if fault := read(row.Get("值")); fault != "" {
				row.Fault("值", "“%s”%s", name, fault)
			}
		}
		seen[name] = true
	}
	for _, name := range sortedKeys(readers) {
		if cell, ok := younger[name]; ok && !seen[name] {
			readers[name](cell)
		} else if !seen[name] {
			table.Faults = append(table.Faults, policyfile.Fault{File: rulesFile, Message: "缺少项目“" + name + "”"})
		}
	}
	return rules, table.Faults
}

func textInto(to *string) reader {
	return func(cell string) string {
		if *to = cell; cell == "" {
			return "不能空着"
		}
		return ""
	}
}

func intInto(to *int, low, high int) reader {
	return func(cell string) string {
		n, err := strconv.Atoi(cell)
		if err != nil || n < low || n > high {
			return "应填 " + strconv.Itoa(low) + " 到 " + strconv.Itoa(high) + " 的整数"
		}
		*to = n
		return ""
	}
}

func shareInto(to *float64) reader {
	return func(cell string) string {
		digits, ok := strings.CutSuffix(strings.ReplaceAll(cell, "％", "%"), "%")
		x, err := strconv.ParseFloat(digits, 64)
		if !ok || err != nil || !(x >= 0 && x <= 1000) {
			return "应填百分数，如 30%"
		}
		*to = x / 100
		return ""
	}
}

func numberInto(to *float64) reader {
	return func(cell string) string {
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(x >= 0 && x <= 1) {
			return "应填 0 到 1 的小数"
		}
		*to = x
		return ""
	}
}

func (r *Rules) readNumberForm(cell string) string {
	if r.NumberForm = cell; strings.Count(cell, "{年}") != 1 || strings.Count(cell, "{号}") != 1 {
		return "应写明年份和序号的位置，如 市交运诉析〔{年}〕{号}号"
	}
	return ""
}

func timesInto(to *float64, low, high float64) reader {
	return func(cell string) string {
		x, err := strconv.ParseFloat(cell, 64)
		if err != nil || !(x >= low && x <= high) {
			return fmt.Sprintf("应填 %g 到 %g 的数", low, high)
		}
		*to = x
		return ""
	}
}

func listInto(to *[]string) reader {
	return func(cell string) string {
		for part := range strings.FieldsFuncSeq(cell, func(r rune) bool { return r == ';' || r == '；' }) {
			*to = append(*to, strings.TrimSpace(part))
		}
		if len(*to) == 0 {
			return "不能空着，几项之间用分号隔开"
		}
		return ""
	}
}

func (r *Rules) readStubborn(cell string) string {
	some, of, ok := strings.Cut(cell, "/")
	a, errA := strconv.Atoi(some)
	b, errB := strconv.Atoi(of)
	if !ok || errA != nil || errB != nil || a < 1 || b < a || b > 12 {
		return "应写成 3/6：最近六个月里有三个月"
	}
	r.StubbornMonths, r.StubbornOf = a, b
	return ""
}

func loadCauses(fsys fs.FS, categories ticket.Categories) (Causes, policyfile.Faults) {
	table := policyfile.Read(fsys, causesFile,
		[]string{"类别", "直接原因", "管理原因", "制度原因", "长效措施", "成效指标"}, []string{"说明"})
	causes := Causes{}
	for _, row := range table.Rows {
		code := row.Get("类别")
		if _, dup := causes[code]; dup {
			row.Fault("类别", "类别“%s”重复", code)
			continue
		}
		if !coversAny(code, categories) {
			row.Fault("类别", "类别“%s”不在 categories.csv 里；可写代码（F01）或前缀（A*）", code)
			continue
		}
		causes[code] = Cause{
			Direct: row.List("直接原因"), Management: row.List("管理原因"), Institutional: row.List("制度原因"),
			Measures: row.List("长效措施"), Success: row.List("成效指标"),
		}
		for _, column := range []string{"直接原因", "管理原因", "制度原因", "长效措施", "成效指标"} {
			if len(row.List(column)) == 0 {
				row.Fault(column, "不能空着")
			}
		}
	}
	return causes, table.Faults
}

func coversAny(pattern string, categories ticket.Categories) bool {
	prefix, wild := strings.CutSuffix(pattern, "*")
	for _, c := range categories {
		if c.Code == pattern || wild && strings.HasPrefix(c.Code, prefix) {
			return true
		}
	}
	return false
}
