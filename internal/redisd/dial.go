package redisd

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// errLoading is the answer of a server that still reads its data.
var errLoading = errors.New("server is loading its data")

// ping asks the server behind a socket whether it takes commands.
func ping(ctx context.Context, socket string) error {
	conn, err := dialReady(ctx, socket)
	if err != nil {
		return err
	}
	return conn.Close()
}

// dialReady opens a connection to a server that takes commands now.
func dialReady(ctx context.Context, socket string) (net.Conn, error) {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	if err := probe(ctx, conn); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return conn, nil
}

func probe(ctx context.Context, conn net.Conn) error {
	limit := time.Now().Add(5 * time.Second)
	if d, ok := ctx.Deadline(); ok && d.Before(limit) {
		limit = d
	}
	if err := conn.SetDeadline(limit); err != nil {
		return err
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return err
	}
	// One short line comes back and nothing else: no byte is read past it.
	line, err := bufio.NewReaderSize(conn, 256).ReadString('\n')
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(line, "+PONG"):
		return conn.SetDeadline(time.Time{})
	case strings.HasPrefix(line, "-LOADING"):
		return errLoading
	}
	return fmt.Errorf("server answered %q", strings.TrimSpace(line))
}

// dial waits for the server while it is restarted, loads or changes hands.
func (s *Server) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	for {
		conn, err := dialReady(ctx, s.folder.socket)
		if err == nil {
			return conn, nil
		}
		select {
		case <-s.life.Done():
			return nil, redis.ErrClosed
		case <-ctx.Done():
			return nil, s.silent(err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// silent is the error of a caller who waited for the server in vain.
func (s *Server) silent(last error) error {
	if errors.Is(last, errLoading) {
		return errors.New("内置存储正在载入数据，请稍后再试")
	}
	if why, _ := s.fault.Load().(string); why != "" && s.Owner() {
		return fmt.Errorf("内置存储暂不可用：%s", why)
	}
	return errors.New("内置存储暂不可用，请稍后再试")
}

// newClient makes the store's client. Waiting is done by dial, once, so the
// pool does not repeat it.
func (s *Server) newClient() *redis.Client {
	o := defaults()
	o.Network, o.Addr, o.Dialer = "unix", s.folder.socket, s.dial
	o.DialTimeout, o.DialerRetries = 10*time.Second, 1
	return redis.NewClient(o)
}
