package jobs

import (
	"fmt"
	"time"

	"github.com/robfig/cron/v3"

	"huiyin/ticket"
)

// schedule is the times of a job.
type schedule struct {
	cron cron.Schedule
	only func(time.Time) bool
}

func parse(j Job) (schedule, error) {
	c, err := cron.ParseStandard(j.Schedule)
	if err != nil {
		return schedule{}, fmt.Errorf("任务 %s 的时间表“%s”无法识别：%w", j.Name, j.Schedule, err)
	}
	return schedule{cron: c, only: j.Only}, nil
}

// within lists the times after from up to and with to, in order, UTC.
func (s schedule) within(from, to time.Time) []time.Time {
	var slots []time.Time
	for t := s.cron.Next(from.In(ticket.Shanghai)); !t.IsZero() && !t.After(to); t = s.cron.Next(t) {
		if s.counts(t) {
			slots = append(slots, t.UTC())
		}
	}
	return slots
}

// farthest is how far ahead next looks.
const farthest = 400 * day

// next is the first time after now; zero when there is none within a year.
func (s schedule) next(now time.Time) time.Time {
	end := now.Add(farthest)
	for t := s.cron.Next(now.In(ticket.Shanghai)); !t.IsZero() && t.Before(end); t = s.cron.Next(t) {
		if s.counts(t) {
			return t.UTC()
		}
	}
	return time.Time{}
}

// current is the time for which a timer that fires now was set: timers fire a
// little early or late, by the wall clock.
func (s schedule) current(now time.Time) (time.Time, bool) {
	const early, late = time.Second, 30 * time.Second
	slots := s.within(now.Add(-late), now.Add(early))
	if len(slots) == 0 {
		return time.Time{}, false
	}
	return slots[len(slots)-1], true
}

func (s schedule) counts(t time.Time) bool { return s.only == nil || s.only(t) }
