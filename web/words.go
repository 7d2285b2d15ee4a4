package web

import (
	"fmt"
	"strings"
	"time"

	"huiyin/classify"
	"huiyin/ticket"
)

// moment is a time as people read it in a list: without the year while it is
// this year's.
func moment(t, now time.Time) string {
	if t.IsZero() {
		return ""
	}
	t, now = t.In(ticket.Shanghai), now.In(ticket.Shanghai)
	if t.Year() == now.Year() {
		return t.Format("01-02 15:04")
	}
	return t.Format("2006-01-02 15:04")
}

// fullMoment is a time as it stands in a record.
func fullMoment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(ticket.Shanghai).Format("2006-01-02 15:04")
}

// deadline writes an exclusive end: midnight is 24:00 of the day before.
func deadline(at time.Time) string {
	t := at.In(ticket.Shanghai)
	if t.Hour() == 0 && t.Minute() == 0 && t.Second() == 0 {
		return t.Add(-time.Second).Format("01-02") + " 24:00"
	}
	return t.Format("01-02 15:04")
}

// span is a length of time in at most two units.
func span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case days >= 10 || days > 0 && hours == 0:
		return fmt.Sprintf("%d 天", days)
	case days > 0:
		return fmt.Sprintf("%d 天 %d 小时", days, hours)
	case hours >= 10 || hours > 0 && minutes == 0:
		return fmt.Sprintf("%d 小时", hours)
	case hours > 0:
		return fmt.Sprintf("%d 小时 %d 分", hours, minutes)
	case minutes > 0:
		return fmt.Sprintf("%d 分钟", minutes)
	}
	return "不到 1 分钟"
}

// nearDue is how long before its end a clock is shown as near.
const nearDue = 24 * time.Hour

// dueView says a clock in words, a colour and a sign: never by colour alone.
func dueView(d ticket.Due, now time.Time) chip {
	name := d.Clock.Name()
	hint := fmt.Sprintf("%s时限 %s，到 %s", name, d.Limit, deadline(d.At))
	switch {
	case d.At.IsZero():
		return chip{}
	case !d.MetAt.IsZero() && d.Overdue(now):
		return chip{Text: name + "超期完成", Tone: "red", Icon: "late", Hint: hint}
	case !d.MetAt.IsZero():
		return chip{Text: name + "已按时", Tone: "green", Icon: "check", Hint: hint}
	case d.Clock == ticket.ClockReturn && !now.Before(d.At):
		return chip{Text: "退单期已过", Icon: "clock", Hint: hint}
	case d.Overdue(now):
		return chip{Text: name + "超期 " + span(now.Sub(d.At)), Tone: "red", Icon: "late", Hint: hint}
	case d.At.Sub(now) <= nearDue:
		return chip{Text: name + "剩 " + span(d.At.Sub(now)), Tone: "amber", Icon: "alert", Hint: hint}
	}
	return chip{Text: name + "剩 " + span(d.At.Sub(now)), Icon: "clock", Hint: hint}
}

// sureness is a confidence in words, with the number behind it.
func sureness(confidence float64) chip {
	percent := classify.Sure(confidence)
	switch {
	case confidence >= 0.9:
		return chip{Text: "把握大", Tone: "green", Hint: "判类把握 " + percent}
	case confidence >= 0.6:
		return chip{Text: "较有把握", Tone: "blue", Hint: "判类把握 " + percent}
	case confidence > 0:
		return chip{Text: "把握小，请细看", Tone: "amber", Hint: "判类把握 " + percent}
	}
	return chip{Text: "判不出，请人工定", Tone: "amber"}
}

var stateTones = map[ticket.State]string{
	ticket.Received: "blue", ticket.Dispatched: "teal", ticket.Handling: "teal", ticket.ReturnRequested: "amber",
	ticket.Arbitration: "violet", ticket.Replied: "blue", ticket.Callback: "violet", ticket.Suspended: "amber",
	ticket.Closed: "green", ticket.HandedOver: "red",
}

func stateView(s ticket.State) chip { return chip{Text: s.Name(), Tone: stateTones[s]} }

// flagsOf are the facts beside the state.
func flagsOf(t *ticket.Ticket) []chip {
	var flags []chip
	add := func(when bool, c chip) {
		if when {
			flags = append(flags, c)
		}
	}
	add(t.Urgency == ticket.Critical, chip{Text: "特急", Tone: "solid-red"})
	add(t.Urgency == ticket.Urgent, chip{Text: "紧急", Tone: "red", Icon: "alert"})
	add(t.Supervision == ticket.SupervisionRed, chip{Text: "红牌督办", Tone: "solid-red", Icon: "flag"})
	add(t.Supervision == ticket.SupervisionYellow, chip{Text: "黄牌督办", Tone: "amber", Icon: "flag"})
	add(t.Supervision == ticket.SupervisionNormal, chip{Text: "督办", Tone: "amber", Icon: "flag"})
	add(t.Confidential, chip{Text: "保密", Tone: "violet", Icon: "lock"})
	add(t.Verdict.Enforcement, chip{Text: "执法", Tone: "blue", Icon: "shield"})
	add(t.Redos > 0, chip{Text: fmt.Sprintf("重办%s", times(t.Redos)), Tone: "red", Icon: "redo"})
	add(t.Bounces > 0, chip{Text: fmt.Sprintf("退单%s", times(t.Bounces)), Tone: "amber", Icon: "back"})
	add(t.Urged > 0, chip{Text: fmt.Sprintf("催办%s", times(t.Urged)), Tone: "amber"})
	add(t.Extended, chip{Text: "已延期"})
	add(t.Excluded, chip{Text: "已剔除"})
	add(t.Final, chip{Text: "裁定终局"})
	add(t.Sample, chip{Text: "样例"})
	return flags
}

func times(n int) string {
	if n == 1 {
		return ""
	}
	return fmt.Sprintf(" %d 次", n)
}

func rolesText(roles []ticket.Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = r.Name()
	}
	return strings.Join(names, "、")
}

// firstRunes shortens a text for a list.
func firstRunes(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	return string(r[:n]) + "…"
}

// titleOf is what a ticket is called in lists: a ticket without a title by the
// beginning of its text.
func titleOf(t *ticket.Ticket) string {
	switch {
	case t.Title != "":
		return t.Title
	case t.Content != "":
		return firstRunes(t.Content, 40)
	}
	return "（没有标题）"
}
