package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// FlagGroup marks a matter of which many different people complained within days.
const FlagGroup Flag = "群体"

// FlagGone marks a matter of the month before that did not come back.
const FlagGone Flag = "平息"

// Matters is what lies below the categories: groups of tickets about the same
// thing (高频事项中的具体事项).
type Matters struct {
	Read    Rate `json:"read"`    // tickets whose text was read, of those received
	Least   int  `json:"least"`   // fewer tickets are no matter
	Found   int  `json:"found"`   // matters in all
	Covered Rate `json:"covered"` // tickets of all matters, of those read
	// Compared counts the months before with which the matters were compared,
	// of which Of could be.
	Compared int          `json:"compared"`
	Of       int          `json:"of"`
	Items    []Matter     `json:"items"` // most tickets first
	Gone     []GoneMatter `json:"gone"`
}

// Matter is one thing of which several complain.
type Matter struct {
	Rank     int         `json:"rank"`
	Title    string      `json:"title"`    // masked
	Key      string      `json:"key"`      // by which it is known again in another month
	Code     string      `json:"code"`     // of the category of most of its tickets
	Category string      `json:"category"` // its name
	Count    int         `json:"count"`
	Callers  int         `json:"callers"` // different known callers
	Known    Rate        `json:"known"`   // tickets with a known caller
	First    ticket.Date `json:"first"`
	Last     ticket.Date `json:"last"`
	Days     int         `json:"days"` // different days on which one came
	// Repeaters are callers who came with it so often that they count as repeat
	// callers; Group is the days with most different ones, nil when too few.
	Repeaters int     `json:"repeaters"`
	Group     *Group  `json:"group,omitempty"`
	Units     []Count `json:"units"`
	Counties  []Count `json:"counties"`
	// Satisfied of its tickets that were called back.
	Satisfied Rate      `json:"satisfied"`
	MoM       Change    `json:"mom"`
	Flags     []Flag    `json:"flags"`
	Months    int       `json:"months"` // it came up in, of those compared and this one
	Trend     []int     `json:"trend"`  // this month last; -1 where nothing is known
	Typical   []Typical `json:"typical"`
	// Keywords tell its titles from other Chinese, the weightiest first.
	Keywords []string    `json:"keywords,omitempty"`
	Tickets  []ticket.ID `json:"tickets"`
}

// Has reports whether the matter carries a flag.
func (m *Matter) Has(f Flag) bool { return slices.Contains(m.Flags, f) }

// GoneMatter was one in the month before and is none any more.
type GoneMatter struct {
	Title string `json:"title"`
	Count int    `json:"count"` // then
}

// pastReadings are the readings of the months before, the latest first; nil
// where there is none.
func (b *builder) pastReadings() []*Reading {
	out := make([]*Reading, b.policy.Rules.StubbornOf-1)
	if month := b.of.Month(); month != "" && b.scope.Whole() {
		for i := range out {
			out[i] = b.readings[month.Add(-1-i)]
		}
	}
	return out
}

func (b *builder) matters() Matters {
	past := b.pastReadings()
	out := Matters{
		Read: Rate{b.reading.Read, len(b.facts)}, Least: b.policy.Rules.MatterLeast, Found: len(b.reading.Matters),
		Covered: Rate{Den: b.reading.Read}, Of: len(past), Items: []Matter{}, Gone: []GoneMatter{},
	}
	for _, r := range past {
		if r != nil {
			out.Compared++
		}
	}
	byID := b.factsByID()
	for i := range b.reading.Matters {
		read := &b.reading.Matters[i]
		out.Covered.Num += len(read.Tickets)
		if i < b.policy.Rules.TopMatters {
			m := b.describe(read, byID)
			m.Rank = i + 1
			b.follow(&m, read, past)
			out.Items = append(out.Items, m)
		}
	}
	if past[0] != nil && b.complete {
		out.Gone = b.gone(past[0])
	}
	return out
}

// attached bounds the tickets that a row carries; its count is of all.
func (b *builder) attached(ids []ticket.ID) []ticket.ID {
	return ids[:min(b.policy.Rules.TicketsListed, len(ids))]
}

// factsByID finds the facts of the tickets that the report names.
func (b *builder) factsByID() map[ticket.ID]*ticket.Fact {
	if b.byID == nil {
		b.byID = map[ticket.ID]*ticket.Fact{}
		b.named(func(ids []ticket.ID) {
			for _, id := range ids {
				b.byID[id] = nil
			}
		})
		for n := range b.facts {
			f := &b.facts[n]
			if _, named := b.byID[f.ID]; named {
				b.byID[f.ID] = f
			}
		}
	}
	return b.byID
}

