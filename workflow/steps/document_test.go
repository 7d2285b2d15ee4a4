package steps

import (
	"flag"
	"os"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

var update = flag.Bool("update", false, "write the documents made from the table")

func TestStatesDocumentIsTheTable(t *testing.T) {
	const path = "../../docs/states.md"
	want := Document()
	if *update {
		if err := os.WriteFile(path, want, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("docs/states.md is not the table; run go generate ./workflow/steps:\n%s", diff)
	}
}

func TestTheTableHoldsTogether(t *testing.T) {
	reached := map[ticket.State]bool{}
	seen := map[ticket.Step]bool{}
	for i := range Transitions {
		step := &Transitions[i]
		if seen[step.Step] {
			t.Errorf("%s stands twice", step.Step)
		}
		seen[step.Step] = true
		if step.Name == "" || len(step.Roles) == 0 && !step.Auto {
			t.Errorf("%s has no name, or nobody may take it", step.Step)
		}
		if slices.Contains(step.Roles, ticket.UnitHandler) == (step.Relation == AnyOne) {
			t.Errorf("%s: the relation of a unit is asked for exactly when a unit may take it", step.Step)
		}
		names := map[string]bool{}
		for _, f := range step.Fields {
			if names[f.Name] || f.Label == "" {
				t.Errorf("%s: field %q stands twice or has no label", step.Step, f.Name)
			}
			names[f.Name] = true
			if (f.Kind == FieldText || f.Kind == FieldLongText || f.Kind == FieldNumber) && f.Max == 0 {
				t.Errorf("%s: field %q takes nothing", step.Step, f.Name)
			}
			if f.Kind == FieldChoice && len(f.Choices) == 0 || f.Kind == FieldGround && f.Grounds == "" {
				t.Errorf("%s: field %q has nothing to choose from", step.Step, f.Name)
			}
		}
		for _, from := range append([]ticket.State{ticket.None}, step.From...) {
			for _, to := range step.Leads(from) {
				reached[to] = true
			}
		}
	}
	for _, s := range ticket.States {
		if !reached[s.State] {
			t.Errorf("nothing leads to %s", s.State)
		}
		leaves := slices.ContainsFunc(Transitions, func(step Transition) bool { return slices.Contains(step.From, s.State) })
		if s.State.IsOpen() && !leaves {
			t.Errorf("nothing leads out of %s", s.State)
		}
	}
}

// TestEveryGroundCanBeChosen guards against a list of grounds
// that the policy does not have.
func TestEveryGroundCanBeChosen(t *testing.T) {
	folder := tables.Default()
	p, err := rules.Load(folder, ruletest.Categories(t, folder))
	if err != nil {
		t.Fatal(err)
	}
	for i := range Transitions {
		for _, f := range Transitions[i].Fields {
			if f.Grounds != "" && len(p.GroundsOf(f.Grounds)) == 0 {
				t.Errorf("%s: no grounds for %s", Transitions[i].Step, f.Grounds)
			}
			if len(Choices(p, f)) == 0 && f.Kind != FieldText && f.Kind != FieldLongText && f.Kind != FieldTime &&
				f.Kind != FieldDate && f.Kind != FieldNumber && f.Kind != FieldTicket && f.Kind != FieldFile && f.Kind != FieldFiles {
				t.Errorf("%s: nothing to choose for %s", Transitions[i].Step, f.Name)
			}
		}
	}
}
