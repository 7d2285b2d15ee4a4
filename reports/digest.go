package reports

import (
	"cmp"
	"fmt"
	"slices"

	"huiyin/reports/paper"
)

// PublicPaper is what everybody may read of a report: totals, doors, fields and
// leading matters, no unit, no ticket, no text of a person. A group of fewer
// than the policy's number is never shown: it is put together with others.
func (m *Month) PublicPaper(p *Policy) *paper.Paper {
	d := &digest{layout: layout{m: m, s: m.Style, w: m.words()}, least: p.Rules.PublicMinimum}
	doc := &paper.Paper{
		Title: m.Head.Title + "（公开摘要）", Issue: m.Head.Issue, Organ: m.Head.Organ, Period: m.Head.Period, Date: m.Head.Date,
		Made: m.BuiltAt, Decimals: m.Style.Decimals,
	}
	if m.Samples > 0 {
		doc.Stamp, doc.Marks = "样例数据", m.Head.Marks[:1]
	}
	if e := m.Edition; e != nil && e.N > 1 {
		doc.Marks = append(doc.Marks, fmt.Sprintf("更正版：本版替代第%d版。", e.N-1))
	}
	doc.Figures = d.figures()
	d.section("总体情况")
	d.totals()
	switch {
	case m.Period.Kind != OfMonth:
		// a group's count less those of the months would be what a month hides
		d.text("来源、业务领域和集中反映的事项见各月的公开摘要。")
	case d.enough(m.Volume.Received):
		d.groups()
	}
	d.section("整改情况")
	d.rectified()
	d.section("说明")
	d.text("不足%d件的分组合并列入“其他”，不公开单位和个人的信息。百分率后的括号内为分子／分母。", d.least)
	doc.Blocks = d.blocks
	return doc
}

// digest lays out what is public.
type digest struct {
	layout
	least int
}

func (d *digest) section(title string) {
	d.layout.section++
	d.add(paper.Heading{Level: 1, Text: numerals[d.layout.section-1] + "、" + title})
}

func (d *digest) enough(n int) bool { return n >= d.least }

// figures leaves out a rate of so few that it could be told of whom.
func (d *digest) figures() []paper.Figure {
	v := d.m.Volume
	out := []paper.Figure{{Label: "受理", Value: d.count(v.Received), Note: d.clause(v.ReceivedMoM)}}
	for _, f := range []struct {
		label string
		rate  Rate
	}{{"按期办结率", d.m.Units.All.OnTime.Raw}, {"群众满意率", d.m.Callback.Total.Satisfied.Raw}} {
		if d.enough(f.rate.Num) && (f.rate.Num == f.rate.Den || d.enough(f.rate.Den-f.rate.Num)) {
			out = append(out, paper.Figure{Label: f.label, Value: d.s.Rate(f.rate)})
		}
	}
	return out
}

// count is a number, or that it is too small to be published.
func (d *digest) count(n int) string {
	if n > 0 && !d.enough(n) {
		return fmt.Sprintf("不足%d件", d.least)
	}
	return fmt.Sprintf("%d件", n)
}

// clause is empty where the change would tell a number that is too small.
func (d *digest) clause(c Change) string {
	if !d.enough(c.Now) || c.Known && !d.enough(c.Before) {
		return ""
	}
	return d.s.Clause(d.m.MoM(), c)
}

func (d *digest) totals() {
	v := d.m.Volume
	d.text("%s受理%s%s；办结%s%s。", d.w.this, d.count(v.Received), comma(d.clause(v.ReceivedMoM)), d.count(v.Closed), comma(d.clause(v.ClosedMoM)))
}

// groups are the doors, the fields and the leading matters.
func (d *digest) groups() {
	n := d.m.Volume.Received
	d.section("从哪里来")
	d.table("来源", fmt.Sprintf("来源（件，占比的分母为受理总量%d件）", n), d.columns("来源"), d.rows(d.merge(channelCounts(d.m))))
	fields, rest := d.merge(fieldCounts(d.m))
	d.section("反映什么")
	d.table("业务领域", fmt.Sprintf("业务领域（件，占比的分母为受理总量%d件）", n), d.columns("业务领域"), d.rows(fields, rest))
	d.matters(d.safe(fields, rest))
}

