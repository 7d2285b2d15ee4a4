package redisd

import (
	"errors"
	"fmt"
	"time"

	"huiyin/internal/redisd/aof"
)

// look is how often an attached process looks whether the folder is free.
const look = 50 * time.Millisecond

// keep owns the folder as soon as nobody else does, and from then on sees that
// a server runs in it until stop.
func (s *Server) keep() {
	defer close(s.done)
	if !s.own() {
		return
	}
	var rest pause
	mended := false
	for {
		began := time.Now()
		err := s.serve()
		if err == nil {
			return
		}
		if errors.Is(err, errMended) && !mended {
			mended = true
			continue
		}
		mended = false
		if !s.served.Load() {
			s.failed <- err
			return
		}
		s.fault.Store(err.Error())
		s.log.say("%s；正在重新启动", err)
		select {
		case <-s.stop:
			return
		case <-time.After(rest.next(time.Since(began))):
		}
	}
}

// own waits for the lock of the folder; false when stopped before.
func (s *Server) own() bool {
	for {
		ok, err := s.folder.tryLock()
		if err != nil {
			s.fault.Store(err.Error())
			s.failed <- err
			return false
		}
		if ok {
			s.owner.Store(true)
			if s.served.Load() {
				s.log.say("原先运行存储的进程已经退出，由本进程接管")
			}
			return true
		}
		select {
		case <-s.stop:
			return false
		case <-time.After(look):
		}
	}
}

// serve runs one server until it ends or stop. Nil means stopped by us;
// errMended that the log was repaired and the server should be started again.
func (s *Server) serve() error {
	bin, err := program()
	if err != nil {
		return err
	}
	mark := s.folder.turnLog()
	c, err := startChild(bin, s.folder.path, config(s.fsync), s.folder.lock)
	if err != nil {
		return err
	}
	s.child.Store(c)
	select {
	case <-s.stop:
		if s.fsync == "no" { // a test's server: nothing to keep, so nothing to wait for
			_ = c.cmd.Process.Kill()
		}
		c.halt()
		return nil
	case <-c.gone:
	}
	select {
	case <-s.stop:
		return nil
	default:
	}
	said := c.out.String() + s.folder.logSince(mark)
	if damaged(said) {
		return s.mend()
	}
	return errors.New(verdict(said, c.state, s.folder.logPath()))
}

var errMended = errors.New("log mended")

func (s *Server) mend() error {
	report, err := aof.Mend(s.folder.path, time.Now())
	if err != nil {
		return err
	}
	s.log.say("%s", report)
	return errMended
}

// pause is how long to wait before the next start: not at all after a server
// that had run for a while, then longer and longer.
type pause struct{ last time.Duration }

func (p *pause) next(ran time.Duration) time.Duration {
	switch {
	case ran > 10*time.Second:
		p.last = 0
	case p.last == 0:
		p.last = 50 * time.Millisecond
	default:
		p.last = min(2*p.last, 5*time.Second)
	}
	return p.last
}

// String tells who runs the store, for status pages and logs.
func (s *Server) String() string {
	if s.Owner() {
		return fmt.Sprintf("内置存储（%s）", s.folder.data)
	}
	return fmt.Sprintf("内置存储（%s，由进程 %s 运行）", s.folder.data, s.folder.holder())
}
