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

// pipeline runs a script many times in one round trip and gives the answers in
// order. A server that does not know the script is taught it; that a call may
// then run twice is harmless, since every script knows its own work again.
func pipeline(ctx context.Context, rdb redis.UniversalClient, script *redis.Script, calls []call) []*redis.Cmd {
	cmds := make([]*redis.Cmd, len(calls))
	run := func(which []int) {
		pipe := rdb.Pipeline()
		for _, i := range which {
			cmds[i] = script.EvalSha(ctx, pipe, calls[i].keys, calls[i].args...)
		}
		_, _ = pipe.Exec(ctx) // each command has its own error
	}
	all := make([]int, len(calls))
	for i := range all {
		all[i] = i
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
