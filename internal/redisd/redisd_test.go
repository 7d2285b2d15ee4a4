package redisd

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
)

func TestStoreKeepsWhatItHeldWhenStartedAgain(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	first := ForTestDurable(t, dir)
	if err := first.Client().Set(ctx, "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ForTestDurable(t, dir).Client().Get(ctx, "k").Val(); got != "v" {
		t.Fatalf("after a restart k = %q, want v", got)
	}
}

func TestStoreIsForItsOwnerOnly(t *testing.T) {
	s := ForTestDurable(t, filepath.Join(t.TempDir(), "data"))
	for _, path := range []string{filepath.Dir(s.Addr()), s.Addr()} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, open to others", path, info.Mode())
		}
	}
}

func TestStoreWorksInAFolderTooDeepForASocket(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("很深的目录/", 12))
	s := ForTestDurable(t, dir)
	other := ForTestDurable(t, dir)
	if err := s.Client().Set(t.Context(), "k", "v", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if got := other.Client().Get(t.Context(), "k").Val(); got != "v" {
		t.Fatalf("second process sees %q, want v", got)
	}
}

func TestEmbeddedStorePassesItsOwnCheck(t *testing.T) {
	s := ForTestDurable(t, t.TempDir())
	if warnings, err := Check(t.Context(), s.Client()); err != nil || len(warnings) > 0 {
		t.Fatalf("Check = %v, %v", warnings, err)
	}
	want := map[string]string{"hash-max-listpack-value": "4096", "hash-max-listpack-entries": "128", "port": "0"}
	for name, value := range want {
		if got := s.Client().ConfigGet(t.Context(), name).Val()[name]; got != value {
			t.Errorf("%s = %q, want %s", name, got, value)
		}
	}
}

func TestSecondProcessSharesTheRunningStore(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	owner, guest := ForTestDurable(t, dir), ForTestDurable(t, dir)
	if !owner.Owner() || guest.Owner() {
		t.Fatalf("owner %v, guest %v; want one owner", owner.Owner(), guest.Owner())
	}
	if err := guest.Client().Set(ctx, "from", "guest", 0).Err(); err != nil {
		t.Fatal(err)
	}
	if err := guest.Close(); err != nil {
		t.Fatal(err)
	}
	if got := owner.Client().Get(ctx, "from").Val(); got != "guest" {
		t.Fatalf("owner reads %q after the guest left, want guest", got)
	}
}

// writers set keys until stopped and keep, outside the store, what was
// acknowledged and what was refused.
type writers struct {
	mu      sync.Mutex
	acked   []string
	refused []error
	stop    chan struct{}
	wg      sync.WaitGroup
}

func startWriters(c *redis.Client, name string, n int) *writers {
	w := &writers{stop: make(chan struct{})}
	for id := range n {
		w.wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-w.stop:
					return
				default:
				}
				key := fmt.Sprintf("%s:%d:%d", name, id, i)
				err := c.Set(context.Background(), key, key, 0).Err()
				w.mu.Lock()
				if err == nil {
					w.acked = append(w.acked, key)
				} else {
					w.refused = append(w.refused, err)
				}
				w.mu.Unlock()
			}
		})
	}
	return w
}

func (w *writers) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acked)
}

// progress waits until n more writes were acknowledged.
func (w *writers) progress(t *testing.T, n int) {
	t.Helper()
	for goal, limit := w.count()+n, time.Now().Add(30*time.Second); w.count() < goal; time.Sleep(time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("writers stand still")
		}
	}
}

func (w *writers) finish() {
	close(w.stop)
	w.wg.Wait()
}

// kept fails the test when an acknowledged write is not in the store.
func (w *writers) kept(t *testing.T, c *redis.Client) {
	t.Helper()
	lost := 0
	for _, key := range w.acked {
		if c.Get(t.Context(), key).Val() != key {
			lost++
		}
	}
	if lost > 0 {
		t.Errorf("%d of %d acknowledged writes are lost", lost, len(w.acked))
	}
}

