package reports

import (
	"errors"
	"io/fs"
	"math"
	"regexp"
	"strconv"
	"strings"

	"huiyin/internal/policyfile"
)

const basesFile = "denominators.csv"

// Base is the size of a subject: a row of denominators.csv.
type Base struct {
	Subject string  `json:"-"`
	Unit    string  `json:"unit"`   // without the 万: 人次, 车次, 辆, 公里
	Period  string  `json:"period"` // a month, or a year
	Value   float64 `json:"value"`  // of a month, in Unit
	Source  string  `json:"source"`
}

var (
	basePeriod = regexp.MustCompile(`^\d{4}(-(0[1-9]|1[0-2]))?$`)
	// stocks are counted once, flows month by month.
	stocks = map[string]bool{"辆": true, "公里": true, "台": true, "艘": true, "户": true, "人": true, "家": true}
)

func loadBases(fsys fs.FS) ([]Base, policyfile.Faults) {
	if _, err := fs.Stat(fsys, basesFile); errors.Is(err, fs.ErrNotExist) {
		return nil, nil // nobody has to have any
	}
	table := policyfile.Read(fsys, basesFile, []string{"对象", "单位", "期间", "数值", "来源"}, []string{"说明"})
	var out []Base
	seen := map[[2]string]bool{}
	for _, row := range table.Rows {
		b := Base{Subject: row.Get("对象"), Period: row.Get("期间"), Source: row.Get("来源")}
		unit, many := strings.CutPrefix(row.Get("单位"), "万")
		b.Unit = unit
		value, err := strconv.ParseFloat(row.Get("数值"), 64)
		switch {
		case b.Subject == "":
			row.Fault("对象", "不能空着")
		case b.Unit == "":
			row.Fault("单位", "写成 万人次、车次、辆、公里 这样")
		case !basePeriod.MatchString(b.Period):
			row.Fault("期间", "写成 2026-10 或 2026")
		case err != nil || !(value > 0):
			row.Fault("数值", "应填大于 0 的数")
		case seen[[2]string{b.Subject, b.Period}]:
			row.Fault("对象", "“%s”在同一期间写了两次", b.Subject)
		}
		seen[[2]string{b.Subject, b.Period}] = true
		if many {
			value *= 10000
		}
		if len(b.Period) == 4 && !stocks[b.Unit] {
			value /= 12
		}
		b.Value = value
		out = append(out, b)
	}
	return out, table.Faults
}

// base is the size of a subject in a month: the month's own row, else the year's.
func (p *Policy) base(subject, month string) *Base {
	var found *Base
	for i := range p.Bases {
		b := &p.Bases[i]
		if b.Subject == subject && (b.Period == month || found == nil && len(month) >= 4 && b.Period == month[:4]) {
			found = b
			if b.Period == month {
				break
			}
		}
	}
	return found
}

// perTenThousand is the rate that subjects of unequal size are compared by.
func (b *Base) perTenThousand(n int) float64 { return float64(n) * 10000 / b.Value }

// band is the order of size in which a subject is compared: 10万—100万人次.
func (b *Base) band() string {
	low := math.Pow(10, math.Floor(math.Log10(b.Value)))
	return short(low) + "—" + short(low*10) + b.Unit
}

func short(x float64) string {
	if x >= 10000 {
		return strconv.FormatFloat(x/10000, 'f', -1, 64) + "万"
	}
	return strconv.FormatFloat(x, 'f', -1, 64)
}
