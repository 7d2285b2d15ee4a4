package main

import (
	"context"
	"time"

	"huiyin/jobs"
	"huiyin/reports"
)

// watch looks for early signs and keeps what it found for the console.
func (a *app) watch(ctx context.Context, now time.Time) error {
	w, err := reports.WatchDays(ctx, a.source(), a.book().reports, now)
	if err != nil {
		return err
	}
	if !w.Early.Possible {
		jobs.Note(ctx, "此前逐日数据只有 %d 天，还不能判断", w.Early.History)
	} else {
		jobs.Note(ctx, "%s至%s监测 %d 条序列，超出预期 %d 处", w.From, w.To, w.Early.Series, len(w.Early.Bursts))
	}
	return reports.KeepWatch(ctx, a.source(), w)
}
