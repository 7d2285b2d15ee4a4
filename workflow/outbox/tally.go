package outbox

import (
	"maps"
	"slices"
	"sync"
)

// tallies count what this process did for each receiver.
type tallies struct {
	mu sync.Mutex
	by map[string]*Tally
}

// Tally is what this process did for a receiver since it started.
type Tally struct {
	Receiver                string
	Sent, Failed, DeadCount int64
	failing                 bool // the receiver, rather than one message
	turn                    int
}

func (t *tallies) of(receiver string) *Tally {
	if t.by == nil {
		t.by = map[string]*Tally{}
	}
	if t.by[receiver] == nil {
		t.by[receiver] = &Tally{Receiver: receiver}
	}
	return t.by[receiver]
}

func (t *tallies) count(receiver, verdict string, r result) {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.of(receiver)
	switch verdict {
	case "sent":
		own.Sent++
	case "dead":
		own.Failed++
		own.DeadCount++
	default:
		own.Failed++
	}
	own.failing = !r.ok && (r.status == 0 || r.status >= 500)
}

// width is how many posts to a receiver may be under way: one while it fails,
// which is enough to notice that it is back.
func (t *tallies) width(receiver string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.of(receiver).failing {
		return 1
	}
	return atOnce
}

// turn is a number that changes with every call.
func (t *tallies) turn(receiver string) int {
	t.mu.Lock()
	defer t.mu.Unlock()
	own := t.of(receiver)
	own.turn = (own.turn + 1) & 0xffff
	return own.turn
}

// Tallies lists what this process did, by receiver.
func (o *Outbox) Tallies() []Tally {
	o.tallies.mu.Lock()
	defer o.tallies.mu.Unlock()
	var list []Tally
	for _, code := range slices.Sorted(maps.Keys(o.tallies.by)) {
		list = append(list, *o.tallies.by[code])
	}
	return list
}
