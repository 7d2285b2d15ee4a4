// Command store measures the workflow's store on a server of its own, durable as
// in service, and prints what it has to hold as one table: steps a second beside
// redis-benchmark with the very same script and beside asynq, bytes a ticket, a
// month's facts, fsck, and the answer's time at a steady thousand steps a second.
// Ways take turns, so that a busy machine slows all of them alike; the table
// says what each step cost server and client, how much it wrote to the log and
// how many were refused, so that one sees that all did the same.
//
//	go run ./bench/store [-tickets 20000] [-clients 64,128,256] [-rounds 7] [-only steps]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/bench/side"
	"huiyin/classify"
	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
)

// options say what is measured.
type options struct {
	tickets, rounds int
	clients         string
	only            string
}

func main() {
	var o options
	flag.IntVar(&o.tickets, "tickets", 20000, "工单数")
	flag.StringVar(&o.clients, "clients", "64,128,256", "并发数，几个就各测一遍")
	flag.IntVar(&o.rounds, "rounds", 7, "每种做法轮流测几轮")
	flag.StringVar(&o.only, "only", "", "steps：只测每秒步数")
	flag.Parse()
	if err := run(o); err != nil {
		fmt.Fprintln(os.Stderr, err, refusal.Cause(err))
		os.Exit(1)
	}
}

// bench is a store of its own with a desk on it.
type bench struct {
	ctx      context.Context
	rdb      *redis.Client
	store    *workflow.Store
	desk     *workflow.Desk
	now      time.Time
	opened   int
	notes    int
	dir      string
	rounds   int
	rows     []row
	requests atomic.Int64
	leave    []func()
}

func run(o options) error {
	side.AsService()
	b, err := found()
	if err != nil {
		return err
	}
	defer b.close()
	b.rounds = max(1, o.rounds)
	parts := []func(int) error{b.disk, b.memory, b.receipts, b.facts, b.fsck, b.steady}
	if o.only == "steps" {
		parts = parts[:1]
	}
	for _, part := range parts {
		if err := part(o.tickets); err != nil {
			return err
		}
	}
	// To rewrite the log in the middle of a round would fall on one way alone.
	if err := b.rdb.ConfigSet(b.ctx, "auto-aof-rewrite-percentage", "0").Err(); err != nil {
		return err
	}
	for text := range strings.SplitSeq(o.clients, ",") {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > workload {
			return fmt.Errorf("并发数“%s”应为1到%d的整数", text, workload)
		}
		if err := b.steps(n); err != nil {
			return err
		}
	}
	b.summary()
	return nil
}

// found starts a server, durable as in service, and opens a store on it.
func found() (*bench, error) {
	ctx := context.Background()
	b := &bench{ctx: ctx, now: time.Date(2026, 9, 2, 1, 30, 0, 0, time.UTC)}
	dir, err := os.MkdirTemp("", "huiyin-bench")
	if err != nil {
		return nil, err
	}
	b.dir = dir
	b.leave = append(b.leave, func() { _ = os.RemoveAll(dir) })
	server, err := redisd.Start(ctx, redisd.Options{Dir: dir})
	if err != nil {
		return nil, err
	}
	b.leave = append(b.leave, func() { _ = server.Close() })
	b.rdb = redis.NewClient(&redis.Options{Network: "unix", Addr: server.Addr(), PoolSize: 300})
	b.leave = append(b.leave, func() { _ = b.rdb.Close() })
	if b.store, err = workflow.OpenStore(ctx, b.rdb, workflow.StoreOptions{}); err != nil {
		return nil, err
	}
	categories, err := classify.LoadCategories(tables.Default())
	if err != nil {
		return nil, err
	}
	policy, err := rules.Load(tables.Default(), categories)
	if err != nil {
		return nil, err
	}
	b.desk = workflow.NewDesk(b.store, policy)
	return b, nil
}

func (b *bench) close() {
	for _, leave := range slices.Backward(b.leave) {
		leave()
	}
}

// open receives new tickets in batches, as an import hands them over.
func (b *bench) open(n int) ([]ticket.ID, error) {
	const batch = 256
	ids := make([]ticket.ID, 0, n)
	for from := 0; from < n; from += batch {
		var openings []workflow.Opening
		for range min(batch, n-from) {
			b.opened++
			openings = append(openings, complaint(1<<20+b.opened, true))
		}
		opened, err := b.desk.Receive(b.ctx, b.now, openings)
		if err != nil {
			return nil, err
		}
		for _, o := range opened {
			if o.Err != nil {
				return nil, o.Err
			}
			ids = append(ids, o.ID)
		}
	}
	return ids, nil
}

func (b *bench) receipts(tickets int) error {
	start := time.Now()
	_, err := b.open(tickets)
	fmt.Printf("受理并自动分派 %d 件，一个协程：%.0f 件/秒（要求不少于 5000）\n", tickets, float64(tickets)/time.Since(start).Seconds())
	return err
}

func (b *bench) facts(int) error {
	start := time.Now()
	facts, err := b.store.Facts(b.ctx, "2026-09")
	if err != nil {
		return err
	}
	took := time.Since(start)
	whole := (took * 200000 / time.Duration(len(facts))).Round(time.Millisecond)
	fmt.Printf("一个月统计记录 %d 条，读 %s；折合 20 万条 %s\n", len(facts), took.Round(time.Millisecond), whole)
	b.row("一个月 20 万件的统计记录读出", whole.String(), "≤ 0.5 秒", whole <= 500*time.Millisecond)
	return nil
}

func (b *bench) fsck(int) error {
	forgetMemory()
	start := time.Now()
	summary, err := workflow.Fsck(b.ctx, b.store, b.desk.Policy(), func(breach workflow.Breach) { fmt.Println(breach) })
	if err != nil {
		return err
	}
	took := time.Since(start)
	whole := (took * 1000000 / time.Duration(summary.Tickets)).Round(time.Second)
	peak := mostMemory()
	fmt.Printf("fsck %d 件、%d 步、%d 处不符，%s，进程内存最高 %d MB\n", summary.Tickets, summary.Events, summary.Breaches, took.Round(time.Millisecond), peak>>20)
	b.row(fmt.Sprintf("fsck 100 万件的用时（按 %d 件折合）", summary.Tickets), whole.String(), "≤ 5 分钟", whole <= 5*time.Minute)
	b.row(fmt.Sprintf("fsck %d 件的内存", summary.Tickets), fmt.Sprintf("%d MB", peak>>20), "≤ 512 MB", peak <= 512<<20)
	return nil
}
