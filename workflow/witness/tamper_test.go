package witness

import (
	"slices"
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/record"
)

// TestNoTamperingWithWhatWasWitnessedStaysHidden lets a cheat who can write
// anything in the store rewrite, cut, remove or put back what the roots have
// seen, so that the store agrees with itself, and then work on, with roots.
func TestNoTamperingWithWhatWasWitnessedStaysHidden(t *testing.T) {
	b, ids, past := history(t)
	whole := b.everything()
	path := b.file(b.witness.Dir)
	roots, now := read(t, path), b.now
	rapid.Check(t, func(rt *rapid.T) {
		b.t = rt
		victim := rapid.SampledFrom(ids).Draw(rt, "ticket")
		before := b.get(victim)
		seen := b.seen(victim)
		switch rapid.SampledFrom([]string{"rewrite", "cut", "remove", "put back"}).Draw(rt, "cheat") {
		case "rewrite":
			seq := rapid.Int64Range(1, seen).Draw(rt, "step")
			what := rapid.SampledFrom([]string{"actor", "time", "unit", "request"}).Draw(rt, "what")
			b.forge(victim, func(e *ticket.Event) {
				if e.Seq != seq {
					return
				}
				switch what {
				case "actor":
					e.Actor += "x"
				case "time":
					e.At = e.At.Add(time.Millisecond)
				case "unit":
					e.Unit += "x"
				case "request":
					e.Request += "x"
				}
			})
		case "cut":
			keep := rapid.Int64Range(1, seen-1).Draw(rt, "steps left")
			b.cut(victim, before.Events[:keep])
		case "remove":
			b.rdb.Del(b.ctx, b.key(victim))
		case "put back":
			old := rapid.SampledFrom(past).Draw(rt, "state")
			b.rdb.Del(b.ctx, b.key(victim))
			if dump := old[b.key(victim)]; dump != "" {
				b.rdb.Restore(b.ctx, b.key(victim), 0, dump)
			}
		}
		b.open()
		for range rapid.IntRange(0, 2).Draw(rt, "roots afterwards") {
			b.tryNote(victim)
			b.root()
		}
		if breaches, _ := b.check(); !names(breaches, victim) {
			rt.Errorf("not found; breaches are %v", breaches)
		}
		b.restore(whole)
		write(t, path, roots)
		b.now = now
	})
	b.t = t
	b.sound()
}

// history is a bureau with tickets of many steps and roots, and the store as it
// was at each root but the last.
func history(t testing.TB) (*bureau, []ticket.ID, []map[string]string) {
	b := newBureau(t)
	var ids []ticket.ID
	var past []map[string]string
	for n := range 5 {
		if n < 3 {
			ids = append(ids, b.receive(), b.receive())
		}
		for i, id := range ids {
			for range (i + n) % 3 {
				b.note(id)
			}
		}
		past = append(past, b.everything())
		for _, id := range ids {
			b.note(id) // so that no ticket is now as it was in the past
		}
		b.root()
	}
	return b, ids, past
}

// seen is how far the roots saw a ticket.
func (b *bureau) seen(id ticket.ID) int64 {
	read, err := b.witness.read(b.ctx)
	if err != nil {
		b.t.Fatal(err)
	}
	return read.book.pages[id.Bits()].version
}

// cut leaves the first events of a history, with head and progress to match.
func (b *bureau) cut(id ticket.ID, left []ticket.Event) {
	b.t.Helper()
	was := b.get(id)
	for i := len(left) + 1; i <= len(was.Events); i++ {
		b.rdb.HDel(b.ctx, b.key(id), "e"+strconv.Itoa(i))
	}
	b.set(id, "v", len(left))
	b.set(id, "h", left[len(left)-1].Hash)
	was.State, was.Version = left[len(left)-1].To, int64(len(left))
	b.set(id, "p", record.PackProgress(&was))
}

// tryNote goes on with a ticket, if it is still there.
func (b *bureau) tryNote(id ticket.ID) {
	t, err := b.desk.Ticket(b.ctx, ticket.Service, id)
	if err != nil {
		return
	}
	b.made++
	b.now = b.now.Add(time.Minute)
	_, err = b.desk.Take(b.ctx, b.now, workflow.Request{
		ID: "after" + strconv.Itoa(b.made), Ticket: id, Version: t.Version, Step: ticket.StepNote, Actor: leader,
		Fields: map[string]string{"text": "继续办"},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func TestEveryTicketIsInARootHoweverMuchHappenedSince(t *testing.T) {
	b := newBureau(t)
	ids := []ticket.ID{b.receive(), b.receive(), b.receive()}
	b.root()
	for _, id := range ids {
		b.note(id)
	}
	// More happened than the store remembers: its streams keep only the latest.
	for _, key := range b.rdb.Keys(b.ctx, "*:ev").Val() {
		if err := b.rdb.XTrimMaxLen(b.ctx, key, 1).Err(); err != nil {
			t.Fatal(err)
		}
	}
	b.note(ids[0])
	if r := b.root(); r.Tickets != len(ids) {
		t.Errorf("%d tickets in the root, want %d", r.Tickets, len(ids))
	}
	if r := b.root(); r.Tickets != 0 {
		t.Errorf("%d tickets in a root of a quiet hour", r.Tickets)
	}
	b.sound()
	b.forge(ids[1], func(e *ticket.Event) {
		if e.Seq == 3 {
			e.Actor = "x"
		}
	})
	if breaches, _ := b.check(); !names(breaches, ids[1], "第2号根") {
		t.Errorf("breaches are %v", breaches)
	}
}

func TestWhatWasThereBeforeTheFirstRootIsInIt(t *testing.T) {
	b := newBureau(t)
	ids := []ticket.ID{b.receive(), b.receive()}
	b.note(ids[0])
	for _, key := range b.rdb.Keys(b.ctx, "*:ev").Val() {
		b.rdb.Del(b.ctx, key)
	}
	if r := b.root(); r.Kind != First || r.Tickets != 2 {
		t.Errorf("%+v", r)
	}
	b.note(ids[1])
	if r := b.root(); r.Kind != Hourly || r.Tickets != 1 {
		t.Errorf("%+v", r)
	}
	b.sound()
}

func TestATicketRemovedBeforeItsFirstRootIsMissed(t *testing.T) {
	b := newBureau(t)
	b.receive()
	b.root()
	gone := b.receive()
	b.rdb.Del(b.ctx, b.key(gone))
	b.root()
	if breaches, _ := b.check(); !names(breaches, gone, "已经不在") {
		t.Errorf("breaches are %v", breaches)
	}
}

func TestAClockThatGoesBackDisordersNoRoot(t *testing.T) {
	b, ids := worked(t)
	latest := b.root()
	back, err := b.witness.Root(b.ctx, latest.At.Add(-3*time.Hour))
	if err != nil || !back.At.Equal(latest.At) {
		t.Errorf("%+v, %v", back, err)
	}
	b.note(ids[0])
	b.root()
	b.sound()
}

func TestHistoriesLongerThanABitmap(t *testing.T) {
	b := newBureau(t)
	id := b.receive()
	for n := range 90 {
		b.note(id)
		if n%4 == 0 {
			b.root()
		}
	}
	b.sound()
	b.forge(id, func(e *ticket.Event) {
		if e.Seq == 80 {
			e.Actor = "x"
		}
	})
	if breaches, _ := b.check(); !names(breaches, id, "指纹") || !slices.ContainsFunc(breaches, func(br workflow.Breach) bool { return br.Ticket == id }) {
		t.Errorf("breaches are %v", breaches)
	}
}
