package reports

import (
	"math"
	"slices"
	"time"

	"huiyin/ticket"
)

// Quality is how a set of tickets was handled in a period. Three populations
// are kept apart: received in it, due in it, settled in it.
type Quality struct {
	Received int `json:"received"`

	// Of the tickets whose close limit ran out in the period, whenever received.
	Due      int   `json:"due"`
	OnTime   Score `json:"on_time"`
	Late     int   `json:"late"`      // settled after the limit, inside the period
	OpenLate int   `json:"open_late"` // past the limit and unsettled at the period's end
	Early    Rate  `json:"early"`     // settled well ahead (提前小时)

	// Of the tickets settled in the period: replied to, or closed without a reply.
	Settled   int   `json:"settled"`
	Hours     Hours `json:"hours"`
	Returned  int   `json:"returned"` // upheld returns on their way
	Extended  int   `json:"extended"`
	Redone    int   `json:"redone"`
	Excluded  int   `json:"excluded"`
	Mediated  int   `json:"mediated"`
	Responded Score `json:"responded"`
	Solved    Score `json:"solved"`
	Satisfied Score `json:"satisfied"`
}

// Hours is the working time from the first dispatch to the reply.
type Hours struct {
	N    int     `json:"n"`
	Mean float64 `json:"mean"`
	P90  float64 `json:"p90"` // by nearest rank
}

// handling accumulates what was received, due and settled in a period.
type handling struct {
	from, to   int64 // seconds, to exclusive
	earlyBy    time.Duration
	cats       catalog
	all        work
	units      []work // by unit number
	byCat      []work
	complaints Rate // on time of complaints due
	others     Rate // on time of everything else due
	satisfied  Rate // of complaints called back
	callbacks  Rate // called back of those to be called back
	closed     int  // first closings, for the volume
}

type work struct {
	Quality
	minutes []int32
}

func newHandling(from, to int64, rules Rules, cats catalog) *handling {
	return &handling{
		from: from, to: to, cats: cats, earlyBy: time.Duration(rules.EarlyHours) * time.Hour,
		byCat: make([]work, len(cats.list)),
	}
}

func (h *handling) inside(t time.Time) bool {
	u := t.Unix()
	return u >= h.from && u < h.to
}

func (h *handling) take(f *ticket.Fact, where place, receivedAt int64) {
	received := receivedAt >= h.from && receivedAt < h.to
	due := h.inside(f.CloseDue) && f.State != ticket.Merged && f.State != ticket.HandedOver
	settled := h.inside(f.SettledAt())
	if h.inside(f.ClosedAt) {
		h.closed++
	}
	if !received && !due && !settled {
		return
	}
	for int(where.unit) >= len(h.units) {
		h.units = append(h.units, work{})
	}
	for _, w := range [3]*work{&h.all, &h.units[where.unit], &h.byCat[where.cat]} {
		if received {
			w.Received++
		}
		if due {
			w.takeDue(f, h)
		}
		if settled {
			w.takeSettled(f)
		}
	}
	if due {
		h.dueByKind(f)
	}
	if settled && toBeAsked(f) {
		h.callbacks.count(f.CalledBack || f.Unreachable)
		if f.Kind == ticket.Complaint && asked(f) && f.Satisfied != ticket.Unknown {
			h.satisfied.count(f.Satisfied == ticket.Yes)
		}
	}
}

// toBeAsked: the callback is due, or was made all the same.
func toBeAsked(f *ticket.Fact) bool { return f.CallbackDue || f.CalledBack || f.Unreachable }

// asked: the hotline reached the caller. Only then an answer counts; what a
// unit says of its own work is no answer of the caller.
func asked(f *ticket.Fact) bool { return f.CalledBack && !f.Unreachable }

// settled is when the unit's time ended; zero when it had not by the end of
// the period, whatever happened since.
func (h *handling) settled(f *ticket.Fact) time.Time {
	at := f.SettledAt()
	if at.Unix() >= h.to {
		return time.Time{}
	}
	return at
}

func (w *work) takeDue(f *ticket.Fact, h *handling) {
	settled := h.settled(f)
	onTime := !settled.IsZero() && settled.Before(f.CloseDue)
	w.Due++
	w.OnTime.count(onTime, f.Excluded)
	switch {
	case settled.IsZero():
		w.OpenLate++
	case !onTime:
		w.Late++
	}
	w.Early.count(onTime && f.CloseDue.Sub(settled) >= h.earlyBy)
}

func (h *handling) dueByKind(f *ticket.Fact) {
	settled := h.settled(f)
	onTime := !settled.IsZero() && settled.Before(f.CloseDue)
	if f.Kind == ticket.Complaint {
		h.complaints.count(onTime)
		return
	}
	h.others.count(onTime)
}

func (w *work) takeSettled(f *ticket.Fact) {
	w.Settled++
	if f.Replied {
		w.minutes = append(w.minutes, int32(f.WorkMinutes))
	}
	w.Returned += f.Bounces
	if f.Extended {
		w.Extended++
	}
	if f.Redos > 0 {
		w.Redone++
	}
	if f.Excluded {
		w.Excluded++
	}
	if f.Mediated {
		w.Mediated++
	}
	countAnswers(f, &w.Responded, &w.Solved, &w.Satisfied)
}

// countAnswers counts the three answers of a caller who was reached, each by
// itself; an answer that was not given counts nowhere.
func countAnswers(f *ticket.Fact, responded, solved, satisfied *Score) {
	if !asked(f) {
		return
	}
	for _, answer := range [3]struct {
		of ticket.Tri
		to *Score
	}{{f.Responded, responded}, {f.Solved, solved}, {f.Satisfied, satisfied}} {
		if answer.of != ticket.Unknown {
			answer.to.count(answer.of == ticket.Yes, f.Excluded)
		}
	}
}

// quality closes the books of a set.
func (w *work) quality() Quality {
	q := w.Quality
	q.Hours = hoursOf(w.minutes)
	return q
}

func hoursOf(minutes []int32) Hours {
	n := len(minutes)
	if n == 0 {
		return Hours{}
	}
	sorted := slices.Sorted(slices.Values(minutes))
	sum := 0
	for _, m := range sorted {
		sum += int(m)
	}
	rank := int(math.Ceil(0.9*float64(n))) - 1
	return Hours{N: n, Mean: float64(sum) / float64(n) / 60, P90: float64(sorted[rank]) / 60}
}
