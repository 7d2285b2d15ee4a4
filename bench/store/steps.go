package main

import (
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
)

// A round of steps is taken on tickets that somebody has just looked at, a few
// on each, so that histories stay as long as those of real tickets.
const (
	workload = 2048
	each     = 8
)

// steps compares ways to take a step, all with the same script and arguments of
// the same size on the same server.
func (b *bench) steps(clients int) error {
	captured, err := b.replay()
	if err != nil {
		return err
	}
	single, err := workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{Single: true})
	if err != nil {
		return err
	}
	alone := workflow.NewDesk(single, b.desk.Policy())
	ways := []way{
		{what: "redis-benchmark，同一脚本，不用流水线", run: func() (float64, time.Duration, error) { return b.redisBenchmark(captured, clients) }},
		{what: "go-redis，同一脚本，不判不写历史", run: func() (float64, time.Duration, error) { return b.bare(captured, clients) }},
		{what: "Desk.Take，每步各自往返", target: 0.95, run: func() (float64, time.Duration, error) { return b.take(alone, clients) }},
		{what: "Desk.Take，同时的步骤合并往返（服务所用）", target: 1.3, run: func() (float64, time.Duration, error) { return b.take(b.desk, clients) }},
	}
	peer, err := b.asynq(clients)
	if err != nil {
		fmt.Println("没有 asynq 可比：", err)
	} else {
		ways = append(ways, way{what: "asynq，入队和完成各算一次状态变化", run: peer})
	}
	for range rounds {
		for i := range ways {
			if err := ways[i].once(b, ways[0].rates); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\n%6s %10s %9s %10s   做法（%d 个并发，appendfsync always，%d 轮交替的中位数）\n", "倍数", "步/秒", "p99", "服务器每步", clients, rounds)
	for i := range ways {
		ways[i].print()
	}
	if len(ways) == 5 {
		ratio := median(ways[3].rates) / median(ways[4].rates)
		fmt.Printf("Desk.Take 是 asynq 的 %.2f 倍（要求 1.20，%s）\n", ratio, reached(ratio >= 1.2))
	}
	return nil
}

// take takes real steps on fresh tickets, each worker on tickets of its own.
func (b *bench) take(desk *workflow.Desk, clients int) (float64, time.Duration, error) {
	ids, versions, err := b.window(desk)
	if err != nil {
		return 0, 0, err
	}
	mine := workload / clients
	return rate(clients, workload*each, func(worker, turn int) error {
		i := worker*mine + turn%mine
		return b.step(desk, ids[i], &versions[i])
	})
}

// step takes one small step on a ticket.
func (b *bench) step(desk *workflow.Desk, id ticket.ID, version *int64) error {
	outcome, err := desk.Take(b.ctx, b.now.Add(2*time.Hour), workflow.Request{
		ID: requestID(int(b.requests.Add(1)) + 1<<28), Ticket: id, Version: *version, Step: ticket.StepUrge,
		Actor: ticket.Service, Fields: map[string]string{"reason": "办结时限将到"},
	})
	if err == nil {
		*version = outcome.Ticket.Version
	}
	return err
}

// window opens as many tickets as a round works on and looks at each.
func (b *bench) window(desk *workflow.Desk) ([]ticket.ID, []int64, error) {
	ids, err := b.open(workload)
	if err != nil {
		return nil, nil, err
	}
	versions := make([]int64, len(ids))
	for i, id := range ids {
		t, err := desk.Ticket(b.ctx, ticket.Service, id)
		if err != nil {
			return nil, nil, err
		}
		versions[i] = t.Version
	}
	return ids, versions, nil
}

// steady takes a thousand steps a second, evenly, and gives the time from when
// a step was due to when it was kept.
func (b *bench) steady(int) error {
	const perSecond, seconds = 1000, 8
	ids, versions, err := b.window(b.desk)
	if err != nil {
		return err
	}
	var latencies latencies
	var wg sync.WaitGroup
	faults := make(chan error, perSecond*seconds)
	busy := make([]sync.Mutex, len(ids))
	start := time.Now()
	for n := range perSecond * seconds {
		due := start.Add(time.Duration(n) * time.Second / perSecond)
		time.Sleep(time.Until(due))
		wg.Go(func() {
			i := n % len(ids)
			busy[i].Lock()
			defer busy[i].Unlock()
			if err := b.step(b.desk, ids[i], &versions[i]); err != nil {
				faults <- err
			}
			latencies.add(time.Since(due))
		})
	}
	wg.Wait()
	select {
	case err := <-faults:
		return err
	default:
	}
	tail := latencies.quantile(0.99)
	fmt.Printf("每秒 %d 步，%d 秒：p50 %s，p99 %s（要求不超过 50ms，%s）\n", perSecond, seconds, latencies.quantile(0.5), tail, reached(tail <= 50*time.Millisecond))
	return nil
}

// asynq builds the comparison, a module of its own, and gives how to run it.
func (b *bench) asynq(clients int) (func() (float64, time.Duration, error), error) {
	dir, err := os.MkdirTemp("", "huiyin-asynq")
	if err != nil {
		return nil, err
	}
	b.leave = append(b.leave, func() { _ = os.RemoveAll(dir) })
	build := exec.CommandContext(b.ctx, "go", "build", "-o", dir+"/asynq", ".")
	build.Dir = "bench/asynq"
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("%w: %s", err, out)
	}
	return func() (float64, time.Duration, error) {
		out, err := exec.CommandContext(b.ctx, dir+"/asynq", "-socket", b.rdb.Options().Addr, "-clients", strconv.Itoa(clients), "-seconds", "1").Output()
		if err != nil {
			return 0, 0, err
		}
		rate, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		return rate, 0, err
	}, nil
}
