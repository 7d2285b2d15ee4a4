package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

// receipts measures tickets a second in batches, as an import hands them over.
func (b *bench) receipts(tickets int) error {
	const batch = 256
	start := time.Now()
	for from := 0; from < tickets; from += batch {
		var openings []workflow.Opening
		for i := from; i < min(from+batch, tickets); i++ {
			openings = append(openings, complaint(1<<20+i, true))
		}
		opened, err := b.desk.Receive(b.ctx, b.now, openings)
		if err != nil {
			return err
		}
		for _, o := range opened {
			if o.Err != nil {
				return o.Err
			}
			b.ids = append(b.ids, o.ID)
		}
	}
	fmt.Printf("受理并自动分派 %d 件，一个协程：%.0f 件/秒（要求不少于 5000）\n", tickets, float64(tickets)/time.Since(start).Seconds())
	return nil
}

// steps compares ways to take a step, all with the same script and arguments of
// the same size on the same server.
func (b *bench) steps(int) error {
	captured, err := b.capture()
	if err != nil {
		return err
	}
	if err := b.copies(captured); err != nil {
		return err
	}
	auto, err := b.rdb.AutoPipeline()
	if err != nil {
		return err
	}
	piped, err := workflow.OpenStore(b.ctx, auto, workflow.StoreOptions{})
	if err != nil {
		return err
	}
	ways := []way{
		{what: "redis-benchmark，同一脚本，不用流水线", run: func() (float64, time.Duration, error) { return b.redisBenchmark(captured) }},
		{what: "go-redis，同一脚本", run: b.rate(b.bare(b.rdb, captured))},
		{what: "go-redis 自动流水线，同一脚本", run: b.rate(b.bare(auto, captured))},
		{what: "Desk.Take，读、判、写", run: b.rate(b.take(b.desk))},
		{what: "Desk.Take，自动流水线", run: b.rate(b.take(workflow.NewDesk(piped, b.desk.Policy())))},
	}
	for range rounds {
		for i := range ways {
			if err := ways[i].once(b, ways[0].rates); err != nil {
				return fmt.Errorf("%s: %w", ways[i].what, err)
			}
		}
	}
	fmt.Printf("\n%-8s %12s %10s %10s   做法（%d 个并发，appendfsync always，%d 轮交替的中位数）\n", "倍数", "步/秒", "p99", "服务器每步", b.clients, rounds)
	for _, w := range ways {
		fmt.Printf("%-8.2f %14.0f %12s %8.1fµs   %s\n", median(w.ratios), median(w.rates), median(w.tails).Round(100*time.Microsecond), median(w.costs), w.what)
	}
	fmt.Println()
	return nil
}

// rounds is how often the ways take turns: on a shared machine only what ran
// side by side can be compared.
const rounds = 5

// way is one way to take a step, with what each round measured.
type way struct {
	what                 string
	run                  func() (float64, time.Duration, error)
	rates, ratios, costs []float64
	tails                []time.Duration
}

// once measures one round; the last of the reference's rates is of this round.
func (w *way) once(b *bench, reference []float64) error {
	b.scriptTime()
	rate, tail, err := w.run()
	if err != nil {
		return err
	}
	w.rates, w.tails, w.costs = append(w.rates, rate), append(w.tails, tail), append(w.costs, b.scriptTime())
	against := rate
	if len(reference) > 0 && len(reference) >= len(w.rates) {
		against = reference[len(w.rates)-1]
	}
	w.ratios = append(w.ratios, rate/against)
	return nil
}

func median[T cmp.Ordered](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

var scriptMicros = regexp.MustCompile(`cmdstat_evalsha:.*usec_per_call=([0-9.]+)`)

// scriptTime is how many microseconds a step has cost the server since the
// last question.
func (b *bench) scriptTime() float64 {
	stats, err := b.rdb.Info(b.ctx, "commandstats").Result()
	found := scriptMicros.FindStringSubmatch(stats)
	if err != nil || found == nil || b.rdb.ConfigResetStat(b.ctx).Err() != nil {
		return 0
	}
	micros, _ := strconv.ParseFloat(found[1], 64)
	return micros
}

// capture takes one step and keeps the arguments of its script.
func (b *bench) capture() ([]any, error) {
	hook := &capture{}
	rdb := redis.NewClient(b.rdb.Options())
	defer rdb.Close()
	rdb.AddHook(hook)
	store, err := workflow.OpenStore(b.ctx, rdb, workflow.StoreOptions{})
	if err != nil {
		return nil, err
	}
	id := b.ids[0]
	b.ids = b.ids[1:] // it is spoilt
	b.versions = slices.Repeat([]int64{2}, len(b.ids))
	_, err = workflow.NewDesk(store, b.desk.Policy()).Take(b.ctx, b.now.Add(time.Hour), workflow.Request{
		ID: requestID(7), Ticket: id, Version: 2, Step: ticket.StepSign, Actor: handler,
	})
	return repeatable(hook.args), err
}

type capture struct{ args []any }

func (c *capture) DialHook(next redis.DialHook) redis.DialHook { return next }

func (c *capture) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		if cmd.Name() == "evalsha" {
			c.args = cmd.Args()
		}
		return next(ctx, cmd)
	}
}

