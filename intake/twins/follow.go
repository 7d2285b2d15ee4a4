package twins

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"huiyin/ticket"
)

const (
	readAtOnce = 500
	// renewEvery is how often the book is drawn anew: changes may be missed
	// while the store is away, and what is old should go.
	renewEvery = 6 * time.Hour
	// retryAfter is the pause after the store could not be read.
	retryAfter = 5 * time.Second
	// gather is how long changes are collected before they are read at once.
	gather = 50 * time.Millisecond
)

// Build draws the book from the store. Errors are the store's.
func (b *Book) Build(ctx context.Context, now time.Time) error {
	policy := b.policy.Load()
	fresh := newPages(policy)
	months, err := b.store.Months(ctx)
	if err != nil {
		return err
	}
	since := now.AddDate(0, 0, -policy.Days)
	first := ticket.MonthOf(now).Start().AddDate(0, -policy.Months, 0)
	b.progress(0)
	read := 0
	for _, m := range months {
		facts, err := b.store.Facts(ctx, m)
		if err != nil {
			return err
		}
		var wanted []ticket.ID
		for i := range facts {
			f := &facts[i]
			if !f.ReceivedAt.Before(first) {
				fresh.addCaller(f.CallerKey, f.ID)
			}
			if f.State.IsOpen() || !f.ReceivedAt.Before(since) {
				wanted = append(wanted, f.ID)
			}
		}
		for part := range slices.Chunk(wanted, readAtOnce) {
			if err := b.readTexts(ctx, fresh, part); err != nil {
				return err
			}
			read += len(part)
			b.progress(read)
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.pages = fresh
	return nil
}

func (b *Book) progress(read int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = read
}

func (b *Book) readTexts(ctx context.Context, p *pages, ids []ticket.ID) error {
	tickets, err := b.store.Tickets(ctx, ids)
	if err != nil {
		return err
	}
	for i := range tickets {
		if tickets[i].Secrecy() == ticket.Visible {
			p.addText(&tickets[i])
		}
	}
	return nil
}

// Follow builds the book and keeps it up to date until the context ends. While
// it is drawn anew, the old one answers; what changes meanwhile is looked at
// afterwards.
func (b *Book) Follow(ctx context.Context, now func() time.Time, log *slog.Logger) {
	changes := b.store.Watch(ctx)
	built := make(chan error, 1)
	build := func() { go func() { built <- b.Build(ctx, now()) }() }
	build()
	building := true
	waiting := map[ticket.ID]ticket.Secrecy{}
	var due <-chan time.Time
	renew := time.NewTimer(renewEvery)
	defer renew.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case c, ok := <-changes:
			if !ok {
				return
			}
			waiting[c.Ticket] = c.Secrecy
			if !building && due == nil {
				due = time.After(gather)
			}
		case err := <-built:
			building = false
			if err == nil {
				due = time.After(0)
				renew.Reset(renewEvery)
				continue
			}
			if ctx.Err() == nil {
				log.Warn("重复工单的索引没有建成，稍后再建", "error", err)
				renew.Reset(retryAfter)
			}
		case <-renew.C:
			if !building {
				building = true
				build()
			}
		case <-due:
			due = nil
			if err := b.take(ctx, waiting); err != nil && ctx.Err() == nil {
				log.Warn("重复工单的索引没有跟上，稍后重建", "error", err)
				renew.Reset(retryAfter)
			}
			clear(waiting)
		}
	}
}

// take brings the book up to date with changed tickets.
func (b *Book) take(ctx context.Context, changed map[ticket.ID]ticket.Secrecy) error {
	fresh := b.unknown(changed)
	for part := range slices.Chunk(fresh, readAtOnce) {
		tickets, err := b.store.Tickets(ctx, part)
		if err != nil {
			return err
		}
		for i := range tickets {
			b.Enter(&tickets[i])
		}
	}
	return nil
}

// unknown forgets what is hidden now and lists what the book does not hold.
func (b *Book) unknown(changed map[ticket.ID]ticket.Secrecy) []ticket.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		return nil
	}
	var fresh []ticket.ID
	for id, secrecy := range changed {
		_, known := b.pages.slots[id]
		switch {
		case secrecy != ticket.Visible:
			b.pages.forget(id)
		case !known:
			fresh = append(fresh, id)
		}
	}
	slices.Sort(fresh)
	return fresh
}

// Enter lets a ticket be found at once, before the store's word of it comes.
func (b *Book) Enter(t *ticket.Ticket) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.pages == nil:
	case t.Secrecy() != ticket.Visible:
		b.pages.forget(t.ID)
	default:
		b.pages.addText(t)
		b.pages.addCaller(ticket.CallerNumber(t.CallerKey), t.ID)
	}
}
