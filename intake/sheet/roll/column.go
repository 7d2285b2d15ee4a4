// Package roll writes lists of tickets for other programs and for people: csv,
// xlsx, parquet, json lines. It holds no personal data: titles and contents are
// those of the store, redacted; of a confidential ticket even they stay out.
package roll

import (
	"strings"
	"time"

	"huiyin/internal/parquet"
	"huiyin/ticket"
)

// Names tell what the codes in a ticket stand for.
type Names struct {
	Units      ticket.Units
	Categories ticket.Categories
}

// column is one column: its name for programs and for people, and its value,
// which is a string, an int64, a bool or a time.
type column struct {
	code, title string
	kind        parquet.Kind
	width       float64 // in a workbook
	value       func(n Names, t *ticket.Ticket) any
	coded       func(t *ticket.Ticket) string // for programs, in place of value; nil for none
}

// withheld stands for the texts of a confidential ticket.
const withheld = "（保密，不导出）"

func text(code, title string, width float64, value func(Names, *ticket.Ticket) string) column {
	return column{code: code, title: title, kind: parquet.Text, width: width, value: func(n Names, t *ticket.Ticket) any { return value(n, t) }}
}

// coded is a text that programs get as a code.
func coded(code, title string, value, raw func(*ticket.Ticket) string) column {
	c := text(code, title, 10, func(_ Names, t *ticket.Ticket) string { return value(t) })
	c.coded = raw
	return c
}

// guarded is a text that a confidential ticket keeps to itself.
func guarded(code, title string, width float64, value func(*ticket.Ticket) string) column {
	return text(code, title, width, func(_ Names, t *ticket.Ticket) string {
		if v := value(t); v == "" || !t.Confidential {
			return v
		}
		return withheld
	})
}

func number(code, title string, value func(*ticket.Ticket) int) column {
	return column{code: code, title: title, kind: parquet.Number, width: 10, value: func(_ Names, t *ticket.Ticket) any { return int64(value(t)) }}
}

func truth(code, title string, value func(*ticket.Ticket) bool) column {
	return column{code: code, title: title, kind: parquet.Truth, width: 8, value: func(_ Names, t *ticket.Ticket) any { return value(t) }}
}

func moment(code, title string, value func(*ticket.Ticket) time.Time) column {
	return column{code: code, title: title, kind: parquet.Moment, width: 17, value: func(_ Names, t *ticket.Ticket) any { return value(t) }}
}

// columns are in the order in which people read a ticket.
var columns = []column{
	text("id", "编号", 15, func(_ Names, t *ticket.Ticket) string { return string(t.ID) }),
	coded("channel", "渠道", func(t *ticket.Ticket) string { return t.Channel.Name() }, func(t *ticket.Ticket) string { return string(t.Channel) }),
	text("source_no", "来源编号", 20, func(_ Names, t *ticket.Ticket) string { return t.SourceNo }),
	coded("state", "状态", func(t *ticket.Ticket) string { return t.State.Name() }, func(t *ticket.Ticket) string { return string(t.State) }),
	coded("kind", "诉求类型", func(t *ticket.Ticket) string { return t.Kind.Name() }, func(t *ticket.Ticket) string { return string(t.Kind) }),
	text("category", "类别编码", 10, func(_ Names, t *ticket.Ticket) string { return t.Category }),
	text("category_name", "类别", 22, func(n Names, t *ticket.Ticket) string { return n.Categories.Name(t.Category) }),
	guarded("title", "标题", 30, func(t *ticket.Ticket) string { return t.Title }),
	guarded("content", "内容", 60, func(t *ticket.Ticket) string { return t.Content }),
	guarded("place", "地点", 20, func(t *ticket.Ticket) string { return t.Place }),
	guarded("subject", "反映对象", 16, func(t *ticket.Ticket) string { return t.Subject }),
	text("county", "县区", 10, func(_ Names, t *ticket.Ticket) string { return t.County }),
	text("lead", "主办单位编码", 12, func(_ Names, t *ticket.Ticket) string { return t.Lead }),
	text("lead_name", "主办单位", 16, func(n Names, t *ticket.Ticket) string { return unitName(n, t.Lead) }),
	text("co_names", "协办单位", 16, func(n Names, t *ticket.Ticket) string {
		names := make([]string, len(t.Co))
		for i, code := range t.Co {
			names[i] = unitName(n, code)
		}
		return strings.Join(names, "、")
	}),
	coded("urgency", "紧急程度", func(t *ticket.Ticket) string { return t.Urgency.Name() }, func(t *ticket.Ticket) string { return string(t.Urgency) }),
	moment("called_at", "来电时间", func(t *ticket.Ticket) time.Time { return t.CalledAt }),
	moment("received_at", "受理时间", func(t *ticket.Ticket) time.Time { return t.ReceivedAt }),
	moment("dispatched_at", "分派时间", func(t *ticket.Ticket) time.Time { return t.DispatchedAt }),
	moment("replied_at", "答复时间", func(t *ticket.Ticket) time.Time { return t.RepliedAt }),
	moment("closed_at", "办结时间", func(t *ticket.Ticket) time.Time { return t.ClosedAt }),
	moment("close_due", "办结时限", func(t *ticket.Ticket) time.Time { due, _ := t.Due(ticket.ClockClose); return due.At }),
	number("bounces", "退单次数", func(t *ticket.Ticket) int { return t.Bounces }),
	number("redos", "重办次数", func(t *ticket.Ticket) int { return t.Redos }),
	number("urged", "催办次数", func(t *ticket.Ticket) int { return t.Urged }),
	text("supervision", "督办", 8, func(_ Names, t *ticket.Ticket) string { return supervised(t) }),
	text("responded", "是否响应", 8, func(_ Names, t *ticket.Ticket) string { return tri(t.Responded) }),
	text("solved", "是否解决", 8, func(_ Names, t *ticket.Ticket) string { return tri(t.Solved) }),
	text("satisfied", "是否满意", 8, func(_ Names, t *ticket.Ticket) string { return tri(t.Satisfied) }),
	text("substantiated", "是否属实", 8, func(_ Names, t *ticket.Ticket) string { return tri(t.Substantiated) }),
	truth("auto", "自动分派", func(t *ticket.Ticket) bool { return t.Auto }),
	truth("extended", "延期", func(t *ticket.Ticket) bool { return t.Extended }),
	truth("excluded", "剔除", func(t *ticket.Ticket) bool { return t.Excluded }),
	truth("confidential", "保密", func(t *ticket.Ticket) bool { return t.Confidential }),
	truth("sample", "样例", func(t *ticket.Ticket) bool { return t.Sample }),
}

func unitName(n Names, code string) string {
	if code == "" {
		return ""
	}
	return n.Units.Short(code)
}

func supervised(t *ticket.Ticket) string {
	if t.Supervision == ticket.Unsupervised {
		return ""
	}
	return t.Supervision.Name()
}

func tri(v ticket.Tri) string {
	if v == ticket.Unknown {
		return ""
	}
	return v.Name()
}
