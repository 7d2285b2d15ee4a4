package reports

import (
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"huiyin/reports/xlsx"
	"huiyin/ticket"
)

// annexSheet is the worksheet with one row for each ticket.
const annexSheet = "工单明细"

// annexColumn is a column of the annex: its cell is a string, int, float64,
// time.Time or nil.
type annexColumn struct {
	xlsx.ListColumn
	cell func(a *Annex, r *annexRow) any
}

func wordOf(title string, width float64, word func(a *Annex, r *annexRow) string) annexColumn {
	c := phraseOf(title, width, word)
	c.Centre = true
	return c
}

func phraseOf(title string, width float64, word func(a *Annex, r *annexRow) string) annexColumn {
	return annexColumn{xlsx.ListColumn{Title: title, Width: width}, func(a *Annex, r *annexRow) any {
		if s := word(a, r); s != "" {
			return s
		}
		return nil
	}}
}

func timeOf(title string, at func(r *annexRow) uint32) annexColumn {
	return annexColumn{xlsx.ListColumn{Title: title, Width: 16}, func(_ *Annex, r *annexRow) any {
		if s := at(r); s != 0 {
			return time.Unix(int64(s), 0).In(ticket.Shanghai)
		}
		return nil
	}}
}

// headWidth takes a head of few characters on one line, a longer one on two.
func headWidth(title string) float64 {
	n := utf8.RuneCountInString(title)
	if n > 4 {
		n = (n + 1) / 2
	}
	return float64(n)*2 + 2.5
}

func timesOf(title string, n func(r *annexRow) uint8) annexColumn {
	return annexColumn{xlsx.ListColumn{Title: title, Width: headWidth(title)}, func(_ *Annex, r *annexRow) any {
		if times := n(r); times > 0 {
			return int(times)
		}
		return nil
	}}
}

// markOf is 是 or empty: what holds for few is seen at once.
func markOf(title string, mark annexMark) annexColumn {
	return wordOf(title, headWidth(title), func(_ *Annex, r *annexRow) string {
		if r.marks&mark == 0 {
			return ""
		}
		return ticket.Yes.Name()
	})
}

func answerOf(title string, answer func(r *annexRow) ticket.Tri) annexColumn {
	return wordOf(title, headWidth(title), func(_ *Annex, r *annexRow) string {
		if answer(r) == ticket.Unknown {
			return ""
		}
		return answer(r).Name()
	})
}

// annexColumns are in the order in which people read a ticket.
var annexColumns = []annexColumn{
	phraseOf("编号", 15, func(_ *Annex, r *annexRow) string { return string(r.ticketID()) }),
	wordOf("渠道", 10, func(_ *Annex, r *annexRow) string { return channelName(r.where.channel) }),
	wordOf("诉求类型", 10, func(_ *Annex, r *annexRow) string { return kindName(r.where.kind) }),
	phraseOf("类别", 30, func(a *Annex, r *annexRow) string { return a.cats[r.where.cat].Name }),
	wordOf("县区", 9, func(a *Annex, r *annexRow) string { return a.areas[r.where.area] }),
	phraseOf("主办单位", 16, func(a *Annex, r *annexRow) string { return a.units[r.where.unit] }),
	timesOf("协办单位数", func(r *annexRow) uint8 { return r.coUnits }),
	phraseOf("协办单位", 14, func(a *Annex, r *annexRow) string { return a.texts[r.ticketID()].co }),
	wordOf("状态", 9, func(_ *Annex, r *annexRow) string { return r.state.Name() }),
	timeOf("受理时间", func(r *annexRow) uint32 { return r.received }),
	timeOf("办结时限", func(r *annexRow) uint32 { return r.due }),
	timeOf("答复时间", func(r *annexRow) uint32 { return r.met }),
	timeOf("办结时间", func(r *annexRow) uint32 { return r.closed }),
	{xlsx.ListColumn{Title: "办理工时（小时）", Width: 10.5}, func(_ *Annex, r *annexRow) any {
		if r.marks&markReplied == 0 {
			return nil
		}
		return float64(r.minutes) / 60
	}},
	markOf("本期受理", markReceived),
	markOf("本期答复办结", markSettled),
	markOf("本期办结", markClosed),
	wordOf("时限情况", 10, func(_ *Annex, r *annexRow) string { return terms[r.term] }),
	timesOf("退单次数", func(r *annexRow) uint8 { return r.bounces }),
	timesOf("重办次数", func(r *annexRow) uint8 { return r.redos }),
	markOf("延期", markExtended),
	wordOf("督办", 9, func(_ *Annex, r *annexRow) string {
		if r.supervision == ticket.Unsupervised {
			return ""
		}
		return r.supervision.Name()
	}),
	wordOf("回访", 9, func(_ *Annex, r *annexRow) string { return r.callback() }),
	answerOf("响应", func(r *annexRow) ticket.Tri { return r.responded }),
	answerOf("解决", func(r *annexRow) ticket.Tri { return r.solved }),
	answerOf("满意", func(r *annexRow) ticket.Tri { return r.satisfied }),
	wordOf("重复或群体", 9, func(_ *Annex, r *annexRow) string { return r.again() }),
	markOf("剔除", markExcluded),
	phraseOf("标题（已隐去个人信息）", 40, func(a *Annex, r *annexRow) string {
		title := a.texts[r.ticketID()].title
		if title == "" {
			return ""
		}
		return shorten(maskText(title), titleRunes)
	}),
}

