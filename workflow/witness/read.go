package witness

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"slices"

	"huiyin/ticket"
	"huiyin/workflow"
)

// reading goes through the files of roots: first each file is verified, then
// what is sound goes into the book.
type reading struct {
	w         *Witness
	algorithm string
	store     string
	book      *book
	previous  *Root
	open      []workflow.Breach // found, and not explained by a later acceptance
	explained []workflow.Breach
	watch     func(*leaf, *Root) // hears every sound leaf with its root, when set
}

// fault is something wrong with a file of roots.
func fault(path, format string, args ...any) workflow.Breach {
	return workflow.Breach{Key: path, Kind: "root", Message: fmt.Sprintf(format, args...)}
}

// read reads all roots of both folders. What is wrong with them is reported;
// what a later acceptance explains is given apart. The error is one of reading.
func (w *Witness) read(ctx context.Context) (*reading, error) {
	r := &reading{w: w, book: newBook()}
	var err error
	if r.algorithm, err = w.Store.HashName(ctx); err != nil {
		return nil, err
	}
	if r.store, err = w.Store.Identity(ctx); err != nil {
		return nil, err
	}
	return r, r.all()
}

// all reads the files of all months.
func (r *reading) all() error {
	here, err := months(r.w.Dir)
	if err != nil {
		return err
	}
	there := []ticket.Month(nil)
	if r.w.Second != "" {
		if there, err = months(r.w.Second); err != nil {
			return err
		}
	}
	both := slices.Concat(here, there)
	slices.Sort(both)
	for _, m := range slices.Compact(both) {
		if err := r.month(m, slices.Contains(here, m), slices.Contains(there, m)); err != nil {
			return err
		}
	}
	return nil
}

// month reads the file of a month from the folder whose file is sound.
func (r *reading) month(m ticket.Month, here, there bool) error {
	first, second := monthFile(r.w.Dir, m), monthFile(r.w.Second, m)
	switch {
	case !here:
		r.open = append(r.open, fault(first, "不见了，第二处还有一份"))
		return r.take(second)
	case !there:
		return r.take(first)
	}
	own, err := r.verify(first)
	if err != nil {
		return err
	}
	if len(own.faults) == 0 {
		copied, err := r.verify(second)
		if err != nil {
			return err
		}
		// The second may be behind; it may not say otherwise.
		r.open = append(r.open, copied.faults...)
		for no, root := range copied.roots {
			if mine := own.roots[no]; mine == nil || mine.Hash() != root.Hash() {
				r.open = append(r.open, fault(second, "第%d号根与本机的不同", no))
			}
		}
		return r.fold(first, own)
	}
	copied, err := r.verify(second)
	if err != nil {
		return err
	}
	if len(copied.faults) == 0 {
		r.open = append(r.open, own.faults...)
		return r.fold(second, copied)
	}
	return r.fold(first, own)
}

func (r *reading) take(path string) error {
	v, err := r.verify(path)
	if err != nil {
		return err
	}
	return r.fold(path, v)
}

// verdict is a file of roots after it was looked at.
type verdict struct {
	sound  map[int]*Root   // by the number of its line
	roots  map[int64]*Root // those, by their own number
	last   *Root
	faults []workflow.Breach
	after  map[int]int // how many faults were found up to a line
}

