package main

import (
	"bytes"
	"fmt"
	"runtime"
	"syscall"
	"time"
)

// replay sends recorded steps over as many sockets as there are clients, the
// next when the answer to the one before has come, all from one thread that
// waits for whichever is ready: a client as redis-benchmark is one, but of the
// very calls of real steps.
type replay struct {
	sockets []socket
	epoll   int
	refused int
}

type socket struct {
	fd     int
	calls  [][]byte // still to be sent
	answer []byte
}

func (b *bench) newReplay(clients int) (*replay, error) {
	calls, err := b.record()
	if err != nil {
		return nil, err
	}
	r := &replay{sockets: make([]socket, clients)}
	mine := workload / clients
	for c := range r.sockets {
		for turn := range mine * each {
			r.sockets[c].calls = append(r.sockets[c].calls, resp(calls[c*mine+turn%mine][turn/mine]))
		}
	}
	return r, nil
}

func (r *replay) run(path string) (speed, error) {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	var err error
	if r.epoll, err = syscall.EpollCreate1(syscall.EPOLL_CLOEXEC); err != nil {
		return speed{}, err
	}
	defer syscall.Close(r.epoll)
	n := 0
	for i := range r.sockets {
		if err := r.connect(i, path); err != nil {
			return speed{}, err
		}
		defer syscall.Close(r.sockets[i].fd)
		n += len(r.sockets[i].calls)
	}
	start := time.Now()
	for i := range r.sockets {
		if err := r.sockets[i].send(); err != nil {
			return speed{}, err
		}
	}
	for left := n; left > 0; {
		done, err := r.wait()
		if err != nil {
			return speed{}, err
		}
		left -= done
	}
	took := time.Since(start)
	if r.refused > 0 {
		return speed{}, fmt.Errorf("%d 步被拒绝", r.refused)
	}
	return speed{rate: float64(n) / took.Seconds()}, nil
}

func (r *replay) connect(i int, path string) error {
	fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	r.sockets[i].fd = fd
	if err := syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}); err != nil {
		return err
	}
	return syscall.EpollCtl(r.epoll, syscall.EPOLL_CTL_ADD, fd, &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: int32(i)})
}

// wait reads the answers that are there and sends what comes next.
func (r *replay) wait() (done int, err error) {
	var events [256]syscall.EpollEvent
	ready, err := syscall.EpollWait(r.epoll, events[:], -1)
	if err == syscall.EINTR {
		return 0, nil
	}
	if err != nil {
		return 0, err
	}
	for _, e := range events[:ready] {
		s := &r.sockets[e.Fd]
		whole, err := s.receive()
		if err != nil {
			return 0, err
		}
		if !whole {
			continue
		}
		done++
		if s.answer[0] == '-' {
			r.refused++
		}
		s.answer = s.answer[:0]
		if err := s.send(); err != nil {
			return 0, err
		}
	}
	return done, nil
}

func (s *socket) send() error {
	if len(s.calls) == 0 {
		return nil
	}
	call := s.calls[0]
	s.calls = s.calls[1:]
	for len(call) > 0 {
		n, err := syscall.Write(s.fd, call)
		if err != nil {
			return err
		}
		call = call[n:]
	}
	return nil
}

func (s *socket) receive() (whole bool, err error) {
	var buffer [512]byte
	n, err := syscall.Read(s.fd, buffer[:])
	if err != nil || n == 0 {
		return false, fmt.Errorf("read %d: %w", n, err)
	}
	s.answer = append(s.answer, buffer[:n]...)
	return bytes.HasSuffix(s.answer, []byte("\r\n")), nil
}
