package outbox

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

// Backlog is how a receiver stands.
type Backlog struct {
	Receiver string        `json:"receiver"`
	Waiting  int           `json:"waiting"` // tickets with a message that is not yet delivered
	Dead     int           `json:"dead"`    // tickets whose first message is dead
	Late     time.Duration `json:"-"`       // how long the message that is due longest has been due
	Seconds  float64       `json:"late_seconds"`
}

// Standing is how the whole outbox stands.
type Standing struct {
	Untold    int       `json:"untold"` // tickets with steps that were not looked at
	Dead      int       `json:"dead"`
	Receivers []Backlog `json:"receivers"` // those of the policy, then those that only have messages left
}

// Standing counts, in two round trips, what waits and what is dead.
func (o *Outbox) Standing(ctx context.Context, now time.Time) (Standing, error) {
	var s Standing
	names, untold, err := o.receivers(ctx)
	if err != nil {
		return s, err
	}
	s.Untold = untold
	partitions := o.Desk.Store().Partitions()
	pipe := o.Redis.Pipeline()
	type counts struct {
		waiting, dead *redis.IntCmd
		first         *redis.ZSliceCmd
	}
	all := make([][]counts, len(names))
	for i, name := range names {
		for p := range partitions {
			all[i] = append(all[i], counts{
				pipe.ZCard(ctx, queueKey(p, name)), pipe.ZCard(ctx, deadKey(p, name)), pipe.ZRangeWithScores(ctx, queueKey(p, name), 0, 0),
			})
		}
	}
	if _, err := pipe.Exec(ctx); err != nil && len(names) > 0 {
		return s, refusal.Of("", err)
	}
	for i, name := range names {
		b := Backlog{Receiver: name}
		for _, c := range all[i] {
			b.Waiting += int(c.waiting.Val())
			b.Dead += int(c.dead.Val())
			for _, z := range c.first.Val() {
				b.Late = max(b.Late, now.Sub(time.UnixMilli(int64(z.Score))))
			}
		}
		b.Seconds = b.Late.Seconds()
		s.Dead += b.Dead
		s.Receivers = append(s.Receivers, b)
	}
	return s, nil
}

// receivers are those of the policy, then those that ever had a lane; untold
// counts the tickets that were noted.
func (o *Outbox) receivers(ctx context.Context) (names []string, untold int, err error) {
	for _, r := range o.Policy().Receivers {
		names = append(names, r.Code)
	}
	pipe := o.Redis.Pipeline()
	var members []*redis.StringSliceCmd
	var noted []*redis.IntCmd
	for p := range o.Desk.Store().Partitions() {
		members = append(members, pipe.SMembers(ctx, receiversKey(p)))
		noted = append(noted, pipe.HLen(ctx, workflow.PendingKey(p)))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, 0, refusal.Of("", err)
	}
	var former []string
	for i := range members {
		untold += int(noted[i].Val())
		for _, name := range members[i].Val() {
			if !slices.Contains(names, name) && !slices.Contains(former, name) {
				former = append(former, name)
			}
		}
	}
	slices.Sort(former)
	return append(names, former...), untold, nil
}

// Dead is a message that is tried no more until a person says so. What its
// ticket has for the same receiver after it waits behind it.
type Dead struct {
	ID       string    `json:"id"` // of the message
	Receiver string    `json:"receiver"`
	Ticket   ticket.ID `json:"ticket"`
	Seq      int64     `json:"seq"`
	Since    time.Time `json:"since"`
	Behind   int       `json:"behind"` // messages that wait behind it
	Attempts
}

// deadMost is how many dead messages are listed at once.
const deadMost = 500

// DeadLetters lists dead messages, those that died last first, at most 500.
func (o *Outbox) DeadLetters(ctx context.Context) ([]Dead, error) {
	names, _, err := o.receivers(ctx)
	if err != nil {
		return nil, err
	}
	var list []Dead
	for _, name := range names {
		for p := range o.Desk.Store().Partitions() {
			members, err := o.Redis.ZRevRangeWithScores(ctx, deadKey(p, name), 0, deadMost-1).Result()
			if err != nil {
				return nil, refusal.Of("", err)
			}
			for _, z := range members {
				id, _ := z.Member.(string)
				d, ok, err := o.deadIn(ctx, p, name, ticket.ID(id))
				if err != nil {
					return nil, err
				}
				if d.Since = time.UnixMilli(int64(z.Score)).UTC(); ok {
					list = append(list, d)
				}
			}
		}
	}
	slices.SortFunc(list, func(a, b Dead) int {
		if c := b.Since.Compare(a.Since); c != 0 {
			return c
		}
		return strings.Compare(a.Receiver+a.ID, b.Receiver+b.ID)
	})
	return list[:min(len(list), deadMost)], nil
}

