package workflow

import (
	"time"

	"huiyin/ticket"
)

// noDue is the score of a ticket on which no clock runs: after all others.
var noDue = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// score is the earliest due time that somebody still has to meet. A return
// window only closes; nobody is late for it.
func score(t *ticket.Ticket) int64 {
	next := noDue
	for _, d := range t.Dues {
		if d.Clock != ticket.ClockReturn && d.MetAt.IsZero() && !d.At.IsZero() {
			next = min(next, d.At.UnixMilli())
		}
	}
	return next
}

// places are the sorted sets in which a ticket must stand, and no others.
func (s *Store) places(t *ticket.Ticket) []string {
	p, secrecy := s.partition(t.ID), t.Secrecy()
	switch {
	case t.State == ticket.Merged:
		return []string{groupKey(p, t.Primary)}
	case secrecy != ticket.Visible:
		return []string{dueKey(p, secrecy, t.State)}
	case t.State == ticket.Transferred && score(t) < noDue:
		return []string{dueKey(p, secrecy, t.State)}
	case !t.State.IsOpen():
		var keys []string
		for _, unit := range t.Co {
			keys = append(keys, helpedKey(p, unit, ticket.MonthOf(t.ReceivedAt)))
		}
		return keys
	}
	keys := []string{dueKey(p, secrecy, t.State)}
	if t.Lead != "" {
		keys = append(keys, queueKey(p, t.Lead, t.State))
	}
	for _, unit := range t.Co {
		keys = append(keys, helperKey(p, unit))
	}
	return keys
}
