package workflow

import (
	"sync"

	"huiyin/ticket"
)

// recent remembers tickets as they were last read or written here, so that a
// step on a ticket that somebody has just looked at needs no second reading. It
// is a guess that costs nothing when it is wrong: the script compares the
// version, and what was decided on an old copy is decided again on a new one.
type recent struct {
	mu         sync.Mutex
	young, old map[ticket.ID]*stored
}

// recentSize is how many tickets a generation holds; two are kept.
const recentSize = 2048

func (r *recent) get(id ticket.ID) (*stored, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	s, ok := r.young[id]
	if !ok {
		s, ok = r.old[id]
	}
	return s, ok
}

// put remembers a ticket, which nobody may change from now on.
func (r *recent) put(s *stored) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.young == nil || len(r.young) >= recentSize {
		r.old, r.young = r.young, make(map[ticket.ID]*stored, recentSize)
	}
	r.young[s.ID] = s
}
