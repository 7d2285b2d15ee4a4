package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/go-co-op/gocron/v2"
	"github.com/jonboulle/clockwork"
	"github.com/redis/go-redis/v9"

	"huiyin/internal/lease"
	"huiyin/ticket"
)

const (
	// hold is how long a run stands that is not renewed: after this a dead
	// instance's work is taken over.
	hold = time.Minute
	// round is how often missed and failed times are looked for.
	round = 10 * time.Minute
	// farewell is how long Close waits for jobs to stop.
	farewell = 10 * time.Second
)

// Options is what a Runner works with.
type Options struct {
	Client redis.UniversalClient
	Jobs   []Job
	Holder string          // which instance this is, for people
	Log    *slog.Logger    // nil: silent
	Clock  clockwork.Clock // nil: the real one
}

// Runner runs jobs at their times. Several runners on one store run each time
// of a job once between them.
type Runner struct {
	jobs   []*standing
	client redis.UniversalClient
	holder string
	log    *slog.Logger
	clock  clockwork.Clock
	hold   time.Duration

	timer gocron.Scheduler
	stop  context.CancelFunc
	wg    sync.WaitGroup
}

// standing is a job with what the runner keeps about it.
type standing struct {
	Job
	schedule schedule
	slots    *lease.Slots
	claimed  chan claimed // from the locker to the task that it lets run
}

type claimed struct {
	claim *lease.Claim
	slot  time.Time
}

// New makes a runner that does nothing yet; Run and States work without Start.
// The error names a schedule that cannot be read, or a name used twice.
func New(o Options) (*Runner, error) {
	r := &Runner{client: o.Client, holder: o.Holder, log: o.Log, clock: o.Clock, hold: hold}
	if r.log == nil {
		r.log = slog.New(slog.DiscardHandler)
	}
	if r.clock == nil {
		r.clock = clockwork.NewRealClock()
	}
	seen := map[string]bool{}
	for _, j := range o.Jobs {
		s, err := parse(j)
		if err != nil {
			return nil, err
		}
		if seen[j.Name] {
			return nil, fmt.Errorf("有两个任务都叫 %s", j.Name)
		}
		seen[j.Name] = true
		r.jobs = append(r.jobs, &standing{
			Job: j, schedule: s,
			slots:   &lease.Slots{Client: o.Client, Holder: o.Holder, TTL: hold, Keep: j.Reach + 2*day},
			claimed: make(chan claimed, 1),
		})
	}
	return r, nil
}

// Start makes up for what was missed and then keeps to the timetable, until
// Close.
func (r *Runner) Start(ctx context.Context) error {
	if err := r.remember(ctx); err != nil {
		return err
	}
	timer, err := gocron.NewScheduler(
		gocron.WithLocation(ticket.Shanghai), gocron.WithClock(r.clock), gocron.WithStopTimeout(farewell))
	if err != nil {
		return fmt.Errorf("定时任务无法启动：%w", err)
	}
	for _, j := range r.jobs {
		if _, err := timer.NewJob(gocron.CronJob(j.Schedule, false),
			gocron.NewTask(func(ctx context.Context) { r.tick(ctx, j) }),
			gocron.WithName(j.Name),
			gocron.WithSingletonMode(gocron.LimitModeReschedule),
			gocron.WithDistributedJobLocker(&locker{r, j}),
		); err != nil {
			return errors.Join(fmt.Errorf("定时任务 %s 无法启动：%w", j.Name, err), timer.Shutdown())
		}
	}
	r.timer = timer
	timer.Start()
	ctx, r.stop = context.WithCancel(context.WithoutCancel(ctx))
	r.wg.Go(func() { r.rounds(ctx) })
	return nil
}

// Close stops the runner. Jobs that run are told to stop, and are begun again
// by whoever is up next. One that does not stop in time is left behind, and the
// error says so.
func (r *Runner) Close() error {
	if r.stop == nil {
		return nil
	}
	r.stop()
	r.stop = nil
	late := r.timer.Shutdown() != nil
	ended := make(chan struct{})
	go func() {
		r.wg.Wait()
		close(ended)
	}()
	select {
	case <-ended:
	case <-time.After(farewell):
		late = true
	}
	if late {
		return errors.New("有定时任务没有及时停下，下次启动时会重做")
	}
	return nil
}

// locker lets a timer run a job when this instance claims the time for which
// the timer was set. The claim is kept after the run, so Unlock does nothing.
type locker struct {
	runner *Runner
	job    *standing
}

func (l *locker) Lock(ctx context.Context, _ string) (gocron.Lock, error) {
	now := l.runner.clock.Now()
	slot, ok := l.job.schedule.current(now)
	if !ok {
		return nil, errNotNow
	}
	c, err := l.job.slots.Claim(ctx, l.job.key(), slot, now)
	if err != nil {
		l.runner.missed(ctx, l.job, err)
		return nil, err
	}
	select { // a claim whose task was never run must not stop the next
	case <-l.job.claimed:
	default:
	}
	l.job.claimed <- claimed{c, slot}
	return l, nil
}

func (l *locker) Unlock(context.Context) error { return nil }

var errNotNow = errors.New("not a time of this job")

// missed logs why a claim failed, unless others simply were faster.
func (r *Runner) missed(ctx context.Context, j *standing, err error) {
	var later *lease.LaterError
	if errors.Is(err, lease.ErrDone) || errors.Is(err, lease.ErrHeld) || errors.As(err, &later) || ctx.Err() != nil {
		return
	}
	r.log.ErrorContext(ctx, "定时任务无法登记，稍后补做", "job", j.Name, "error", err)
}

// tick runs what the locker has claimed.
func (r *Runner) tick(ctx context.Context, j *standing) {
	select {
	case c := <-j.claimed:
		_ = r.attempt(ctx, j, c, byClock)
	default:
	}
}

// key is the name under which a job's traces lie in the store.
func (j *standing) key() string { return "job:" + j.Name }

// find returns a job by name, or a refusal that lists the names.
func (r *Runner) find(name string) (*standing, error) {
	names := make([]string, len(r.jobs))
	for i, j := range r.jobs {
		if j.Name == name {
			return j, nil
		}
		names[i] = j.Name
	}
	return nil, ticket.Refuse(ticket.ErrNotFound, "unknown_job",
		"没有叫“%s”的定时任务；可用的有：%s", name, strings.Join(names, "、"))
}
