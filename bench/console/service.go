package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/classify"
	"huiyin/tables"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

func deskOn(ctx context.Context, rdb redis.UniversalClient) (*workflow.Desk, error) {
	store, err := workflow.OpenStore(ctx, rdb, workflow.StoreOptions{})
	if err != nil {
		return nil, err
	}
	categories, err := classify.LoadCategories(tables.Default())
	if err != nil {
		return nil, err
	}
	policy, err := rules.Load(tables.Default(), categories)
	if err != nil {
		return nil, err
	}
	return workflow.NewDesk(store, policy), nil
}

// program is the built binary; without one it is built.
func program(given, dir string) (string, error) {
	if given != "" {
		return given, nil
	}
	path := filepath.Join(dir, "huiyin")
	out, err := exec.Command("go", "build", "-o", path, "./cmd/huiyin").CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("编译没有成功：%s", out)
	}
	return path, nil
}

// account is somebody who signs in.
type account struct{ login, role, unit string }

var accounts = []account{
	{"b-huawu", "operator", ""}, {"b-zhidui", "unit", "zhidui"}, {"b-yunfu", "unit", "yunfu"}, {"b-gonglu", "unit", "gonglu"},
	{"b-duban", "supervisor", ""}, {"b-lingdao", "leader", ""}, {"b-jijian", "discipline", ""}, {"b-shenji", "auditor", ""}, {"b-guanli", "admin", ""},
}

const password = "bench-console-2026"

// addAccounts makes the accounts that are not there yet.
func addAccounts(ctx context.Context, bin, dir string) error {
	have, err := exec.CommandContext(ctx, bin, "user", "list", "--data", dir).Output()
	if err != nil {
		return fmt.Errorf("huiyin user list: %w", err)
	}
	for _, a := range accounts {
		if bytes.Contains(have, []byte(a.login)) {
			continue
		}
		args := []string{"user", "add", a.login, "--name", "压测账号", "--role", a.role, "--password", "--data", dir}
		if a.unit != "" {
			args = append(args, "--unit", a.unit)
		}
		cmd := exec.CommandContext(ctx, bin, args...)
		cmd.Stdin = strings.NewReader(password + "\n")
		if out, err := cmd.CombinedOutput(); err != nil {
			return fmt.Errorf("huiyin user add %s: %w: %s", a.login, err, out)
		}
	}
	return nil
}

// service is the running huiyin serve.
type service struct {
	base string
	cmd  *exec.Cmd
	mu   sync.Mutex
	read catalogueRead
	done chan struct{}
}

// catalogueRead is what the service logs when its search is ready.
type catalogueRead struct {
	Msg     string `json:"msg"`
	Tickets int    `json:"tickets"`
	Bytes   int    `json:"bytes"`
	Took    int64  `json:"took"` // nanoseconds
}

func serve(ctx context.Context, bin, dir string) (*service, time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, 0, err
	}
	addr := listener.Addr().String()
	if err := listener.Close(); err != nil {
		return nil, 0, err
	}
	s := &service{base: "http://" + addr, cmd: exec.CommandContext(ctx, bin, "serve", "--data", dir, "--addr", addr), done: make(chan struct{})}
	s.cmd.Cancel = func() error { return s.cmd.Process.Signal(os.Interrupt) }
	log, err := s.cmd.StderrPipe()
	if err != nil {
		return nil, 0, err
	}
	began := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, 0, err
	}
	go s.follow(log)
	for {
		resp, err := http.Get(s.base + "/readyz")
		if err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return s, time.Since(began), nil
			}
		}
		if time.Since(began) > 5*time.Minute || ctx.Err() != nil {
			return nil, 0, errors.New("服务没有启动起来")
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func (s *service) follow(log io.Reader) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var read catalogueRead
		if json.Unmarshal(lines.Bytes(), &read) == nil && read.Msg == "catalogue read" {
			s.mu.Lock()
			s.read = read
			s.mu.Unlock()
			close(s.done)
			continue
		}
		if bytes.Contains(lines.Bytes(), []byte(`"ERROR"`)) || bytes.Contains(lines.Bytes(), []byte("panic")) {
			fmt.Fprintln(os.Stderr, lines.Text())
		}
	}
}

func (s *service) stop() {
	_ = s.cmd.Process.Signal(os.Interrupt)
	_ = s.cmd.Wait()
}

// memory is what the service holds in memory, in bytes.
func (s *service) memory() int {
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		var kb int
		if n, _ := fmt.Sscanf(line, "VmRSS: %d kB", &kb); n == 1 {
			return kb << 10
		}
	}
	return 0
}

// work is the processor's time of the service and of the store that it runs, since
// they started: it does not grow when others are busy on the machine.
func (s *service) work() time.Duration {
	pid := s.cmd.Process.Pid
	total := processorTime(pid)
	children, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil {
		return total
	}
	for child := range strings.FieldsSeq(string(children)) {
		if n, err := strconv.Atoi(child); err == nil {
			total += processorTime(n)
		}
	}
	return total
}

// ticks are the kernel's units of processor time in a second.
const ticks = 100

func processorTime(pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(stat), ") ") // the name may hold spaces
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0
	}
	user, _ := strconv.Atoi(fields[11])
	system, _ := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticks
}
