package redisd

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"time"
)

// patience is how long a server may take to stop before it is killed. With
// every write on disk before its answer, a kill loses nothing.
const patience = 15 * time.Second

// child is a server process that dies with this one.
type child struct {
	cmd   *exec.Cmd
	out   output
	born  time.Time
	gone  chan struct{} // closed when the process has ended
	state error         // how it ended; read after gone
}

// startChild runs a server in dir with its configuration on standard input.
// The process inherits the files and gets SIGTERM when we die.
func startChild(program, dir, config string, inherit ...*os.File) (*child, error) {
	c := &child{cmd: exec.Command(program, "-"), gone: make(chan struct{})}
	c.cmd.Dir = dir
	c.cmd.Env = append(os.Environ(), "LC_ALL=C")
	c.cmd.Stdin = strings.NewReader(config)
	c.cmd.Stdout, c.cmd.Stderr = &c.out, &c.out
	c.cmd.ExtraFiles = inherit
	c.cmd.SysProcAttr = &syscall.SysProcAttr{
		Pdeathsig: syscall.SIGTERM,
		Setpgid:   true, // Ctrl-C is for us; we stop the server after the last request
	}
	started := make(chan error)
	go func() {
		// Pdeathsig follows the thread that forked: it must outlive the server.
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := c.cmd.Start()
		c.born = time.Now()
		started <- err
		if err == nil {
			c.state = c.cmd.Wait()
			close(c.gone)
		}
	}()
	if err := <-started; err != nil {
		return nil, fmt.Errorf("无法运行 %s:%w", program, err)
	}
	return c, nil
}

// halt asks the server to stop and waits until it has.
func (c *child) halt() {
	_ = c.cmd.Process.Signal(syscall.SIGTERM)
	select {
	case <-c.gone:
	case <-time.After(patience):
		_ = c.cmd.Process.Kill()
		<-c.gone
	}
}

// output keeps the end of what a server prints before its log is open.
type output struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.buf.Len() > 1<<16 {
		o.buf.Reset()
	}
	return o.buf.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.buf.String()
}
