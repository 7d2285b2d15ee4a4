package witness

import (
	"slices"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
)

// worked is a bureau with a few tickets, each further on at every root.
func worked(t testing.TB) (*bureau, []ticket.ID) {
	b := newBureau(t)
	var ids []ticket.ID
	for range 6 {
		ids = append(ids, b.receive())
	}
	b.root()
	for _, id := range ids[:4] {
		b.take(handler, id, ticket.StepSign, nil)
	}
	b.root()
	for _, id := range ids[:2] {
		b.note(id)
		b.note(id)
	}
	b.root()
	b.note(ids[2])
	return b, ids
}

func TestASoundStoreAgreesWithItsRoots(t *testing.T) {
	b, ids := worked(t)
	breaches, account := b.check()
	if len(breaches) > 0 {
		t.Errorf("breaches in a sound store: %v", breaches)
	}
	if account.Roots != 3 || account.Tickets != len(ids) || account.Unwitnessed != 1 || account.From.After(account.To) {
		t.Errorf("looked at too little: %+v", account)
	}
}

func TestEveryCheatInTheStoreIsFoundAndTheTicketNamed(t *testing.T) {
	b, ids := worked(t)
	whole := b.everything()
	victim := ids[0] // at step 5 with the last root
	cases := []struct {
		name  string
		cheat func()
		words []string // of what is told
	}{
		{"an event changed and the whole chain made anew", func() {
			b.forge(victim, func(e *ticket.Event) {
				if e.Seq == 2 {
					e.Name = "别人"
				}
			})
		}, []string{"第1号根", "第1至2步"}},
		{"the last event changed and the chain made anew", func() {
			b.forge(victim, func(e *ticket.Event) {
				if e.Seq == 5 {
					e.Fields = map[string]string{"text": "不急"}
				}
			})
		}, []string{"第3号根", "第4至5步"}},
		{"a step dated back and the chain made anew", func() {
			b.forge(victim, func(e *ticket.Event) {
				if e.Seq == 3 {
					e.At = e.At.Add(-time.Second)
				}
			})
		}, []string{"第2号根", "第3至3步"}},
		{"the ticket deleted", func() { b.rdb.Del(b.ctx, b.key(victim)) }, []string{"第5步", "被删除"}},
		{"its tail cut off and the head put back", func() {
			head := b.get(victim).Events[3].Hash
			b.rdb.HDel(b.ctx, b.key(victim), "e5")
			b.set(victim, "v", 4)
			b.set(victim, "h", head)
		}, []string{"第5步", "只有4步"}},
		{"two events exchanged and the chain made anew", func() {
			var fourth ticket.Event
			b.forge(victim, func(e *ticket.Event) {
				if e.Seq == 4 {
					fourth = *e
				}
			})
			fifth := b.get(victim).Events[4]
			b.forge(victim, func(e *ticket.Event) {
				switch e.Seq {
				case 4:
					e.At, e.Request = fifth.At, fifth.Request
				case 5:
					e.At, e.Request = fourth.At, fourth.Request
				}
			})
		}, []string{"第4至5步"}},
		{"the whole store emptied", func() {
			identity := whole["{meta}:doc:identity"]
			b.restore(map[string]string{"{meta}:doc:identity": identity})
		}, []string{"被删除"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.cheat()
			if breaches, _ := b.check(); !names(breaches, victim, c.words...) {
				t.Errorf("not found; breaches are %v", breaches)
			}
			b.restore(whole)
			b.sound()
		})
	}
}

func TestAStorePutBackToAnOlderStateIsFound(t *testing.T) {
	b := newBureau(t)
	early := b.receive()
	b.root()
	old := b.everything()
	b.note(early)
	late := b.receive()
	b.root()
	b.restore(old)
	breaches, _ := b.check()
	if !names(breaches, early, "第2号根", "第3步", "只有2步") {
		t.Errorf("the ticket that lost a step is not named: %v", breaches)
	}
	if !names(breaches, late, "第2号根", "没有这件工单") {
		t.Errorf("the ticket that is gone is not named: %v", breaches)
	}
	// Work goes on, the next root is made: what was lost stays visible.
	b.take(handler, early, ticket.StepSign, nil)
	b.note(early)
	b.root()
	if breaches, _ = b.check(); !names(breaches, early) || !names(breaches, late) {
		t.Errorf("new steps hide what was lost: %v", breaches)
	}
}

