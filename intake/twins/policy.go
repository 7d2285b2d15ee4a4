package twins

import (
	"io/fs"

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

// numbers are the rows of the table, read into p.
func (p *Policy) numbers() []policyfile.Number {
	return []policyfile.Number{
		{Name: "回看天数", Low: 1, High: 400, Whole: true, Set: func(v float64) { p.Days = int(v) }},
		{Name: "相似线", Low: 0.05, High: 1, Set: func(v float64) { p.Common = v }},
		{Name: "包含线", Low: 0.05, High: 1, Set: func(v float64) { p.Contained = v }},
		{Name: "包含下限", Low: 0.05, High: 1, Set: func(v float64) { p.Least = v }},
		{Name: "同人相似线", Low: 0, High: 1, Set: func(v float64) { p.SameCaller = v }},
		{Name: "转人工线", Low: 0, High: 2, Set: func(v float64) { p.Hold = v }},
		{Name: "候选个数", Low: 1, High: 20, Whole: true, Set: func(v float64) { p.Most = int(v) }},
		{Name: "来电人月数", Low: 1, High: 60, Whole: true, Set: func(v float64) { p.Months = int(v) }},
	}
}

// LoadPolicy reads twins.csv. The error is a policyfile.Faults with everything
// that is wrong.
func LoadPolicy(fsys fs.FS) (Policy, error) {
	var p Policy
	err := policyfile.ReadNumbers(fsys, File, p.numbers())
	return p, err
}
