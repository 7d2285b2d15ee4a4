package classify

import (
	"io/fs"
	"math"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
)

const settingsFile = "classify.csv"

var settingColumns = []string{"项目", "值", "说明"}

// Settings are the numbers of classify.csv.
type Settings struct {
	AutoLine       float64 // 自动分派线: confidence from which a ticket is dispatched by itself
	TitleFactor    float64 // 标题倍数: how often a word of the title counts
	MinScore       float64 // 最低得分: below it nothing is decided
	Temperature    float64 // 温度: divides the scores before they become confidence
	Candidates     int     // 候选个数: how many candidates a verdict offers
	Reasons        int     // 理由个数: how many keywords a verdict gives as its reasons
	Conflict       float64 // 冲突权重: strong in two categories from here on
	EnforcementSum float64 // 执法线
	ClueSum        float64 // 线索线
	RiskSum        float64 // 风险线
	LengthPower    float64 // 长度指数: by which power of a text's length its scores are divided before they become confidence
	UsualKind      float64 // 默认类型分: what a category adds to the kind that its messages usually are
	FreeCodes      bool    // 类别编码: 自由 when the codes are any labels
	Bias           map[string]float64
}

const (
	codesItem  = "类别编码"
	freeValue  = "自由"
	fixedValue = "固定"
	biasPrefix = "偏置:"
)

// number is an item of classify.csv and the range of its values.
type number struct {
	item      string
	low, high float64
	whole     bool
	optional  bool // 0 when the file has no such row: policies were published without it
	set       func(*Settings, float64)
}

var numbers = []number{
	{"自动分派线", 0, 1, false, false, func(s *Settings, v float64) { s.AutoLine = v }},
	{"标题倍数", 0, 100, false, false, func(s *Settings, v float64) { s.TitleFactor = v }},
	{"最低得分", -1e6, 1e6, false, false, func(s *Settings, v float64) { s.MinScore = v }},
	{"温度", 1e-3, 1e3, false, false, func(s *Settings, v float64) { s.Temperature = v }},
	{"候选个数", 2, 20, true, false, func(s *Settings, v float64) { s.Candidates = int(v) }},
	{"理由个数", 1, 100, true, false, func(s *Settings, v float64) { s.Reasons = int(v) }},
	{"冲突权重", 0, 1e6, false, false, func(s *Settings, v float64) { s.Conflict = v }},
	{"执法线", 0, 1e6, false, false, func(s *Settings, v float64) { s.EnforcementSum = v }},
	{"线索线", 0, 1e6, false, false, func(s *Settings, v float64) { s.ClueSum = v }},
	{"风险线", 0, 1e6, false, false, func(s *Settings, v float64) { s.RiskSum = v }},
	{"长度指数", 0, 2, false, false, func(s *Settings, v float64) { s.LengthPower = v }},
	{"默认类型分", 0, 100, false, true, func(s *Settings, v float64) { s.UsualKind = v }},
}

func readSettings(fsys fs.FS) (Settings, policyfile.Faults) {
	table := policyfile.Read(fsys, settingsFile, settingColumns, nil)
	s := Settings{Bias: map[string]float64{}}
	lines := map[string]int{}
	for _, row := range table.Rows {
		item := row.Get("项目")
		if line, twice := lines[item]; twice {
			row.Fault("项目", "“%s”与第%d行重复", item, line)
			continue
		}
		lines[item] = row.Line
		s.read(row, item)
	}
	if len(table.Faults) > 0 {
		return s, table.Faults
	}
	for _, n := range numbers {
		if lines[n.item] == 0 && !n.optional {
			table.Faults = append(table.Faults, policyfile.Fault{File: settingsFile, Message: "缺少“" + n.item + "”一行"})
		}
	}
	return s, table.Faults
}

func (s *Settings) read(row policyfile.Row, item string) {
	if item == codesItem {
		switch row.Get("值") {
		case freeValue:
			s.FreeCodes = true
		case fixedValue:
		default:
			row.Fault("值", "“%s”应填 %s 或 %s", row.Get("值"), fixedValue, freeValue)
		}
		return
	}
	if code, ok := strings.CutPrefix(item, biasPrefix); ok {
		s.Bias[code] = readNumber(row, "值", -1e6, 1e6)
		return
	}
	for _, n := range numbers {
		if n.item != item {
			continue
		}
		v := readNumber(row, "值", n.low, n.high)
		if n.whole && v != math.Trunc(v) {
			row.Fault("值", "“%s”应为整数", row.Get("值"))
		}
		n.set(s, v)
		return
	}
	row.Fault("项目", "不认识“%s”", item)
}

// readNumber reads a cell as a number of a range.
func readNumber(row policyfile.Row, column string, low, high float64) float64 {
	v, err := strconv.ParseFloat(row.Get(column), 64)
	switch {
	case row.Get(column) == "":
		row.Fault(column, "%s不能空", column)
	case err != nil || math.IsNaN(v) || math.IsInf(v, 0):
		row.Fault(column, "“%s”不是数", row.Get(column))
	case v < low || v > high:
		row.Fault(column, "“%s”应在 %g 到 %g 之间", row.Get(column), low, high)
	}
	return v
}

// freeCodes looks only for the mark of a free label set.
func freeCodes(fsys fs.FS) bool {
	for _, row := range policyfile.Read(fsys, settingsFile, settingColumns, nil).Rows {
		if row.Get("项目") == codesItem {
			return row.Get("值") == freeValue
		}
	}
	return false
}
