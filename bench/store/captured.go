package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/workflow"
)

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
	ids, err := b.open(1)
	if err != nil {
		return nil, err
	}
	version := int64(2)
	if err := b.step(workflow.NewDesk(store, b.desk.Policy()), ids[0], &version); err != nil {
		return nil, err
	}
	return repeatable(hook.args), nil
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
		if err := b.rdb.RestoreReplace(b.ctx, fmt.Sprintf("%s}:t:%012d", tag, i), 0, dump).Err(); err != nil {
			return err
		}
	}
	args[3] = tag + "}:t:" + anyTicket
	return nil
}

var perSecond = regexp.MustCompile(`([0-9.]+) requests per second`)

func (b *bench) redisBenchmark(args []any, clients int) (float64, time.Duration, error) {
	line := []string{"-s", b.rdb.Options().Addr, "-c", strconv.Itoa(clients), "-n", strconv.Itoa(workload * each), "-q", "-r", strconv.Itoa(workload)}
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
func (b *bench) bare(args []any) func(worker, turn int) error {
	keys, _ := strconv.Atoi(args[2].(string))
	names := make([]string, keys)
	for i := range names {
		names[i] = args[3+i].(string)
	}
	return func(int, int) error {
		mine := slices.Clone(names)
		mine[0] = strings.Replace(mine[0], anyTicket, fmt.Sprintf("%012d", rand.IntN(workload)), 1)
		return b.rdb.EvalSha(b.ctx, args[1].(string), mine, args[3+keys:]...).Err()
	}
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
