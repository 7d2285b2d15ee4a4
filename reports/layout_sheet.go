package reports

import (
	"fmt"
	"io"
	"time"

	"huiyin/reports/html"
	"huiyin/reports/paper"
	"huiyin/reports/xlsx"
	"huiyin/ticket"
)

// WriteSheetXlsx writes a unit's sheet as a workbook.
func WriteSheetXlsx(w io.Writer, s *Sheet) error { return xlsx.Write(w, s.Paper()) }

// WriteSheetHTML writes a unit's sheet as a page to be printed.
func WriteSheetHTML(w io.Writer, s *Sheet) error { return html.Write(w, s.Paper()) }

// FileName is the name of the sheet in a format.
func (s *Sheet) FileName(format string) string {
	return fmt.Sprintf("huiyin-%s-%s-sheet.%s", s.Month, s.Unit, format)
}

// Paper is the sheet as a document without a format.
func (s *Sheet) Paper() *paper.Paper {
	p := &paper.Paper{
		Title: "承办单位办件月度确认表", Issue: s.Month.Name(), Organ: s.Name, Period: s.Month.Name(), Date: dayText(s.MadeAt),
		Made: s.MadeAt, Decimals: s.Style.Decimals,
		Marks: []string{fmt.Sprintf("请于%s前核对并确认；有出入的在确认时写明", DateText(s.By))},
	}
	if s.Samples > 0 {
		p.Marks = append(p.Marks, "样例数据：本表含编造的演示工单，不反映真实情况，不得作为依据")
		p.Stamp = "样例数据"
	}
	l := &layout{s: s.Style, m: &Month{Period: MonthPeriod(s.Month), Complete: true, Style: s.Style}, w: wordsOf[OfMonth]}
	l.add(paper.Heading{Level: 1, Text: "一、汇总"})
	l.text("%s受理%d件，应办结%d件，按期办结%d件，超期办结%d件；月末在办%d件，其中已超期%d件。", s.Month.Name(), s.Received, s.Due, s.OnTime.Raw.Num, s.Late, s.Owed, s.OwedLate)
	l.sheetFigures(s)
	l.add(paper.Heading{Level: 1, Text: "二、工单清单"})
	l.sheetRows(s)
	p.Blocks = l.blocks
	return p
}

func (l *layout) sheetFigures(s *Sheet) {
	st := l.s
	rate := func(name string, score Score, basis string) paper.Row {
		return cells(textCell(name), st.rateCell(score.Raw), st.rateCell(score.Adjusted), textCell(basis))
	}
	l.table("指标", "办理质量", []paper.Column{textColumn("指标", 10), rateColumn("原始值", 12), rateColumn("剔除后", 12), textColumn("口径", 22)}, []paper.Row{
		rate("按期办结率", s.OnTime, "期限届满前答复／本月应办结"),
		rate("响应率", s.Responded, "回访时答复“有人联系”／作出回答的"),
		rate("解决率", s.Solved, "回访时答复“已解决”／作出回答的"),
		rate("满意率", s.Satisfied, "回访时表示满意／作出评价的"),
	})
	l.table("过程", "办理过程（件）", []paper.Column{
		numberColumn("答复办结", 8), numberColumn("退单成立（次）", 8), numberColumn("延期", 6), numberColumn("重办", 6), numberColumn("剔除", 6),
		numberColumn("应回访", 6), numberColumn("接通", 6), numberColumn("联系不上", 7), numberColumn("待回访", 6), numberColumn("平均工时", 7), numberColumn("九成工时", 7),
	}, []paper.Row{cells(
		countCell(s.Settled), countCell(s.Returned), countCell(s.Extended), countCell(s.Redone), countCell(s.Excluded),
		countCell(s.Callback.Due), countCell(s.Callback.Reached), countCell(s.Callback.Unreachable), countCell(s.Callback.Waiting),
		st.hoursCell(s.Hours.N, s.Hours.Mean), st.hoursCell(s.Hours.N, s.Hours.P90))})
}

func (l *layout) sheetRows(s *Sheet) {
	if len(s.Rows) == 0 {
		l.text("没有可列示的工单（0件）。")
	} else {
		var rows []paper.Row
		for _, r := range s.Rows {
			verdict := textCell(r.Verdict)
			verdict.Warning = r.Verdict == rowLate || r.Verdict == rowOpenLate
			rows = append(rows, cells(textCell(string(r.ID)), textCell(r.Category), textCell(minuteText(r.ReceivedAt)), textCell(minuteText(r.CloseDue)),
				textCell(minuteText(r.SettledAt)), verdict, countCell(r.Returned), countCell(r.Redone), textCell(r.Callback)))
		}
		l.table("工单清单", fmt.Sprintf("本月受理、应办结、答复和月末在办的工单（%d件）", len(s.Rows)), []paper.Column{
			textColumn("工单编号", 13), textColumn("类别", 16), textColumn("受理", 11), textColumn("办结期限", 11), textColumn("答复", 11), textColumn("结果", 8),
			numberColumn("退单", 5), numberColumn("重办", 5), textColumn("回访", 7)}, rows)
	}
	if s.Hidden > 0 {
		l.note("另有保密件%d件，计入汇总，不列编号。", s.Hidden)
	}
}

func minuteText(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(ticket.Shanghai).Format("01-02 15:04")
}
