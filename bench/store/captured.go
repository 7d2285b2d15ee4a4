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

// anyTicket stands, as redis-benchmark has it, for one of the copies, and in the
// name of the event for one that the copy has not yet: every call appends to a
// history, as every step does.
const anyTicket = "__rand_int__"

// replay is a captured step that is taken again and again on copies of its
// ticket.
type replay struct {
	args []any
	tag  string // of the copies' keys
	dump string // the ticket as it was
}

func (b *bench) replay() (*replay, error) {
	args, err := b.capture()
	if err != nil {
		return nil, err
	}
	key := args[3].(string)
	tag, _, _ := strings.Cut(key, "}")
	r := &replay{args: args, tag: tag + "}:t:"}
	if r.dump, err = b.rdb.Dump(b.ctx, key).Result(); err != nil {
		return nil, err
	}
	args[3] = r.tag + anyTicket
	for i, a := range args {
		if a == "e3" {
			args[i] = "e" + anyTicket
		}
	}
	return r, nil
}

// refresh makes as many copies of the ticket as are worked on in a round, so
// that every way walks over as much memory, with histories of the same length.
func (b *bench) refresh(r *replay) error {
	pipe := b.rdb.Pipeline()
	for i := range workload {
		pipe.RestoreReplace(b.ctx, fmt.Sprintf("%s%012d", r.tag, i), 0, r.dump)
	}
	_, err := pipe.Exec(b.ctx)
	return err
}

var perSecond = regexp.MustCompile(`([0-9.]+) requests per second`)

func (b *bench) redisBenchmark(r *replay, clients int) (float64, time.Duration, error) {
	if err := b.refresh(r); err != nil {
		return 0, 0, err
	}
	line := []string{"-s", b.rdb.Options().Addr, "-c", strconv.Itoa(clients), "-n", strconv.Itoa(workload * each), "-q", "-r", strconv.Itoa(workload)}
	for _, a := range r.args {
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
func (b *bench) bare(r *replay, clients int) (float64, time.Duration, error) {
	if err := b.refresh(r); err != nil {
		return 0, 0, err
	}
	keys, _ := strconv.Atoi(r.args[2].(string))
	names := make([]string, keys)
	for i := range names {
		names[i] = r.args[3+i].(string)
	}
	chance := func(a any) any {
		if text, ok := a.(string); ok && strings.Contains(text, anyTicket) {
			return strings.Replace(text, anyTicket, fmt.Sprintf("%012d", rand.IntN(workload)), 1)
		}
		return a
	}
	return rate(clients, workload*each, func(int, int) error {
		mine, args := slices.Clone(names), slices.Clone(r.args[3+keys:])
		mine[0] = chance(mine[0]).(string)
		for i := range args {
			args[i] = chance(args[i])
		}
		return b.rdb.EvalSha(b.ctx, r.args[1].(string), mine, args...).Err()
	})
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
