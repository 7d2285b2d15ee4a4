package main

import (
	"context"
	"fmt"
	"strconv"

	"github.com/redis/go-redis/v9"

	"huiyin/workflow"
)

// recorder keeps what a desk would send to the store and answers that it was
// done, so that real steps, each on the ticket as the one before left it, can
// be sent later by somebody else.
type recorder struct{ calls [][]any }

func (r *recorder) DialHook(next redis.DialHook) redis.DialHook { return next }

func (r *recorder) ProcessHook(next redis.ProcessHook) redis.ProcessHook {
	return func(ctx context.Context, cmd redis.Cmder) error {
		answer, ok := cmd.(*redis.Cmd)
		if !ok || cmd.Name() != "evalsha" {
			return next(ctx, cmd)
		}
		r.calls = append(r.calls, cmd.Args())
		answer.SetVal(int64(1))
		return nil
	}
}

func (r *recorder) ProcessPipelineHook(next redis.ProcessPipelineHook) redis.ProcessPipelineHook {
	return next
}

// record takes the steps of a round on new tickets without the store hearing of
// them: calls[i] are those on ticket i, in order.
func (b *bench) record() (calls [][][]any, err error) {
	rdb := redis.NewClient(b.rdb.Options())
	defer rdb.Close()
	ids, err := b.open(workload)
	if err != nil {
		return nil, err
	}
	store, err := workflow.OpenStore(b.ctx, rdb, workflow.StoreOptions{Single: true}) // knows all words by now
	if err != nil {
		return nil, err
	}
	desk := workflow.NewDesk(store, b.desk.Policy())
	versions, err := b.look(desk, ids)
	if err != nil {
		return nil, err
	}
	heard := &recorder{}
	rdb.AddHook(heard)
	calls = make([][][]any, len(ids))
	for i, id := range ids {
		for range each {
			if err := b.step(desk, id, &versions[i]); err != nil {
				return nil, err
			}
		}
		calls[i] = heard.calls
		heard.calls = nil
		if len(calls[i]) != each {
			return nil, fmt.Errorf("%d 步成了 %d 次调用", each, len(calls[i]))
		}
	}
	return calls, nil
}

// resp writes a command as the server reads it.
func resp(args []any) []byte {
	b := append(strconv.AppendInt([]byte{'*'}, int64(len(args)), 10), '\r', '\n')
	for _, a := range args {
		text := plain(a)
		b = append(strconv.AppendInt(append(b, '$'), int64(len(text)), 10), '\r', '\n')
		b = append(append(b, text...), '\r', '\n')
	}
	return b
}

func plain(a any) string {
	switch v := a.(type) {
	case []byte:
		return string(v)
	case *string:
		return *v
	}
	return fmt.Sprint(a)
}
