package witness

import (
	"context"
	"slices"

	"huiyin/ticket"
	"huiyin/workflow"
)

// readBatch is how many heads are read at a time.
const readBatch = 500

// moved reads the heads of the tickets that moved since the latest root, by
// partition, and fills in where reading goes on. Where the store no longer knows
// all that happened since, every ticket there is compared with what was written.
func (w *Witness) moved(ctx context.Context, latest, r *Root) (map[int][]leaf, error) {
	var places []workflow.Place
	if latest != nil {
		places = latest.Places
	}
	changes, err := w.Store.ChangesSince(ctx, places)
	if err != nil {
		return nil, err
	}
	moved, walk := map[int][]leaf{}, map[int]bool{}
	for p := range changes {
		r.Places = append(r.Places, changes[p].Upto)
		if latest == nil || !changes[p].Whole {
			walk[p] = true
			continue
		}
		if err := w.heads(ctx, changes[p].Tickets, func(l leaf) { moved[p] = append(moved[p], l) }); err != nil {
			return nil, err
		}
	}
	if len(walk) == 0 {
		return moved, nil
	}
	known := newBook()
	if latest != nil {
		read, err := w.read(ctx)
		if err != nil {
			return nil, err
		}
		known = read.book
	}
	return moved, w.walk(ctx, known, walk, moved)
}

// walk reads the heads of all tickets of some partitions and keeps those that
// are not as written.
func (w *Witness) walk(ctx context.Context, known *book, partitions map[int]bool, moved map[int][]leaf) error {
	ids := map[int][]uint64{}
	err := w.Store.EachTicket(ctx, func(p int, id ticket.ID) error {
		if partitions[p] {
			ids[p] = append(ids[p], id.Bits())
		}
		return nil
	})
	if err != nil {
		return err
	}
	for p, found := range ids {
		slices.Sort(found)
		found = slices.Compact(found)
		batch := make([]ticket.ID, 0, readBatch)
		for part := range slices.Chunk(found, readBatch) {
			batch = batch[:0]
			for _, bits := range part {
				batch = append(batch, ticket.IDFromBits(bits))
			}
			err := w.heads(ctx, batch, func(l leaf) {
				if !known.says(&l) {
					moved[p] = append(moved[p], l)
				}
			})
			if err != nil {
				return err
			}
		}
		delete(ids, p)
	}
	return nil
}

func (w *Witness) heads(ctx context.Context, ids []ticket.ID, each func(leaf)) error {
	for part := range slices.Chunk(ids, readBatch) {
		heads, err := w.Store.ChainHeads(ctx, part)
		if err != nil {
			return err
		}
		for i := range heads {
			each(leafOf(&heads[i]))
		}
	}
	return nil
}
