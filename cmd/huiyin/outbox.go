package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"path/filepath"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"huiyin/workflow/outbox"
)

// outboxCmd is huiyin outbox.
type outboxCmd struct {
	List   outboxListCmd   `cmd:"" default:"1" help:"列出还没送到的和成了死信的"`
	Replay outboxReplayCmd `cmd:"" help:"把死信重新送出"`
}

// secretsFolder holds the secrets of receivers that are given as files.
const secretsFolder = "secrets"

// outbox makes the outbox of this instance.
func (a *app) outbox(root *cli, log *slog.Logger) *outbox.Outbox {
	return outbox.New(outbox.Options{
		Desk: a.desk, Redis: a.redis, Policy: func() *outbox.Policy { return a.book().told },
		Secret: outbox.SecretsIn(filepath.Join(root.Data, secretsFolder)), Log: log,
	})
}

// tell works on the outbox until stop is called or ctx ends; stop waits.
func tell(ctx context.Context, o *outbox.Outbox) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var telling sync.WaitGroup
	telling.Go(func() { o.Run(ctx) })
	return func() {
		cancel()
		telling.Wait()
	}
}

type outboxListCmd struct {
	JSON bool `name:"json" help:"接收方和死信各输出一行 JSON"`
}

// Run lists how each receiver stands, and the dead letters.
func (cmd *outboxListCmd) Run(ctx context.Context, root *cli, c *console) error {
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	o := a.outbox(root, slog.New(slog.DiscardHandler))
	standing, err := o.Standing(ctx, c.now())
	if err != nil {
		return err
	}
	letters, err := o.DeadLetters(ctx)
	if err != nil {
		return err
	}
	if cmd.JSON {
		lines := json.NewEncoder(c.out)
		for _, b := range standing.Receivers {
			if err := lines.Encode(b); err != nil {
				return err
			}
		}
		for _, d := range letters {
			if err := lines.Encode(d); err != nil {
				return err
			}
		}
		return nil
	}
	receivers := table.NewWriter()
	receivers.SetOutputMirror(c.out)
	receivers.AppendHeader(table.Row{"接收方", "等待送出", "死信", "最久已等"})
	for _, b := range standing.Receivers {
		receivers.AppendRow(table.Row{b.Receiver, b.Waiting, b.Dead, max(b.Late, 0).Round(time.Second)})
	}
	receivers.Render()
	if len(letters) == 0 {
		fmt.Fprintln(c.out, "没有死信。")
		return nil
	}
	dead := table.NewWriter()
	dead.SetOutputMirror(c.out)
	dead.AppendHeader(table.Row{"死信编号", "接收方", "工单", "试了几次", "原因", "排在后面的", "何时"})
	for _, d := range letters {
		dead.AppendRow(table.Row{d.ID, d.Receiver, d.Ticket, d.Tries, d.Cause.Name(), d.Behind, clock(d.Since)})
	}
	dead.Render()
	return nil
}

type outboxReplayCmd struct {
	ID       string `arg:"" optional:"" help:"死信编号，见 huiyin outbox list"`
	All      bool   `help:"全部死信"`
	Receiver string `help:"只重发给这个接收方" placeholder:"CODE"`
}

// Run puts dead letters back into the queue; the running service sends them.
func (cmd *outboxReplayCmd) Run(ctx context.Context, root *cli, c *console) error {
	if (cmd.ID == "") == !cmd.All {
		return misused("要么写一个死信编号，要么写 --all")
	}
	a, err := root.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	o := a.outbox(root, slog.New(slog.DiscardHandler))
	var n int
	if cmd.All {
		n, err = o.ReplayAll(ctx, c.now(), cmd.Receiver)
	} else {
		n, err = o.Replay(ctx, c.now(), cmd.ID, cmd.Receiver)
	}
	if err != nil {
		return err
	}
	fmt.Fprintf(c.out, "%d 封死信已放回发件箱，服务运行时随即送出。\n", n)
	return nil
}
