// Package witness keeps the store honest. Each hour it writes down, outside the
// store, where the hash chain of every ticket that moved now ends, chains that to
// what it wrote before, and signs it. Whoever can write in the store can make a
// chain anew, cut it, remove a ticket or put back an older store; none of it
// agrees with what was signed, and Check names the ticket.
package witness

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
)

// Witness makes roots of a store and checks it against them.
type Witness struct {
	Store *workflow.Store
	Key   *Key
	// Dir is the folder of the files of roots. Second is another one, best on
	// another machine, that gets the same; empty for none.
	Dir, Second string
	// Trusted are further public keys, in hex, by which roots may be signed: those
	// of the time before a key was lost.
	Trusted []string
	// Looks see every ticket that a check goes over, too.
	Looks []workflow.Look
}

func (w *Witness) keys() []string { return append([]string{w.Key.Public()}, w.Trusted...) }

// Root makes the next root as of now. What an earlier run did not do is in it,
// too; run twice it makes two roots that say the same. Errors are Chinese.
func (w *Witness) Root(ctx context.Context, now time.Time) (*Root, error) {
	unlock, err := lock(w.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	latest, err := w.latest(ctx)
	if err != nil {
		return nil, err
	}
	r := &Root{No: 1, Kind: First, At: now.UTC().Truncate(time.Second)}
	if latest != nil {
		r.No, r.Kind, r.Previous = latest.No+1, Hourly, latest.Hash()
		if r.At.Before(latest.At) {
			r.At = latest.At // a clock that went back does not disorder the roots
		}
	}
	moved, err := w.moved(ctx, latest, r)
	if err != nil {
		return nil, err
	}
	return r, w.write(ctx, r, moved)
}

// Latest is the last root of the folder, nil before the first. It asks only the
// files. Errors are Chinese.
func (w *Witness) Latest() (*Root, error) { return last(w.Dir, w.keys()) }

// latest is the last root of the folder, nil before the first. It refuses to go
// on where roots are lost, or another store's.
func (w *Witness) latest(ctx context.Context) (*Root, error) {
	r, err := last(w.Dir, w.keys())
	if err != nil {
		return nil, err
	}
	noted, err := w.noted(ctx)
	if err != nil {
		return nil, err
	}
	store, err := w.Store.Identity(ctx)
	switch {
	case err != nil:
		return nil, err
	case r != nil && r.Store != store:
		return nil, ticket.Refuse(ticket.ErrConflict, "other_store", "%s 里的根是另一个存储的：请换回原来的存储，或换一个数据目录", w.Dir)
	case r == nil && noted.No > 0, r != nil && r.No < noted.No:
		return nil, ticket.Refuse(ticket.ErrConflict, "roots_lost",
			"存储记着已有第%d号根，%s 里却没有：请把根文件放回原处（第二处也有一份）；找不回来的，由管理员运行 huiyin roots accept 说明原因后继续", noted.No, w.Dir)
	}
	return r, nil
}

// note is what the store itself remembers of the latest root.
type note struct {
	No   int64  `json:"no"`
	Hash string `json:"hash"`
}

// noteName is the document of this key's roots.
func (w *Witness) noteName() string { return "roots:" + w.Key.Public()[:16] }

func (w *Witness) noted(ctx context.Context) (n note, err error) {
	doc, err := w.Store.Document(ctx, w.noteName())
	if err != nil || doc == nil {
		return n, err
	}
	if err := json.Unmarshal(doc, &n); err != nil {
		return note{}, nil //nolint:nilerr // whoever spoils the note hides nothing: the files say more
	}
	return n, nil
}

// write signs a root and puts it, with its leaves, on the disk, in both places,
// and into the store's memory.
func (w *Witness) write(ctx context.Context, r *Root, moved map[int][]leaf) error {
	var err error
	if r.Store, err = w.Store.Identity(ctx); err != nil {
		return err
	}
	if r.Algorithm, err = w.Store.HashName(ctx); err != nil {
		return err
	}
	err = appendTo(monthFile(w.Dir, ticket.MonthOf(r.At)), func(out io.Writer) error { return w.writeLines(out, r, moved) })
	if err != nil {
		return err
	}
	doc, err := json.Marshal(note{No: r.No, Hash: r.Hash()})
	if err != nil {
		return err
	}
	if err := w.Store.PutDocument(ctx, w.noteName(), doc); err != nil {
		return err
	}
	if w.Second == "" {
		return nil
	}
	return mirror(w.Dir, w.Second)
}

func (w *Witness) writeLines(out io.Writer, r *Root, moved map[int][]leaf) error {
	lines := json.NewEncoder(out)
	sums := newHeads(r.Algorithm)
	for p := range len(r.Places) {
		for leaves := moved[p]; len(leaves) > 0; {
			n := min(len(leaves), lineLeaves)
			packed := pack(leaves[:n])
			sums.add(p, packed)
			if err := lines.Encode(line{Of: r.No, Partition: p, Leaves: packed}); err != nil {
				return err
			}
			r.Tickets += n
			leaves = leaves[n:]
		}
	}
	r.Heads = sums.hex()
	signed, err := seal(w.Key, r)
	if err != nil {
		return err
	}
	_, err = out.Write(append(signed, '\n'))
	return err
}

// String is the root in one line, for a log and for whoever keeps it on paper.
func (r *Root) String() string {
	hash := hex.EncodeToString(r.hash)
	return fmt.Sprintf("第%d号根 %s，%d 件有变化", r.No, hash[:min(16, len(hash))], r.Tickets)
}

// Still runs f while no roots are made, so that a copy of the folder and a copy
// of the store agree about the last one.
func (w *Witness) Still(f func() error) error {
	unlock, err := lock(w.Dir)
	if err != nil {
		return err
	}
	defer unlock()
	return f()
}
