package outbox

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
	"huiyin/workflow"
)

// mail is what an actor finds in the mailboxes: the texts, newest first.
func (b *bureau) mail(o *Outbox, actor ticket.Actor) []string {
	b.t.Helper()
	_, err := o.Spread(b.ctx, b.now())
	b.check(err)
	mail, err := o.Mail(b.ctx, b.now(), RecipientsOf(actor))
	b.check(err)
	var texts []string
	for i := range mail {
		texts = append(texts, b.told.Text(&mail[i]))
	}
	return texts
}

func noticing(t *testing.T, rows string) *bureau {
	t.Helper()
	b := newBureau(t)
	p, err := load(t, "", rows)
	b.check(err)
	b.told = p
	return b
}

var (
	coHandler = ticket.Actor{ID: "deng", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "yunfu"}
	stranger  = ticket.Actor{ID: "xu", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "xian-a"}
)

func TestThoseWhomAStepConcernsAreTold(t *testing.T) {
	b := noticing(t, "分派,牵头单位;配合单位,新派来,\n申请退单,话务,申请退单,\n同意退单,原牵头单位,已同意,\n催办,牵头单位;督办,催办,\n")
	o := b.instance()
	id := b.dispatched()
	b.wait(time.Minute)
	b.does(operator, id, ticket.StepUrge, "reason", "再次来电")
	b.wait(time.Minute)
	b.does(handler, id, ticket.StepRequestReturn, "ground", "R01", "basis", "三定规定", "reason", "不属职责")
	b.wait(time.Minute)
	other := operator
	other.ID = "bian"
	b.does(other, id, ticket.StepUpholdReturn, "reason", "属实")
	for _, c := range []struct {
		actor ticket.Actor
		want  []string
	}{
		{handler, []string{"已同意", "催办", "新派来"}}, {coHandler, []string{"新派来"}}, {stranger, nil},
		{supervisor, []string{"催办"}}, {operator, []string{"申请退单"}}, {leader, nil},
	} {
		if diff := cmp.Diff(c.want, b.mail(o, c.actor)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.actor.ID, diff)
		}
	}
}

func TestOfAClueOnlyThoseWhoMayKnowAreTold(t *testing.T) {
	b := noticing(t, "提请移送纪检,纪检;督办;话务;牵头单位,有线索,\n")
	o := b.instance()
	id := b.dispatched()
	b.does(operator, id, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	if diff := cmp.Diff([]string{"有线索"}, b.mail(o, discipline)); diff != "" {
		t.Errorf("discipline (-want +got):\n%s", diff)
	}
	for _, actor := range []ticket.Actor{operator, supervisor, handler} {
		if got := b.mail(o, actor); got != nil {
			t.Errorf("%s is told: %v", actor.ID, got)
		}
	}
}

func TestANoticeShowsWhenItsTimeHasCome(t *testing.T) {
	b := noticing(t, "分派,牵头单位,新派来,15\n")
	o := b.instance()
	b.dispatched()
	b.wait(14 * time.Second)
	if got := b.mail(o, handler); got != nil {
		t.Errorf("too early: %v", got)
	}
	b.wait(time.Second)
	if got := b.mail(o, handler); len(got) != 1 {
		t.Errorf("in time: %v", got)
	}
}

func TestWhatIsReadIsReadByOnePersonOnly(t *testing.T) {
	b := noticing(t, "分派,牵头单位,新派来,\n")
	o := b.instance()
	for range 3 {
		b.dispatched()
		b.wait(time.Second)
	}
	b.mail(o, handler)
	unread := func(login string) (n int) {
		t.Helper()
		mail, err := o.Mail(b.ctx, b.now(), RecipientsOf(handler))
		b.check(err)
		_, n, err = o.Unread(b.ctx, login, mail)
		b.check(err)
		return n
	}
	mail, err := o.Mail(b.ctx, b.now(), RecipientsOf(handler))
	b.check(err)
	if n := unread("cao"); n != 3 {
		t.Fatalf("%d unread, want 3", n)
	}
	b.check(o.MarkRead(b.ctx, b.now(), "cao", mail[1].ID, "nonsense"))
	own, n, err := o.Unread(b.ctx, "cao", mail)
	b.check(err)
	if n != 2 || own[1].Unread || !own[0].Unread {
		t.Errorf("after reading one: %d, %+v", n, own)
	}
	b.check(o.MarkAllRead(b.ctx, b.now(), "cao"))
	if n := unread("cao"); n != 0 {
		t.Errorf("after reading all: %d", n)
	}
	if n := unread("deng"); n != 3 {
		t.Errorf("a colleague: %d", n)
	}
	b.wait(time.Second)
	b.dispatched()
	b.mail(o, handler)
	if n := unread("cao"); n != 1 {
		t.Errorf("a new one: %d", n)
	}
}

func TestAMailboxForgetsWhatIsOldAndKeepsItsBound(t *testing.T) {
	b := noticing(t, "分派,牵头单位,新派来,\n")
	o := b.instance()
	b.dispatched()
	b.mail(o, handler)
	b.wait(noticeLife + time.Hour)
	if got := b.mail(o, handler); got != nil {
		t.Errorf("an old one shows: %v", got)
	}
	id := b.dispatched()
	b.mail(o, handler)
	p := b.desk.Store().PartitionOf(id)
	if n := b.rdb.ZCard(b.ctx, boxKey(p, unitBox("zhidui"))).Val(); n != 1 {
		t.Errorf("%d notices are kept", n)
	}
}

// A damaged ticket is left for fsck; the others are told of.
func TestADamagedTicketHoldsUpNoOther(t *testing.T) {
	b := noticing(t, "分派,牵头单位,新派来,\n")
	o := b.instance()
	broken := b.dispatched()
	store := b.desk.Store()
	b.check(b.rdb.HSet(b.ctx, store.TicketKey(broken), "h", "nonsense").Err())
	b.desk = workflow.NewDesk(must(workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{})), testRules(t))
	o.Desk = b.desk
	b.dispatched()
	if got := b.mail(o, handler); len(got) != 1 {
		t.Errorf("%v", got)
	}
	if s := b.standing(o); s.Untold != 1 {
		t.Errorf("standing %+v", s)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
