package jobs

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"time"

	"huiyin/internal/lease"
	"huiyin/ticket"
)

// Who asked for a run.
const (
	byClock = "定时"
	byRound = "补做"
)

// Run runs a job now, as of a time, whatever the timetable says; who is named
// in the job's state. The times of the timetable are not touched by it.
// Refusals: ticket.ErrNotFound for an unknown name, ticket.ErrConflict while the
// job runs. Else the job's own error.
func (r *Runner) Run(ctx context.Context, name string, at time.Time, who string) error {
	j, err := r.find(name)
	if err != nil {
		return err
	}
	l, err := lease.Acquire(ctx, r.client, j.key(), r.hold)
	if errors.Is(err, lease.ErrHeld) {
		return ticket.Refuse(ticket.ErrConflict, "job_running", "“%s”正在运行，请等它结束后再试", j.Title)
	}
	if err != nil {
		return err
	}
	err = r.perform(ctx, j, l, run{as: at, slot: at, who: who, tries: 1})
	finish, cancel := afterwards(ctx)
	defer cancel()
	return errors.Join(err, l.Release(finish))
}

// attempt runs a claimed time of a job and records how it ended.
func (r *Runner) attempt(ctx context.Context, j *standing, c claimed, who string) error {
	as := c.slot
	if j.Missed == Latest {
		as = r.clock.Now()
	}
	err := r.perform(ctx, j, &c.claim.Lease, run{as: as, slot: c.slot, who: who, tries: c.claim.Tries})
	finish, cancel := afterwards(ctx)
	defer cancel()
	var end error
	switch {
	case err == nil:
		end = c.claim.Done(finish)
	case ctx.Err() != nil: // we are stopping: whoever is up next begins again
		end = c.claim.Fail(finish, r.clock.Now())
	default:
		end = c.claim.Fail(finish, r.clock.Now().Add(patience(c.claim.Tries)))
	}
	if end != nil {
		r.log.ErrorContext(finish, "定时任务的结果无法登记", "job", j.Name, "error", end)
	}
	return errors.Join(err, end)
}

// patience is how long to wait before the next try of what failed n times.
func patience(n int) time.Duration {
	return min(time.Minute<<min(2*(n-1), 10), time.Hour)
}

// afterwards is a context for the last words of a run whose own has ended.
func afterwards(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
}

// run is one run of a job.
type run struct {
	as    time.Time // the now of the job
	slot  time.Time // the time of the timetable
	who   string
	tries int
}

// perform runs a job under a lease that is kept, and keeps its state.
func (r *Runner) perform(ctx context.Context, j *standing, l *lease.Lease, n run) error {
	began := r.clock.Now()
	r.note(ctx, j, beginning(r.holder, n, began))
	noted := &remark{}
	held, stop := l.Keep(context.WithValue(ctx, remarkKey{}, noted))
	err := r.safely(held, j, n.as)
	if err != nil && errors.Is(context.Cause(held), lease.ErrLost) {
		err = errors.New("运行中与存储失去联系，已停止，稍后重做")
	}
	stop()
	finish, cancel := afterwards(ctx)
	defer cancel()
	ended := r.clock.Now()
	r.note(finish, j, ending(err, ctx.Err() != nil, noted.String(), ended))
	if err != nil {
		r.log.WarnContext(finish, "定时任务未成功", "job", j.Name, "slot", n.slot, "try", n.tries, "error", err)
	} else {
		r.log.InfoContext(finish, "定时任务完成", "job", j.Name, "slot", n.slot, "took", ended.Sub(began), "note", noted.String())
	}
	return err
}

// safely turns a panic into an error; where it happened goes to the log only.
func (r *Runner) safely(ctx context.Context, j *standing, now time.Time) (err error) {
	defer func() {
		if p := recover(); p != nil {
			r.log.ErrorContext(ctx, "定时任务异常中止", "job", j.Name, "panic", fmt.Sprint(p), "stack", string(debug.Stack()))
			err = errors.New("任务异常中止，详见运行日志")
		}
	}()
	return j.Run(ctx, now)
}
