// Command console measures the console on a store of many tickets with fifty
// people signed in: the server's own time of each page and search beside its
// target, what a page weighs, how long the service reads until search is ready
// and what memory that takes, and three hundred browsers on the event stream.
// Beside them stand what the same server gives at best, and what a search costs
// that reads every ticket.
//
//	go run ./bench/console [-tickets 200000] [-data DIR] [-bin huiyin]
//	go run ./bench/console -catalogue 200000,1000000   the search alone, in memory
//
// With -data the store is kept and used again. Exit 1: a target was missed.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"log"
	"math/rand/v2"
	"os"
	"os/signal"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type options struct {
	tickets, users, streams int
	data, bin               string
	each, think             time.Duration
}

func main() {
	var o options
	flag.IntVar(&o.tickets, "tickets", 200000, "工单数")
	flag.IntVar(&o.users, "users", 50, "同时在用的人数")
	flag.IntVar(&o.streams, "streams", 300, "事件流的客户端数")
	flag.StringVar(&o.data, "data", "", "存储的文件夹，留着下次再用；不给就用临时的")
	flag.StringVar(&o.bin, "bin", "", "编译好的 huiyin；不给就现编译")
	alone := flag.String("catalogue", "", "只测内存里的目录：工单数，可几个")
	flag.DurationVar(&o.each, "each", 5*time.Second, "每种页面测多久")
	flag.DurationVar(&o.think, "think", 2*time.Second, "每人两次点击之间平均停多久")
	flag.Parse()
	if *alone != "" {
		for text := range strings.SplitSeq(*alone, ",") {
			n, err := strconv.Atoi(text)
			if err == nil && n > 0 {
				err = catalogueAlone(n)
			}
			if err != nil {
				fmt.Fprintln(os.Stderr, err)
				os.Exit(2)
			}
		}
		return
	}
	log.SetOutput(io.Discard) // of the HTTP client, about connections that the service has closed
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	missed, err := run(ctx, o)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(2)
	}
	if missed > 0 {
		fmt.Printf("\n%d 项没有达到目标\n", missed)
		os.Exit(1)
	}
}

func run(ctx context.Context, o options) (missed int, err error) {
	scratch, err := os.MkdirTemp("", "huiyin-console")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(scratch)
	if o.data == "" {
		o.data = scratch + "/data"
	}
	if err := os.MkdirAll(o.data, 0o700); err != nil {
		return 0, err
	}
	bin, err := program(o.bin, scratch)
	if err != nil {
		return 0, err
	}
	if err := fill(ctx, o.data, o.tickets); err != nil {
		return 0, err
	}
	if err := addAccounts(ctx, bin, o.data); err != nil {
		return 0, err
	}
	s, ready, err := serve(ctx, bin, o.data)
	if err != nil {
		return 0, err
	}
	defer s.stop()
	b := &board{ctx: ctx, options: o, service: s}
	fmt.Printf("%d 件工单，%d 人同时在用，每人平均 %s 点一次\n", o.tickets, o.users, o.think)
	if text, err := os.ReadFile("/proc/loadavg"); err == nil {
		fmt.Printf("开始时机器上别的负载（一分钟平均）%s，%d 个核\n", strings.Fields(string(text))[0], runtime.NumCPU())
	}
	fmt.Printf("启动到可以访问 %.1f 秒", ready.Seconds())
	select {
	case <-s.done:
		s.mu.Lock()
		fmt.Printf("；全文查找读完 %d 件用 %.1f 秒，占 %d MB；服务共占内存 %d MB\n\n", s.read.Tickets, float64(s.read.Took)/1e9, s.read.Bytes>>20, s.memory()>>20)
		s.mu.Unlock()
	case <-ctx.Done():
		return 0, ctx.Err()
	}
	for _, part := range []func() error{b.signIn, b.pages, b.day, b.limits, b.streams} {
		if err := part(); err != nil {
			return b.missed, err
		}
	}
	return b.missed, nil
}

// board is the measurement under way.
type board struct {
	options
	ctx     context.Context
	service *service
	users   []*user
	waiting []string // tickets in the queue
	any     []string // tickets
	missed  int
}

func (b *board) signIn() error {
	for i := range b.options.users {
		u, err := signIn(b.service.base, i, accounts[i%len(accounts)])
		if err != nil {
			return err
		}
		b.users = append(b.users, u)
	}
	var err error
	if b.waiting, err = b.ids("operator", "/queue", `data-id="([0-9A-Z]{12})"`); err != nil {
		return err
	}
	b.any, err = b.ids("operator", "/tickets", `/tickets/([0-9A-Z]{12})"`)
	return err
}

