package workflow

import (
	"context"
	"sync"

	"github.com/redis/go-redis/v9"
)

// gatherer writes steps that are taken at the same time in one round trip. A
// step that finds nobody on the way goes at once and alone; those that come
// while a round trip is under way go together with the next. So one person
// waits for nothing, and many share the calls to the system, the reply of the
// server and the disk's one write.
type gatherer struct {
	rdb    redis.UniversalClient
	script *redis.Script
	trips  int // round trips at a time

	mu      sync.Mutex
	waiting []*written
	away    int // round trips under way
}

// written is one call and, once, its error.
type written struct {
	call
	err chan error
}

const (
	tripsMost = 3  // while one is on the disk, another is written and a third read
	tripMost  = 64 // calls in one round trip: more is more than the server reads at once
)

// run runs the script for one call. When ctx ends first, the call may have
// been done or not: who repeats the request is told which.
func (g *gatherer) run(ctx context.Context, c call) error {
	g.mu.Lock()
	if g.away < g.trips && len(g.waiting) == 0 {
		g.away++
		g.mu.Unlock()
		err := c.run(ctx, g.rdb, g.script)
		if next := g.next(); next != nil {
			go g.carry(context.WithoutCancel(ctx), next)
		}
		return err
	}
	w := &written{call: c, err: make(chan error, 1)}
	g.waiting = append(g.waiting, w)
	g.mu.Unlock()
	select {
	case err := <-w.err:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// next takes what waits for the next round trip, or ends the last one.
func (g *gatherer) next() []*written {
	g.mu.Lock()
	defer g.mu.Unlock()
	n := min(len(g.waiting), tripMost)
	if n == 0 {
		g.away--
		return nil
	}
	batch := g.waiting[:n:n]
	g.waiting = g.waiting[n:]
	return batch
}

// carry makes round trips until nothing waits. Its calls belong to many, so no
// one's context ends it; the client's time limits do.
func (g *gatherer) carry(ctx context.Context, batch []*written) {
	for ; batch != nil; batch = g.next() {
		calls := make([]call, len(batch))
		for i, w := range batch {
			calls[i] = w.call
		}
		for i, cmd := range pipeline(ctx, g.rdb, g.script, calls) {
			batch[i].err <- cmd.Err()
		}
	}
}
