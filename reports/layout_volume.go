package reports

import (
	"fmt"
	"strconv"

	"huiyin/reports/paper"
)

// endOf names the end of the period: a month in progress has none yet.
func (m *Month) endOf() string {
	if m.Complete {
		return m.words().end
	}
	return "目前"
}

// trendSpan is how long the trend is: 13个月.
func (m *Month) trendSpan() string {
	return strconv.Itoa(len(m.Volume.Trend)) + m.words().unit
}

func (m *Month) endWord() string { return m.endOf() + "在办" }

func (l *layout) volume() {
	v, s := l.m.Volume, l.s
	mom, yoy := l.m.MoM(), l.m.YoY()
	l.text("%s受理%d件，%s；其中有效诉求%d件（不予受理%d件、并单%d件除外）。办结%d件，%s。%s结转在办%d件，%s%d件。%s",
		l.w.this, v.Received, l.m.Clauses(v.ReceivedMoM, v.ReceivedYoY), v.Valid, v.Rejected, v.Merged,
		v.Closed, s.Clause(mom, v.ClosedMoM), l.w.earlier, v.CarriedIn, l.m.endWord(), v.CarriedOut, l.yearSoFar())
	l.table("总体情况", "总体情况（件）", []paper.Column{
		textColumn("指标", 10), numberColumn(l.w.this, 7), numberColumn(mom.Earlier, 7), numberColumn(l.m.MoM().Word, 9),
		numberColumn(yoy.Earlier, 8), numberColumn(l.m.YoY().Word, 9),
	}, l.volumeRows())
	l.note("结转核对：上期结转在办%d＋受理%d＝办结%d＋并单或移送%d＋%s%d。", v.CarriedIn, v.Received, v.Closed, v.Left, l.m.endWord(), v.CarriedOut)
	if v.RedoneInWork > 0 {
		l.note("另有%d件办结后退回重新办理、尚在办理中，不重复计入受理和在办。", v.RedoneInWork)
	}
	if v.Joint > 0 {
		l.note("涉及协办的%d件；主办、协办各计一次为%d件次，大于受理件数系协办重复计算。", v.Joint, v.JointTimes)
	}
	if l.m.Earlier > 0 {
		l.trend()
	}
}

func (l *layout) volumeRows() []paper.Row {
	v, s := l.m.Volume, l.s
	rows := []paper.Row{
		l.changes("受理", v.ReceivedMoM, v.ReceivedYoY),
		l.changes("办结", v.ClosedMoM, v.ClosedYoY),
		cells(textCell(l.w.earlier+"结转在办"), countCell(v.CarriedIn), textCell(""), textCell(""), textCell(""), textCell("")),
		cells(textCell(l.m.endWord()), countCell(v.CarriedOut), countCell(v.CarriedIn), s.changeCell(v.Stock), textCell(""), textCell("")),
	}
	if l.m.Period.Kind != OfYear {
		rows = append(rows, cells(textCell("今年累计受理"), countCell(v.YearToDate.Now), textCell(""), textCell(""), known(v.YearToDate), s.changeCell(v.YearToDate)))
	}
	return rows
}

// yearSoFar says nothing in the report of a year, which says it already.
func (l *layout) yearSoFar() string {
	c := l.m.Volume.YearToDate
	if l.m.Period.Kind == OfYear {
		return ""
	}
	return fmt.Sprintf("%d年以来累计受理%d件，%s。", l.m.Period.Last.Start().Year(), c.Now, yearClause(l.s, c))
}

func yearClause(s Style, c Change) string {
	switch {
	case !c.Known:
		return "无去年同期数据"
	case c.Diff() == 0:
		return "与去年同期持平"
	}
	return s.Clause(Compared{Word: "比去年同期", Earlier: "去年同期"}, c)
}

func known(c Change) paper.Cell {
	if !c.Known {
		return textCell("")
	}
	return countCell(c.Before)
}

func (l *layout) changes(name string, mom, yoy Change) paper.Row {
	return cells(textCell(name), countCell(mom.Now), known(mom), l.s.changeCell(mom), known(yoy), l.s.changeCell(yoy))
}

func (l *layout) trend() {
	stock := l.w.end + "在办"
	c := paper.Chart{Kind: paper.Lines, Title: "近" + l.m.trendSpan() + "受理、办结与" + stock, Unit: "件"}
	series := []paper.Series{{Name: "受理"}, {Name: "办结"}, {Name: stock, Dashed: true}}
	known := 0
	for _, p := range l.m.Volume.Trend {
		c.Categories = append(c.Categories, p.Label)
		if p.Known {
			known++
		}
		for i, n := range []int{p.Received, p.Closed, p.Open} {
			series[i].Values = append(series[i].Values, float64(n))
			series[i].Gap = append(series[i].Gap, !p.Known)
		}
	}
	c.Series = series
	c.Alt = fmt.Sprintf("折线图：%d%s的受理、办结和%s件数，%s受理%d件、办结%d件。", known, l.w.unit, stock, l.w.this, l.m.Volume.Received, l.m.Volume.Closed)
	l.add(c)
}

