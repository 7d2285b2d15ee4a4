package workflow

import (
	"context"
	"crypto/rand"
	"errors"
	"strconv"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

// What a witness outside the store reads of it: where each ticket's chain ends,
// and which tickets took steps since it last looked.

// ChainHead is where a ticket's hash chain ends. Version 0: there is no such
// ticket.
type ChainHead struct {
	Ticket  ticket.ID
	Version int64
	Hash    []byte
}

// ChainHeads reads the ends of chains, in the order asked for. Errors are
// *ticket.Refusal.
func (s *Store) ChainHeads(ctx context.Context, ids []ticket.ID) ([]ChainHead, error) {
	pipe := s.rdb.Pipeline()
	cmds := make([]*redis.SliceCmd, len(ids))
	for i, id := range ids {
		cmds[i] = pipe.HMGet(ctx, ticketKey(s.partition(id), id), versionField, headField)
	}
	if len(ids) > 0 {
		if _, err := pipe.Exec(ctx); err != nil {
			return nil, refusal.Of("", err)
		}
	}
	heads := make([]ChainHead, 0, len(ids))
	for i, id := range ids {
		version, found := cmds[i].Val()[0].(string)
		hash, _ := cmds[i].Val()[1].(string)
		if !found {
			heads = append(heads, ChainHead{Ticket: id})
			continue
		}
		n, err := strconv.ParseInt(version, 10, 64)
		if err != nil || n < 1 {
			return nil, refusal.Damaged(id, record.Malformed("version"))
		}
		heads = append(heads, ChainHead{Ticket: id, Version: n, Hash: []byte(hash)})
	}
	return heads, nil
}

// streamStart is the place before all changes of a partition.
const streamStart = "0-0"

// Place is a place in the changes of a partition; empty before the first.
type Place string

// Changes are what happened in a partition since a place. Whole is false when
// the store no longer knows all of it: too much has happened since, or the store
// is not the one in which the place was.
type Changes struct {
	Tickets []ticket.ID // each once
	Upto    Place
	Whole   bool
}

// ChangesSince reads which tickets of each partition took steps since a place
// there; places is nil for the beginning. Errors are *ticket.Refusal.
func (s *Store) ChangesSince(ctx context.Context, places []Place) ([]Changes, error) {
	all := make([]Changes, s.partitions)
	for p := range all {
		var since Place
		if p < len(places) {
			since = places[p]
		}
		var err error
		if all[p], err = s.changesSince(ctx, p, since); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// changesBatch is how many changes are read at a time.
const changesBatch = 1000

func (s *Store) changesSince(ctx context.Context, p int, since Place) (Changes, error) {
	key := streamKey(p)
	last, err := s.rdb.XRevRangeN(ctx, key, "+", "-", 1).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return Changes{}, refusal.Of("", err)
	}
	if len(last) == 0 {
		return Changes{Whole: since == "", Upto: ""}, nil
	}
	c := Changes{Upto: Place(last[0].ID)}
	from := streamStart
	if since != "" {
		// The stream drops its oldest: while the place itself is there, nothing
		// after it is gone.
		at, err := s.rdb.XRange(ctx, key, string(since), string(since)).Result()
		if err != nil {
			return Changes{}, refusal.Of("", err)
		}
		c.Whole, from = len(at) == 1, string(since)
	}
	if since == "" {
		info, err := s.rdb.XInfoStream(ctx, key).Result()
		if err != nil {
			return Changes{}, refusal.Of("", err)
		}
		c.Whole = info.EntriesAdded == info.Length
	}
	if !c.Whole {
		return c, nil
	}
	seen := map[ticket.ID]bool{}
	for from != string(c.Upto) {
		messages, err := s.rdb.XRangeN(ctx, key, "("+from, string(c.Upto), changesBatch).Result()
		if err != nil {
			return Changes{}, refusal.Of("", err)
		}
		if len(messages) == 0 {
			break
		}
		for _, m := range messages {
			from = m.ID
			raw, _ := m.Values["c"].(string)
			change, err := record.UnpackChange([]byte(raw))
			if err != nil {
				return Changes{}, refusal.Damaged("", err)
			}
			if !seen[change.Ticket] {
				seen[change.Ticket] = true
				c.Tickets = append(c.Tickets, change.Ticket)
			}
		}
	}
	return c, nil
}

// EachTicket walks all tickets of the store, some perhaps twice, in no order.
// Errors are *ticket.Refusal, or those of each.
func (s *Store) EachTicket(ctx context.Context, each func(partition int, id ticket.ID) error) error {
	return s.scan(ctx, func(key string) error {
		p, kind, rest, ok := parseKey(key)
		if id := ticket.ID(rest); ok && kind == "t" && id.Valid() && s.partition(id) == p {
			return each(p, id)
		}
		return nil
	})
}

// HashName names the hash function of the chains: sha256 or sm3.
func (s *Store) HashName(ctx context.Context) (string, error) {
	name, err := s.rdb.HGet(ctx, metaKey, "hash").Result()
	return name, refusal.Of("", err)
}

// Identity tells this store from every other: a name by chance, given once.
func (s *Store) Identity(ctx context.Context) (string, error) {
	if _, err := s.AddDocument(ctx, "identity", []byte(rand.Text())); err != nil {
		return "", err
	}
	name, err := s.Document(ctx, "identity")
	return string(name), err
}
