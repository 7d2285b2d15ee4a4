package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
	"golang.org/x/sync/errgroup"
)

// benchCmd is huiyin bench.
type benchCmd struct {
	Machine benchMachineCmd `cmd:"" default:"withargs" help:"这台机器一秒能判、能受理、能办几件；用临时存储，不碰真实数据"`
	Service benchServiceCmd `cmd:"" help:"对正在运行的服务施压：每秒应答几次，多快"`
}

// measure is what one thing took, many times over.
type measure struct {
	Name      string  `json:"name"`
	Title     string  `json:"-"`
	N         int     `json:"n"`
	Seconds   float64 `json:"seconds"`
	PerSecond float64 `json:"per_second"`
	P50       float64 `json:"p50_ms"`
	P95       float64 `json:"p95_ms"`
	P99       float64 `json:"p99_ms"`
	Failed    int     `json:"failed"`
	// Ratio is the rate over what the design asks for at its peak; 0 where
	// nothing is asked.
	Ratio float64 `json:"ratio,omitempty"`
}

// stopwatch takes the times of many workers.
type stopwatch struct {
	mu     sync.Mutex
	took   []time.Duration
	failed int
	began  time.Time
}

func newStopwatch() *stopwatch { return &stopwatch{began: time.Now()} }

func (s *stopwatch) lap(f func() error) error {
	began := time.Now()
	err := f()
	took := time.Since(began)
	s.mu.Lock()
	defer s.mu.Unlock()
	if err != nil {
		s.failed++
	} else {
		s.took = append(s.took, took)
	}
	return err
}

func (s *stopwatch) done(name, title string, need float64) measure {
	spent := time.Since(s.began).Seconds()
	slices.Sort(s.took)
	at := func(share float64) float64 {
		if len(s.took) == 0 {
			return 0
		}
		return float64(s.took[int(share*float64(len(s.took)-1))].Microseconds()) / 1000
	}
	m := measure{Name: name, Title: title, N: len(s.took), Seconds: spent, PerSecond: float64(len(s.took)) / spent, P50: at(.5), P95: at(.95), P99: at(.99), Failed: s.failed}
	if need > 0 {
		m.Ratio = m.PerSecond / need
	}
	return m
}

// spread has workers do something n times.
func spread(ctx context.Context, workers, n int, do func(ctx context.Context, i int) error) error {
	group, gctx := errgroup.WithContext(ctx)
	group.SetLimit(workers)
	for i := range n {
		group.Go(func() error { return do(gctx, i) })
	}
	return group.Wait()
}

// printMeasures says what was measured, as a table or as lines of JSON.
func printMeasures(out io.Writer, asJSON bool, all []measure) error {
	if asJSON {
		for _, m := range all {
			if err := json.NewEncoder(out).Encode(m); err != nil {
				return err
			}
		}
		return nil
	}
	t := table.NewWriter()
	t.SetOutputMirror(out)
	t.AppendHeader(table.Row{"量什么", "次数", "每秒", "一半快于", "95% 快于", "99% 快于", "失败", "是所需的"})
	for _, m := range all {
		ratio := ""
		if m.Ratio > 0 {
			ratio = fmt.Sprintf("%.0f 倍", m.Ratio)
		}
		ms := func(v float64) string { return fmt.Sprintf("%.2f 毫秒", v) }
		t.AppendRow(table.Row{m.Title, m.N, fmt.Sprintf("%.0f", m.PerSecond), ms(m.P50), ms(m.P95), ms(m.P99), m.Failed, ratio})
	}
	t.Render()
	return nil
}

// diskLaps is how often the disk is asked to keep a page.
const diskLaps = 200

// measureDisk takes how long the disk needs to keep 4 KB for good.
func measureDisk(dir string) (measure, error) {
	path := filepath.Join(dir, "disk")
	file, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return measure{}, fmt.Errorf("目录 %s 写不了", dir)
	}
	defer os.Remove(path)
	defer file.Close()
	page, watch := make([]byte, 4096), newStopwatch()
	for range diskLaps {
		err := watch.lap(func() error {
			if _, err := file.Write(page); err != nil {
				return err
			}
			return file.Sync()
		})
		if err != nil {
			return measure{}, fmt.Errorf("目录 %s 写不了，可能磁盘已满", dir)
		}
	}
	return watch.done("disk", "落盘一次（4 KB）", 0), nil
}