func (o *Outbox) deadIn(ctx context.Context, p int, receiver string, id ticket.ID) (Dead, bool, error) {
	pipe := o.Redis.Pipeline()
	head, length := pipe.LIndex(ctx, laneKey(p, receiver, id), 0), pipe.LLen(ctx, laneKey(p, receiver, id))
	tries := pipe.HGet(ctx, triesKey(p, receiver), string(id))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return Dead{}, false, refusal.Of("", err)
	}
	e, ok := parseEntry(head.Val())
	return Dead{
		ID: MessageID(id, e.seq), Receiver: receiver, Ticket: id, Seq: e.seq, Behind: int(length.Val()) - 1, Attempts: parseAttempts(tries.Val()),
	}, ok, nil
}

// errNotDead is what is said of an id under which nothing is dead.
func errNotDead(id string) error {
	if r := []rune(id); len(r) > 40 {
		id = string(r[:40]) + "…"
	}
	return ticket.Refuse(ticket.ErrNotFound, "not_dead", "没有编号为“%s”的死信，可能已经重发过", id)
}

// parseMessage reads a message's id.
func parseMessage(id string) (ticket.ID, int64, bool) {
	rest, found := strings.CutPrefix(id, messagePrefix)
	no, seq, cut := strings.Cut(rest, "_")
	n, err := strconv.ParseInt(seq, 10, 64)
	return ticket.ID(no), n, found && cut && err == nil && (ticket.ID(no).Valid() || IsMatter(ticket.ID(no)))
}

// each finds the dead messages under an id; receiver "" means all receivers.
func (o *Outbox) each(ctx context.Context, id, receiver string, act func(p int, d Dead) (bool, error)) (n int, err error) {
	no, seq, ok := parseMessage(id)
	if !ok {
		return 0, errNotDead(id)
	}
	names, _, err := o.receivers(ctx)
	if err != nil {
		return 0, err
	}
	p := o.Desk.Store().PartitionOf(no)
	for _, name := range names {
		if receiver != "" && receiver != name {
			continue
		}
		d, ok, err := o.deadIn(ctx, p, name, no)
		if err != nil {
			return n, err
		}
		if !ok || d.Seq != seq {
			continue
		}
		did, err := act(p, d)
		if err != nil {
			return n, err
		}
		if did {
			n++
		}
	}
	if n == 0 {
		return 0, errNotDead(id)
	}
	return n, nil
}

// Replay puts a dead message back into the queue, of one receiver or, with "",
// of all. Errors: ErrNotFound when nothing is dead under the id, ErrStore.
func (o *Outbox) Replay(ctx context.Context, now time.Time, id, receiver string) (n int, err error) {
	return o.each(ctx, id, receiver, func(p int, d Dead) (bool, error) { return o.replay(ctx, now, p, d) })
}

func (o *Outbox) replay(ctx context.Context, now time.Time, p int, d Dead) (bool, error) {
	keys := []string{queueKey(p, d.Receiver), triesKey(p, d.Receiver), deadKey(p, d.Receiver)}
	done, err := replayScript.Run(ctx, o.Redis, keys, string(d.Ticket), now.UnixMilli()).Bool()
	return done, refusal.Of("", err)
}

// ReplayAll puts all dead messages back, of one receiver or, with "", of all.
func (o *Outbox) ReplayAll(ctx context.Context, now time.Time, receiver string) (n int, err error) {
	for {
		list, err := o.DeadLetters(ctx)
		if err != nil {
			return n, err
		}
		before := n
		for _, d := range list {
			if receiver != "" && receiver != d.Receiver {
				continue
			}
			done, err := o.replay(ctx, now, o.Desk.Store().PartitionOf(d.Ticket), d)
			if err != nil {
				return n, err
			}
			if done {
				n++
			}
		}
		if n == before {
			return n, nil
		}
	}
}

// Drop gives a dead message up, so that what waits behind it can leave. Errors
// are those of Replay.
func (o *Outbox) Drop(ctx context.Context, id, receiver string) (n int, err error) {
	return o.each(ctx, id, receiver, func(p int, d Dead) (bool, error) {
		head, err := o.Redis.LIndex(ctx, laneKey(p, d.Receiver, d.Ticket), 0).Result()
		if err != nil {
			return false, refusal.Of("", err)
		}
		done, err := settleScript.Run(ctx, o.Redis, laneKeys(p, d.Receiver, d.Ticket), string(d.Ticket), head, 0, "dropped", 0, "").Bool()
		return done, refusal.Of("", err)
	})
}
