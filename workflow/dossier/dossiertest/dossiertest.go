// Package dossiertest walks a table of dossier: every step from every state by
// everybody.
package dossiertest

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
)

// Move is a step that somebody takes.
type Move struct {
	Step  ticket.Step
	Actor ticket.Actor
}

// Walk is what is tried, and by whom.
type Walk struct {
	Desk   *dossier.Desk
	Redis  *redis.Client
	Now    time.Time
	Ways   map[ticket.State][]Move // to each state, from nothing; None is nothing
	Before map[ticket.Step][]Move  // what must have happened for a step's own rule
	Fields map[ticket.Step]map[string]string
	People []ticket.Actor
	// NewID names a fresh matter.
	NewID func(n int) string

	t testing.TB
	n int
}

func (w *Walk) take(e dossier.Entry, m Move) (dossier.Entry, error) {
	w.n++
	s, _ := w.Desk.Table.Find(m.Step)
	return w.Desk.Take(w.t.Context(), w.Now, dossier.Request{
		ID: fmt.Sprintf("walk-%d", w.n), Entry: e.ID, Version: e.Version, Step: s.Step, Actor: m.Actor, Fields: maps.Clone(w.Fields[m.Step]),
	})
}

// Reach brings a fresh matter to a state, and to where a step's own rule is met.
func (w *Walk) Reach(t testing.TB, state ticket.State, step ticket.Step) dossier.Entry {
	t.Helper()
	w.t = t
	w.n++
	e := dossier.Entry{ID: w.NewID(w.n)}
	moves := w.Ways[state]
	if s, _ := w.Desk.Table.Find(step); s != nil && slices.Contains(s.From, state) {
		moves = append(slices.Clone(moves), w.Before[step]...)
	}
	for _, m := range moves {
		next, err := w.take(e, m)
		if err != nil {
			t.Fatalf("%s on the way to %s: %v", m.Step, state, err)
		}
		e = next
	}
	if e.State != state {
		t.Fatalf("reached %q, not %q", e.State, state)
	}
	return e
}

// Everybody takes every step from every state as everybody: what the table
// allows happens, everything else is refused and leaves no trace.
func (w *Walk) Everybody(t *testing.T) {
	states := []ticket.State{ticket.None}
	for _, s := range w.Desk.Table.States {
		states = append(states, s.State)
	}
	taken := map[ticket.Step]bool{}
	for _, state := range states {
		for i := range w.Desk.Table.Steps {
			s := &w.Desk.Table.Steps[i]
			e := w.Reach(t, state, s.Step)
			for _, actor := range w.People {
				if w.one(t, e, s, actor) {
					taken[s.Step] = true
					e = w.Reach(t, state, s.Step) // a fresh one for the next
				}
			}
		}
	}
	for _, s := range w.Desk.Table.Steps {
		if !taken[s.Step] {
			t.Errorf("nobody could take %s: nothing was tested of it", s.Step)
		}
	}
}

func (w *Walk) one(t *testing.T, e dossier.Entry, s *dossier.Step, actor ticket.Actor) bool {
	t.Helper()
	state := e.State
	name := fmt.Sprintf("%s from %q by %s", s.Step, state, actor.ID)
	want := w.verdict(s, actor, &e)
	listed := slices.ContainsFunc(w.Desk.Allowed(actor, &e), func(x dossier.Step) bool { return x.Step == s.Step })
	if listed != (want == nil) && !actor.Has(ticket.System) {
		t.Errorf("%s: the button is shown: %v, but the step gives %v", name, listed, want)
	}
	before := w.raw(t, &e)
	after, err := w.take(e, Move{s.Step, actor})
	if want != nil {
		if !errors.Is(err, want) {
			t.Errorf("%s: got %v, want %v", name, err, want)
		}
		if diff := cmp.Diff(before, w.raw(t, &e)); diff != "" {
			t.Fatalf("%s: refused, but it left a trace:\n%s", name, diff)
		}
		return false
	}
	if err != nil {
		t.Errorf("%s: the table allows it, but: %v", name, err)
		return false
	}
	to := s.To
	if to == ticket.None {
		to = state
	}
	stored, err := w.Desk.Entry(t.Context(), ticket.Service, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	last := stored.Events[len(stored.Events)-1]
	if after.State != to || stored.State != to || stored.Version != e.Version+1 || last.Step != s.Step || last.Actor != actor.ID || last.From != state {
		t.Errorf("%s: led to %q at version %d, stored %q at %d", name, after.State, after.Version, stored.State, stored.Version)
	}
	return true
}

// verdict says by hand what must come of a step: who sees the matter, whose
// step it is, where it starts, whose own work it would judge.
func (w *Walk) verdict(s *dossier.Step, actor ticket.Actor, e *dossier.Entry) error {
	mine := actor.Unit != "" && actor.Unit == e.Values["unit"]
	onlyUnit := slices.Equal(actor.Roles, []ticket.Role{ticket.UnitHandler})
	system := actor.ID == ticket.Service.ID
	if e.State != ticket.None && onlyUnit && !mine {
		return ticket.ErrNotFound
	}
	if e.State == ticket.None && len(s.From) > 0 {
		return ticket.ErrNotFound
	}
	may := s.Auto && system
	for _, r := range s.Roles {
		may = may || actor.Has(r) && (r != ticket.UnitHandler || mine)
	}
	if !may {
		return ticket.ErrForbidden
	}
	if starts := slices.Contains(s.From, e.State); len(s.From) > 0 && !starts || len(s.From) == 0 && e.State != ticket.None {
		return ticket.ErrIllegal
	}
	latest := ""
	for _, x := range e.Events {
		if slices.Contains(s.NotBy, x.Step) && x.Actor == actor.ID {
			return ticket.ErrForbidden
		}
		if slices.Contains(s.NotLastBy, x.Step) {
			latest = x.Actor
		}
	}
	if latest == actor.ID {
		return ticket.ErrForbidden
	}
	return nil
}

// raw is a matter as it lies in the store, and how many keys there are.
func (w *Walk) raw(t testing.TB, e *dossier.Entry) map[string]string {
	t.Helper()
	kind := "{" + w.Desk.Table.Kind + "}"
	out, err := w.Redis.HGetAll(t.Context(), kind+":m:"+e.ID).Result()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := w.Redis.DBSize(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	out["keys"] = strconv.FormatInt(keys, 10)
	return out
}
