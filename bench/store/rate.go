package main

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huiyin/workflow/refusal"
)

// rounds is how often the ways take turns: on a shared machine only what ran
// side by side can be compared.
const rounds = 5

// way is one way to take steps, with what each round measured.
type way struct {
	what                 string
	target               float64 // least ratio to the first way; 0 for none
	run                  func() (float64, time.Duration, error)
	rates, ratios, costs []float64
	tails                []time.Duration
}

// once measures one round; the last of the reference's rates is of this round.
func (w *way) once(b *bench, reference []float64) error {
	b.scriptTime()
	rate, tail, err := w.run()
	if err != nil {
		return fmt.Errorf("%s: %w %s", w.what, err, refusal.Cause(err))
	}
	w.rates, w.tails, w.costs = append(w.rates, rate), append(w.tails, tail), append(w.costs, b.scriptTime())
	against := rate
	if len(reference) >= len(w.rates) {
		against = reference[len(w.rates)-1]
	}
	w.ratios = append(w.ratios, rate/against)
	return nil
}

// print writes a line of the table and whether the target was reached.
func (w *way) print() {
	verdict := ""
	if w.target > 0 {
		verdict = fmt.Sprintf("要求 %.2f，%s", w.target, reached(median(w.ratios) >= w.target))
	}
	fmt.Printf("%6.2f %10.0f %9s %8.1fµs   %s   %s\n", median(w.ratios), median(w.rates), median(w.tails).Round(100*time.Microsecond), median(w.costs), w.what, verdict)
}

func reached(yes bool) string {
	if yes {
		return "达到"
	}
	return "未达到"
}

func median[T cmp.Ordered](of []T) T {
	sorted := slices.Sorted(slices.Values(of))
	return sorted[len(sorted)/2]
}

// rate lets all clients do something, each as often as it is its turn in n, and
// gives how often a second, and the time within which 99 of 100 were done.
func rate(clients, n int, do func(worker, turn int) error) (float64, time.Duration, error) {
	var fault atomic.Value
	var latencies latencies
	var wg sync.WaitGroup
	start := time.Now()
	for w := range clients {
		wg.Go(func() {
			for turn := 0; turn*clients+w < n && fault.Load() == nil; turn++ {
				from := time.Now()
				if err := do(w, turn); err != nil {
					fault.Store(err)
					return
				}
				latencies.add(time.Since(from))
			}
		})
	}
	wg.Wait()
	took := time.Since(start)
	if err, ok := fault.Load().(error); ok {
		return 0, 0, err
	}
	return float64(n) / took.Seconds(), latencies.quantile(0.99), nil
}

// latencies counts durations in steps of a tenth of a millisecond.
type latencies struct{ counts [10000]atomic.Int64 }

func (l *latencies) add(d time.Duration) {
	l.counts[min(int(d/(100*time.Microsecond)), len(l.counts)-1)].Add(1)
}

func (l *latencies) quantile(q float64) time.Duration {
	var all, sum int64
	for i := range l.counts {
		all += l.counts[i].Load()
	}
	for i := range l.counts {
		if sum += l.counts[i].Load(); float64(sum) >= q*float64(all) {
			return time.Duration(i+1) * 100 * time.Microsecond
		}
	}
	return 0
}
