package reports

import (
	"fmt"
	"strconv"
	"strings"

	"huiyin/reports/paper"
	"huiyin/ticket"
)

// matters is the section of what lies below the categories.
func (l *layout) matters() {
	m, s := l.m.Matters, l.s
	l.subheading("具体事项")
	if m.Found == 0 {
		l.text("%s没有%d件以上说同一件事的事项（0个）%s。", l.w.this, m.Least, s.clause("读取工单文字", m.Read))
	} else {
		l.text("读取工单文字%s，归并出%d件以上说同一件事的具体事项%d个，涉及工单%s。%s", s.Rate(m.Read), m.Least, m.Found, s.Rate(m.Covered), l.comparedText())
		l.matterCases()
		l.matterTable()
	}
	l.goneMatters()
	l.early()
}

func (l *layout) comparedText() string {
	m := l.m.Matters
	switch {
	case m.Of == 0 || l.m.Period.Kind != OfMonth || !l.m.Scope.Whole():
		return ""
	case m.Compared == 0:
		return "此前各月没有可比的文字资料，不判断新增和顽固。"
	}
	return fmt.Sprintf("与此前%d个月中有资料的%d个月比较。", m.Of, m.Compared)
}

func (l *layout) matterTable() {
	var rows []paper.Row
	for _, m := range l.m.Matters.Items {
		rows = append(rows, cells(countCell(m.Rank), textCell(m.Title), textCell(m.Category), countCell(m.Count), countCell(m.Callers),
			textCell(spanOf(m.First, m.Last)), countCell(m.Days), textCell(unitText(m.Units, 2)), l.s.rateCell(m.Satisfied), l.s.changeCell(m.MoM), textCell(flagText(m.Flags))))
	}
	mom := l.m.MoM().Word
	if l.m.Matters.Compared == 0 {
		mom = ""
	}
	l.table("具体事项", fmt.Sprintf("具体事项（列件数最多的%d个；件为工单，人为可识别的不同来电人）", len(l.m.Matters.Items)), []paper.Column{
		numberColumn("序", 3), textColumn("事项", 14), textColumn("类别", 9), numberColumn("件", 4), numberColumn("人", 4), textColumn("起止", 8),
		numberColumn("天数", 4), textColumn("主办单位", 9), rateColumn("满意率", 8), numberColumn(mom, 7), textColumn("趋势", 8),
	}, rows)
}

// casesShown is of how many matters the typical tickets stand in the text.
const casesShown = 3

func (l *layout) matterCases() {
	for _, m := range l.m.Matters.Items[:min(casesShown, len(l.m.Matters.Items))] {
		var parts []string
		for _, t := range m.Typical {
			parts = append(parts, fmt.Sprintf("%s（%s）", t.Title, t.ID))
		}
		text := fmt.Sprintf("%d件", m.Count)
		if m.Known.Num > 0 {
			text += fmt.Sprintf("、可识别来电%d人", m.Callers)
		}
		if m.Repeaters > 0 {
			text += fmt.Sprintf("（其中%d人反映%d次以上）", m.Repeaters, l.m.Repeats.Times)
		}
		if g := m.Group; g != nil {
			text += fmt.Sprintf("，%s有%d人集中反映", spanText(*g), g.Callers)
		}
		text += fmt.Sprintf("，分布在%s的%d天", spanOf(m.First, m.Last), m.Days)
		if len(m.Counties) > 0 {
			text += "；地区：" + countsText(m.Counties)
		}
		if len(m.Keywords) > 0 {
			text += "；关键词：" + strings.Join(m.Keywords, "、")
		}
		if len(parts) > 0 {
			text += "。典型工单：" + strings.Join(parts, "；")
		}
		l.lead(m.Title+"：", "%s。", text)
	}
}

