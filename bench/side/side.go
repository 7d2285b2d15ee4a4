// Package side lets contenders do the same work in turns on one thread and
// prints how they compare. The best round of each counts: whatever else runs on
// the machine only ever slows. Speeds of a busy machine are too low all the
// same; the ratios within one table hold.
package side

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Texts reads the texts of a csv file, the columns of a row joined by a line
// end, or the lines of any other file.
func Texts(path string, columns []string) ([]string, error) {
	raw, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	content := strings.TrimPrefix(string(raw), "\ufeff")
	if filepath.Ext(path) != ".csv" {
		return strings.FieldsFunc(content, func(r rune) bool { return r == '\n' || r == '\r' }), nil
	}
	r := csv.NewReader(strings.NewReader(content))
	header, err := r.Read()
	if err != nil {
		return nil, err
	}
	var index []int
	for _, c := range columns {
		i := slices.Index(header, strings.TrimSpace(c))
		if i < 0 {
			return nil, fmt.Errorf("文件里没有“%s”列", c)
		}
		index = append(index, i)
	}
	var texts []string
	for {
		row, err := r.Read()
		if errors.Is(err, io.EOF) {
			return texts, nil
		}
		if err != nil {
			return nil, err
		}
		var parts []string
		for _, i := range index {
			parts = append(parts, row[i])
		}
		texts = append(texts, strings.Join(parts, "\n"))
	}
}

// Bytes is the length of all texts.
func Bytes(texts []string) int {
	n := 0
	for _, t := range texts {
		n += len(t)
	}
	return n
}

// CPU is the processor time that the process has used.
func CPU() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// serviceGC is what huiyin runs with; see cmd/huiyin.
const serviceGC = 400

// AsService lets the heap grow before it is collected as it does in huiyin.
func AsService() { debug.SetGCPercent(serviceGC) }

// Contender is one way to do the work.
type Contender struct {
	Name string
	Run  func()
}

// Speed is how a contender fared.
type Speed struct {
	PerSecond float64 // items
	Ratio     float64 // to the first contender
}

// Table runs the contenders in turns and prints, for each, its best speed and
// the ratio to the first.
func Table(size, items, rounds int, contenders []Contender) []Speed {
	times := make([][]time.Duration, len(contenders))
	for round := range rounds + 1 {
		for i, c := range contenders {
			start := CPU()
			c.Run()
			if took := CPU() - start; round > 0 { // the first round warms up
				times[i] = append(times[i], took)
			}
		}
	}
	fmt.Printf("%-8s %10s %12s %8s\n", "倍数", "MB/秒", "条/秒", "做法")
	first := slices.Min(times[0])
	speeds := make([]Speed, len(contenders))
	for i, c := range contenders {
		m := slices.Min(times[i]).Seconds()
		speeds[i] = Speed{PerSecond: float64(items) / m, Ratio: first.Seconds() / m}
		fmt.Printf("%-8s %12.1f %14.0f   %s\n", fmt.Sprintf("%.2f", speeds[i].Ratio), float64(size)/1e6/m, speeds[i].PerSecond, c.Name)
	}
	return speeds
}

// Idle prints how busy the machine was in the last minute, and reports whether
// it had a processor free: two goroutines cannot be twice as fast as one when
// others run beside them.
func Idle() bool {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return true
	}
	text, _, _ := strings.Cut(string(raw), " ")
	load, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return true
	}
	idle := load < float64(runtime.NumCPU())/2
	word := "，空闲"
	if !idle {
		word = "，忙：绝对速度和两个协程的倍数偏低，请等空闲时再测"
	}
	fmt.Printf("机器一分钟内平均有 %.1f 个任务在跑（%d 个处理器）%s\n", load, runtime.NumCPU(), word)
	return idle
}
