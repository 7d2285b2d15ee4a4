package workflow

import (
	"context"
	"testing"
	"time"

	"huiyin/ticket"
)

// Many tickets at once lie in many streams: none may be missed between two
// readings.
func TestWatchMissesNothingOfABurst(t *testing.T) {
	b := newBureau(t)
	b.receive() // some streams have an end already
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	changes := b.store.Watch(ctx)
	const rounds, burst = 5, 40
	for range rounds {
		want := map[ticket.ID]bool{}
		openings := make([]Opening, burst)
		for i := range openings {
			b.made++
			openings[i] = complaint(b.made)
		}
		for _, o := range b.open(openings...) {
			want[o.ID] = true
		}
		for len(want) > 0 {
			select {
			case c := <-changes:
				delete(want, c.Ticket)
			case <-ctx.Done():
				t.Fatalf("%d of %d tickets were never told of", len(want), burst)
			}
		}
	}
}
