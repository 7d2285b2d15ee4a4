package workflow

import (
	"context"
	"errors"
	"strconv"
	"strings"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
)

// Breach is a broken invariant. It names the ticket, or the key where there is
// none.
type Breach struct {
	Ticket  ticket.ID `json:"ticket,omitempty"`
	Key     string    `json:"key,omitempty"`
	Kind    string    `json:"kind"`    // chain, state, dues, index, fact, source, group, stray, future, root
	Message string    `json:"message"` // 中文, for people
}

func (b Breach) String() string {
	if b.Ticket != "" {
		return "工单 " + string(b.Ticket) + "：" + b.Message
	}
	return b.Key + "：" + b.Message
}

// FsckSummary is what a check went over.
type FsckSummary struct {
	Tickets  int `json:"tickets"`
	Events   int `json:"events"`
	Indexes  int `json:"indexes"`
	Months   int `json:"months"`
	Breaches int `json:"breaches"`
	// OlderPolicy counts finished tickets whose due times the present policy
	// would compute otherwise: they keep those of their time.
	OlderPolicy int `json:"older_policy"`
}

// fsckBatch is how many tickets are held at a time.
const fsckBatch = 256

// Fsck checks the invariants over the whole store: every history verifies, what
// a ticket says of itself is the fold of its history, it stands in exactly the
// indexes of its state, its fact is the one its history gives, and open tickets
// have the due times that the policy computes. Looks see every ticket, too. It
// may run beside a working service: what looks wrong is read again before it is
// reported. It holds a few tickets at a time. The error is one of reading, not of
// what was found.
func Fsck(ctx context.Context, store *Store, policy *rules.Policy, report func(Breach), looks ...Look) (FsckSummary, error) {
	if err := store.codes.read(ctx); err != nil {
		return FsckSummary{}, err
	}
	months, err := store.Months(ctx)
	if err != nil {
		return FsckSummary{}, err
	}
	f := &fsck{store: store, policy: policy, report: report, looks: looks, months: months, members: map[string]int{}}
	var batch []ticket.ID
	err = store.scan(ctx, func(key string) error {
		p, kind, rest, ok := parseKey(key)
		switch {
		case !ok:
			return nil
		case kind == "t":
			id := ticket.ID(rest)
			if !id.Valid() || store.partition(id) != p {
				f.found(Breach{Key: key, Kind: "stray", Message: "工单不在它的分区里"})
				return nil
			}
			if batch = append(batch, id); len(batch) < fsckBatch {
				return nil
			}
			full := batch
			batch = batch[:0]
			return f.tickets(ctx, full)
		case kind != "ev" && kind != outboxMark:
			f.indexes = append(f.indexes, key)
		}
		return nil
	})
	if err == nil {
		err = f.tickets(ctx, batch)
	}
	if err == nil {
		err = f.reverse(ctx)
	}
	return f.summary, err
}

type fsck struct {
	store   *Store
	policy  *rules.Policy
	report  func(Breach)
	looks   []Look
	summary FsckSummary
	months  []ticket.Month
	indexes []string       // keys other than tickets
	members map[string]int // tickets that each should hold
}

func (f *fsck) found(b Breach) {
	f.summary.Breaches++
	f.report(b)
}

// parseKey parts "{p3}:q:zhidui:handling" into 3, "q" and the rest.
func parseKey(key string) (partition int, kind, rest string, ok bool) {
	tag, path, found := strings.Cut(strings.TrimPrefix(key, "{p"), "}:")
	p, err := strconv.Atoi(tag)
	if !found || err != nil || !strings.HasPrefix(key, "{p") {
		return 0, "", "", false
	}
	kind, rest, _ = strings.Cut(path, ":")
	return p, kind, rest, true
}

// scan walks all keys of the store, some perhaps twice.
func (s *Store) scan(ctx context.Context, each func(key string) error) error {
	walk := func(ctx context.Context, node redis.Cmdable) error {
		keys := node.Scan(ctx, 0, "{p*", 1000).Iterator()
		for keys.Next(ctx) {
			if err := each(keys.Val()); err != nil {
				return err
			}
		}
		return refusal.Of("", keys.Err())
	}
	cluster, ok := s.rdb.(*redis.ClusterClient)
	if !ok {
		return walk(ctx, s.rdb)
	}
	turn := make(chan struct{}, 1) // the masters are walked one after the other
	return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
		turn <- struct{}{}
		defer func() { <-turn }()
		return walk(ctx, node)
	})
}

// tickets checks a batch; what looks wrong is looked at again alone.
func (f *fsck) tickets(ctx context.Context, ids []ticket.ID) error {
	if len(ids) == 0 {
		return nil
	}
	s := f.store
	pipe := s.rdb.Pipeline()
	hashes := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		hashes[i] = pipe.HGetAll(ctx, ticketKey(s.partition(id), id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return refusal.Of("", err)
	}
	checks := make([]*check, len(ids))
	pipe = s.rdb.Pipeline()
	for i, id := range ids {
		checks[i] = f.judge(id, hashes[i].Val())
		checks[i].ask(ctx, pipe, s)
	}
	if pipe.Len() > 0 {
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return refusal.Of("", err)
		}
	}
	for i, c := range checks {
		breaches := append(c.breaches, c.compare(f)...)
		if len(breaches) > 0 {
			var err error
			if c, breaches, err = f.again(ctx, ids[i]); err != nil {
				return err
			}
		}
		more, err := f.group(ctx, c)
		if err != nil {
			return err
		}
		for _, look := range f.looks {
			more = append(more, look(c.id, c.readable())...)
		}
		for _, b := range append(breaches, more...) {
			f.found(b)
		}
		f.count(c)
	}
	return nil
}

func (f *fsck) count(c *check) {
	f.summary.Tickets++
	if c.ticket == nil {
		return
	}
	f.summary.Events += len(c.ticket.Events)
	for _, at := range f.store.places(&c.folded) {
		f.members[at.key]++
	}
	p := f.store.partition(c.ticket.ID)
	f.members[factsKey(p, ticket.MonthOf(c.ticket.ReceivedAt))]++
	if c.older {
		f.summary.OlderPolicy++
	}
}

// again checks one ticket by itself until nobody works on it meanwhile.
func (f *fsck) again(ctx context.Context, id ticket.ID) (*check, []Breach, error) {
	s := f.store
	key := ticketKey(s.partition(id), id)
	for {
		fields, err := s.rdb.HGetAll(ctx, key).Result()
		if err != nil {
			return nil, nil, refusal.Of(id, err)
		}
		c := f.judge(id, fields)
		pipe := s.rdb.Pipeline()
		c.ask(ctx, pipe, s)
		version := pipe.HGet(ctx, key, versionField)
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return nil, nil, refusal.Of(id, err)
		}
		if version.Val() != fields[versionField] {
			continue
		}
		return c, append(c.breaches, c.compare(f)...), nil
	}
}
