package reports

import (
	"slices"
	"time"

	"huiyin/ticket"
)

// tally is what the report keeps of an earlier period: counts, no facts.
type tally struct {
	received                              int
	cats, channels, kinds, units, areas   []int
	joint                                 int // tickets with co-units
	jointTimes                            int // co-units in all
	auto, confidential, rejected, merged  int
	answeredConsults, urgent, transferred int
}

func (t *tally) take(f *ticket.Fact, at place) {
	t.received++
	t.cats[at.cat]++
	t.channels[at.channel]++
	t.kinds[at.kind]++
	t.units = bump(t.units, int(at.unit))
	t.areas = bump(t.areas, int(at.area))
	if f.CoUnits > 0 {
		t.joint++
		t.jointTimes += f.CoUnits
	}
	if f.Auto {
		t.auto++
	}
	if f.Confidential {
		t.confidential++
	}
	if f.Urgency != ticket.Ordinary {
		t.urgent++
	}
	switch f.State {
	case ticket.Rejected:
		t.rejected++
	case ticket.Merged:
		t.merged++
	case ticket.Transferred:
		t.transferred++
	case ticket.Answered:
		if f.Kind == ticket.Consult {
			t.answeredConsults++
		}
	}
}

// bump counts in a list that grows with the names that were met.
func bump(counts []int, i int) []int {
	if i >= len(counts) {
		counts = append(counts, make([]int, i+1-len(counts))...)
	}
	counts[i]++
	return counts
}

func at(counts []int, i int) int {
	if i < len(counts) {
		return counts[i]
	}
	return 0
}

// place is where a fact falls in each of the lists. A month may hold a million.
type place struct{ cat, channel, kind, unit, area uint16 }

// names gives texts small numbers in the order in which they are met.
type names struct {
	index  map[string]int
	list   []string
	recent recent
}

// recent keeps where names were found: a month asks for a few dozen a million
// times, and a text that is the same one in memory is compared at once.
type recent [64]found

type found struct {
	name  string
	i     int
	known bool
}

func (r *recent) of(s string) *found {
	if s == "" {
		return &r[0]
	}
	n := len(s)
	return &r[(int(s[0])*7+int(s[n/2])*13+int(s[n-1])+n)%len(r)]
}

func newNames() *names { return &names{index: map[string]int{}} }

func (n *names) of(s string) int {
	kept := n.recent.of(s)
	if kept.known && kept.name == s {
		return kept.i
	}
	i, ok := n.index[s]
	if !ok {
		i = len(n.list)
		n.index[s] = i
		n.list = append(n.list, s)
	}
	*kept = found{s, i, true}
	return i
}

// catalog is the policy's categories as the report shows them. The sealed ones
// stand together in one line, so that nobody learns from a small number who
// reported what; codes that the policy does not know stand in another.
type catalog struct {
	list             []ticket.Category
	index            map[string]int
	sealed, unlisted int
	enforcement      []bool
	recent           recent
}

const (
	sealedCode   = "SEALED"
	unlistedCode = "UNLISTED"
)

func newCatalog(categories ticket.Categories) catalog {
	c := catalog{index: map[string]int{}}
	for _, cat := range categories {
		if !cat.Sealed {
			c.index[cat.Code] = len(c.list)
			c.list = append(c.list, cat)
		}
	}
	c.sealed = len(c.list)
	c.list = append(c.list, ticket.Category{Code: sealedCode, Name: "涉嫌违纪线索（合并列示）", Group: "行政执法", Field: "其他", Enforcement: true, Sealed: true})
	for _, cat := range categories {
		if cat.Sealed {
			c.index[cat.Code] = c.sealed
		}
	}
	c.unlisted = len(c.list)
	c.list = append(c.list, ticket.Category{Code: unlistedCode, Name: "目录外或未分类", Group: "其他", Field: "其他"})
	for _, cat := range c.list {
		c.enforcement = append(c.enforcement, cat.Enforcement)
	}
	return c
}

func (c *catalog) of(code string) int {
	kept := c.recent.of(code)
	if kept.known && kept.name == code {
		return kept.i
	}
	i, ok := c.index[code]
	if !ok {
		i = c.unlisted
	}
	*kept = found{code, i, true}
	return i
}

// other is true for what no matter of the bureau is said of: not ours, not
// judged, praise, unlisted.
func (c *catalog) other(i int) bool {
	switch c.list[i].Code {
	case ticket.NotOurs, ticket.Unjudged, ticket.PraiseFor, unlistedCode:
		return true
	}
	return false
}

// flow counts receipts, closings and the stock of open tickets by slot.
type flow struct {
	closed []int // by slot of closing
	change []int // of the stock, by slot
}

// take: a ticket that left without a closing of its own (merged, handed over)
// is never in the stock; one that was closed after the report's cutoff still is.
func (fl *flow) take(received, closed int, left bool) {
	if closed >= 0 {
		fl.closed[closed]++
	}
	if left {
		return
	}
	fl.change[received]++
	if closed >= 0 {
		fl.change[closed]--
	}
}

// open is the stock at the end of each slot.
func (fl *flow) open() []int {
	stock, out := 0, make([]int, len(fl.change))
	for i, d := range fl.change {
		stock += d
		out[i] = stock
	}
	return out
}

// leftQuietly: merged into another or handed over, without a closing of its own.
func leftQuietly(f *ticket.Fact) bool {
	return f.ClosedAt.IsZero() && (f.State == ticket.Merged || f.State == ticket.HandedOver)
}

// closedSlot finds the slot of closing of a ticket received in slot i; -1
// while it is open at the cutoff.
func (b *builder) closedSlot(i int, t time.Time) int {
	u := t.Unix()
	if t.IsZero() || u >= b.cutoff {
		return -1
	}
	for i < b.self && u >= b.starts[i+1] {
		i++
	}
	return i
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}
