package jobs

import (
	"context"
	"errors"
	"time"

	"huiyin/internal/lease"
)

// rounds looks for missed and failed times, at once and then again and again.
func (r *Runner) rounds(ctx context.Context) {
	ticker := r.clock.NewTicker(round)
	defer ticker.Stop()
	for {
		r.catchUp(ctx)
		select {
		case <-ctx.Done():
			return
		case <-ticker.Chan():
		}
	}
}

// catchUp makes up for the times of all jobs that are due and not done.
func (r *Runner) catchUp(ctx context.Context) {
	for _, j := range r.jobs {
		if err := r.makeUp(ctx, j); err != nil && ctx.Err() == nil {
			r.log.ErrorContext(ctx, "定时任务补做未完成，稍后再试", "job", j.Name, "error", err)
		}
	}
}

// makeUp runs the due times of one job and moves its mark past those that are
// done without a gap. The error is one of the store, not of the job.
func (r *Runner) makeUp(ctx context.Context, j *standing) error {
	now := r.clock.Now()
	settled, since, err := r.marks(ctx, j)
	if err != nil {
		return err
	}
	from := settled
	if from.After(now.Add(j.Reach)) { // marked by a clock that ran far ahead
		from = since
	}
	if limit := now.Add(-j.Reach); from.Before(limit) {
		from = limit
	}
	if from.Before(since) {
		from = since
	}
	due := j.schedule.within(from, now)
	if j.Missed == Latest && len(due) > 1 {
		due = due[len(due)-1:]
	}
	whole := true
	for _, slot := range due {
		done, err := r.settle(ctx, j, slot)
		if err != nil {
			return err
		}
		if whole = whole && done; whole {
			settled = slot
		}
	}
	return r.setSettled(ctx, j, settled)
}

// settle sees to one time; whether it is done now.
func (r *Runner) settle(ctx context.Context, j *standing, slot time.Time) (bool, error) {
	c, err := j.slots.Claim(ctx, j.key(), slot, r.clock.Now())
	var later *lease.LaterError
	switch {
	case errors.Is(err, lease.ErrDone):
		return true, nil
	case errors.Is(err, lease.ErrHeld), errors.As(err, &later):
		return false, nil
	case err != nil:
		return false, err
	}
	return r.attempt(ctx, j, claimed{c, slot}, byRound) == nil, ctx.Err()
}
