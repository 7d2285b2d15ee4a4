package outbox

import (
	"net/http"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

// Each script keeps to one slot, and what is read over all partitions is read
// from all masters.
func TestTheOutboxRunsOnACluster(t *testing.T) {
	rdb, err := redisd.Connect(redisd.ForTestCluster(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = rdb.Close() })
	m := newMailman(t, always(http.StatusOK))
	gone := newMailman(t, always(http.StatusGone))
	shut := all(gone)
	shut.Code = "shut"
	b := bureauOn(t, rdb, all(m), shut)
	notices, err := load(t, "", "分派,牵头单位,新派来,\n")
	b.check(err)
	b.told.Notices = notices.Notices
	b.wait(0, m, gone)
	expected := map[ticket.ID]int64{}
	for range 12 {
		expected[b.dispatched()] = 2
	}
	o := b.instance()
	b.settle(o)
	m.inOrder(expected)
	if s := b.standing(o); s.Untold != 0 || s.Dead != 12 {
		t.Errorf("standing %+v", s)
	}
	if found := b.fsck(o); len(found) > 0 {
		t.Errorf("fsck: %v", found)
	}
	gone.behave(always(http.StatusOK))
	if n, err := o.ReplayAll(b.ctx, b.now(), ""); err != nil || n != 12 {
		t.Errorf("replayed %d, %v", n, err)
	}
	b.settle(o)
	gone.inOrder(expected)
	mail, err := o.Mail(b.ctx, b.now().Add(time.Second), RecipientsOf(handler))
	b.check(err)
	b.check(o.MarkRead(b.ctx, b.now(), "cao", mail[0].ID))
	if _, n, err := o.Unread(b.ctx, "cao", mail); err != nil || n != 11 {
		t.Errorf("%d unread, %v", n, err)
	}
	b.check(o.MarkAllRead(b.ctx, b.now().Add(time.Second), "cao"))
	if _, n, err := o.Unread(b.ctx, "cao", mail); err != nil || n != 0 {
		t.Errorf("%d unread after reading all, %v", n, err)
	}
}
