package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var madeAt = time.Date(2026, 3, 1, 18, 30, 0, 0, time.UTC)

const secret = "the password of the backups"

// installation is a data folder with a bit of everything.
func installation(t testing.TB) Source {
	t.Helper()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"seal.json": "{}", "roots/2026-03.jsonl": "root\n", "roots/.lock": "", "attachments/ab/cd": "图片",
		"store/store.log": "log", "backups/huiyin-20260301-000000.tar.zst": "an older one",
	} {
		path := filepath.Join(dir, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	return Source{
		Data:  dir,
		Still: func(f func() error) error { return f() },
		Store: func(_ context.Context, w io.Writer) error {
			_, err := w.Write(bytes.Repeat([]byte("REDIS0011"), 30_000))
			return err
		},
	}
}

func made(t testing.TB, password string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), Name(madeAt, password != ""))
	if _, err := Make(context.Background(), path, password, installation(t), Manifest{Format: Format, MadeAt: madeAt, Store: "s", Schema: "1"}); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestBackupBringsEveryFileBackButTheRunningStoreAndOtherBackups(t *testing.T) {
	for _, password := range []string{"", secret} {
		dir := filepath.Join(t.TempDir(), "new")
		u, err := Unpack(t.Context(), made(t, password), password, dir)
		if err != nil {
			t.Fatal(err)
		}
		var names []string
		for _, f := range u.Manifest.Files {
			names = append(names, f.Name)
		}
		slices.Sort(names)
		want := []string{"data/attachments/ab/cd", "data/roots/2026-03.jsonl", "data/seal.json", "store.rdb"}
		if !slices.Equal(names, want) {
			t.Fatalf("files %v, want %v", names, want)
		}
		for name, text := range map[string]string{"seal.json": "{}", "roots/2026-03.jsonl": "root\n", "attachments/ab/cd": "图片"} {
			if got, err := os.ReadFile(filepath.Join(dir, name)); err != nil || string(got) != text {
				t.Errorf("%s came back as %q, %v", name, got, err)
			}
		}
		if info, err := os.Stat(u.Store); err != nil || info.Size() != 270_000 {
			t.Errorf("the store's copy came back as %v, %v", info, err)
		}
	}
}

func TestEncryptedBackupHidesWhatItHoldsAndAsksForThePassword(t *testing.T) {
	path := made(t, secret)
	raw, err := os.ReadFile(path)
	if err != nil || bytes.Contains(raw, []byte("seal.json")) {
		t.Fatalf("names can be read in an encrypted backup (%v)", err)
	}
	if _, err := Verify(t.Context(), path, ""); !errors.Is(err, ErrPassword) {
		t.Errorf("without a password: %v", err)
	}
	if _, err := Verify(t.Context(), path, "another"); err == nil {
		t.Error("another password opens it")
	}
	if _, err := Verify(t.Context(), path, secret); err != nil {
		t.Error(err)
	}
}

// Any cut, and any byte that is another, is noticed before anything is used.
func TestDamagedBackupNeverComesBack(t *testing.T) {
	for name, password := range map[string]string{"plain": "", "encrypted": secret} {
		t.Run(name, func(t *testing.T) {
			whole, err := os.ReadFile(made(t, password))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "b")
			rounds := 0
			rapid.Check(t, func(r *rapid.T) {
				if rounds++; password != "" && rounds > 12 { // each costs a derivation of the key
					return
				}
				broken := bytes.Clone(whole)
				at := rapid.IntRange(0, len(whole)-1).Draw(r, "at")
				if rapid.Bool().Draw(r, "cut") {
					broken = broken[:at]
				} else {
					broken[at] ^= rapid.ByteRange(1, 255).Draw(r, "flip")
				}
				if err := os.WriteFile(path, broken, 0o600); err != nil {
					r.Fatal(err)
				}
				if _, err := Unpack(context.Background(), path, password, filepath.Join(dir, "to")); err == nil {
					r.Fatalf("damage at %d of %d went unseen", at, len(whole))
				}
				if left, err := os.ReadDir(filepath.Join(dir, "to")); len(left) > 0 {
					r.Fatalf("left behind: %v, %v", left, err)
				}
			})
		})
	}
}

func TestRestoreRefusesAFolderWithAnythingInIt(t *testing.T) {
	dir := t.TempDir()
	kept := filepath.Join(dir, "kept")
	if err := os.WriteFile(kept, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Unpack(t.Context(), made(t, ""), "", dir); err == nil {
		t.Fatal("unpacked over something")
	}
	if _, err := os.Stat(kept); err != nil {
		t.Fatal("what was there is gone")
	}
}

func TestBackupThatFailsLeavesNothing(t *testing.T) {
	src := installation(t)
	src.Store = func(_ context.Context, w io.Writer) error {
		_, err := w.Write([]byte("half"))
		return errors.Join(err, errors.New("no space left on device"))
	}
	dir := t.TempDir()
	if _, err := Make(t.Context(), filepath.Join(dir, "b.tar.zst"), "", src, Manifest{Format: Format}); err == nil {
		t.Fatal("a backup without the store is no backup")
	}
	if left, err := os.ReadDir(dir); len(left) > 0 {
		t.Fatalf("left behind: %v, %v", left, err)
	}
}