func (l *layout) goneMatters() {
	gone := l.m.Matters.Gone
	if len(gone) == 0 {
		return
	}
	var parts []string
	for _, g := range gone[:min(casesShown, len(gone))] {
		parts = append(parts, fmt.Sprintf("%s（%s%d件）", quoted(g.Title), l.w.earlier, g.Count))
	}
	l.lead(string(FlagGone)+"：", "%s的事项中%d个%s没有再形成事项：%s%s。", l.w.earlier, len(gone), l.w.this, join(parts), andOthers(len(gone), casesShown))
}

func spanOf(from, to ticket.Date) string { return spanText(Group{From: from, To: to}) }

// early is the part on early signs.
func (l *layout) early() {
	e := l.m.Early
	l.subheading("苗头")
	if !e.Possible {
		l.text("此前逐日数据只有%d天，不足以判断每日件数是否异常。", e.History)
	} else {
		l.text("按星期、节假日、季节和近期水平预期各类每日件数，监测%d条序列，误报控制在每类每年%s次以内；%s超出预期的%d处。",
			e.Series, strconv.FormatFloat(e.FalseAlarms, 'f', -1, 64), l.w.this, len(e.Bursts))
		l.burstTable()
	}
	l.newWords()
}

// burstsShown bounds the table; the text says how many there are.
const burstsShown = 20

func (l *layout) burstTable() {
	list := l.m.Early.Bursts
	if len(list) == 0 {
		return
	}
	var rows []paper.Row
	for _, b := range list[:min(burstsShown, len(list))] {
		rows = append(rows, cells(textCell(burstSpan(b)), textCell(b.Name), textCell(burstCounty(b)), countCell(b.Count), countCell(b.Callers),
			paper.Cell{Text: decimal(b.Expected), Number: b.Expected, Kind: paper.Decimal}, textCell(timesText(b)), textCell(countsText(b.About))))
	}
	l.table("苗头", "每日件数超出预期的类别", []paper.Column{textColumn("日期", 9), textColumn("类别", 13), textColumn("地区", 6),
		numberColumn("件", 4), numberColumn("人", 4), numberColumn("预期件数", 6), textColumn("倍数", 5), textColumn("主要涉及", 16)}, rows)
	if len(list) > burstsShown {
		l.note("共%d处，表中列最不可能偶然出现的%d处。", len(list), burstsShown)
	}
}

func burstSpan(b Burst) string {
	t := b.Date.Start()
	if b.Days == 1 {
		return fmt.Sprintf("%d月%d日", t.Month(), t.Day())
	}
	return fmt.Sprintf("至%d月%d日%d天", t.Month(), t.Day(), b.Days)
}

func burstCounty(b Burst) string {
	if b.County == "" {
		return "全部"
	}
	return b.County
}

func timesText(b Burst) string { return decimal(float64(b.Count)/b.Expected) + "倍" }

func decimal(x float64) string { return strconv.FormatFloat(x, 'f', 1, 64) }

func (l *layout) newWords() {
	e := l.m.Early
	if e.WordsAgainst == 0 {
		return
	}
	if len(e.Words) == 0 {
		l.text("与%s的%d件工单文字相比，检验%d个词，没有明显增多的词（0个）。", l.w.earlier, e.WordsAgainst, e.WordsTested)
		return
	}
	var rows []paper.Row
	for _, w := range e.Words {
		rows = append(rows, cells(textCell(w.Word), l.s.rateCell(w.Share), l.s.rateCell(w.Before),
			paper.Cell{Text: decimal(w.Expected), Number: w.Expected, Kind: paper.Decimal}, textCell(w.Matter)))
	}
	l.table("新增用词", fmt.Sprintf("明显增多的词（检验%d个词，十个月误报一个以内）", e.WordsTested), []paper.Column{
		textColumn("词", 8), rateColumn(l.w.this+"占比", 12), rateColumn(l.w.earlier+"占比", 12), numberColumn("预期件数", 6), textColumn("相关事项", 16)}, rows)
}
