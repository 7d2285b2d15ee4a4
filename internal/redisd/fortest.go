package redisd

import (
	"context"
	"time"

	"github.com/redis/go-redis/v9"
)

// T is what a test hands in; *testing.T, *testing.B and *testing.F are one.
type T interface {
	Helper()
	TempDir() string
	Cleanup(func())
	Fatalf(format string, args ...any)
}

// ForTest starts a server for one test, empty, gone with the test. It keeps a
// log but does not wait for the disk.
func ForTest(t T) *redis.Client {
	t.Helper()
	return start(t, Options{Dir: t.TempDir(), fsync: "no"}).Client()
}

// ForTestDurable opens the store in dir as the service does, with every write
// on disk before its answer, for tests that kill and start again. It is closed
// with the test, if not before.
func ForTestDurable(t T, dir string) *Server {
	t.Helper()
	return start(t, Options{Dir: dir})
}

func start(t T, o Options) *Server {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	s, err := Start(ctx, o)
	if err != nil {
		t.Fatalf("store for test: %v", err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// Process is the number of the server's process, 0 when another process runs
// it; for tests that kill it.
func (s *Server) Process() int {
	if c, ok := s.child.Load().(*child); ok {
		return c.cmd.Process.Pid
	}
	return 0
}
