package main

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"huiyin/internal/sample"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow"
)

type benchMachineCmd struct {
	Tickets int    `help:"用多少件样例工单来量" default:"2000"`
	Clients int    `help:"几个人同时" default:"32"`
	Seed    uint64 `help:"随机种子" default:"1"`
	JSON    bool   `name:"json" help:"每项输出一行 JSON"`
}

// The peak that the design asks for: a million tickets a year, an hour with a
// tenth of a day's and in it ten times as many at once; ten steps a ticket.
const (
	peakTickets = 0.9
	peakSteps   = 9
)

// benchFolder is where it happens: on the disk that the service uses.
const benchFolder = ".bench"

// Run measures on a store of its own, as durable as the service's.
func (cmd *benchMachineCmd) Run(ctx context.Context, root *cli, c *console) error {
	if cmd.Tickets < 10 || cmd.Tickets > 1_000_000 || cmd.Clients < 1 || cmd.Clients > 1024 {
		return misused("--tickets 应在 10 到 1000000 之间，--clients 应在 1 到 1024 之间")
	}
	there := *root
	there.Data, there.Redis, there.Roots = filepath.Join(root.Data, benchFolder), "", ""
	if err := os.RemoveAll(there.Data); err != nil {
		return fmt.Errorf("目录 %s 清不掉，请检查权限", there.Data)
	}
	defer os.RemoveAll(there.Data)
	a, err := there.open(ctx, c)
	if err != nil {
		return err
	}
	defer a.Close()
	if !cmd.JSON {
		fmt.Fprintf(c.err, "%d 个处理器，%d 件样例工单，%d 人同时；临时存储在 %s，量完就删。\n", runtime.NumCPU(), cmd.Tickets, cmd.Clients, there.Data)
	}
	all, err := cmd.measure(ctx, a, there.Data, c.now())
	if err != nil {
		return err
	}
	if err := printMeasures(c.out, cmd.JSON, all); err != nil || cmd.JSON {
		return err
	}
	fmt.Fprintln(c.out, "“所需”按一年一百万件、最忙时十倍于平时计：每秒受理 0.9 件、办理 9 步。")
	return nil
}

func (cmd *benchMachineCmd) measure(ctx context.Context, a *app, dir string, now time.Time) ([]measure, error) {
	disk, err := measureDisk(dir)
	if err != nil {
		return nil, err
	}
	rng, maker := rand.New(rand.NewPCG(cmd.Seed, 1)), sample.New(cmd.Seed)
	complaints := make([]sample.Complaint, cmd.Tickets)
	for i, at := range arrivals(rng, cmd.Tickets, 2, now) {
		complaints[i] = maker.Complaint(at)
	}
	judged := newStopwatch()
	for i := range complaints {
		_ = judged.lap(func() error {
			a.line.Judge(complaints[i].Title, complaints[i].Content, complaints[i].Place, complaints[i].County)
			return nil
		})
	}
	all := []measure{disk, judged.done("judge", "判类、派单建议（一个处理器）", peakTickets)}
	d := &demo{app: a, now: now, bar: progress(&console{err: io.Discard}, "")}
	lives := make([]*life, cmd.Tickets)
	received := newStopwatch()
	err = spread(ctx, cmd.Clients, cmd.Tickets, func(ctx context.Context, i int) error {
		return received.lap(func() (err error) {
			lives[i], err = d.born(ctx, &complaints[i], cmd.Seed+uint64(i))
			return err
		})
	})
	if err != nil {
		return nil, err
	}
	all = append(all, received.done("receive", "受理（判类、查重、加密、落盘）", peakTickets))
	steps := newStopwatch()
	err = spread(ctx, cmd.Clients, cmd.Tickets, func(ctx context.Context, i int) error { return lives[i].timed(ctx, steps) })
	if err != nil {
		return nil, err
	}
	all = append(all, steps.done("step", "办理一步（落盘才算完）", peakSteps))
	return append(all, cmd.whole(ctx, a, now)...), nil
}

// whole measures what goes over the whole store.
func (cmd *benchMachineCmd) whole(ctx context.Context, a *app, now time.Time) (all []measure) {
	listed := newStopwatch()
	for range 50 {
		_ = listed.lap(func() error {
			_, err := a.desk.List(ctx, now, exporter, workflow.Filter{SortBy: workflow.SortReceived})
			return err
		})
	}
	all = append(all, listed.done("list", "查一页清单", 0))
	report := newStopwatch()
	for range 5 {
		_ = report.lap(func() error {
			_, err := reports.Build(ctx, a.source(), a.book().reports, ticket.MonthOf(now).Add(-1), now)
			return err
		})
	}
	all = append(all, report.done("report", "算一份月报的数", 0))
	checked := newStopwatch()
	_ = checked.lap(func() error {
		_, err := workflow.Fsck(ctx, a.store, a.book().workflow, func(workflow.Breach) {})
		return err
	})
	one := checked.done("fsck", fmt.Sprintf("核对全部 %d 件", cmd.Tickets), 0)
	return append(all, one)
}

// timed lets a ticket live as run does, and takes how long each step took.
func (l *life) timed(ctx context.Context, watch *stopwatch) error {
	for range longestLife {
		m, ok := l.next()
		if !ok {
			return nil
		}
		at := l.later(m)
		if at.After(l.now) {
			return nil
		}
		if err := watch.lap(func() error { return l.take(ctx, m, at) }); err != nil {
			return err
		}
	}
	return nil
}
