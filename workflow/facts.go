package workflow

import (
	"context"
	"errors"
	"slices"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

// Facts are the facts of the tickets received in a month, in the order of
// receipt, without those that are hidden as clues. Errors are *ticket.Refusal.
func (s *Store) Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error) {
	return s.facts(ctx, m, func(secrecy ticket.Secrecy) bool { return secrecy == ticket.Visible })
}

func (s *Store) facts(ctx context.Context, m ticket.Month, include func(ticket.Secrecy) bool) ([]ticket.Fact, error) {
	pipe := s.rdb.Pipeline()
	records := make([]*redis.StringCmd, s.partitions)
	for p := range records {
		records[p] = pipe.Get(ctx, factsKey(p, m))
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, refusal.Of("", err)
	}
	var order []record.FactPlace
	for _, r := range records {
		b, err := r.Bytes()
		if err != nil && !errors.Is(err, redis.Nil) {
			return nil, refusal.Of("", err)
		}
		for ; len(b) >= record.FactSize; b = b[record.FactSize:] {
			order = append(order, record.PlaceOf(b[:record.FactSize]))
		}
	}
	slices.SortFunc(order, record.FactPlace.Compare)
	facts, start := make([]ticket.Fact, 0, len(order)), m.Start()
	for _, place := range order {
		f, secrecy, unknown, err := record.UnpackFact(s.codes, place.Record, start)
		if err != nil {
			continue
		}
		if unknown {
			// Another instance gave the number.
			if err := s.codes.read(ctx); err != nil {
				return nil, err
			}
			f, secrecy, _, _ = record.UnpackFact(s.codes, place.Record, start)
		}
		if include(secrecy) {
			facts = append(facts, f)
		}
	}
	return facts, nil
}

// Months are the months in which tickets were received, earliest first.
func (s *Store) Months(ctx context.Context) ([]ticket.Month, error) {
	names, err := s.rdb.SMembers(ctx, monthsKey).Result()
	if err != nil {
		return nil, refusal.Of("", err)
	}
	slices.Sort(names)
	months := make([]ticket.Month, len(names))
	for i, n := range names {
		months[i] = ticket.Month(n)
	}
	return months, nil
}
