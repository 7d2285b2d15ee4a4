package workflow

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
	"huiyin/workflow/record"
	"huiyin/workflow/refusal"
)

// catalogued keeps the catalogue up to the store. Before every list it reads what
// the streams say since it last looked, so that it is never behind; where a
// stream has been trimmed since then, it reads the facts of that partition anew.
// No message is relied on: what was missed is seen the next time.
type catalogued struct {
	*catalogue.Catalogue

	turn    sync.Mutex // held while what is new is read
	started atomic.Int64
	failed  error    // of the last reading
	seen    []string // last entry of each partition's stream that is in; "": nothing is
	filling atomic.Bool
}

const (
	// changesMost is how many changes of a partition are read one by one.
	changesMost = 512
	// textsAtOnce is how many texts a list waits for; more are read beside it.
	textsAtOnce = 2048
	// headsAtOnce is how many tickets are read in one go.
	headsAtOnce = 256
)

// catchUp brings the catalogue up to the store. Those who come while somebody
// reads share the next reading.
func (s *Store) catchUp(ctx context.Context) error {
	c := &s.catalogued
	before := c.started.Load()
	c.turn.Lock()
	defer c.turn.Unlock()
	if c.started.Load() > before {
		return c.failed
	}
	c.started.Add(1)
	c.failed = s.readNews(ctx)
	return c.failed
}

func (s *Store) readNews(ctx context.Context) error {
	c := &s.catalogued
	if c.seen == nil {
		c.seen = make([]string, s.partitions)
	}
	pipe := s.rdb.Pipeline()
	news := make([]*redis.XMessageSliceCmd, s.partitions)
	for p := range news {
		from := c.seen[p]
		if from == "" {
			from = "-"
		}
		news[p] = pipe.XRangeN(ctx, streamKey(p), from, "+", changesMost)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return refusal.Of("", err)
	}
	var changed []ticket.ID
	var anew []int
	for p, n := range news {
		messages := n.Val()
		// The last entry that is in must still stand: else there is a gap.
		stands := len(messages) > 0 && messages[0].ID == c.seen[p] || len(messages) == 0 && c.seen[p] == streamStart
		if !stands || len(messages) == changesMost {
			anew = append(anew, p)
			continue
		}
		for _, m := range messages[min(1, len(messages)):] {
			raw, _ := m.Values["c"].(string)
			change, err := record.UnpackChange([]byte(raw))
			if err != nil {
				return refusal.Damaged("", err)
			}
			changed = append(changed, change.Ticket)
		}
	}
	if _, err := s.putAnew(ctx, anew); err != nil {
		return err
	}
	slices.Sort(changed)
	for part := range slices.Chunk(slices.Compact(changed), headsAtOnce) {
		if err := s.putChanged(ctx, part); err != nil {
			return err
		}
	}
	for p, n := range news {
		if messages := n.Val(); !slices.Contains(anew, p) && len(messages) > 0 {
			c.seen[p] = messages[len(messages)-1].ID
		}
	}
	return s.putTexts(ctx)
}

// putChanged takes in the facts of tickets that are new or moved on, and the
// texts of those that are new.
func (s *Store) putChanged(ctx context.Context, ids []ticket.ID) error {
	heads, err := s.heads(ctx, ids)
	if err != nil {
		return err
	}
	pipe := s.rdb.Pipeline()
	records := make([]*redis.StringCmd, len(heads))
	for i, h := range heads {
		start := h.ordinal * record.FactSize
		records[i] = pipe.GetRange(ctx, factsKey(s.partition(h.ID), ticket.MonthOf(h.ReceivedAt)), start, start+record.FactSize-1)
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return refusal.Of("", err)
	}
	entries, texts := make([]catalogue.Entry, 0, len(heads)), make([]catalogue.Text, len(heads))
	for i, h := range heads {
		b, err := records[i].Bytes()
		if err != nil {
			return refusal.Of(h.ID, err)
		}
		if len(b) != record.FactSize {
			return refusal.Damaged(h.ID, record.Malformed("fact"))
		}
		f, secrecy, err := s.unpackFact(ctx, b, ticket.MonthOf(h.ReceivedAt))
		if err != nil {
			return err
		}
		entries, texts[i] = append(entries, catalogue.Entry{Fact: f, Secrecy: secrecy, Beside: new(besideOf(&h.Ticket))}), textOf(&h.Ticket)
	}
	s.catalogued.Put(entries)
	s.catalogued.PutTexts(texts)
	return nil
}

