// Command store measures the workflow's store on a server of its own, durable as
// in service: receipts and steps a second beside redis-benchmark with the very
// same script, bytes a ticket, a month's facts, and fsck. Speeds of a shared
// machine move by half from minute to minute; the ratios hold.
//
//	go run ./bench/store [-tickets 20000] [-clients 64] [-seconds 5]
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/classify"
	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

func main() {
	tickets := flag.Int("tickets", 20000, "工单数")
	clients := flag.Int("clients", 64, "并发数")
	seconds := flag.Int("seconds", 5, "每项测几秒")
	flag.Parse()
	if err := run(*tickets, *clients, time.Duration(*seconds)*time.Second); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bench is a store of its own with a desk on it.
type bench struct {
	ctx      context.Context
	rdb      *redis.Client
	store    *workflow.Store
	desk     *workflow.Desk
	clients  int
	span     time.Duration
	now      time.Time
	ids      []ticket.ID
	versions []int64
	notes    int
	requests atomic.Int64
}

func run(tickets, clients int, span time.Duration) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "huiyin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := redisd.Start(ctx, redisd.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer server.Close()
	b := &bench{
		ctx: ctx, clients: clients, span: span, now: time.Date(2026, 9, 2, 1, 30, 0, 0, time.UTC),
		rdb: redis.NewClient(&redis.Options{Network: "unix", Addr: server.Addr(), PoolSize: clients + 4}),
	}
	defer b.rdb.Close()
	if b.store, err = workflow.OpenStore(ctx, b.rdb, workflow.StoreOptions{}); err != nil {
		return err
	}
	categories, err := classify.LoadCategories(tables.Default())
	if err != nil {
		return err
	}
	policy, err := rules.Load(tables.Default(), categories)
	if err != nil {
		return err
	}
	b.desk = workflow.NewDesk(b.store, policy)
	for _, part := range []func(int) error{b.memory, b.receipts, b.facts, b.fsck, b.steps} {
		if err := part(tickets); err != nil {
			return err
		}
	}
	return nil
}

func (b *bench) facts(int) error {
	start := time.Now()
	facts, err := b.store.Facts(b.ctx, "2026-09")
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Printf("一个月统计记录 %d 条，读 %s；折合 20 万条 %s（要求不超过 500ms）\n",
		len(facts), took.Round(time.Millisecond), (took * 200000 / time.Duration(len(facts))).Round(time.Millisecond))
	return nil
}

func (b *bench) fsck(int) error {
	start := time.Now()
	summary, err := workflow.Fsck(b.ctx, b.store, b.desk.Policy(), func(breach workflow.Breach) { fmt.Println(breach) })
	if err != nil {
		return err
	}
	took := time.Since(start)
	fmt.Printf("fsck %d 件、%d 步、%d 处不符，%s；折合 100 万件 %s（要求不超过 5 分钟）\n", summary.Tickets, summary.Events,
		summary.Breaches, took.Round(time.Millisecond), (took * 1000000 / time.Duration(summary.Tickets)).Round(time.Second))
	return nil
}
