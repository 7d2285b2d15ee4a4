package workflow

import (
	"context"
	"encoding/binary"
	"errors"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

// reverse checks that the indexes hold nothing else. Where a number is not the
// one counted, the members are looked at one by one.
func (f *fsck) reverse(ctx context.Context) error {
	slices.Sort(f.indexes)
	for _, key := range slices.Compact(f.indexes) {
		_, kind, rest, _ := parseKey(key)
		var err error
		switch kind {
		case "f":
			f.summary.Months++
			err = f.facts(ctx, key, ticket.Month(rest[:min(4, len(rest))]+"-"+rest[min(4, len(rest)):]))
		case "n":
			if facts := strings.Replace(key, ":n:", ":f:", 1); !slices.Contains(f.indexes, facts) {
				f.found(Breach{Key: key, Kind: "stray", Message: "有工单计数，没有统计记录"})
			}
		case "q", "co", "cd", "g":
			err = f.set(ctx, key)
		default:
			if strings.HasPrefix(kind, "due") {
				err = f.set(ctx, key)
			} else {
				f.found(Breach{Key: key, Kind: "stray", Message: "不认识的键"})
			}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func (f *fsck) set(ctx context.Context, key string) error {
	f.summary.Indexes++
	n, err := f.store.rdb.ZCard(ctx, key).Result()
	if err != nil {
		return refusal.Of("", err)
	}
	if int(n) == f.members[key] {
		return nil
	}
	members := f.store.rdb.ZScan(ctx, key, 0, "", 500).Iterator()
	for i := 0; members.Next(ctx); i++ {
		if i%2 == 1 {
			continue // the score
		}
		if err := f.member(ctx, key, ticket.ID(members.Val())); err != nil {
			return err
		}
	}
	return refusal.Of("", members.Err())
}

func (f *fsck) member(ctx context.Context, key string, id ticket.ID) error {
	for {
		before, err := f.store.load(ctx, id)
		if refusal.IsNotFound(err) {
			f.found(Breach{id, key, "index", "队列里有它，但没有这件工单：" + key})
			return nil
		}
		if err != nil {
			return ignoreDamage(err) // reported with the ticket itself
		}
		if slices.Contains(keysOf(f.store.places(&before.Ticket)), key) {
			return nil
		}
		if err := f.store.rdb.ZScore(ctx, key, string(id)).Err(); errors.Is(err, redis.Nil) {
			return nil
		} else if err != nil {
			return refusal.Of(id, err)
		}
		now, err := f.store.load(ctx, id)
		if err == nil && now.Version == before.Version {
			f.found(Breach{id, key, "index", "还在它不该在的队列里：" + key})
			return nil
		}
	}
}

func ignoreDamage(err error) error {
	var r *ticket.Refusal
	if errors.As(err, &r) && r.Code == "damaged" {
		return nil
	}
	return err
}

// counted is the length of a month's facts. The counter that gives each ticket
// its place there must be as long, or the next ticket would overwrite another's.
func (f *fsck) counted(ctx context.Context, key string, m ticket.Month) (int64, error) {
	p, _, _, _ := parseKey(key)
	pipe := f.store.rdb.TxPipeline() // at one moment
	length, ordinal := pipe.StrLen(ctx, key), pipe.Get(ctx, ordinalKey(p, m))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return 0, refusal.Of("", err)
	}
	if n, _ := ordinal.Int64(); n*record.FactSize != length.Val() {
		f.found(Breach{Key: ordinalKey(p, m), Kind: "fact", Message: "工单计数与统计记录的条数不同，新来的工单会写错位置"})
	}
	return length.Val(), nil
}

// facts checks that a month's records are those of its tickets.
func (f *fsck) facts(ctx context.Context, key string, m ticket.Month) error {
	n, err := f.counted(ctx, key, m)
	if err != nil {
		return err
	}
	if !slices.Contains(f.months, m) {
		f.found(Breach{Key: key, Kind: "stray", Message: "这个月没有登记在册，报表会漏掉它"})
	}
	if int(n) == f.members[key]*record.FactSize {
		return nil
	}
	for start := int64(0); start < n; start += record.FactSize {
		raw, err := f.store.rdb.GetRange(ctx, key, start, start+record.FactSize-1).Bytes()
		if err != nil {
			return refusal.Of("", err)
		}
		if len(raw) < record.FactSize {
			f.found(Breach{Key: key, Kind: "fact", Message: "统计记录不完整"})
			continue
		}
		id := ticket.IDFromBits(binary.BigEndian.Uint64(raw) &^ 15)
		t, err := f.store.load(ctx, id)
		switch {
		case refusal.IsNotFound(err):
			f.found(Breach{id, key, "fact", "有它的统计记录，但没有这件工单，工单可能被删除"})
		case err != nil:
			if err := ignoreDamage(err); err != nil {
				return err
			}
		case t.ordinal*record.FactSize != start || ticket.MonthOf(t.ReceivedAt) != m:
			f.found(Breach{id, key, "fact", "统计记录重复"})
		}
	}
	return nil
}
