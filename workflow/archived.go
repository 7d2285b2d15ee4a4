package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/archive"
	"huiyin/workflow/refusal"
)

// A ticket that was finished long ago lies in the archive. The store keeps its
// version, its source, the end of its chain, its fact and where it lies, so
// that it is listed, counted and witnessed as before, and its texts are read
// from the archive when somebody asks for them. A step that opens it again lays
// it in the store anew; the caller's personal data, which no step changes, goes
// on lying in the archive.

// lay puts into a ticket's fields what lies in the archive.
func (s *Store) lay(id ticket.ID, fields map[string]string) error {
	where := fields[archiveField]
	if where == "" {
		return nil
	}
	ref, err := archive.ParseRef(where)
	if err != nil {
		return archiveTrouble(id, err)
	}
	if s.archive == nil {
		return archiveTrouble(id, archive.ErrMissing)
	}
	record, sealed, err := s.archive.Read(ref)
	if err != nil {
		return archiveTrouble(id, fmt.Errorf("%s：%w", ref.File, err))
	}
	if fields[shelfField] == "" && fields[bodyField] == "" {
		fields[shelfField] = string(record)
	}
	if fields[sealedField] == "" && len(sealed) > 0 {
		fields[sealedField] = string(sealed)
	}
	return nil
}

// archiveTrouble counts as damage: the ticket cannot be shown, fsck names it.
func archiveTrouble(id ticket.ID, err error) error {
	return refusal.Archived(id, archiveText(err), err)
}

func archiveText(err error) string {
	switch {
	case errors.Is(err, archive.ErrMissing):
		return archive.ErrMissing.Error()
	case errors.Is(err, archive.ErrDamaged):
		return archive.ErrDamaged.Error()
	}
	return "归档文件读不了"
}

// ArchiveResult is what an archiving did.
type ArchiveResult struct {
	Tickets int `json:"tickets"`
	Files   int `json:"files"`
	Bytes   int `json:"bytes"` // that the store no longer keeps
}

// archiveBatch is how many tickets one file holds at most: what is held in
// memory while it is written.
const archiveBatch = 20_000

// Archive moves the tickets whose last step was taken before a month, and that
// are finished, from the store to the archive, oldest months first. What is
// sealed for discipline inspection stays. A run that was cut short is made
// good by the next. Errors are Chinese.
func (s *Store) Archive(ctx context.Context, before ticket.Month) (done ArchiveResult, err error) {
	if s.archive == nil {
		return done, errors.New("没有归档目录")
	}
	months, err := s.Months(ctx)
	if err != nil {
		return done, err
	}
	waiting := map[ticket.Month][]archived{}
	flush := func(m ticket.Month) error {
		err := s.file(ctx, m, waiting[m], &done)
		delete(waiting, m)
		return err
	}
	for _, m := range months {
		if m >= before {
			break
		}
		facts, err := s.facts(ctx, m, func(secrecy ticket.Secrecy) bool { return secrecy == ticket.Visible })
		if err != nil {
			return done, err
		}
		var ids []ticket.ID
		for i := range facts {
			if facts[i].State.Info().Type == ticket.Final && facts[i].ClosedAt.Before(before.Start()) {
				ids = append(ids, facts[i].ID)
			}
		}
		for part := range slices.Chunk(ids, fsckBatch) {
			ready, err := s.ripe(ctx, part, before.Start())
			if err != nil {
				return done, err
			}
			for _, r := range ready {
				month := ticket.MonthOf(r.finished)
				if waiting[month] = append(waiting[month], r); len(waiting[month]) >= archiveBatch {
					if err := flush(month); err != nil {
						return done, err
					}
				}
			}
		}
		for finished := range waiting {
			if finished < m { // few of a later month were finished so early
				if err := flush(finished); err != nil {
					return done, err
				}
			}
		}
	}
	for finished := range waiting {
		if err := flush(finished); err != nil {
			return done, err
		}
	}
	return done, nil
}

// archived is a ticket on its way to the archive.
type archived struct {
	archive.Entry
	version  string
	finished time.Time // its last step
}

// ripe reads the tickets of a batch that may leave. One that cannot be read
// stays where it is.
func (s *Store) ripe(ctx context.Context, ids []ticket.ID, before time.Time) ([]archived, error) {
	pipe := s.rdb.Pipeline()
	hashes := make([]*redis.MapStringStringCmd, len(ids))
	for i, id := range ids {
		hashes[i] = pipe.HGetAll(ctx, ticketKey(s.partition(id), id))
	}
	if _, err := pipe.Exec(ctx); err != nil {
		return nil, refusal.Of("", err)
	}
	var ready []archived
	for i, id := range ids {
		fields := hashes[i].Val()
		shelf := fields[shelfField]
		if shelf == "" || s.lay(id, fields) != nil {
			continue
		}
		t, err := s.decode(id, fields)
		if err != nil || len(t.Events) == 0 {
			continue // fsck names it
		}
		last := t.Events[len(t.Events)-1].At
		if !last.Before(before) || t.State.Info().Type != ticket.Final {
			continue
		}
		head := t.Ticket
		head.Events = nil
		ready = append(ready, archived{
			Entry:   archive.Entry{Ticket: &head, Head: t.head, Record: []byte(shelf), Sealed: []byte(fields[sealedField])},
			version: fields[versionField], finished: last,
		})
	}
	return ready, nil
}

// file writes a file and lets the store forget what is in it.
func (s *Store) file(ctx context.Context, m ticket.Month, batch []archived, done *ArchiveResult) error {
	entries := make([]archive.Entry, len(batch))
	for i := range batch {
		entries[i] = batch[i].Entry
	}
	refs, err := s.archive.Write(m, entries)
	if err != nil {
		return err
	}
	done.Files++
	calls := make([]call, len(batch))
	for i := range batch {
		id := batch[i].Ticket.ID
		calls[i] = call{keys: []string{ticketKey(s.partition(id), id)}, args: []any{batch[i].version, refs[i].String()}}
	}
	at := 0
	for part := range slices.Chunk(calls, fsckBatch) {
		for _, cmd := range pipeline(ctx, s.rdb, archiveScript, part) {
			moved, err := cmd.Int()
			if err != nil {
				return refusal.Of(batch[at].Ticket.ID, err)
			}
			if moved == 1 {
				done.Tickets++
				done.Bytes += len(batch[at].Record) + len(batch[at].Sealed)
			}
			at++
		}
	}
	return nil
}
