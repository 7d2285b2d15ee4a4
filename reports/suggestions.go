package reports

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"huiyin/ticket"
)

// Suggestion is section 14: who does what by when, and the number behind it.
type Suggestion struct {
	Who   []string    `json:"who"`
	What  string      `json:"what"`
	Basis string      `json:"basis"`
	By    ticket.Date `json:"by"`
	// Rule is true for a proposal to change a rule rather than to act.
	Rule bool `json:"rule"`
	// Written is true when a person wrote it: What is then the whole sentence.
	Written bool `json:"written,omitempty"`
}

// desk is who runs the hotline: classification, callback and merging are its work.
const desk = "局指挥中心"

// suggestions follow from the month's numbers, the most pressing first.
func (b *builder) suggestions(m *Month) []Suggestion {
	stubborn := b.onStubborn(m)
	out := slices.Clone(stubborn[:min(1, len(stubborn))])
	out = append(out, b.onSilence(m)...)
	out = append(out, b.onUnits(m)...)
	out = append(out, b.onRising(m)...)
	out = append(out, stubborn[min(1, len(stubborn)):]...)
	out = append(out, b.onGroups(m)...)
	out = append(out, b.onStock(m)...)
	out = append(out, b.onClassification(m)...)
	if len(out) < 3 {
		out = append(out, b.onLeading(m)...)
	}
	return append(out, b.onRules(m)...)
}

// nextSheet is the day on which the units report what they did.
func (b *builder) nextSheet() ticket.Date {
	return ticket.DateOf(b.lastMonth().Add(1).Start().AddDate(0, 0, b.policy.Rules.UnitSheetDay-1))
}

func (b *builder) onStubborn(m *Month) []Suggestion {
	var out []Suggestion
	for i := range m.Cards {
		c := &m.Cards[i]
		if !c.Item.Has(FlagStubborn) || b.few(c.Item.Count) || len(out) == 3 {
			continue
		}
		out = append(out, b.onCard(c, "对反复发生的"+quoted(c.Item.Name)+"开展专项治理",
			fmt.Sprintf("近%d个月有%d个月进入高频事项，%s%d件", c.Item.ListedOf, c.Item.Listed, b.words.this, c.Item.Count)))
	}
	return out
}

func (b *builder) onRising(m *Month) []Suggestion {
	var out []Suggestion
	for i := range m.Cards {
		c := &m.Cards[i]
		if c.Item.Has(FlagStubborn) || !c.Item.Has(FlagRising) || b.few(c.Item.Count) || len(out) == 2 {
			continue
		}
		out = append(out, b.onCard(c, "查明"+quoted(c.Item.Name)+"上升的原因并报告",
			fmt.Sprintf("%s%d件，%s", b.words.this, c.Item.Count, m.Style.Clause(m.MoM(), c.Item.MoM))))
	}
	return out
}

// onLeading fills up a quiet month with its leading matter.
func (b *builder) onLeading(m *Month) []Suggestion {
	for i := range m.Cards {
		c := &m.Cards[i]
		if !c.Item.Has(FlagStubborn) && !c.Item.Has(FlagRising) && !b.few(c.Item.Count) {
			return []Suggestion{b.onCard(c, "对件数居首的"+quoted(c.Item.Name)+"分析成因、落实措施",
				fmt.Sprintf("%s%d件，占%s", b.words.this, c.Item.Count, m.Style.Rate(c.Item.Share)))}
		}
	}
	return nil
}

func (b *builder) onCard(c *Card, what, basis string) Suggestion {
	if len(c.Cause.Measures) > 0 {
		what += "，建议措施：“" + strings.TrimSuffix(c.Cause.Measures[0], "。") + "”"
	}
	if c.Lead == "" && c.Waiting > 0 {
		what = fmt.Sprintf("先分派%d件在办工单，再由承办单位%s", c.Waiting, what)
	}
	return Suggestion{Who: []string{c.leadName()}, What: what, Basis: basis, By: c.Deadline}
}

