package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// claimed is a lane that this instance holds for a while.
type claimed struct {
	partition int
	ticket    ticket.ID
	until     int64 // ms
}

// Attempts is what became of a message so far.
type Attempts struct {
	Tries  int       `json:"tries"`
	At     time.Time `json:"at"`               // of the last
	Cause  Cause     `json:"cause"`            // of its failure
	Status int       `json:"status,omitempty"` // HTTP, where there was an answer
}

// courier posts the messages of one receiver until ctx ends.
func (o *Outbox) courier(ctx context.Context, code string) {
	var under sync.WaitGroup
	defer under.Wait()
	slots, done := make(chan struct{}, atOnce), make(chan struct{}, 1)
	for ctx.Err() == nil {
		r, ok := o.Policy().Receiver(code)
		if !ok {
			return
		}
		free := o.tallies.width(code) - len(slots)
		claims, err := o.claim(ctx, code, o.Now(), free)
		if err != nil && ctx.Err() == nil {
			o.Log.Warn("outbox cannot reach the store", slog.String("receiver", code))
		}
		for _, c := range claims {
			slots <- struct{}{}
			under.Go(func() {
				defer func() {
					<-slots
					ring(done)
				}()
				o.attempt(ctx, &r, c)
			})
		}
		if len(claims) > 0 && len(claims) == free {
			continue // there may be more, if a slot is free
		}
		rest(ctx, done, o.poll)
	}
}

