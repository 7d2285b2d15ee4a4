package workflow

import (
	"bytes"
	"context"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// Moved is a due time that another policy computes otherwise. A zero time means
// that there is no such due time.
type Moved struct {
	Ticket ticket.ID    `json:"ticket"`
	Clock  ticket.Clock `json:"clock"`
	Was    time.Time    `json:"was,omitzero"`
	Is     time.Time    `json:"is,omitzero"`
}

// reclockBatch is how many tickets are recomputed at a time.
const reclockBatch = 256

// Reclock recomputes the due times of all open tickets by the policy in force
// and says which moved. With apply false it only says so. Finished tickets keep
// the due times of their time. Errors are *ticket.Refusal.
func (d *Desk) Reclock(ctx context.Context, apply bool) ([]Moved, error) {
	var moved []Moved
	policy := d.Policy()
	for p := range d.store.partitions {
		var ids []ticket.ID
		for _, state := range append(slices.Clone(steps.OpenStates), ticket.Transferred, ticket.HandedOver) {
			for _, secrecy := range []ticket.Secrecy{ticket.Visible, ticket.Clue, ticket.Secret} {
				members, err := d.store.rdb.ZRange(ctx, dueKey(p, secrecy, state), 0, -1).Result()
				if err != nil {
					return moved, refusal.Of("", err)
				}
				for _, m := range members {
					ids = append(ids, ticket.ID(m))
				}
			}
		}
		for part := range slices.Chunk(ids, reclockBatch) {
			more, err := d.reclock(ctx, policy, part, apply)
			moved = append(moved, more...)
			if err != nil {
				return moved, err
			}
		}
	}
	return moved, nil
}

// reclock recomputes some tickets of one partition. One that moves on meanwhile
// is recomputed by its own step.
func (d *Desk) reclock(ctx context.Context, policy *rules.Policy, ids []ticket.ID, apply bool) ([]Moved, error) {
	s := d.store
	pipe := s.rdb.Pipeline()
	hashes := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		hashes[i] = pipe.HGetAll(ctx, ticketKey(s.partition(id), id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	var moved []Moved
	var calls []call
	var called []ticket.ID
	for i, id := range ids {
		t, err := s.decode(id, hashes[i].Val())
		if err != nil {
			return moved, refusal.Damaged(id, err)
		}
		if !t.State.IsOpen() {
			continue
		}
		next := *t
		next.Dues = policy.Dues(&next.Ticket)
		progress := record.PackProgress(&next.Ticket)
		if bytes.Equal(progress, t.progress) {
			continue
		}
		moved = append(moved, movements(t, &next)...)
		p := s.partition(id)
		called = append(called, id)
		places := s.places(&next.Ticket)
		calls = append(calls, call{
			keys: append([]string{ticketKey(p, id), factsKey(p, ticket.MonthOf(t.ReceivedAt))}, keysOf(places)...),
			args: append([]any{
				t.Version, string(id), t.ordinal * record.FactSize,
				record.PackFact(s.codes, steps.FactOf(policy, &next.Ticket), next.Secrecy()), stateField, progress,
			}, scoresOf(places)...),
		})
	}
	if !apply || len(calls) == 0 {
		return moved, nil
	}
	for i, cmd := range pipeline(ctx, s.rdb, reclockScript, calls) {
		if err := refusal.Of(called[i], cmd.Err()); err != nil && !refusal.IsOvertaken(err) {
			return moved, err
		}
	}
	return moved, nil
}

// movements compares the due times of a ticket before and after.
func movements(was, is *stored) []Moved {
	var moved []Moved
	at := func(t *stored, c ticket.Clock) time.Time {
		due, _ := t.Due(c)
		return due.At
	}
	for _, clock := range ticket.Clocks {
		before, after := at(was, clock), at(is, clock)
		if !before.Equal(after) {
			moved = append(moved, Moved{Ticket: was.ID, Clock: clock, Was: before, Is: after})
		}
	}
	return moved
}
