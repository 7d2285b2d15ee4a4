package record

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"hash"
	"slices"

	"github.com/emmansun/gmsm/sm3"

	"huiyin/ticket"
)

// The hash chain of a ticket's history. The first link covers the ticket as it
// was received, each further link the one before and the event. A link needs
// only its own ticket, so tickets never wait for each other; that nobody else
// appended meanwhile is what the version in the script assures.

// sumSize is the length of a link, tagSize how much of it stands with each
// event. The head is kept whole: it vouches for all, the tags tell where a
// history was changed.
const (
	sumSize = 32
	tagSize = 8
)

// Hashes are the hash functions that a store can be founded with.
var Hashes = map[string]func() hash.Hash{"sha256": sha256.New, "sm3": sm3.New}

// Chain is the chain of one ticket.
type Chain struct {
	ID   ticket.ID
	Hash func() hash.Hash
}

// Origin is the link before the first event.
func (c Chain) Origin(source string, body []byte) []byte {
	return c.sum([]byte(c.ID), []byte{0}, []byte(source), []byte{0}, body)
}

// Next is the link of an event after another.
func (c Chain) Next(prev, event []byte) []byte { return c.sum(prev, []byte(c.ID), event) }

func (c Chain) sum(parts ...[]byte) []byte {
	h := c.Hash()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(make([]byte, 0, sumSize))
}

// Seal puts the tag of its link behind an event.
func Seal(event, link []byte) []byte { return append(slices.Clone(event), link[:tagSize]...) }

// Unseal parts an event from its tag.
func Unseal(b []byte) (event, mark []byte, err error) {
	if len(b) < tagSize {
		return nil, nil, Malformed("event length")
	}
	cut := len(b) - tagSize
	return b[:cut], b[cut:], nil
}

// BrokenChain tells at which event a history is not the one that was written.
type BrokenChain struct{ Seq int64 }

func (b *BrokenChain) Error() string {
	if b.Seq == 0 {
		return "哈希链末端不符"
	}
	return fmt.Sprintf("哈希链在第%d步断开", b.Seq)
}

// Verify walks the chain over packed events and gives all links. Tags are those
// that stand with the events; on the shelf there are none, and the head alone
// vouches for all.
func (c Chain) Verify(source string, body []byte, events, tags [][]byte, head []byte) ([][]byte, error) {
	links := make([][]byte, len(events))
	link := c.Origin(source, body)
	for i, event := range events {
		link = c.Next(link, event)
		if tags != nil && subtle.ConstantTimeCompare(tags[i], link[:tagSize]) != 1 {
			return nil, &BrokenChain{Seq: int64(i + 1)}
		}
		links[i] = link
	}
	if subtle.ConstantTimeCompare(link, head) != 1 {
		return nil, &BrokenChain{}
	}
	return links, nil
}
