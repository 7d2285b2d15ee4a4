package jobs

import (
	"context"
	"time"
)

// Keeping is the work that keeps what there is.
type Keeping struct {
	Backup func(ctx context.Context, now time.Time) error
	// Archive moves what is old enough; the policy says how old.
	Archive func(ctx context.Context, now time.Time) error
	Fsck    func(ctx context.Context, now time.Time) error
}

// KeepingTimetable are the standing jobs that look after the store.
func KeepingTimetable(k Keeping) []Job {
	return []Job{
		{
			Name: "nightly-backup", Title: "每日备份", Schedule: "30 1 * * *",
			Purpose: "备份存储、根、密钥、附件和归档，读回核对，在临时目录里恢复一遍，删掉过老的备份",
			Missed:  Latest, Reach: day,
			Run: k.Backup,
		},
		{
			Name: "archive", Title: "归档", Schedule: "10 5 3 * *",
			Purpose: "每月三日把办结已久的工单移到归档文件，照样能查、能看、能重办",
			Missed:  Latest, Reach: 28 * day,
			Run: k.Archive,
		},
		{
			Name: "ledger-check", Title: "全库核对", Schedule: "30 4 * * *",
			Purpose: "逐件核对前后是否一致，有没有被改动、删除、回退",
			Missed:  Latest, Reach: day,
			Run: k.Fsck,
		},
	}
}
