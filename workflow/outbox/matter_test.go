package outbox

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestThoseWhomThePolicyNamesAreToldOfAnEarlySignOnce(t *testing.T) {
	m := newMailman(t, always(http.StatusNoContent))
	naming, silent := all(m), all(m)
	naming.Steps = append(naming.Steps, SignRaised)
	silent.Code = "silent"
	b := noticing(t, "发现苗头,督办;领导,超出预期,\n请确认问题卡片,牵头单位,请确认,\n")
	b.told.Receivers = []Receiver{naming, silent}
	m.setClock(b.now())
	o := b.instance()
	sign := Matter{Kind: "sign", ID: "C01-2026-09-01", What: SignRaised, Data: map[string]int{"count": 40}}
	for range 3 { // every hour the same
		b.check(o.Tell(b.ctx, b.now(), sign))
	}
	b.check(o.Tell(b.ctx, b.now(), Matter{Kind: "card", ID: "2026-08-C01", What: CardAsked, Unit: "yunfu"}))
	b.settle(o)
	for _, c := range []struct {
		actor ticket.Actor
		want  []string
	}{
		{supervisor, []string{"超出预期"}}, {leader, []string{"超出预期"}}, {coHandler, []string{"请确认"}}, {handler, nil}, {operator, nil},
	} {
		if diff := cmp.Diff(c.want, b.mail(o, c.actor)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.actor.ID, diff)
		}
	}
	if diff := cmp.Diff([]string{"msg_sign.C01-2026-09-01_1"}, m.ids); diff != "" || m.got[0].Type != "sign.raised" {
		t.Errorf("posted %v as %s", m.ids, m.got[0].Type)
	}
	if err := o.Tell(b.ctx, b.now(), Matter{Kind: "other", ID: "a:b", What: SignRaised}); err == nil {
		t.Error("a name that could be taken for another's key was told")
	}
}

func TestADeadMessageAboutASignIsReplayed(t *testing.T) {
	status := http.StatusGone
	m := newMailman(t, func(int, string, Message) int { return status })
	naming := all(m)
	naming.Steps = []ticket.Step{SignRaised}
	b := newBureau(t, naming)
	m.setClock(b.now())
	o := b.instance()
	b.check(o.Tell(b.ctx, b.now(), Matter{Kind: "sign", ID: "C01-2026-09-01", What: SignRaised, Data: map[string]int{"count": 40}}))
	b.settle(o)
	dead, err := o.DeadLetters(b.ctx)
	b.check(err)
	if len(dead) != 1 {
		t.Fatalf("%d dead letters", len(dead))
	}
	status = http.StatusOK
	if n, err := o.Replay(b.ctx, b.now(), dead[0].ID, ""); err != nil || n != 1 {
		t.Fatalf("replayed %d, %v", n, err)
	}
	b.settle(o)
	if s := b.standing(o); s.Dead != 0 || s.Receivers[0].Waiting != 0 {
		t.Errorf("left: %+v", s)
	}
}
