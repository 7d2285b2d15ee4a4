package jobs

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"huiyin/internal/lease"
)

// State is what there is to know of a job, for people.
type State struct {
	Name     string    `json:"name"`
	Title    string    `json:"title"`
	Purpose  string    `json:"purpose"`
	Schedule string    `json:"schedule"`
	Running  bool      `json:"running"`
	Began    time.Time `json:"began,omitzero"`   // the last run
	Ended    time.Time `json:"ended,omitzero"`   // zero while it runs, or when it was cut off
	Slot     time.Time `json:"slot,omitzero"`    // the time it was for
	Outcome  Outcome   `json:"outcome"`          // of the last run
	Error    string    `json:"error,omitempty"`  // Chinese, of the last run
	Note     string    `json:"note,omitempty"`   // what the last run did
	Who      string    `json:"who,omitempty"`    // 定时, 补做, or who asked by hand
	Holder   string    `json:"holder,omitempty"` // the instance that ran it
	Tries    int       `json:"tries,omitempty"`
	Next     time.Time `json:"next,omitzero"`
}

// Outcome is how a run ended.
type Outcome string

// The outcomes, in the words people see.
const (
	Never       Outcome = "尚未运行"
	Unfinished  Outcome = "未结束"
	Succeeded   Outcome = "成功"
	Failed      Outcome = "失败"
	Interrupted Outcome = "中断"
)

// States lists the jobs in the order of the timetable.
func (r *Runner) States(ctx context.Context) ([]State, error) {
	states := make([]State, 0, len(r.jobs))
	for _, j := range r.jobs {
		kept, err := r.client.HGetAll(ctx, j.stateKey()).Result()
		if err != nil {
			return nil, fmt.Errorf("state of job %s: %w", j.Name, err)
		}
		running, err := lease.Held(ctx, r.client, j.key())
		if err != nil {
			return nil, fmt.Errorf("state of job %s: %w", j.Name, err)
		}
		s := State{
			Name: j.Name, Title: j.Title, Purpose: j.Purpose, Schedule: j.Schedule,
			Running: running, Next: j.schedule.next(r.clock.Now()),
			Began: instant(kept["began"]), Ended: instant(kept["ended"]), Slot: instant(kept["slot"]),
			Outcome: Outcome(kept["outcome"]), Error: kept["error"], Note: kept["note"],
			Who: kept["who"], Holder: kept["holder"],
		}
		s.Tries, _ = strconv.Atoi(kept["tries"])
		if s.Outcome == "" {
			s.Outcome = Never
		}
		states = append(states, s)
	}
	return states, nil
}

func (j *standing) stateKey() string { return "{" + j.key() + "}:state" }

func beginning(holder string, n run, now time.Time) []any {
	return []any{
		"began", now.UnixMilli(), "ended", "", "slot", n.slot.UnixMilli(), "outcome", string(Unfinished),
		"error", "", "note", "", "who", n.who, "holder", holder, "tries", n.tries,
	}
}

func ending(err error, stopped bool, note string, now time.Time) []any {
	outcome, text := Succeeded, ""
	switch {
	case err != nil && stopped:
		outcome = Interrupted
	case err != nil:
		outcome, text = Failed, shorten(err.Error())
	}
	return []any{"ended", now.UnixMilli(), "outcome", string(outcome), "error", text, "note", shorten(note)}
}

// shorten keeps what fits a line of the console.
func shorten(s string) string {
	const most = 500
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "……"
	}
	return s
}

// note keeps the state of a job; a run does not fail for its sake.
func (r *Runner) note(ctx context.Context, j *standing, fields []any) {
	if err := r.client.HSet(ctx, j.stateKey(), fields...).Err(); err != nil {
		r.log.ErrorContext(ctx, "定时任务的状态无法保存", "job", j.Name, "error", err)
	}
}

// remember marks, for jobs never seen before, that nothing before now is owed.
func (r *Runner) remember(ctx context.Context) error {
	now := r.clock.Now().UnixMilli()
	for _, j := range r.jobs {
		for _, mark := range []string{"since", "settled"} {
			if err := r.client.HSetNX(ctx, j.stateKey(), mark, now).Err(); err != nil {
				return fmt.Errorf("定时任务无法启动，存储没有应答：%w", err)
			}
		}
	}
	return nil
}

// marks are the time up to which a job owes nothing, and the time at which it
// was first seen.
func (r *Runner) marks(ctx context.Context, j *standing) (settled, since time.Time, err error) {
	v, err := r.client.HMGet(ctx, j.stateKey(), "settled", "since").Result()
	if err != nil {
		return time.Time{}, time.Time{}, fmt.Errorf("state of job %s: %w", j.Name, err)
	}
	return instant(fmt.Sprint(v[0])), instant(fmt.Sprint(v[1])), nil
}

func (r *Runner) setSettled(ctx context.Context, j *standing, t time.Time) error {
	if err := r.client.HSet(ctx, j.stateKey(), "settled", t.UnixMilli()).Err(); err != nil {
		return fmt.Errorf("state of job %s: %w", j.Name, err)
	}
	return nil
}

func instant(ms string) time.Time {
	n, err := strconv.ParseInt(ms, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

type remarkKey struct{}

// remark gathers what a run says of itself.
type remark struct {
	mu    sync.Mutex
	lines []string
}

func (n *remark) String() string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return strings.Join(n.lines, "；")
}

// Note lets a running job say, in Chinese and without personal data, what it
// did; the console and huiyin job list show it.
func Note(ctx context.Context, format string, args ...any) {
	if n, ok := ctx.Value(remarkKey{}).(*remark); ok {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.lines = append(n.lines, fmt.Sprintf(format, args...))
	}
}
