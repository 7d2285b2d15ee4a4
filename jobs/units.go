package jobs

import (
	"context"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
)

// UnitWork is what the jobs about the units do. The month and the quarter are
// those before.
type UnitWork struct {
	Sheets     func(ctx context.Context, month ticket.Month, now time.Time) error
	Remind     func(ctx context.Context, now time.Time) error
	Rate       func(ctx context.Context, quarter reports.Period, now time.Time) error
	WorkingDay func(ticket.Date) bool
}

// UnitTimetable is the standing jobs about the units: their monthly sheets, the
// reminders of them, and their quarterly rating.
func UnitTimetable(w UnitWork) []Job {
	first := firstWorkingDay(w.WorkingDay)
	return []Job{
		{
			Name: "unit-sheets", Title: "单位月报表", Schedule: "30 6 1 * *",
			Purpose: "每月一日生成各单位上月的月报表，请单位在二十五日前确认",
			Missed:  Each, Reach: 92 * day,
			Run: forMonthBefore(w.Sheets),
		},
		{
			Name: "sheet-reminder", Title: "月报表提醒", Schedule: "0 9 * * *",
			Purpose: "工作日提醒还没有确认月报表的单位：截止前提醒一次，截止当天起每个工作日一次",
			Only:    func(slot time.Time) bool { return w.WorkingDay(ticket.DateOf(slot)) },
			Missed:  Latest, Reach: day,
			Run: w.Remind,
		},
		{
			Name: "quarterly-rating", Title: "季度评价", Schedule: "0 8 1-12 1,4,7,10 *",
			Purpose: "每季度第一个工作日生成上季度的评价草稿，督办人员确认后单位可见",
			Only:    first,
			Missed:  Each, Reach: 120 * day,
			Run: func(ctx context.Context, now time.Time) error { return w.Rate(ctx, quarterBefore(now), now) },
		},
	}
}

func quarterBefore(now time.Time) reports.Period {
	return reports.QuarterOf(ticket.MonthOf(now)).Add(-1)
}
