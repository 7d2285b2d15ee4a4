package witness

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// Account is what a check against the roots went over.
type Account struct {
	Roots       int64     `json:"roots"` // number of the latest; 0: there are none yet
	From        time.Time `json:"from,omitzero"`
	To          time.Time `json:"to,omitzero"`
	Tickets     int       `json:"tickets"`     // that the roots know
	Unwitnessed int       `json:"unwitnessed"` // steps since the latest root, which none covers yet
	Accepted    []*Root   `json:"accepted,omitempty"`
	// Explained are the breaches that an acceptance explains; they are not
	// reported again.
	Explained []workflow.Breach `json:"explained,omitempty"`
}

// slack is how far apart the clocks of two instances may be.
const slack = 15 * time.Minute

// Check checks the store against the roots and, in the same pass, against
// itself, as workflow.Fsck does. Breaches of kind root are those that only the
// roots show. The error is one of reading.
func (w *Witness) Check(ctx context.Context, now time.Time, policy *rules.Policy, report func(workflow.Breach)) (workflow.FsckSummary, Account, error) {
	c, summary, err := w.check(ctx, now, policy, report)
	if err != nil {
		return summary, Account{}, err
	}
	return summary, c.account, nil
}

func (w *Witness) check(ctx context.Context, now time.Time, policy *rules.Policy, report func(workflow.Breach)) (*checking, workflow.FsckSummary, error) {
	c, err := w.prepare(ctx, now)
	if err != nil {
		return nil, workflow.FsckSummary{}, err
	}
	found := 0
	tell := func(b workflow.Breach) {
		found++
		report(b)
	}
	for _, b := range c.read.open {
		tell(b)
	}
	summary, err := workflow.Fsck(ctx, w.Store, policy, tell, append([]workflow.Look{workflow.NotInFuture(now), c.look}, w.Looks...)...)
	if err == nil {
		err = c.finish(ctx, tell)
	}
	summary.Breaches = found
	return c, summary, err
}

// checking is a check under way.
type checking struct {
	w        *Witness
	now      time.Time
	read     *reading
	account  Account
	suspects map[uint64]*ticket.Ticket // whose history is not the one that the roots saw; nil: gone
}

func (w *Witness) prepare(ctx context.Context, now time.Time) (*checking, error) {
	read, err := w.read(ctx)
	if err != nil {
		return nil, err
	}
	c := &checking{w: w, now: now, read: read, suspects: map[uint64]*ticket.Ticket{}}
	c.account.Explained, c.account.Accepted = read.explained, read.book.accepted
	noted, err := w.noted(ctx)
	if err != nil {
		return nil, err
	}
	last := read.book.last
	if last != nil {
		c.account.Roots, c.account.From, c.account.To = last.No, read.book.first.At, last.At
		c.account.Tickets = len(read.book.pages)
	}
	if noted.No > c.account.Roots {
		read.open = append(read.open, fault(w.Dir, "存储记着已有第%d号根，文件里只到第%d号：后面的根不见了", noted.No, c.account.Roots))
	}
	if last != nil && last.At.After(now.Add(slack)) {
		read.open = append(read.open, fault(w.Dir, "第%d号根的时间在将来：%s", last.No, clock(last.At)))
	}
	return c, nil
}

// Account tells how far the roots go, without a look at the store's tickets.
func (w *Witness) Account(ctx context.Context, now time.Time) (Account, error) {
	c, err := w.prepare(ctx, now)
	if err != nil {
		return Account{}, err
	}
	return c.account, nil
}

func clock(t time.Time) string { return t.In(ticket.Shanghai).Format("2006-01-02 15:04") }

// look compares one ticket with its page; t is nil where its record cannot be
// read, which is told elsewhere.
func (c *checking) look(id ticket.ID, t *ticket.Ticket) []workflow.Breach {
	b := c.read.book
	if b.last == nil {
		return nil
	}
	p, known := b.pages[id.Bits()]
	if known {
		p.met = true
		b.pages[id.Bits()] = p
	}
	if t == nil {
		return nil
	}
	if known && !b.agrees(&p, t) {
		c.suspects[id.Bits()] = t
		return nil
	}
	return c.late(t, p.version)
}