func (l *layout) sources() {
	src, s := l.m.Sources, l.s
	if src.Total == 0 {
		l.nothing("受理")
		return
	}
	lead := src.Kinds[0]
	for _, k := range src.Kinds {
		if k.Count > lead.Count {
			lead = k
		}
	}
	if lead.Count == src.Total {
		l.text("%d件均为%s，来自%d个渠道。", src.Total, lead.Name, src.used())
	} else {
		l.kindsAndDoors(lead)
	}
	columns := []paper.Column{textColumn("渠道", 10)}
	for _, k := range src.Kinds {
		columns = append(columns, numberColumn(k.Name, 9))
	}
	columns = append(columns, numberColumn("合计", 9), numberColumn("占比", 8), numberColumn(l.m.MoM().Word, 9), numberColumn(l.m.YoY().Word, 9))
	var rows []paper.Row
	for _, c := range src.Channels {
		row := cells(textCell(c.Name))
		for _, n := range c.Counts {
			row.Cells = append(row.Cells, countCell(n))
		}
		row.Cells = append(row.Cells, countCell(c.Count), s.shareCell(c.Share), s.changeCell(c.MoM), s.changeCell(c.YoY))
		rows = append(rows, row)
	}
	rows = append(rows, l.kindTotals("合计", func(k KindRow) paper.Cell { return countCell(k.Count) }, countCell(src.Total), whole(),
		s.changeCell(l.m.Volume.ReceivedMoM), s.changeCell(l.m.Volume.ReceivedYoY)))
	rows = append(rows,
		l.kindTotals("占比", func(k KindRow) paper.Cell { return s.shareCell(k.Share) }, whole(), textCell(""), textCell(""), textCell("")),
		l.kindTotals(l.m.MoM().Word, func(k KindRow) paper.Cell { return s.changeCell(k.MoM) }, s.changeCell(l.m.Volume.ReceivedMoM), textCell(""), textCell(""), textCell("")))
	l.table("来源与类型", fmt.Sprintf("来源渠道与诉求类型（件，占比的分母为受理总量%d件）", src.Total), columns, rows)
	l.add(l.kindChart())
}

func (l *layout) kindsAndDoors(lead KindRow) {
	src, s := l.m.Sources, l.s
	l.text("按诉求类型，%s最多，为%s，%s。按来源渠道，共%d个渠道有诉求进入。", lead.Name, s.Rate(lead.Share), s.Clause(l.m.MoM(), lead.MoM), src.used())
}

func (l *layout) kindTotals(name string, each func(KindRow) paper.Cell, rest ...paper.Cell) paper.Row {
	row := totals(textCell(name))
	for _, k := range l.m.Sources.Kinds {
		row.Cells = append(row.Cells, each(k))
	}
	row.Cells = append(row.Cells, rest...)
	return row
}

func (l *layout) kindChart() paper.Chart {
	src := l.m.Sources
	c := paper.Chart{Kind: paper.Stacked, Title: "各渠道诉求类型构成", Unit: "件",
		Alt: fmt.Sprintf("堆积柱形图：%d个渠道、%d种诉求类型的件数，合计%d件。", len(src.Channels), len(src.Kinds), src.Total)}
	for _, ch := range src.Channels {
		c.Categories = append(c.Categories, ch.Name)
	}
	for i, k := range src.Kinds {
		series := paper.Series{Name: k.Name}
		for _, ch := range src.Channels {
			series.Values = append(series.Values, float64(ch.Counts[i]))
		}
		c.Series = append(c.Series, series)
	}
	return c
}