func ring(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// rest waits until a post has ended, or a while.
func rest(ctx context.Context, done <-chan struct{}, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-done:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Deliver posts, one after the other, what is due by now, each lane's first
// message once, and gives the number of attempts.
func (o *Outbox) Deliver(ctx context.Context, now time.Time) (attempts int, err error) {
	for _, r := range o.Policy().Receivers {
		if !r.Enabled {
			continue
		}
		claims, err := o.claim(ctx, r.Code, now, scanBatch)
		if err != nil {
			return attempts, err
		}
		for _, c := range claims {
			o.attempt(ctx, &r, c)
			attempts++
		}
	}
	return attempts, nil
}

// claim takes up to n lanes whose first message is due. Each partition is
// asked; the one that is asked first changes, so that none is left behind.
func (o *Outbox) claim(ctx context.Context, receiver string, now time.Time, n int) ([]claimed, error) {
	if n <= 0 {
		return nil, nil
	}
	var list []claimed
	partitions := o.Desk.Store().Partitions()
	ready, err := o.partitionsDue(ctx, receiver, now)
	if err != nil {
		return nil, err
	}
	first := o.tallies.turn(receiver)
	for i := range partitions {
		p := (first + i) % partitions
		if !ready[p] || len(list) == n {
			continue
		}
		until := now.Add(claimFor).UnixMilli()
		ids, err := claimScript.Run(ctx, o.Redis, []string{queueKey(p, receiver)}, now.UnixMilli(), until, n-len(list)).StringSlice()
		if err != nil {
			return list, refusal.Of("", err)
		}
		for _, id := range ids {
			list = append(list, claimed{p, ticket.ID(id), until})
		}
	}
	return list, nil
}

// partitionsDue tells, in one round trip, where something is due.
func (o *Outbox) partitionsDue(ctx context.Context, receiver string, now time.Time) ([]bool, error) {
	due := make([]bool, o.Desk.Store().Partitions())
	pipe := o.Redis.Pipeline()
	counts := make([]*redis.IntCmd, len(due))
	for p := range due {
		counts[p] = pipe.ZCount(ctx, queueKey(p, receiver), "-inf", strconv.FormatInt(now.UnixMilli(), 10))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	for p, c := range counts {
		due[p] = c.Val() > 0
	}
	return due, nil
}

// attempt tries the first message of a lane and settles it. What cannot be
// settled is tried again, under the same id, when the claim has run out.
func (o *Outbox) attempt(ctx context.Context, r *Receiver, c claimed) {
	ctx, cancel := outlive(ctx, stopWithin)
	defer cancel()
	head, err := o.Redis.LIndex(ctx, laneKey(c.partition, r.Code, c.ticket), 0).Result()
	e, ok := parseEntry(head)
	switch {
	case errors.Is(err, redis.Nil): // settled by somebody whose claim had run out
		_ = o.Redis.ZRem(ctx, queueKey(c.partition, r.Code), string(c.ticket)).Err()
		return
	case err != nil:
		return
	case !ok:
		o.Log.Error("outbox lane is damaged", slog.String("receiver", r.Code), slog.String("ticket", string(c.ticket)))
		return
	}
	before, err := o.attempts(ctx, c.partition, r.Code, c.ticket)
	if err != nil {
		return
	}
	result := o.send(ctx, r, c.ticket, e.seq)
	if result.storeGone {
		return
	}
	o.settle(ctx, r, c, head, e, before, result)
}

func (o *Outbox) attempts(ctx context.Context, p int, receiver string, id ticket.ID) (Attempts, error) {
	doc, err := o.Redis.HGet(ctx, triesKey(p, receiver), string(id)).Result()
	if errors.Is(err, redis.Nil) {
		return Attempts{}, nil
	}
	if err != nil {
		return Attempts{}, refusal.Of("", err)
	}
	return parseAttempts(doc), nil
}

// parseAttempts reads a record. After one that is damaged the attempts are
// counted anew: the message is not lost.
func parseAttempts(doc string) Attempts {
	var a Attempts
	if json.Unmarshal([]byte(doc), &a) != nil {
		return Attempts{}
	}
	return a
}

// send posts the message about a step.
func (o *Outbox) send(ctx context.Context, r *Receiver, id ticket.ID, seq int64) result {
	if IsMatter(id) {
		return o.sendMatter(ctx, r, id, seq)
	}
	t, err := o.Desk.Ticket(ctx, ticket.Service, id)
	if err != nil {
		return result{cause: CauseTicket, storeGone: storeGone(err)}
	}
	body, err := r.body(o.Desk.Policy(), &t, seq)
	if err != nil {
		return result{cause: CauseTicket}
	}
	if body == nil {
		return result{ok: true, silent: true}
	}
	return o.post(ctx, r, MessageID(id, seq), body)
}

// settle records the result of an attempt.
func (o *Outbox) settle(ctx context.Context, r *Receiver, c claimed, head string, e entry, before Attempts, res result) {
	now := o.Now()
	verdict, at := "sent", int64(0)
	after := Attempts{Tries: before.Tries + 1, At: now.UTC(), Cause: res.cause, Status: res.status}
	switch {
	case res.ok:
	case res.cause == CauseGone || after.Tries > len(r.Retries):
		verdict, at = "dead", now.UnixMilli()
	default:
		verdict, at = "retry", now.Add(o.pauseAfter(r, after.Tries, res.after)).UnixMilli()
	}
	record, err := json.Marshal(after)
	if err != nil {
		return
	}
	done, err := settleScript.Run(ctx, o.Redis, laneKeys(c.partition, r.Code, c.ticket), string(c.ticket), head, c.until, verdict, at, record).Bool()
	if err != nil || !done {
		return
	}
	if !res.silent {
		o.tallies.count(r.Code, verdict, res)
	}
	if verdict == "dead" {
		o.Log.Error("outbox message is dead and waits for a person", slog.String("receiver", r.Code),
			slog.String("message", MessageID(c.ticket, e.seq)), slog.Int("tries", after.Tries), slog.String("cause", string(after.Cause)), slog.Int("status", after.Status))
	}
}

func laneKeys(p int, receiver string, id ticket.ID) []string {
	return []string{queueKey(p, receiver), laneKey(p, receiver, id), triesKey(p, receiver), deadKey(p, receiver)}
}

// pauseAfter is the pause after a number of failed attempts, a fifth more or
// less, so that what failed together does not come back together; longer when
// the receiver asks for it.
func (o *Outbox) pauseAfter(r *Receiver, tries int, asked time.Duration) time.Duration {
	d := r.Retries[min(tries, len(r.Retries))-1]
	d += time.Duration((o.jitter() - 0.5) * 0.4 * float64(d))
	return max(d, min(asked, retryMax))
}

// outlive is a context that goes on for a while after its parent has ended.
func outlive(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() { time.AfterFunc(d, cancel) })
	return longer, func() {
		stop()
		cancel()
	}
}
