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
	w := watch{policy: p, ticket: t, dues: map[ticket.Clock]*ticket.Due{}}
	for i := range t.Events {
		w.see(&t.Events[i])
	}
	return w.all()
}

// watch follows a ticket's events and starts, stops and pauses its clocks.
type watch struct {
	policy     *Policy
	ticket     *ticket.Ticket
	dues       map[ticket.Clock]*ticket.Due
	suspended  time.Time // zero while the close clock runs
	wantedDays string    // of the last request for extension
	redone     bool
	// before are the clocks as they were when the ticket last left the desk.
	before map[ticket.Clock]*ticket.Due
}

func (w *watch) see(e *ticket.Event) {
	switch {
	case e.Step == ticket.StepRecall:
		w.recall()
	case e.From != e.To:
		if e.From == ticket.Received {
			w.before = w.snapshot()
		}
		w.leave(e)
		w.enter(e)
	}
	switch e.Step {
	case ticket.StepContact:
		w.meet(ticket.ClockContact, e.At)
	case ticket.StepRequestExtension:
		w.wantedDays = e.Fields["days"]
	case ticket.StepGrantExtension:
		if days, err := strconv.Atoi(w.wantedDays); err == nil && w.dues[ticket.ClockClose] != nil {
			w.dues[ticket.ClockClose].Extra = ticket.Limit{N: days, Unit: ticket.LimitWorkdays}
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
		} else {
			w.drop(ticket.ClockSign)
		}
	case ticket.Replied:
		w.meet(ticket.ClockReview, e.At)
		if e.To == ticket.Handling {
			w.run(ticket.ClockClose) // what was not good enough gains no time
			w.run(ticket.ClockSupervision)
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
	case ticket.Dispatched:
		w.dispatched(e)
	case ticket.Replied:
		w.meet(ticket.ClockContact, e.At)
		w.meet(ticket.ClockClose, e.At)
		w.meet(ticket.ClockSupervision, e.At)
		w.start(ticket.ClockReview, e.At, w.limits(w.mode()).Review)
	case ticket.Callback:
		w.start(ticket.ClockCallback, e.At, w.limits(w.mode()).Callback)
	case ticket.Suspended:
		w.suspended = e.At
		w.suspension(e)
	case ticket.Transferred, ticket.HandedOver:
		w.stopRunning()
		w.start(ticket.ClockReceipt, e.At, w.limits(OrdinaryLimits).Receipt)
	case ticket.Rejected, ticket.Answered, ticket.Merged:
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
	if redo || w.dues[ticket.ClockClose] == nil {
		w.start(ticket.ClockClose, e.At, limits.Close)
	}
}

func (w *watch) snapshot() map[ticket.Clock]*ticket.Due {
	dues := make(map[ticket.Clock]*ticket.Due, len(w.dues))
	for c, d := range w.dues {
		kept := *d
		dues[c] = &kept
	}
	return dues
}

// recall sets the clocks back to where they were before a dispatch that was
// taken back: the dispatch clock runs on and has gained no time. A supervision
// that began meanwhile goes on.
func (w *watch) recall() {
	if d := w.dues[ticket.ClockSupervision]; d != nil {
		w.before[ticket.ClockSupervision] = d
	}
	w.dues = w.before
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
		delete(w.dues, c)
		return
	}
	w.dues[c] = &ticket.Due{Clock: c, From: from, Limit: limit}
}

func (w *watch) meet(c ticket.Clock, at time.Time) {
	if d := w.dues[c]; d != nil && d.MetAt.IsZero() {
		d.MetAt = at
	}
}

func (w *watch) run(c ticket.Clock) {
	if d := w.dues[c]; d != nil {
		d.MetAt = time.Time{}
	}
}

func (w *watch) drop(c ticket.Clock) {
	if d := w.dues[c]; d != nil && d.MetAt.IsZero() {
		delete(w.dues, c)
	}
}

// stopRunning forgets the clocks that nobody has to meet any more.
func (w *watch) stopRunning() {
	for c, d := range w.dues {
		if d.MetAt.IsZero() && c != ticket.ClockReceipt {
			delete(w.dues, c)
		}
	}
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
	if d := w.dues[ticket.ClockClose]; d != nil {
		if d.Limit.Unit == ticket.LimitWorkdays {
			days := w.policy.Calendar.Workdays(ticket.DateOf(w.suspended), ticket.DateOf(at))
			d.Paused += time.Duration(days) * 24 * time.Hour
		} else {
			d.Paused += at.Sub(w.suspended)
		}
	}
	w.suspended = time.Time{}
}

// all gives the clocks in the order of a ticket's life, with their ends.
func (w *watch) all() []ticket.Due {
	dues := make([]ticket.Due, 0, len(w.dues))
	for _, d := range w.dues {
		stands := d.Clock == ticket.ClockClose && !w.suspended.IsZero()
		if !stands {
			d.At, d.Guessed = w.policy.Calendar.Deadline(*d)
		}
		dues = append(dues, *d)
	}
	slices.SortFunc(dues, func(a, b ticket.Due) int {
		return slices.Index(ticket.Clocks, a.Clock) - slices.Index(ticket.Clocks, b.Clock)
	})
	return dues
}
