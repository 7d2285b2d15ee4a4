package workflow

import (
	"context"
	"strconv"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
)

// Schema is the layout of the store that this program reads and writes. It
// grows when what is computed from histories (indexes, facts, due times) is kept
// in another way; a store of an earlier one is brought up by Upgrade.
//
//	1  the first
//	2  finished tickets by the units that helped; clocks of the co-units' tasks;
//	   in the facts, whether a return was asked for
const Schema = "2"

// SchemaOf checks that this program may work on a store of some layout, its own
// or an earlier one. Errors are *ticket.Refusal.
func SchemaOf(written string) (int, error) {
	own, _ := strconv.Atoi(Schema)
	n, err := strconv.Atoi(written)
	switch {
	case err != nil || n < 1:
		return 0, ticket.Refuse(ticket.ErrInvalid, "store_format", "看不懂存储的格式版本“%s”，请检查连接的是不是回音的存储", refusal.Clip(written))
	case n > own:
		return 0, ticket.Refuse(ticket.ErrInvalid, "store_format", "存储已由更新的程序写成第%d版格式，这个程序只认到第%d版：请换用新版程序，旧版不要再打开它", n, own)
	}
	return n, nil
}

// Behind reports whether an earlier version of the program wrote the store, and
// it was not brought up yet.
func (s *Store) Behind() bool {
	own, _ := strconv.Atoi(Schema)
	return s.schema < own
}

// Upgrade brings a store that an earlier version wrote up to this one: all that
// is computed from the histories is computed again. Broken off, it is begun
// again; done twice, it does nothing more. Errors are *ticket.Refusal.
func Upgrade(ctx context.Context, s *Store, policy *rules.Policy) (RepairSummary, error) {
	summary, err := Repair(ctx, s, policy, func(Breach, bool) {})
	if err != nil {
		return summary, err
	}
	if err := s.rdb.HSet(ctx, metaKey, "format", Schema).Err(); err != nil {
		return summary, refusal.Of("", err)
	}
	s.schema, _ = strconv.Atoi(Schema)
	return summary, nil
}
