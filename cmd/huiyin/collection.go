package main

import (
	"os"
	"runtime/debug"
)

// serviceGC lets the heap, which is small beside the store's, grow further
// before it is collected, for throughput. GOGC says otherwise where memory is
// scarce.
const serviceGC = 400

func easeCollection() {
	if os.Getenv("GOGC") == "" {
		debug.SetGCPercent(serviceGC)
	}
}
