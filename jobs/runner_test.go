package jobs

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jonboulle/clockwork"
	"github.com/redis/go-redis/v9"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

var start = shanghai("2026-09-30 12:00")

// diary notes the times at which a job ran, and can make it fail.
type diary struct {
	mu   sync.Mutex
	ran  []string
	fail error
}

func (d *diary) run(_ context.Context, now time.Time) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.ran = append(d.ran, now.In(ticket.Shanghai).Format("01-02 15:04"))
	return d.fail
}

func (d *diary) times() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]string{}, d.ran...)
}

func daily(d *diary, missed Missed) Job {
	return Job{Name: "daily", Title: "每日", Schedule: "0 8 * * *", Missed: missed, Reach: 10 * day, Run: d.run}
}

func runner(t *testing.T, c redis.UniversalClient, clock clockwork.Clock, jobs ...Job) *Runner {
	t.Helper()
	r, err := New(Options{Client: c, Jobs: jobs, Holder: "甲", Clock: clock})
	if err != nil {
		t.Fatal(err)
	}
	if err := r.remember(t.Context()); err != nil {
		t.Fatal(err)
	}
	return r
}

func state(t *testing.T, r *Runner) State {
	t.Helper()
	states, err := r.States(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return states[0]
}

func wantTimes(t *testing.T, d *diary, want ...string) {
	t.Helper()
	if diff := cmp.Diff(append([]string{}, want...), d.times()); diff != "" {
		t.Errorf("times of the runs (-want +got):\n%s", diff)
	}
}

func TestWhatWasMissedWhileDownIsMadeUpFor(t *testing.T) {
	cases := []struct {
		name   string
		missed Missed
		down   time.Duration
		want   []string
	}{
		{"each period on its own, oldest first", Each, 3 * day, []string{"10-01 08:00", "10-02 08:00", "10-03 08:00"}},
		{"only how things stand, as of now", Latest, 3 * day, []string{"10-03 12:00"}},
		{"no farther back than it reaches", Each, 30 * day, []string{
			"10-21 08:00", "10-22 08:00", "10-23 08:00", "10-24 08:00", "10-25 08:00",
			"10-26 08:00", "10-27 08:00", "10-28 08:00", "10-29 08:00", "10-30 08:00",
		}},
		{"nothing when nothing was missed", Each, time.Hour, nil},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client, d := redisd.ForTest(t), &diary{}
			runner(t, client, clockwork.NewFakeClockAt(start), daily(d, c.missed))
			later := runner(t, client, clockwork.NewFakeClockAt(start.Add(c.down)), daily(d, c.missed))
			later.catchUp(t.Context())
			later.catchUp(t.Context()) // a second round finds nothing to do
			wantTimes(t, d, c.want...)
		})
	}
}

func TestNewJobOwesNothingOfThePast(t *testing.T) {
	d := &diary{}
	runner(t, redisd.ForTest(t), clockwork.NewFakeClockAt(start), daily(d, Each)).catchUp(t.Context())
	wantTimes(t, d)
}

func TestFailedRunIsTriedAgainAndNotLost(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{fail: errors.New("磁盘已满")}
	runner(t, client, clockwork.NewFakeClockAt(start), daily(d, Each))
	clock := clockwork.NewFakeClockAt(start.Add(2 * day))
	r := runner(t, client, clock, daily(d, Each))
	r.catchUp(t.Context())
	r.catchUp(t.Context()) // not yet time for the next try
	wantTimes(t, d, "10-01 08:00", "10-02 08:00")
	if s := state(t, r); s.Outcome != Failed || s.Error != "磁盘已满" {
		t.Errorf("state %+v, want the failure and its cause", s)
	}
	d.fail = nil
	clock.Advance(round)
	r.catchUp(t.Context())
	wantTimes(t, d, "10-01 08:00", "10-02 08:00", "10-01 08:00", "10-02 08:00")
	if s := state(t, r); s.Outcome != Succeeded || s.Error != "" || s.Tries != 2 {
		t.Errorf("state %+v, want success at the second try", s)
	}
}

