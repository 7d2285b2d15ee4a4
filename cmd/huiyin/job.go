package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"huiyin/ticket"
)

// jobCmd is huiyin job.
type jobCmd struct {
	List jobListCmd `cmd:"" default:"1" help:"列出定时任务"`
	Run  jobRunCmd  `cmd:"" help:"立即执行一个任务"`
}

type jobListCmd struct {
	JSON bool `name:"json" help:"每个任务输出一行 JSON"`
}

// Run lists the timetable with the last and next run of each job.
func (cmd *jobListCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	runner, err := a.runner(root, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	states, err := runner.States(ctx)
	if err != nil {
		return err
	}
	if cmd.JSON {
		for _, s := range states {
			if err := json.NewEncoder(c.out).Encode(s); err != nil {
				return err
			}
		}
		return nil
	}
	t := table.NewWriter()
	t.SetOutputMirror(c.out)
	t.AppendHeader(table.Row{"名称", "任务", "做什么", "上次", "结果", "下次"})
	for _, s := range states {
		t.AppendRow(table.Row{s.Name, s.Title, s.Purpose, clock(s.Began), s.Outcome, clock(s.Next)})
	}
	t.Render()
	return nil
}

func clock(t time.Time) string {
	if t.IsZero() {
		return "—"
	}
	return t.In(ticket.Shanghai).Format("2006-01-02 15:04")
}

type jobRunCmd struct {
	Name string `arg:"" help:"任务名称，见 huiyin job list"`
	At   string `help:"当作什么时刻执行，如 2026-11-02T08:00；不给则为现在"`
}

// Run runs one job now, as of a time.
func (cmd *jobRunCmd) Run(ctx context.Context, root *cli, c *console) error {
	at := c.now()
	if cmd.At != "" {
		var err error
		if at, err = parseTime(cmd.At); err != nil {
			return misused("%s", err)
		}
		if at.After(c.now()) {
			return misused("%s 还没有到：任务只能按现在或过去的时刻执行，否则会把未到期的工单当成超期", cmd.At)
		}
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	runner, err := a.runner(root, slog.New(slog.DiscardHandler))
	if err != nil {
		return err
	}
	if err := runner.Run(ctx, cmd.Name, at, "命令行"); err != nil {
		return err
	}
	states, err := runner.States(ctx)
	if err != nil {
		return err
	}
	for _, s := range states {
		if s.Name == cmd.Name {
			fmt.Fprintf(c.out, "%s：%s。%s\n", s.Title, s.Outcome, s.Note)
		}
	}
	return nil
}

// parseTime reads a time as people in Shanghai write it, or RFC 3339.
func parseTime(text string) (time.Time, error) {
	for _, layout := range []string{"2006-01-02T15:04", "2006-01-02T15:04:05", "2006-01-02 15:04", time.DateTime, time.DateOnly} {
		if t, err := time.ParseInLocation(layout, text, ticket.Shanghai); err == nil {
			return t, nil
		}
	}
	if t, err := time.Parse(time.RFC3339, text); err == nil {
		return t, nil
	}
	return time.Time{}, fmt.Errorf("时间“%s”看不懂，请写成 2026-11-02T08:00", text)
}
