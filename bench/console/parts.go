package main

import (
	"bufio"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
	"huiyin/workflow"
)

func (b *board) verdict(ok bool) string {
	if ok {
		return "达到"
	}
	b.missed++
	return "没有达到"
}

func ms(d time.Duration) string { return fmt.Sprintf("%.1f", float64(d.Microseconds())/1000) }

// pages measures each kind of page: once by one person alone, then by all.
func (b *board) pages() error {
	fmt.Printf("服务端用时（毫秒）\t一个人 p50\t%d 人 p50\t%d 人 p95\t目标\t大小 KB\t每次占处理器（服务和存储）\n", b.options.users, b.options.users)
	for _, k := range kinds {
		users := b.as(k.role)
		next := func(_ *user, rng *rand.Rand) string { return b.path(k, rng) }
		before := b.service.work()
		alone := load(b.ctx, users[:1], b.each/4, 10*time.Millisecond, next)
		all := load(b.ctx, users, b.each, b.think, next)
		if err := firstOf(alone.failed, all.failed); err != nil {
			return err
		}
		each := (b.service.work() - before) / time.Duration(max(1, len(alone.times)+len(all.times)))
		heavy := max(alone.bytes, all.bytes)
		ok := all.percentile(.95) <= k.target && heavy <= weight
		fmt.Printf("%s\t%s\t%s\t%s\t≤%s %s\t%d\t%s\n", k.name, ms(alone.percentile(.5)), ms(all.percentile(.5)), ms(all.percentile(.95)), ms(k.target), b.verdict(ok), heavy>>10, ms(each))
	}
	return nil
}

func firstOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// day lets everybody do the pages of their role at once.
func (b *board) day() error {
	byRole := map[string][]kind{}
	for _, k := range kinds {
		byRole[k.role] = append(byRole[k.role], k)
	}
	m := load(b.ctx, b.users, 3*b.each, b.think, func(u *user, rng *rand.Rand) string {
		list := byRole[u.role]
		return b.path(list[rng.IntN(len(list))], rng)
	})
	fmt.Printf("\n各角色混合使用\t%.0f 页/秒\tp50 %s\tp95 %s\t≤%s %s\tp99 %s\n", m.rate, ms(m.percentile(.5)), ms(m.percentile(.95)), ms(page), b.verdict(m.percentile(.95) <= page), ms(m.percentile(.99)))
	return m.failed
}

// limits says what the same server gives at best, and what the obvious way to
// search costs.
func (b *board) limits() error {
	fmt.Println("\n不停地点（无思考时间），看能答多少")
	for _, k := range []kind{
		{"静态文件 app.css（物理上限）", "operator", 0, []string{"/static/app.css"}},
		{"存活探测 /healthz", "operator", 0, []string{"/healthz"}},
		{"分派队列", "operator", 0, []string{"/queue"}},
		{"查找：常见的词", "operator", 0, []string{"/tickets?q=出租车"}},
		{"查找：少见的词", "operator", 0, []string{"/tickets?q=冷链"}},
	} {
		m := load(b.ctx, b.as(k.role), b.each, 0, func(_ *user, rng *rand.Rand) string { return b.path(k, rng) })
		if m.failed != nil {
			return m.failed
		}
		fmt.Printf("%s\t%.0f 次/秒\tp50 %s\tp95 %s\n", k.name, m.rate, ms(m.percentile(.5)), ms(m.percentile(.95)))
	}
	return b.naive()
}

// naive searches as one would without a catalogue: it reads every ticket.
func (b *board) naive() error {
	server, err := redisd.Start(b.ctx, redisd.Options{Dir: b.data})
	if err != nil {
		return err
	}
	defer server.Close()
	desk, err := deskOn(b.ctx, server.Client())
	if err != nil {
		return err
	}
	began, found, read := time.Now(), 0, 0
	months, err := desk.Store().Months(b.ctx)
	if err != nil {
		return err
	}
	for _, m := range months {
		facts, err := desk.Store().Facts(b.ctx, m)
		if err != nil {
			return err
		}
		ids := make([]ticket.ID, len(facts))
		for i := range facts {
			ids[i] = facts[i].ID
		}
		for part := range slices.Chunk(ids, 500) {
			list, err := desk.Store().Tickets(b.ctx, part)
			if err != nil {
				return err
			}
			for i := range list {
				if read++; strings.Contains(list[i].Text(), "冷链") {
					found++
				}
			}
		}
	}
	fmt.Printf("对照：逐件读出来找“冷链”\t%d 件里 %d 件\t%.1f 秒\n", read, found, time.Since(began).Seconds())
	return nil
}

// stream is one browser on the event stream.
type stream struct {
	counts chan time.Time
}

// streams opens many event streams, makes a ticket come in, and sees that every
// one is told.
func (b *board) streams() error {
	fmt.Println()
	var all []*stream
	began := time.Now()
	for i := range b.options.streams {
		u := b.as("operator")[i%b.options.users]
		st, err := b.open(u)
		if err != nil {
			return err
		}
		all = append(all, st)
	}
	told := func() (n int, last time.Time) {
		deadline := time.After(15 * time.Second)
		for _, st := range all {
			select {
			case at := <-st.counts:
				if n++; at.After(last) {
					last = at
				}
			case <-deadline:
				return n, last
			}
		}
		return n, last
	}
	n, _ := told()
	fmt.Printf("事件流\t%d 个都连上并收到第一次数字：%d 个\t%.1f 秒\n", len(all), n, time.Since(began).Seconds())
	server, err := redisd.Start(b.ctx, redisd.Options{Dir: b.data})
	if err != nil {
		return err
	}
	defer server.Close()
	desk, err := deskOn(b.ctx, server.Client())
	if err != nil {
		return err
	}
	var worst time.Duration
	live := b.options.streams
	for round := range 5 {
		at := time.Now()
		opening := workflow.Opening{Actor: operator, Hold: true, Ticket: ticket.Ticket{
			Channel: ticket.Channel12345, SourceNo: fmt.Sprint("EV", at.UnixNano(), round), Title: "反映出租车拒载", Content: "在车站打车，司机不走。", CalledAt: at,
			Verdict: ticket.Verdict{Category: "C01", Kind: ticket.Complaint, Confidence: .4},
		}}
		opened, err := desk.Receive(b.ctx, at, []workflow.Opening{opening})
		if err != nil || opened[0].Err != nil {
			return firstOf(err, opened[0].Err)
		}
		n, last := told()
		live, worst = min(live, n), max(worst, last.Sub(at))
	}
	fmt.Printf("来一件新工单，%d 个里 %d 个都知道\t最慢 %.2f 秒（一秒之内的变化并成一次）\t%s\t服务占内存 %d MB\n",
		len(all), live, worst.Seconds(), b.verdict(live == len(all)), b.service.memory()>>20)
	return nil
}

func (b *board) open(u *user) (*stream, error) {
	req, err := http.NewRequestWithContext(b.ctx, http.MethodGet, b.service.base+"/events", nil)
	if err != nil {
		return nil, err
	}
	resp, err := u.client.Do(req) //nolint:bodyclose // closed by the reader below
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK {
		return nil, errors.Join(fmt.Errorf("事件流：%d", resp.StatusCode), resp.Body.Close())
	}
	st := &stream{counts: make(chan time.Time, 100)}
	go func() {
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if strings.HasPrefix(lines.Text(), "data:") {
				st.counts <- time.Now()
			}
		}
	}()
	return st, nil
}
