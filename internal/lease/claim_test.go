package lease

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"huiyin/internal/redisd"
)

var (
	slot = time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC)
	now  = slot.Add(time.Second)
)

func slots(t *testing.T) *Slots {
	t.Helper()
	return &Slots{Client: redisd.ForTest(t), Holder: "甲", TTL: time.Minute, Keep: time.Hour}
}

func claim(t *testing.T, s *Slots, slot, now time.Time) *Claim {
	t.Helper()
	c, err := s.Claim(t.Context(), "sweep", slot, now)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestOccurrenceThatWasDoneIsNeverRunAgain(t *testing.T) {
	s := slots(t)
	c := claim(t, s, slot, now)
	if _, err := s.Claim(t.Context(), "sweep", slot, now); !errors.Is(err, ErrHeld) {
		t.Fatalf("while it runs: %v, want ErrHeld", err)
	}
	if err := c.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, clock := range []time.Time{now, now.Add(-24 * time.Hour), now.Add(24 * time.Hour)} {
		if _, err := s.Claim(t.Context(), "sweep", slot, clock); !errors.Is(err, ErrDone) {
			t.Errorf("by a clock of %v: %v, want ErrDone", clock, err)
		}
	}
	claim(t, s, slot.Add(time.Hour), now)
}

func TestJobRunsOnceAtATimeByTheClockOrByHand(t *testing.T) {
	s := slots(t)
	first := claim(t, s, slot, now)
	if _, err := s.Claim(t.Context(), "sweep", slot.Add(time.Hour), now); !errors.Is(err, ErrHeld) {
		t.Errorf("its next occurrence: %v, want ErrHeld", err)
	}
	if _, err := Acquire(t.Context(), s.Client, "sweep", time.Minute); !errors.Is(err, ErrHeld) {
		t.Errorf("by hand: %v, want ErrHeld", err)
	}
	if _, err := s.Claim(t.Context(), "draw", slot, now); err != nil {
		t.Errorf("another job at the same time: %v", err)
	}
	if err := first.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	claim(t, s, slot.Add(time.Hour), now)
}

func TestFailedOccurrenceIsTriedAgainWhenItsTimeHasCome(t *testing.T) {
	s := slots(t)
	again := now.Add(5 * time.Minute)
	if err := claim(t, s, slot, now).Fail(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	var later *LaterError
	if _, err := s.Claim(t.Context(), "sweep", slot, now); !errors.As(err, &later) || !later.At.Equal(again) {
		t.Fatalf("before its time: %v, want %v", err, again)
	}
	c := claim(t, s, slot, again)
	if c.Tries != 2 {
		t.Errorf("Tries = %d, want 2", c.Tries)
	}
	if err := c.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestOccurrenceOfADeadRunnerIsTakenOver(t *testing.T) {
	s := slots(t)
	dead := claim(t, s, slot, now)
	lapse(t, s.Client, &dead.Lease)
	c := claim(t, s, slot, now)
	if c.Token() <= dead.Token() || c.Tries != 2 {
		t.Errorf("token %d after %d, try %d", c.Token(), dead.Token(), c.Tries)
	}
	if err := dead.Done(t.Context()); !errors.Is(err, ErrLost) {
		t.Errorf("the dead runner woke and recorded its end: %v", err)
	}
	if err := c.Done(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWorkThatEndedLateCountsWhenNobodyTookOver(t *testing.T) {
	s := slots(t)
	slow := claim(t, s, slot, now)
	lapse(t, s.Client, &slow.Lease)
	if err := slow.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Claim(t.Context(), "sweep", slot, now); !errors.Is(err, ErrDone) {
		t.Fatalf("Claim = %v, want ErrDone", err)
	}
}

func TestRecordOfAnOccurrenceIsKeptForItsTime(t *testing.T) {
	s := slots(t)
	c := claim(t, s, slot, now)
	if err := c.Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	if ttl := s.Client.PTTL(t.Context(), c.record).Val(); ttl < 59*time.Minute || ttl > time.Hour {
		t.Fatalf("the record is kept for %v, want an hour", ttl)
	}
}

func TestOfManyWhoClaimAnOccurrenceOneRunsIt(t *testing.T) {
	s := slots(t)
	for i := range 20 {
		var ran atomic.Int32
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				c, err := s.Claim(t.Context(), "sweep", slot.Add(time.Duration(i)*time.Hour), now)
				if err != nil {
					return
				}
				ran.Add(1)
				if err := c.Done(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if ran.Load() != 1 {
			t.Fatalf("occurrence %d ran %d times", i, ran.Load())
		}
	}
}

func TestScriptsRunOnACluster(t *testing.T) {
	client, err := redisd.Connect(redisd.ForTestCluster(t))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Close()
	s := &Slots{Client: client, TTL: time.Minute, Keep: time.Hour}
	if err := claim(t, s, slot, now).Done(t.Context()); err != nil {
		t.Fatal(err)
	}
	l := acquire(t, client, time.Minute)
	if err := l.Renew(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := l.Release(t.Context()); err != nil {
		t.Fatal(err)
	}
}
