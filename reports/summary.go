package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Summary is what a leader reads when nothing else: three numbers, three
// findings, three asks.
type Summary struct {
	Foreword string   `json:"foreword,omitempty"` // 编者按, by a person
	Figures  []Figure `json:"figures"`
	Findings []string `json:"findings"`
	Asks     []string `json:"asks"`
}

// Figure is one of the numbers on the first page.
type Figure struct {
	Label string `json:"label"`
	Value string `json:"value"`
	Note  string `json:"note"`
}

func (b *builder) summary(m *Month) Summary {
	s := Summary{Figures: b.figures(m), Findings: b.findings(m)}
	for i, ask := range m.Suggestions {
		if i == 3 || ask.Rule {
			break
		}
		s.Asks = append(s.Asks, fmt.Sprintf("请%s%s（%s前；依据：%s）。", join(ask.Who), ask.What, DateText(ask.By), ask.Basis))
	}
	return s
}

func (b *builder) figures(m *Month) []Figure {
	style, v := m.Style, m.Volume
	onTime, before := m.Units.All.OnTime.Raw, m.Units.Before.OnTime.Raw
	satisfied, satisfiedBefore := m.Callback.Total.Satisfied.Raw, m.Units.Before.Satisfied.Raw
	return []Figure{
		{"受理", fmt.Sprintf("%d件", v.Received), strings.ReplaceAll(m.Clauses(v.ReceivedMoM, v.ReceivedYoY), "，", "；")},
		{"按期办结率", style.Rate(onTime), style.pointsOr(m.MoM(), onTime, before)},
		{"群众满意率", style.Rate(satisfied), style.pointsOr(m.MoM(), satisfied, satisfiedBefore)},
	}
}

// pointsOr says how a rate moved, or why that is not said.
func (s Style) pointsOr(by Compared, now, before Rate) string {
	points := s.Points(by, now, before)
	switch {
	case points != "":
		return points
	case now.Known() && before.Known():
		return fmt.Sprintf("件数不足%d件，不与%s比较", s.SmallSample, by.Earlier)
	}
	return "无可比的" + by.Earlier + "数据"
}

// finding is a sentence and how much it matters.
type finding struct {
	text   string
	weight int
}

// findings are the three that matter most, in the order of the report.
func (b *builder) findings(m *Month) []string {
	if m.Volume.Received == 0 {
		return []string{fmt.Sprintf("%s没有受理诉求；办结%d件，%s%d件。", b.words.this, m.Volume.Closed, m.endWord(), m.Volume.CarriedOut)}
	}
	found := []finding{
		b.findConcentration(m), b.findStubborn(m), b.findRising(m), b.findRepeats(m),
		b.findEnforcement(m), b.findLate(m), b.findDissatisfied(m), b.findStock(m), b.findMatters(m), b.findEarly(m),
	}
	found = slices.DeleteFunc(found, func(f finding) bool { return f.text == "" })
	byWeight := slices.Clone(found)
	slices.SortStableFunc(byWeight, func(x, y finding) int { return cmp.Compare(y.weight, x.weight) })
	chosen := byWeight[:min(3, len(byWeight))]
	var out []string
	for _, f := range found {
		if slices.Contains(chosen, f) {
			out = append(out, f.text)
		}
	}
	return out
}

func (b *builder) findConcentration(m *Month) finding {
	items := m.Hot.Items
	if len(items) < 2 || b.few(items[0].Count) {
		return finding{}
	}
	items = items[:min(3, len(items))]
	var parts []string
	for _, item := range items {
		parts = append(parts, fmt.Sprintf("%s%d件", quoted(item.Name), item.Count))
	}
	return finding{fmt.Sprintf("诉求较为集中：%s，前%d类合计占受理总量的%s。", join(parts), len(items), m.Style.Rate(items[len(items)-1].Cumulated)), 50}
}

func (b *builder) findStubborn(m *Month) finding {
	var parts []string
	for i := range m.Hot.Items {
		if item := &m.Hot.Items[i]; item.Has(FlagStubborn) {
			parts = append(parts, fmt.Sprintf("%s（%d个月，%s%d件）", quoted(item.Name), item.Listed, b.words.this, item.Count))
		}
	}
	if len(parts) == 0 {
		return finding{}
	}
	return finding{fmt.Sprintf("反复发生的问题%d类，近%d个月多次进入高频事项：%s%s。", len(parts), m.Hot.Items[0].ListedOf,
		join(parts[:min(3, len(parts))]), andOthers(len(parts), 3)), 70}
}

func (b *builder) findRising(m *Month) finding {
	var parts []string
	for i := range m.Hot.Items {
		if item := &m.Hot.Items[i]; item.Has(FlagRising) {
			parts = append(parts, quoted(item.Name)+m.Style.Clause(m.MoM(), item.MoM))
		}
	}
	for _, item := range m.Hot.Rising {
		parts = append(parts, quoted(item.Name)+m.Style.Clause(m.MoM(), item.MoM))
	}
	if len(parts) == 0 {
		return finding{}
	}
	return finding{fmt.Sprintf("上升较快的问题%d类：%s%s。", len(parts), strings.Join(parts[:min(2, len(parts))], "；"), andOthers(len(parts), 2)), 80}
}

