package policyfile

import (
	"slices"
	"strings"
)

// Change is a row that differs between two states of a file. Before is nil for
// an added row, After for a removed one. Line is that in the later file, for a
// removed row that in the earlier one.
type Change struct {
	Line          int
	Before, After []string
}

// Comparison is what differs between two states of a file.
type Comparison struct {
	Added, Removed, Changed []Change
	Reordered               bool // the same rows in another order
	Notes                   bool // explanations differ
}

// Same reports whether nothing differs.
func (c Comparison) Same() bool {
	return len(c.Added)+len(c.Removed)+len(c.Changed) == 0 && !c.Reordered && !c.Notes
}

// Compare tells what became of the rows. A row that went and one that came
// with the same first cell, and most others alike, are one row that changed.
func Compare(before, after *Sheet) Comparison {
	gone, come, reordered := unmatched(before.Rows, after.Rows)
	byFirst := map[string][]int{} // first cell -> places in come
	for i, r := range come {
		byFirst[r.Cells[0]] = append(byFirst[r.Cells[0]], i)
	}
	c := Comparison{Reordered: reordered, Notes: !slices.Equal(before.notes(), after.notes())}
	paired := map[int]bool{}
	for _, old := range gone {
		best, most := -1, len(old.Cells)/2-1
		for _, i := range byFirst[old.Cells[0]] {
			if n := alike(old.Cells, come[i].Cells); !paired[i] && n > most {
				best, most = i, n
			}
		}
		if best < 0 {
			c.Removed = append(c.Removed, Change{Line: old.Line, Before: old.Cells})
			continue
		}
		paired[best] = true
		c.Changed = append(c.Changed, Change{Line: come[best].Line, Before: old.Cells, After: come[best].Cells})
	}
	for i, r := range come {
		if !paired[i] {
			c.Added = append(c.Added, Change{Line: r.Line, After: r.Cells})
		}
	}
	slices.SortStableFunc(c.Changed, func(a, b Change) int { return a.Line - b.Line })
	return c
}

// unmatched leaves out the rows that stand in both, as often as they stand,
// and tells whether those are in another order.
func unmatched(before, after []SheetRow) (gone, come []SheetRow, reordered bool) {
	left := make(map[string]int, len(before))
	for _, r := range before {
		left[r.key()]++
	}
	var kept []string
	matched := map[string]int{}
	for _, r := range after {
		if key := r.key(); left[key] > 0 {
			left[key]--
			matched[key]++
			kept = append(kept, key)
			continue
		}
		come = append(come, r)
	}
	at := 0
	for _, r := range before {
		key := r.key()
		if matched[key] == 0 {
			gone = append(gone, r)
			continue
		}
		matched[key]--
		reordered = reordered || kept[at] != key
		at++
	}
	return gone, come, reordered
}

func (r SheetRow) key() string { return strings.Join(r.Cells, "\x00") }

func alike(a, b []string) int {
	n := 0
	for i := range min(len(a), len(b)) {
		if i > 0 && a[i] == b[i] {
			n++
		}
	}
	return n
}

func (s *Sheet) notes() []string {
	notes := slices.Clone(s.top)
	for _, r := range s.Rows {
		notes = append(notes, r.above...)
	}
	notes = append(notes, s.tail...)
	return slices.DeleteFunc(notes, func(line string) bool { return line == "" })
}

// Replay makes the changes between two states in a third, and returns those
// that found no place: the row that they change is no longer there. A new row
// comes after the one that it came after.
func (c Comparison) Replay(mine, onto *Sheet) (left []Change) {
	find := func(cells []string) int {
		key := strings.Join(cells, "\x00")
		return slices.IndexFunc(onto.Rows, func(r SheetRow) bool { return r.key() == key })
	}
	for _, change := range append(slices.Clone(c.Removed), c.Changed...) {
		i := find(change.Before)
		switch {
		case i < 0 && change.After == nil: // it went there, too
		case i < 0:
			left = append(left, change)
		case change.After == nil:
			onto.Delete(i)
		case onto.Set(i, change.After) != nil:
			left = append(left, change)
		}
	}
	for _, change := range c.Added {
		if find(change.After) >= 0 {
			continue
		}
		at := slices.IndexFunc(mine.Rows, func(r SheetRow) bool { return r.Line == change.Line })
		to := 0
		if at > 0 {
			if to = find(mine.Rows[at-1].Cells) + 1; to == 0 {
				to = len(onto.Rows)
			}
		}
		if onto.Insert(to, change.After) != nil {
			left = append(left, change)
		}
	}
	return left
}