func (l *layout) areas() {
	a, s := l.m.Areas, l.s
	if a.Total == 0 {
		l.nothing("受理")
		return
	}
	first := a.Rows[0]
	switch names := leaders(len(a.Rows), func(i int) (string, int) { return a.Rows[i].Name, a.Rows[i].Count }); {
	case len(a.Rows) == 1:
		l.text("%d件均来自%s，%s。", a.Total, first.Name, l.m.Clauses(first.MoM, first.YoY))
	case len(names) > 1:
		l.text("诉求最多的是%s，各%s；未明确地点的%s。", join(names), s.Rate(first.Share), s.Rate(a.Unplaced))
	default:
		l.text("诉求最多的是%s，%s，%s；未明确地点的%s。", first.Name, s.Rate(first.Share), s.Clause(l.m.MoM(), first.MoM), s.Rate(a.Unplaced))
	}
	var rows []paper.Row
	heat := paper.Heat{Title: "地区与事项大类分布（件）", Sheet: "地区事项交叉", Columns: a.Groups,
		Alt: fmt.Sprintf("色阶表：%d个地区、%d个事项大类的件数。", len(a.Rows), len(a.Groups))}
	for _, r := range a.Rows {
		rows = append(rows, cells(textCell(r.Name), countCell(r.Count), s.shareCell(r.Share), s.changeCell(r.MoM), s.changeCell(r.YoY)))
		heat.Rows = append(heat.Rows, r.Name)
		heat.Values = append(heat.Values, r.Counts)
	}
	rows = append(rows, totals(textCell("合计"), countCell(a.Total), whole(), s.changeCell(l.m.Volume.ReceivedMoM), s.changeCell(l.m.Volume.ReceivedYoY)))
	l.table("地区分布", fmt.Sprintf("地区分布（件，占比的分母为受理总量%d件）", a.Total), []paper.Column{
		textColumn("地区", 12), numberColumn("件数", 8), numberColumn("占比", 9), numberColumn(l.m.MoM().Word, 9), numberColumn(l.m.YoY().Word, 9)}, rows)
	if len(a.Groups) > 1 { // of one group the table above says the same
		l.add(heat)
	}
}

// leaders are the names that share the first place of a sorted list.
func leaders(n int, at func(int) (string, int)) []string {
	var names []string
	_, most := at(0)
	for i := range n {
		name, count := at(i)
		if count < most {
			break
		}
		names = append(names, name)
	}
	return names
}

func (l *layout) fields() {
	f, s := l.m.Fields, l.s
	if f.Total == 0 {
		l.nothing("受理")
		return
	}
	var rows []paper.Row
	for _, field := range f.Rows {
		rows = append(rows, totals(textCell(field.Name), countCell(field.Count), s.shareCell(field.Share), s.changeCell(field.MoM), s.changeCell(field.YoY)))
	}
	if names := leaders(len(f.Rows), func(i int) (string, int) { return f.Rows[i].Name, f.Rows[i].Count }); len(names) > 1 {
		l.text("按业务领域，%s最多，各%s。", join(names), s.Rate(f.Rows[0].Share))
	} else if f.Rows[0].Count == f.Total {
		l.text("%d件均属%s领域，%s。", f.Total, f.Rows[0].Name, s.Clause(l.m.MoM(), f.Rows[0].MoM))
	} else {
		l.text("按业务领域，%s最多，为%s，%s。", f.Rows[0].Name, s.Rate(f.Rows[0].Share), s.Clause(l.m.MoM(), f.Rows[0].MoM))
	}
	for i := range rows {
		rows[i].Total = false
	}
	rows = append(rows, totals(textCell("合计"), countCell(f.Total), whole(), s.changeCell(l.m.Volume.ReceivedMoM), s.changeCell(l.m.Volume.ReceivedYoY)))
	l.table("业务领域", fmt.Sprintf("业务领域（件，占比的分母为受理总量%d件）", f.Total), []paper.Column{
		textColumn("业务领域", 12), numberColumn("件数", 8), numberColumn("占比", 9), numberColumn(l.m.MoM().Word, 9), numberColumn(l.m.YoY().Word, 9)}, rows)
	l.otherNote()
	l.add(l.itemChart())
	l.note("各领域事项的件数、占比和位次变化见附件2。")
}

func (l *layout) otherNote() {
	f := l.m.Fields
	if f.Other.Num == 0 {
		return
	}
	text := fmt.Sprintf("归不进具体事项的“其他”类%s（不是业务领域中的“其他”）", l.s.Rate(f.Other))
	if f.OverLimit {
		text += fmt.Sprintf("，超过%s，构成为：", l.s.Percent(f.Limit))
	} else {
		text += "，构成为："
	}
	for i, p := range f.OtherParts {
		if i > 0 {
			text += "；"
		}
		text += counted(p.Name, p.Count)
	}
	l.text("%s。", text)
}

// itemChart shows the ten commonest items.
func (l *layout) itemChart() paper.Chart {
	var items []Item
	for _, f := range l.m.Fields.Rows {
		items = append(items, f.Items...)
	}
	items = mostFirst(items)
	items = items[:min(10, len(items))]
	c := paper.Chart{Kind: paper.Bars, Title: "件数前" + strconv.Itoa(len(items)) + "位的事项", Unit: "件"}
	var now, before []float64
	for _, it := range items {
		c.Categories = append(c.Categories, shorten(it.Name, 14))
		now = append(now, float64(it.Count))
		before = append(before, float64(it.MoM.Before))
	}
	c.Series = []paper.Series{{Name: l.w.this, Values: now}}
	if l.m.Earlier > 0 {
		c.Series = append(c.Series, paper.Series{Name: l.m.MoM().Earlier, Values: before})
	}
	c.Alt = fmt.Sprintf("条形图：件数最多的%d个事项%s与%s的件数。", len(items), l.w.this, l.m.MoM().Earlier)
	return c
}
