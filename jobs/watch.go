package jobs

import (
	"context"
	"time"
)

// WatchTimetable is the standing job that looks for early signs.
func WatchTimetable(watch func(ctx context.Context, now time.Time) error) []Job {
	return []Job{{
		Name: "burst-watch", Title: "苗头监测", Schedule: "20 7 * * *",
		Purpose: "每天清早把近七天各类、各县区每日件数与预期比较，超出的列给督办和领导看",
		Missed:  Latest, Reach: day,
		Run: watch,
	}}
}
