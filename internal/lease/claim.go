package lease

import (
	"context"
	"crypto/rand"
	_ "embed"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"
)

// ErrDone says that the occurrence was run to its end.
var ErrDone = errors.New("already done")

// LaterError says that the occurrence failed and when it may be tried again.
type LaterError struct{ At time.Time }

func (e *LaterError) Error() string { return "to be tried again at " + e.At.Format(time.RFC3339) }

var (
	//go:embed lua/claim.lua
	claimText string
	//go:embed lua/finish.lua
	finishText string

	claimScript  = redis.NewScript(claimText)
	finishScript = redis.NewScript(finishText)
)

// Slots are the occurrences of jobs. The record of one that was done is kept,
// so that nobody runs it again, however late his clock.
type Slots struct {
	Client redis.UniversalClient
	Holder string        // who we are, for people
	TTL    time.Duration // how long a claim stands without being renewed
	Keep   time.Duration // how long the record of an occurrence is kept
}

// Claim is the right to run one occurrence of a job. It holds the lease of the
// job's name: a job runs once at a time, by the clock or by hand.
type Claim struct {
	Lease
	Tries  int // how often it has been begun, this time included
	record string
	keep   time.Duration
}

// Claim takes an occurrence. Errors: ErrDone; ErrHeld, while the job runs; *LaterError.
func (s *Slots) Claim(ctx context.Context, job string, slot, now time.Time) (*Claim, error) {
	at := strconv.FormatInt(slot.Unix(), 10)
	c := &Claim{
		Lease:  newLease(s.Client, job, s.TTL),
		record: "{" + job + "}:slot:" + at,
		keep:   s.Keep,
	}
	reply, err := claimScript.Run(ctx, s.Client, []string{c.key, c.epoch, c.record},
		now.UnixMilli(), s.TTL.Milliseconds(), s.Keep.Milliseconds(), s.Holder, rand.Text()).Slice()
	if err != nil {
		return nil, fmt.Errorf("claim %s: %w", job, err)
	}
	if err := refusal(reply); err != nil {
		return nil, err
	}
	c.token = reply[0].(int64)
	c.Tries = int(reply[1].(int64))
	return c, nil
}

func refusal(reply []any) error {
	if reply[0] != int64(0) {
		return nil
	}
	switch reply[1] {
	case "done":
		return ErrDone
	case "held":
		return ErrHeld
	}
	ms, err := strconv.ParseInt(fmt.Sprint(reply[2]), 10, 64)
	if err != nil {
		return fmt.Errorf("claim: unexpected answer %v", reply)
	}
	return &LaterError{At: time.UnixMilli(ms)}
}

// Done records that the occurrence was run to its end. ErrLost when another
// has claimed it in the meantime.
func (c *Claim) Done(ctx context.Context) error { return c.finish(ctx, "done", time.Time{}) }

// Fail records that it was not, and when it may be tried again.
func (c *Claim) Fail(ctx context.Context, again time.Time) error {
	return c.finish(ctx, "failed", again)
}

func (c *Claim) finish(ctx context.Context, state string, again time.Time) error {
	retry := int64(0)
	if !again.IsZero() {
		retry = again.UnixMilli()
	}
	ok, err := finishScript.Run(ctx, c.client, []string{c.key, c.record}, c.token, state, retry, c.keep.Milliseconds()).Bool()
	if err != nil {
		return fmt.Errorf("record the end of a run: %w", err)
	}
	if !ok {
		return ErrLost
	}
	return nil
}
