package seal

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"
)

var noon = time.Date(2026, 10, 1, 4, 0, 0, 0, time.UTC)

func open(t *testing.T, path string) *Keys {
	t.Helper()
	k, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func sealed(t *testing.T, k *Keys, plain, bind string) []byte {
	t.Helper()
	s, err := k.Seal([]byte(plain), bind)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestWhatWasSealedOpensForItsTicketOnly(t *testing.T) {
	k := open(t, filepath.Join(t.TempDir(), "keys.json"))
	rapid.Check(t, func(t *rapid.T) {
		plain := rapid.SliceOf(rapid.Byte()).Draw(t, "plain")
		bind, other := rapid.String().Draw(t, "bind"), rapid.String().Draw(t, "other")
		s, err := k.Seal(plain, bind)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := k.Open(s, bind); err != nil || !bytes.Equal(got, plain) {
			t.Fatalf("Open = %q, %v; want %q", got, err, plain)
		}
		if _, err := k.Open(s, other); other != bind && !errors.Is(err, ErrTampered) {
			t.Fatalf("opened for another ticket: %v", err)
		}
	})
}

func TestSealedTextTellsNothingOfThePlain(t *testing.T) {
	k := open(t, filepath.Join(t.TempDir(), "keys.json"))
	a, b := sealed(t, k, "13800138000", "T1"), sealed(t, k, "13800138000", "T1")
	if bytes.Contains(a, []byte("138")) || bytes.Equal(a, b) {
		t.Fatal("equal plain texts are seen to be equal")
	}
}

func TestEveryChangedByteIsNoticed(t *testing.T) {
	k := open(t, filepath.Join(t.TempDir(), "keys.json"))
	good := sealed(t, k, "张三 13800138000", "T1")
	for i := range good {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		if _, err := k.Open(bad, "T1"); err == nil {
			t.Errorf("byte %d changed and not noticed", i)
		}
	}
	for n := range good {
		if _, err := k.Open(good[:n], "T1"); err == nil {
			t.Errorf("cut to %d bytes and not noticed", n)
		}
	}
}

func TestRotationKeepsOldValuesReadableAndFingerprintsEqual(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	k, elsewhere := open(t, path), open(t, path)
	old, phone, mark := sealed(t, k, "old", "T1"), k.Fingerprint("13800138000"), k.Mark()
	if err := k.Rotate(noon); err != nil {
		t.Fatal(err)
	}
	fresh := sealed(t, k, "new", "T1")
	if bytes.Equal(old[:header], fresh[:header]) {
		t.Error("after the rotation the old key still seals")
	}
	for name, keys := range map[string]*Keys{"rotating process": k, "running process": elsewhere, "later process": open(t, path)} {
		for want, s := range map[string][]byte{"old": old, "new": fresh} {
			if got, err := keys.Open(s, "T1"); err != nil || string(got) != want {
				t.Errorf("%s: Open(%s) = %q, %v", name, want, got, err)
			}
		}
		if keys.Fingerprint("13800138000") != phone || keys.Mark() != mark {
			t.Errorf("%s: the fingerprint changed with the key", name)
		}
	}
}

func TestValuesOfAnotherKeyFileAreRefused(t *testing.T) {
	k, other := open(t, filepath.Join(t.TempDir(), "a")), open(t, filepath.Join(t.TempDir(), "b"))
	if _, err := other.Open(sealed(t, k, "x", "T1"), "T1"); !errors.Is(err, ErrTampered) {
		t.Errorf("Open = %v, want ErrTampered", err)
	}
	if err := k.Rotate(noon); err != nil {
		t.Fatal(err)
	}
	if _, err := other.Open(sealed(t, k, "x", "T1"), "T1"); !errors.Is(err, ErrUnknownKey) {
		t.Errorf("Open = %v, want ErrUnknownKey", err)
	}
	if k.Mark() == other.Mark() {
		t.Error("two key files have the same mark")
	}
}

func TestFingerprintsAreShortKeyedAndDiffer(t *testing.T) {
	k, other := open(t, filepath.Join(t.TempDir(), "a")), open(t, filepath.Join(t.TempDir(), "b"))
	a := k.Fingerprint("13800138000")
	if len(a) != 16 || strings.Trim(a, "0123456789abcdef") != "" {
		t.Errorf("Fingerprint = %q, want 16 hex characters", a)
	}
	if a != k.Fingerprint("13800138000") || a == k.Fingerprint("13800138001") || a == other.Fingerprint("13800138000") {
		t.Error("a fingerprint must be equal for equal texts under one key file, and else differ")
	}
}

func TestProcessesThatStartTogetherAgreeOnOneKeyFile(t *testing.T) {
	for range 20 {
		path := filepath.Join(t.TempDir(), "new", "keys.json")
		const n = 8
		keys, errs := make([]*Keys, n), make([]error, n)
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() { keys[i], errs[i] = Open(path) })
		}
		wg.Wait()
		if err := errors.Join(errs...); err != nil {
			t.Fatal(err)
		}
		s := sealed(t, keys[0], "x", "T1")
		for _, k := range keys {
			if got, err := k.Open(s, "T1"); err != nil || string(got) != "x" {
				t.Fatalf("two processes have different keys: %v", err)
			}
		}
		if left, _ := os.ReadDir(filepath.Dir(path)); len(left) != 1 {
			t.Fatalf("%d files left, want the key file alone", len(left))
		}
	}
}

func TestKeyFileIsReadableByItsOwnerOnly(t *testing.T) {
	path := filepath.Join(t.TempDir(), "keys.json")
	open(t, path)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v; want 0600", info.Mode(), err)
	}
	for _, mode := range []os.FileMode{0o640, 0o604, 0o666} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path); err == nil || !strings.Contains(err.Error(), "chmod 600") {
			t.Errorf("mode %o: Open = %v, want a refusal that says chmod 600", mode, err)
		}
	}
}

func TestDamagedKeyFileIsRefusedAndNotReplaced(t *testing.T) {
	change := func(f func(*keyFile)) func(*testing.T, string) {
		return func(t *testing.T, path string) {
			file, err := read(path)
			if err != nil {
				t.Fatal(err)
			}
			f(&file)
			text, err := json.Marshal(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, text, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	cases := map[string]func(*testing.T, string){
		"empty": func(t *testing.T, path string) {
			if err := os.WriteFile(path, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		},
		"short key":                 change(func(f *keyFile) { f.Keys[0].Key = f.Keys[0].Key[:16] }),
		"active key not there":      change(func(f *keyFile) { f.Active = 9 }),
		"number given twice":        change(func(f *keyFile) { f.Keys = append(f.Keys, f.Keys[0]) }),
		"no fingerprint key":        change(func(f *keyFile) { f.Fingerprint = nil }),
		"made by a later programme": change(func(f *keyFile) { f.Version = 2 }),
	}
	for name, harm := range cases {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "keys.json")
			open(t, path)
			harm(t, path)
			before, _ := os.ReadFile(path)
			if _, err := Open(path); err == nil {
				t.Fatal("accepted")
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the damaged file was replaced")
			}
		})
	}
}

func BenchmarkSealPhone(b *testing.B) {
	k, err := Open(filepath.Join(b.TempDir(), "keys.json"))
	if err != nil {
		b.Fatal(err)
	}
	plain := []byte(`{"name":"张三","phone":"13800138000"}`)
	for b.Loop() {
		if _, err := k.Seal(plain, "T1"); err != nil {
			b.Fatal(err)
		}
	}
}
