package main

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"time"

	"huiyin/jobs"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/web"
	"huiyin/workflow/rectify"
)

// reportFormats are what the monthly job writes; pdf is made on demand.
var reportFormats = []string{"docx", "xlsx", "html", "json"}

// timetable makes the standing jobs do their work in the rooms.
func (a *app) timetable(root *cli) []jobs.Job {
	told := a.outbox(root, slog.Default())
	return slices.Concat(a.unitTimetable(), jobs.WatchTimetable(func(ctx context.Context, now time.Time) error { return a.watch(ctx, now, told) }), a.keepingTimetable(root), jobs.Timetable(jobs.Work{
		Sweep: func(ctx context.Context, now time.Time) error {
			result, err := a.desk.Sweep(ctx, now)
			jobs.Note(ctx, "超期 %d 件，催办 %d 次，新督办 %d 件", result.Overdue, result.Urged, result.Supervised)
			return err
		},
		Patterns: func(ctx context.Context, now time.Time) error {
			result, err := a.desk.SweepPatterns(ctx, now)
			jobs.Note(ctx, "新督办 %d 件", result.Supervised)
			return err
		},
		Draw: func(ctx context.Context, month ticket.Month, now time.Time) error {
			result, err := a.desk.DrawCallbacks(ctx, now, ticket.Service, month, nil)
			if err != nil {
				return err
			}
			drawn, err := a.cases.DrawCases(ctx, now, ticket.Service, month, &result.Seed)
			jobs.Note(ctx, "%s：工单 %d 件中抽取 %d 件，种子 %d；处罚案件 %d 件中抽取 %d 件", month.Name(),
				result.Population, len(result.Drawn), result.Seed, drawn.Population, len(drawn.Drawn))
			return err
		},
		Report: func(ctx context.Context, month ticket.Month, now time.Time) error {
			if err := reports.Prepare(ctx, a.source(), a.book().reports, month); err != nil {
				return err
			}
			value, err := reports.Build(ctx, a.source(), a.book().reports, month, now)
			if err != nil {
				return err
			}
			dir := filepath.Join(root.Data, "reports")
			if err := os.MkdirAll(dir, 0o700); err != nil {
				return fmt.Errorf("报告目录 %s 建不了", dir)
			}
			files, err := reports.WriteAll(dir, value.AsDraft(), reportFormats)
			if err != nil {
				return err
			}
			for _, of := range reports.EndingWith(month) {
				if err == nil {
					_, err = a.source().Begin(ctx, now, ticket.Service, of)
				}
				if err == nil {
					err = a.source().AskCards(ctx, now, a.book().reports, of, told)
				}
			}
			jobs.Note(ctx, "%s的报告已起草，写出 %d 个文件，等督办修改、领导审定", month.Name(), len(files))
			return err
		},
		Rectify: func(ctx context.Context, now time.Time) error {
			r := a.book().reports.Rules
			done, err := a.source().Ledger.Sweep(ctx, now, rectify.Watch{Ahead: r.RectifyAlertDays, Every: r.RectifyUrgeDays})
			jobs.Note(ctx, "整改超期 %d 项，催办 %d 项，到期提醒 %d 项", done.Overdue, done.Urged, done.Reminded)
			return err
		},
		Learn: a.learn,
		Rulings: func(ctx context.Context, now time.Time) error {
			this := ticket.MonthOf(now)
			n, err := a.desk.CollectRulings(ctx, []ticket.Month{this, this.Add(-1), this.Add(-2)})
			jobs.Note(ctx, "补提 %d 件", n)
			return err
		},
		Root: func(ctx context.Context, now time.Time) error {
			w, err := root.witness(a.store, now)
			if err != nil {
				return err
			}
			r, err := w.Root(ctx, now)
			if r != nil {
				jobs.Note(ctx, "%s", r)
			}
			return err
		},
		WorkingDay: func(d ticket.Date) bool { return a.book().workflow.Calendar.Workday(d) },
	}))
}

// runner makes the clockwork of this instance.
func (a *app) runner(root *cli, log *slog.Logger) (*jobs.Runner, error) {
	host, _ := os.Hostname()
	return jobs.New(jobs.Options{Client: a.redis, Jobs: a.timetable(root), Holder: fmt.Sprintf("%s/%d", host, os.Getpid()), Log: log})
}

// shownJobs is the timetable as the console shows it.
type shownJobs struct{ runner *jobs.Runner }

func (s shownJobs) Jobs(ctx context.Context) ([]web.Job, error) {
	states, err := s.runner.States(ctx)
	if err != nil {
		return nil, err
	}
	shown := make([]web.Job, len(states))
	for i, st := range states {
		shown[i] = web.Job{
			Name: st.Name, Title: st.Title, Schedule: st.Schedule, Purpose: st.Purpose,
			Last: st.Began, Next: st.Next, LastError: st.Error, Running: st.Running,
		}
	}
	return shown, nil
}

func (s shownJobs) RunJob(ctx context.Context, name string, now time.Time) error {
	return s.runner.Run(ctx, name, now, "工作台")
}