func (d *digest) columns(first string) []paper.Column {
	return []paper.Column{textColumn(first, 20), numberColumn("件数", 8), numberColumn("占比", 8)}
}

const publicRest = "其他"

// merge puts groups of too few together, and the next smallest with them until
// they are enough: one small group beside the total could be worked out.
func (d *digest) merge(counts []Count) (kept []Count, rest int) {
	kept = slices.DeleteFunc(slices.Clone(counts), func(c Count) bool {
		if c.Name == publicRest || !d.enough(c.Count) {
			rest += c.Count
			return true
		}
		return false
	})
	slices.SortStableFunc(kept, func(x, y Count) int { return cmp.Compare(y.Count, x.Count) })
	for rest > 0 && !d.enough(rest) && len(kept) > 0 {
		rest += kept[len(kept)-1].Count
		kept = kept[:len(kept)-1]
	}
	return kept, rest
}

func (d *digest) rows(kept []Count, rest int) []paper.Row {
	total := rest
	for _, c := range kept {
		total += c.Count
	}
	var out []paper.Row
	for _, c := range kept {
		out = append(out, cells(textCell(c.Name), countCell(c.Count), d.s.shareCell(Rate{c.Count, total})))
	}
	if rest > 0 {
		out = append(out, cells(textCell(publicRest), countCell(rest), d.s.shareCell(Rate{rest, total})))
	}
	return append(out, totals(textCell("合计"), countCell(total), whole()))
}

// safe are the leading matters of enough tickets. Of each published row of the
// fields, what its named matters leave over must be nothing or enough as well,
// or it could be worked out: the smallest matter of such a row is left out
// until it is so.
func (d *digest) safe(fields []Count, rest int) []HotItem {
	left := map[string]int{publicRest: rest}
	for _, f := range fields {
		left[f.Name] = f.Count
	}
	rowOf := map[string]string{}
	for _, f := range d.m.Fields.Rows {
		for _, i := range f.Items {
			if rowOf[i.Code] = publicRest; left[f.Name] > 0 && f.Name != publicRest {
				rowOf[i.Code] = f.Name
			}
		}
	}
	var out []HotItem
	for _, i := range d.m.Hot.Items {
		if d.enough(i.Count) && (!i.Enforcement || i.Callers >= d.least) {
			out = append(out, i)
			left[rowOf[i.Code]] -= i.Count
		}
	}
	for n := len(out) - 1; n >= 0; n-- { // the smallest first
		row := rowOf[out[n].Code]
		if over := left[row]; over > 0 && !d.enough(over) {
			left[row] += out[n].Count
			out = slices.Delete(out, n, n+1)
		}
	}
	return out
}

func channelCounts(m *Month) []Count {
	var out []Count
	for _, c := range m.Sources.Channels {
		out = append(out, Count{Name: c.Name, Count: c.Count})
	}
	return out
}

func fieldCounts(m *Month) []Count {
	var out []Count
	for _, f := range m.Fields.Rows {
		out = append(out, Count{Name: f.Name, Count: f.Count})
	}
	return out
}

func (d *digest) matters(items []HotItem) {
	var rows []paper.Row
	for _, i := range items {
		rows = append(rows, cells(textCell(i.Name), countCell(i.Count), d.s.shareCell(i.Share), textCell(flagText(i.Flags))))
	}
	d.section("集中反映的事项")
	if len(rows) == 0 {
		d.text("没有达到公开件数的集中事项。")
		return
	}
	d.table("高频事项", fmt.Sprintf("集中反映的事项（件，占比的分母为受理总量%d件）", d.m.Hot.Total), []paper.Column{
		textColumn("事项", 20), numberColumn("件数", 7), numberColumn("占比", 8), textColumn("趋势", 8)}, rows)
}

func (d *digest) rectified() {
	x := d.m.Measures
	if len(x.Rows) == 0 {
		d.text("整改台账没有在列事项（0项）。")
		return
	}
	d.text("突出问题整改在列%d项：在办%d项，其中超期%d项；本期办结销号%d项。经批准公开的事项见“突出问题整改”。", len(x.Rows), x.Open, x.Overdue, x.Closed)
}
