package reports

import (
	"fmt"
	"strings"

	"huiyin/reports/paper"
)

func (l *layout) subjects() {
	sub, s := l.m.Subjects, l.s
	if len(sub.Groups) == 0 && len(sub.Vehicles) == 0 {
		l.text("%s没有被诉2件以上的对象（0个）%s。", l.w.this, s.clause("读取工单文字", sub.Read))
		return
	}
	l.text("按工单文字中点名的对象统计，读取%s；一件工单可点名几个对象，各计一次。件数与客流、车辆多少有关，件数多不等于服务差：有规模数据的，在规模相近的组内按每万人次（车次、辆、公里）比较；没有的只列件数，不作排名评价。", s.Rate(sub.Read))
	for _, g := range sub.Groups {
		l.subheading(fmt.Sprintf("%s（点名2件以上的%d个）", g.Name, g.Total))
		for _, band := range g.Bands {
			l.subjectTable(fmt.Sprintf("%s：规模%s（分母见“规模”列）", g.Name, band.Name), band.Rows, band.Unit)
		}
		if len(g.Rows) > 0 {
			caption := fmt.Sprintf("%s：件数最多的%d个", g.Name, len(g.Rows))
			if len(g.Bands) > 0 {
				caption += "（无规模数据）"
			}
			l.subjectTable(caption, g.Rows, "")
		}
		if g.Rest.Number > 0 {
			l.note("其余%d个，共%d件次，表中不列。", g.Rest.Number, g.Rest.Tickets)
		}
	}
	l.vehicles()
	l.note("注：件数后带*的不足%d件，不作评价依据。属实率的分母为已答复且认定属实或不属实的件数。", s.SmallSample)
}

func (l *layout) subjectTable(caption string, list []Subject, unit string) {
	var rows []paper.Row
	for _, x := range list {
		row := []paper.Cell{textCell(x.Name), l.fewCell(x), countCell(x.Callers), l.s.changeCell(x.MoM), l.s.rateCell(x.Substantiated), textCell(x.Category), textCell(unitText(x.Units, 1))}
		if unit != "" {
			row = append(row, paper.Cell{Text: fmt.Sprintf("%.2f", x.PerTenK), Number: x.PerTenK, Kind: paper.Decimal}, textCell(fmt.Sprintf("%s%s", short(x.Base.Value), x.Base.Unit)))
		}
		rows = append(rows, cells(row...))
	}
	mom := l.m.MoM().Word
	if l.m.Matters.Compared == 0 {
		mom = ""
	}
	columns := []paper.Column{textColumn("对象", 12), numberColumn("件", 5), numberColumn("人", 4), numberColumn(mom, 8), rateColumn("属实率", 9), textColumn("主要类别", 11), textColumn("主办单位", 9)}
	if unit != "" {
		columns = append(columns, numberColumn("每万"+unit, 7), textColumn("规模", 8))
	}
	l.table("投诉对象", caption, columns, rows)
}

// fewCell marks a count that is too small to judge by.
func (l *layout) fewCell(x Subject) paper.Cell {
	c := countCell(x.Count)
	if x.Few {
		c.Text += Small
	}
	return c
}

func (l *layout) vehicles() {
	list := l.m.Subjects.Vehicles
	if len(list) == 0 {
		l.text("同一车辆被诉%d次以上的0辆。", l.m.Subjects.VehiclesLeast)
		return
	}
	l.subheading(fmt.Sprintf("同一车辆被诉%d次以上的车辆", l.m.Subjects.VehiclesLeast))
	l.subjectTable(fmt.Sprintf("多次被诉的车辆（号牌已隐去中间各位，%d辆）", len(list)), list, "")
}

// focus is the list for the enforcement unit.
func (l *layout) focus() {
	f := l.m.Focus
	if !f.Possible {
		l.text("执法重点清单按整月、全局的诉求编制，本期不列（0条）。")
		return
	}
	if len(f.Rows) == 0 {
		l.text("同一类别在同一地点或对象%d件以上的热点0处，%s不列执法重点。", f.Least, f.For.Name())
	} else {
		l.text("以下%d处投诉热点建议列为%s执法重点，按反映人数、件数和天数排列；时段为诉求集中的时段，供安排巡查。各条的证据工单见附件。", len(f.Rows), f.For.Name())
		l.focusTable(f.Rows)
	}
	l.focusBefore()
}