// verify checks signatures, order and leaves of a file.
func (r *reading) verify(path string) (*verdict, error) {
	v := &verdict{sound: map[int]*Root{}, roots: map[int64]*Root{}, after: map[int]int{}}
	previous, sums, misplaced := r.previous, newHeads(r.algorithm), false
	var of int64
	err := lines(path, func(number int, _ int64, l *line) error {
		switch {
		case l == nil:
			v.fault(path, "第%d行不是根的记录，被改动过", number)
			misplaced = true
		case l.Leaves != nil:
			misplaced = misplaced || of != 0 && of != l.Of
			of = l.Of
			sums.add(l.Partition, l.Leaves)
		default:
			root, err := unseal(l, r.w.keys())
			switch {
			case root == nil:
				v.fault(path, "第%d行的根读不出来，被改动过", number)
			case errors.Is(err, errSignature):
				v.fault(path, "第%d号根（第%d行）被改动过，或不是用这里的密钥签的", root.No, number)
				root.doubtful = true // what follows cannot be held against it
				v.last, previous = root, root
			default:
				sound := r.follows(v, path, previous, root)
				if misplaced || of != 0 && of != root.No || !maps.Equal(sums.hex(), root.Heads) && len(sums.sums)+len(root.Heads) > 0 {
					v.fault(path, "第%d号根与它前面的记录不符，记录被改动过", root.No)
					sound = false
				}
				if sound {
					v.sound[number], v.roots[root.No] = root, root
				}
				v.after[number], v.last, previous = len(v.faults), root, root
			}
			of, sums, misplaced = 0, newHeads(r.algorithm), false
		}
		return nil
	})
	if errors.Is(err, os.ErrNotExist) {
		err = nil
	}
	if err != nil {
		return nil, fmt.Errorf("根文件 %s 读不了：%w", path, err)
	}
	return v, nil
}

func (v *verdict) fault(path, format string, args ...any) {
	v.faults = append(v.faults, fault(path, format, args...))
}

// follows checks a signed root against the one before it.
func (r *reading) follows(v *verdict, path string, previous, root *Root) bool {
	switch {
	case root.Store != r.store:
		v.fault(path, "第%d号根是另一个存储的", root.No)
		return false
	case previous == nil && root.No > 1:
		v.fault(path, "最早的根是第%d号，第1至%d号不见了", root.No, root.No-1)
	case previous != nil && root.No > previous.No+1:
		v.fault(path, "第%d至%d号根不见了", previous.No+1, root.No-1)
	case previous != nil && root.No <= previous.No:
		v.fault(path, "第%d号根排在第%d号之后，次序被改动过", root.No, previous.No)
		return false
	case previous != nil && !previous.doubtful && (root.Previous != previous.Hash() || root.At.Before(previous.At)):
		v.fault(path, "第%d号根接不上第%d号", root.No, previous.No)
	}
	return true
}

// fold takes the sound roots of a file into the book, and its faults to those
// that are open. An acceptance explains what was found before it.
func (r *reading) fold(path string, v *verdict) error {
	told := 0
	err := lines(path, func(number int, _ int64, l *line) error {
		root := v.sound[number]
		switch {
		case root != nil:
			r.open = append(r.open, v.faults[told:v.after[number]]...)
			told = v.after[number]
			r.root(root)
		case l != nil && l.Leaves != nil:
			if root := v.roots[l.Of]; root != nil {
				return unpack(l.Leaves, func(one leaf) { r.leaf(&one, root) })
			}
		}
		return nil
	})
	r.open = append(r.open, v.faults[told:]...)
	if v.last != nil {
		r.previous = v.last
	}
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	return err
}

func (r *reading) leaf(l *leaf, root *Root) {
	if r.watch != nil {
		r.watch(l, root)
		return
	}
	if root.Kind == Accepted {
		r.book.forget(l.id)
		if l.version == 0 {
			return
		}
	}
	if back, ok := r.book.add(l, root.No); !ok {
		r.open = append(r.open, workflow.Breach{Ticket: l.ticket(), Kind: "root", Message: fmt.Sprintf(
			"第%d号根时它已到第%d步，第%d号根时却是第%d步的另一份记录：存储曾被回退", back.root, back.from, back.next, back.to)})
	}
}

func (r *reading) root(root *Root) {
	if r.book.first == nil {
		r.book.first = root
	}
	r.book.last = root
	if root.Kind == Accepted {
		r.book.accepted = append(r.book.accepted, root)
		r.explained = append(r.explained, r.open...)
		r.open = nil
	}
}