// few is true of so few tickets that they prove nothing to a leader.
func (b *builder) few(n int) bool { return n < b.policy.Rules.RankMinimum }

func (b *builder) onSilence(m *Month) []Suggestion {
	n := len(m.Enforcement.Silent) + m.Enforcement.Hidden
	if n == 0 {
		return nil
	}
	told, called := m.Enforcement.Total.Told, m.Enforcement.Total.CalledBack
	return []Suggestion{{
		Who: []string{desk, "有关承办单位"}, By: b.nextSheet(),
		What:  fmt.Sprintf("对%d件尚未告知或尚未回访的执法类投诉逐件补办，做到件件有回音", n),
		Basis: fmt.Sprintf("告知率%s，回访率%s", m.Style.Rate(told), m.Style.Rate(called)),
	}}
}

// below are the units under a floor, the lowest first.
type below struct {
	floor float64
	rows  []UnitRow
	rate  func(UnitRow) Rate
}

func belowFloor(rows []UnitRow, floor float64, minimum int, rate func(UnitRow) Rate) below {
	out := below{floor: floor, rate: rate}
	for _, row := range rows {
		if r := rate(row); r.Den >= max(1, minimum) && r.Value() < floor {
			out.rows = append(out.rows, row)
		}
	}
	slices.SortStableFunc(out.rows, func(x, y UnitRow) int { return cmp.Compare(rate(x).Value(), rate(y).Value()) })
	return out
}

// named names three at most: a longer list stands in the table of the units.
const named = 3

func (u below) who() []string {
	var names []string
	for _, row := range u.rows[:min(named, len(u.rows))] {
		names = append(names, row.Short)
	}
	if n := len(u.rows); n > named {
		names[named-1] += fmt.Sprintf("等%d个单位", n)
	}
	return names
}

func (u below) basis(s Style, what string) string {
	var parts []string
	for _, row := range u.rows[:min(named, len(u.rows))] {
		parts = append(parts, row.Short+s.Rate(u.rate(row)))
	}
	text := fmt.Sprintf("%s低于%s的有%d个单位：%s", what, s.Percent(u.floor), len(u.rows), join(parts))
	if len(u.rows) > named {
		text += "等"
	}
	return text
}

func (b *builder) onUnits(m *Month) []Suggestion {
	rules, rows := b.policy.Rules, m.Units.Ranked()
	var out []Suggestion
	late := belowFloor(rows, rules.OnTimeFloor, 1, func(r UnitRow) Rate { return r.OnTime.Adjusted })
	if len(late.rows) > 0 {
		what, openLate := "逐件说明超期原因，落实到人", 0
		for _, row := range late.rows {
			openLate += row.OpenLate
		}
		if openLate > 0 {
			what += fmt.Sprintf("，超期未结的%d件限期办结", openLate)
		}
		out = append(out, Suggestion{Who: late.who(), What: what, By: b.nextSheet(), Basis: late.basis(m.Style, "按期办结率")})
	}
	if all := m.Units.All.OnTime.Adjusted; len(late.rows) == 0 && !b.few(all.Den) && all.Value() < rules.OnTimeFloor {
		// no unit has enough due to be named, and all together are late
		out = append(out, Suggestion{
			Who: []string{desk, "有关承办单位"}, By: b.nextSheet(), What: "逐件查明超期原因，紧盯到期工单提前提醒",
			Basis: fmt.Sprintf("按期办结率%s，低于%s；各单位应办结均不足%d件或均达标，不逐一点名", m.Style.Rate(all), m.Style.Percent(rules.OnTimeFloor), rules.RankMinimum),
		})
	}
	unhappy := belowFloor(rows, rules.SatisfiedFloor, rules.RankMinimum, func(r UnitRow) Rate { return r.Satisfied.Adjusted })
	if len(unhappy.rows) > 0 {
		out = append(out, Suggestion{Who: unhappy.who(), What: "对回访不满意的工单逐件复核，属办理质量问题的重新办理", By: b.nextSheet(),
			Basis: unhappy.basis(m.Style, "群众满意率")})
	}
	return out
}

