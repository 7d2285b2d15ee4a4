// Package catalogue finds tickets: by what their facts say, and by the words of
// their texts. It is a copy in memory of what the store keeps, made anew by
// every process; it holds no personal data but what a redacted text holds.
//
// A ticket's text never changes, so texts are only ever added: folded, in
// shelves of some thousands, each with a list of the texts in which a pair of
// neighbouring characters stands. A word is found by the lists of its pairs and
// then looked for in the few texts that are left, so what is found is exact. The
// facts of a ticket change with its steps and are put anew.
package catalogue

import (
	"slices"
	"sync"

	"huiyin/ticket"
)

// Catalogue is safe for concurrent use.
type Catalogue struct {
	mu      sync.RWMutex
	words   words
	rows    []row
	place   map[uint64]uint32 // row of a ticket
	shelves []*shelf
	young   *shelf
	unread  int
}

// New is an empty catalogue.
func New() *Catalogue {
	return &Catalogue{words: words{number: map[string]uint16{}}, place: map[uint64]uint32{}, young: &shelf{}}
}

// Entry is a ticket as its facts have it.
type Entry struct {
	Fact    ticket.Fact
	Secrecy ticket.Secrecy
	Beside  *Beside // nil: not known, it stays as it was
}

// Beside is what no fact tells of a ticket.
type Beside struct {
	Asking bool     // a unit's request waits for a supervisor
	Co     []string // units that help, or have helped
}

// Put takes entries in, in place of those of the same tickets, and gives the
// tickets that were new or otherwise.
func (c *Catalogue) Put(entries []Entry) (changed []ticket.ID) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.rows = slices.Grow(c.rows, len(entries))
	for _, e := range entries {
		r := c.words.rowOf(&e.Fact, e.Secrecy)
		at, known := c.place[r.id]
		if !known {
			c.place[r.id] = uint32(len(c.rows))
			c.words.tell(&r, e.Beside)
			c.rows = append(c.rows, r)
			c.unread++
		} else {
			r.flags, r.co = r.flags|c.rows[at].flags&beside, c.rows[at].co
			c.words.tell(&r, e.Beside)
			if c.rows[at] == r {
				continue
			}
			c.rows[at] = r
		}
		changed = append(changed, e.Fact.ID)
	}
	return changed
}

// In are those of some tickets that are in one of some states.
func (c *Catalogue) In(ids []ticket.ID, states []ticket.State) []ticket.ID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	wanted := make(oneOf, len(c.words.word))
	for _, s := range states {
		wanted.add(&c.words, string(s))
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id ticket.ID) bool {
		at, known := c.place[id.Bits()]
		return !known || !wanted[c.rows[at].state]
	})
}

// Read are those of some tickets whose texts are there.
func (c *Catalogue) Read(ids []ticket.ID) []ticket.ID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return slices.DeleteFunc(slices.Clone(ids), func(id ticket.ID) bool {
		at, known := c.place[id.Bits()]
		return !known || c.rows[at].flags&read == 0
	})
}

// PutTexts takes the texts of known tickets in; those that are there already,
// and those of unknown tickets, change nothing.
func (c *Catalogue) PutTexts(texts []Text) {
	c.mu.Lock()
	for i := range texts {
		at, known := c.place[texts[i].Ticket]
		if !known || c.rows[at].flags&read != 0 {
			continue
		}
		c.young.put(at, &texts[i])
		c.rows[at].flags |= read
		c.words.tell(&c.rows[at], &texts[i].Beside)
		c.unread--
	}
	full := c.young
	if len(full.rows) < shelfTexts {
		c.mu.Unlock()
		return
	}
	// The lists are made while others go on reading; one adds texts at a time.
	c.shelves, c.young = append(c.shelves, full), &shelf{}
	n := len(c.shelves) - 1
	c.mu.Unlock()
	listed := full.listed()
	c.mu.Lock()
	c.shelves[n] = listed
	c.mu.Unlock()
}

// Size is how many tickets the catalogue holds, and of how many it has not read
// the text yet.
func (c *Catalogue) Size() (tickets, unread int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	return len(c.rows), c.unread
}

// Bytes is about how much memory the catalogue takes.
func (c *Catalogue) Bytes() int {
	c.mu.RLock()
	defer c.mu.RUnlock()
	n := cap(c.rows)*64 + len(c.place)*20
	for _, s := range append(slices.Clone(c.shelves), c.young) {
		n += 4*(cap(s.rows)+cap(s.ends)+cap(s.pairs)+cap(s.starts)) + 2*cap(s.units) + cap(s.lists)
	}
	return n
}

// Unread are some tickets whose texts have not been read yet.
func (c *Catalogue) Unread(most int) []ticket.ID {
	c.mu.RLock()
	defer c.mu.RUnlock()
	var ids []ticket.ID
	for i := 0; i < len(c.rows) && len(ids) < min(most, c.unread); i++ {
		if c.rows[i].flags&read == 0 {
			ids = append(ids, ticket.IDFromBits(c.rows[i].id))
		}
	}
	return ids
}

// Hit is a ticket that was found.
type Hit struct {
	Ticket   uint64 // bits of its ID
	State    ticket.State
	Received int64 // Unix seconds
	Rank     int   // how well the words fit; 0 when it was not asked
}

// Find hands over what a query finds, on the whole the latest first, and says how
// many more tickets may fit whose texts have not been read yet. With ranked, hits
// say how well the words fit. each must not call the catalogue.
func (c *Catalogue) Find(q *Query, ranked bool, each func(Hit)) (unread int) {
	c.mu.RLock()
	defer c.mu.RUnlock()
	t, possible := c.words.testOf(q)
	if !possible {
		return 0
	}
	s := search{c: c, test: t, ranked: ranked, each: each}
	for _, w := range q.Words {
		s.words = append(s.words, appendFolded(nil, w))
	}
	if len(s.words) == 0 {
		for i := len(c.rows) - 1; i >= 0; i-- {
			if t.fits(&c.rows[i]) {
				s.hit(&c.rows[i], 0)
			}
		}
		return 0
	}
	s.shelf(c.young)
	for i := len(c.shelves) - 1; i >= 0; i-- {
		s.shelf(c.shelves[i])
	}
	if c.unread == 0 {
		return 0
	}
	for i := range c.rows {
		if c.rows[i].flags&read == 0 && t.fits(&c.rows[i]) {
			unread++
		}
	}
	return unread
}
