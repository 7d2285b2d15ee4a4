package workflow

import (
	"io"
	"net"
	"path/filepath"
	"sync/atomic"
	"testing"
)

// lossyProxy passes commands on and drops one answer in every: the server has
// done what it was asked, the client sees a broken connection.
type lossyProxy struct {
	addr    string
	dropped atomic.Int64
}

func lossy(t *testing.T, server string, every int64) *lossyProxy {
	t.Helper()
	p := &lossyProxy{addr: filepath.Join(t.TempDir(), "proxy.sock")}
	listener, err := net.Listen("unix", p.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	var answers atomic.Int64
	go func() {
		for {
			client, err := listener.Accept()
			if err != nil {
				return
			}
			upstream, err := net.Dial("unix", server)
			if err != nil {
				_ = client.Close()
				continue
			}
			go func() {
				_, _ = io.Copy(upstream, client)
				_ = upstream.Close()
			}()
			go func() {
				defer client.Close()
				defer upstream.Close()
				buf := make([]byte, 64<<10)
				for {
					n, err := upstream.Read(buf)
					if err != nil {
						return
					}
					if answers.Add(1)%every == 0 {
						p.dropped.Add(1)
						return
					}
					if _, err := client.Write(buf[:n]); err != nil {
						return
					}
				}
			}()
		}
	}()
	return p
}
