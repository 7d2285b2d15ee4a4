package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Units is section 9: how the units handled their tickets, in peer groups, and
// never ranked on a handful.
type Units struct {
	All    Quality     `json:"all"`
	Before Quality     `json:"before"` // the month before, or its same days
	Known  bool        `json:"known"`  // of Before
	Groups []UnitGroup `json:"groups"`
	// Small lists the units with fewer due tickets than the policy ranks.
	Small   []UnitRow `json:"small"`
	Minimum int       `json:"minimum"`
	// External lists where tickets were transferred to.
	External []Count `json:"external"`
	// NoUnit is what has no lead unit: waiting, answered on the phone, refused.
	NoUnit int `json:"no_unit"`
}

// UnitGroup is a peer group: units of one kind.
type UnitGroup struct {
	Kind ticket.UnitKind `json:"kind"`
	Rows []UnitRow       `json:"rows"`
}

// Band tells how many of the two floors a unit keeps.
type Band string

// The bands.
const (
	BandGood   Band = "达标"
	BandPartly Band = "部分达标"
	BandPoor   Band = "未达标"
	BandNone   Band = "不评档"
)

// UnitRow is a unit's month.
type UnitRow struct {
	Code     string `json:"code"`
	Name     string `json:"name"`
	Short    string `json:"short"`
	Share    Rate   `json:"share"` // of all received
	MoM      Change `json:"mom"`
	YoY      Change `json:"yoy"`
	Band     Band   `json:"band"`
	External bool   `json:"external,omitempty"`
	Quality
}

// Count is a name with a count.
type Count struct {
	Code  string `json:"code,omitempty"`
	Name  string `json:"name"`
	Count int    `json:"count"`
	Share Rate   `json:"share"`
}

// unlistedUnit is the peer group of codes that the policy no longer knows.
const unlistedUnit ticket.UnitKind = "目录外单位"

func (b *builder) units() Units {
	u := Units{
		All: b.current.all.quality(), Before: b.before.all.quality(), Known: b.hasData(b.prev),
		Minimum: b.policy.Rules.RankMinimum,
	}
	groups := map[ticket.UnitKind][]UnitRow{}
	var kinds []ticket.UnitKind
	for i, code := range b.unitNo.list {
		row := b.unitRow(i, code)
		switch unit, _ := b.policy.Units.Find(code); {
		case row.Received+row.Due+row.Settled == 0:
		case code == "":
			u.NoUnit = row.Received
		case unit.Kind == ticket.UnitExternal:
			u.External = append(u.External, Count{Code: code, Name: row.Name, Count: row.Received, Share: row.Share})
		case row.Due < u.Minimum:
			row.Band = BandNone
			u.Small = append(u.Small, row)
		default:
			kind := cmp.Or(unit.Kind, unlistedUnit)
			if _, ok := groups[kind]; !ok {
				kinds = append(kinds, kind)
			}
			groups[kind] = append(groups[kind], row)
		}
	}
	for _, kind := range kinds {
		slices.SortStableFunc(groups[kind], byQuality)
		u.Groups = append(u.Groups, UnitGroup{Kind: kind, Rows: groups[kind]})
	}
	slices.SortStableFunc(u.Small, func(x, y UnitRow) int { return cmp.Compare(y.Received, x.Received) })
	slices.SortStableFunc(u.External, func(x, y Count) int { return cmp.Compare(y.Count, x.Count) })
	return u
}

func (b *builder) unitRow(i int, code string) UnitRow {
	var w work
	if i < len(b.current.units) {
		w = b.current.units[i]
	}
	count := func(t *tally) int { return at(t.units, i) }
	row := UnitRow{
		Code: code, Name: b.policy.Units.Name(code), Short: b.policy.Units.Short(code),
		Quality: w.quality(), MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count),
	}
	row.Share = Rate{row.Received, b.own().received}
	row.Band = b.band(row.Quality)
	return row
}

// band uses the adjusted rates: what was excluded by two people does not count
// against a unit.
func (b *builder) band(q Quality) Band {
	rules := b.policy.Rules
	checked, kept := 0, 0
	for _, floor := range []struct {
		rate Rate
		low  float64
	}{{q.OnTime.Adjusted, rules.OnTimeFloor}, {q.Satisfied.Adjusted, rules.SatisfiedFloor}} {
		if !floor.rate.Known() {
			continue
		}
		checked++
		if floor.rate.Value() >= floor.low {
			kept++
		}
	}
	switch {
	case checked == 0:
		return BandNone
	case kept == checked:
		return BandGood
	case kept == 0:
		return BandPoor
	}
	return BandPartly
}

// byQuality orders a peer group: on-time rate, then satisfaction, then size.
func byQuality(x, y UnitRow) int {
	return cmp.Or(
		cmp.Compare(y.OnTime.Adjusted.Value(), x.OnTime.Adjusted.Value()),
		cmp.Compare(y.Satisfied.Adjusted.Value(), x.Satisfied.Adjusted.Value()),
		cmp.Compare(y.Due, x.Due),
	)
}

// Ranked are the rows of all peer groups in order.
func (u *Units) Ranked() []UnitRow {
	var rows []UnitRow
	for _, g := range u.Groups {
		rows = append(rows, g.Rows...)
	}
	return rows
}

// Indicator is one of the assessment figures of the 12328 hotline.
type Indicator struct {
	Name   string `json:"name"`
	Rate   Rate   `json:"rate"`
	Before Rate   `json:"before"` // the month before
	Basis  string `json:"basis"`  // numerator / denominator in words
}

func (b *builder) indicators() []Indicator {
	consult := b.kindNo[ticket.Consult]
	answered := func(t *tally) Rate { return Rate{t.answeredConsults, t.kinds[consult]} }
	before := b.compared(b.prev)
	this := b.words.this
	return []Indicator{
		{"信息咨询即时答复率", answered(b.own()), answered(before), "电话中当场答复的信息咨询／" + this + "受理的信息咨询"},
		{"投诉举报按期办结率", b.current.complaints, b.before.complaints, "按期办结／" + this + "应办结的投诉举报"},
		{"非投诉举报按期办结率", b.current.others, b.before.others, "按期办结／" + this + "应办结的其他诉求"},
		{"应回访工单回访率", b.current.callbacks, b.before.callbacks, "已回访（含多次联系不上）／" + this + "答复且应回访的工单"},
		{"投诉举报回访满意率", b.current.satisfied, b.before.satisfied, "回访表示满意／回访时作出评价的投诉举报"},
	}
}
