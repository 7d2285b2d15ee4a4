package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"huiyin/internal/backup"
	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
)

// backupCmd is huiyin backup.
type backupCmd struct {
	File     string `arg:"" optional:"" help:"写到哪个文件；不给则在备份目录里按时间取名" placeholder:"FILE"`
	Rehearse bool   `help:"做完以后在临时目录里恢复一遍，逐件核对，再删掉"`
	JSON     bool   `name:"json" help:"输出 JSON"`
}

// Run makes a backup, reads it back and, when asked, brings it back.
func (cmd *backupCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	made, err := a.backUp(ctx, root, c.now(), backupOrder{path: cmd.File, by: "命令行", rehearse: cmd.Rehearse})
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(made)
	}
	fmt.Fprintf(c.out, "已备份到 %s（%s，%d 个文件），读回核对无误。\n", made.File, sizeText(made.Size), made.Files)
	if made.Rehearsed {
		fmt.Fprintf(c.out, "恢复演练：%d 件工单，没有不一致。\n", made.Tickets)
	}
	if !made.Sealed {
		fmt.Fprintln(c.err, "注意：备份没有加密，里面有打开来电人信息的密钥，请放在只有管理员能到的地方；要加密请用 --password-file。")
	}
	return nil
}

// backupOrder is what is wanted of a backup.
type backupOrder struct {
	path     string // empty: named by the time, in the folder of backups
	by       string
	rehearse bool
}

// backUp makes a backup and reads it back. What came of it is kept for the
// console, also when it failed.
func (a *app) backUp(ctx context.Context, root *cli, now time.Time, order backupOrder) (_ backupRecord, err error) {
	began := time.Now()
	made := backupRecord{At: now.UTC(), By: order.by}
	defer func() {
		made.Seconds = time.Since(began).Round(time.Millisecond).Seconds()
		if err != nil {
			made.Error = err.Error()
		}
		if kept := a.keepBackupRecord(context.WithoutCancel(ctx), made); err == nil {
			err = kept
		}
	}()
	password, err := root.backupPassword()
	if err != nil {
		return made, err
	}
	path := order.path
	if path == "" {
		path = filepath.Join(root.backupDir(), backup.Name(now.In(ticket.Shanghai), password != ""))
	}
	if path, err = filepath.Abs(path); err != nil {
		return made, err
	}
	made.File, made.Sealed = path, password != ""
	about, err := a.aboutBackup(ctx, root, now)
	if err != nil {
		return made, err
	}
	source, err := a.backupSource(root, now)
	if err != nil {
		return made, err
	}
	if _, err := backup.Make(ctx, path, password, source, about); err != nil {
		return made, err
	}
	manifest, err := backup.Verify(ctx, path, password)
	if err != nil {
		return made, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return made, err
	}
	made.Size, made.Files, made.Root, made.Verified = info.Size(), len(manifest.Files), manifest.Root, true
	if order.rehearse {
		if made.Tickets, err = root.rehearse(ctx, path, password, now); err != nil {
			return made, err
		}
		made.Rehearsed = true
	}
	return made, nil
}

// aboutBackup is the manifest without its files.
func (a *app) aboutBackup(ctx context.Context, root *cli, now time.Time) (backup.Manifest, error) {
	m := backup.Manifest{Format: backup.Format, MadeAt: now.UTC(), Version: version(), Schema: workflow.Schema, Policy: a.book().workflow.Version}
	var err error
	if m.Store, err = a.store.Identity(ctx); err != nil {
		return m, err
	}
	w, err := root.witness(a.store, now)
	if err != nil {
		return m, err
	}
	latest, err := w.Latest()
	if latest != nil {
		m.Root = latest.No
	}
	return m, err
}

func (a *app) backupSource(root *cli, now time.Time) (backup.Source, error) {
	w, err := root.witness(a.store, now)
	if err != nil {
		return backup.Source{}, err
	}
	return backup.Source{
		Data: root.Data, Policy: root.Policy, Skip: []string{root.backupDir(), filepath.Join(root.Data, rehearsals)},
		Still: w.Still,
		Store: func(ctx context.Context, out io.Writer) error { return redisd.Snapshot(ctx, a.redis, out) },
	}, nil
}

// backupDir is where backups go that are not told where.
func (root *cli) backupDir() string {
	return orDefault(root.Backups, filepath.Join(root.Data, "backups"))
}

// backupPassword is the first line of the password's file, empty without one.
func (root *cli) backupPassword() (string, error) {
	if root.PasswordFile == "" {
		return "", nil
	}
	raw, err := os.ReadFile(root.PasswordFile)
	if err != nil {
		return "", fmt.Errorf("密码文件 %s 读不了，请核对 --password-file", root.PasswordFile)
	}
	line, _, _ := strings.Cut(string(raw), "\n")
	if line = strings.TrimRight(line, "\r"); len([]rune(line)) < leastPassword {
		return "", fmt.Errorf("密码文件 %s 的第一行是备份的密码，至少 %d 个字符", root.PasswordFile, leastPassword)
	}
	return line, nil
}

// leastPassword is how short the password of backups may be.
const leastPassword = 12

// sizeText is a length in bytes as people read it.
func sizeText(n int64) string {
	units := []string{"B", "KB", "MB", "GB", "TB"}
	value, i := float64(n), 0
	for ; value >= 1024 && i < len(units)-1; i++ {
		value /= 1024
	}
	if i == 0 {
		return fmt.Sprintf("%d B", n)
	}
	return fmt.Sprintf("%.1f %s", value, units[i])
}
