package redisd

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

// snapshotOf takes a snapshot to a file and plants it in a new folder.
func snapshotOf(t *testing.T, s *Server) *Server {
	t.Helper()
	dir := t.TempDir()
	file := filepath.Join(dir, "snapshot")
	out, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(Snapshot(t.Context(), s.Client(), out), out.Close()); err != nil {
		t.Fatal(err)
	}
	if err := Plant(dir, file); err != nil {
		t.Fatal(err)
	}
	return ForTestDurable(t, dir)
}

func TestSnapshotHoldsOneMomentOfAStoreThatIsWrittenTo(t *testing.T) {
	ctx := t.Context()
	s := ForTestDurable(t, t.TempDir())
	writing, stop := context.WithCancel(ctx)
	var done sync.WaitGroup
	defer func() { stop(); done.Wait() }()
	half := make(chan struct{})
	done.Go(func() {
		for i := 1; writing.Err() == nil; i++ {
			// Two keys that move together: in no moment do they differ.
			pipe := s.Client().TxPipeline()
			pipe.Set(ctx, "a", i, 0)
			pipe.Set(ctx, "b", i, 0)
			pipe.Set(ctx, "k"+strconv.Itoa(i), bytes.Repeat([]byte{byte(i)}, 1000), 0)
			if _, err := pipe.Exec(ctx); err != nil {
				return
			}
			if i == 200 {
				close(half)
			}
		}
	})
	<-half
	copied := snapshotOf(t, s)
	a, b := copied.Client().Get(ctx, "a").Val(), copied.Client().Get(ctx, "b").Val()
	n, err := strconv.Atoi(a)
	if err != nil || a != b || n < 200 {
		t.Fatalf("the snapshot has a = %q, b = %q", a, b)
	}
	if size := copied.Client().DBSize(ctx).Val(); size != int64(n)+2 {
		t.Fatalf("the snapshot holds %d keys after %d writes", size, n)
	}
	if err := copied.Client().Set(ctx, "after", 1, 0).Err(); err != nil {
		t.Fatalf("a planted store takes no writes: %v", err)
	}
}

func TestPlantRefusesAFolderWithAStore(t *testing.T) {
	dir := t.TempDir()
	if err := ForTestDurable(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	if err := Plant(dir, filepath.Join(dir, "none")); err == nil {
		t.Fatal("planted over a store")
	}
}