func TestLaterSuccessDoesNotHideAnEarlierFailure(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	ill := daily(d, Each)
	ill.Run = func(ctx context.Context, now time.Time) error {
		err := d.run(ctx, now)
		if now.Equal(shanghai("2026-10-01 08:00")) && len(d.times()) == 1 {
			return errors.New("一时失败")
		}
		return err
	}
	runner(t, client, clockwork.NewFakeClockAt(start), ill)
	clock := clockwork.NewFakeClockAt(start.Add(2 * day))
	r := runner(t, client, clock, ill)
	r.catchUp(t.Context())
	clock.Advance(round)
	r.catchUp(t.Context())
	wantTimes(t, d, "10-01 08:00", "10-02 08:00", "10-01 08:00")
}

func TestPanicIsAFailureOfThatJobOnly(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	jobs := []Job{
		{Name: "ill", Title: "坏", Schedule: "0 7 * * *", Reach: day, Run: func(context.Context, time.Time) error { panic("手机号 13800138000") }},
		daily(d, Latest),
	}
	runner(t, client, clockwork.NewFakeClockAt(start), jobs...)
	r := runner(t, client, clockwork.NewFakeClockAt(start.Add(day)), jobs...)
	r.catchUp(t.Context())
	wantTimes(t, d, "10-01 12:00")
	if s := state(t, r); s.Outcome != Failed || s.Error == "" || strings.Contains(s.Error, "138") {
		t.Errorf("state %+v, want a failure that tells nothing of the panic", s)
	}
}

func TestClockThatGoesBackRunsNothingAgain(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	runner(t, client, clockwork.NewFakeClockAt(start), daily(d, Each))
	for _, clock := range []time.Time{start.Add(2 * day), start.Add(day), start.Add(2 * day), start.Add(-day), start.Add(-3000 * day)} {
		runner(t, client, clockwork.NewFakeClockAt(clock), daily(d, Each)).catchUp(t.Context())
	}
	wantTimes(t, d, "10-01 08:00", "10-02 08:00")
}

func TestMarkOfAClockThatRanFarAheadDoesNotStopCatchingUp(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	runner(t, client, clockwork.NewFakeClockAt(start), daily(d, Latest))
	runner(t, client, clockwork.NewFakeClockAt(start.Add(3000*day)), daily(d, Latest)).catchUp(t.Context())
	runner(t, client, clockwork.NewFakeClockAt(start.Add(day)), daily(d, Latest)).catchUp(t.Context())
	if got := d.times(); len(got) != 2 || got[1] != "10-01 12:00" {
		t.Errorf("runs %v, want one for the missed time after the clock was mended", got)
	}
}

func TestWorkOfADeadInstanceIsTakenOver(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	dead := runner(t, client, clockwork.NewFakeClockAt(start), daily(d, Each))
	j := dead.jobs[0]
	if _, err := j.slots.Claim(t.Context(), j.key(), shanghai("2026-10-01 08:00"), start.Add(day)); err != nil {
		t.Fatal(err)
	}
	r := runner(t, client, clockwork.NewFakeClockAt(start.Add(day)), daily(d, Each))
	r.catchUp(t.Context())
	wantTimes(t, d) // it may still be at work
	if n := client.Del(t.Context(), "{job:daily}:lease").Val(); n != 1 {
		t.Fatal("the dead instance held no lease")
	}
	r.catchUp(t.Context())
	wantTimes(t, d, "10-01 08:00")
}

func TestTwoRunnersRunEachOfAHundredTimesOnce(t *testing.T) {
	client, d := redisd.ForTest(t), &diary{}
	clock := clockwork.NewFakeClockAt(start)
	every := Job{Name: "every", Title: "每五分钟", Schedule: "*/5 * * * *", Missed: Latest, Reach: day, Run: d.run}
	var r *Runner
	for range 2 {
		r = runner(t, client, clock, every)
		if err := r.Start(t.Context()); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
	}
	var want []string
	atRest := func(n int) bool { return len(d.times()) >= n && !state(t, r).Running }
	for i := 1; i <= 100; i++ {
		if err := clock.BlockUntilContext(t.Context(), 4); err != nil { // two timers, two rounds
			t.Fatal(err)
		}
		clock.Advance(5 * time.Minute)
		want = append(want, start.Add(time.Duration(i)*5*time.Minute).Format("01-02 15:04"))
		for limit := time.Now().Add(30 * time.Second); !atRest(i); time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatalf("time %d was not run", i)
			}
		}
	}
	wantTimes(t, d, want...)
}

