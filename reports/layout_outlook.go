package reports

import (
	"fmt"
	"strings"

	"huiyin/reports/paper"
	"huiyin/ticket"
)

func (l *layout) previous() {
	items := l.m.Hot.Previous
	if len(items) == 0 {
		l.text("%s没有可对照的高频事项（0类）。", l.w.earlier)
		return
	}
	fewer, more := 0, 0
	var rows []paper.Row
	for _, i := range items {
		switch {
		case i.MoM.Diff() < 0:
			fewer++
		case i.MoM.Diff() > 0:
			more++
		}
		rows = append(rows, cells(textCell(i.Name), countCell(i.MoM.Before), countCell(i.MoM.Now), l.s.changeCell(i.MoM), textCell(l.stillListed(i.Code))))
	}
	l.text("%s列入的%d类高频事项，%s件数下降%d类、上升%d类、持平%d类。", l.w.earlier, len(items), l.w.this, fewer, more, len(items)-fewer-more)
	l.table("前期高频事项", l.w.earlier+"高频事项"+l.w.this+"变化（件）", []paper.Column{
		textColumn("事项", 20), numberColumn(l.m.MoM().Earlier, 8), numberColumn(l.w.this, 8), numberColumn(l.m.MoM().Word, 9), textColumn(l.w.this+"是否列入", 12)}, rows)
}

func (l *layout) stillListed(code string) string {
	for _, i := range l.m.Hot.Items {
		if i.Code == code {
			return fmt.Sprintf("是（第%d位）", i.Rank)
		}
	}
	return "否"
}

func (l *layout) forecast() {
	f := l.m.Forecast
	switch {
	case len(f.Holidays) > 0:
		l.text("%s含%s假期%d个，需提前安排值守和运力。", f.For.Name(), join(f.Holidays), len(f.Holidays))
	case !f.HolidaysKnown:
		l.text("%s所在年份的节假日安排尚未录入（0天），预测不含节假日因素。", f.For.Name())
	}
	if !f.Possible {
		if !l.m.Complete {
			l.text("%s统计至%s，尚未结束，不作预测。", l.w.this, dayText(l.m.BuiltAt))
		} else if l.m.Period.Kind == OfDays {
			l.text("自选时段（%s）不作预测，见月报、季报。", l.m.Head.Period)
		} else {
			l.text("连同%s只有%d%s的数据，不足%d%s，不作预测。", l.w.this, l.m.Earlier+1, l.w.unit, enoughHistory, l.w.unit)
		}
		return
	}
	l.text("预计%s受理%d件%s，比%s%s。", f.For.Name(), f.Total.Expected, rangeText(f.Total), l.w.this, moreOrFewer(f.Total))
	var rows []paper.Row
	for _, r := range append([]ForecastRow{f.Total}, f.Rows...) {
		row := cells(textCell(r.Name), countCell(r.Now), known(r.LastYear), countCell(r.Expected), textCell(bandText(r)), textCell(l.methodText(r.Method)))
		row.Total = r.Code == ""
		rows = append(rows, row)
	}
	l.table("预测", f.For.Name()+"预测（件）", []paper.Column{
		textColumn("事项", 18), numberColumn(l.w.this, 6), numberColumn(l.lastYearColumn(), 7), numberColumn("预计", 6), numberColumn("区间", 9), textColumn("方法", 20)}, rows)
	if len(f.Season) > 0 {
		l.text("%s件数居前的是%s，应提前准备。", f.For.YearBefore().Name(), countsText(f.Season))
	}
}

func rangeText(r ForecastRow) string {
	if r.Tested < 3 {
		return "（历史不足，不给区间）"
	}
	return fmt.Sprintf("（%d至%d件）", r.Low, r.High)
}

func bandText(r ForecastRow) string {
	if r.Tested < 3 {
		return None
	}
	return fmt.Sprintf("%d—%d", r.Low, r.High)
}

