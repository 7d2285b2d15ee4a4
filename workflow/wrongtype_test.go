package workflow

import (
	"errors"
	"maps"
	"testing"

	"huiyin/ticket"
)

// TestAStepThatMeetsAKeyOfAnotherTypeWritesNothing spoils each key that the
// step's script writes: Redis does not roll a script back.
func TestAStepThatMeetsAKeyOfAnotherTypeWritesNothing(t *testing.T) {
	for _, what := range []string{"facts", "stream", "outbox", "queue left", "queue entered"} {
		t.Run(what, func(t *testing.T) {
			b := newBureau(t)
			id := b.reach(ticket.Dispatched)
			p := b.store.partition(id)
			key := map[string]string{
				"facts": factsKey(p, ticket.MonthOf(b.now)), "stream": streamKey(p), "outbox": PendingKey(p),
				"queue left": dueKey(p, ticket.Visible, ticket.Dispatched), "queue entered": dueKey(p, ticket.Visible, ticket.Handling),
			}[what]
			if err := errors.Join(b.rdb.Del(b.ctx, key).Err(), b.rdb.SAdd(b.ctx, key, "spoilt").Err()); err != nil {
				t.Fatal(err)
			}
			before := b.everything()
			_, err := b.desk.Take(b.ctx, b.now, Request{ID: "sign", Ticket: id, Version: b.get(id).Version, Step: ticket.StepSign, Actor: caoUnit})
			if !errors.Is(err, ticket.ErrStore) {
				t.Errorf("told %v", err)
			}
			if after := b.everything(); !maps.Equal(before, after) {
				t.Error("something was written")
			}
		})
	}
}