func TestStoppedRunnerStopsItsJobsAndTheNextBeginsAgain(t *testing.T) {
	client := redisd.ForTest(t)
	began, d := make(chan struct{}), &diary{}
	slow := daily(d, Each)
	slow.Run = func(ctx context.Context, _ time.Time) error {
		close(began)
		<-ctx.Done()
		return ctx.Err()
	}
	runner(t, client, clockwork.NewFakeClockAt(start), slow)
	clock := clockwork.NewFakeClockAt(start.Add(day))
	first := runner(t, client, clock, slow)
	if err := first.Start(t.Context()); err != nil {
		t.Fatal(err)
	}
	<-began
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if s := state(t, first); s.Outcome != Interrupted || s.Running {
		t.Errorf("state %+v, want an interruption", s)
	}
	runner(t, client, clock, daily(d, Each)).catchUp(t.Context())
	wantTimes(t, d, "10-01 08:00")
}

func TestJobRunsByHandAsOfATimeAndTellsOfIt(t *testing.T) {
	d := &diary{}
	j := daily(d, Each)
	j.Run = func(ctx context.Context, now time.Time) error {
		Note(ctx, "处理 %d 件", 3)
		return d.run(ctx, now)
	}
	clock := clockwork.NewFakeClockAt(start)
	r := runner(t, redisd.ForTest(t), clock, j)
	if s := state(t, r); s.Outcome != Never || !s.Next.Equal(shanghai("2026-10-01 08:00")) {
		t.Errorf("before: %+v", s)
	}
	if err := r.Run(t.Context(), "daily", shanghai("2026-08-15 09:00"), "张三"); err != nil {
		t.Fatal(err)
	}
	wantTimes(t, d, "08-15 09:00")
	s := state(t, r)
	if s.Outcome != Succeeded || s.Who != "张三" || s.Note != "处理 3 件" || s.Holder != "甲" || !s.Ended.Equal(start) || s.Running {
		t.Errorf("after: %+v", s)
	}
	clock.Advance(day)
	r.catchUp(t.Context())
	wantTimes(t, d, "08-15 09:00", "10-01 08:00") // the timetable goes on as if nothing had been
}

func TestJobThatRunsIsNotRunBesideItself(t *testing.T) {
	client := redisd.ForTest(t)
	inside := daily(&diary{}, Each)
	var r *Runner
	var second error
	inside.Run = func(ctx context.Context, now time.Time) error {
		if !state(t, r).Running {
			t.Error("state does not say that it runs")
		}
		second = r.Run(ctx, "daily", now, "李四")
		return nil
	}
	r = runner(t, client, clockwork.NewFakeClockAt(start), inside)
	if err := r.Run(t.Context(), "daily", start, "张三"); err != nil {
		t.Fatal(err)
	}
	if !errors.Is(second, ticket.ErrConflict) {
		t.Errorf("second run: %v, want ErrConflict", second)
	}
}

func TestUnknownJobIsRefusedWithTheNamesThatExist(t *testing.T) {
	r := runner(t, redisd.ForTest(t), clockwork.NewFakeClockAt(start), daily(&diary{}, Each))
	err := r.Run(t.Context(), "nightly", start, "张三")
	if !errors.Is(err, ticket.ErrNotFound) || !strings.Contains(err.Error(), "daily") {
		t.Fatalf("Run = %v", err)
	}
}

func TestRunThatLosesItsHoldStops(t *testing.T) {
	client := redisd.ForTest(t)
	j := daily(&diary{}, Each)
	j.Run = func(ctx context.Context, _ time.Time) error {
		if err := client.Set(ctx, "{job:daily}:lease", "another", time.Minute).Err(); err != nil {
			return err
		}
		<-ctx.Done()
		return ctx.Err()
	}
	r := runner(t, client, clockwork.NewFakeClockAt(start), j)
	r.hold = 100 * time.Millisecond
	err := r.Run(t.Context(), "daily", start, "张三")
	if err == nil || !strings.Contains(err.Error(), "失去联系") {
		t.Fatalf("Run = %v", err)
	}
}

func TestWaitBetweenTriesGrowsToAnHour(t *testing.T) {
	var got []string
	for n := 1; n <= 6; n++ {
		got = append(got, fmt.Sprint(patience(n)))
	}
	if diff := cmp.Diff([]string{"1m0s", "4m0s", "16m0s", "1h0m0s", "1h0m0s", "1h0m0s"}, got); diff != "" {
		t.Error(diff)
	}
}