func (s *Store) unpackFact(ctx context.Context, b []byte, m ticket.Month) (ticket.Fact, ticket.Secrecy, error) {
	f, secrecy, unknown, err := record.UnpackFact(s.codes, b, m.Start())
	if err == nil && unknown { // another instance gave the number
		if err := s.codes.read(ctx); err != nil {
			return f, secrecy, err
		}
		f, secrecy, _, err = record.UnpackFact(s.codes, b, m.Start())
	}
	if err != nil {
		return f, secrecy, refusal.Damaged("", err)
	}
	return f, secrecy, nil
}

// putAnew reads all facts of some partitions and gives the tickets that were not
// in, or otherwise.
func (s *Store) putAnew(ctx context.Context, partitions []int) (changed []ticket.ID, err error) {
	if len(partitions) == 0 {
		return nil, nil
	}
	ends, err := s.ends(ctx, partitions) // before the facts: what comes between is read twice
	if err != nil {
		return nil, refusal.Of("", err)
	}
	months, err := s.Months(ctx)
	if err != nil {
		return nil, err
	}
	for _, p := range partitions {
		pipe := s.rdb.Pipeline()
		records := make([]*redis.StringCmd, len(months))
		for i, m := range months {
			records[i] = pipe.Get(ctx, factsKey(p, m))
		}
		if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
			return nil, refusal.Of("", err)
		}
		var entries []catalogue.Entry
		for i, r := range records {
			b, err := r.Bytes()
			if err != nil && !errors.Is(err, redis.Nil) {
				return nil, refusal.Of("", err)
			}
			for ; len(b) >= record.FactSize; b = b[record.FactSize:] {
				f, secrecy, err := s.unpackFact(ctx, b[:record.FactSize], months[i])
				if err != nil {
					continue // a gap; fsck names it
				}
				entries = append(entries, catalogue.Entry{Fact: f, Secrecy: secrecy})
			}
		}
		differ := s.catalogued.Put(entries)
		for part := range slices.Chunk(s.catalogued.Read(differ), headsAtOnce) { // what facts do not tell may differ, too
			if err := s.putChanged(ctx, part); err != nil {
				return nil, err
			}
		}
		changed = append(changed, differ...)
		s.catalogued.seen[p] = ends[streamKey(p)]
	}
	return changed, nil
}

// putTexts reads the texts that are missing: a few at once, many beside the work.
func (s *Store) putTexts(ctx context.Context) error {
	_, unread := s.catalogued.Size()
	switch {
	case unread == 0:
		return nil
	case unread <= textsAtOnce:
		return s.readTexts(ctx)
	}
	if s.catalogued.filling.CompareAndSwap(false, true) {
		go func() {
			defer s.catalogued.filling.Store(false)
			_ = s.readTexts(context.WithoutCancel(ctx)) // the next list begins again where it ended
		}()
	}
	return nil
}

func (s *Store) readTexts(ctx context.Context) error {
	for {
		ids := s.catalogued.Unread(16 * headsAtOnce)
		if len(ids) == 0 {
			return nil
		}
		for part := range slices.Chunk(ids, headsAtOnce) {
			texts, err := s.textsOf(ctx, part)
			if err != nil {
				return err
			}
			s.catalogued.PutTexts(texts)
		}
	}
}

