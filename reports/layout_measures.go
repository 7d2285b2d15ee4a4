package reports

import (
	"fmt"

	"huiyin/reports/paper"
)

// measures tells of the ledger: who owed what by when, and what it changed.
func (l *layout) measures() {
	m := l.m.Measures
	if len(m.Rows) == 0 {
		l.text("整改台账没有在列事项（0项）。")
		return
	}
	l.text("整改台账在列%d项：在办%d项，其中超期%d项；本期销号%d项；曾经回炉%d项。", len(m.Rows), m.Open, m.Overdue, m.Closed, m.Reopened)
	var state, effect []paper.Row
	for i := range m.Rows {
		r := &m.Rows[i]
		due := textCell(DateText(r.Deadline))
		due.Warning = r.Overdue
		state = append(state, cells(textCell(r.Problem), textCell(measuresText(r)), textCell(r.UnitName+personText(r)), due, textCell(r.stateText())))
		effect = append(effect, l.effectRow(r))
	}
	l.table("整改台账", "突出问题整改台账", []paper.Column{
		textColumn("突出问题", 14), textColumn("措施", 22), textColumn("责任单位、责任人", 10), textColumn("时限", 9), textColumn("状态", 8)}, state)
	l.table("整改成效", "整改前后对比（件）", []paper.Column{
		textColumn("突出问题", 14), textColumn("整改前月均", 13), textColumn("整改后月均", 13), numberColumn("最近一月", 6), numberColumn("同期预期", 6), numberColumn("目标", 5), textColumn("成效", 9)}, effect)
	l.followedNote(m.Rows)
	l.note("整改前取审定前三个月（不足的取有数据的月份）；同期预期为不采取措施时该月应有件数，按去年同月和审定前的同比系数推算，历史不足的用整改前月均；上半月审定的当月计入整改后，下半月审定的当月不计入。")
}

// followedNote says which problems were compared by their own matter, and how
// surely it was known again.
func (l *layout) followedNote(rows []MeasureRow) {
	for i := range rows {
		f := rows[i].Effect.Followed
		if f == nil {
			continue
		}
		text := fmt.Sprintf("%s按具体事项对照：%d个月的工单文字中%d个月归并出同一事项（最近为“%s”，相似度%.2f）", quoted(rows[i].Problem), f.Months, f.Found, f.Title, f.Like)
		if f.Doubtful > 0 {
			text += fmt.Sprintf("，其中%d个月的对应关系存疑，需人工核对", f.Doubtful)
		}
		l.note("%s；不足%d件的月份未形成事项，按0件计。", text, l.m.Matters.Least)
	}
}

func measuresText(r *MeasureRow) string { return numbered(r.Measures) }

func personText(r *MeasureRow) string {
	if r.Person == "" {
		return ""
	}
	return "，" + r.Person
}

func (r *MeasureRow) stateText() string {
	text := r.State.Name()
	if r.Reopened > 0 {
		text += fmt.Sprintf("（回炉%d次）", r.Reopened)
	}
	if r.Overdue {
		text += "，已超期"
	}
	return text
}

func (l *layout) effectRow(r *MeasureRow) paper.Row {
	e, target := r.Effect, textCell("")
	if r.Target > 0 {
		target = countCell(r.Target)
	}
	if !e.Known {
		return cells(textCell(r.Problem), textCell(meanText(e.Before)), textCell(""), textCell(""), textCell(""), target, textCell(string(e.Verdict)))
	}
	verdict := textCell(string(e.Verdict))
	verdict.Warning = e.Verdict == VerdictRose
	return cells(textCell(r.Problem), textCell(meanText(e.Before)), textCell(meanText(e.After)), countCell(e.Now), countCell(e.Expected), target, verdict)
}

// followUp is what became of the earlier measures, then of the earlier matters.
func (l *layout) followUp() {
	if !l.m.Measures.Kept {
		l.previous()
		return
	}
	l.subheading("整改措施落实与成效")
	l.measures()
	l.subheading(l.w.earlier + "高频事项" + l.w.this + "变化")
	l.previous()
}
