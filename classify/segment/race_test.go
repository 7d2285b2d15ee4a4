//go:build race

package segment_test

// Under the race detector a sync.Pool forgets at random.
func init() { allowedAllocations = 10 }
