package proposals

import (
	"io/fs"

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

// numbers are the rows of the table, read into s.
func (s *Settings) numbers() []policyfile.Number {
	return []policyfile.Number{
		{Name: "标注月数", Low: 1, High: 60, Whole: true, Set: func(v float64) { s.Months = int(v) }},
		{Name: "每月最少改判", Low: 1, High: 100000, Whole: true, Set: func(v float64) { s.Corrections = int(v) }},
		{Name: "每行最少工单", Low: 2, High: 1000, Whole: true, Set: func(v float64) { s.Tickets = int(v) }},
		{Name: "每行最少来电人", Low: 2, High: 1000, Whole: true, Set: func(v float64) { s.Callers = int(v) }},
		{Name: "每行最少占比", Low: 0, High: 1, Set: func(v float64) { s.Share = v }},
		{Name: "谨慎程度", Low: 0.01, High: 100, Set: func(v float64) { s.Caution = v }},
		{Name: "最小权重", Low: 0.1, High: 100, Set: func(v float64) { s.LeastWeight = v }},
		{Name: "最大权重", Low: 0.1, High: 1000, Set: func(v float64) { s.MostWeight = v }},
		{Name: "最多行数", Low: 1, High: 1000, Whole: true, Set: func(v float64) { s.Rows = int(v) }},
		{Name: "检验份数", Low: 2, High: 20, Whole: true, Set: func(v float64) { s.Folds = int(v) }},
		{Name: "最少净改对", Low: 1, High: 100000, Whole: true, Set: func(v float64) { s.NetFixed = int(v) }},
		{Name: "自动分派准确率最多下降", Low: 0, High: 1, Set: func(v float64) { s.AutoLoss = v }},
		{Name: "确认件上限", Low: 1, High: 1000000, Whole: true, Set: func(v float64) { s.Confirmed = int(v) }},
		{Name: "改派最少件数", Low: 1, High: 100000, Whole: true, Set: func(v float64) { s.Reroutes = int(v) }},
		{Name: "裁定有效月数", Low: 0, High: 600, Whole: true, Set: func(v float64) { s.RulingMonth = int(v) }},
	}
}

// Load reads proposals.csv. The error is a policyfile.Faults.
func Load(fsys fs.FS) (Settings, error) {
	var s Settings
	err := policyfile.ReadNumbers(fsys, File, s.numbers())
	return s, err
}
