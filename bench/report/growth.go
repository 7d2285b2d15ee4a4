package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"
)

// cpuTime is the processor time of this process so far.
func cpuTime() time.Duration {
	var use syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &use) != nil {
		return 0
	}
	return time.Duration(use.Utime.Nano() + use.Stime.Nano())
}

// grow runs one process for each size, so that each has its own memory, and
// prints what a ticket costs: time and memory that grow no faster than the
// tickets keep the ratio at 1 or below.
func grow(sizes []string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	first, table := 0.0, ""
	for _, size := range sizes {
		n, err := strconv.Atoi(size)
		if err != nil {
			return fmt.Errorf("size %q", size)
		}
		cmd := exec.Command(self, "-tickets", size, "-months", "0")
		cmd.Stderr = os.Stderr
		start := time.Now()
		out, err := cmd.Output()
		if err != nil {
			return err
		}
		took := time.Since(start)
		use := cmd.ProcessState.SysUsage().(*syscall.Rusage)
		busy := cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
		each := busy.Seconds() / float64(n)
		if first == 0 {
			first = each
		}
		fmt.Printf("%s\n", out)
		table += fmt.Sprintf("%10d %8.1f s %8.1f s %9d MB %12.2f\n", n, took.Seconds(), busy.Seconds(), use.Maxrss>>10, each/first)
	}
	fmt.Printf("each size in a process of its own, with making the tickets up, reading the texts, all numbers and documents\n%10s %10s %10s %12s %12s\n%s",
		"tickets", "time", "CPU", "peak memory", "CPU/ticket", table)
	return nil
}

// profiled writes the CPU profile of what runs until stop, which may be called
// twice; of nothing when no file is named.
func profiled(path string) (stop func(), err error) {
	if path == "" {
		return func() {}, nil
	}
	file, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return nil, err
	}
	return func() {
		pprof.StopCPUProfile()
		file.Close()
	}, nil
}
