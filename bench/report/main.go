// Command report measures the monthly report on made-up facts: how long all
// numbers take, and how long each document.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"huiyin/classify"
	"huiyin/reports"
	"huiyin/reports/made"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

func main() {
	perMonth := flag.Int("tickets", 200000, "tickets a month")
	months := flag.Int("months", 24, "months of history")
	of := flag.String("month", "2026-10", "month of the report")
	at := flag.String("now", "", "when it is made, RFC 3339; the second day after the month when empty")
	out := flag.String("out", "", "folder to keep the documents in; a temporary one when empty")
	formats := flag.String("formats", "docx,xlsx,html,json", "formats")
	unmarked := flag.Bool("unmarked", false, "leave the sample mark off, to look at clean pages")
	postgres := flag.String("postgres", "", "compare the grouped figures: \"start\" a PostgreSQL found on the machine, or the DSN of a running one")
	growth := flag.String("growth", "", "measure months of these sizes one after the other, as 100000,300000,1000000")
	profile := flag.String("profile", "", "file for the CPU profile of the numbers")
	page := flag.Bool("measure", false, "measure the page of official documents on a pdf made by LibreOffice")
	flag.Parse()
	// As much as a report may take at the most; below it memory is let go late.
	debug.SetMemoryLimit(900 << 20)
	if *page {
		if err := measure(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if *growth != "" {
		if err := grow(strings.Split(*growth, ",")); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if *postgres != "" {
		if err := compare(*postgres, *perMonth, *months, *of); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	if err := run(*perMonth, *months, *of, *at, *out, strings.Split(*formats, ","), *unmarked, *profile); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// timed keeps the time that the source itself takes, so that it can be taken off.
type timed struct {
	reports.Source
	spent time.Duration
	busy  time.Duration // of the processor
	kept  map[string][]byte
}

// Document and PutDocument keep what was read of the texts, as the store does.
func (t *timed) Document(ctx context.Context, name string) ([]byte, error) {
	return t.kept[name], ctx.Err()
}

func (t *timed) PutDocument(ctx context.Context, name string, doc []byte) error {
	t.kept[name] = doc
	return ctx.Err()
}

func (t *timed) Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error) {
	defer t.clock()()
	return t.Source.Facts(ctx, m)
}

func (t *timed) Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	defer t.clock()()
	return t.Source.Tickets(ctx, ids)
}

func (t *timed) clock() (stop func()) {
	start, busy := time.Now(), cpuTime()
	return func() {
		t.spent += time.Since(start)
		t.busy += cpuTime() - busy
	}
}

func loadPolicy() (*reports.Policy, error) {
	fsys := tables.Default()
	categories, err := classify.LoadCategories(fsys)
	if err != nil {
		return nil, err
	}
	wp, err := rules.Load(fsys, categories)
	if err != nil {
		return nil, err
	}
	policy, err := reports.LoadPolicy(fsys, wp.Units, wp.Categories, wp.Calendar)
	if err == nil {
		policy.Cut = pairs
	}
	return policy, err
}

// pairs cuts a text into its pairs of characters: as many words as there are in
// the texts of callers, at no cost of its own.
func pairs(_, content string, each func(word string, weight float64, at int)) {
	last, first := 0, 0
	n := 0
	for i := range content {
		if n%2 == 0 && n > 0 {
			each(content[first:i], 1, last)
			first, last = i, n
		}
		n++
	}
}

func run(perMonth, months int, of, at, out string, formats []string, unmarked bool, profile string) error {
	policy, err := loadPolicy()
	if err != nil {
		return err
	}
	month, err := ticket.ParseMonth(of)
	if err != nil {
		return err
	}
	now := month.End().AddDate(0, 0, 1).Add(9 * time.Hour)
	if at != "" {
		if now, err = time.Parse(time.RFC3339, at); err != nil {
			return err
		}
	}
	src := made.New(policy.Categories, policy.Units, policy.Calendar, month.Add(-months), month, perMonth, 7)
	src.Real = unmarked
	clock := &timed{Source: src, kept: map[string][]byte{}}
	start := time.Now()
	if err := reports.Prepare(context.Background(), clock, policy, month); err != nil {
		return err
	}
	fmt.Printf("texts      %8.2f s   (read once, when the month is over, and kept)\n", (time.Since(start) - clock.spent).Seconds())
	clock.spent, clock.busy = 0, 0
	stop, err := profiled(profile)
	if err != nil {
		return err
	}
	defer stop()
	cpu := cpuTime()
	start = time.Now()
	m, err := reports.Build(context.Background(), clock, policy, month, now)
	if err != nil {
		return err
	}
	whole := time.Since(start)
	stop()
	busy := cpuTime() - cpu
	fmt.Printf("numbers    %8.2f s   (%d tickets in the month, %d months before it; %.2f s of CPU; making them up took %.2f s more)\n",
		(whole - clock.spent).Seconds(), m.Volume.Received, months, (busy - clock.busy).Seconds(), clock.spent.Seconds())
	return write(m, out, formats)
}

func write(m *reports.Month, out string, formats []string) error {
	if out == "" {
		dir, err := os.MkdirTemp("", "report-bench")
		if err != nil {
			return err
		}
		defer os.RemoveAll(dir)
		out = dir
	}
	var total time.Duration
	for _, f := range formats {
		start := time.Now()
		paths, err := reports.WriteAll(out, m, []string{f})
		if err != nil {
			return err
		}
		took := time.Since(start)
		total += took
		info, err := os.Stat(paths[0])
		if err != nil {
			return err
		}
		fmt.Printf("%-10s %8.2f s   %8d bytes  %s\n", f, took.Seconds(), info.Size(), filepath.Base(paths[0]))
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	fmt.Printf("documents  %8.2f s   heap from the system %d MB\n", total.Seconds(), mem.HeapSys>>20)
	return nil
}
