package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"huiyin/ticket"
	"huiyin/web"
)

// shownBackups are the backups of this instance, as the console shows and makes
// them.
type shownBackups struct {
	app     *app
	root    *cli
	log     *slog.Logger
	now     func() time.Time
	life    context.Context
	running atomic.Bool
	making  sync.WaitGroup
}

// Wait returns when no backup is being made.
func (s *shownBackups) Wait() { s.making.Wait() }

// Folder is where backups go.
func (s *shownBackups) Folder() string { return s.root.backupDir() }

// Running tells whether one is being made here.
func (s *shownBackups) Running() bool { return s.running.Load() }

// Start makes one beside the work; it ends with the service.
func (s *shownBackups) Start(by string) error {
	if !s.running.CompareAndSwap(false, true) {
		return ticket.Refuse(ticket.ErrConflict, "backup_running", "正在备份，请等它做完")
	}
	s.making.Go(func() {
		defer s.running.Store(false)
		if _, err := s.app.backUp(s.life, s.root, s.now(), backupOrder{by: by, rehearse: true}); err != nil {
			s.log.Error("备份没有成功", "error", err)
		}
	})
	return nil
}

// List tells what came of the latest backups.
func (s *shownBackups) List(ctx context.Context) ([]web.Backup, error) {
	records, err := s.app.backupRecords(ctx)
	if err != nil {
		return nil, err
	}
	list := make([]web.Backup, len(records))
	for i, r := range records {
		_, missing := os.Stat(r.File)
		list[i] = web.Backup{
			At: r.At, By: r.By, File: r.File, Error: r.Error, Size: r.Size, Seconds: r.Seconds, Tickets: r.Tickets,
			Sealed: r.Sealed, Verified: r.Verified, Rehearsed: r.Rehearsed, There: missing == nil,
		}
	}
	return list, nil
}

// shownKeeping tells how what there is is kept.
func (a *app) shownKeeping() web.Keeping {
	return web.Keeping{
		BackupAge: func() time.Duration { return time.Duration(a.book().keeping.BackupHours) * time.Hour },
		Check: func(ctx context.Context) (web.CheckResult, error) {
			doc, err := a.store.Document(ctx, checkRecordName)
			if err != nil || doc == nil {
				return web.CheckResult{}, err
			}
			var r checkRecord
			if err := json.Unmarshal(doc, &r); err != nil {
				return web.CheckResult{}, nil //nolint:nilerr // as if there were none; the next one replaces it
			}
			return web.CheckResult{At: r.At, Tickets: r.Tickets, Breaches: r.Breaches, First: r.First}, nil
		},
	}
}