func moreOrFewer(r ForecastRow) string {
	switch d := r.Expected - r.Now; {
	case d > 0:
		return fmt.Sprintf("增加%d件", d)
	case d < 0:
		return fmt.Sprintf("减少%d件", -d)
	}
	return "持平（0件）"
}

// lastYearColumn is empty, and the column left out, where the year before is
// the report's own period.
func (l *layout) lastYearColumn() string {
	if l.w.yearAgo == "" {
		return ""
	}
	return l.w.yearAgo + "（" + l.m.Forecast.For.YearBefore().label() + "）"
}

func (l *layout) methodText(m Method) string {
	switch m {
	case MethodSeason:
		return l.w.yearAgo + "×近期同比系数"
	case MethodMean:
		return "近三" + l.w.unit + "平均"
	}
	return None
}

func (l *layout) suggestions() {
	act, rules := l.m.suggestionLines(false), l.m.suggestionLines(true)
	if len(act)+len(rules) == 0 && l.m.Volume.Received == 0 {
		l.text("%s没有受理诉求（0件），无工作建议。", l.w.this)
		return
	}
	if len(act)+len(rules) == 0 {
		l.text("%s受理%d件，没有需要提出工作建议的情形（0项）。", l.w.this, l.m.Volume.Received)
		return
	}
	if len(act) > 0 {
		l.subheading("近期工作")
		l.add(paper.List{Items: act})
	}
	if len(rules) > 0 {
		l.subheading("制度修订")
		l.add(paper.List{Items: rules})
	}
}

func (l *layout) annexes() {
	n := 0
	annex := func(title string) {
		n++
		l.add(paper.Heading{Level: 1, Annex: true, Text: fmt.Sprintf("附件%d  %s", n, title)})
	}
	if e := l.m.Enforcement; l.m.Volume.Received+len(e.Silent)+e.Hidden > 0 {
		annex("承办单位受理量明细")
		l.unitVolumes()
		annex("各领域事项明细")
		l.itemTable()
		annex("典型工单")
		l.caseTable()
		annex("执法类投诉未告知、未回访工单")
		l.silentTable()
	}
	if len(l.m.Focus.Rows) > 0 {
		annex("执法重点证据工单")
		l.evidenceTable()
	}
	annex("统计口径说明")
	l.add(paper.List{Items: l.m.Notes})
	if e := l.m.Edition; e != nil && e.N > 1 {
		annex("更正说明")
		l.corrections(e)
	}
}

func (l *layout) unitVolumes() {
	s := l.s
	var rows []paper.Row
	add := func(name string, r UnitRow) {
		rows = append(rows, cells(textCell(name), countCell(r.Received), s.shareCell(r.Share), s.changeCell(r.MoM), s.changeCell(r.YoY)))
	}
	for _, g := range l.m.Units.Groups {
		for _, r := range g.Rows {
			add(r.Name, r)
		}
	}
	for _, r := range l.m.Units.Small {
		add(r.Name, r)
	}
	for _, e := range l.m.Units.External {
		rows = append(rows, cells(textCell(e.Name+"（转外部）"), countCell(e.Count), s.shareCell(e.Share), textCell(""), textCell("")))
	}
	if n := l.m.Units.NoUnit; n > 0 {
		rows = append(rows, cells(textCell("未分派（含即时答复、不予受理）"), countCell(n), s.shareCell(Rate{n, l.m.Volume.Received}), textCell(""), textCell("")))
	}
	v := l.m.Volume
	rows = append(rows, totals(textCell("合计"), countCell(v.Received), whole(), s.changeCell(v.ReceivedMoM), s.changeCell(v.ReceivedYoY)))
	l.table("单位受理量", fmt.Sprintf("承办单位受理量（件，占比的分母为受理总量%d件）", v.Received), []paper.Column{
		textColumn("单位", 22), numberColumn("受理", 7), numberColumn("占比", 8), numberColumn(l.m.MoM().Word, 9), numberColumn(l.m.YoY().Word, 9)}, rows)
}

