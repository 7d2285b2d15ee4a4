package workflow

import (
	"context"
	_ "embed"
	"strings"

	"github.com/redis/go-redis/v9"
)

// The scripts. Each refuses before it writes and writes in one slot; what it
// takes and returns stands at its head.
var (
	//go:embed lua/step.lua
	stepSource string
	//go:embed lua/open.lua
	openSource string
	//go:embed lua/reclock.lua
	reclockSource string
	//go:embed lua/archive.lua
	archiveSource string
	//go:embed lua/found.lua
	foundSource string
	//go:embed lua/codes.lua
	codesSource string

	stepScript    = redis.NewScript(stepSource)
	openScript    = redis.NewScript(openSource)
	reclockScript = redis.NewScript(reclockSource)
	archiveScript = redis.NewScript(archiveSource)
	foundScript   = redis.NewScript(foundSource)
	codesScript   = redis.NewScript(codesSource)
)

// call is one run of a script.
type call struct {
	keys []string
	args []any
}

// command is a call as it is sent. Only the first key is looked at on the way:
// it tells the slot.
func (c *call) command(ctx context.Context, script *redis.Script) *redis.Cmd {
	const first = 3
	args := make([]any, first, first+len(c.keys)+len(c.args))
	args[0], args[1], args[2] = "evalsha", script.Hash(), len(c.keys)
	for i := range c.keys {
		if i == 0 {
			args = append(args, c.keys[0])
		} else {
			args = append(args, &c.keys[i])
		}
	}
	cmd := redis.NewCmd(ctx, append(args, c.args...)...)
	cmd.SetFirstKeyPos(first)
	return cmd
}

// run runs a script once.
func (c *call) run(ctx context.Context, rdb redis.UniversalClient, script *redis.Script) error {
	cmd := c.command(ctx, script)
	err := rdb.Process(ctx, cmd)
	if isUnknownScript(err) {
		return script.Eval(ctx, rdb, c.keys, c.args...).Err()
	}
	return err
}

// pipeline runs a script many times in one round trip and gives the answers in
// order. A server that does not know the script is taught it; that a call may
// then run twice is harmless, since every script knows its own work again.
func pipeline(ctx context.Context, rdb redis.UniversalClient, script *redis.Script, calls []call) []*redis.Cmd {
	cmds := make([]*redis.Cmd, len(calls))
	all := make([]int, len(calls))
	for i := range all {
		all[i] = i
	}
	run := func(which []int) {
		pipe := rdb.Pipeline()
		for _, i := range which {
			cmds[i] = calls[i].command(ctx, script)
			_ = pipe.Process(ctx, cmds[i])
		}
		_, _ = pipe.Exec(ctx) // each command has its own error
	}
	run(all)
	var again []int
	for i, c := range cmds {
		if isUnknownScript(c.Err()) {
			again = append(again, i)
		}
	}
	if len(again) == 0 {
		return cmds
	}
	for _, i := range again[:1] {
		cmds[i] = script.Eval(ctx, rdb, calls[i].keys, calls[i].args...)
	}
	if cluster, ok := rdb.(*redis.ClusterClient); ok {
		_ = cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return script.Load(ctx, node).Err() })
	}
	if len(again) > 1 {
		run(again[1:])
	}
	return cmds
}

func isUnknownScript(err error) bool { return err != nil && strings.HasPrefix(err.Error(), "NOSCRIPT") }
