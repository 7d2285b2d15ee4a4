package workflow

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/refusal"
)

// dueOf are the places of hits in the order of their next due times, or, for a
// list of what is late, in its own order.
func (s *Store) dueOf(ctx context.Context, q *query, hits []catalogue.Hit) ([]place, error) {
	var dues map[ticket.ID]int64
	var err error
	switch {
	case q.Unit != "":
		dues, err = s.duesOfUnit(ctx, q)
	case len(hits) <= fewHits:
		dues, err = s.duesOfFew(ctx, q, hits)
	default:
		dues, err = s.duesOfAll(ctx, q)
	}
	if err != nil {
		return nil, err
	}
	places := make([]place, 0, len(hits))
	for _, h := range hits {
		id := ticket.IDFromBits(h.Ticket)
		due, runs := dues[id]
		if !runs {
			due = noDue
		}
		if q.late() && (due <= q.from || due > q.to) {
			continue
		}
		if q.SortBy != SortDue {
			due = -h.Received
		}
		places = append(places, place{n: due, id: id})
	}
	return places, nil
}

// fewHits is up to how many hits their due times are asked for one by one.
const fewHits = 500

// clocked reports whether tickets in a state can stand in a set of due times.
func clocked(state ticket.State) bool {
	return slices.Contains(queuedStates, state) || state == ticket.Transferred
}

func (s *Store) duesOfFew(ctx context.Context, q *query, hits []catalogue.Hit) (map[ticket.ID]int64, error) {
	pipe := s.rdb.Pipeline()
	scores := map[*redis.FloatCmd]ticket.ID{}
	for _, h := range hits {
		if !clocked(h.State) {
			continue
		}
		id := ticket.IDFromBits(h.Ticket)
		for _, secrecy := range q.secrecy {
			scores[pipe.ZScore(ctx, dueKey(s.partition(id), secrecy, h.State), string(id))] = id
		}
	}
	dues := map[ticket.ID]int64{}
	if len(scores) == 0 {
		return dues, nil
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, refusal.Of("", err)
	}
	for score, id := range scores {
		if n, err := score.Result(); err == nil {
			dues[id] = int64(n)
		}
	}
	return dues, nil
}

// duesOfAll are the next due times of all tickets in the states of a query, as
// far as the query looks.
func (s *Store) duesOfAll(ctx context.Context, q *query) (map[ticket.ID]int64, error) {
	var keys []string
	for p := range s.partitions {
		for _, state := range q.clocked() {
			for _, secrecy := range q.secrecy {
				keys = append(keys, dueKey(p, secrecy, state))
			}
		}
	}
	least, most := "-inf", "+inf"
	if q.late() {
		least, most = "("+strconv.FormatInt(q.from, 10), strconv.FormatInt(q.to, 10)
	}
	return s.scores(ctx, keys, least, most)
}

// duesOfUnit are the times by which a unit has to be done with what it leads and
// what it helps with.
func (s *Store) duesOfUnit(ctx context.Context, q *query) (map[ticket.ID]int64, error) {
	var keys []string
	for p := range s.partitions {
		for _, state := range q.clocked() {
			keys = append(keys, queueKey(p, q.Unit, state))
			for _, secrecy := range q.secrecy {
				if secrecy != ticket.Visible || state == ticket.Transferred { // these stand in no queue
					keys = append(keys, dueKey(p, secrecy, state))
				}
			}
		}
	}
	dues, err := s.scores(ctx, keys, "-inf", "+inf")
	if err != nil {
		return nil, err
	}
	helping, err := s.helped(ctx, q.Unit)
	maps.Copy(dues, helping)
	return dues, err
}

// clocked are the states of a query in which clocks run.
func (q *query) clocked() []ticket.State {
	if len(q.States) == 0 {
		return append(slices.Clone(queuedStates), ticket.Transferred)
	}
	return slices.DeleteFunc(slices.Clone(q.States), func(s ticket.State) bool { return !clocked(s) })
}

// scores reads parts of sorted sets into one.
func (s *Store) scores(ctx context.Context, keys []string, least, most string) (map[ticket.ID]int64, error) {
	scores := map[ticket.ID]int64{}
	if len(keys) == 0 {
		return scores, nil
	}
	pipe := s.rdb.Pipeline()
	sets := make([]*redis.ZSliceCmd, len(keys))
	for i, key := range keys {
		sets[i] = pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: least, Max: most})
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	for _, set := range sets {
		for _, z := range set.Val() {
			scores[ticket.ID(z.Member.(string))] = int64(z.Score)
		}
	}
	return scores, nil
}
