// Command asynq measures hibiken/asynq on a running Redis: every task is
// enqueued and completed, two state changes that the server keeps. It is a
// module of its own, so that the service does not depend on what it is compared
// with. bench/store runs it on the same server and in the same rounds.
//
//	go run . -socket PATH [-clients 64] [-seconds 2]
//
// It prints the state changes a second, a bare number.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hibiken/asynq"
)

func main() {
	socket := flag.String("socket", "", "unix socket of the server")
	clients := flag.Int("clients", 64, "enqueuing and handling goroutines, each")
	seconds := flag.Float64("seconds", 2, "how long to measure")
	flag.Parse()
	rate, err := run(*socket, *clients, time.Duration(*seconds*float64(time.Second)))
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	fmt.Printf("%.0f\n", rate)
}

// run enqueues from all clients while as many handlers complete, and counts
// both kinds of state change.
func run(socket string, clients int, span time.Duration) (float64, error) {
	redis := asynq.RedisClientOpt{Network: "unix", Addr: socket, PoolSize: 2*clients + 8}
	var enqueued, completed atomic.Int64
	server := asynq.NewServer(redis, asynq.Config{Concurrency: clients, LogLevel: asynq.FatalLevel})
	done := asynq.HandlerFunc(func(context.Context, *asynq.Task) error {
		completed.Add(1)
		return nil
	})
	if err := server.Start(done); err != nil {
		return 0, err
	}
	client := asynq.NewClient(redis)
	payload := []byte(strings.Repeat("x", 400))
	var fault atomic.Value
	var enqueuers sync.WaitGroup
	start := time.Now()
	for range clients {
		enqueuers.Go(func() {
			for time.Since(start) < span && fault.Load() == nil {
				// No more than a short queue: an enqueued task is half the work.
				if enqueued.Load()-completed.Load() > int64(4*clients) {
					time.Sleep(time.Millisecond)
					continue
				}
				if _, err := client.Enqueue(asynq.NewTask("step", payload)); err != nil {
					fault.Store(err)
					return
				}
				enqueued.Add(1)
			}
		})
	}
	enqueuers.Wait()
	changes := enqueued.Load() + completed.Load()
	took := time.Since(start)
	server.Shutdown()
	if err, ok := fault.Load().(error); ok {
		return 0, err
	}
	return float64(changes) / took.Seconds(), client.Close()
}
