package backup

import (
	"bytes"
	"context"
	"errors"
	"io"
	"io/fs"
	"maps"
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

// A cut, or a byte that is another, is noticed before anything is used, unless
// every file comes back to the letter: the compressor's header has bits that say
// how much memory reading takes and nothing of what is read.
func TestDamagedBackupNeverComesBack(t *testing.T) {
	for name, password := range map[string]string{"plain": "", "encrypted": secret} {
		t.Run(name, func(t *testing.T) {
			whole, err := os.ReadFile(made(t, password))
			if err != nil {
				t.Fatal(err)
			}
			dir := t.TempDir()
			path := filepath.Join(dir, "b")
			if err := os.WriteFile(path, whole, 0o600); err != nil {
				t.Fatal(err)
			}
			kept := unpacked(t, path, password, filepath.Join(dir, "kept"))
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
				to := filepath.Join(dir, "to")
				defer func() {
					if err := os.RemoveAll(to); err != nil {
						r.Fatal(err)
					}
				}()
				if _, err := Unpack(context.Background(), path, password, to); err == nil {
					if back := contents(r, to); !maps.Equal(back, kept) {
						r.Fatalf("damage at %d of %d went unseen", at, len(whole))
					}
				} else if left, err := os.ReadDir(to); len(left) > 0 {
					r.Fatalf("left behind: %v, %v", left, err)
				}
			})
		})
	}
}

// unpacked is what a faultless backup brings back.
func unpacked(t *testing.T, path, password, dir string) map[string]string {
	t.Helper()
	if _, err := Unpack(t.Context(), path, password, dir); err != nil {
		t.Fatal(err)
	}
	return contents(t, dir)
}

// contents are the files under a folder by their paths in it.
func contents(t interface{ Fatal(...any) }, dir string) map[string]string {
	found := map[string]string{}
	err := fs.WalkDir(os.DirFS(dir), ".", func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		raw, err := os.ReadFile(filepath.Join(dir, name))
		found[name] = string(raw)
		return err
	})
	if err != nil || len(found) == 0 {
		t.Fatal("nothing came back: ", err)
	}
	return found
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