// ids finds tickets on a page.
func (b *board) ids(role, path, form string) ([]string, error) {
	a, err := b.as(role)[0].get(b.ctx, path, true)
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(a.body, -1) {
		if !slices.Contains(ids, m[1]) {
			ids = append(ids, m[1])
		}
	}
	if len(ids) == 0 {
		return nil, fmt.Errorf("%s 上没有找到工单", path)
	}
	return ids, nil
}

// as are the users of a role; every user has the turn of several when they are few.
func (b *board) as(role string) []*user {
	var list []*user
	for _, u := range b.users {
		if u.role == role {
			list = append(list, u)
		}
	}
	full := slices.Clone(list)
	for len(list) > 0 && len(full) < b.options.users {
		full = append(full, list[len(full)%len(list)])
	}
	return full
}

// kind is a kind of request that is measured.
type kind struct {
	name, role string
	target     time.Duration
	paths      []string // one by chance; {queue} and {ticket} stand for an ID
}

const (
	page   = 100 * time.Millisecond
	search = 300 * time.Millisecond
	paint  = 500 * time.Millisecond // of the whole first paint; the server must leave room
	weight = 500 << 10
)

var kinds = []kind{
	{"分派队列", "operator", page, []string{"/queue"}},
	{"分派：下一件", "operator", page, []string{"/queue/{queue}"}},
	{"一件工单", "operator", page, []string{"/tickets/{ticket}"}},
	{"审核", "operator", page, []string{"/review", "/review?tab=returns"}},
	{"回访名单", "operator", page, []string{"/callbacks"}},
	{"单位：我的工单", "unit", page, []string{"/mine", "/mine?tab=handling", "/mine?tab=done"}},
	{"督办", "supervisor", page, []string{"/supervision", "/supervision?tab=soon", "/supervision?tab=supervised"}},
	{"督办：待审批", "supervisor", page, []string{"/supervision?tab=requests"}},
	{"督办：退单榜", "supervisor", paint, []string{"/supervision/returns"}},
	{"线索", "discipline", page, []string{"/clues"}},
	{"首页（话务）", "operator", page, []string{"/"}},
	{"首页（单位）", "unit", page, []string{"/"}},
	{"首页（督办）", "supervisor", page, []string{"/"}},
	{"首页（领导）", "leader", page, []string{"/"}},
	{"首页（纪检）", "discipline", page, []string{"/"}},
	{"首页（审计）", "auditor", page, []string{"/"}},
	{"首页（管理员）", "admin", page, []string{"/"}},
	{"看板", "leader", paint, []string{"/dashboard"}},
	{"月报目录", "leader", page, []string{"/reports"}},
	{"审计记录", "auditor", page, []string{"/audit"}},
	{"列表：全部工单", "operator", page, []string{"/tickets"}},
	{"列表：各种条件", "leader", page, []string{"/tickets?state=open&category=C01", "/tickets?flag=urged", "/tickets?state=closed&county=临河县", "/tickets?flag=enforcement", "/tickets?state=open&due=overdue"}},
	{"列表：单位自己的", "unit", page, []string{"/tickets", "/tickets?state=closed"}},
	{"查找：常见的词", "operator", search, []string{"/tickets?q=出租车", "/tickets?q=公交", "/tickets?q=司机"}},
	{"查找：少见的词", "operator", search, []string{"/tickets?q=冷链", "/tickets?q=钱包", "/tickets?q=塌方"}},
	{"查找：几个词", "leader", search, []string{"/tickets?q=出租车+司机+绕路", "/tickets?q=公交+站台+末班车"}},
	{"查找：最相关在前", "leader", search, []string{"/tickets?q=出租车+司机&sort=relevant", "/tickets?q=公交&sort=relevant"}},
	{"查找：一个字", "operator", search, []string{"/tickets?q=车", "/tickets?q=桥"}},
	{"查找：词加条件", "supervisor", search, []string{"/tickets?q=退费&state=open", "/tickets?q=公交&flag=urged", "/tickets?q=路灯&sort=due"}},
	{"查找：没有的词", "operator", search, []string{"/tickets?q=月球背面&state=open", "/tickets?q=粤W99999"}},
	{"查找：单位", "unit", search, []string{"/tickets?q=司机", "/tickets?q=公交"}},
}

// path fills a path in.
func (b *board) path(k kind, rng *rand.Rand) string {
	p := k.paths[rng.IntN(len(k.paths))]
	p = strings.Replace(p, "{queue}", b.waiting[rng.IntN(len(b.waiting))], 1)
	return strings.Replace(p, "{ticket}", b.any[rng.IntN(len(b.any))], 1)
}
