// Package jobs is the clockwork: which work the calendar asks for, and the
// runner that sees it done, once for each occurrence, by whichever instance is
// up, also when none was up at the time. The work itself stays in its room.
package jobs

import (
	"context"
	"time"

	"huiyin/ticket"
)

// Job is a piece of work that is due at certain times.
type Job struct {
	Name     string // stable, for commands: "overdue-sweep"
	Title    string // Chinese, for people
	Schedule string // cron, five fields, in Shanghai
	Purpose  string // one sentence of Chinese
	// Only says which of the schedule's times count; nil: all of them.
	Only func(slot time.Time) bool
	// Missed says what is done about times at which nobody was up, and Reach
	// how far back.
	Missed Missed
	Reach  time.Duration
	// Run does the work as of now. It must stop when ctx ends, and running it
	// again must do no harm. Its error is shown to people.
	Run func(ctx context.Context, now time.Time) error
}

// Missed is what to do about missed times.
type Missed int

const (
	// Latest: only how things stand counts. The latest missed time is made up
	// for, with the present as now.
	Latest Missed = iota
	// Each: every time stands for a period of its own. Each is made up for,
	// oldest first, with its own time as now.
	Each
)

// Work is what the jobs of the timetable do. The month is the one before.
type Work struct {
	Sweep      func(ctx context.Context, now time.Time) error
	Patterns   func(ctx context.Context, now time.Time) error
	Draw       func(ctx context.Context, month ticket.Month, now time.Time) error
	Report     func(ctx context.Context, month ticket.Month, now time.Time) error
	Rectify    func(ctx context.Context, now time.Time) error
	Learn      func(ctx context.Context, month ticket.Month, now time.Time) error
	Rulings    func(ctx context.Context, now time.Time) error
	Root       func(ctx context.Context, now time.Time) error
	WorkingDay func(ticket.Date) bool
}

const day = 24 * time.Hour

// Timetable is the service's standing jobs.
func Timetable(w Work) []Job {
	return []Job{
		{
			Name: "overdue-sweep", Title: "逾期巡查", Schedule: "*/5 * * * *",
			Purpose: "催办超过时限的工单；超期、退单、重办、紧急的按规则督办",
			Missed:  Latest, Reach: day,
			Run: w.Sweep,
		},
		{
			Name: "pattern-sweep", Title: "串案巡查", Schedule: "40 * * * *",
			Purpose: "找出同一来电人重复反映、多人反映同一对象、同一事项同一地点高频的在办工单，按规则督办",
			Missed:  Latest, Reach: day,
			Run: w.Patterns,
		},
		{
			Name: "ledger-root", Title: "账本留根", Schedule: "0 * * * *",
			Purpose: "每小时把各工单哈希链的末端签名，写到存储之外，供核对有没有被改动、删除、回退",
			Missed:  Latest, Reach: day,
			Run: w.Root,
		},
		{
			Name: "callback-draw", Title: "回访抽样", Schedule: "0 6 1 * *",
			Purpose: "每月一日从上月办结的工单中按单位和事项分层抽取回访样本",
			Missed:  Each, Reach: 92 * day,
			Run: forMonthBefore(w.Draw),
		},
		{
			// The longest holiday with the weekend before it ends by the 12th.
			Name: "monthly-report", Title: "月度分析报告", Schedule: "30 7 1-12 * *",
			Purpose: "每月第一个工作日起草上月的分析报告，告知督办和领导",
			Only:    firstWorkingDay(w.WorkingDay),
			Missed:  Each, Reach: 92 * day,
			Run: forMonthBefore(w.Report),
		},
		{
			Name: "rectify-watch", Title: "整改巡查", Schedule: "10 9 * * *",
			Purpose: "提醒快到时限的整改事项，催办超期的",
			Missed:  Latest, Reach: 7 * day,
			Run: w.Rectify,
		},
		{
			Name: "lexicon-proposal", Title: "词表建议", Schedule: "0 3 2 * *",
			Purpose: "每月二日从上月及以前的改判里学习，提出关键词表怎样改、效果如何，等管理员审定",
			Missed:  Each, Reach: 92 * day,
			Run: forMonthBefore(w.Learn),
		},
		{
			Name: "ruling-collect", Title: "裁定规则归集", Schedule: "20 2 * * *",
			Purpose: "把要作为派单规则的裁定提给管理员，补上漏提的",
			Missed:  Latest, Reach: 7 * day,
			Run: w.Rulings,
		},
	}
}

func forMonthBefore(f func(context.Context, ticket.Month, time.Time) error) func(context.Context, time.Time) error {
	return func(ctx context.Context, now time.Time) error {
		return f(ctx, ticket.MonthOf(now).Add(-1), now)
	}
}

// firstWorkingDay keeps the first working day of each month.
func firstWorkingDay(works func(ticket.Date) bool) func(time.Time) bool {
	return func(slot time.Time) bool {
		today := ticket.DateOf(slot)
		if !works(today) {
			return false
		}
		for d := ticket.DateOf(ticket.MonthOf(slot).Start()); d != today; d = d.Next() {
			if works(d) {
				return false
			}
		}
		return true
	}
}
