package workflow

import (
	"context"
	"fmt"
	"slices"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// heads reads tickets without their history, in the order asked for; those that
// are gone are left out.
func (s *Store) heads(ctx context.Context, ids []ticket.ID) ([]*stored, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	pipe := s.rdb.Pipeline()
	cmds := make([]*redis.SliceCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.HMGet(ctx, ticketKey(s.partition(id), id), headFields...)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	heads := make([]*stored, 0, len(ids))
	for i, id := range ids {
		fields := make(map[string]string, len(headFields))
		for n, v := range cmds[i].Val() {
			if text, ok := v.(string); ok {
				fields[headFields[n]] = text
			}
		}
		if len(fields) == 0 {
			continue
		}
		if err := s.lay(id, fields); err != nil {
			return nil, err
		}
		h, err := decodeHead(id, fields)
		if err != nil {
			return nil, refusal.Damaged(id, err)
		}
		heads = append(heads, h)
	}
	return heads, nil
}

// Tickets reads tickets without their history, in the order asked for; unknown
// IDs are left out. It asks for no permission: it is for jobs and reports.
func (s *Store) Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	var tickets []ticket.Ticket
	for part := range slices.Chunk(ids, 500) {
		heads, err := s.heads(ctx, part)
		if err != nil {
			return nil, err
		}
		for _, h := range heads {
			tickets = append(tickets, h.Ticket)
		}
	}
	return tickets, nil
}

// followers are the tickets merged into a primary, with their history.
func (s *Store) followers(ctx context.Context, primary ticket.ID) ([]ticket.Ticket, error) {
	pipe := s.rdb.Pipeline()
	members := make([]*redis.StringSliceCmd, s.partitions)
	for p := range members {
		members[p] = pipe.ZRange(ctx, groupKey(p, primary), 0, -1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of(primary, err)
	}
	var merged []ticket.Ticket
	for _, m := range members {
		for _, id := range m.Val() {
			t, err := s.load(ctx, ticket.ID(id))
			if err != nil {
				return nil, fmt.Errorf("并入的工单：%w", err)
			}
			merged = append(merged, t.Ticket)
		}
	}
	return merged, nil
}
