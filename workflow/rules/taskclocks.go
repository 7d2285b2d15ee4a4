package rules

import (
	"strings"
	"time"

	"huiyin/ticket"
)

// taskClock is the clock of one task of a co-unit. It starts when the unit can
// set to work: when the task is given, or, for one given with the dispatch, when
// the lead signs. due is nil before that, and where the policy sets no limit.
type taskClock struct {
	unit    string
	due     *ticket.Due
	begun   bool
	done    bool
	dropped bool // the lead replied without it
}

func (w *watch) task(e *ticket.Event) {
	switch e.Step {
	case ticket.StepDispatch, ticket.StepArbitrate:
		w.tasks = nil
		for _, unit := range strings.FieldsFunc(e.Fields["co"], func(c rune) bool { return c == ';' }) {
			w.tasks = append(w.tasks, &taskClock{unit: unit})
		}
	case ticket.StepAddCoUnit:
		w.tasks = append(w.tasks, &taskClock{unit: e.Fields["unit"]})
		w.beginTasks(e.At)
	case ticket.StepCoReply:
		for _, task := range w.tasks {
			if task.unit == e.Unit && !task.done {
				task.done = true
				task.stop(e.At)
				return
			}
		}
	}
}

// beginTasks starts the clocks of the tasks on which nobody could work before.
func (w *watch) beginTasks(at time.Time) {
	for _, task := range w.tasks {
		if task.begun || task.done {
			continue
		}
		task.begun = true
		if limit := w.limits(w.mode()).Task; limit.Unit != ticket.LimitNone {
			task.due = &ticket.Due{Clock: ticket.ClockTask, Unit: task.unit, From: at, Limit: limit}
		}
	}
}

// endTasks stops the clocks of the tasks that the lead's reply did not wait for:
// who was late by then stays late.
func (w *watch) endTasks(at time.Time) {
	for _, task := range w.tasks {
		if !task.done {
			task.dropped = true
			task.stop(at)
		}
	}
}

// resumeTasks lets them run on when the reply is sent back: nobody gains time.
func (w *watch) resumeTasks() {
	for _, task := range w.tasks {
		if task.dropped && task.due != nil {
			task.due.MetAt = time.Time{}
		}
		task.dropped = false
	}
}

// renewTasks gives the tasks that were never done a clock of their own again
// when the whole ticket is done anew.
func (w *watch) renewTasks() {
	for _, task := range w.tasks {
		if !task.done {
			*task = taskClock{unit: task.unit}
		}
	}
}

func (t *taskClock) stop(at time.Time) {
	if t.due != nil && t.due.MetAt.IsZero() {
		t.due.MetAt = at
	}
}
