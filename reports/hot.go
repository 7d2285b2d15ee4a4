package reports

import (
	"cmp"
	"slices"
	"time"

	"huiyin/ticket"
)

// Hot is section 4: the matters that most callers came with (高频事项).
type Hot struct {
	Total int       `json:"total"` // the denominator of the shares: all received
	Items []HotItem `json:"items"`
	// Covered is the share of the listed items together.
	Covered Rate `json:"covered"`
	// Rising lists items outside the list that rose as fast as a listed one
	// must to be called rising; Previous those of the month before, and what
	// became of them.
	Rising   []Item `json:"rising"`
	Previous []Item `json:"previous"`
}

// Flag tells how a matter moves.
type Flag string

// The flags.
const (
	FlagNew      Flag = "新增"
	FlagRising   Flag = "上升"
	FlagStubborn Flag = "顽固"
)

// HotItem is a high-frequency matter.
type HotItem struct {
	Rank        int     `json:"rank"`
	Code        string  `json:"code"`
	Name        string  `json:"name"`
	Group       string  `json:"group"`
	Enforcement bool    `json:"enforcement"`
	Count       int     `json:"count"`
	Share       Rate    `json:"share"`
	Cumulated   Rate    `json:"cumulated"` // with those above it
	MoM         Change  `json:"mom"`
	YoY         Change  `json:"yoy"`
	Flags       []Flag  `json:"flags"`
	Listed      int     `json:"listed"`    // months in the list, of …
	ListedOf    int     `json:"listed_of"` // … the last so many with data
	Callers     int     `json:"callers"`   // different known callers
	Repeaters   int     `json:"repeaters"` // of them, so often that they count as repeat callers
	Units       []Count `json:"units"`     // lead units, most first
	Satisfied   Rate    `json:"satisfied"` // of those closed in the month and asked
	Trend       []int   `json:"trend"`     // the periods of the trend, this one last; -1 without data
}

// Has reports whether the item carries a flag.
func (i *HotItem) Has(f Flag) bool { return slices.Contains(i.Flags, f) }

// listed are the categories that a month's counts put into the list: the top
// N that are not sealed or other, with at least the share, most first.
func (b *builder) listed(t *tally) []int {
	var order []int
	for i := range b.cats.list {
		if t.cats[i] > 0 && i != b.cats.sealed && !b.cats.other(i) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(x, y int) int { return cmp.Compare(t.cats[y], t.cats[x]) })
	rules := b.policy.Rules
	for n, i := range order {
		share := float64(t.cats[i]) / float64(t.received)
		if n == rules.TopN || share < rules.TopShare || t.cats[i] < rules.TopLeast {
			return order[:n]
		}
	}
	return order
}

func (b *builder) hot() Hot {
	own := b.own()
	list := b.listed(own)
	out := Hot{Total: own.received, Covered: Rate{Den: own.received}}
	callers := b.callersOf()
	for n, i := range list {
		item := b.hotItem(i)
		item.Callers, item.Repeaters = callers[i].all, callers[i].repeaters
		item.Rank = n + 1
		out.Covered.Num += item.Count
		item.Cumulated = out.Covered
		out.Items = append(out.Items, item)
	}
	rank := ranks(own.cats)
	before := ranks(b.compared(b.prev).cats)
	item := func(i int) Item {
		count := func(t *tally) int { return t.cats[i] }
		c := b.cats.list[i]
		return Item{Code: c.Code, Name: c.Name, Count: own.cats[i], Share: Rate{own.cats[i], own.received},
			MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count), Rank: rank[i], RankBefore: before[i]}
	}
	for i := range b.cats.list {
		if !slices.Contains(list, i) && i != b.cats.sealed && !b.cats.other(i) && b.rises(item(i).MoM) {
			out.Rising = append(out.Rising, item(i))
		}
	}
	if b.hasData(b.prev) {
		for _, i := range b.listed(b.compared(b.prev)) {
			out.Previous = append(out.Previous, item(i))
		}
	}
	return out
}

func (b *builder) hotItem(i int) HotItem {
	own := b.own()
	count := func(t *tally) int { return t.cats[i] }
	c := b.cats.list[i]
	item := HotItem{
		Code: c.Code, Name: c.Name, Group: c.Group, Enforcement: c.Enforcement,
		Count: own.cats[i], Share: Rate{own.cats[i], own.received},
		MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count),
		Units: b.leadUnits(i), Satisfied: b.current.byCat[i].Satisfied.Raw, Trend: b.series(count),
	}
	b.flag(&item, i)
	return item
}

// rises: by the ratio and by the number that the policy asks for. From nothing
// to that number is a rise as well.
func (b *builder) rises(c Change) bool {
	rules := b.policy.Rules
	if !c.Known || c.Diff() < max(1, rules.RiseCount) {
		return false
	}
	ratio, ok := c.Ratio()
	return !ok || ratio >= rules.RiseRatio
}

// flag counts the last months, the period's last included, in which the item
// was listed. An item is new when none of those before the period listed it; a
// period longer than that is compared with the period before.
func (b *builder) flag(item *HotItem, i int) {
	rules := b.policy.Rules
	start := ticket.MonthOf(b.of.Start())
	before, earlier := 0, 0
	last := ticket.MonthOf(time.Unix(b.cutoff-1, 0))
	for k := range rules.StubbornOf {
		month := last.Add(-k)
		if k > 0 && (b.since == "" || month < b.since) {
			break
		}
		item.ListedOf++
		listed := b.monthly[month] != nil && slices.Contains(b.listed(b.monthly[month]), i)
		if listed {
			item.Listed++
		}
		if month < start {
			earlier++
			if listed {
				before++
			}
		}
	}
	if earlier == 0 && b.hasData(b.prev) {
		earlier = 1
		if slices.Contains(b.listed(b.compared(b.prev)), i) {
			before = 1
		}
	}
	if before == 0 && earlier > 0 {
		item.Flags = append(item.Flags, FlagNew)
	}
	if b.rises(item.MoM) {
		item.Flags = append(item.Flags, FlagRising)
	}
	if item.Listed >= rules.StubbornMonths {
		item.Flags = append(item.Flags, FlagStubborn)
	}
}

// callersOf counts, by category, the known callers and those who are repeat callers.
func (b *builder) callersOf() []struct{ all, repeaters int } {
	out := make([]struct{ all, repeaters int }, len(b.cats.list))
	b.callers().each(func(cat uint16, times int) {
		out[cat].all++
		if times >= b.policy.Rules.RepeatTimes {
			out[cat].repeaters++
		}
	})
	return out
}

func (b *builder) leadUnits(cat int) []Count {
	byUnit := map[string]int{}
	total := 0
	for _, n := range b.ofCategory(cat) {
		total++
		byUnit[b.facts[n].Lead]++
	}
	return b.unitCounts(byUnit, total)
}

func (b *builder) unitCounts(byUnit map[string]int, total int) []Count {
	var out []Count
	for _, code := range sortedKeys(byUnit) {
		out = append(out, Count{Code: code, Name: b.unitName(code), Count: byUnit[code], Share: Rate{byUnit[code], total}})
	}
	slices.SortStableFunc(out, func(x, y Count) int {
		// what has no unit stands last: it names nobody
		return cmp.Or(boolCompare(x.Code == "", y.Code == ""), cmp.Compare(y.Count, x.Count))
	})
	return out
}

// confidential tickets and those handed over are counted, never read or listed.
func readable(f *ticket.Fact) bool { return !f.Confidential && f.State != ticket.HandedOver }
