// Package twins finds tickets that may be the same matter again: the same
// caller once more, or one text from several callers. It keeps sketches of the
// texts of what is open and what came lately, and which caller has which
// tickets. All of it is drawn from the store and follows the store's changes:
// a cache that every instance makes for itself and can lose at any moment.
//
// What is hidden as a clue never enters it, and what was found is asked of the
// store again, with the viewer's permission, before anybody sees it.
package twins

import (
	"context"
	"sync"
	"sync/atomic"

	"huiyin/classify/near"
	"huiyin/ticket"
	"huiyin/workflow/record"
)

// Store is what the book reads; the workflow's store meets it.
type Store interface {
	Months(ctx context.Context) ([]ticket.Month, error)
	Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error)
	Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error)
	Watch(ctx context.Context) <-chan record.Change
	Document(ctx context.Context, name string) ([]byte, error)
	AddDocument(ctx context.Context, name string, doc []byte) (first bool, err error)
}

// Book knows the texts and callers of the tickets. It is safe for concurrent use.
type Book struct {
	store  Store
	policy atomic.Pointer[Policy]

	mu    sync.Mutex
	pages *pages // nil until it was built once
	done  int    // tickets read of a building under way
}

// NewBook makes an empty book; Build or Follow fill it.
func NewBook(store Store, policy Policy) *Book {
	b := &Book{store: store}
	b.UsePolicy(policy)
	return b
}

// UsePolicy puts another policy in force. A longer look back takes effect with
// the next building.
func (b *Book) UsePolicy(p Policy) { b.policy.Store(&p) }

// Ready reports whether the book was built; until then it finds nothing, and
// read is how many tickets it has read so far.
func (b *Book) Ready() (ready bool, read int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.pages != nil, b.done
}

// pages are what the book holds.
type pages struct {
	texts   *near.Index
	ids     []ticket.ID       // by number of the index; empty: gone
	slots   map[ticket.ID]int // the inverse
	callers map[uint32][]ticket.ID
	known   map[ticket.ID]bool // those under callers
}

func newPages(p *Policy) *pages {
	return &pages{
		texts:   near.NewIndex(near.Options{Common: p.Common, Contained: p.Contained, Least: p.Least}),
		slots:   map[ticket.ID]int{},
		callers: map[uint32][]ticket.ID{},
		known:   map[ticket.ID]bool{},
	}
}

func (p *pages) addCaller(number uint32, id ticket.ID) {
	if number == 0 || p.known[id] {
		return
	}
	p.known[id] = true
	p.callers[number] = append(p.callers[number], id)
}

func (p *pages) addText(t *ticket.Ticket) {
	if _, known := p.slots[t.ID]; known {
		return
	}
	slot, _ := p.texts.Add(near.Of(t.Text()))
	p.ids = append(p.ids, t.ID)
	p.slots[t.ID] = slot
}

// forget takes out what is no longer to be found.
func (p *pages) forget(id ticket.ID) {
	if slot, known := p.slots[id]; known {
		p.ids[slot] = ""
		delete(p.slots, id)
	}
	if !p.known[id] {
		return
	}
	delete(p.known, id)
	for number, ids := range p.callers {
		for i := range ids {
			if ids[i] == id {
				p.callers[number] = append(ids[:i:i], ids[i+1:]...)
				return
			}
		}
	}
}
