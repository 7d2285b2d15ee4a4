package main

import (
	"context"
	"encoding/json"
	"fmt"
	"path/filepath"
	"time"

	"huiyin/jobs"
	"huiyin/ticket"
	"huiyin/workflow"
)

// archiveFolder is where the archive lies, below the data folder.
const archiveFolder = "archive"

// archiveCmd is huiyin archive.
type archiveCmd struct {
	Before string `help:"归档这个月以前办结、此后没有动过的，如 2024-01；不给则按政策“归档月数”" placeholder:"YYYY-MM"`
	JSON   bool   `name:"json" help:"输出 JSON"`
}

// Run moves what was finished long ago to the archive.
func (cmd *archiveCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	before, ok := a.book().keeping.Before(c.now())
	if cmd.Before != "" {
		if before, err = ticket.ParseMonth(cmd.Before); err != nil {
			return misused("%s", err)
		}
		if before > ticket.MonthOf(c.now()) {
			return misused("%s 还没有到，最多归档到上个月办结的", cmd.Before)
		}
	} else if !ok {
		return ticket.Refuse(ticket.ErrInvalid, "no_archiving", "政策里“归档月数”是 0，不归档；要归档请用 --before 给出月份")
	}
	done, err := a.store.Archive(ctx, before)
	if err != nil {
		return err
	}
	if cmd.JSON {
		return json.NewEncoder(c.out).Encode(struct {
			Before ticket.Month `json:"before"`
			workflow.ArchiveResult
			Dir string `json:"dir"`
		}{before, done, filepath.Join(root.Data, archiveFolder)})
	}
	fmt.Fprintf(c.out, "%s以前办结的 %d 件移到了 %s 的 %d 个文件里，存储少留 %s。\n", before.Name(), done.Tickets, filepath.Join(root.Data, archiveFolder), done.Files, sizeText(int64(done.Bytes)))
	return nil
}

// archiveOld is the job: what the policy calls old.
func (a *app) archiveOld(ctx context.Context, now time.Time) error {
	before, ok := a.book().keeping.Before(now)
	if !ok {
		jobs.Note(ctx, "政策不归档")
		return nil
	}
	done, err := a.store.Archive(ctx, before)
	jobs.Note(ctx, "%s以前办结的 %d 件，%d 个文件", before.Name(), done.Tickets, done.Files)
	return err
}
