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
// the same size on the same server, in turns: on a shared machine only what ran
// side by side can be compared.
func (b *bench) steps(clients int) error {
	captured, err := b.reference()
	if err != nil {
		return err
	}
	single, err := workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{Single: true})
	if err != nil {
		return err
	}
	alone := workflow.NewDesk(single, b.desk.Policy())
	if err := b.one(alone); err != nil { // and the script
		return err
	}
	var recorded *replay
	ways := []*way{
		{
			what: "redis-benchmark，同一脚本，不用流水线", prepare: func() error { return b.refresh(captured) },
			run: func() (speed, error) { return b.redisBenchmark(captured, clients) },
		},
		{
			what: "真步骤录下来原样重放，一个线程，不用流水线",
			prepare: func() (err error) {
				recorded, err = b.newReplay(clients)
				return err
			},
			run: func() (speed, error) { return recorded.run(b.rdb.Options().Addr) },
		},
		b.taking("Desk.Take，每步各自往返", alone, clients, 0.95),
		b.taking("Desk.Take，同时的步骤合并往返（服务所用）", b.desk, clients, 1.3),
	}
	peer, err := b.asynq(clients)
	if err != nil {
		fmt.Println("没有 asynq 可比：", err)
	} else {
		ways = append(ways, &way{what: "asynq，入队和完成各算一次状态变化", timed: true, run: peer})
	}
	for range b.rounds {
		for _, w := range ways {
			if err := w.once(b, ways[0]); err != nil {
				return err
			}
		}
	}
	fmt.Printf("\n%d 个并发，appendfsync always，%d 轮交替的中位数；倍数按钟点，折合按处理器时间；脚本、服务器、客户端：每步微秒；日志：每步字节\n", clients, b.rounds)
	fmt.Printf("%6s %6s %9s %8s %8s %8s %8s %8s %6s   做法\n", "倍数", "折合", "步/秒", "p99", "脚本", "服务器", "客户端", "日志", "拒绝")
	for _, w := range ways {
		w.print()
	}
	b.row(fmt.Sprintf("每步各自往返，%d 个并发，对 redis-benchmark", clients), ways[2].both(), "≥ 0.95", ways[2].held(0.95))
	b.row(fmt.Sprintf("自动合并往返，%d 个并发，对 redis-benchmark", clients), ways[3].both(), "≥ 1.30", ways[3].held(1.3))
	if len(ways) == 5 {
		ratio := ways[3].rate() / ways[4].rate()
		b.row(fmt.Sprintf("状态变化，%d 个并发，对 asynq", clients), fmt.Sprintf("%.2f", ratio), "≥ 1.20", ratio >= 1.2)
	}
	return nil
}

// taking is a desk that takes real steps.
func (b *bench) taking(what string, desk *workflow.Desk, clients int, target float64) *way {
	var ids []ticket.ID
	var versions []int64
	mine := workload / clients
	return &way{
		what: what, target: target,
		prepare: func() (err error) {
			ids, versions, err = b.window(desk)
			return err
		},
		run: func() (speed, error) {
			return rate(clients, workload*each, func(worker, turn int) error {
				i := worker*mine + turn%mine
				return b.step(desk, ids[i], &versions[i])
			})
		},
	}
}

// one takes a step on a new ticket, so that the server knows the script.
func (b *bench) one(desk *workflow.Desk) error {
	ids, err := b.open(1)
	if err != nil {
		return err
	}
	t, err := desk.Ticket(b.ctx, ticket.Service, ids[0])
	if err != nil {
		return err
	}
	return b.step(desk, ids[0], &t.Version)
}

// step takes one small step on a ticket.
func (b *bench) step(desk *workflow.Desk, id ticket.ID, version *int64) error {
	outcome, err := desk.Take(b.ctx, b.now.Add(2*time.Hour), workflow.Request{
		ID: requestID(int(b.requests.Add(1)) + 1<<28), Ticket: id, Version: *version, Step: ticket.StepUrge,
		Actor: operator, Fields: map[string]string{"reason": "来电人询问进度"},
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
	versions, err := b.look(desk, ids)
	return ids, versions, err
}

// look reads every ticket, so that the desk has just seen it.
func (b *bench) look(desk *workflow.Desk, ids []ticket.ID) ([]int64, error) {
	versions := make([]int64, len(ids))
	for i, id := range ids {
		t, err := desk.Ticket(b.ctx, ticket.Service, id)
		if err != nil {
			return nil, err
		}
		versions[i] = t.Version
	}
	return versions, nil
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
	fmt.Printf("每秒 %d 步，%d 秒：p50 %s，p99 %s\n", perSecond, seconds, latencies.quantile(0.5), tail)
	b.row("每秒 1000 步时的 p99", tail.String(), "≤ 50ms", tail <= 50*time.Millisecond)
	return nil
}

// asynq builds the comparison, a module of its own, and gives how to run it.
func (b *bench) asynq(clients int) (func() (speed, error), error) {
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
	return func() (speed, error) {
		out, err := exec.CommandContext(b.ctx, dir+"/asynq", "-socket", b.rdb.Options().Addr, "-clients", strconv.Itoa(clients), "-seconds", "1").Output()
		if err != nil {
			return speed{}, err
		}
		rate, err := strconv.ParseFloat(strings.TrimSpace(string(out)), 64)
		return speed{rate: rate}, err
	}, nil
}
