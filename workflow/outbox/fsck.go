package outbox

import (
	"context"
	"errors"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

// breachKind marks what Fsck finds.
const breachKind = "outbox"

// Fsck checks that nothing that is to be told can be lost: what is noted is a
// step that the ticket has or will look at, every lane stands in exactly one of
// queue and dead letters, its messages tell of steps that the ticket has, each
// later than the one before. It may run beside a working service: what looks
// wrong is read again. It gives how many lanes it went over; the error is the
// store's.
func (o *Outbox) Fsck(ctx context.Context, report func(workflow.Breach)) (lanes int, err error) {
	for p := range o.Desk.Store().Partitions() {
		if err := o.checkNoted(ctx, p, report); err != nil {
			return lanes, err
		}
	}
	err = o.eachLane(ctx, func(p int, receiver string, id ticket.ID) error {
		lanes++
		wrong, err := o.laneWrong(ctx, p, receiver, id)
		if err == nil && wrong != "" {
			wrong, err = o.laneWrong(ctx, p, receiver, id)
		}
		if err == nil && wrong != "" {
			report(workflow.Breach{Ticket: id, Kind: breachKind, Message: "给接收方 " + receiver + " 的消息：" + wrong})
		}
		return err
	})
	return lanes, err
}

func (o *Outbox) checkNoted(ctx context.Context, p int, report func(workflow.Breach)) error {
	noted := o.Redis.HScan(ctx, workflow.PendingKey(p), 0, "", scanBatch).Iterator()
	for noted.Next(ctx) {
		id := ticket.ID(noted.Val())
		if !noted.Next(ctx) {
			break
		}
		first, err := strconv.ParseInt(noted.Val(), 10, 64)
		version, wrong := o.version(ctx, id)
		if wrong != nil {
			return wrong
		}
		if err != nil || first < 1 || first > version {
			report(workflow.Breach{Ticket: id, Kind: breachKind, Message: "记着有步骤没有推送，但工单没有这一步"})
		}
	}
	return refusal.Of("", noted.Err())
}

// version is a ticket's version, 0 when there is no such ticket.
func (o *Outbox) version(ctx context.Context, id ticket.ID) (int64, error) {
	n, err := o.Redis.HGet(ctx, o.Desk.Store().TicketKey(id), "v").Int64()
	if errors.Is(err, redis.Nil) {
		return 0, nil
	}
	return n, refusal.Of(id, err)
}

// laneWrong says in Chinese what is wrong with a lane, empty for nothing.
func (o *Outbox) laneWrong(ctx context.Context, p int, receiver string, id ticket.ID) (string, error) {
	version, err := o.version(ctx, id)
	if err != nil {
		return "", err
	}
	pipe := o.Redis.TxPipeline()
	entries := pipe.LRange(ctx, laneKey(p, receiver, id), 0, -1)
	queued, dead := pipe.ZScore(ctx, queueKey(p, receiver), string(id)), pipe.ZScore(ctx, deadKey(p, receiver), string(id))
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return "", refusal.Of(id, err)
	}
	latest := int64(0)
	for _, text := range entries.Val() {
		e, ok := parseEntry(text)
		if !ok || e.seq <= latest || e.seq > version {
			return "次序不对，或所说的步骤工单没有", nil
		}
		latest = e.seq
	}
	waits := queued.Err() == nil
	switch isDead := dead.Err() == nil; {
	case len(entries.Val()) == 0: // settled meanwhile
	case waits && isDead:
		return "既在排队又是死信", nil
	case !waits && !isDead:
		return "不在排队也不是死信，永远不会送出", nil
	}
	return "", nil
}

// eachLane walks all lanes of the store.
func (o *Outbox) eachLane(ctx context.Context, each func(p int, receiver string, id ticket.ID) error) error {
	var one sync.Mutex // the masters of a cluster are walked at the same time
	walk := func(ctx context.Context, node redis.Cmdable) error {
		keys := node.Scan(ctx, 0, "{p*}:ob:l:*", 1000).Iterator()
		for keys.Next(ctx) {
			receiver, no, ok := strings.Cut(keys.Val()[strings.Index(keys.Val(), ":ob:l:")+len(":ob:l:"):], ":")
			id := ticket.ID(no)
			if !ok || !id.Valid() {
				continue
			}
			one.Lock()
			err := each(o.Desk.Store().PartitionOf(id), receiver, id)
			one.Unlock()
			if err != nil {
				return err
			}
		}
		return refusal.Of("", keys.Err())
	}
	if cluster, ok := o.Redis.(*redis.ClusterClient); ok {
		return cluster.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error { return walk(ctx, node) })
	}
	return walk(ctx, o.Redis)
}
