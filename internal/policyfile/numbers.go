package policyfile

import (
	"io/fs"
	"math"
	"strconv"
)

// Number is a row of a table of single numbers (项目, 值, 说明): its name, the
// range of its value, and where the value goes.
type Number struct {
	Name      string
	Low, High float64
	Whole     bool
	Set       func(float64)
}

// ReadNumbers reads a table that holds each of some numbers once. A value that
// is at fault is not set. The error is a Faults with everything that is wrong.
func ReadNumbers(fsys fs.FS, file string, numbers []Number) error {
	table := Read(fsys, file, []string{"项目", "值", "说明"}, nil)
	lines := map[string]int{}
	for _, row := range table.Rows {
		name := row.Get("项目")
		if line, twice := lines[name]; twice {
			row.Fault("项目", "“%s”与第%d行重复", name, line)
			continue
		}
		lines[name] = row.Line
		readNumber(row, name, numbers)
	}
	if len(table.Faults) > 0 {
		return table.Faults
	}
	for _, n := range numbers {
		if lines[n.Name] == 0 {
			table.Faults = append(table.Faults, Fault{File: file, Message: "缺少“" + n.Name + "”一行"})
		}
	}
	return table.Faults.Err()
}

func readNumber(row Row, name string, numbers []Number) {
	for _, n := range numbers {
		if n.Name != name {
			continue
		}
		v, err := strconv.ParseFloat(row.Get("值"), 64)
		switch {
		case err != nil || math.IsNaN(v):
			row.Fault("值", "“%s”不是数", row.Get("值"))
		case v < n.Low || v > n.High:
			row.Fault("值", "“%s”应在 %g 到 %g 之间", row.Get("值"), n.Low, n.High)
		case n.Whole && v != math.Trunc(v):
			row.Fault("值", "“%s”应为整数", row.Get("值"))
		default:
			n.Set(v)
		}
		return
	}
	row.Fault("项目", "不认识“%s”", name)
}