func (r *annexRow) ticketID() ticket.ID { return ticket.IDFromBits(r.id) }

func (r *annexRow) callback() string {
	switch {
	case r.marks&markUnreachable != 0:
		return "联系不上"
	case r.marks&markCalledBack != 0:
		return "已回访"
	case r.marks&markCallbackDue != 0:
		return "待回访"
	}
	return ""
}

func (r *annexRow) again() string {
	switch r.marks & (markRepeated | markGrouped) {
	case markRepeated:
		return "重复"
	case markGrouped:
		return "群体"
	case markRepeated | markGrouped:
		return "重复、群体"
	}
	return ""
}

// seconds is a time as a row keeps it.
func seconds(t time.Time) uint32 {
	if t.IsZero() {
		return 0
	}
	return uint32(t.Unix())
}

// list lays the annex out as a worksheet.
func (a *Annex) list(m *Month) xlsx.List {
	l := xlsx.List{Sheet: annexSheet, Title: annexSheet + "（每件一行）", Notes: a.notes(m), Rows: a.cells(), Length: len(a.rows)}
	for _, c := range annexColumns {
		l.Columns = append(l.Columns, c.ListColumn)
	}
	return l
}

func (a *Annex) cells() iter.Seq[[]any] {
	return func(yield func([]any) bool) {
		row := make([]any, len(annexColumns))
		for n := range a.rows {
			for i, c := range annexColumns {
				row[i] = c.cell(a, &a.rows[n])
			}
			if !yield(row) {
				return
			}
		}
	}
}

// notes say what is listed, what is not, and how the rows make the report's numbers.
func (a *Annex) notes(m *Month) []string {
	this := m.words().this
	notes := []string{fmt.Sprintf("%s受理%d件，%s。", this, a.own.all, a.own.words())}
	if a.earlier.all > 0 {
		notes = append(notes, fmt.Sprintf("此前受理、%s到期或办结的%d件排在其后，%s；“本期受理”一栏空着。", this, a.earlier.all, a.earlier.words()))
	}
	if beyond := a.own.beyond + a.earlier.beyond; beyond > 0 {
		notes = append(notes, fmt.Sprintf("明细最多列%d件（政策表 report.csv 的“明细行数上限”），另有%d件未列，仍计入各表。", a.limit, beyond))
	}
	return append(notes,
		"“本期受理”为“是”的行合计即受理量；“时限情况”有字的行合计即应办结量；“本期答复办结”“本期办结”为“是”的行同样各合计为其数。状态和时间截至制表时，其余截至统计期末。",
		fmt.Sprintf("来电人资料一律不列；标题和协办单位名称只列统计时读过文字的%d件。", a.read()),
	)
}

// read is how many of the rows have their text.
func (a *Annex) read() int {
	n := 0
	for i := range a.rows {
		if _, ok := a.texts[a.rows[i].ticketID()]; ok {
			n++
		}
	}
	return n
}

func (c annexCount) words() string {
	text := fmt.Sprintf("逐件列出%d件", c.listed)
	var left []string
	if c.confidential > 0 {
		left = append(left, fmt.Sprintf("保密工单%d件", c.confidential))
	}
	if c.clues > 0 {
		left = append(left, fmt.Sprintf("涉嫌违纪线索和移交纪检的%d件", c.clues))
	}
	if len(left) > 0 {
		text += "，" + strings.Join(left, "、") + "只计数、不列出"
	}
	if c.beyond > 0 {
		text += fmt.Sprintf("，超过明细行数上限的%d件未列", c.beyond)
	}
	return text
}
