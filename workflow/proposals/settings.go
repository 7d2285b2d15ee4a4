package proposals

import (
	"io/fs"
	"math"
	"strconv"

	"huiyin/internal/policyfile"
)

// File is the table of the limits of proposals.
const File = "proposals.csv"

// Settings are the numbers of proposals.csv.
type Settings struct {
	Months      int     // from which labels are taken
	Corrections int     // a month must have before anything is proposed
	Tickets     int     // behind a row
	Callers     int     // whose tickets hold the word
	Share       float64 // of the tickets with the word that are of the category
	Caution     float64
	LeastWeight float64
	MostWeight  float64
	Rows        int
	Folds       int
	NetFixed    int     // fixed less broken, on tickets left out
	AutoLoss    float64 // of the precision of automatic dispatch
	Confirmed   int     // most confirmed tickets that are learned from
	Reroutes    int     // before a change of unit is mentioned
	RulingMonth int     // for how many months a ruling stands, 0: for ever
}

// item is a row of the table and the range of its values.
type item struct {
	name      string
	low, high float64
	whole     bool
	set       func(*Settings, float64)
}

var items = []item{
	{"标注月数", 1, 60, true, func(s *Settings, v float64) { s.Months = int(v) }},
	{"每月最少改判", 1, 100000, true, func(s *Settings, v float64) { s.Corrections = int(v) }},
	{"每行最少工单", 2, 1000, true, func(s *Settings, v float64) { s.Tickets = int(v) }},
	{"每行最少来电人", 2, 1000, true, func(s *Settings, v float64) { s.Callers = int(v) }},
	{"每行最少占比", 0, 1, false, func(s *Settings, v float64) { s.Share = v }},
	{"谨慎程度", 0.01, 100, false, func(s *Settings, v float64) { s.Caution = v }},
	{"最小权重", 0.1, 100, false, func(s *Settings, v float64) { s.LeastWeight = v }},
	{"最大权重", 0.1, 1000, false, func(s *Settings, v float64) { s.MostWeight = v }},
	{"最多行数", 1, 1000, true, func(s *Settings, v float64) { s.Rows = int(v) }},
	{"检验份数", 2, 20, true, func(s *Settings, v float64) { s.Folds = int(v) }},
	{"最少净改对", 1, 100000, true, func(s *Settings, v float64) { s.NetFixed = int(v) }},
	{"自动分派准确率最多下降", 0, 1, false, func(s *Settings, v float64) { s.AutoLoss = v }},
	{"确认件上限", 1, 1000000, true, func(s *Settings, v float64) { s.Confirmed = int(v) }},
	{"改派最少件数", 1, 100000, true, func(s *Settings, v float64) { s.Reroutes = int(v) }},
	{"裁定有效月数", 0, 600, true, func(s *Settings, v float64) { s.RulingMonth = int(v) }},
}

// Load reads proposals.csv. The error is a policyfile.Faults.
func Load(fsys fs.FS) (Settings, error) {
	table := policyfile.Read(fsys, File, []string{"项目", "值", "说明"}, nil)
	var s Settings
	lines := map[string]int{}
	for _, row := range table.Rows {
		name := row.Get("项目")
		if line := lines[name]; line > 0 {
			row.Fault("项目", "“%s”与第%d行重复", name, line)
			continue
		}
		lines[name] = row.Line
		s.read(row, name)
	}
	for _, it := range items {
		if lines[it.name] == 0 && len(table.Faults) == 0 {
			table.Faults = append(table.Faults, policyfile.Fault{File: File, Message: "缺少“" + it.name + "”一行"})
		}
	}
	return s, table.Faults.Err()
}

func (s *Settings) read(row policyfile.Row, name string) {
	for _, it := range items {
		if it.name != name {
			continue
		}
		v, err := strconv.ParseFloat(row.Get("值"), 64)
		switch {
		case err != nil || math.IsNaN(v):
			row.Fault("值", "“%s”不是数", row.Get("值"))
		case v < it.low || v > it.high:
			row.Fault("值", "“%s”应在 %g 到 %g 之间", row.Get("值"), it.low, it.high)
		case it.whole && v != math.Trunc(v):
			row.Fault("值", "“%s”应为整数", row.Get("值"))
		default:
			it.set(s, v)
		}
		return
	}
	row.Fault("项目", "不认识“%s”", name)
}