func (b *builder) onGroups(m *Month) []Suggestion {
	if len(m.Repeats.Groups) == 0 {
		return nil
	}
	g := m.Repeats.Groups[0]
	who := []string{desk}
	if len(g.Units) > 0 && g.Units[0].Code != "" {
		who = []string{g.Units[0].Name}
	}
	return []Suggestion{{
		Who: who, By: b.nextSheet(),
		What:  fmt.Sprintf("就“%s”的群体诉求并案调查、统一答复", g.Object),
		Basis: fmt.Sprintf("%d天内%d人反映，共%d件；%s此类群体诉求%d起", m.Repeats.GroupDays, g.Callers, g.Tickets, b.words.this, m.Repeats.GroupsFound()),
	}}
}

// onStock speaks up when the stock grew by the ratio that counts as a rise.
func (b *builder) onStock(m *Month) []Suggestion {
	if c := m.Volume.Stock; !b.rises(c) || b.few(c.Diff()) {
		return nil
	}
	return []Suggestion{{
		Who: []string{desk, "各承办单位"}, By: b.nextSheet(), What: "清理在办工单，按到期先后排出办结计划",
		Basis: fmt.Sprintf("%s%d件，比%s增加%d件", m.endWord(), m.Volume.CarriedOut, b.words.begin, m.Volume.Stock.Diff()),
	}}
}

func (b *builder) onClassification(m *Month) []Suggestion {
	if !m.Fields.OverLimit || b.few(m.Fields.Total) {
		return nil
	}
	var parts []string
	for _, p := range m.Fields.OtherParts {
		parts = append(parts, counted(p.Name, p.Count))
	}
	return []Suggestion{{
		Who: []string{desk}, By: b.nextSheet(), What: "补充分类目录和关键词，复核归入“其他”的工单",
		Basis: fmt.Sprintf("“其他”占%s，超过%s：%s", m.Style.Rate(m.Fields.Other), m.Style.Percent(m.Fields.Limit), listed(parts)),
	}}
}

// onRules proposes to change rules where a matter stays although it is handled.
func (b *builder) onRules(m *Month) []Suggestion {
	var out []Suggestion
	for i := range m.Cards {
		c := &m.Cards[i]
		if !c.Item.Has(FlagStubborn) || len(c.Cause.Institutional) == 0 || b.few(c.Item.Count) || len(out) == 3 {
			continue
		}
		out = append(out, Suggestion{
			Rule: true, Who: []string{c.leadName()}, By: c.Deadline,
			What:  "针对" + quoted(c.Item.Name) + "的制度原因（" + strings.Join(c.Cause.Institutional, "；") + "）提出修订意见",
			Basis: fmt.Sprintf("近%d个月有%d个月进入高频事项", c.Item.ListedOf, c.Item.Listed),
		})
	}
	return out
}

// target proposes the number by which success would be seen: fewer than the
// mean of the last three periods by the ratio that the policy calls a change.
// So few that a rank says nothing make no number either.
func (b *builder) target(item HotItem) string {
	n, total := 0, 0
	for _, c := range item.Trend[max(0, len(item.Trend)-3):] {
		if c >= 0 {
			n++
			total += c
		}
	}
	w := b.words
	mean := float64(total) / float64(n)
	goal := int(mean * (1 - b.policy.Rules.RiseRatio))
	if b.few(item.Count) || goal < 1 {
		return fmt.Sprintf("件数少（近%d%s共%d件），不定降幅，以查实的问题整改到位、同一来电人不再反映为准", n, w.unit, total)
	}
	return fmt.Sprintf("近%d%s%s%.1f件，目标降到%s%d件以下", n, w.unit, w.mean, mean, w.each, goal)
}
