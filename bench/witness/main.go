// Command witness measures the roots outside the store and a whole check against
// them, on a server of its own: what a root costs of an hour's changes, of none,
// and of more than the store remembers; how long huiyin fsck takes and how much
// memory it needs.
//
//	go run ./bench/witness [-tickets 200000] [-closed 20000]
package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/classify"
	"huiyin/internal/redisd"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
	"huiyin/workflow/witness"
)

func main() {
	tickets := flag.Int("tickets", 200000, "工单数，各 2 步")
	closed := flag.Int("closed", 20000, "其中走完 10 步办结的")
	flag.Parse()
	if err := run(*tickets, min(*closed, *tickets)); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// bench is a store of its own with a witness beside it.
type bench struct {
	ctx     context.Context
	rdb     *redis.Client
	policy  *rules.Policy
	desk    *workflow.Desk
	witness *witness.Witness
	now     time.Time
	ids     []ticket.ID
	notes   int
}

func run(tickets, closed int) error {
	ctx := context.Background()
	dir, err := os.MkdirTemp("", "huiyin-bench")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	server, err := redisd.Start(ctx, redisd.Options{Dir: dir})
	if err != nil {
		return err
	}
	defer server.Close()
	b := &bench{ctx: ctx, now: time.Date(2026, 9, 2, 1, 30, 0, 0, time.UTC)}
	b.rdb = redis.NewClient(&redis.Options{Network: "unix", Addr: server.Addr(), PoolSize: writers + 4})
	defer b.rdb.Close()
	if err := b.found(dir); err != nil {
		return err
	}
	if err := b.fill(tickets, closed); err != nil {
		return err
	}
	if err := b.roots(dir); err != nil {
		return err
	}
	return b.check()
}

func (b *bench) found(dir string) error {
	store, err := workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{})
	if err != nil {
		return err
	}
	categories, err := classify.LoadCategories(tables.Default())
	if err != nil {
		return err
	}
	if b.policy, err = rules.Load(tables.Default(), categories); err != nil {
		return err
	}
	key, err := witness.OpenKey(filepath.Join(dir, "roots.key"), b.now)
	if err != nil {
		return err
	}
	b.desk = workflow.NewDesk(store, b.policy)
	b.witness = &witness.Witness{Store: store, Key: key, Dir: filepath.Join(dir, "roots")}
	return nil
}

// roots measures the root of every kind of hour.
func (b *bench) roots(dir string) error {
	root := func(what string) error {
		b.now = b.now.Add(time.Hour)
		start := time.Now()
		r, err := b.witness.Root(b.ctx, b.now)
		if err != nil {
			return err
		}
		fmt.Printf("%s：%d 件有变化，%s\n", what, r.Tickets, time.Since(start).Round(time.Millisecond))
		return nil
	}
	if err := root("第一个根，全部工单"); err != nil {
		return err
	}
	size, err := folderSize(filepath.Join(dir, "roots"))
	if err != nil {
		return err
	}
	fmt.Printf("根文件：每件每次 %d 字节\n", size/int64(len(b.ids)))
	for _, hour := range []struct {
		what  string
		steps int
	}{{"平常的一小时", 500}, {"没有变化的一小时", 0}, {"超出存储记忆的一小时", 1}} {
		if err := b.note(hour.steps); err != nil {
			return err
		}
		if hour.steps == 1 {
			for _, key := range b.rdb.Keys(b.ctx, "{p*}:ev").Val() {
				if err := b.rdb.XTrimMaxLen(b.ctx, key, 0).Err(); err != nil {
					return err
				}
			}
			if err := b.note(500); err != nil {
				return err
			}
		}
		if err := root(hour.what); err != nil {
			return err
		}
	}
	return nil
}

func folderSize(dir string) (size int64, err error) {
	files, err := os.ReadDir(dir)
	for _, f := range files {
		info, infoErr := f.Info()
		if infoErr != nil {
			return 0, infoErr
		}
		size += info.Size()
	}
	return size, err
}

// check measures huiyin fsck with the roots.
func (b *bench) check() error {
	before, err := forgetPeak()
	if err != nil {
		return err
	}
	start := time.Now()
	summary, account, err := b.witness.Check(b.ctx, b.now.Add(time.Hour), b.policy, func(breach workflow.Breach) { fmt.Println(breach) })
	if err != nil {
		return err
	}
	took := time.Since(start)
	peak, err := status("VmHWM")
	if err != nil {
		return err
	}
	fmt.Printf("fsck %d 件、%d 步、%d 个根，%d 处不符：%s；折合 100 万件 %s（要求不超过 5 分钟）\n", summary.Tickets, summary.Events,
		account.Roots, summary.Breaches, took.Round(time.Millisecond), (took * 1000000 / time.Duration(summary.Tickets)).Round(time.Second))
	fmt.Printf("fsck 的内存：开始时 %d MB，最多 %d MB（要求 100 万件不超过 512 MB）\n", before>>10, peak>>10)
	return nil
}

// forgetPeak makes the peak of memory begin anew, after garbage is gone, and
// gives what is in use, in kB.
func forgetPeak() (int, error) {
	collect()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		return 0, err
	}
	return status("VmRSS")
}

// status reads a figure of this process, in kB.
func status(name string) (int, error) {
	file, err := os.Open("/proc/self/status")
	if err != nil {
		return 0, err
	}
	defer file.Close()
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		if key, value, ok := strings.Cut(lines.Text(), ":"); ok && key == name {
			return strconv.Atoi(strings.Fields(value)[0])
		}
	}
	return 0, fmt.Errorf("no %s in the status of this process", name)
}
