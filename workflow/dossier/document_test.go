package dossier_test

import (
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/cases"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rating"
	"huiyin/workflow/rectify"
	"huiyin/workflow/sheets"
	"huiyin/workflow/signs"
)

var update = flag.Bool("update", false, "write the document made from the tables")

var tables = []*dossier.Table{&edition.Table, &rectify.Table, &sheets.Table, &rating.Table, &cases.Table, &cards.Table, &signs.Table}

func TestMattersDocumentIsTheTables(t *testing.T) {
	const path = "../../docs/matters.md"
	want := dossier.Document(tables...)
	if *update {
		if err := os.WriteFile(path, want, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("run go generate ./workflow/dossier:\n%s", diff)
	}
}

func TestTheTablesHoldTogether(t *testing.T) {
	steps := map[ticket.Step]string{}
	for _, table := range tables {
		var states []ticket.State
		for _, s := range table.States {
			states = append(states, s.State)
		}
		reached := map[ticket.State]bool{}
		opens := 0
		for i := range table.Steps {
			s := &table.Steps[i]
			if other, dup := steps[s.Step]; dup {
				t.Errorf("%s stands in %s and in %s", s.Step, other, table.Kind)
			}
			steps[s.Step] = table.Kind
			if len(s.From) == 0 {
				opens++
			}
			if s.To != ticket.None {
				reached[s.To] = true
			}
			for _, state := range append(slices.Clone(s.From), s.To) {
				if state != ticket.None && !slices.Contains(states, state) {
					t.Errorf("%s %s: no state %q", table.Kind, s.Step, state)
				}
			}
			for _, other := range slices.Concat(s.NotBy, s.NotLastBy) {
				if _, ok := table.Find(other); !ok {
					t.Errorf("%s %s: no step %q to be kept apart from", table.Kind, s.Step, other)
				}
			}
			if len(s.Roles) == 0 && !s.Auto {
				t.Errorf("%s %s: nobody may take it", table.Kind, s.Step)
			}
		}
		if opens == 0 {
			t.Errorf("%s: nothing opens a matter", table.Kind)
		}
		for _, state := range states {
			if !reached[state] {
				t.Errorf("%s: no way to %s", table.Kind, state)
			}
		}
	}
}
