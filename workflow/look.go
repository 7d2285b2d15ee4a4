package workflow

import (
	"fmt"
	"time"

	"huiyin/ticket"
)

// Look is a further look that a check takes at every ticket. t is nil where the
// record of the ticket cannot be read.
type Look func(id ticket.ID, t *ticket.Ticket) []Breach

// ahead is how far the clock of an instance may be ahead of the one that checks.
const ahead = 5 * time.Minute

// NotInFuture finds steps that say they will be taken.
func NotInFuture(now time.Time) Look {
	return func(id ticket.ID, t *ticket.Ticket) []Breach {
		if t == nil {
			return nil
		}
		for i := range t.Events {
			if e := &t.Events[i]; e.At.After(now.Add(ahead)) {
				return []Breach{{Ticket: id, Kind: "future", Message: fmt.Sprintf(
					"第%d步的时间在将来：%s", e.Seq, e.At.In(ticket.Shanghai).Format("2006-01-02 15:04"))}}
			}
		}
		return nil
	}
}
