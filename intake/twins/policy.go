package twins

import (
	"io/fs"
	"math"
	"strconv"

	"huiyin/internal/policyfile"
)

// File is the file of the policy folder that this package reads.
const File = "twins.csv"

// Policy says what counts as the same matter again.
type Policy struct {
	Days       int     // 回看天数: tickets that are done count if they were received so lately
	Common     float64 // 相似线: share of common pieces of all pieces, or
	Contained  float64 // 包含线: share of the shorter text that stands in the longer
	Least      float64 // 包含下限: share of common pieces below which Contained does not count
	SameCaller float64 // 同人相似线: the line for two tickets of one caller
	Hold       float64 // 转人工线: from here on a person looks before the service dispatches
	Most       int     // 候选个数: how many are offered
	Months     int     // 来电人月数: how far a caller's earlier tickets are looked for
}

// item is a row of the file and the range of its value.
type item struct {
	name      string
	low, high float64
	whole     bool
	set       func(*Policy, float64)
}

var items = []item{
	{"回看天数", 1, 400, true, func(p *Policy, v float64) { p.Days = int(v) }},
	{"相似线", 0.05, 1, false, func(p *Policy, v float64) { p.Common = v }},
	{"包含线", 0.05, 1, false, func(p *Policy, v float64) { p.Contained = v }},
	{"包含下限", 0.05, 1, false, func(p *Policy, v float64) { p.Least = v }},
	{"同人相似线", 0, 1, false, func(p *Policy, v float64) { p.SameCaller = v }},
	{"转人工线", 0, 2, false, func(p *Policy, v float64) { p.Hold = v }},
	{"候选个数", 1, 20, true, func(p *Policy, v float64) { p.Most = int(v) }},
	{"来电人月数", 1, 60, true, func(p *Policy, v float64) { p.Months = int(v) }},
}

// LoadPolicy reads twins.csv. The error is a policyfile.Faults with everything
// that is wrong.
func LoadPolicy(fsys fs.FS) (Policy, error) {
	var p Policy
	table := policyfile.Read(fsys, File, []string{"项目", "值", "说明"}, nil)
	lines := map[string]int{}
	for _, row := range table.Rows {
		name := row.Get("项目")
		if line, twice := lines[name]; twice {
			row.Fault("项目", "“%s”与第%d行重复", name, line)
			continue
		}
		lines[name] = row.Line
		p.read(row, name)
	}
	if len(table.Faults) > 0 {
		return p, table.Faults
	}
	for _, it := range items {
		if lines[it.name] == 0 {
			table.Faults = append(table.Faults, policyfile.Fault{File: File, Message: "缺少“" + it.name + "”一行"})
		}
	}
	return p, table.Faults.Err()
}

func (p *Policy) read(row policyfile.Row, name string) {
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
		}
		it.set(p, v)
		return
	}
	row.Fault("项目", "不认识“%s”", name)
}
