package workflow

import (
	"slices"
	"testing"

	"huiyin/ticket"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
	"huiyin/workflow/steps"
)

// fsck checks the bureau's store and gives the kinds of breaches by ticket.
func (b *bureau) fsck() (FsckSummary, []Breach) {
	b.t.Helper()
	var breaches []Breach
	summary, err := Fsck(b.ctx, b.store, b.desk.Policy(), func(br Breach) { breaches = append(breaches, br) })
	if err != nil {
		b.t.Fatalf("fsck: %v %s", err, refusal.Cause(err))
	}
	return summary, breaches
}

// busy fills a store with tickets in all states.
func (b *bureau) busy() map[ticket.State]ticket.ID {
	ids := map[ticket.State]ticket.ID{}
	for _, info := range ticket.States {
		ids[info.State] = b.reach(info.State)
	}
	return ids
}

func TestFsckFindsNothingInASoundStore(t *testing.T) {
	b := newBureau(t)
	ids := b.busy()
	b.does(guanWatch, ids[ticket.Handling], ticket.StepSupervise)
	b.does(annOperator, ids[ticket.Closed], ticket.StepRedo)
	b.does(annOperator, ids[ticket.Merged], ticket.StepSplit)
	summary, breaches := b.fsck()
	if len(breaches) > 0 {
		t.Errorf("breaches in a sound store: %v", breaches)
	}
	if summary.Tickets < len(ids) || summary.Events < 40 || summary.Indexes == 0 || summary.Months == 0 {
		t.Errorf("looked at too little: %+v", summary)
	}
}

func TestFsckNamesEveryTamperedTicket(t *testing.T) {
	b := newBureau(t)
	ids := b.busy()
	p := func(id ticket.ID) int { return b.store.partition(id) }
	cases := []struct {
		name, kind string
		state      ticket.State
		tamper     func(id ticket.ID, key string)
	}{
		{"a word changed in an event", "chain", ticket.Replied, func(id ticket.ID, key string) {
			raw := []byte(b.raw(id)["e4"])
			raw[20] ^= 1
			b.rdb.HSet(b.ctx, key, "e4", raw)
		}},
		{"a word changed in the complaint", "chain", ticket.Dispatched, func(id ticket.ID, key string) {
			raw := []byte(b.raw(id)["b"])
			raw[len(raw)/2] ^= 1
			b.rdb.HSet(b.ctx, key, "b", raw)
		}},
		{"an event removed", "chain", ticket.Callback, func(id ticket.ID, key string) { b.rdb.HDel(b.ctx, key, "e3") }},
		{"two events exchanged", "chain", ticket.Replied, func(id ticket.ID, key string) {
			raw := b.raw(id)
			b.rdb.HSet(b.ctx, key, "e2", raw["e3"], "e3", raw["e2"])
		}},
		{"a byte changed on the shelf", "chain", ticket.Closed, func(id ticket.ID, key string) {
			raw := []byte(b.raw(id)["z"])
			raw[len(raw)/3] ^= 1 // not one of the few bits that compression ignores
			b.rdb.HSet(b.ctx, key, "z", raw)
		}},
		{"a word changed on the shelf", "chain", ticket.Answered, func(id ticket.ID, key string) {
			s, _ := b.store.load(b.ctx, id)
			events := slices.Clone(s.history)
			events[1] = slices.Clone(events[1])
			events[1][len(events[1])-1] ^= 1
			b.rdb.HSet(b.ctx, key, "z", record.Shelve(s.progress, s.body, events))
		}},
		{"the last event cut off", "chain", ticket.Handling, func(id ticket.ID, key string) {
			b.rdb.HDel(b.ctx, key, "e3")
			b.rdb.HSet(b.ctx, key, "v", 2)
		}},
		{"the state changed beside the history", "state", ticket.Suspended, func(id ticket.ID, key string) {
			t := b.get(id)
			t.State = ticket.Closed
			b.rdb.HSet(b.ctx, key, "p", record.PackProgress(&t))
		}},
		{"a due time moved", "dues", ticket.Arbitration, func(id ticket.ID, key string) {
			t := b.get(id)
			t.Dues = slices.Clone(t.Dues)
			t.Dues[len(t.Dues)-1].At = t.Dues[len(t.Dues)-1].At.AddDate(0, 0, 3)
			b.rdb.HSet(b.ctx, key, "p", record.PackProgress(&t))
		}},
		{"a ticket taken out of its unit's queue", "index", ticket.Handling, func(id ticket.ID, _ string) {
			b.rdb.ZRem(b.ctx, queueKey(p(id), "zhidui", ticket.Handling), string(id))
		}},
		{"a ticket left in an old queue", "index", ticket.Callback, func(id ticket.ID, _ string) {
			b.rdb.ZAdd(b.ctx, queueKey(p(id), "zhidui", ticket.Handling), z(id, 1))
		}},
		{"a due time moved in the index", "index", ticket.Dispatched, func(id ticket.ID, _ string) {
			b.rdb.ZAdd(b.ctx, dueKey(p(id), ticket.Visible, ticket.Dispatched), z(id, 1))
		}},
		{"a clue put where all see it", "index", ticket.HandedOver, func(id ticket.ID, _ string) {
			b.rdb.ZAdd(b.ctx, dueKey(p(id), ticket.Visible, ticket.HandedOver), z(id, 1))
		}},
		{"a figure changed", "fact", ticket.Closed, func(id ticket.ID, _ string) {
			s, _ := b.store.load(b.ctx, id)
			f := steps.FactOf(b.desk.Policy(), &s.Ticket)
			f.Satisfied = ticket.No
			b.rdb.SetRange(b.ctx, factsKey(p(id), "2026-09"), s.ordinal*record.FactSize, string(record.PackFact(b.store.codes, f, ticket.Visible)))
		}},
		{"a ticket removed with its queue entries", "fact", ticket.Rejected, func(id ticket.ID, key string) { b.rdb.Del(b.ctx, key) }},
		{"a merged ticket whose primary is gone", "group", ticket.Merged, func(id ticket.ID, _ string) {
			primary := b.get(id).Primary
			b.rdb.Del(b.ctx, ticketKey(p(primary), primary))
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b.t = t
			id := ids[c.state]
			key := ticketKey(p(id), id)
			saved := b.everything()
			c.tamper(id, key)
			_, breaches := b.fsck()
			if !slices.ContainsFunc(breaches, func(br Breach) bool { return br.Ticket == id && br.Kind == c.kind }) {
				t.Errorf("not found; breaches are %v", breaches)
			}
			b.restore(saved)
			if _, left := b.fsck(); len(left) > 0 {
				t.Fatalf("the store was not restored: %v", left)
			}
		})
	}
}
