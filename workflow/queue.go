package workflow

import (
	"context"
	"slices"
	"strconv"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// keys are the sorted sets that hold what the query asks for.
func (s *Store) keys(q *query, p int) []string {
	var keys []string
	for _, state := range q.States {
		if q.Unit != "" {
			keys = append(keys, queueKey(p, q.Unit, state))
			continue
		}
		for _, secrecy := range q.secrecy {
			keys = append(keys, dueKey(p, secrecy, state))
		}
	}
	return keys
}

// queued reads the first places of a list from the queues: one more than the
// page, and how many there are in all.
func (s *Store) queued(ctx context.Context, q *query) ([]place, int, error) {
	pipe := s.rdb.Pipeline()
	var counts []*redis.IntCmd
	var ranges []*redis.ZSliceCmd
	least, most := "("+strconv.FormatInt(q.from, 10), strconv.FormatInt(q.to, 10)
	for p := range s.partitions {
		for _, key := range s.keys(q, p) {
			counts = append(counts, pipe.ZCount(ctx, key, least, most))
			ranges = append(ranges, rangesFrom(ctx, pipe, key, q, least, most)...)
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, refusal.Of("", err)
	}
	total := 0
	for _, c := range counts {
		total += int(c.Val())
	}
	var places []place
	for _, r := range ranges {
		for _, z := range r.Val() {
			places = append(places, place{n: int64(z.Score), id: ticket.ID(z.Member.(string))})
		}
	}
	helping, err := s.helping(ctx, q)
	if err != nil {
		return nil, 0, err
	}
	places, total = append(places, helping...), total+len(helping)
	return q.page(places), total, nil
}

// rangesFrom reads a queue from the cursor on. Many tickets are due at the same
// midnight: of that instant all are read, for their order is by ID.
func rangesFrom(ctx context.Context, pipe redis.Pipeliner, key string, q *query, least, most string) []*redis.ZSliceCmd {
	count := int64(q.Limit) + 1
	if q.after == nil {
		return []*redis.ZSliceCmd{pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: least, Max: most, Count: count})}
	}
	at := strconv.FormatInt(q.after.n, 10)
	return []*redis.ZSliceCmd{
		pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: at, Max: at}),
		pipe.ZRangeByScoreWithScores(ctx, key, &redis.ZRangeBy{Min: "(" + at, Max: most, Count: count}),
	}
}

// page orders places, drops those up to the cursor and keeps one more than fit.
func (q *query) page(places []place) []place {
	if q.after != nil {
		places = slices.DeleteFunc(places, func(p place) bool { return p.compare(*q.after) <= 0 })
	}
	slices.SortFunc(places, place.compare)
	return places[:min(len(places), q.Limit+1)]
}

// helping are the places of the open tickets that a unit helps with.
func (s *Store) helping(ctx context.Context, q *query) ([]place, error) {
	if q.Unit == "" {
		return nil, nil
	}
	scores, err := s.helped(ctx, q.Unit)
	if err != nil {
		return nil, err
	}
	ids := make([]ticket.ID, 0, len(scores))
	for id, n := range scores {
		if n > q.from && n <= q.to {
			ids = append(ids, id)
		}
	}
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	var places []place
	for _, id := range s.catalogued.In(ids, q.States) {
		places = append(places, place{n: scores[id], id: id})
	}
	return places, nil
}

// helped are the open tickets that a unit helps with, with their due times.
func (s *Store) helped(ctx context.Context, unit string) (map[ticket.ID]int64, error) {
	pipe := s.rdb.Pipeline()
	members := make([]*redis.ZSliceCmd, s.partitions)
	for p := range members {
		members[p] = pipe.ZRangeWithScores(ctx, helperKey(p, unit), 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	scores := map[ticket.ID]int64{}
	for _, m := range members {
		for _, z := range m.Val() {
			scores[ticket.ID(z.Member.(string))] = int64(z.Score)
		}
	}
	return scores, nil
}

// helpedIn are the tickets received in some months that a unit helped with and
// that are done.
func (s *Store) helpedIn(ctx context.Context, unit string, months []ticket.Month) ([]ticket.ID, error) {
	pipe := s.rdb.Pipeline()
	var members []*redis.StringSliceCmd
	for p := range s.partitions {
		for _, m := range months {
			members = append(members, pipe.ZRange(ctx, helpedKey(p, unit, m), 0, -1))
		}
	}
	if len(members) == 0 {
		return nil, nil
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	var ids []ticket.ID
	for _, list := range members {
		for _, id := range list.Val() {
			ids = append(ids, ticket.ID(id))
		}
	}
	return ids, nil
}
