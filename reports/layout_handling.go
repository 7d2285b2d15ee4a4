package reports

import (
	"fmt"

	"huiyin/reports/paper"
)

func (l *layout) enforcement() {
	e, s := l.m.Enforcement, l.s
	if e.Total.Received == 0 && e.Total.Settled == 0 {
		l.nothing("受理和办结的执法类投诉均为")
		return
	}
	t := e.Total
	l.text("%s受理执法类投诉%d件%s，%s。答复办结%d件，其中经承办单位办理%d件：查实%d件、不属实%d件、未作认定%d件。移送纪检%d件%s%s%s%s。",
		l.w.this, t.Received, s.clause("占受理总量", e.Share), l.m.Clauses(e.MoM, e.YoY), t.Settled, t.Settled-t.Elsewhere,
		t.Substantiated, t.Unsubstantiated, t.Unsaid, e.HandedOver,
		s.clause("告知诉求人", t.Told), s.clause("回访", t.CalledBack), unreachable(t), s.clause("满意率", t.Satisfied))
	var rows []paper.Row
	for _, r := range e.Rows {
		rows = append(rows, l.enforcementRow(r, false))
	}
	rows = append(rows, l.enforcementRow(t, true))
	l.table("执法类投诉", "执法类投诉（件）", []paper.Column{
		textColumn("类别", 14), numberColumn("受理", 5), numberColumn(l.m.MoM().Word, 8), numberColumn("办结", 5), numberColumn("查实", 5),
		rateColumn("告知率", 9), rateColumn("回访率", 9), rateColumn("满意率", 9),
	}, rows)
	if len(e.Rows) > 1 {
		l.add(l.enforcementChart())
	}
	if len(e.Units) > 0 {
		l.text("涉及主办单位：%s。", countsText(e.Units[:min(8, len(e.Units))]))
	}
	l.silence()
}

func unreachable(t EnforcementRow) string {
	if !t.CalledBack.Known() {
		return ""
	}
	return fmt.Sprintf("（含多次联系不上%d件）", t.Unreachable)
}

func (l *layout) enforcementRow(r EnforcementRow, total bool) paper.Row {
	s := l.s
	row := cells(textCell(r.Name), countCell(r.Received), s.changeCell(r.MoM), countCell(r.Settled), countCell(r.Substantiated),
		s.floored(r.Told, 1), s.floored(r.CalledBack, 1), s.rateCell(r.Satisfied))
	row.Total = total
	return row
}

func (l *layout) enforcementChart() paper.Chart {
	c := paper.Chart{Kind: paper.Bars, Title: "执法类投诉构成", Unit: "件", Alt: fmt.Sprintf("条形图：执法类投诉各类别的件数，合计%d件。", l.m.Enforcement.Total.Received)}
	var now, before []float64
	for _, r := range l.m.Enforcement.Rows {
		c.Categories = append(c.Categories, shorten(r.Name, 14))
		now = append(now, float64(r.Received))
		before = append(before, float64(r.MoM.Before))
	}
	c.Series = []paper.Series{{Name: l.w.this, Values: now}}
	if l.m.Earlier > 0 {
		c.Series = append(c.Series, paper.Series{Name: l.m.MoM().Earlier, Values: before})
	}
	return c
}

func (l *layout) silence() {
	e := l.m.Enforcement
	n := len(e.Silent) + e.Hidden
	if n == 0 {
		if e.Total.Told.Known() {
			l.text("经承办单位办理的%d件已全部告知、全部回访，没有遗漏（0件）。", e.Total.Told.Den)
		}
		return
	}
	l.text("办结后尚未告知或尚未回访的%d件，工单编号见附件4；其中保密件%d件不列编号，由%s专人跟踪。", n, e.Hidden, desk)
}

