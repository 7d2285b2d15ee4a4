package workflow

import (
	"context"
	"slices"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// RepairSummary is what a repair did.
type RepairSummary struct {
	FsckSummary
	Mended int `json:"mended"` // breaches that were set right
	Left   int `json:"left"`   // those that no history can set right
}

// computed are the kinds of breaches in what is computed from histories: it can
// be computed again. A history itself is never touched.
var computed = map[string]bool{"index": true, "fact": true, "dues": true, "state": true}

// Repair checks the store as Fsck does and computes again what does not follow
// from the histories: indexes, facts, due times and states. Twice does nothing
// more. report hears of every breach, and whether it was set right.
func Repair(ctx context.Context, store *Store, policy *rules.Policy, report func(b Breach, mended bool)) (RepairSummary, error) {
	r := repair{store: store, policy: policy}
	var result RepairSummary
	summary, err := Fsck(ctx, store, policy, func(b Breach) {
		mended := r.err == nil && r.mend(ctx, b)
		if mended {
			result.Mended++
		} else {
			result.Left++
		}
		report(b, mended)
	})
	result.FsckSummary = summary
	if err == nil {
		err = r.err
	}
	return result, err
}

type repair struct {
	store  *Store
	policy *rules.Policy
	latest ticket.ID // that was computed again: one ticket's breaches come together
	err    error
}

func (r *repair) mend(ctx context.Context, b Breach) bool {
	_, kind, rest, isKey := parseKey(b.Key)
	switch {
	case b.Ticket == "" && isKey && kind == "f" && b.Kind == "stray" && len(rest) == 6:
		r.err = r.store.rdb.SAdd(ctx, monthsKey, rest[:4]+"-"+rest[4:]).Err()
	case b.Ticket == "" || !computed[b.Kind]:
		return false
	case b.Ticket == r.latest && kind == "":
	default:
		return r.again(ctx, b)
	}
	return r.err == nil
}

// again computes one ticket anew, and takes it out of a set in which it should
// not be. A ticket that cannot be read stays as it is.
func (r *repair) again(ctx context.Context, b Breach) bool {
	s := r.store
	t, err := s.load(ctx, b.Ticket)
	if err != nil {
		if !refusal.IsNotFound(err) { // what is left of a ticket that is gone stays as evidence
			r.err = ignoreDamage(err)
		}
		return false
	}
	folded, err := steps.Fold(r.policy, t.origin(), t.Events)
	if err != nil {
		return false
	}
	if !t.State.IsOpen() && folded.State == t.State {
		folded.Dues = t.Dues // a finished ticket keeps those of its time
	}
	places := s.places(&folded)
	if _, kind, _, isKey := parseKey(b.Key); isKey && kind != "f" && !slices.Contains(keysOf(places), b.Key) {
		r.err = s.rdb.ZRem(ctx, b.Key, string(b.Ticket)).Err()
	}
	if r.err == nil {
		r.err = s.rewrite(ctx, r.policy, t, &folded, places)
	}
	r.latest = b.Ticket
	return r.err == nil
}

// rewrite lays down what is computed of a ticket. One that moved on meanwhile
// was computed by its own step.
func (s *Store) rewrite(ctx context.Context, policy *rules.Policy, t *stored, folded *ticket.Ticket, places []standing) error {
	if err := s.codes.number(ctx, factWords(folded)...); err != nil {
		return err
	}
	p := s.partition(t.ID)
	key := ticketKey(p, t.ID)
	field, value := stateField, record.PackProgress(folded)
	if t.shelved {
		field, value = shelfField, record.Shelve(value, t.body, t.history)
		where, err := s.rdb.HMGet(ctx, key, shelfField, archiveField).Result()
		if err != nil {
			return refusal.Of(t.ID, err)
		}
		if away, archived := where[1].(string); archived && where[0] == nil {
			field, value = archiveField, []byte(away) // its record lies in the archive and stays there
		}
	}
	keys := append([]string{key, factsKey(p, ticket.MonthOf(t.ReceivedAt))}, keysOf(places)...)
	args := append([]any{
		t.Version, string(t.ID), t.ordinal * record.FactSize, record.PackFact(s.codes, steps.FactOf(policy, folded), folded.Secrecy()), field, value,
	}, scoresOf(places)...)
	err := refusal.Of(t.ID, reclockScript.Run(ctx, s.rdb, keys, args...).Err())
	if err != nil && !refusal.IsOvertaken(err) {
		return err
	}
	if err == nil {
		next := *t
		next.Progress, next.progress = folded.Progress, record.PackProgress(folded)
		s.recent.put(&next)
	}
	return nil
}
