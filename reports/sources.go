package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Sources is section 2: by which door, and what was wanted. The cells add up
// to Total in both directions.
type Sources struct {
	Total    int        `json:"total"`
	Kinds    []KindRow  `json:"kinds"` // in the order of the columns
	Channels []Crossing `json:"channels"`
}

// KindRow is a kind of demand (诉求类型).
type KindRow struct {
	Kind  ticket.Kind `json:"kind"`
	Name  string      `json:"name"`
	Count int         `json:"count"`
	Share Rate        `json:"share"`
	MoM   Change      `json:"mom"`
	YoY   Change      `json:"yoy"`
}

// Crossing is a channel and how its tickets fall on the kinds.
type Crossing struct {
	Channel ticket.Channel `json:"channel"`
	Name    string         `json:"name"`
	Counts  []int          `json:"counts"` // one a kind
	Count   int            `json:"count"`
	Share   Rate           `json:"share"`
	MoM     Change         `json:"mom"`
	YoY     Change         `json:"yoy"`
}

func (b *builder) sources() Sources {
	own := b.own()
	s := Sources{Total: own.received}
	cross := make([][]int, len(ticket.Channels)+1)
	for i := range cross {
		cross[i] = make([]int, len(ticket.Kinds)+1)
	}
	for _, w := range b.where {
		cross[w.channel][w.kind]++
	}
	var shown []int
	for i := range len(ticket.Kinds) + 1 {
		kind := ticket.Kind("")
		if i < len(ticket.Kinds) {
			kind = ticket.Kinds[i]
		} else if own.kinds[i] == 0 {
			continue
		}
		count := func(t *tally) int { return t.kinds[i] }
		shown = append(shown, i)
		s.Kinds = append(s.Kinds, KindRow{
			Kind: kind, Name: kindName(uint16(i)), Count: own.kinds[i], Share: Rate{own.kinds[i], own.received},
			MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count),
		})
	}
	for i := range len(ticket.Channels) + 1 {
		count := func(t *tally) int { return t.channels[i] }
		row := Crossing{Name: channelName(uint16(i)), Count: own.channels[i], Share: Rate{own.channels[i], own.received},
			MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count)}
		if i < len(ticket.Channels) {
			row.Channel = ticket.Channels[i]
		}
		if row.Count == 0 && row.MoM.Before == 0 && row.YoY.Before == 0 {
			continue
		}
		for _, k := range shown {
			row.Counts = append(row.Counts, cross[i][k])
		}
		s.Channels = append(s.Channels, row)
	}
	return s
}

// kindName and channelName are the words of a place's numbers.
func kindName(i uint16) string {
	if int(i) < len(ticket.Kinds) {
		return ticket.Kinds[i].Name()
	}
	return "未定类型"
}

func channelName(i uint16) string {
	if int(i) < len(ticket.Channels) {
		return ticket.Channels[i].Name()
	}
	return "其他渠道"
}

// used is how many channels brought anything.
func (s *Sources) used() int {
	n := 0
	for _, c := range s.Channels {
		if c.Count > 0 {
			n++
		}
	}
	return n
}

// Areas is where the matters are: county by group of categories.
type Areas struct {
	Total  int       `json:"total"`
	Groups []string  `json:"groups"` // 大类, the columns
	Rows   []AreaRow `json:"rows"`
	// Unplaced counts the tickets without a county.
	Unplaced Rate `json:"unplaced"`
}

// AreaRow is a county.
type AreaRow struct {
	Name   string `json:"name"`
	Counts []int  `json:"counts"` // one a group
	Count  int    `json:"count"`
	Share  Rate   `json:"share"`
	MoM    Change `json:"mom"`
	YoY    Change `json:"yoy"`
}

const noArea = "未明确地点"

func (b *builder) areas() Areas {
	own := b.own()
	out := Areas{Total: own.received}
	groups, groupOf := b.groupColumns()
	out.Groups = groups
	counts := map[int][]int{}
	for _, w := range b.where {
		area := int(w.area)
		if counts[area] == nil {
			counts[area] = make([]int, len(groups))
		}
		counts[area][groupOf[w.cat]]++
	}
	for i, name := range b.areaNo.list {
		n := at(own.areas, i)
		if name == "" {
			name = noArea
			out.Unplaced = Rate{n, own.received}
		}
		if n == 0 {
			continue
		}
		count := func(t *tally) int { return at(t.areas, i) }
		out.Rows = append(out.Rows, AreaRow{
			Name: name, Counts: counts[i], Count: n, Share: Rate{n, own.received},
			MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count),
		})
	}
	if !out.Unplaced.Known() {
		out.Unplaced.Den = own.received
	}
	slices.SortStableFunc(out.Rows, func(x, y AreaRow) int {
		return cmp.Or(boolCompare(x.Name == noArea, y.Name == noArea), cmp.Compare(y.Count, x.Count), cmp.Compare(x.Name, y.Name))
	})
	return out
}

// groupColumns are the groups that occur this month, in the policy's order.
func (b *builder) groupColumns() (groups []string, groupOf []int) {
	own := b.own()
	at := map[string]int{}
	groupOf = make([]int, len(b.cats.list))
	for i, c := range b.cats.list {
		if own.cats[i] == 0 {
			continue
		}
		if _, ok := at[c.Group]; !ok {
			at[c.Group] = len(groups)
			groups = append(groups, c.Group)
		}
		groupOf[i] = at[c.Group]
	}
	return groups, groupOf
}

func boolCompare(x, y bool) int {
	switch {
	case x == y:
		return 0
	case x:
		return 1
	}
	return -1
}