// late finds steps that say they were taken before the latest root, and are in
// none: somebody wrote them afterwards. The service dates some of its own by
// what they stand for, and samples are made up with their past.
func (c *checking) late(t *ticket.Ticket, witnessed int64) []workflow.Breach {
	for i := witnessed; i < int64(len(t.Events)); i++ {
		e := &t.Events[i]
		if e.At.After(c.read.book.last.At.Add(-slack)) {
			c.account.Unwitnessed++
			continue
		}
		if e.Role != ticket.System && !t.Sample {
			return []workflow.Breach{{Ticket: t.ID, Kind: "root", Message: fmt.Sprintf(
				"第%d步写着 %s，此后的第%d号根里却没有它：是事后补写的", e.Seq, clock(e.At), c.read.book.last.No)}}
		}
	}
	return nil
}

// suspectsMost bounds for how many tickets it is told which root shows what.
const suspectsMost = 1000

// finish tells of the tickets that the roots know and the store does not, and
// says of every suspect what the roots saw.
func (c *checking) finish(ctx context.Context, report func(workflow.Breach)) error {
	var absent []ticket.ID
	for id, p := range c.read.book.pages {
		if !p.met {
			absent = append(absent, ticket.IDFromBits(id))
		}
	}
	for part := range slices.Chunk(absent, readBatch) {
		heads, err := c.w.Store.ChainHeads(ctx, part)
		if err != nil {
			return err
		}
		for i := range heads {
			if heads[i].Version == 0 { // not one that came while the check went on
				c.suspects[heads[i].Ticket.Bits()] = nil
			}
		}
	}
	if len(c.suspects) == 0 {
		return nil
	}
	seen, err := c.sightings()
	if err != nil {
		return err
	}
	for id, t := range c.suspects {
		report(c.verdict(ticket.IDFromBits(id), t, seen[id]))
	}
	return nil
}

// sighting is one root's word on a ticket.
type sighting struct {
	root    int64
	at      time.Time
	version int64
	head    [headSize]byte
}

// sightings reads again what the roots say of the suspects.
func (c *checking) sightings() (map[uint64][]sighting, error) {
	seen := make(map[uint64][]sighting, min(len(c.suspects), suspectsMost))
	for id := range c.suspects {
		if len(seen) < suspectsMost {
			seen[id] = nil
		}
	}
	again := &reading{w: c.w, algorithm: c.read.algorithm, store: c.read.store, book: newBook()}
	again.watch = func(l *leaf, root *Root) {
		if list, suspect := seen[l.id]; suspect {
			seen[l.id] = append(list, sighting{root.No, root.At, l.version, l.head})
		}
	}
	return seen, again.all()
}

// verdict says what is wrong with a suspect.
func (c *checking) verdict(id ticket.ID, t *ticket.Ticket, seen []sighting) workflow.Breach {
	b := workflow.Breach{Ticket: id, Kind: "root"}
	page := c.read.book.pages[id.Bits()]
	switch {
	case t == nil && page.version == 0:
		b.Message = fmt.Sprintf("第%d号根时已经不在存储里：受理后被删除", page.root)
	case t == nil:
		b.Message = fmt.Sprintf("第%d号根时它已到第%d步，现在存储里没有这件工单：被删除，或存储被换成了更早的", page.root, page.version)
	case page.version > t.Version:
		b.Message = fmt.Sprintf("第%d号根时它已到第%d步，现在只有%d步：后面的步骤被删掉，或存储被换成了更早的", page.root, page.version, t.Version)
	default:
		b.Message = "历史与根里记的不同，被改写过"
	}
	sound := int64(0)
	for _, s := range seen {
		if s.version > 0 && s.version <= int64(len(events(t))) {
			if !bytes.Equal(t.Events[s.version-1].Hash, s.head[:]) {
				b.Message = fmt.Sprintf("第%d号根（%s）记着它第%d步时的指纹，与现在的不同：第%d至%d步被改写过",
					s.root, clock(s.at), s.version, sound+1, s.version)
				break
			}
			sound = s.version
		}
	}
	return b
}

func events(t *ticket.Ticket) []ticket.Event {
	if t == nil {
		return nil
	}
	return t.Events
}
