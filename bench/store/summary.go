package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"huiyin/bench/side"
)

// row is a line of the table of what the store has to hold.
type row struct {
	what, measured, limit string
	held                  bool
}

func (b *bench) row(what, measured, limit string, held bool) {
	b.rows = append(b.rows, row{what, measured, limit, held})
}

// summary prints the whole table.
func (b *bench) summary() {
	fmt.Printf("\n要求一览\n")
	for _, r := range b.rows {
		fmt.Printf("%s  %12s  %-12s %s\n", reached(r.held), r.measured, r.limit, r.what)
	}
	side.Idle()
}

// disk prints the physical limit: how often the disk takes what 64 steps write.
func (b *bench) disk(int) error {
	f, err := os.Create(filepath.Join(b.dir, "disk"))
	if err != nil {
		return err
	}
	defer func() {
		_ = f.Close()
		_ = os.Remove(f.Name())
	}()
	const bytes, span = 64 * 576, time.Second
	block := make([]byte, bytes)
	n, start := 0, time.Now()
	for time.Since(start) < span {
		if _, err := f.Write(block); err != nil {
			return err
		}
		if err := f.Sync(); err != nil {
			return err
		}
		n++
	}
	took := time.Since(start)
	fmt.Printf("磁盘：每秒 %.0f 次落盘（每次 64 步的 %d 字节），一次 %s\n", float64(n)/took.Seconds(), bytes, (took / time.Duration(n)).Round(10*time.Microsecond))
	return nil
}

// forgetMemory makes the system count the most memory of this process anew.
func forgetMemory() {
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
}

// mostMemory is the most memory that the process has held since.
func mostMemory() (bytes int) {
	raw, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(raw)) {
		if rest, ok := strings.CutPrefix(line, "VmHWM:"); ok {
			_, _ = fmt.Sscan(rest, &bytes)
		}
	}
	return bytes << 10
}
