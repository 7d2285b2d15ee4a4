package redisd

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// A process of its own runs the store when this variable names its folder.
const ownerOf = "REDISD_TEST_OWNER_OF"

func TestMain(m *testing.M) {
	if dir := os.Getenv(ownerOf); dir != "" {
		runOwner(dir)
	}
	os.Exit(m.Run())
}

// runOwner opens the store and tells, on standard output, the server's process
// and then each write that was acknowledged, until it is killed.
func runOwner(dir string) {
	s, err := Start(context.Background(), Options{Dir: dir, Log: os.Stderr})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println(s.Process())
	for i := 0; ; i++ {
		key := fmt.Sprintf("%d:%d", os.Getpid(), i)
		if s.Client().Set(context.Background(), key, key, 0).Err() == nil {
			fmt.Println(key)
		}
	}
}

// otherProcess is a running owner seen from outside.
type otherProcess struct {
	cmd    *exec.Cmd
	lines  *bufio.Scanner
	server string
	acked  []string
}

func startOther(t *testing.T, dir string) *otherProcess {
	t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^$")
	cmd.Env = append(os.Environ(), ownerOf+"="+dir)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	p := &otherProcess{cmd: cmd, lines: bufio.NewScanner(out)}
	t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
	p.server = p.line(t)
	return p
}

func (p *otherProcess) line(t *testing.T) string {
	t.Helper()
	if !p.lines.Scan() {
		t.Fatalf("other process ended: %v", p.lines.Err())
	}
	if strings.HasPrefix(p.lines.Text(), "error") {
		t.Fatal(p.lines.Text())
	}
	return p.lines.Text()
}

// kill ends the process at once, after n more acknowledged writes, and reads
// what it had still said.
func (p *otherProcess) kill(t *testing.T, n int) {
	t.Helper()
	for range n {
		p.acked = append(p.acked, p.line(t))
	}
	if err := p.cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	for p.lines.Scan() {
		p.acked = append(p.acked, p.lines.Text())
	}
	_ = p.cmd.Wait()
}

// running says whether a process is a server and not a zombie.
func running(pid string) bool {
	b, err := os.ReadFile("/proc/" + pid + "/stat")
	if err != nil {
		return false
	}
	_, rest, _ := strings.Cut(string(b), ") ")
	return !strings.HasPrefix(rest, "Z")
}

func TestKilledProcessTakesItsServerAlongAndLosesNothing(t *testing.T) {
	dir := t.TempDir()
	var acked []string
	for range 3 {
		p := startOther(t, dir)
		p.kill(t, 50)
		acked = append(acked, p.acked...)
		s := ForTestDurable(t, dir) // waits for the old server
		for limit := time.Now().Add(10 * time.Second); running(p.server); time.Sleep(time.Millisecond) {
			if time.Now().After(limit) {
				t.Fatal("the server outlived the process that started it")
			}
		}
		for _, key := range acked {
			if got := s.Client().Get(t.Context(), key).Val(); got != key {
				t.Fatalf("acknowledged write %s is lost", key)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
}

func TestGuestTakesOverWhenTheOwningProcessIsKilled(t *testing.T) {
	dir := t.TempDir()
	p := startOther(t, dir)
	guest := ForTestDurable(t, dir)
	w := startWriters(guest.Client(), "guest", 4)
	w.progress(t, 20)
	p.kill(t, 20)
	w.progress(t, 20)
	w.finish()
	if len(w.refused) > 0 {
		t.Errorf("%d writes failed while the store changed hands, first: %v", len(w.refused), w.refused[0])
	}
	w.acked = append(w.acked, p.acked...)
	w.kept(t, guest.Client())
}

func TestStartWaitsForAServerThatIsSlowToGo(t *testing.T) {
	dir := t.TempDir()
	old, err := openFolder(dir) // stands for a server that still writes its last bytes
	if err != nil {
		t.Fatal(err)
	}
	if ok, err := old.tryLock(); !ok || err != nil {
		t.Fatalf("lock: %v, %v", ok, err)
	}
	started := make(chan error, 1)
	go func() {
		s, err := Start(context.Background(), Options{Dir: dir})
		if err == nil {
			err = s.Close()
		}
		started <- err
	}()
	select {
	case err := <-started:
		t.Fatalf("a second server was started on the folder (%v)", err)
	case <-time.After(4 * look):
	}
	if err := old.close(); err != nil {
		t.Fatal(err)
	}
	if err := <-started; err != nil {
		t.Fatal(err)
	}
}