func (c *capture) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// repeatable makes a step that can be taken again and again: it leaves the
// version where it is. Bytes that a command line cannot hold become letters.
func repeatable(args []any) []any {
	flat := make([]any, len(args))
	for i, a := range args {
		switch v := a.(type) {
		case []byte:
			flat[i] = strings.Repeat("x", len(v))
		default:
			flat[i] = fmt.Sprint(v)
		}
	}
	keys, _ := strconv.Atoi(flat[2].(string))
	expected := 3 + keys
	for i := expected + 8; i+1 < len(flat); i += 2 {
		if flat[i] == "v" {
			flat[expected] = flat[i+1] // the ticket is there already
		}
	}
	return flat
}

// anyTicket stands, as redis-benchmark has it, for one of the copies.
const anyTicket = "__rand_int__"

// copies makes as many copies of the captured ticket as are worked on later, so
// that every way walks over as much memory, and names one of them in the step.
func (b *bench) copies(args []any) error {
	key := args[3].(string)
	tag, _, _ := strings.Cut(key, "}")
	dump, err := b.rdb.Dump(b.ctx, key).Result()
	if err != nil {
		return err
	}
	for i := range workload {
		if err := b.rdb.Restore(b.ctx, fmt.Sprintf("%s}:t:%012d", tag, i), 0, dump).Err(); err != nil {
			return err
		}
	}
	args[3] = tag + "}:t:" + anyTicket
	return nil
}

var perSecond = regexp.MustCompile(`([0-9.]+) requests per second`)

func (b *bench) redisBenchmark(args []any) (float64, time.Duration, error) {
	line := []string{"-s", b.rdb.Options().Addr, "-c", strconv.Itoa(b.clients), "-n", strconv.Itoa(int(b.span.Seconds() / rounds * 20000)), "-q", "-r", strconv.Itoa(workload)}
	for _, a := range args {
		line = append(line, fmt.Sprint(a))
	}
	out, err := exec.CommandContext(b.ctx, "redis-benchmark", line...).CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("redis-benchmark: %w: %s", err, out)
	}
	found := perSecond.FindAllStringSubmatch(string(out), -1)
	if found == nil {
		return 0, 0, errors.New("redis-benchmark 没有给出速度")
	}
	rate, err := strconv.ParseFloat(found[len(found)-1][1], 64)
	return rate, 0, err
}

// bare runs the captured script and nothing else.
func (b *bench) bare(rdb redis.Cmdable, args []any) func(int) error {
	keys, _ := strconv.Atoi(args[2].(string))
	names := make([]string, keys)
	for i := range names {
		names[i] = args[3+i].(string)
	}
	return func(int) error {
		mine := slices.Clone(names)
		mine[0] = strings.Replace(mine[0], anyTicket, fmt.Sprintf("%012d", rand.IntN(workload)), 1)
		return rdb.EvalSha(b.ctx, args[1].(string), mine, args[3+keys:]...).Err()
	}
}

// workload is how many tickets are worked on at a time; their histories grow by
// some ten steps in a run.
const workload = 2048

// take takes real steps, each worker on tickets of its own, in turn, so that
// histories stay as long as those of real tickets.
func (b *bench) take(desk *workflow.Desk) func(int) error {
	type turn struct{ next int }
	turns := make([]turn, b.clients)
	versions := b.versions
	return func(worker int) error {
		mine := workload / b.clients
		i := worker*mine + turns[worker].next%mine
		turns[worker].next++
		outcome, err := desk.Take(b.ctx, b.now.Add(2*time.Hour), workflow.Request{
			ID: requestID(int(b.requests.Add(1)) + 1<<28), Ticket: b.ids[i], Version: versions[i], Step: ticket.StepUrge,
			Actor: ticket.Service, Fields: map[string]string{"reason": "办结时限将到"},
		})
		if err == nil {
			versions[i] = outcome.Ticket.Version
		}
		return err
	}
}

// rate runs something from all clients for a round and gives how often a
// second, and the time within which 99 of 100 were done.
func (b *bench) rate(do func(worker int) error) func() (float64, time.Duration, error) {
	return func() (float64, time.Duration, error) {
		var done atomic.Int64
		var fault atomic.Value
		var latencies latencies
		var wg sync.WaitGroup
		start := time.Now()
		for w := range b.clients {
			wg.Go(func() {
				for time.Since(start) < b.span/rounds && fault.Load() == nil {
					from := time.Now()
					if err := do(w); err != nil {
						fault.Store(err)
						return
					}
					latencies.add(time.Since(from))
					done.Add(1)
				}
			})
		}
		wg.Wait()
		if err, ok := fault.Load().(error); ok {
			return 0, 0, fmt.Errorf("%w %s", err, refusal.Cause(err))
		}
		return float64(done.Load()) / time.Since(start).Seconds(), latencies.quantile(0.99), nil
	}
}

// latencies counts durations in steps of a tenth of a millisecond.
type latencies struct{ counts [10000]atomic.Int64 }

func (l *latencies) add(d time.Duration) {
	l.counts[min(int(d/(100*time.Microsecond)), len(l.counts)-1)].Add(1)
}

func (l *latencies) quantile(q float64) time.Duration {
	var all, sum int64
	for i := range l.counts {
		all += l.counts[i].Load()
	}
	for i := range l.counts {
		if sum += l.counts[i].Load(); float64(sum) >= q*float64(all) {
			return time.Duration(i+1) * 100 * time.Microsecond
		}
	}
	return 0
}
