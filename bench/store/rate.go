package main

import (
	"cmp"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"huiyin/workflow/refusal"
)

// way is one way to take steps, with what each round measured.
type way struct {
	what    string
	target  float64 // least ratio to the first way; 0 for none
	timed   bool    // takes as many steps as time allows, so that its work a step is not known
	prepare func() error
	run     func() (speed, error)
	rounds  []round
}

// speed is what a way tells of a round. Client is set by a way whose client is
// a process of its own.
type speed struct {
	rate   float64
	tail   time.Duration // within which 99 of 100 were done; 0 unknown
	client time.Duration
}

type round struct {
	speed
	work
	ratio float64 // by the clock
	spent float64 // by processor time
}

// once measures one round against the reference's of the same round.
func (w *way) once(b *bench, reference *way) error {
	if w.prepare != nil {
		if err := w.prepare(); err != nil {
			return fmt.Errorf("%s: %w %s", w.what, err, refusal.Cause(err))
		}
	}
	before, err := readMeter(b.ctx, b.rdb)
	if err != nil {
		return err
	}
	s, err := w.run()
	if err != nil {
		return fmt.Errorf("%s: %w %s", w.what, err, refusal.Cause(err))
	}
	after, err := readMeter(b.ctx, b.rdb)
	if err != nil {
		return err
	}
	r := round{speed: s, work: after.since(before, workload*each)}
	if s.client > 0 {
		r.work.client = s.client.Seconds() * 1e6 / (workload * each)
	}
	w.rounds = append(w.rounds, r)
	mine := &w.rounds[len(w.rounds)-1]
	of := reference.rounds[len(w.rounds)-1]
	mine.ratio, mine.spent = s.rate/of.rate, of.work.pace()/mine.work.pace()
	return nil
}

// pace is the processor time that a step takes at least where nothing else runs:
// the server has one processor, the client shares the others. Unlike the clock
// it tells the same on a busy machine.
func (w work) pace() float64 {
	return max(w.server, w.client/float64(max(1, runtime.NumCPU()-1)))
}

// held reports whether a ratio is reached by the clock and by processor time: on
// a busy machine one of them alone says little.
func (w *way) held(target float64) bool { return min(w.ratio(), w.spent()) >= target }

func (w *way) both() string { return fmt.Sprintf("%.2f，折合 %.2f", w.ratio(), w.spent()) }

func (w *way) spent() float64 { return w.middle(func(r round) float64 { return r.spent }) }

// middle is the median over the rounds of one figure.
func (w *way) middle(of func(round) float64) float64 {
	var all []float64
	for _, r := range w.rounds {
		all = append(all, of(r))
	}
	return median(all)
}

func (w *way) ratio() float64 { return w.middle(func(r round) float64 { return r.ratio }) }
func (w *way) rate() float64  { return w.middle(func(r round) float64 { return r.rate }) }

func (w *way) refused() int {
	n := 0
	for _, r := range w.rounds {
		n += r.refused
	}
	return n
}

// print writes a line of the table and whether the target was reached.
func (w *way) print() {
	if w.timed {
		fmt.Printf("%6.2f %6s %9.0f %*s   %s\n", w.ratio(), "", w.rate(), 51, "", w.what)
		return
	}
	verdict := ""
	if w.target > 0 {
		verdict = fmt.Sprintf("要求 %.2f，%s", w.target, reached(w.held(w.target)))
	}
	tail := time.Duration(w.middle(func(r round) float64 { return float64(r.tail) }))
	fmt.Printf("%6.2f %6.2f %9.0f %8s %8.1f %8.1f %8.1f %8.0f %6d   %s   %s\n", w.ratio(), w.spent(), w.rate(), tail.Round(100*time.Microsecond),
		w.middle(func(r round) float64 { return r.script }), w.middle(func(r round) float64 { return r.server }),
		w.middle(func(r round) float64 { return r.work.client }), w.middle(func(r round) float64 { return r.log }), w.refused(), w.what, verdict)
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
func rate(clients, n int, do func(worker, turn int) error) (speed, error) {
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
		return speed{}, err
	}
	return speed{rate: float64(n) / took.Seconds(), tail: latencies.quantile(0.99)}, nil
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
