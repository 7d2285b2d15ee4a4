package rules

import (
	"fmt"
	"strings"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// SupervisionRow is a row of supervision.csv: when a ticket is put under
// supervision by rule, and at which level.
type SupervisionRow struct {
	Line  int
	Rule  string // 超期, 重复, …
	Least int    // how many (working days, times, callers) at least
	Value string // for 风险: the level
	Level ticket.Supervision
	Note  string
}

// The rules that supervision.csv can name.
const (
	RuleOverdue      = "超期"
	RuleRepeat       = "重复"
	RuleBounced      = "退单"
	RuleRedo         = "重办"
	RuleLeaderNote   = "领导批示"
	RuleHighFreq     = "高频"
	RuleRisk         = "风险"
	RuleGroup        = "群体"
	RuleDissatisfied = "不满意"
)

var supervisionRules = []string{
	RuleOverdue, RuleRepeat, RuleBounced, RuleRedo, RuleLeaderNote,
	RuleHighFreq, RuleRisk, RuleGroup, RuleDissatisfied,
}

var supervisionLevels = map[string]ticket.Supervision{
	"普通": ticket.SupervisionNormal, "黄牌": ticket.SupervisionYellow, "红牌": ticket.SupervisionRed,
}

// severity orders the levels.
var severity = map[ticket.Supervision]int{
	ticket.Unsupervised: 0, ticket.SupervisionNormal: 1, ticket.SupervisionYellow: 2, ticket.SupervisionRed: 3,
}

// Stricter reports whether a level is stricter than another.
func Stricter(a, b ticket.Supervision) bool { return severity[a] > severity[b] }

// SupervisionFor is the row with the highest level that a measured value of a
// rule reaches; the second result is false when none does.
func (p *Policy) SupervisionFor(rule string, n int, value string) (SupervisionRow, bool) {
	var best SupervisionRow
	for _, r := range p.Supervisions {
		if r.Rule == rule && n >= r.Least && (r.Value == "" || r.Value == value) && severity[r.Level] > severity[best.Level] {
			best = r
		}
	}
	return best, best.Level != ticket.Unsupervised
}

// SupervisionDue finds the strictest rule that a ticket meets by itself:
// overdue, bounced, redone, risky. The last result is false where none is
// stricter than the supervision that the ticket is under.
func (p *Policy) SupervisionDue(t *ticket.Ticket, now time.Time) (best SupervisionRow, reason string, found bool) {
	consider := func(rule string, n int, value, why string) {
		if row, ok := p.SupervisionFor(rule, n, value); ok && severity[row.Level] > severity[best.Level] {
			best, reason, found = row, why, true
		}
	}
	if due, ok := t.Due(ticket.ClockClose); ok && due.MetAt.IsZero() && due.Overdue(now) {
		days := p.Calendar.Workdays(ticket.DateOf(due.At.Add(-time.Nanosecond)), ticket.DateOf(now))
		consider(RuleOverdue, days, "", fmt.Sprintf("办结已超期%d个工作日", days))
	}
	if t.Bounces > 0 {
		consider(RuleBounced, t.Bounces, "", fmt.Sprintf("已被退单%d次", t.Bounces))
	}
	if t.Redos > 0 {
		consider(RuleRedo, t.Redos, "", fmt.Sprintf("已重办%d次", t.Redos))
	}
	if t.Urgency != ticket.Ordinary {
		consider(RuleRisk, 1, t.Urgency.Name(), "进线判为"+t.Urgency.Name())
	}
	return best, reason, found && severity[best.Level] > severity[t.Supervision]
}

func (l *loader) supervisions() {
	l.read("supervision.csv", []string{"规则", "条件", "级别", "说明"}, nil, func(row policyfile.Row) {
		r := SupervisionRow{Line: row.Line, Rule: row.Get("规则"), Level: supervisionLevels[row.Get("级别")], Note: row.Get("说明")}
		oneOf(row, "规则", supervisionRules, func(s string) string { return s })
		if r.Rule == "" {
			row.Fault("规则", "规则不能为空")
		}
		if r.Level == ticket.Unsupervised {
			row.Fault("级别", "级别“%s”应填 普通、黄牌 或 红牌", row.Get("级别"))
		}
		condition := strings.NewReplacer(" ", "", "＞", ">", "≥", ">=", "＝", "=").Replace(row.Get("条件"))
		switch {
		case condition == "":
		case strings.HasPrefix(condition, ">="):
			r.Least = readLeast(row, strings.TrimPrefix(condition, ">="))
		case strings.HasPrefix(condition, "="):
			r.Value = strings.TrimPrefix(condition, "=")
		default:
			row.Fault("条件", "看不懂条件“%s”：请写 >=3、>=1工作日 或 =紧急", condition)
		}
		l.policy.Supervisions = append(l.policy.Supervisions, r)
	})
}

func readLeast(row policyfile.Row, text string) int {
	if limit, err := ticket.ParseLimit(text); err == nil && limit.N > 0 {
		return limit.N
	}
	n := 0
	for _, c := range text {
		if c < '0' || c > '9' || n > 10000 {
			row.Fault("条件", "“%s”应为整数或几工作日", text)
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
