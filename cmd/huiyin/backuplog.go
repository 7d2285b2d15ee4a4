package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"huiyin/internal/backup"
	"huiyin/jobs"
)

// backupRecord is what came of one backup.
type backupRecord struct {
	At        time.Time `json:"at"`
	By        string    `json:"by"`
	File      string    `json:"file"`
	Size      int64     `json:"size"`
	Files     int       `json:"files"`
	Seconds   float64   `json:"seconds"`
	Root      int64     `json:"root"`
	Sealed    bool      `json:"sealed"`
	Verified  bool      `json:"verified"`
	Rehearsed bool      `json:"rehearsed"`
	Tickets   int       `json:"tickets,omitempty"`
	Error     string    `json:"error,omitempty"`
}

const (
	backupRecords     = "backups" // document
	backupRecordsMost = 60
)

// backupRecords are what came of the latest backups, latest first.
func (a *app) backupRecords(ctx context.Context) ([]backupRecord, error) {
	doc, err := a.store.Document(ctx, backupRecords)
	if err != nil || doc == nil {
		return nil, err
	}
	var list []backupRecord
	if err := json.Unmarshal(doc, &list); err != nil {
		return nil, errors.New("备份的记录读不出来")
	}
	return list, nil
}

func (a *app) keepBackupRecord(ctx context.Context, r backupRecord) error {
	list, err := a.backupRecords(ctx)
	if err != nil {
		list = nil // a record that cannot be read must not stop the next backup
	}
	list = append([]backupRecord{r}, list...)
	doc, err := json.Marshal(list[:min(len(list), backupRecordsMost)])
	if err != nil {
		return err
	}
	return a.store.PutDocument(ctx, backupRecords, doc)
}

// nightly makes the backup of the day, brings it back for proof, and drops the
// oldest beyond those that policy keeps.
func (a *app) nightly(ctx context.Context, root *cli, now time.Time) error {
	made, err := a.backUp(ctx, root, now, backupOrder{by: "任务", rehearse: true})
	if err != nil {
		return err
	}
	dropped, err := root.dropBackups(a.book().keeping.Backups)
	jobs.Note(ctx, "%s，%s，恢复演练 %d 件无误，删除旧的 %d 份", filepath.Base(made.File), sizeText(made.Size), made.Tickets, dropped)
	return err
}

// dropBackups removes all but the latest backups of the usual folder.
func (root *cli) dropBackups(keep int) (dropped int, err error) {
	entries, err := os.ReadDir(root.backupDir())
	if err != nil {
		return 0, fmt.Errorf("备份目录 %s 读不了", root.backupDir())
	}
	var names []string
	for _, e := range entries {
		if e.Type().IsRegular() && backup.IsWhole(e.Name()) {
			names = append(names, e.Name())
		}
	}
	slices.Sort(names)
	for _, name := range names[:max(0, len(names)-keep)] {
		if err := os.Remove(filepath.Join(root.backupDir(), name)); err != nil {
			return dropped, fmt.Errorf("旧备份 %s 删不掉，请检查权限", name)
		}
		dropped++
	}
	return dropped, nil
}