func (l *layout) focusTable(list []FocusRow) {
	var rows []paper.Row
	for _, r := range list {
		rows = append(rows, cells(countCell(r.Rank), textCell(r.Name), textCell(r.Category), textCell(r.Window.Text()), countCell(r.Count), countCell(r.Callers),
			countCell(r.Days), countCell(r.Window.Count), textCell(unitText(r.Units, 1)), textCell(r.Matter)))
	}
	l.table("执法重点", l.m.Focus.For.Name()+"执法重点清单", []paper.Column{numberColumn("序", 3), textColumn("地点或对象", 12), textColumn("类别", 11), textColumn("时段", 9),
		numberColumn("件", 4), numberColumn("人", 4), numberColumn("天数", 4), numberColumn("时段内", 5), textColumn("主办单位", 8), textColumn("相关事项", 13)}, rows)
}

// Text is the window as people say it: 工作日7时至10时.
func (w Window) Text() string {
	if w.Spread {
		return "时段不集中"
	}
	days := "工作日"
	switch {
	case w.Both:
		days = "每天"
	case w.Weekend:
		days = "周末"
	}
	return fmt.Sprintf("%s%d时至%d时", days, w.From, w.To)
}

func (l *layout) focusBefore() {
	f := l.m.Focus
	if !f.PreviousKnown {
		l.text("没有上月的清单可供对照（0条）。")
		return
	}
	if len(f.Previous) == 0 {
		l.text("上月没有列为执法重点的热点（0处）。")
		return
	}
	fewer, more := 0, 0
	var rows []paper.Row
	for _, r := range f.Previous {
		switch {
		case r.After < r.Count:
			fewer++
		case r.After > r.Count:
			more++
		}
		change := Change{Now: r.After, Before: r.Count, Known: true}
		rows = append(rows, cells(countCell(r.Rank), textCell(r.Name), textCell(r.Category), textCell(r.Window.Text()), countCell(r.Count), countCell(r.After), l.s.changeCell(change),
			countCell(r.Window.Count), countCell(r.AfterInWindow)))
	}
	until := ""
	if !l.m.Complete {
		until = "截至目前"
	}
	n := len(f.Previous)
	l.text("上月列为%s执法重点的%d处中，%s件数减少%d处、增加%d处、持平%d处。", l.m.Month.Name(), n, until, fewer, more, n-fewer-more)
	l.table("执法重点", "上月所列执法重点的前后变化", []paper.Column{numberColumn("序", 3), textColumn("地点或对象", 12), textColumn("类别", 12), textColumn("时段", 9),
		numberColumn("上月件", 5), numberColumn("本月件", 5), numberColumn("变化", 7), numberColumn("上月时段内", 6), numberColumn("本月时段内", 6)}, rows)
	l.note("注：前后件数只说明诉求多少，与巡查力度、来电意愿有关，不单独作为考核依据。")
}

// evidenceListed bounds the tickets behind one row of the printed list.
const evidenceListed = 30

func (l *layout) evidenceTable() {
	var rows []paper.Row
	for _, r := range l.m.Focus.Rows {
		var ids []string
		for _, id := range r.Evidence[:min(evidenceListed, len(r.Evidence))] {
			ids = append(ids, string(id))
		}
		rows = append(rows, cells(countCell(r.Rank), textCell(r.Name), countCell(r.Count), textCell(strings.Join(ids, " ")+andOthers(r.Count, evidenceListed))))
	}
	l.table("执法重点证据", fmt.Sprintf("执法重点的证据工单（每条最多列%d件）", evidenceListed), []paper.Column{
		numberColumn("序", 3), textColumn("地点或对象", 10), numberColumn("件", 4), textColumn("工单编号", 40)}, rows)
}
