package lease

import (
	"context"
	"errors"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
)

func acquire(t *testing.T, c redis.UniversalClient, ttl time.Duration) *Lease {
	t.Helper()
	l, err := Acquire(t.Context(), c, "lead", ttl)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// lapse makes a lease run out, as when its holder was paused.
func lapse(t *testing.T, c redis.UniversalClient, l *Lease) {
	t.Helper()
	if n := c.Del(t.Context(), l.key).Val(); n != 1 {
		t.Fatal("there was no lease to lapse")
	}
}

func TestOnlyOneHoldsALease(t *testing.T) {
	c := redisd.ForTest(t)
	first := acquire(t, c, time.Minute)
	if _, err := Acquire(t.Context(), c, "lead", time.Minute); !errors.Is(err, ErrHeld) {
		t.Fatalf("second Acquire = %v, want ErrHeld", err)
	}
	if ttl := c.PTTL(t.Context(), first.key).Val(); ttl <= 0 || ttl > time.Minute {
		t.Fatalf("the lease would end in %v, want within a minute", ttl)
	}
	if err := first.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
	if second := acquire(t, c, time.Minute); second.Token() <= first.Token() {
		t.Fatalf("tokens %d, then %d; they must grow", first.Token(), second.Token())
	}
}

func TestHolderThatWasOvertakenLearnsOfItAndHarmsNobody(t *testing.T) {
	c := redisd.ForTest(t)
	slow := acquire(t, c, time.Minute)
	lapse(t, c, slow)
	quick := acquire(t, c, time.Minute)
	if err := slow.Renew(t.Context()); !errors.Is(err, ErrLost) {
		t.Errorf("Renew = %v, want ErrLost", err)
	}
	if err := slow.Release(t.Context()); err != nil {
		t.Error(err)
	}
	if err := quick.Renew(t.Context()); err != nil {
		t.Errorf("the later holder lost the lease to the earlier one: %v", err)
	}
}

func TestLapsedLeaseThatNobodyTookIsHeldAgain(t *testing.T) {
	c := redisd.ForTest(t)
	l := acquire(t, c, time.Minute)
	lapse(t, c, l)
	if err := l.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := Acquire(t.Context(), c, "lead", time.Minute); !errors.Is(err, ErrHeld) {
		t.Fatalf("Acquire = %v, want ErrHeld", err)
	}
}

func TestKeptLeaseOutlivesItsTimeAndEndsWithStop(t *testing.T) {
	c := redisd.ForTest(t)
	l := acquire(t, c, 2*time.Second)
	ctx, stop := l.Keep(t.Context())
	left := c.PTTL(t.Context(), l.key).Val()
	for { // falls, until the lease is renewed
		now := c.PTTL(t.Context(), l.key).Val()
		if now > left {
			break
		}
		if left = now; left < 0 {
			t.Fatal("the lease ran out while it was kept")
		}
	}
	stop()
	if ctx.Err() == nil {
		t.Error("the context goes on after stop")
	}
	if errors.Is(context.Cause(ctx), ErrLost) {
		t.Error("a lease that was kept counts as lost")
	}
}

func TestKeepEndsTheWorkWhenTheLeaseIsLost(t *testing.T) {
	c := redisd.ForTest(t)
	l := acquire(t, c, 100*time.Millisecond)
	ctx, stop := l.Keep(t.Context())
	defer stop()
	if err := c.Set(t.Context(), l.key, "another", time.Minute).Err(); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), ErrLost) {
		t.Fatalf("cause %v, want ErrLost", context.Cause(ctx))
	}
}

func TestKeepEndsTheWorkBeforeTheLeaseRunsOutWhenTheStoreIsGone(t *testing.T) {
	c := redisd.ForTest(t)
	l := acquire(t, c, 200*time.Millisecond)
	ctx, stop := l.Keep(t.Context())
	defer stop()
	if err := c.Close(); err != nil {
		t.Fatal(err)
	}
	<-ctx.Done()
	if !errors.Is(context.Cause(ctx), ErrLost) {
		t.Fatalf("cause %v, want ErrLost", context.Cause(ctx))
	}
}

func TestManyContendersGetDifferentTokensOneAtATime(t *testing.T) {
	c := redisd.ForTest(t)
	var mu sync.Mutex
	seen := map[int64]bool{}
	inside := 0
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for got := 0; got < 10; {
				l, err := Acquire(context.Background(), c, "lead", time.Minute)
				if errors.Is(err, ErrHeld) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				got++
				mu.Lock()
				inside++
				if inside > 1 || seen[l.Token()] {
					t.Errorf("%d holders at once, token %d seen before: %v", inside, l.Token(), seen[l.Token()])
				}
				seen[l.Token()] = true
				inside--
				mu.Unlock()
				if err := l.Release(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