// textsOf reads texts. A ticket that is damaged or gone has none: it cannot be
// shown either, and fsck names it.
func (s *Store) textsOf(ctx context.Context, ids []ticket.ID) ([]catalogue.Text, error) {
	heads, err := s.heads(ctx, ids)
	if isDamage(err) {
		heads = nil
		for _, id := range ids {
			one, err := s.heads(ctx, []ticket.ID{id})
			if err != nil && !isDamage(err) {
				return nil, err
			}
			heads = append(heads, one...)
		}
	} else if err != nil {
		return nil, err
	}
	texts := make([]catalogue.Text, 0, len(ids))
	read := map[ticket.ID]bool{}
	for _, h := range heads {
		texts, read[h.ID] = append(texts, textOf(&h.Ticket)), true
	}
	for _, id := range ids {
		if !read[id] {
			texts = append(texts, catalogue.Text{Ticket: id.Bits()})
		}
	}
	return texts, nil
}

func isDamage(err error) bool { return err != nil && ignoreDamage(err) == nil }

func besideOf(t *ticket.Ticket) catalogue.Beside {
	asking := t.Pending["extension"] != "" || t.Pending["suspension"] != "" || t.Pending["exclusion"] != "" || t.Pending["disclosure"] != ""
	return catalogue.Beside{Asking: asking, Co: t.Co}
}

// textOf is what is searched of a ticket: its texts, its numbers, and the normal
// forms of what the text names.
func textOf(t *ticket.Ticket) catalogue.Text {
	text := catalogue.Text{Ticket: t.ID.Bits(), Title: t.Title, Beside: besideOf(t), Parts: []string{t.Content, t.Place, t.Subject, t.SourceNo}}
	for _, e := range t.Verdict.Entities {
		if e.Value != "" && e.Value != e.Text && !strings.Contains(t.Content, e.Value) && !slices.Contains(text.Parts, e.Value) {
			text.Parts = append(text.Parts, e.Value)
		}
	}
	return text
}

// Catalogue says how far the catalogue that lists and searches read is: how many
// tickets it holds, of how many the text is missing yet, and its size in bytes.
type Catalogue struct{ Tickets, Unread, Bytes int }

// Prepare reads the catalogue until it is whole, as a service does at its start.
func (s *Store) Prepare(ctx context.Context) (Catalogue, error) {
	err := s.catchUp(ctx)
	tickets, unread := s.catalogued.Size()
	for ; err == nil && unread > 0; tickets, unread = s.catalogued.Size() {
		if !s.catalogued.filling.CompareAndSwap(false, true) {
			pause(ctx, 50*time.Millisecond) // a list has begun it
			err = ctx.Err()
			continue
		}
		err = s.readTexts(ctx)
		s.catalogued.filling.Store(false)
	}
	return Catalogue{tickets, unread, s.catalogued.Bytes()}, err
}

// CheckCatalogue compares the catalogue with the facts of the store, puts right
// what differs, and names it: nothing, unless something wrote to the store that
// tells nobody.
func (s *Store) CheckCatalogue(ctx context.Context) ([]ticket.ID, error) {
	if err := s.catchUp(ctx); err != nil {
		return nil, err
	}
	c := &s.catalogued
	c.turn.Lock()
	defer c.turn.Unlock()
	since, all := make([]Place, s.partitions), make([]int, s.partitions)
	for p := range all {
		if all[p] = p; c.seen[p] != streamStart {
			since[p] = Place(c.seen[p])
		}
	}
	differ, err := s.putAnew(ctx, all)
	if err != nil || len(differ) == 0 {
		return nil, err
	}
	told := map[ticket.ID]bool{}
	changes, err := s.ChangesSince(ctx, since) // what moved on meanwhile is no fault
	if err != nil {
		return nil, err
	}
	for _, c := range changes {
		for _, id := range c.Tickets {
			told[id] = true
		}
	}
	return slices.DeleteFunc(differ, func(id ticket.ID) bool { return told[id] }), s.putTexts(ctx)
}
