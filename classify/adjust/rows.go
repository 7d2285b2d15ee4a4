package adjust

import (
	"cmp"
	"maps"
	"math"
	"slices"
)

// support is what speaks for changing a pair: groups of tickets that are judged
// wrongly, and that more (up) or less (down) weight would help.
type support struct{ up, down map[int]bool }

// learn learns from the items that skip does not leave out.
func (b *Bench) learn(skip func(i int) bool) []Row {
	supports := b.supports(skip)
	var standing, fresh []pair
	for _, p := range slices.SortedFunc(maps.Keys(supports), comparePairs) {
		if b.byHand[p] || !b.enough(p, supports[p], skip) {
			continue
		}
		if _, stands := b.learned[p]; stands {
			standing = append(standing, p)
		} else {
			fresh = append(fresh, p)
		}
	}
	// What was learned before is mended first; only what is left asks for new rows.
	f := b.newFit(skip)
	deltas := append(f.run(standing), f.run(fresh)...)
	var rows []Row
	for n, p := range append(standing, fresh...) {
		if row, ok := b.row(p, deltas[n], skip); ok {
			rows = append(rows, row)
		}
	}
	return b.strongest(rows)
}

// enough reports whether a pair has the tickets behind it that a change needs.
// One that has no row must also be mostly of the category.
func (b *Bench) enough(p pair, s support, skip func(i int) bool) bool {
	_, stands := b.learned[p]
	if max(len(s.up), len(s.down)) < b.options.Tickets || !stands && len(s.up) < b.options.Tickets {
		return false
	}
	callers, all, own := map[string]bool{}, 0, 0
	for _, u := range b.words[p.word].items {
		if skip != nil && skip(u.item) {
			continue
		}
		x := &b.items[u.item]
		callers[x.caller] = true
		all++
		if x.label == p.category {
			own++
		}
	}
	return len(callers) >= b.options.Callers && (stands || float64(own) >= b.options.Share*float64(all))
}

func comparePairs(a, b pair) int {
	return cmp.Or(cmp.Compare(a.category, b.category), cmp.Compare(a.word, b.word))
}

// supports counts for each pair the groups of wrongly judged items.
func (b *Bench) supports(skip func(i int) bool) map[pair]support {
	supports := map[pair]support{}
	of := func(p pair) support {
		s, known := supports[p]
		if !known {
			s = support{map[int]bool{}, map[int]bool{}}
			supports[p] = s
		}
		return s
	}
	for i := range b.items {
		x := &b.items[i]
		if !x.wrong() || skip != nil && skip(i) {
			continue
		}
		for _, f := range x.words {
			of(pair{f.Word, x.label}).up[x.group] = true
			of(pair{f.Word, x.judged}).down[x.group] = true
		}
	}
	return supports
}

// grain is how finely weights are written: as people write them.
const grain = 0.1

// evidenceMax is how many tickets a row names.
const evidenceMax = 20

// row makes a row of an addition; false when it is not worth one.
func (b *Bench) row(p pair, delta float64, skip func(i int) bool) (Row, bool) {
	before := b.learned[p]
	after := math.Round((before+delta)/grain) * grain
	if math.Abs(after) < b.options.LeastWeight {
		after = 0
	}
	if math.Abs(after-before) < b.options.LeastWeight {
		return Row{}, false
	}
	r := Row{Word: b.words[p.word].text, Category: b.codes[p.category], Before: before, After: round(after)}
	b.behind(&r, p, delta > 0, skip)
	return r, true
}

// behind fills in which tickets stand behind a row.
func (b *Bench) behind(r *Row, p pair, up bool, skip func(i int) bool) {
	callers := map[string]bool{}
	var others []string
	for _, u := range b.words[p.word].items {
		if skip != nil && skip(u.item) {
			continue
		}
		x := &b.items[u.item]
		callers[x.caller] = true
		if x.label == p.category {
			r.For++
		} else {
			r.Against++
		}
		if x.wrong() && (up && x.label == p.category || !up && x.judged == p.category) {
			r.Mended++
			r.Evidence = append(r.Evidence, b.cases[u.item].ID)
		} else {
			others = append(others, b.cases[u.item].ID)
		}
	}
	r.Callers = len(callers)
	r.Evidence = append(r.Evidence, others...)
	r.Evidence = r.Evidence[:min(len(r.Evidence), evidenceMax)]
}

func round(v float64) float64 { return math.Round(v*100) / 100 }

// strongest keeps the rows that change most for most tickets, and orders them
// as a person reads them: category by category, the largest change first.
func (b *Bench) strongest(rows []Row) []Row {
	gain := func(r Row) float64 { return math.Abs(r.After-r.Before) * math.Sqrt(float64(r.Mended)) }
	slices.SortStableFunc(rows, func(x, y Row) int { return cmp.Compare(gain(y), gain(x)) })
	rows = rows[:min(len(rows), b.options.Rows)]
	slices.SortStableFunc(rows, func(x, y Row) int { return cmp.Compare(x.Category, y.Category) })
	return rows
}