func TestAnExplainedRestoreIsShownAndNotABreach(t *testing.T) {
	b := newBureau(t)
	early := b.receive()
	b.root()
	old := b.everything()
	b.note(early)
	gone := b.receive()
	b.root()
	b.restore(old)
	b.take(handler, early, ticket.StepSign, nil)
	if _, err := b.witness.Accept(b.ctx, b.now, b.policy, "孟管理", " "); !refused(err, "missing_reason") {
		t.Errorf("without a reason: %v", err)
	}
	r, err := b.witness.Accept(b.ctx, b.now, b.policy, "孟管理", "硬盘坏了，从昨夜的备份恢复，局长批准")
	if err != nil || r.No != 3 || r.Tickets != 2 {
		t.Fatalf("accepted as %+v, %v", r, err)
	}
	breaches, account := b.check()
	if len(breaches) > 0 || len(account.Accepted) != 1 || account.Accepted[0].By != "孟管理" {
		t.Errorf("after the explanation: %v, %+v", breaches, account)
	}
	b.note(early)
	b.root()
	b.sound()
	// What is changed after the explanation is found as ever.
	b.forge(early, func(e *ticket.Event) {
		if e.Seq == 1 {
			e.Name = "别人"
		}
	})
	b.rdb.Del(b.ctx, b.key(gone))
	if breaches, _ = b.check(); !names(breaches, early) || names(breaches, gone) {
		t.Errorf("after the explanation: %v", breaches)
	}
}

func TestAStepWrittenAfterwardsIsFound(t *testing.T) {
	b, ids := worked(t)
	b.root()
	at := b.get(ids[5]).Events[1].At.Add(time.Minute)
	b.root()
	// A desk whose clock is a day behind.
	_, err := b.desk.Take(b.ctx, at, workflow.Request{
		ID: "afterwards", Ticket: ids[5], Version: b.get(ids[5]).Version, Step: ticket.StepSign, Actor: handler,
	})
	if err != nil {
		t.Fatal(err)
	}
	if breaches, _ := b.check(); !names(breaches, ids[5], "第3步", "补写") {
		t.Errorf("breaches are %v", breaches)
	}
}

func TestAStepInTheFutureIsFound(t *testing.T) {
	b := newBureau(t)
	id := b.receive()
	b.now = b.now.Add(-time.Hour)
	breaches, _ := b.check()
	if !slices.ContainsFunc(breaches, func(br workflow.Breach) bool { return br.Ticket == id && br.Kind == "future" }) {
		t.Errorf("breaches are %v", breaches)
	}
	b.now = b.now.Add(58 * time.Minute)
	b.sound() // clocks differ a little
}

func TestAStoreWithoutRootsIsSoundAndSaysSo(t *testing.T) {
	b := newBureau(t)
	b.receive()
	if breaches, account := b.check(); len(breaches) > 0 || account.Roots != 0 {
		t.Errorf("%v %+v", breaches, account)
	}
}

func TestAnotherStoresRootsAreNotGoneOnWith(t *testing.T) {
	b, _ := worked(t)
	if err := b.rdb.FlushAll(b.ctx).Err(); err != nil {
		t.Fatal(err)
	}
	b.open()
	if _, err := b.witness.Root(b.ctx, b.now); !refused(err, "other_store") {
		t.Errorf("went on: %v", err)
	}
	breaches, _ := b.check()
	if !slices.ContainsFunc(breaches, func(br workflow.Breach) bool { return strings.Contains(br.Message, "另一个存储") }) {
		t.Errorf("breaches are %v", breaches)
	}
}