func (l *layout) itemTable() {
	s := l.s
	var rows []paper.Row
	for _, f := range l.m.Fields.Rows {
		rows = append(rows, group(fmt.Sprintf("%s（%d件）", f.Name, f.Count)))
		for _, i := range f.Items {
			rows = append(rows, cells(textCell(i.Name), countCell(i.Count), s.shareCell(i.Share), s.changeCell(i.MoM), s.changeCell(i.YoY), rankCell(i.Rank), rankCell(i.RankBefore)))
		}
	}
	v := l.m.Volume
	rows = append(rows, totals(textCell("合计"), countCell(v.Received), whole(), s.changeCell(v.ReceivedMoM), s.changeCell(v.ReceivedYoY), textCell(""), textCell("")))
	l.table("事项明细", fmt.Sprintf("各领域事项（件，占比的分母为受理总量%d件）", v.Received), []paper.Column{
		textColumn("事项", 22), numberColumn("件数", 6), numberColumn("占比", 8), numberColumn(l.m.MoM().Word, 9), numberColumn(l.m.YoY().Word, 9), numberColumn("位次", 5), numberColumn(l.m.MoM().Earlier+"位次", 6)}, rows)
}

func rankCell(rank int) paper.Cell {
	if rank == 0 {
		return textCell("")
	}
	return countCell(rank)
}

func (l *layout) caseTable() {
	if len(l.m.Cases) == 0 {
		l.text("%s没有可列示的典型工单（0件）。", l.w.this)
		return
	}
	var rows []paper.Row
	category := ""
	for _, c := range l.m.Cases {
		if c.Category != category {
			category = c.Category
			rows = append(rows, group(category))
		}
		at := c.ReceivedAt.In(ticket.Shanghai)
		rows = append(rows, cells(textCell(string(c.ID)), textCell(c.Title), textCell(fmt.Sprintf("%d月%d日", at.Month(), at.Day())),
			textCell(c.County), textCell(c.Unit), textCell(caseState(c))))
	}
	l.table("典型工单", fmt.Sprintf("高频事项典型工单（%d件，标题已隐去个人信息）", len(l.m.Cases)), []paper.Column{
		textColumn("工单编号", 14), textColumn("标题", 18), textColumn("受理", 8), textColumn("地区", 6), textColumn("主办单位", 8), textColumn("状态", 12)}, rows)
}

func caseState(c Case) string {
	parts := []string{c.State.Name()}
	if c.Satisfied == ticket.No {
		parts = append(parts, "不满意")
	}
	if c.Redone {
		parts = append(parts, "重办")
	}
	if c.Supervised {
		parts = append(parts, "督办")
	}
	return strings.Join(parts, "、")
}

// silentShown bounds the list; the text says how many there are in all.
const silentShown = 200

func (l *layout) silentTable() {
	list := l.m.Enforcement.Silent
	if len(list) == 0 {
		l.text("没有未告知或未回访的执法类投诉（0件）。")
		return
	}
	var rows []paper.Row
	for _, p := range list[:min(silentShown, len(list))] {
		var owes []string
		if p.NotTold {
			owes = append(owes, "未告知")
		}
		if p.NotCalled {
			owes = append(owes, "未回访")
		}
		rows = append(rows, cells(textCell(string(p.ID)), textCell(p.Category), textCell(p.Unit), textCell(dayText(p.ReceivedAt)), textCell(p.State.Name()), textCell(join(owes))))
	}
	l.table("未告知未回访", fmt.Sprintf("未告知、未回访的执法类投诉（%d件）", len(list)), []paper.Column{
		textColumn("工单编号", 14), textColumn("类别", 14), textColumn("主办单位", 8), textColumn("受理日期", 14), textColumn("状态", 6), textColumn("所缺环节", 8)}, rows)
	if len(list) > silentShown {
		l.note("共%d件，表中列受理最早的%d件。", len(list), silentShown)
	}
}
