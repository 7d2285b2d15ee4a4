package outbox

import (
	"context"
	_ "embed"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

var (
	//go:embed lua/spread.lua
	spreadSource string
	//go:embed lua/claim.lua
	claimSource string
	//go:embed lua/settle.lua
	settleSource string
	//go:embed lua/replay.lua
	replaySource string

	spreadScript = redis.NewScript(spreadSource)
	claimScript  = redis.NewScript(claimSource)
	settleScript = redis.NewScript(settleSource)
	replayScript = redis.NewScript(replaySource)
)

// scanBatch is how many noted tickets one command asks for.
const scanBatch = 200

// Spread makes messages and notices of everything that was noted, and gives the
// number of tickets. A ticket that cannot be read stays noted and is looked at
// again after a while. The error is the store's; what is left is done by the
// next call.
func (o *Outbox) Spread(ctx context.Context, now time.Time) (tickets int, err error) {
	for p := range o.Desk.Store().Partitions() {
		n, err := o.spreadPartition(ctx, p, now)
		tickets += n
		if err != nil {
			return tickets, err
		}
	}
	return tickets, nil
}

func (o *Outbox) spreadPartition(ctx context.Context, p int, now time.Time) (tickets int, err error) {
	key := workflow.PendingKey(p)
	for cursor := uint64(0); ; {
		pairs, next, err := o.Redis.HScan(ctx, key, cursor, "", scanBatch).Result()
		if err != nil {
			return tickets, refusal.Of("", err)
		}
		for i := 0; i+1 < len(pairs); i += 2 {
			id := ticket.ID(pairs[i])
			if o.faulty.skip(id, now) {
				continue
			}
			err := o.spreadTicket(ctx, id, pairs[i+1], now)
			switch {
			case err == nil:
				tickets++
			case storeGone(err):
				return tickets, err
			default:
				o.faulty.note(id, now)
				o.Log.Error("outbox cannot read a ticket", slog.String("ticket", string(id)), slog.String("cause", refusal.Cause(err)))
			}
		}
		if cursor = next; cursor == 0 {
			return tickets, nil
		}
	}
}

// storeGone tells a store that does not answer from one ticket that is damaged.
func storeGone(err error) bool {
	var r *ticket.Refusal
	return !errors.As(err, &r) || errors.Is(err, ticket.ErrStore) && r.Code != "damaged"
}

// told is what the policy makes of a ticket's steps.
type told struct {
	messages []message
	notices  []boxed
	withdraw []boxed
}

type message struct {
	receiver string
	entry
}

// boxed is a notice in a mailbox.
type boxed struct {
	box, member string
	at          int64 // ms
}

func (o *Outbox) spreadTicket(ctx context.Context, id ticket.ID, from string, now time.Time) error {
	first, err := strconv.ParseInt(from, 10, 64)
	if err != nil {
		return refusal.Damaged(id, err)
	}
	t, err := o.Desk.Ticket(ctx, ticket.Service, id)
	if err != nil {
		return err
	}
	what := o.Policy().tell(o.Desk.Policy(), &t, first)
	err = o.lay(ctx, &t, from, &what, now)
	if redis.HasErrorPrefix(err, "WRONGTYPE") {
		return refusal.Damaged(id, err)
	}
	return refusal.Of(id, err)
}

// The notices that a mailbox keeps in a partition.
const (
	noticeLife = 60 * 24 * time.Hour
	noticeMost = 500
)

func (o *Outbox) lay(ctx context.Context, t *ticket.Ticket, from string, what *told, now time.Time) error {
	store := o.Desk.Store()
	p := store.PartitionOf(t.ID)
	keys := []string{workflow.PendingKey(p), store.TicketKey(t.ID), receiversKey(p)}
	args := []any{
		string(t.ID), from, t.Version + 1, len(what.messages), len(what.notices),
		now.Add(-noticeLife).UnixMilli(), noticeMost,
	}
	for _, m := range what.messages {
		keys = append(keys, queueKey(p, m.receiver), laneKey(p, m.receiver, t.ID))
		args = append(args, m.receiver, m.entry.String(), m.notBefore)
	}
	for _, n := range what.notices {
		keys, args = append(keys, boxKey(p, n.box)), append(args, n.member, n.at)
	}
	for _, n := range what.withdraw {
		keys, args = append(keys, boxKey(p, n.box)), append(args, n.member)
	}
	return spreadScript.Run(ctx, o.Redis, keys, args...).Err()
}

// tell makes messages and notices of the steps of a ticket from one on.
func (p *Policy) tell(rules *rules.Policy, t *ticket.Ticket, from int64) told {
	var what told
	before := prefix(rules, t, from-1)
	for seq := from; seq <= int64(len(t.Events)); seq++ {
		after, e := prefix(rules, t, seq), &t.Events[seq-1]
		for i := range p.Receivers {
			if r := &p.Receivers[i]; r.wants(before, after, e) {
				what.messages = append(what.messages, message{r.Code, entry{seq, e.At.Add(r.Hold).UnixMilli()}})
			}
		}
		what.notices = append(what.notices, p.noticesOf(before, after, e)...)
		if undone := e.Undoes(); undone > 0 {
			earlier := prefix(rules, t, undone)
			what.withdraw = append(what.withdraw, p.noticesOf(prefix(rules, t, undone-1), earlier, &t.Events[undone-1])...)
		}
		before = after
	}
	return what
}

// prefix is the ticket as it was after a step; before the first it is empty.
func prefix(rules *rules.Policy, t *ticket.Ticket, seq int64) *ticket.Ticket {
	if seq < 1 {
		return &ticket.Ticket{ID: t.ID, Channel: t.Channel, SourceNo: t.SourceNo}
	}
	past, err := steps.Fold(rules, *t, t.Events[:seq])
	if err != nil { // the store verified the history; the table has lost a step
		return t
	}
	return &past
}

func (p *Policy) noticesOf(before, after *ticket.Ticket, e *ticket.Event) []boxed {
	var list []boxed
	for i := range p.Notices {
		r := &p.Notices[i]
		if r.Step != e.Step {
			continue
		}
		for _, box := range r.boxesOf(before, after, e) {
			list = append(list, boxed{box, noticeMember(after.ID, e), e.At.Add(r.Hold).UnixMilli()})
		}
	}
	return list
}

// faulty remembers tickets that could not be read, so that they are not asked
// for all the time.
type faulty struct {
	mu    sync.Mutex
	until map[ticket.ID]time.Time
}

const faultyFor = 5 * time.Minute

func (f *faulty) note(id ticket.ID, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.until == nil {
		f.until = map[ticket.ID]time.Time{}
	}
	f.until[id] = now.Add(faultyFor)
}

func (f *faulty) skip(id ticket.ID, now time.Time) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	until, noted := f.until[id]
	if noted && !now.Before(until) {
		delete(f.until, id)
		noted = false
	}
	return noted
}
