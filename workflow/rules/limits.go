package rules

import (
	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// LimitMode says for which life of a ticket a row of limits.csv holds.
type LimitMode string

// The modes of limits.csv's column 督办: a redone ticket, too, has the limits
// of a supervised one.
const (
	OrdinaryLimits   LimitMode = ""
	SupervisedLimits LimitMode = "督办"
)

// LimitRow is a row of limits.csv: the limits of the tickets that it matches.
// The first matching row decides.
type LimitRow struct {
	Line     int
	Channel  ticket.Channel
	Kind     ticket.Kind
	Category Pattern
	Urgency  string // 紧急, 特急, or empty for any
	Mode     LimitMode

	Dispatch, Sign, Return, Contact, Close, Callback ticket.Limit
	Review, Receipt                                  ticket.Limit
	Task                                             ticket.Limit // of a co-unit; as long as Close where the row does not say
	Extension                                        ticket.Limit // the most that may be granted
	Basis                                            string
}

func (r *LimitRow) matches(t *ticket.Ticket, mode LimitMode) bool {
	return (r.Channel == "" || r.Channel == t.Channel) &&
		(r.Kind == "" || r.Kind == t.Kind) &&
		r.Category.Match(t.Category) &&
		(r.Urgency == "" || r.Urgency == t.Urgency.Name()) &&
		r.Mode == mode
}

// LimitsOf returns the row that holds for a ticket. Load has made sure
// that there is one for every ticket and mode.
func (p *Policy) LimitsOf(t *ticket.Ticket, mode LimitMode) LimitRow {
	for i := range p.Limits {
		if row := &p.Limits[i]; row.matches(t, mode) {
			return *row
		}
	}
	return LimitRow{}
}

func (l *loader) limits() {
	required := []string{"渠道", "类型", "类别", "紧急", "督办", "分派", "签收", "退单", "首次联系", "办结", "回访", "延期", "依据"}
	catchAll := map[LimitMode]bool{}
	l.read("limits.csv", required, []string{"审核", "回执", "配合", "说明"}, func(row policyfile.Row) {
		r := LimitRow{
			Line: row.Line, Channel: readChannel(row), Kind: readKind(row), Category: l.pattern(row),
			Mode:     oneOf(row, "督办", []LimitMode{SupervisedLimits}, func(m LimitMode) string { return string(m) }),
			Urgency:  oneOf(row, "紧急", []string{"一般", "紧急", "特急"}, func(s string) string { return s }),
			Dispatch: readLimit(row, "分派"), Sign: readLimit(row, "签收"), Return: readLimit(row, "退单"),
			Contact: readLimit(row, "首次联系"), Close: readLimit(row, "办结"), Callback: readLimit(row, "回访"),
			Review: readLimit(row, "审核"), Receipt: readLimit(row, "回执"), Extension: readLimit(row, "延期"),
			Basis: row.Get("依据"),
		}
		if r.Task = r.Close; row.Get("配合") != "" {
			r.Task = readLimit(row, "配合")
		}
		if r.Close.Unit == ticket.LimitNone {
			row.Fault("办结", "办结时限不能为 无：每件工单都要有到期的一天")
		}
		if r.Channel == "" && r.Kind == "" && r.Urgency == "" && (r.Category == "" || r.Category == "*") {
			catchAll[r.Mode] = true
		}
		l.policy.Limits = append(l.policy.Limits, r)
	})
	for _, mode := range []LimitMode{OrdinaryLimits, SupervisedLimits} {
		if !catchAll[mode] {
			l.faults = append(l.faults, policyfile.Fault{File: "limits.csv", Message: "缺少兜底的一行：渠道、类型、类别、紧急都不限，督办列为“" + string(mode) + "”"})
		}
	}
}

func readLimit(row policyfile.Row, column string) ticket.Limit {
	limit, err := ticket.ParseLimit(row.Get(column))
	if err != nil {
		row.Fault(column, "%s", err)
	}
	return limit
}
