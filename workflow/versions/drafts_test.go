package versions

import (
	"context"
	"errors"
	"io/fs"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

func TestDraftsAreKeptApartAndNoTwoWindowsOverwriteEachOther(t *testing.T) {
	ctx := context.Background()
	versions := New(redisd.ForTest(t))
	now := time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
	if _, err := versions.Draft(ctx, "meng"); !errors.Is(err, ticket.ErrNotFound) {
		t.Fatalf("a draft that nobody began: %v", err)
	}
	mine, err := NewDraft(3, ruletest.Folder())
	if err == nil {
		err = versions.PutDraft(ctx, now, "meng", mine)
	}
	if err != nil {
		t.Fatal(err)
	}
	if _, err := versions.Draft(ctx, "other"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("somebody else has it, too: %v", err)
	}
	window, err := versions.Draft(ctx, "meng")
	if err != nil || window.Base != 3 || !window.At.Equal(now) || !cmp.Equal(window.Files, mine.Files) {
		t.Fatalf("read back %+v, %v", window, err)
	}
	window.Carry("lexicon:2026-10")
	window.Carry("lexicon:2026-10")
	window.Files["routes.csv"] += "9,X03,,,zhidui,,,\n"
	if err := versions.PutDraft(ctx, now, "meng", window, "routes.csv"); err != nil {
		t.Fatal(err)
	}
	mine.Files["units.csv"] = "lost"
	if err := versions.PutDraft(ctx, now, "meng", mine, "units.csv"); !errors.Is(err, ticket.ErrConflict) {
		t.Errorf("the other window is told %v", err)
	}
	got, err := versions.Draft(ctx, "meng")
	if err != nil || !cmp.Equal(got.Files, window.Files) || !cmp.Equal(got.Carries, []string{"lexicon:2026-10"}) {
		t.Errorf("in the end: %v\n%s", err, cmp.Diff(window.Files, got.Files))
	}
	folder, err := got.Folder()
	if err != nil {
		t.Fatal(err)
	}
	if raw, err := fs.ReadFile(folder, "routes.csv"); err != nil || string(raw) != got.Files["routes.csv"] {
		t.Errorf("the folder reads %q, %v", raw, err)
	}
	if err := versions.DropDraft(ctx, "meng"); err != nil {
		t.Fatal(err)
	}
	if _, err := versions.Draft(ctx, "meng"); !errors.Is(err, ticket.ErrNotFound) {
		t.Errorf("a dropped draft: %v", err)
	}
}

func TestAnEarlierPolicyComesBackAsANewVersion(t *testing.T) {
	ctx := context.Background()
	versions := New(redisd.ForTest(t))
	chief := ticket.Actor{ID: "chief", Name: "管理员"}
	now := time.Date(2026, 11, 2, 1, 0, 0, 0, time.UTC)
	second := ruletest.Folder()
	second["routes.csv"].Data = append(second["routes.csv"].Data, "7,X03,,,zhidui,,,\n"...)
	for i, folder := range []fs.FS{ruletest.Folder(), second} {
		if _, err := versions.Publish(ctx, now, chief, folder, i, "改"); err != nil {
			t.Fatal(err)
		}
	}
	old, err := versions.Folder(ctx, 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := versions.Restore(ctx, now, chief, old, 1, 1, "不好用"); !errors.Is(err, ticket.ErrConflict) {
		t.Errorf("who did not see version 2 is told %v", err)
	}
	n, err := versions.Restore(ctx, now, chief, old, 1, 2, "不好用")
	if err != nil || n != 3 {
		t.Fatalf("version %d, %v", n, err)
	}
	folder, err := versions.Folder(ctx, 3)
	if err != nil {
		t.Fatal(err)
	}
	if got, err := fs.ReadFile(folder, "routes.csv"); err != nil || string(got) != string(ruletest.Folder()["routes.csv"].Data) {
		t.Errorf("version 3 reads %q, %v", got, err)
	}
	history, err := versions.History(ctx)
	if err != nil || history[0].From != 1 || history[0].Version != 3 {
		t.Errorf("history %+v, %v", history, err)
	}
}
