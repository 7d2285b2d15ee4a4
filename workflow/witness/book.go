package witness

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"math/bits"

	"huiyin/ticket"
)

// book is what the roots say of every ticket, in few bytes: at which of its
// steps they saw it, and one hash over what its chain was there.
type book struct {
	pages map[uint64]page
	more  map[uint64][]int64 // versions that the bits of a page do not reach
	first *Root
	last  *Root
	// accepted are the roots by which somebody explained what does not agree.
	accepted []*Root
}

// page is a ticket in the book.
type page struct {
	sum     [16]byte // over versions and links, in order
	seen    uint64   // bit n-1: at version n
	version int64    // the latest; 0: it was gone
	link    [8]byte  // beginning of the latest link
	root    int32    // number of the latest root
	met     bool     // by a check, in the store
}

func newBook() *book {
	return &book{pages: map[uint64]page{}, more: map[uint64][]int64{}}
}

// says reports whether a leaf is what the book says already.
func (b *book) says(l *leaf) bool {
	p, ok := b.pages[l.id]
	return ok && p.version == l.version && bytes.Equal(p.link[:], l.head[:len(p.link)])
}

// turned is a page that goes back: a root saw the ticket further than a later one.
type turned struct {
	id         uint64
	from, to   int64
	root, next int64
}

// add takes over a leaf of a root. It tells when the ticket has gone back.
func (b *book) add(l *leaf, root int64) (back turned, ok bool) {
	p, known := b.pages[l.id]
	if known && (l.version == 0 || b.says(l)) {
		return turned{}, true // that it is gone, the store itself shows
	}
	if known && p.version >= l.version {
		back = turned{id: l.id, from: p.version, to: l.version, root: int64(p.root), next: root}
		b.forget(l.id)
		p = page{}
	}
	p.version, p.root = l.version, int32(root)
	copy(p.link[:], l.head[:])
	if l.version > 0 {
		p.sum = after(p.sum, l.version, l.head[:])
		if l.version <= 64 {
			p.seen |= 1 << (l.version - 1)
		} else {
			b.more[l.id] = append(b.more[l.id], l.version)
		}
	}
	b.pages[l.id] = p
	return back, back == turned{}
}

// forget takes a ticket out of the book.
func (b *book) forget(id uint64) {
	delete(b.pages, id)
	delete(b.more, id)
}

// after is the sum with one more link.
func after(sum [16]byte, version int64, link []byte) [16]byte {
	h := sha256.New()
	h.Write(sum[:])
	var v [8]byte
	binary.BigEndian.PutUint64(v[:], uint64(version))
	h.Write(v[:])
	h.Write(link)
	return [16]byte(h.Sum(nil))
}

// versions are the versions at which the roots saw a ticket, ascending.
func (b *book) versions(id uint64, p *page) []int64 {
	var versions []int64
	for seen := p.seen; seen != 0; seen &= seen - 1 {
		versions = append(versions, int64(bits.TrailingZeros64(seen))+1)
	}
	return append(versions, b.more[id]...)
}

// agrees reports whether a history is the one that the roots saw.
func (b *book) agrees(p *page, t *ticket.Ticket) bool {
	var sum [16]byte
	for _, v := range b.versions(t.ID.Bits(), p) {
		if v > int64(len(t.Events)) {
			return false
		}
		sum = after(sum, v, t.Events[v-1].Hash)
	}
	return p.version > 0 && sum == p.sum
}
