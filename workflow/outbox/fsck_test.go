package outbox

import (
	"net/http"
	"strings"
	"testing"

	"huiyin/ticket"
	"huiyin/workflow"
)

func (b *bureau) fsck(o *Outbox) []string {
	b.t.Helper()
	var found []string
	_, err := o.Fsck(b.ctx, func(br workflow.Breach) { found = append(found, br.String()) })
	b.check(err)
	return found
}

func TestFsckFindsMessagesThatWouldNeverLeave(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(b *bureau, p int, id ticket.ID)
		want  string
	}{
		"nothing is wrong": {func(*bureau, int, ticket.ID) {}, ""},
		"a lane that nobody looks at": {func(b *bureau, p int, id ticket.ID) {
			b.check(b.rdb.ZRem(b.ctx, queueKey(p, "city"), string(id)).Err())
		}, "永远不会送出"},
		"a lane that is queued and dead": {func(b *bureau, p int, id ticket.ID) {
			b.check(b.rdb.ZAdd(b.ctx, deadKey(p, "city"), b.rdb.ZRangeWithScores(b.ctx, queueKey(p, "city"), 0, 0).Val()...).Err())
		}, "既在排队又是死信"},
		"a step that the ticket has not": {func(b *bureau, p int, id ticket.ID) {
			b.check(b.rdb.RPush(b.ctx, laneKey(p, "city", id), "9:0").Err())
		}, "次序不对"},
		"an order that is turned round": {func(b *bureau, p int, id ticket.ID) {
			b.check(b.rdb.LMove(b.ctx, laneKey(p, "city", id), laneKey(p, "city", id), "LEFT", "RIGHT").Err())
		}, "次序不对"},
		"a note of a step that is not there": {func(b *bureau, p int, id ticket.ID) {
			b.check(b.rdb.HSet(b.ctx, workflow.PendingKey(p), string(id), 7).Err())
		}, "没有这一步"},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailman(t, always(http.StatusOK))
			b := newBureau(t, all(m))
			o := b.instance()
			id := b.dispatched()
			_, err := o.Spread(b.ctx, b.now())
			b.check(err)
			c.spoil(b, b.desk.Store().PartitionOf(id), id)
			found := b.fsck(o)
			if c.want == "" && len(found) > 0 || c.want != "" && (len(found) != 1 || !strings.Contains(found[0], c.want)) {
				t.Errorf("found %q, want %q", found, c.want)
			}
		})
	}
}
