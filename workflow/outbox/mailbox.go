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
	"huiyin/workflow/refusal"
)

// Notice says that a step of a ticket, or something beside the tickets,
// concerns somebody. It holds no text of the ticket: who reads it asks for the
// ticket, and may not see it any more.
type Notice struct {
	ID     string    // of the notice, for MarkRead
	Ticket ticket.ID // of a matter its name: IsMatter
	Seq    int64
	Step   ticket.Step
	At     time.Time // since when it shows
	Unread bool
}

func noticeMember(id ticket.ID, e *ticket.Event) string {
	return string(id) + ":" + strconv.FormatInt(e.Seq, 10) + ":" + string(e.Step)
}

func parseNotice(member string) (Notice, bool) {
	parts := strings.SplitN(member, ":", 3)
	if len(parts) != 3 {
		return Notice{}, false
	}
	seq, err := strconv.ParseInt(parts[1], 10, 64)
	n := Notice{ID: member, Ticket: ticket.ID(parts[0]), Seq: seq, Step: ticket.Step(parts[2])}
	return n, err == nil && (n.Ticket.Valid() || IsMatter(n.Ticket))
}

// Text is what the policy says of the notice.
func (p *Policy) Text(n *Notice) string {
	i := slices.IndexFunc(p.Notices, func(r Rule) bool { return r.Step == n.Step })
	if i < 0 {
		return stepName(n.Step)
	}
	return p.Notices[i].Text
}

// ShownMost is how many notices are listed, and counted, at most.
const ShownMost = 200

// Mail is what lies in some mailboxes, the newest first, at most 200.
type Mail []Notice

// Mail reads mailboxes as they show at now. It can be shared by all people of
// the same recipients.
func (o *Outbox) Mail(ctx context.Context, now time.Time, recipients []string) (Mail, error) {
	if len(recipients) == 0 {
		return nil, nil
	}
	pipe := o.Redis.Pipeline()
	var boxes []*redis.ZSliceCmd
	for _, recipient := range recipients {
		for p := range o.Desk.Store().Partitions() {
			boxes = append(boxes, pipe.ZRevRangeByScoreWithScores(ctx, boxKey(p, recipient), &redis.ZRangeBy{
				Min: strconv.FormatInt(now.Add(-noticeLife).UnixMilli(), 10), Max: strconv.FormatInt(now.UnixMilli(), 10), Count: ShownMost,
			}))
		}
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	seen, mail := map[string]bool{}, Mail{}
	for _, box := range boxes {
		for _, z := range box.Val() {
			member, _ := z.Member.(string)
			n, ok := parseNotice(member)
			if !ok || seen[member] {
				continue
			}
			seen[member] = true
			n.At = time.UnixMilli(int64(z.Score)).UTC()
			mail = append(mail, n)
		}
	}
	slices.SortFunc(mail, func(a, b Notice) int {
		if c := b.At.Compare(a.At); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return mail[:min(len(mail), ShownMost)], nil
}

// readMost is how many single notices of an account are remembered as read.
const readMost = 1000

// Unread marks, in a copy, what an account has not read, and counts it.
func (o *Outbox) Unread(ctx context.Context, login string, mail Mail) (Mail, int, error) {
	if len(mail) == 0 {
		return nil, 0, nil
	}
	ids := make([]string, len(mail))
	for i := range mail {
		ids[i] = mail[i].ID
	}
	pipe := o.Redis.Pipeline()
	upTo, singly := pipe.Get(ctx, readUpToKey(login)), pipe.ZMScore(ctx, readKey(login), ids...)
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, 0, refusal.Of("", err)
	}
	all, err := upTo.Int64()
	if err != nil { // never said
		all = -1
	}
	own, n := slices.Clone(mail), 0
	for i := range own {
		if own[i].Unread = own[i].At.UnixMilli() > all && singly.Val()[i] == 0; own[i].Unread {
			n++
		}
	}
	return own, n, nil
}

// MarkRead records that an account has read single notices.
func (o *Outbox) MarkRead(ctx context.Context, now time.Time, login string, ids ...string) error {
	var read []redis.Z
	for _, id := range ids {
		if _, ok := parseNotice(id); ok && len(id) < 150 {
			read = append(read, redis.Z{Score: float64(now.UnixMilli()), Member: id})
		}
	}
	if len(read) == 0 {
		return nil
	}
	pipe := o.Redis.TxPipeline()
	pipe.ZAdd(ctx, readKey(login), read...)
	pipe.ZRemRangeByRank(ctx, readKey(login), 0, -readMost-1)
	_, err := pipe.Exec(ctx)
	return refusal.Of("", err)
}

// MarkAllRead records that an account has read everything up to now.
func (o *Outbox) MarkAllRead(ctx context.Context, now time.Time, login string) error {
	pipe := o.Redis.TxPipeline()
	pipe.Del(ctx, readKey(login))
	pipe.Set(ctx, readUpToKey(login), now.UnixMilli(), 0)
	_, err := pipe.Exec(ctx)
	return refusal.Of("", err)
}
