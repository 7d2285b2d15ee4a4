package workflow

import (
	"slices"
	"time"

	"huiyin/ticket"
)

// noDue is the score of a ticket on which no clock runs: after all others.
var noDue = time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC).UnixMilli()

// standing is a sorted set in which a ticket stands, and its score there: when
// whoever reads the set has to be done.
type standing struct {
	key   string
	score int64
}

// places are the sorted sets in which a ticket must stand, and no others.
func (s *Store) places(t *ticket.Ticket) []standing {
	p, secrecy := s.partition(t.ID), t.Secrecy()
	all := score(t, func(*ticket.Due) bool { return true })
	switch {
	case t.State == ticket.Merged:
		return []standing{{groupKey(p, t.Primary), all}}
	case secrecy != ticket.Visible:
		return []standing{{dueKey(p, secrecy, t.State), all}}
	case t.State == ticket.Transferred && all < noDue:
		return []standing{{dueKey(p, secrecy, t.State), all}}
	case !t.State.IsOpen():
		var done []standing
		for _, unit := range t.Co {
			done = append(done, standing{helpedKey(p, unit, ticket.MonthOf(t.ReceivedAt)), all})
		}
		return done
	}
	list := []standing{{dueKey(p, secrecy, t.State), all}}
	if t.Lead != "" {
		own := score(t, func(d *ticket.Due) bool { return d.Clock != ticket.ClockTask })
		list = append(list, standing{queueKey(p, t.Lead, t.State), own})
	}
	for _, unit := range t.Co {
		list = append(list, standing{helperKey(p, unit), taskScore(t, unit)})
	}
	return list
}

// taskScore is when a unit has to be done with its task: by the clock of the
// task, or by that of the ticket where the task has none.
func taskScore(t *ticket.Ticket, unit string) int64 {
	if _, open := t.OpenTask(unit); !open {
		return noDue
	}
	own := score(t, func(d *ticket.Due) bool { return d.Clock == ticket.ClockTask && d.Unit == unit })
	if own == noDue {
		own = score(t, func(d *ticket.Due) bool { return d.Clock == ticket.ClockClose })
	}
	return own
}

// score is the earliest due time of some clocks that somebody still has to
// meet. A return window only closes; nobody is late for it.
func score(t *ticket.Ticket, of func(*ticket.Due) bool) int64 {
	next := noDue
	for i := range t.Dues {
		d := &t.Dues[i]
		if d.Clock != ticket.ClockReturn && d.MetAt.IsZero() && !d.At.IsZero() && of(d) {
			next = min(next, d.At.UnixMilli())
		}
	}
	return next
}

func keysOf(list []standing) []string {
	keys := make([]string, len(list))
	for i := range list {
		keys[i] = list[i].key
	}
	return keys
}

// scoresOf are the scores as a script takes them.
func scoresOf(list []standing) []any {
	scores := make([]any, len(list))
	for i := range list {
		scores[i] = list[i].score
	}
	return scores
}

// moves parts what changes between two lists: the sets that a ticket leaves, and
// those that it enters or in which its score changes.
func moves(was, is []standing) (leaves []string, enters []standing) {
	old := make(map[string]int64, len(was))
	for _, w := range was {
		old[w.key] = w.score
	}
	for _, i := range is {
		score, there := old[i.key]
		if !there || score != i.score {
			enters = append(enters, i)
		}
		delete(old, i.key)
	}
	for _, w := range was {
		if _, left := old[w.key]; left {
			leaves = append(leaves, w.key)
		}
	}
	return leaves, enters
}

// stays reports whether all that places looks at is as it was.
func stays(a, b *ticket.Ticket) bool {
	return a.State == b.State && a.Lead == b.Lead && a.Primary == b.Primary && a.Secrecy() == b.Secrecy() &&
		slices.Equal(a.Co, b.Co) && slices.Equal(a.Dues, b.Dues) && slices.Equal(a.Tasks, b.Tasks)
}
