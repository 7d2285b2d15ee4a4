package main

import (
	"context"
	"encoding/json"
	"time"

	"huiyin/jobs"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/rating"
	"huiyin/workflow/sheets"
)

// remindAhead is how many days before their day the units are first reminded
// of the sheets that they have not confirmed.
const remindAhead = 3

// unitTimetable makes the jobs about the units do their work in the rooms.
func (a *app) unitTimetable() []jobs.Job {
	cabinet := sheets.New(a.redis, a.store.Hash(), a.desk.Policy)
	return jobs.UnitTimetable(jobs.UnitWork{
		Sheets: func(ctx context.Context, month ticket.Month, now time.Time) error {
			return a.issueSheets(ctx, cabinet, month, now)
		},
		Remind: func(ctx context.Context, now time.Time) error {
			done, err := cabinet.Remind(ctx, now, remindAhead)
			jobs.Note(ctx, "未确认 %d 份，提醒 %d 次", done.Waiting, done.Sent)
			return err
		},
		Rate:       a.rate,
		WorkingDay: func(d ticket.Date) bool { return a.book().workflow.Calendar.Workday(d) },
	})
}

func (a *app) issueSheets(ctx context.Context, cabinet *sheets.Cabinet, month ticket.Month, now time.Time) error {
	built, err := reports.BuildSheets(ctx, a.store, a.book().reports, month, now)
	if err != nil {
		return err
	}
	issued := 0
	for i := range built {
		figures, err := json.Marshal(&built[i])
		if err != nil {
			return err
		}
		fresh, err := cabinet.Put(ctx, now, month, built[i].Unit, built[i].By, figures)
		if err != nil {
			return err
		}
		if fresh {
			issued++
		}
	}
	jobs.Note(ctx, "%s：%d 个单位，新生成 %d 份", month.Name(), len(built), issued)
	return nil
}

// rate drafts the rating of a quarter; a policy without a table rates nothing.
func (a *app) rate(ctx context.Context, quarter reports.Period, now time.Time) error {
	policy := a.book().reports
	if !policy.Rating.Kept() {
		jobs.Note(ctx, "政策里没有季度评价表，不作评价")
		return nil
	}
	built, err := reports.BuildRating(ctx, a.store, policy, quarter, now)
	if err != nil {
		return err
	}
	figures, err := json.Marshal(built)
	if err != nil {
		return err
	}
	kept, err := rating.New(a.redis, a.store.Hash(), a.desk.Policy).Put(ctx, now, quarter.String(), ticket.Service, figures)
	if err == nil && !kept {
		jobs.Note(ctx, "%s已有确认的评价，没有改动", quarter.Name())
		return nil
	}
	jobs.Note(ctx, "%s：%d 个单位，草稿待确认", quarter.Name(), len(built.Units))
	return err
}
