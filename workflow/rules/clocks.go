package rules

import (
	"slices"
	"strconv"
	"time"

	"huiyin/ticket"
)

// Dues computes every clock of a ticket from its events: nothing is kept up by
// adding, so a changed calendar or limit shows at once. It reads t.Events and
// what t.Progress holds of category, kind, urgency and rulings.
func (p *Policy) Dues(t *ticket.Ticket) []ticket.Due {
	w := watch{policy: p, ticket: t, clocks: clocks{dues: make([]ticket.Due, 0, 6)}}
	for i := range t.Events {
		w.see(&t.Events[i])
	}
	return w.all()
}

// watch follows a ticket's events and starts, stops and pauses its clocks.
type watch struct {
	policy *Policy
	ticket *ticket.Ticket
	clocks
	wantedDays string // of the last request for extension
	redone     bool
	// before are the clocks as they were when the ticket last left the desk,
	// alone those that it had when it followed another.
	before, alone clocks
}

// clocks are the clocks of a ticket at one time.
type clocks struct {
	dues      []ticket.Due // one a clock, in the order of a ticket's life
	tasks     []*taskClock
	suspended time.Time // zero while the close clock runs
}

func (c *clocks) due(clock ticket.Clock) *ticket.Due {
	for i := range c.dues {
		if c.dues[i].Clock == clock {
			return &c.dues[i]
		}
	}
	return nil
}

func (c *clocks) put(d ticket.Due) {
	if there := c.due(d.Clock); there != nil {
		*there = d
		return
	}
	at := len(c.dues)
	for at > 0 && slices.Index(ticket.Clocks, c.dues[at-1].Clock) > slices.Index(ticket.Clocks, d.Clock) {
		at--
	}
	c.dues = slices.Insert(c.dues, at, d)
}

func (c *clocks) forget(which func(*ticket.Due) bool) {
	kept := c.dues[:0]
	for i := range c.dues {
		if !which(&c.dues[i]) {
			kept = append(kept, c.dues[i])
		}
	}
	c.dues = kept
}

func (w *watch) see(e *ticket.Event) {
	switch {
	case e.Step == ticket.StepRecall:
		w.recall()
	case e.Step == ticket.StepMerge:
		w.alone = w.snapshot()
		w.follow(e)
	case e.Step == ticket.StepSplit:
		// It stands where it stood: its clocks ran on, and nobody gained time.
		w.clocks = w.alone
	case e.From != e.To:
		if e.From == ticket.Received {
			w.before = w.snapshot()
		}
		w.leave(e)
		w.enter(e)
	}
	w.task(e)
	switch e.Step {
	case ticket.StepContact:
		w.meet(ticket.ClockContact, e.At)
	case ticket.StepRequestExtension:
		w.wantedDays = e.Fields["days"]
	case ticket.StepGrantExtension:
		if days, err := strconv.Atoi(w.wantedDays); err == nil && w.due(ticket.ClockClose) != nil {
			w.due(ticket.ClockClose).Extra = ticket.Limit{N: days, Unit: ticket.LimitWorkdays}
		}
	case ticket.StepRecordReceipt:
		w.meet(ticket.ClockReceipt, e.At)
	case ticket.StepSupervise:
		w.start(ticket.ClockSupervision, e.At, w.limits(SupervisedLimits).Close)
	case ticket.StepLift:
		w.meet(ticket.ClockSupervision, e.At)
	}
}

func (w *watch) leave(e *ticket.Event) {
	switch e.From {
	case ticket.Received:
		w.meet(ticket.ClockDispatch, e.At)
	case ticket.Dispatched:
		if e.To == ticket.Handling {
			w.meet(ticket.ClockSign, e.At)
			w.beginTasks(e.At)
		} else {
			w.drop(ticket.ClockSign)
		}
	case ticket.Replied:
		w.meet(ticket.ClockReview, e.At)
		if e.To == ticket.Handling {
			w.run(ticket.ClockClose) // what was not good enough gains no time
			w.run(ticket.ClockSupervision)
			w.resumeTasks()
		}
	case ticket.Callback:
		w.meet(ticket.ClockCallback, e.At)
	case ticket.Suspended:
		w.resume(e.At)
	}
}

func (w *watch) enter(e *ticket.Event) {
	switch e.To {
	case ticket.Received:
		w.start(ticket.ClockDispatch, e.At, w.limits(w.mode()).Dispatch)
		w.drop(ticket.ClockReturn)
		w.drop(ticket.ClockContact)
		w.tasks = nil
	case ticket.Dispatched:
		w.dispatched(e)
	case ticket.Replied:
		w.meet(ticket.ClockContact, e.At)
		w.meet(ticket.ClockClose, e.At)
		w.meet(ticket.ClockSupervision, e.At)
		w.endTasks(e.At)
		w.start(ticket.ClockReview, e.At, w.limits(w.mode()).Review)
	case ticket.Callback:
		w.start(ticket.ClockCallback, e.At, w.limits(w.mode()).Callback)
	case ticket.Suspended:
		w.suspended = e.At
		w.suspension(e)
	case ticket.Transferred, ticket.HandedOver:
		w.stopRunning()
		w.start(ticket.ClockReceipt, e.At, w.limits(OrdinaryLimits).Receipt)
	case ticket.Rejected, ticket.Answered:
		w.stopRunning()
	}
}

