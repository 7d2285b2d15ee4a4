package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"huiyin/jobs"
	"huiyin/workflow"
)

// keepingTimetable makes the jobs that look after the store do their work.
func (a *app) keepingTimetable(root *cli) []jobs.Job {
	return jobs.KeepingTimetable(jobs.Keeping{
		Backup:  func(ctx context.Context, now time.Time) error { return a.nightly(ctx, root, now) },
		Archive: a.archiveOld,
		Fsck:    func(ctx context.Context, now time.Time) error { return a.nightlyCheck(ctx, root, now) },
	})
}

// checkRecord is what came of the latest check of the whole store.
type checkRecord struct {
	At       time.Time `json:"at"`
	Seconds  float64   `json:"seconds"`
	Tickets  int       `json:"tickets"`
	Events   int       `json:"events"`
	Root     int64     `json:"root"`
	Breaches int       `json:"breaches"`
	First    []string  `json:"first,omitempty"` // of the breaches
}

const (
	checkRecordName = "fsck" // document
	breachesShown   = 20
)

// nightlyCheck checks the whole store and keeps what it found for the console.
func (a *app) nightlyCheck(ctx context.Context, root *cli, now time.Time) error {
	began, r := time.Now(), checkRecord{At: now.UTC()}
	done, err := a.checkAll(ctx, root, now, nil, func(b workflow.Breach) {
		if r.Breaches++; len(r.First) < breachesShown {
			r.First = append(r.First, b.String())
		}
	})
	if err != nil {
		return err
	}
	r.Seconds = time.Since(began).Round(time.Millisecond).Seconds()
	r.Tickets, r.Events, r.Root = done.summary.Tickets, done.summary.Events, done.account.Roots
	doc, err := json.Marshal(r)
	if err != nil {
		return err
	}
	if err := a.store.PutDocument(ctx, checkRecordName, doc); err != nil {
		return err
	}
	jobs.Note(ctx, "核对 %d 件工单、%d 个步骤", r.Tickets, r.Events)
	if r.Breaches > 0 {
		return fmt.Errorf("全库核对发现 %d 处不一致，请运行 huiyin fsck 查看", r.Breaches)
	}
	return nil
}
