package main

import (
	"context"
	"time"

	"huiyin/jobs"
	"huiyin/reports"
	"huiyin/web"
)

// watch looks for early signs, tells of those that are new, and keeps what it
// found for the console.
func (a *app) watch(ctx context.Context, now time.Time, to web.Teller) error {
	w, err := reports.WatchDays(ctx, a.source(), a.book().reports, now)
	if err != nil {
		return err
	}
	if !w.Early.Possible {
		jobs.Note(ctx, "此前逐日数据只有 %d 天，还不能判断", w.Early.History)
	} else {
		fresh, err := a.source().RaiseSigns(ctx, now, w, to)
		if err != nil {
			return err
		}
		jobs.Note(ctx, "%s至%s监测 %d 条序列，超出预期 %d 处，其中新发现 %d 处", w.From, w.To, w.Early.Series, len(w.Early.Bursts), fresh)
	}
	return reports.KeepWatch(ctx, a.source(), w)
}
