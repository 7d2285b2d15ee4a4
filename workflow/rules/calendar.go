package rules

import (
	"fmt"
	"strings"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Worktime is when people are at work, and when they may be reminded.
type Worktime struct {
	Hours                ticket.Hours
	RemindFrom, RemindTo time.Duration // offsets from midnight, on working days only
}

// MayRemind reports whether a reminder may go out at an instant.
func (p *Policy) MayRemind(now time.Time) bool {
	day := ticket.DateOf(now)
	since := now.Sub(day.Start())
	return p.Calendar.Workday(day) && since >= p.Worktime.RemindFrom && since < p.Worktime.RemindTo
}

func (l *loader) calendar() {
	var notes []ticket.DayNote
	seen := map[ticket.Date]int{}
	l.read("calendar.csv", []string{"日期", "类别", "名称"}, nil, func(row policyfile.Row) {
		day, err := time.ParseInLocation(time.DateOnly, row.Get("日期"), ticket.Shanghai)
		if err != nil {
			row.Fault("日期", "日期“%s”应写成 2026-10-01 这样", row.Get("日期"))
			return
		}
		note := ticket.DayNote{Date: ticket.DateOf(day), Worked: row.Get("类别") == "班", Name: row.Get("名称")}
		weekend := day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
		switch {
		case row.Get("类别") != "班" && row.Get("类别") != "休":
			row.Fault("类别", "“%s”应填 休 或 班", row.Get("类别"))
		case seen[note.Date] > 0:
			row.Fault("日期", "%s 与第%d行重复", note.Date, seen[note.Date])
		case note.Worked && !weekend:
			row.Fault("类别", "%s 本来就是工作日，不用写 班", note.Date)
		}
		seen[note.Date] = row.Line
		notes = append(notes, note)
	})
	l.policy.Calendar = ticket.NewCalendar(notes, l.worktime())
}

func (l *loader) worktime() ticket.Hours {
	at := map[string]time.Duration{}
	l.read("worktime.csv", []string{"项目", "值", "说明"}, nil, func(row policyfile.Row) {
		offset, err := clockOffset(row.Get("值"))
		if err != nil {
			row.Fault("值", "%s", err)
		}
		at[row.Get("项目")] = offset
	})
	for _, item := range []string{"上午上班", "上午下班", "下午上班", "下午下班", "提醒开始", "提醒结束"} {
		if _, ok := at[item]; !ok {
			l.faults = append(l.faults, policyfile.Fault{File: "worktime.csv", Message: fmt.Sprintf("缺少项目“%s”", item)})
		}
	}
	if !(at["上午上班"] < at["上午下班"] && at["上午下班"] <= at["下午上班"] && at["下午上班"] < at["下午下班"]) {
		l.faults = append(l.faults, policyfile.Fault{File: "worktime.csv", Message: "上下班时间的先后不对"})
	}
	if at["提醒开始"] >= at["提醒结束"] {
		l.faults = append(l.faults, policyfile.Fault{File: "worktime.csv", Message: "提醒开始应早于提醒结束"})
	}
	l.policy.Worktime.RemindFrom, l.policy.Worktime.RemindTo = at["提醒开始"], at["提醒结束"]
	l.policy.Worktime.Hours = ticket.Hours{{From: at["上午上班"], To: at["上午下班"]}, {From: at["下午上班"], To: at["下午下班"]}}
	return l.policy.Worktime.Hours
}

func clockOffset(s string) (time.Duration, error) {
	t, err := time.Parse("15:04", strings.ReplaceAll(s, "：", ":"))
	if err != nil {
		return 0, fmt.Errorf("时间“%s”应写成 09:00 这样", s)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}
