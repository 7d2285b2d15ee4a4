// Package lease lets several instances share work over one Redis: a lease makes
// one of them the holder for a while, a claim makes an occurrence of a job run
// to its end once. Both carry a fencing token that only ever grows. A lease is
// an economy; what must not happen twice is refused by its own record, for a
// holder may be paused past its time and a server's clock may jump.
package lease

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
)

var (
	// ErrHeld says that another has it now.
	ErrHeld = errors.New("held by another")
	// ErrLost says that the time ran out and another took it.
	ErrLost = errors.New("lost to another")
)

var (
	//go:embed lua/acquire.lua
	acquireText string
	//go:embed lua/renew.lua
	renewText string
	//go:embed lua/release.lua
	releaseText string

	acquireScript = redis.NewScript(acquireText)
	renewScript   = redis.NewScript(renewText)
	releaseScript = redis.NewScript(releaseText)
)

// Lease is a hold on a name until it is released, or not renewed in time.
type Lease struct {
	client redis.UniversalClient
	key    string // holds the token, expires
	epoch  string // the last token given out under the name
	token  int64
	ttl    time.Duration
}

// Acquire takes the lease of a name, or returns ErrHeld.
func Acquire(ctx context.Context, c redis.UniversalClient, name string, ttl time.Duration) (*Lease, error) {
	l := newLease(c, name, ttl)
	token, err := acquireScript.Run(ctx, c, []string{l.key, l.epoch}, ttl.Milliseconds()).Int64()
	if err != nil {
		return nil, fmt.Errorf("acquire lease %s: %w", name, err)
	}
	if token == 0 {
		return nil, ErrHeld
	}
	l.token = token
	return &l, nil
}

func newLease(c redis.UniversalClient, name string, ttl time.Duration) Lease {
	return Lease{client: c, key: "{" + name + "}:lease", epoch: "{" + name + "}:epoch", ttl: ttl}
}

// Held says whether anybody holds the lease of a name.
func Held(ctx context.Context, c redis.UniversalClient, name string) (bool, error) {
	l := newLease(c, name, 0)
	n, err := c.Exists(ctx, l.key).Result()
	if err != nil {
		return false, fmt.Errorf("look at lease %s: %w", name, err)
	}
	return n == 1, nil
}

// Token grows with every holder of the name. A write that carries it can be
// refused when a later holder has written.
func (l *Lease) Token() int64 { return l.token }

// Renew holds on for another ttl; ErrLost when another has taken over. A lease
// that ran out and that nobody took is held again.
func (l *Lease) Renew(ctx context.Context) error {
	held, err := renewScript.Run(ctx, l.client, []string{l.key, l.epoch}, l.token, l.ttl.Milliseconds()).Bool()
	if err != nil {
		return fmt.Errorf("renew lease: %w", err)
	}
	if !held {
		return ErrLost
	}
	return nil
}

// Release ends the hold; that of another is left alone.
func (l *Lease) Release(ctx context.Context) error {
	if err := releaseScript.Run(ctx, l.client, []string{l.key}, l.token).Err(); err != nil {
		return fmt.Errorf("release lease: %w", err)
	}
	return nil
}

// Keep renews the lease until stop is called. The context that it returns ends,
// with ErrLost as its cause, as soon as the lease is lost, or before it runs
// out when the store cannot be reached.
func (l *Lease) Keep(ctx context.Context) (_ context.Context, stop func()) {
	ctx, cancel := context.WithCancelCause(ctx)
	var wg sync.WaitGroup
	wg.Go(func() {
		sure := time.Now().Add(l.ttl) // until then nobody else can hold it
		for tick := time.NewTicker(l.ttl / 4); ; {
			select {
			case <-ctx.Done():
				tick.Stop()
				return
			case <-tick.C:
			}
			asked := time.Now()
			err := l.renewWithin(ctx, sure)
			switch {
			case err == nil:
				sure = asked.Add(l.ttl)
			case errors.Is(err, ErrLost), time.Now().After(sure.Add(-l.ttl / 4)):
				cancel(ErrLost)
			}
		}
	})
	return ctx, func() {
		cancel(nil)
		wg.Wait()
	}
}

func (l *Lease) renewWithin(ctx context.Context, limit time.Time) error {
	ctx, cancel := context.WithDeadline(ctx, limit.Add(-l.ttl/4))
	defer cancel()
	return l.Renew(ctx)
}