// dispatched starts the clocks of a unit. The close clock starts with the first
// dispatch and is not touched by a return: a bounced ticket gains no time. A
// redo starts it anew, with the limits of a supervised ticket.
func (w *watch) dispatched(e *ticket.Event) {
	redo := e.From == ticket.Callback || e.From == ticket.Closed
	w.redone = w.redone || redo
	limits := w.limits(w.mode())
	w.start(ticket.ClockSign, e.At, limits.Sign)
	if e.From == ticket.ReturnRequested {
		return // the same unit has it back: its other clocks ran on
	}
	w.start(ticket.ClockContact, e.At, limits.Contact)
	if redo || e.From == ticket.Arbitration {
		w.drop(ticket.ClockReturn)
	} else {
		w.start(ticket.ClockReturn, e.At, limits.Return)
	}
	if redo {
		w.renewTasks()
	}
	if redo || w.due(ticket.ClockClose) == nil {
		w.start(ticket.ClockClose, e.At, limits.Close)
	}
}

func (w *watch) snapshot() clocks {
	kept := clocks{dues: slices.Clone(w.dues), suspended: w.suspended}
	for _, t := range w.tasks {
		task := *t
		if t.due != nil {
			due := *t.due
			task.due = &due
		}
		kept.tasks = append(kept.tasks, &task)
	}
	return kept
}

// recall sets the clocks back to where they were before a dispatch that was
// taken back: the dispatch clock runs on and has gained no time. A supervision
// that began meanwhile goes on.
func (w *watch) recall() {
	if d := w.due(ticket.ClockSupervision); d != nil {
		w.before.put(*d)
	}
	w.clocks = w.before
}

func (w *watch) mode() LimitMode {
	if w.redone {
		return SupervisedLimits
	}
	return OrdinaryLimits
}

func (w *watch) limits(mode LimitMode) LimitRow { return w.policy.LimitsOf(w.ticket, mode) }

func (w *watch) start(c ticket.Clock, from time.Time, limit ticket.Limit) {
	if limit.Unit == ticket.LimitNone {
		w.forget(func(d *ticket.Due) bool { return d.Clock == c })
		return
	}
	w.put(ticket.Due{Clock: c, From: from, Limit: limit})
}

func (w *watch) meet(c ticket.Clock, at time.Time) {
	if d := w.due(c); d != nil && d.MetAt.IsZero() {
		d.MetAt = at
	}
}

func (w *watch) run(c ticket.Clock) {
	if d := w.due(c); d != nil {
		d.MetAt = time.Time{}
	}
}

func (w *watch) drop(c ticket.Clock) {
	w.forget(func(d *ticket.Due) bool { return d.Clock == c && d.MetAt.IsZero() })
}

// stopRunning forgets the clocks that nobody has to meet any more.
func (w *watch) stopRunning() {
	w.forget(func(d *ticket.Due) bool { return d.MetAt.IsZero() && d.Clock != ticket.ClockReceipt })
	w.tasks = slices.DeleteFunc(slices.Clone(w.tasks), func(t *taskClock) bool { return !t.done })
}

// follow ends the clocks of a ticket that follows another from now on. What has
// run out by then stays overdue: joining another wipes nothing out.
func (w *watch) follow(e *ticket.Event) {
	if e.From == ticket.Received {
		w.meet(ticket.ClockDispatch, e.At)
	}
	for i := range w.dues {
		d := &w.dues[i]
		if at, _ := w.policy.Calendar.Deadline(*d); d.Clock != ticket.ClockReturn && w.suspended.IsZero() && !at.IsZero() && !e.At.Before(at) {
			w.meet(d.Clock, e.At)
		}
	}
	w.suspended = time.Time{}
	w.stopRunning()
}

// suspension watches the review date that the plan names.
func (w *watch) suspension(e *ticket.Event) {
	day := e.Fields["review_date"]
	if day == "" {
		day = w.ticket.Pending["review_date"]
	}
	review, err := time.ParseInLocation(time.DateOnly, day, ticket.Shanghai)
	if err != nil {
		return
	}
	days := int(review.Sub(ticket.DateOf(e.At).Start()).Hours()/24 + 0.5)
	w.start(ticket.ClockSuspension, e.At, ticket.Limit{N: max(1, days), Unit: ticket.LimitDays})
}

// resume adds to the close clock what it stood: working days for a limit of
// working days, time for the others.
func (w *watch) resume(at time.Time) {
	w.meet(ticket.ClockSuspension, at)
	if d := w.due(ticket.ClockClose); d != nil {
		w.pause(d, at)
	}
	for _, task := range w.tasks {
		if task.due != nil && !task.done {
			w.pause(task.due, at)
		}
	}
	w.suspended = time.Time{}
}

func (w *watch) pause(d *ticket.Due, until time.Time) {
	if d.Limit.Unit == ticket.LimitWorkdays {
		days := w.policy.Calendar.Workdays(ticket.DateOf(w.suspended), ticket.DateOf(until))
		d.Paused += time.Duration(days) * 24 * time.Hour
	} else {
		d.Paused += until.Sub(w.suspended)
	}
}

// all gives the clocks in the order of a ticket's life, with their ends.
func (w *watch) all() []ticket.Due {
	end := func(d *ticket.Due, pauses bool) {
		if !pauses || w.suspended.IsZero() {
			d.At, d.Guessed = w.policy.Calendar.Deadline(*d)
		}
	}
	for i := range w.dues {
		end(&w.dues[i], w.dues[i].Clock == ticket.ClockClose)
	}
	dues := w.dues
	for _, task := range w.tasks { // in the order in which they were given
		if task.due != nil {
			end(task.due, !task.done)
			dues = append(dues, *task.due)
		}
	}
	return dues
}
