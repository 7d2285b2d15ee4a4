// Package redisd runs the embedded default store: a private redis-server (or
// valkey-server) as a child of this process, durable, on a unix socket in the
// data folder. Processes that use the same folder share one running server:
// the first owns it, the others attach, and when the owner goes one of them
// takes over. It also reaches and examines servers that are run by others
// (Connect, Check) and gives tests a server of their own (ForTest).
package redisd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"
)

// Options says where the embedded store lives.
type Options struct {
	// Dir is the data folder; the store keeps to Dir/store, mode 0700.
	Dir string
	// Log is told, in Chinese and a line at a time, what befalls the store:
	// loading, repair, loss of the server, take-over. Nil is silence.
	Log io.Writer

	fsync string // appendfsync; tests may relax it
}

// Server is this process's hold on the embedded store, as its owner or attached
// to the server of another process.
type Server struct {
	folder *folder
	log    *journal
	fsync  string
	client *redis.Client

	stop     chan struct{}
	stopOnce sync.Once
	done     chan struct{} // closed when the keeper has ended
	failed   chan error    // the first start of an own server failed
	child    atomic.Value  // *child, the running server when we own it
	fault    atomic.Value  // string: why there is no server just now
	owner    atomic.Bool   // we hold the lock of the folder
	served   atomic.Bool   // the store has answered at least once
	quit     context.CancelFunc
	life     context.Context
}

// silence is how long Start waits for the server of another process that
// neither answers nor goes away.
const silence = 30 * time.Second

// Start opens the store under o.Dir: it attaches to the server that another
// process runs on that folder, or starts one. ctx bounds the start only. It
// returns when the store takes commands. Errors are Chinese and say what to do;
// ErrMissing when no server program is installed.
func Start(ctx context.Context, o Options) (*Server, error) {
	f, err := openFolder(o.Dir)
	if err != nil {
		return nil, err
	}
	s := &Server{
		folder: f,
		log:    newJournal(o.Log),
		fsync:  o.fsync,
		stop:   make(chan struct{}),
		done:   make(chan struct{}),
		failed: make(chan error, 1),
	}
	if s.fsync == "" {
		s.fsync = "always"
	}
	s.life, s.quit = context.WithCancel(context.Background())
	s.client = s.newClient()
	go s.keep()
	if err := s.await(ctx); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Addr is the path of the unix socket, for dialling from this process.
func (s *Server) Addr() string { return s.folder.socket }

// Client is the store's client, shared by the whole process and closed by
// Close. It waits out restarts of the server, so that a caller sees a pause
// rather than an error; a command whose answer was lost is sent again.
func (s *Server) Client() *redis.Client { return s.client }

// Owner says whether this process runs the server (true) or is attached to the
// server of another process.
func (s *Server) Owner() bool { return s.owner.Load() }

// Close ends this process's hold. An owner stops the server and waits until it
// has gone; what was acknowledged is on disk.
func (s *Server) Close() error {
	s.stopOnce.Do(func() { close(s.stop) })
	s.quit()
	<-s.done
	err := s.client.Close()
	if errors.Is(err, redis.ErrClosed) {
		err = nil
	}
	return errors.Join(err, s.folder.close())
}

// await returns when the store answers, when an own server failed to start, or
// when a foreign one has been silent for too long.
func (s *Server) await(ctx context.Context) error {
	began, told := time.Now(), time.Now()
	for step := time.Millisecond; ; step = min(2*step, 100*time.Millisecond) {
		err := ping(ctx, s.folder.socket)
		if err == nil {
			s.served.Store(true)
			return nil
		}
		if errors.Is(err, errLoading) {
			began = time.Now()
			if time.Since(told) > 3*time.Second {
				s.log.say("正在载入数据，请稍候……")
				told = time.Now()
			}
		}
		if !s.owner.Load() && time.Since(began) > silence {
			return fmt.Errorf("数据目录 %s 正被进程 %s 使用，但它的存储没有应答；请先结束该进程再试", s.folder.data, s.folder.holder())
		}
		select {
		case err := <-s.failed:
			return err
		case <-ctx.Done():
			return fmt.Errorf("等待内置存储启动时中断：%w", ctx.Err())
		case <-time.After(step):
		}
	}
}
