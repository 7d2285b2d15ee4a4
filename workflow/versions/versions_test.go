package versions

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/rules"
	"huiyin/workflow/rules/ruletest"
)

func TestPolicyVersions(t *testing.T) {
	ctx := context.Background()
	versions := New(redisd.ForTest(t))
	chief := ticket.Actor{ID: "chief", Name: "管理员", Roles: []ticket.Role{ticket.Admin}}
	now := time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
	first, second := ruletest.Folder(), ruletest.Folder()
	second["routes.csv"].Data = append(second["routes.csv"].Data, "7,X03,,,zhidui,,,\n"...)

	if head, err := versions.Head(ctx); err != nil || head != 0 {
		t.Fatalf("an empty store has version %d, %v", head, err)
	}
	for i, folder := range []fs.FS{first, second} {
		n, err := versions.Publish(ctx, now, chief, folder, i, "试一试")
		if err != nil || n != i+1 {
			t.Fatalf("published as %d, %v", n, err)
		}
	}
	if _, err := versions.Publish(ctx, now, chief, first, 1, "晚了一步"); !errors.Is(err, ticket.ErrConflict) {
		t.Errorf("a late publisher is told %v", err)
	}
	if _, err := versions.Publish(ctx, now, chief, first, 2, " "); !errors.Is(err, ticket.ErrInvalid) {
		t.Errorf("a publisher without reason is told %v", err)
	}
	for version, want := range map[int]string{1: string(ruletest.Folder()["routes.csv"].Data), 2: string(second["routes.csv"].Data)} {
		folder, err := versions.Folder(ctx, version)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := fs.ReadFile(folder, "routes.csv"); err != nil || string(got) != want {
			t.Errorf("version %d reads %q, %v", version, got, err)
		}
		if _, err := rules.Load(folder, ruletest.Few); err != nil {
			t.Errorf("version %d does not load: %v", version, err)
		}
	}
	if _, err := versions.Folder(ctx, 9); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("a version that never was: %v", err)
	}
	history, err := versions.History(ctx)
	if err != nil || len(history) != 2 || history[0].Version != 2 || history[0].Why != "试一试" || history[0].By != "chief" {
		t.Errorf("history %+v, %v", history, err)
	}
}
