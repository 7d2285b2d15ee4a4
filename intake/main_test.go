package intake

import (
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"huiyin/classify"
	"huiyin/internal/redisd"
	"huiyin/internal/seal"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// now is when all tests happen.
var now = time.Date(2026, 4, 8, 2, 0, 0, 0, time.UTC) // a Wednesday, 10:00 in Shanghai

// operator is who takes complaints in.
var operator = ticket.Actor{ID: "op", Name: "话务员", Roles: []ticket.Role{ticket.Operator}}

// loaded is the default policy, read once: it never changes.
var loaded = sync.OnceValues(func() (struct {
	Rules
	Mappings
}, error) {
	var all struct {
		Rules
		Mappings
	}
	var errs [3]error
	all.Classifier, errs[0] = classify.Load(tables.Default(), nil)
	if errs[0] == nil {
		all.Policy, errs[1] = rules.Load(tables.Default(), all.Classifier.Categories())
	}
	all.Mappings, errs[2] = LoadMappings(tables.Default())
	return all, errors.Join(errs[:]...)
})

func defaultRules(t testing.TB) (Rules, Mappings) {
	t.Helper()
	all, err := loaded()
	if err != nil {
		t.Fatal(err)
	}
	return all.Rules, all.Mappings
}

// newLine is a line over a store of its own.
func newLine(t testing.TB) (*Line, *workflow.Store) {
	t.Helper()
	rules, mappings := defaultRules(t)
	store, err := workflow.OpenStore(t.Context(), redisd.ForTest(t), workflow.StoreOptions{})
	if err != nil {
		t.Fatal(err)
	}
	keys, err := seal.Open(filepath.Join(t.TempDir(), "seal.json"))
	if err != nil {
		t.Fatal(err)
	}
	l := NewLine(workflow.NewDesk(store, rules.Policy), rules.Classifier, keys)
	l.UseMappings(mappings)
	return l, store
}

// stored reads a ticket back.
func stored(t testing.TB, store *workflow.Store, channel ticket.Channel, sourceNo string) ticket.Ticket {
	t.Helper()
	id, err := store.Find(t.Context(), channel, sourceNo)
	if err != nil {
		t.Fatalf("%s: %v", sourceNo, err)
	}
	found, err := store.Tickets(t.Context(), []ticket.ID{id})
	if err != nil || len(found) != 1 {
		t.Fatalf("%s: %d tickets (%v)", sourceNo, len(found), err)
	}
	return found[0]
}