func TestGuestTakesOverWhenTheOwnerGoes(t *testing.T) {
	dir := t.TempDir()
	owner, guest := ForTestDurable(t, dir), ForTestDurable(t, dir)
	w := startWriters(guest.Client(), "guest", 4)
	w.progress(t, 50)
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	w.progress(t, 50)
	w.finish()
	if len(w.refused) > 0 {
		t.Errorf("%d writes failed while the store changed hands, first: %v", len(w.refused), w.refused[0])
	}
	if !guest.Owner() {
		t.Error("guest works but does not own the store")
	}
	w.kept(t, guest.Client())
}

func TestOneOfManyGuestsTakesOver(t *testing.T) {
	dir := t.TempDir()
	owner := ForTestDurable(t, dir)
	var guests []*Server
	for range 4 {
		guests = append(guests, ForTestDurable(t, dir))
	}
	if err := owner.Close(); err != nil {
		t.Fatal(err)
	}
	owners := 0
	for _, g := range guests {
		if err := g.Client().Incr(t.Context(), "n").Err(); err != nil {
			t.Fatal(err)
		}
	}
	for _, g := range guests {
		if g.Owner() {
			owners++
		}
	}
	if got, _ := guests[0].Client().Get(t.Context(), "n").Int(); owners != 1 || got != 4 {
		t.Fatalf("%d owners, %d increments; want 1 and 4", owners, got)
	}
}

func TestKilledServerComesBackWithAllThatWasAcknowledged(t *testing.T) {
	s := ForTestDurable(t, t.TempDir())
	w := startWriters(s.Client(), "w", 8)
	for range 5 {
		w.progress(t, 100)
		if err := syscall.Kill(s.Process(), syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	w.progress(t, 100)
	w.finish()
	if len(w.refused) > 0 {
		t.Errorf("%d writes failed while the server restarted, first: %v", len(w.refused), w.refused[0])
	}
	w.kept(t, s.Client())
}

func TestCallerIsToldInChineseWhenTheStoreStaysAway(t *testing.T) {
	s := ForTestDurable(t, t.TempDir())
	if err := syscall.Kill(s.Process(), syscall.SIGSTOP); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Kill(s.Process(), syscall.SIGCONT) })
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := s.dial(ctx, "", ""); err == nil || !strings.Contains(err.Error(), "内置存储暂不可用") {
		t.Fatalf("dialling a server that stands still = %v", err)
	}
}

func TestClosedStoreRefusesAtOnce(t *testing.T) {
	s := ForTestDurable(t, t.TempDir())
	c := s.Client()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := c.Ping(t.Context()).Err(); !errors.Is(err, redis.ErrClosed) {
		t.Fatalf("Ping after Close = %v, want ErrClosed", err)
	}
}

func TestMissingServerProgramIsNamedWithTheCommandThatInstallsIt(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	_, err := find()
	if !errors.Is(err, ErrMissing) || !strings.Contains(err.Error(), "apt-get install -y redis-server") {
		t.Fatalf("find = %v", err)
	}
}

func TestTooOldServerProgramIsRefused(t *testing.T) {
	dir := t.TempDir()
	script := "#!/bin/sh\necho 'Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc bits=64'\n"
	if err := os.WriteFile(filepath.Join(dir, "redis-server"), []byte(script), 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("PATH", dir+":"+os.Getenv("PATH"))
	if _, err := find(); err == nil || !strings.Contains(err.Error(), "太旧") {
		t.Fatalf("find = %v, want a refusal of 6.0", err)
	}
}

func TestStartFailsWithAReasonWhenTheFolderCannotBeMade(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := Start(t.Context(), Options{Dir: file}); err == nil || !strings.Contains(err.Error(), "数据目录") {
		t.Fatalf("Start = %v", err)
	}
}
