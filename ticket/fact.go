package ticket

import (
	"strconv"
	"time"
)

// Fact is what a report, a filter or a draw needs of a ticket, and nothing
// more: no text and no personal data. The store keeps a month's facts as fixed
// records, so that a month is read without touching a ticket.
type Fact struct {
	ID         ID
	Channel    Channel
	Kind       Kind
	Category   string
	Lead       string // unit code
	County     string
	State      State
	CoUnits    int
	CallerKey  uint32 // of the caller's fingerprint, 0 when unknown: finds repeats
	ReceivedAt time.Time
	CloseDue   time.Time // zero: no close limit (yet)
	// MetAt is when the close clock stopped: the reply that stands, with which
	// the unit's time ends, days before the callback closes the ticket. Zero
	// while the clock runs, and for tickets that were done without a reply.
	MetAt    time.Time
	ClosedAt time.Time // first time it was done for us: closed, rejected, answered, transferred; zero while open
	// WorkMinutes is the working time from the first dispatch to the reply.
	WorkMinutes                                              int
	Replied                                                  bool
	Contacted                                                bool // the unit contacted the caller
	Notified                                                 bool // the reply says that the caller was told
	Urgency                                                  Urgency
	Supervision                                              Supervision
	Confidential, Auto, Extended, Excluded, Sample, Mediated bool
	Bounces, Redos, Urged                                    int  // 0…15
	Returned                                                 bool // a unit asked to return it, whatever was decided
	CallbackDue, CalledBack, Unreachable                     bool
	Responded, Solved, Satisfied, Substantiated              Tri
	Risk                                                     bool // any risk words
}

// SettledAt is when the unit's time ended: with its reply, or with the closing
// where there was none. Zero while it runs, also again after a redo.
func (f *Fact) SettledAt() time.Time {
	if !f.MetAt.IsZero() || f.State.IsOpen() {
		return f.MetAt
	}
	return f.ClosedAt
}

// OnTime reports whether the ticket was settled in time; the second result is
// false while that cannot be said yet.
func (f *Fact) OnTime(now time.Time) (onTime, known bool) {
	settled := f.SettledAt()
	switch {
	case f.CloseDue.IsZero():
		return false, false
	case !settled.IsZero():
		return settled.Before(f.CloseDue), true
	case !now.Before(f.CloseDue):
		return false, true
	}
	return false, false
}

// CallerNumber is the part of a caller's fingerprint that a fact keeps, 0 when
// the caller is unknown. Different callers seldom share one: compare the
// fingerprints themselves before saying so.
func CallerNumber(fingerprint string) uint32 {
	if len(fingerprint) < 8 {
		return 0
	}
	n, _ := strconv.ParseUint(fingerprint[:8], 16, 32)
	return uint32(n)
}