func (l *layout) units() {
	u := l.m.Units
	q := u.All
	if q.Received+q.Due+q.Settled == 0 {
		l.text("%s各单位受理、应办结和答复办结的工单均为0件，无办理质量数据。", l.w.this)
		return
	}
	l.handled(q)
	l.subheading("考核指标（12328口径）")
	l.indicators()
	l.subheading("办理时限")
	l.unitTable("单位时限", "各承办单位办理时限（件）", []paper.Column{
		textColumn("单位", 9), numberColumn("受理", 5), numberColumn("应办结", 6), numberColumn("按期", 5), numberColumn("超期办结", 5),
		numberColumn("超期未结", 5), rateColumn("按期办结率", 9), rateColumn("按期办结率（调整）", 9), numberColumn("档次", 8),
	}, l.limitsRow)
	if u.NoUnit > 0 || len(u.External) > 0 {
		external := 0
		for _, e := range u.External {
			external += e.Count
		}
		l.note("受理合计%d件＝各单位主办%d件＋转外部单位%d件＋未分派（含即时答复、不予受理）%d件。", l.m.Volume.Received, l.m.Volume.Received-external-u.NoUnit, external, u.NoUnit)
	}
	l.subheading("办理效率和过程")
	l.unitTable("单位过程", "各承办单位办理过程（"+l.w.this+"答复办结件）", []paper.Column{
		textColumn("单位", 9), numberColumn("答复办结", 5), rateColumn("提前办结率", 9), numberColumn("平均工时", 6), numberColumn("九成工时", 6), numberColumn("退单次数", 5),
		numberColumn("延期", 5), numberColumn("重办", 5), numberColumn("调解", 5), numberColumn("剔除", 5),
	}, l.processRow)
	l.subheading("响应率、解决率、满意率")
	l.unitTable("单位三率", "各承办单位三率（原始值与剔除后调整值）", []paper.Column{
		textColumn("单位", 8), rateColumn("响应率", 9), rateColumn("响应率（调整）", 9), rateColumn("解决率", 9), rateColumn("解决率（调整）", 9),
		rateColumn("满意率", 9), rateColumn("满意率（调整）", 9),
	}, l.ratesRow)
	l.unitChart()
	l.confirmed()
}

// handled says how the bureau did as a whole, of what there is to say.
func (l *layout) handled(q Quality) {
	s := l.s
	l.text("%s应办结%d件%s%s；超期办结%d件，超期未结%d件%s。",
		l.w.this, q.Due, s.clause("按期办结率", q.OnTime.Raw), comma(s.Points(l.m.MoM(), q.OnTime.Raw, l.m.Units.Before.OnTime.Raw)),
		q.Late, q.OpenLate, s.clause("提前办结率", q.Early))
	if q.Hours.N == 0 {
		l.text("%s答复且有办理工时的工单0件。", l.w.this)
		return
	}
	if q.Hours.N < s.SmallSample {
		l.text("平均办理工时%s小时（%d件）。", s.Hours(q.Hours.N, q.Hours.Mean), q.Hours.N)
		return
	}
	l.text("平均办理工时%s小时，九成工单在%s小时内答复（%d件）。", s.Hours(q.Hours.N, q.Hours.Mean), s.Hours(q.Hours.N, q.Hours.P90), q.Hours.N)
}

func comma(s string) string {
	if s == "" {
		return ""
	}
	return "，" + s
}

func (l *layout) indicators() {
	var rows []paper.Row
	for _, i := range l.m.Indicators {
		rows = append(rows, cells(textCell(i.Name), l.s.rateCell(i.Rate), l.s.rateCell(i.Before), textCell(i.Basis)))
	}
	l.table("考核指标", "12328考核口径指标", []paper.Column{
		textColumn("指标", 13), rateColumn(l.w.this, 9), rateColumn(l.m.MoM().Earlier, 9), textColumn("分子／分母", 20)}, rows)
}

// unitTable shows peer groups one under the other, the small ones last.
func (l *layout) unitTable(sheet, caption string, columns []paper.Column, lay func(UnitRow) paper.Row) {
	u := l.m.Units
	var rows []paper.Row
	for _, g := range u.Groups {
		rows = append(rows, group(string(g.Kind)))
		for _, r := range g.Rows {
			rows = append(rows, lay(r))
		}
	}
	if len(u.Small) > 0 {
		rows = append(rows, group(fmt.Sprintf("应办结不足%d件，不评档、不排序", u.Minimum)))
		for _, r := range u.Small {
			rows = append(rows, lay(r))
		}
	}
	total := lay(UnitRow{Short: "全局", Quality: u.All, Band: BandNone})
	total.Total = true
	l.table(sheet, caption, columns, append(rows, total))
}

func (l *layout) limitsRow(r UnitRow) paper.Row {
	s := l.s
	band := textCell(string(r.Band))
	if r.Band == BandNone {
		band = textCell("")
	}
	band.Warning = r.Band == BandPoor
	return cells(textCell(r.Short), countCell(r.Received), countCell(r.Due), countCell(r.OnTime.Raw.Num), countCell(r.Late), countCell(r.OpenLate),
		s.rateCell(r.OnTime.Raw), s.rateCell(r.OnTime.Adjusted), band)
}

func (l *layout) processRow(r UnitRow) paper.Row {
	s := l.s
	return cells(textCell(r.Short), countCell(r.Settled), s.rateCell(r.Early), s.hoursCell(r.Hours.N, r.Hours.Mean), s.hoursCell(r.Hours.N, r.Hours.P90),
		countCell(r.Returned), countCell(r.Extended), countCell(r.Redone), countCell(r.Mediated), countCell(r.Excluded))
}

