package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"huiyin/internal/backup"
	"huiyin/internal/redisd"
	"huiyin/workflow"
)

// restoreCmd is huiyin restore.
type restoreCmd struct {
	File  string `arg:"" help:"备份文件"`
	Check bool   `help:"只核对备份文件，不恢复"`
	JSON  bool   `name:"json" help:"输出 JSON"`
}

// restored is what came back.
type restored struct {
	File    string    `json:"file"`
	MadeAt  time.Time `json:"made_at"`
	Version string    `json:"version"`
	Schema  string    `json:"schema"`
	Root    int64     `json:"root"`
	Files   int       `json:"files"`
	Size    int64     `json:"size"` // unpacked
	Data    string    `json:"data,omitempty"`
	Tickets int       `json:"tickets,omitempty"`
}

// Run brings a backup back into an empty data folder and checks all of it.
func (cmd *restoreCmd) Run(ctx context.Context, root *cli, c *console) error {
	password, err := root.backupPassword()
	if err != nil {
		return err
	}
	if root.Redis != "" && !cmd.Check {
		return misused("恢复只做到自带的存储里：不要给 --redis，用 --data 指一个空目录")
	}
	var m *backup.Manifest
	done := restored{File: cmd.File}
	if cmd.Check {
		m, err = backup.Verify(ctx, cmd.File, password)
	} else {
		m, err = bringBack(ctx, cmd.File, password, root.Data)
	}
	if err != nil {
		return err
	}
	done.MadeAt, done.Version, done.Schema, done.Root, done.Files, done.Size = m.MadeAt, m.Version, m.Schema, m.Root, len(m.Files), m.Size()
	if !cmd.Check {
		done.Data = root.Data
		if done.Tickets, err = root.proveRestored(ctx, c); err != nil {
			return err
		}
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(done)
	}
	fmt.Fprintf(c.out, "备份 %s：%s 做的，%d 个文件，展开后 %s，到第%d号根，逐个核对无误。\n", cmd.File, clock(done.MadeAt), done.Files, sizeText(done.Size), done.Root)
	if !cmd.Check {
		fmt.Fprintf(c.out, "已恢复到 %s：%d 件工单，fsck 没有发现不一致。备份以后的操作不在里面。\n", root.Data, done.Tickets)
		tellPolicy(c, root.Data)
	}
	return nil
}

// tellPolicy says where a policy folder of its own was put.
func tellPolicy(c *console, data string) {
	dir := filepath.Join(data, "policy")
	if _, err := os.Stat(dir); err == nil {
		fmt.Fprintf(c.out, "备份里有自己的政策文件，放在 %s：启动时用 --policy 指到那里。\n", dir)
	}
}

// proveRestored opens what came back and checks it; anything found is printed.
func (root *cli) proveRestored(ctx context.Context, c *console) (tickets int, err error) {
	here := *root
	here.Roots = "" // roots signed since then are no fault of the backup
	a, err := here.open(ctx, c)
	if err != nil {
		return 0, err
	}
	defer a.Close()
	breaches := 0
	checked, err := a.checkAll(ctx, &here, c.now(), nil, func(b workflow.Breach) {
		breaches++
		fmt.Fprintln(c.out, b)
	})
	if err == nil && breaches > 0 {
		fmt.Fprintf(c.err, "恢复出来的存储有 %d 处不一致，请换一份备份。\n", breaches)
		err = errFound
	}
	return checked.summary.Tickets, err
}

// bringBack unpacks a backup into an empty folder and puts its parts in their
// places.
func bringBack(ctx context.Context, file, password, data string) (*backup.Manifest, error) {
	u, err := backup.Unpack(ctx, file, password, data)
	if err != nil {
		return nil, err
	}
	if _, err := workflow.SchemaOf(u.Manifest.Schema); err != nil {
		return nil, errors.Join(err, emptied(data))
	}
	if err := redisd.Plant(data, u.Store); err != nil {
		return nil, errors.Join(err, emptied(data))
	}
	return u.Manifest, nil
}

// emptied takes away what a restore that failed has put into a folder that was
// empty before.
func emptied(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, e := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, e.Name())))
	}
	return err
}

// rehearsals is where backups are brought back for proof, below the data folder:
// there is room for them, and they are as well guarded.
const rehearsals = ".rehearsal"

// rehearse brings a backup back beside the running store, checks every ticket
// and takes it away again.
func (root *cli) rehearse(ctx context.Context, file, password string, now time.Time) (tickets int, err error) {
	dir := filepath.Join(root.Data, rehearsals)
	if err := os.RemoveAll(dir); err != nil {
		return 0, fmt.Errorf("恢复演练的目录 %s 清不掉，请检查权限", dir)
	}
	defer os.RemoveAll(dir)
	if _, err := bringBack(ctx, file, password, dir); err != nil {
		return 0, err
	}
	there := *root
	there.Data, there.Redis, there.Roots = dir, "", ""
	a, err := there.open(ctx, &console{out: io.Discard, err: io.Discard, now: func() time.Time { return now }})
	if err != nil {
		return 0, fmt.Errorf("恢复演练：%w", err)
	}
	defer a.Close()
	var first *workflow.Breach
	breaches := 0
	checked, err := a.checkAll(ctx, &there, now, nil, func(b workflow.Breach) {
		if breaches++; first == nil {
			first = &b
		}
	})
	if err == nil && first != nil {
		err = fmt.Errorf("恢复演练发现 %d 处不一致，第一处：%s", breaches, first)
	}
	return checked.summary.Tickets, err
}
