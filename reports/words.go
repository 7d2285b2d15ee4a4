package reports

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"huiyin/ticket"
)

// None stands where a number cannot be said.
const None = "–"

// Small marks a rate of so few that it says little.
const Small = "*"

// Rate prints a rate with its counts, 92.31%（36/39）, marked when of few, and
// None when there is nothing to divide by.
func (s Style) Rate(r Rate) string {
	if !r.Known() {
		return None
	}
	text := fmt.Sprintf("%s（%d/%d）", s.Percent(r.Value()), r.Num, r.Den)
	if s.IsSmall(r) {
		text += Small
	}
	return text
}

// IsSmall reports whether a rate is of so few that it is marked.
func (s Style) IsSmall(r Rate) bool { return r.Known() && r.Den < s.SmallSample }

// clause is a rate in a sentence that leaves out what cannot be said.
func (s Style) clause(lead string, r Rate) string {
	if !r.Known() {
		return ""
	}
	return "，" + lead + s.Rate(r)
}

// Share prints the percentage alone, for tables whose denominator stands in
// their caption.
func (s Style) Share(r Rate) string {
	if !r.Known() {
		return None
	}
	return s.Percent(r.Value())
}

// Percent prints a fraction of 1.
func (s Style) Percent(x float64) string {
	return strconv.FormatFloat(x*100, 'f', s.Decimals, 64) + "%"
}

// Change prints a change for a table cell: +12.50%, -3.10%, 持平, or why there
// is none. Of so few that one ticket more would move it by a tenth the tickets
// are told, +19件, and no share of them.
func (s Style) Change(c Change) string {
	ratio, ok := c.Ratio()
	switch {
	case !c.Known:
		return None
	case c.Diff() == 0:
		return "持平"
	case !ok:
		return "前期为0"
	case s.fromFew(c):
		return fmt.Sprintf("%+d件", c.Diff())
	case ratio > 0:
		return "+" + s.Percent(ratio)
	}
	return s.Percent(ratio)
}

// fromFew tells that the earlier count is too small to be divided by.
func (s Style) fromFew(c Change) bool { return c.Before < s.SmallSample }

// Compared says what a change is measured against, in words that the period
// maths chose: 环比 is always the month or quarter before, 同比 the same one a
// year ago.
type Compared struct{ Word, Earlier string }

// MoM is how the report speaks of the period before.
func (m *Month) MoM() Compared {
	w := m.words()
	if !m.Complete {
		return Compared{"比" + w.earlier + "同期", w.earlier + "同期"}
	}
	return Compared{w.change, w.earlier}
}

// YoY is how the report speaks of the year before; its words are empty where
// that is the period before.
func (m *Month) YoY() Compared {
	w := m.words()
	if w.yearly == "" {
		return Compared{}
	}
	if !m.Complete {
		return Compared{"比去年同期", "去年同期"}
	}
	return Compared{w.yearly, w.yearAgo}
}

func (m *Month) words() periodWords { return m.Period.words() }

// Clauses are the changes against the period before and the year before, in a
// sentence, without one that is the other.
func (m *Month) Clauses(mom, yoy Change) string {
	text := m.Style.Clause(m.MoM(), mom)
	if more := m.Style.Clause(m.YoY(), yoy); more != "" {
		text += "，" + more
	}
	return text
}

// Clause is a change in a sentence: 环比增加45件、上升12.50%. It is empty for a
// comparison that is not made.
func (s Style) Clause(by Compared, c Change) string {
	ratio, ok := c.Ratio()
	switch {
	case by.Word == "":
		return ""
	case !c.Known:
		return "无" + by.Earlier + "数据"
	case c.Diff() == 0:
		return by.Word + "持平（均为" + strconv.Itoa(c.Now) + "件）"
	case !ok:
		return fmt.Sprintf("%s增加%d件（%s为0）", by.Word, c.Now, by.Earlier)
	case s.fromFew(c) && ratio > 0:
		return fmt.Sprintf("%s增加%d件（由%d件增至%d件）", by.Word, c.Diff(), c.Before, c.Now)
	case s.fromFew(c):
		return fmt.Sprintf("%s减少%d件（由%d件减至%d件）", by.Word, -c.Diff(), c.Before, c.Now)
	case ratio > 0:
		return fmt.Sprintf("%s增加%d件、上升%s", by.Word, c.Diff(), s.Percent(ratio))
	}
	return fmt.Sprintf("%s减少%d件、下降%s", by.Word, -c.Diff(), s.Percent(-ratio))
}

// Points says how a rate moved against an earlier one: 比上月提高1.20个百分点.
// It is empty when either cannot be said, or is of so few that one ticket more
// would turn it round.
func (s Style) Points(by Compared, now, before Rate) string {
	if !now.Known() || !before.Known() || s.IsSmall(now) || s.IsSmall(before) {
		return ""
	}
	diff := (now.Value() - before.Value()) * 100
	text := strconv.FormatFloat(math.Abs(diff), 'f', s.Decimals, 64)
	switch {
	case strings.Trim(text, "0.") == "":
		return "与" + by.Earlier + "持平"
	case diff > 0:
		return fmt.Sprintf("比%s提高%s个百分点", by.Earlier, text)
	}
	return fmt.Sprintf("比%s下降%s个百分点", by.Earlier, text)
}

// Hours prints working hours.
func (s Style) Hours(n int, hours float64) string {
	if n == 0 {
		return None
	}
	return strconv.FormatFloat(hours, 'f', 1, 64)
}

func dayText(t time.Time) string {
	t = t.In(ticket.Shanghai)
	return fmt.Sprintf("%d年%d月%d日", t.Year(), t.Month(), t.Day())
}

func clockText(t time.Time) string {
	t = t.In(ticket.Shanghai)
	return fmt.Sprintf("%d时%02d分", t.Hour(), t.Minute())
}

func momentText(t time.Time) string {
	in := t.In(ticket.Shanghai)
	return fmt.Sprintf("%d月%d日", in.Month(), in.Day()) + clockText(t)
}

// DateText is a day as people write it: 2026年11月30日.
func DateText(d ticket.Date) string { return dayText(d.Start()) }

// Weekdays are the names of the days, Monday first, as Pattern counts them.
var Weekdays = [7]string{"周一", "周二", "周三", "周四", "周五", "周六", "周日"}

// join puts names together as an official text does: 甲、乙、丙.
func join(names []string) string { return strings.Join(names, "、") }

// quoted puts the name of a matter in quotes, and parenthesised details away.
func quoted(name string) string {
	return "“" + strings.NewReplacer("“", "‘", "”", "’", "(", "（", ")", "）").Replace(name) + "”"
}