func (b *builder) findRepeats(m *Month) finding {
	r := m.Repeats
	if r.People == 0 && len(r.Groups) == 0 {
		return finding{}
	}
	var parts []string
	if r.People > 0 {
		parts = append(parts, fmt.Sprintf("%d人就同一事项反映%d次以上，涉及工单占%s", r.People, r.Times, m.Style.Rate(r.Share)))
	}
	if len(r.Groups) > 0 {
		parts = append(parts, fmt.Sprintf("群体诉求%d起，人数最多的一起涉及“%s”（%d人）", r.GroupsFound(), r.Groups[0].Object, r.Groups[0].Callers))
	}
	return finding{"重复和群体诉求：" + strings.Join(parts, "；") + "。", 40 + 30*min(1, len(r.Groups))}
}

func (b *builder) findEnforcement(m *Month) finding {
	e := m.Enforcement
	if e.Total.Received == 0 && e.Total.Settled == 0 {
		return finding{}
	}
	weight := 45
	text := fmt.Sprintf("执法类投诉%d件%s，%s", e.Total.Received, m.Style.clause("占", e.Share), m.Style.Clause(m.MoM(), e.MoM))
	if n := len(e.Silent) + e.Hidden; n > 0 {
		weight = 75
		text += fmt.Sprintf("；已办结的还有%d件未告知或未回访", n)
	}
	return finding{text + "。", weight}
}

func (b *builder) findLate(m *Month) finding {
	q := m.Units.All
	if q.Due == 0 {
		return finding{}
	}
	text := fmt.Sprintf("按期办结率%s", m.Style.Rate(q.OnTime.Raw))
	if points := m.Style.Points(m.MoM(), q.OnTime.Raw, m.Units.Before.OnTime.Raw); points != "" {
		text += "，" + points
	}
	weight := 20
	if q.Late+q.OpenLate > 0 {
		text += fmt.Sprintf("；超期%d件，其中%s仍未办结%d件", q.Late+q.OpenLate, m.endOf(), q.OpenLate)
	}
	if q.OnTime.Raw.Value() < b.policy.Rules.OnTimeFloor {
		weight = 85
	}
	return finding{text + "。", weight}
}

func (b *builder) findDissatisfied(m *Month) finding {
	r := m.Callback.Total.Satisfied.Raw
	if !r.Known() {
		return finding{}
	}
	weight := 20
	text := fmt.Sprintf("群众满意率%s", m.Style.Rate(r))
	if d := m.Callback.Dissatisfied; len(d) > 0 {
		text += fmt.Sprintf("，不满意最多的是%s（%d件）", quoted(d[0].Name), d[0].Count)
	}
	if r.Value() < b.policy.Rules.SatisfiedFloor {
		weight = 78
	}
	return finding{text + "。", weight}
}

func (b *builder) findStock(m *Month) finding {
	c := m.Volume.Stock
	weight := 10
	if b.rises(c) {
		weight = 60
	}
	word := "与" + b.words.begin + "持平"
	switch {
	case c.Diff() > 0:
		word = fmt.Sprintf("比%s增加%d件", b.words.begin, c.Diff())
	case c.Diff() < 0:
		word = fmt.Sprintf("比%s减少%d件", b.words.begin, -c.Diff())
	}
	return finding{fmt.Sprintf("办结%d件，%s%d件，%s。", m.Volume.Closed, m.endWord(), m.Volume.CarriedOut, word), weight}
}

func andOthers(n, shown int) string {
	if n > shown {
		return "等"
	}
	return ""
}

// findMatters tells of the matter with most tickets among those that came back.
func (b *builder) findMatters(m *Month) finding {
	items := m.Matters.Items
	if len(items) == 0 {
		return finding{}
	}
	text := fmt.Sprintf("归并出具体事项%d个，最集中的是%s（%d件）", m.Matters.Found, quoted(items[0].Title), items[0].Count)
	weight := 35
	var stubborn []string
	for i := range items {
		if items[i].Has(FlagStubborn) {
			stubborn = append(stubborn, fmt.Sprintf("%s（%d个月）", quoted(items[i].Title), items[i].Months))
		}
	}
	if len(stubborn) > 0 {
		weight = 65
		text += fmt.Sprintf("；近%d个月反复出现的%d个：%s%s", b.policy.Rules.StubbornOf, len(stubborn), join(stubborn[:min(2, len(stubborn))]), andOthers(len(stubborn), 2))
	}
	return finding{text + "。", weight}
}

func (b *builder) findEarly(m *Month) finding {
	e := m.Early.Bursts
	if len(e) == 0 {
		return finding{}
	}
	return finding{fmt.Sprintf("每日件数超出预期的苗头%d处，最突出的是%s%s%s：%d件，预期%.1f件。",
		len(e), burstSpan(e[0]), e[0].County, quoted(e[0].Name), e[0].Count, e[0].Expected), 55}
}
