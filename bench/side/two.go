package side

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"sort"
	"sync"
	"time"
)

// Work does a part of the whole: every of-th item from part on. Two goroutines
// may call it at the same time.
type Work func(part, of int)

// Each makes work of what is done for each of n items.
func Each(n int, do func(i int)) Work {
	return func(part, of int) {
		for i := part; i < n; i += of {
			do(i)
		}
	}
}

// Pair is how much faster two are than one.
type Pair struct {
	Goroutines float64 // best round of two goroutines against the best of one
	Processes  float64 // the same of two processes that share nothing: what the machine can give
}

// Share is how much of what the machine can give two goroutines reach.
func (p Pair) Share() float64 { return p.Goroutines / p.Processes }

// pieces of the work are timed on their own, and the best times of each are
// added up: a short time goes undisturbed more often than a long one.
const pieces = 8

// Two runs the work in turns by one goroutine, by two, by one process of its
// own and by two, and prints how much faster two are. Processors of a virtual
// machine share caches, power and often a core with each other and with
// neighbours, so that two processes tell how much two of anything can be.
//
// The processes are this program again, with the same arguments: it must call
// [Serve] with the same work once it has read its input.
func Two(items, rounds int, work Work) (Pair, error) {
	var helpers [2]*helper
	for i := range helpers {
		h, err := newHelper()
		if err != nil {
			return Pair{}, err
		}
		defer h.stop()
		helpers[i] = h
	}
	var times [4][pieces][]float64 // one goroutine, two, one process, two
	processors := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(processors)
	for round := range rounds + 1 {
		for piece := range pieces {
			took := [4]float64{oneGoroutine(work, piece), twoGoroutines(work, piece)}
			var err error
			if took[2], err = together(helpers[:1], piece); err != nil {
				return Pair{}, err
			}
			if took[3], err = together(helpers[:], piece); err != nil {
				return Pair{}, err
			}
			if round == 0 { // warms up
				continue
			}
			for i, t := range took {
				times[i][piece] = append(times[i][piece], t)
			}
		}
	}
	fmt.Printf("%-24s %10s %10s %10s %10s\n", "条/秒", "一个最快", "两个最快", "最快之比", "中位之比")
	speed := func(t float64) float64 { return float64(items) / t }
	var best, usual [4]float64
	for i := range times {
		best[i], usual[i] = quantile(times[i], 0), quantile(times[i], 0.5)
	}
	for i, name := range []string{"协程", "进程，互不共享"} {
		one, two := 2*i, 2*i+1
		fmt.Printf("%-24s %10.0f %10.0f %10.2f %10.2f\n", name, speed(best[one]), speed(best[two]), best[one]/best[two], usual[one]/usual[two])
	}
	p := Pair{Goroutines: best[0] / best[1], Processes: best[2] / best[3]}
	fmt.Printf("%d 轮交替，分 %d 段计时；一个协程时只用一个处理器，垃圾回收也在上面；两个协程达到本机极限（两个进程）的 %.0f%%（中位 %.0f%%）\n",
		rounds, pieces, 100*p.Share(), 100*usual[0]/usual[1]*usual[3]/usual[2])
	return p, nil
}

// quantile adds up, over the pieces, the time that the share of the rounds did
// not exceed.
func quantile(times [pieces][]float64, share float64) float64 {
	sum := 0.0
	for _, t := range times {
		sorted := append([]float64(nil), t...)
		sort.Float64s(sorted)
		sum += sorted[int(share*float64(len(sorted)))]
	}
	return sum
}

// oneGoroutine has one processor, so that the collector does not work on the
// other one meanwhile.
func oneGoroutine(work Work, piece int) float64 {
	runtime.GOMAXPROCS(1)
	start := time.Now()
	work(piece, pieces)
	return time.Since(start).Seconds()
}

func twoGoroutines(work Work, piece int) float64 {
	runtime.GOMAXPROCS(2)
	start := time.Now()
	var wg sync.WaitGroup
	for part := range 2 {
		wg.Go(func() { work(piece+part*pieces, 2*pieces) })
	}
	wg.Wait()
	return time.Since(start).Seconds()
}

// helperMark in the environment makes this program a helper.
const helperMark = "HUIYIN_BENCH_HELPER"

// helper is this program again; it works when it is told a line.
type helper struct {
	process *exec.Cmd
	in      io.WriteCloser
	out     *bufio.Reader
}

func newHelper() (*helper, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	h := &helper{process: exec.Command(self, os.Args[1:]...)} //nolint:gosec // this program with its own arguments
	h.process.Env = append(os.Environ(), helperMark+"=1", "GOMAXPROCS=1")
	h.process.Stderr = os.Stderr
	if h.in, err = h.process.StdinPipe(); err != nil {
		return nil, err
	}
	out, err := h.process.StdoutPipe()
	if err != nil {
		return nil, err
	}
	h.out = bufio.NewReader(out)
	return h, h.process.Start()
}

func (h *helper) stop() {
	h.in.Close()
	h.process.Wait() //nolint:errcheck // the helper ends with its input; what it had to say it has said
}

// together lets the helpers share a piece of the work and returns how long it
// took.
func together(helpers []*helper, piece int) (float64, error) {
	start := time.Now()
	for part, h := range helpers {
		if _, err := fmt.Fprintln(h.in, piece+part*pieces, len(helpers)*pieces); err != nil {
			return 0, fmt.Errorf("另一个进程不听使唤：%w", err)
		}
	}
	for _, h := range helpers {
		if _, err := h.out.ReadString('\n'); err != nil {
			return 0, fmt.Errorf("另一个进程没有干完：%w", err)
		}
	}
	return time.Since(start).Seconds(), nil
}

// IsHelper reports whether this process was started by [Two].
func IsHelper() bool { return os.Getenv(helperMark) != "" }

// Serve does the work whenever the starter asks, until it asks no more.
func Serve(work Work) error {
	for {
		var part, of int
		if _, err := fmt.Fscanln(os.Stdin, &part, &of); err != nil {
			return nil //nolint:nilerr // the starter is done
		}
		work(part, of)
		if _, err := fmt.Println("done"); err != nil {
			return err
		}
	}
}