func (l *layout) ratesRow(r UnitRow) paper.Row {
	s := l.s
	return cells(textCell(r.Short), s.rateCell(r.Responded.Raw), s.rateCell(r.Responded.Adjusted), s.rateCell(r.Solved.Raw),
		s.rateCell(r.Solved.Adjusted), s.rateCell(r.Satisfied.Raw), s.rateCell(r.Satisfied.Adjusted))
}

func (l *layout) unitChart() {
	rows := l.m.Units.Ranked()
	if len(rows) < 2 {
		return
	}
	c := paper.Chart{Kind: paper.Columns, Title: "各承办单位应办结与按期办结件数", Unit: "件",
		Alt: fmt.Sprintf("柱形图：%d个单位应办结和按期办结的件数。", len(rows))}
	due, onTime := paper.Series{Name: "应办结"}, paper.Series{Name: "按期办结"}
	for _, r := range rows {
		c.Categories = append(c.Categories, r.Short)
		due.Values = append(due.Values, float64(r.Due))
		onTime.Values = append(onTime.Values, float64(r.OnTime.Raw.Num))
	}
	c.Series = []paper.Series{due, onTime}
	l.add(c)
}

func (l *layout) callback() {
	cb, s := l.m.Callback, l.s
	if cb.Total.Due == 0 {
		l.nothing("答复且应回访的工单为")
		return
	}
	t := cb.Total
	l.text("%s答复且应回访的%d件，已回访%s，其中接通%d件、多次联系不上%d件；待回访%d件%s%s%s。",
		l.w.this, t.Due, s.Rate(t.Done()), t.Reached, t.Unreachable, t.Waiting,
		s.clause("响应率", t.Responded.Raw), s.clause("解决率", t.Solved.Raw), s.clause("满意率", t.Satisfied.Raw))
	if cb.Redone.Known() {
		l.text("未解决或不满意的%d件中，退回重新办理%s。", cb.Redone.Den, s.Rate(cb.Redone))
	}
	var rows []paper.Row
	for _, g := range cb.Groups {
		rows = append(rows, l.callbackRow(g))
	}
	total := l.callbackRow(t)
	total.Total = true
	l.table("回访", "回访结果（件）", []paper.Column{
		textColumn("回访范围", 12), numberColumn("应回访", 5), numberColumn("接通", 5), numberColumn("联系不上", 5), numberColumn("待回访", 5),
		rateColumn("响应率", 9), rateColumn("解决率", 9), rateColumn("满意率", 9),
	}, append(rows, total))
	c := paper.Chart{Kind: paper.Stacked, Title: "回访完成情况", Unit: "件", Alt: fmt.Sprintf("堆积柱形图：应回访%d件中接通、联系不上和待回访的件数。", t.Due)}
	series := []paper.Series{{Name: "接通"}, {Name: "联系不上"}, {Name: "待回访"}}
	for _, g := range cb.Groups {
		c.Categories = append(c.Categories, g.Name)
		for i, n := range []int{g.Reached, g.Unreachable, g.Waiting} {
			series[i].Values = append(series[i].Values, float64(n))
		}
	}
	c.Series = series
	l.add(c)
	if len(cb.Dissatisfied) > 0 {
		l.lead("不满意的事项：", "%s。", countsText(cb.Dissatisfied[:min(5, len(cb.Dissatisfied))]))
	}
}

func (l *layout) callbackRow(g CallbackGroup) paper.Row {
	s := l.s
	return cells(textCell(g.Name), countCell(g.Due), countCell(g.Reached), countCell(g.Unreachable), countCell(g.Waiting),
		s.rateCell(g.Responded.Raw), s.rateCell(g.Solved.Raw), s.rateCell(g.Satisfied.Raw))
}

func (l *layout) supervision() {
	v := l.m.Supervision
	if v.Total.Tickets+v.Urged == 0 {
		l.text("%s没有督办和催办的工单（0件）。", l.w.this)
		return
	}
	l.text("%s涉及督办的工单%d件，已答复办结%d件，仍在办理%d件，其中已超期%d件。催办%d件、%d次。", l.w.this, v.Total.Tickets, v.Total.Closed, v.Total.Open, v.Total.OpenLate, v.Urged, v.UrgedTimes)
	if v.Total.Tickets == 0 {
		return
	}
	var rows []paper.Row
	for _, r := range append(v.Levels, v.Total) {
		row := cells(textCell(r.Name), countCell(r.Tickets), countCell(r.Closed), countCell(r.Open), countCell(r.OpenLate))
		row.Total = r.Level == ""
		rows = append(rows, row)
	}
	l.table("督办", "督办情况（件）", []paper.Column{
		textColumn("级别", 10), numberColumn("涉及", 8), numberColumn("已办结", 8), numberColumn("在办", 8), numberColumn("在办且超期", 8)}, rows)
	if len(v.Units) > 0 {
		l.text("督办件尚未办结的单位：%s。", countsText(v.Units))
	}
}
