package workflow

import (
	"fmt"
	"testing"
	"time"

	"huiyin/ticket"
)

// about makes a complaint of a caller about an object at a place.
func about(caller int, line, place string) func(*Opening) {
	return func(o *Opening) {
		o.Ticket.CallerKey = fmt.Sprintf("%08x%08x", caller, caller)
		o.Ticket.Verdict.Entities = []ticket.Entity{}
		if line != "" {
			o.Ticket.Verdict.Entities = append(o.Ticket.Verdict.Entities, ticket.Entity{Kind: ticket.EntityLine, Text: line})
		}
		if place != "" {
			o.Ticket.Verdict.Entities = append(o.Ticket.Verdict.Entities, ticket.Entity{Kind: ticket.EntityPlace, Text: place})
		}
	}
}

func TestTicketsThatBelongTogetherAreSupervisedByRule(t *testing.T) {
	type part struct {
		n      int
		change func(i int) func(*Opening)
	}
	for _, c := range []struct {
		name  string
		parts []part
		want  ticket.Supervision // of the last ticket
	}{
		{"one caller twice is not yet a repetition", []part{{2, func(int) func(*Opening) { return about(7, "", "") }}}, ticket.Unsupervised},
		{"one caller three times", []part{{3, func(int) func(*Opening) { return about(7, "", "") }}}, ticket.SupervisionNormal},
		{"one caller five times is stricter", []part{{5, func(int) func(*Opening) { return about(7, "", "") }}}, ticket.SupervisionYellow},
		{"one caller about other matters", []part{{3, func(i int) func(*Opening) {
			return func(o *Opening) {
				about(7, "", "")(o)
				o.Ticket.Verdict.Category = []string{"C01", "D01", "F01"}[i]
			}
		}}}, ticket.Unsupervised},
		{"three questions are no complaint", []part{{3, func(int) func(*Opening) {
			return func(o *Opening) { about(7, "", "")(o); consult(o) }
		}}}, ticket.Unsupervised},
		{"five people about one line", []part{{5, func(i int) func(*Opening) { return about(i+1, "3路", "") }}}, ticket.SupervisionNormal},
		{"five calls of three people about one line are no group", []part{{5, func(i int) func(*Opening) {
			return func(o *Opening) {
				about(i%3+1, "3路", "")(o)
				o.Ticket.Verdict.Category = []string{"C01", "C02", "C03", "C04", "C05"}[i]
			}
		}}}, ticket.Unsupervised},
		{"nine of a kind at a place", []part{{9, func(i int) func(*Opening) { return about(i+1, "", "火车站东广场") }}}, ticket.Unsupervised},
		{"ten of a kind at a place", []part{{10, func(i int) func(*Opening) { return about(i+1, "", "火车站东广场") }}}, ticket.SupervisionNormal},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBureau(t)
			var last ticket.ID
			for _, p := range c.parts {
				for i := range p.n {
					last = b.receive(p.change(i))
				}
			}
			if _, err := b.desk.SweepPatterns(b.ctx, b.now.Add(time.Hour)); err != nil {
				t.Fatal(err)
			}
			if got := b.get(last).Supervision; got != c.want {
				t.Errorf("supervised as %q, want %q", got, c.want)
			}
			again, err := b.desk.SweepPatterns(b.ctx, b.now.Add(2*time.Hour))
			if err != nil || again.Supervised != 0 {
				t.Errorf("the next sweep supervises %d again, %v", again.Supervised, err)
			}
		})
	}
}

func TestWhatSomebodyLiftedIsNotSupervisedAgainByTheSameRule(t *testing.T) {
	b := newBureau(t)
	var ids []ticket.ID
	for range 3 {
		ids = append(ids, b.receive(about(7, "", "")))
	}
	sweep := func() int {
		result, err := b.desk.SweepPatterns(b.ctx, b.now)
		if err != nil {
			t.Fatal(err)
		}
		return result.Supervised
	}
	if n := sweep(); n != 3 {
		t.Fatalf("%d supervised", n)
	}
	b.does(guanWatch, ids[0], ticket.StepLift)
	if n := sweep(); n != 0 || b.get(ids[0]).Supervision != ticket.Unsupervised {
		t.Errorf("%d supervised again", n)
	}
	b.receive(about(7, "", ""))
	b.receive(about(7, "", ""))
	if n := sweep(); n != 5 || b.get(ids[0]).Supervision != ticket.SupervisionYellow {
		t.Errorf("%d supervised at the stricter level, the first is %q", n, b.get(ids[0]).Supervision)
	}
}

func TestOpenTicketsAreSupervisedByWhatHappenedToThem(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(b *bureau) ticket.ID
		want ticket.Supervision
	}{
		{"an urgent one", func(b *bureau) ticket.ID {
			return b.receive(func(o *Opening) { o.Ticket.Verdict.Urgency = ticket.Urgent })
		}, ticket.SupervisionNormal},
		{"a critical one", func(b *bureau) ticket.ID {
			return b.receive(func(o *Opening) { o.Ticket.Verdict.Urgency = ticket.Critical })
		}, ticket.SupervisionYellow},
		{"one done again", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Closed)
			b.does(guanWatch, id, ticket.StepRedo)
			return id
		}, ticket.SupervisionNormal},
		{"one returned once", func(b *bureau) ticket.ID {
			id := b.reach(ticket.ReturnRequested)
			b.does(annOperator, id, ticket.StepUpholdReturn)
			return id
		}, ticket.Unsupervised},
		{"an ordinary one", func(b *bureau) ticket.ID { return b.reach(ticket.Handling) }, ticket.Unsupervised},
	} {
		t.Run(c.name, func(t *testing.T) {
			b := newBureau(t)
			id := c.make(b)
			if _, err := b.desk.Sweep(b.ctx, b.now); err != nil {
				t.Fatal(err)
			}
			if got := b.get(id).Supervision; got != c.want {
				t.Errorf("supervised as %q, want %q", got, c.want)
			}
		})
	}
}

func TestALeadersNoteIsSupervisedInTheSameBreath(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Handling)
	got := b.does(jiangLeader, id, ticket.StepNote)
	last := got.Events[len(got.Events)-1]
	if got.Supervision != ticket.SupervisionNormal || last.Step != ticket.StepSupervise || last.Role != ticket.System {
		t.Errorf("supervised as %q, the history ends with %s by %s", got.Supervision, last.Step, last.Actor)
	}
	closed := b.reach(ticket.Closed)
	if got := b.does(jiangLeader, closed, ticket.StepNote); got.Supervision != ticket.Unsupervised {
		t.Errorf("a closed ticket is supervised: %q", got.Supervision)
	}
}

func TestADissatisfiedCallersRedoIsSupervised(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Callback)
	b.does(annOperator, id, ticket.StepRecordCallback, "satisfied", "no", "solved", "no", "reason", "说了没改")
	got := b.does(guanWatch, id, ticket.StepRedo)
	if got.Supervision != ticket.SupervisionNormal || got.State != ticket.Dispatched {
		t.Errorf("%s, supervised as %q", got.State, got.Supervision)
	}
}
