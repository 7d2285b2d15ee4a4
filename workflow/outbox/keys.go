package outbox

import (
	"strconv"
	"strings"

	"huiyin/ticket"
	"huiyin/workflow"
)

// Every key of the outbox is spelt here. Those of a ticket's messages carry the
// tag of its partition, so that a script finds them in one slot.

// receiversKey is a set: the receivers that ever had a lane in the partition.
func receiversKey(p int) string { return workflow.OutboxKey(p, "r") }

// queueKey is a sorted set: tickets with a message for the receiver, by the
// time (ms) before which the first of them is not to be tried.
func queueKey(p int, receiver string) string { return workflow.OutboxKey(p, "q:"+receiver) }

// laneKey is a list: the entries of a ticket's messages to a receiver.
func laneKey(p int, receiver string, id ticket.ID) string {
	return workflow.OutboxKey(p, "l:"+receiver+":"+string(id))
}

// triesKey is a hash: ticket -> what became of the first message so far, JSON.
func triesKey(p int, receiver string) string { return workflow.OutboxKey(p, "t:"+receiver) }

// deadKey is a sorted set: tickets whose first message is dead, by when (ms).
func deadKey(p int, receiver string) string { return workflow.OutboxKey(p, "d:"+receiver) }

// boxKey is a sorted set: the notices of a recipient, by when (ms) they show.
func boxKey(p int, recipient string) string { return workflow.OutboxKey(p, "n:"+recipient) }

// bodiesKey is a hash: what was told beside the tickets -> body of its message.
func bodiesKey(p int) string { return workflow.OutboxKey(p, "m") }

// readKey is a sorted set: single notices that an account has read, by when (ms).
func readKey(login string) string { return "{notices}:read:" + login }

// readUpToKey is a time (ms): the account has read all that showed until then.
func readUpToKey(login string) string { return "{notices}:upto:" + login }

// entry is a message in a lane: the step it tells of, and the time (ms) before
// which it must not leave. The scripts read it, too.
type entry struct {
	seq       int64
	notBefore int64
}

func (e entry) String() string {
	return strconv.FormatInt(e.seq, 10) + ":" + strconv.FormatInt(e.notBefore, 10)
}

func parseEntry(text string) (entry, bool) {
	seq, notBefore, ok := strings.Cut(text, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	ms, err2 := strconv.ParseInt(notBefore, 10, 64)
	return entry{n, ms}, ok && err == nil && err2 == nil
}
