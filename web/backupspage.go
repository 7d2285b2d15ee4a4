package web

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

// Backup is what came of one backup.
type Backup struct {
	At                  time.Time
	By, File, Error     string // Chinese; Error is empty when it went well
	Size                int64
	Seconds             float64
	Tickets             int // checked by bringing it back
	Sealed              bool
	Verified, Rehearsed bool
	There               bool // the file still is
}

// Backups are made by the service and shown by the console.
type Backups interface {
	List(ctx context.Context) ([]Backup, error) // latest first
	Folder() string
	// Start begins a backup that goes on after it returns; it refuses while one
	// is being made.
	Start(by string) error
	Running() bool
}

type backupRow struct {
	At, By, File, Size, Seconds, Error string
	State                              chip
	There                              bool
}

type backupsView struct {
	page
	Backups []backupRow
	Folder  string
	Running bool
	None    bool // the service makes none
}

func (s *Server) backupsPage(v *visit) error {
	view := backupsView{page: s.page(v, "备份", "/status")}
	view.Sub = "每天 1:30 自动做一份并恢复演练；也可以现在做一份"
	if s.Backups == nil {
		view.None = true
		return s.render(v.Ctx, "backups", view)
	}
	list, err := s.Backups.List(v.ctx())
	if err != nil {
		return err
	}
	view.Folder, view.Running = s.Backups.Folder(), s.Backups.Running()
	for _, b := range list {
		view.Backups = append(view.Backups, backupRowOf(b))
	}
	if v.Query("begun") != "" && view.Running {
		view.Notice = notice{Text: "已经开始备份，做完会列在下面", Tone: "green", Icon: "check"}
	}
	return s.render(v.Ctx, "backups", view)
}

func backupRowOf(b Backup) backupRow {
	row := backupRow{At: fullMoment(b.At), By: b.By, File: filepath.Base(b.File), Size: bytesText(b.Size), Seconds: fmt.Sprintf("%.1f 秒", b.Seconds), Error: b.Error, There: b.There}
	switch {
	case b.Error != "":
		row.State, row.Size = chip{Text: "没有成功", Tone: "red", Icon: "alert"}, "—"
	case b.Rehearsed:
		row.State = chip{Text: fmt.Sprintf("恢复演练 %d 件无误", b.Tickets), Tone: "green", Icon: "check"}
	case b.Verified:
		row.State = chip{Text: "读回核对无误", Tone: "green", Icon: "check"}
	}
	if b.File == "" {
		row.File = "—"
	}
	return row
}

// startBackup makes a backup beside the work.
func (s *Server) startBackup(v *visit) error {
	if s.Backups == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_backups", "这个服务不做备份")
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "backup", "", ""); err != nil {
		return err
	}
	if err := s.Backups.Start(v.actor.Name); err != nil {
		return err
	}
	return v.Redirect("/backups?begun=1", fiber.StatusSeeOther)
}

// backupFinding tells how the latest good backup stands.
func (s *Server) backupFinding(v *visit) (finding, error) {
	f := finding{Title: "备份", State: stateNone, Value: "这个服务不做备份"}
	if s.Backups == nil {
		return f, nil
	}
	list, err := s.Backups.List(v.ctx())
	if err != nil {
		return f, err
	}
	f.State, f.Value, f.Advice = stateBad, "还没有一份核对过的", "请在“备份”里现在做一份"
	for _, b := range list {
		if !b.Verified || b.Error != "" || !b.There {
			continue
		}
		f.State, f.Advice = stateGood, ""
		f.Value = fmt.Sprintf("%s，%s，%s", fullMoment(b.At), bytesText(b.Size), backupRowOf(b).State.Text)
		if most := s.Keeping.BackupAge; most != nil && v.now.Sub(b.At) > most() {
			f.State, f.Advice = stateBad, "太久没有新的备份：请看“任务”里“每日备份”是不是失败了"
		}
		break
	}
	return f, nil
}