// named calls with the tickets of all that the report lists of its reading.
func (b *builder) named(call func([]ticket.ID)) {
	for i := range b.reading.Matters[:min(b.policy.Rules.TopMatters, len(b.reading.Matters))] {
		call(b.reading.Matters[i].Tickets)
	}
	list := b.objectList()
	for i := range b.reading.Objects {
		if o := &b.reading.Objects[i]; list.takes(o) {
			call(o.Tickets)
		}
	}
	for _, row := range b.ownSpots() {
		call(row.Evidence)
	}
}

func (b *builder) describe(read *ReadMatter, byID map[ticket.ID]*ticket.Fact) Matter {
	m := Matter{Title: read.Title, Key: read.Profile.Key(), Typical: read.Typical, Keywords: read.Keywords, Tickets: b.attached(read.Tickets), Count: len(read.Tickets), Flags: []Flag{}}
	m.Code = read.Profile.Cats[0].Name
	m.Category = b.cats.list[b.cats.of(m.Code)].Name
	callers, days := map[uint32]int{}, map[ticket.Date]bool{}
	units, counties := map[string]int{}, map[string]int{}
	var known []*ticket.Fact
	for _, id := range read.Tickets {
		f := byID[id]
		if f == nil {
			continue
		}
		m.Known.count(f.CallerKey != 0)
		if f.CallerKey != 0 {
			callers[f.CallerKey]++
			known = append(known, f)
		}
		day := ticket.DateOf(f.ReceivedAt)
		days[day] = true
		if m.First == "" || day < m.First {
			m.First = day
		}
		m.Last = max(m.Last, day)
		units[f.Lead]++
		counties[f.County]++
		if asked(f) && f.Satisfied != ticket.Unknown {
			m.Satisfied.count(f.Satisfied == ticket.Yes)
		}
	}
	m.Callers, m.Days = len(callers), len(days)
	for _, times := range callers {
		if times >= b.policy.Rules.RepeatTimes {
			m.Repeaters++
		}
	}
	if g, ok := b.group(groupKey{uint16(b.cats.of(m.Code)), m.Title}, known); ok {
		m.Group = &g
		m.Flags = append(m.Flags, FlagGroup)
	}
	m.Units = b.unitCounts(units, m.Count)
	m.Counties = top(counties, b.policy.Rules.TopPlaces, m.Count, noArea)
	return m
}

// follow finds the matter in the months before and says how it moves.
func (b *builder) follow(m *Matter, read *ReadMatter, past []*Reading) {
	rules := b.policy.Rules
	known, seen := 0, 0
	for i, r := range slices.Backward(past) {
		n := -1
		if r != nil {
			known++
			n = 0
			if same := r.find(read, rules.MergeSimilarity); same != nil {
				n = len(same.Tickets)
				seen++
			}
		}
		m.Trend = append(m.Trend, n)
		if i == 0 && n >= 0 && b.complete {
			m.MoM = Change{Now: m.Count, Before: n, Known: true}
		}
	}
	m.Trend = append(m.Trend, m.Count)
	m.MoM.Now = m.Count
	m.Months = seen + 1
	if known > 0 && seen == 0 {
		m.Flags = append(m.Flags, FlagNew)
	}
	if seen > 0 && b.rises(m.MoM) {
		m.Flags = append(m.Flags, FlagRising)
	}
	if m.Months >= rules.StubbornMonths {
		m.Flags = append(m.Flags, FlagStubborn)
	}
}

// find is the matter of a reading that is the same as another month's; nil
// when there is none.
func (r *Reading) find(m *ReadMatter, line float64) *ReadMatter {
	var best *ReadMatter
	for i := range r.Matters {
		if like := m.Profile.Like(r.Matters[i].Profile); like >= line && (best == nil || like > line) {
			best, line = &r.Matters[i], like
		}
	}
	return best
}

// gone are the matters of the month before that found no successor among all
// matters of this one, most tickets first.
func (b *builder) gone(before *Reading) []GoneMatter {
	out := []GoneMatter{}
	for i := range before.Matters {
		m := &before.Matters[i]
		if i < b.policy.Rules.TopMatters && b.reading.find(m, b.policy.Rules.MergeSimilarity) == nil {
			out = append(out, GoneMatter{m.Title, len(m.Tickets)})
		}
	}
	slices.SortStableFunc(out, func(x, y GoneMatter) int { return cmp.Compare(y.Count, x.Count) })
	return out
}
