package reports

import (
	"errors"
	"io/fs"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
)

// RatingRules are the rows of rating.csv: what a quarter is rated by. Zero when
// the policy has no such file: then nothing is rated.
type RatingRules struct {
	Components []Component
	Bands      []RatingBand // best first
	Minimum    int          // fewer due tickets are not rated
}

// Component is a rate that scores.
type Component struct {
	Name    string  `json:"name"`
	Weight  float64 `json:"weight"`
	Zero    float64 `json:"zero"` // rate that scores nothing
	Full    float64 `json:"full"` // rate that scores all; below Zero where less is better
	Minimum int     `json:"minimum"`
	Basis   string  `json:"basis"`
}

// RatingBand is a band and the score from which it is given.
type RatingBand struct {
	Name string  `json:"name"`
	From float64 `json:"from"`
}

// Kept reports whether the policy rates at all.
func (r RatingRules) Kept() bool { return len(r.Components) > 0 }

const ratingFile = "rating.csv"

// loadRating reads rating.csv. Only rates of handling are known; nothing else,
// least of all what was fined, can become a component.
func loadRating(fsys fs.FS) (RatingRules, policyfile.Faults) {
	var rules RatingRules
	if _, err := fs.Stat(fsys, ratingFile); errors.Is(err, fs.ErrNotExist) {
		return rules, nil
	}
	table := policyfile.Read(fsys, ratingFile, []string{"项目", "类型", "权重", "最低", "满分", "最少件数"}, []string{"说明"})
	if len(table.Faults) > 0 {
		return rules, table.Faults
	}
	seen := map[string]bool{}
	for _, row := range table.Rows {
		name := row.Get("项目")
		if seen[name] {
			row.Fault("项目", "项目“%s”重复", name)
			continue
		}
		seen[name] = true
		switch row.Get("类型") {
		case "指标":
			rules.component(row)
		case "档次":
			rules.band(row)
		case "规则":
			rules.minimum(row)
		default:
			row.Fault("类型", "类型只能是指标、档次或规则")
		}
	}
	rules.whole(table)
	return rules, table.Faults
}

func (r *RatingRules) component(row policyfile.Row) {
	c := Component{Name: row.Get("项目"), Basis: row.Get("说明")}
	if ratingRates[c.Name] == nil {
		row.Fault("项目", "不认识指标“%s”，可用的有：%s；罚没金额、处罚件数不能作为评价指标", c.Name, strings.Join(sortedKeys(ratingRates), "、"))
	}
	for column, read := range map[string]reader{"最低": shareInto(&c.Zero), "满分": shareInto(&c.Full), "最少件数": intInto(&c.Minimum, 1, 100000)} {
		if fault := read(row.Get(column)); fault != "" {
			row.Fault(column, "%s", fault)
		}
	}
	if weight, err := strconv.ParseFloat(row.Get("权重"), 64); err != nil || !(weight > 0 && weight <= 1000) {
		row.Fault("权重", "应填大于 0 的数")
	} else {
		c.Weight = weight
	}
	if c.Zero == c.Full {
		row.Fault("满分", "不能与“最低”相同")
	}
	r.Components = append(r.Components, c)
}

func (r *RatingRules) band(row policyfile.Row) {
	from, err := strconv.ParseFloat(row.Get("最低"), 64)
	switch {
	case err != nil || !(from >= 0 && from <= 100):
		row.Fault("最低", "应填 0 到 100 的分数")
	case len(r.Bands) > 0 && from >= r.Bands[len(r.Bands)-1].From:
		row.Fault("最低", "档次应从高到低排列")
	}
	r.Bands = append(r.Bands, RatingBand{row.Get("项目"), from})
}

func (r *RatingRules) minimum(row policyfile.Row) {
	if row.Get("项目") != "评价最少件数" {
		row.Fault("项目", "不认识规则“%s”，只有“评价最少件数”", row.Get("项目"))
	}
	if fault := intInto(&r.Minimum, 1, 100000)(row.Get("最少件数")); fault != "" {
		row.Fault("最少件数", "%s", fault)
	}
}

// whole checks what only all rows together show.
func (r *RatingRules) whole(table *policyfile.Table) {
	fault := func(message string) {
		table.Faults = append(table.Faults, policyfile.Fault{File: ratingFile, Message: message})
	}
	if len(r.Components) == 0 {
		fault("至少要有一个指标")
	}
	if n := len(r.Bands); n == 0 || r.Bands[n-1].From != 0 {
		fault("最低一档的“最低”应为 0，否则有的单位评不出档次")
	}
	if r.Minimum == 0 {
		fault("缺少规则“评价最少件数”")
	}
}
