package reports

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"huiyin/reports/paper"
)

// numerals number the sections; a report has fewer than twenty.
var numerals = []string{"一", "二", "三", "四", "五", "六", "七", "八", "九", "十",
	"十一", "十二", "十三", "十四", "十五", "十六", "十七", "十八", "十九", "二十"}

// Paper is the report as a document without a format: its sections in order,
// each number as Build left it.
func (m *Month) Paper() *paper.Paper {
	p := &paper.Paper{
		Title: m.Head.Title, Issue: m.Head.Issue, Organ: m.Head.Organ, Period: m.Head.Period,
		Date: m.Head.Date, Distribution: m.Head.Distribution, Marks: m.Head.Marks, Made: m.BuiltAt, Decimals: m.Style.Decimals,
	}
	switch {
	case m.Samples > 0:
		p.Stamp = "样例数据"
	case !m.Complete:
		p.Stamp = m.words().this + "未完"
	case m.Draft:
		p.Stamp = "送审稿"
	}
	for _, f := range m.Summary.Figures {
		p.Figures = append(p.Figures, paper.Figure(f))
	}
	l := &layout{m: m, s: m.Style, w: m.words()}
	l.opening()
	for _, section := range []struct {
		title string
		lay   func()
	}{
		{"总体情况", l.volume}, {"来源与类型", l.sources}, {"地区分布", l.areas},
		{"业务领域与事项", l.fields}, {"高频事项", l.hot}, {"具体事项与苗头", l.matters}, {"高频事项分析与对策建议", l.cards},
		{"重复诉求与群体诉求", l.repeats}, {"投诉对象", l.subjects}, {"执法类投诉专项分析", l.enforcement},
		{"承办单位办理质量", l.units}, {"回访情况", l.callbacks}, {"督办情况", l.supervision},
		{"措施落实与" + l.w.earlier + "高频事项变化", l.followUp}, {l.w.next + "预测与预警", l.forecast}, {"执法重点", l.focus}, {"工作建议", l.suggestions},
	} {
		l.section++
		l.sub = 0
		l.add(paper.Heading{Level: 1, Text: numerals[l.section-1] + "、" + section.title})
		section.lay()
	}
	l.annexes()
	p.Blocks = l.blocks
	return p
}

// layout lays the sections out one after the other.
type layout struct {
	m            *Month
	s            Style
	w            periodWords
	blocks       []paper.Block
	section, sub int
	tables       int
}

func (l *layout) add(b paper.Block) { l.blocks = append(l.blocks, b) }

func (l *layout) text(format string, args ...any) {
	l.add(paper.Text{Text: fmt.Sprintf(format, args...)})
}

func (l *layout) lead(lead, format string, args ...any) {
	l.add(paper.Text{Lead: lead, Text: fmt.Sprintf(format, args...)})
}

func (l *layout) note(format string, args ...any) {
	l.add(paper.Note{Text: fmt.Sprintf(format, args...)})
}

// subheading numbers the parts of a section: （一）.
func (l *layout) subheading(text string) {
	l.sub++
	l.add(paper.Heading{Level: 2, Text: "（" + numerals[l.sub-1] + "）" + text})
}

// table numbers the captions, so that text and spreadsheet speak of the same table.
func (l *layout) table(sheet, caption string, columns []paper.Column, rows []paper.Row) {
	l.tables++
	columns, rows = onlyCompared(columns, rows)
	l.add(paper.Table{Caption: "表" + strconv.Itoa(l.tables) + "  " + caption, Sheet: sheet, Columns: columns, Rows: rows})
	for _, row := range rows {
		for _, c := range row.Cells {
			if strings.HasSuffix(c.Text, Small) && c.Kind == paper.Ratio {
				l.note("注：带*的百分率分母不足%d件，仅供参考。", l.s.SmallSample)
				return
			}
		}
	}
}

// onlyCompared leaves out the columns of a comparison that is not made: they
// have no title.
func onlyCompared(columns []paper.Column, rows []paper.Row) ([]paper.Column, []paper.Row) {
	untitled := func(c paper.Column) bool { return c.Title == "" }
	if !slices.ContainsFunc(columns, untitled) {
		return columns, rows
	}
	kept := make([]paper.Row, len(rows))
	for n, row := range rows {
		kept[n] = row
		if row.Group {
			continue
		}
		kept[n].Cells = nil
		for i, c := range row.Cells {
			if !untitled(columns[i]) {
				kept[n].Cells = append(kept[n].Cells, c)
			}
		}
	}
	return slices.DeleteFunc(slices.Clone(columns), untitled), kept
}

func (l *layout) opening() {
	if text := l.m.Summary.Foreword; text != "" {
		l.lead("编者按：", "%s", text)
	}
	l.add(paper.Heading{Level: 1, Text: "主要情况"})
	l.add(paper.List{Items: l.m.Summary.Findings})
	if len(l.m.Summary.Asks) > 0 {
		l.add(paper.Heading{Level: 1, Text: "提请领导关注"})
		l.add(paper.List{Items: l.m.Summary.Asks})
	}
}

// nothing says that a section has nothing to show, with the zero behind it.
func (l *layout) nothing(what string) { l.text("%s%s0件。", l.w.this, what) }
