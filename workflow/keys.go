package workflow

import (
	"strconv"

	"huiyin/ticket"
)

// Every key of the store is spelt here. All keys that a script touches carry
// one partition's hash tag, so that they lie in one slot of a cluster.

// partitionsMost is how many partitions a store can have.
const partitionsMost = 1024

const (
	monthsKey = "{meta}:months" // set: months in which tickets were received
	metaKey   = "{meta}:store"  // hash: partitions, hash, format
	codesKey  = "{meta}:codes"  // hash: unit code or county -> number, append-only
)

// partition is the partition of a ticket.
func (s *Store) partition(id ticket.ID) int {
	return int(id.Bits() >> 4 % uint64(s.partitions))
}

// tags are the hash tags of all partitions that a store can have.
var tags = func() (tags [partitionsMost]string) {
	for p := range tags {
		tags[p] = "{p" + strconv.Itoa(p) + "}"
	}
	return tags
}()

func tag(partition int) string { return tags[partition] }

// ticketKey is a hash: the ticket with its history.
func ticketKey(p int, id ticket.ID) string { return tag(p) + ":t:" + string(id) }

// queueKey is a sorted set: a unit's tickets in a state by next due time.
func queueKey(p int, unit string, state ticket.State) string {
	return tag(p) + ":q:" + unit + ":" + string(state)
}

// helperKey is a sorted set: the open tickets that a unit helps with, by next due time.
func helperKey(p int, unit string) string { return tag(p) + ":co:" + unit }

// helpedKey is a sorted set: the tickets received in a month that a unit helped
// with and that are done.
func helpedKey(p int, unit string, m ticket.Month) string {
	return tag(p) + ":cd:" + unit + ":" + compact(m)
}

// dueKey is a sorted set: all tickets in a state by next due time; those that
// are hidden from most people stand apart.
func dueKey(p int, secrecy ticket.Secrecy, state ticket.State) string {
	return tag(p) + ":due" + secrecyMarks[secrecy] + ":" + string(state)
}

var secrecyMarks = [...]string{ticket.Visible: "", ticket.Clue: "~clue", ticket.Secret: "~secret"}

// groupKey is a sorted set: the tickets of this partition merged into a primary.
func groupKey(p int, primary ticket.ID) string { return tag(p) + ":g:" + string(primary) }

// ordinalKey is a counter: the tickets received in a month.
func ordinalKey(p int, m ticket.Month) string { return tag(p) + ":n:" + compact(m) }

// factsKey is a string of fixed records, one a ticket of the month by ordinal.
func factsKey(p int, m ticket.Month) string { return tag(p) + ":f:" + compact(m) }

// streamKey is the stream of what happened, for live views and outgoing messages.
func streamKey(p int) string { return tag(p) + ":ev" }

func documentKey(name string) string { return "{meta}:doc:" + name }

func compact(m ticket.Month) string { return string(m[:4]) + string(m[5:]) }
