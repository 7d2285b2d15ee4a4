package workflow

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

var hashes = map[string]func() hash.Hash{"sha256": sha256.New, "sm3": sm3.New}

type chain struct {
	id  ticket.ID
	new func() hash.Hash
}

// origin is the link before the first event.
func (c chain) origin(source string, body []byte) []byte {
	return c.sum([]byte(c.id), []byte{0}, []byte(source), []byte{0}, body)
}

// next is the link of an event after another.
func (c chain) next(prev, event []byte) []byte { return c.sum(prev, []byte(c.id), event) }

func (c chain) sum(parts ...[]byte) []byte {
	h := c.new()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(make([]byte, 0, sumSize))
}

// seal puts the tag of its link behind an event.
func seal(event, link []byte) []byte { return append(slices.Clone(event), link[:tagSize]...) }

// unseal parts an event from its tag.
func unseal(b []byte) (event, mark []byte, err error) {
	if len(b) < tagSize {
		return nil, nil, malformed("event length")
	}
	cut := len(b) - tagSize
	return b[:cut], b[cut:], nil
}

// brokenChain tells at which event a history is not the one that was written.
type brokenChain struct{ seq int64 }

func (b *brokenChain) Error() string {
	if b.seq == 0 {
		return "哈希链末端不符"
	}
	return fmt.Sprintf("哈希链在第%d步断开", b.seq)
}

// verify walks the chain over packed events and gives all links. Tags are those
// that stand with the events; on the shelf there are none, and the head alone
// vouches for all.
func (c chain) verify(source string, body []byte, events, tags [][]byte, head []byte) ([][]byte, error) {
	links := make([][]byte, len(events))
	link := c.origin(source, body)
	for i, event := range events {
		link = c.next(link, event)
		if tags != nil && subtle.ConstantTimeCompare(tags[i], link[:tagSize]) != 1 {
			return nil, &brokenChain{seq: int64(i + 1)}
		}
		links[i] = link
	}
	if subtle.ConstantTimeCompare(link, head) != 1 {
		return nil, &brokenChain{}
	}
	return links, nil
}
