package reports

import (
	"cmp"
	"slices"

	"huiyin/reports/matter"
	"huiyin/ticket"
)

// Focus turns the spots of complaints into the next month's work of enforcement
// (投诉热点作为执法重点), and shows what became of the spots of the month before.
type Focus struct {
	For   ticket.Month `json:"for"` // the month in which to go there
	Least int          `json:"least"`
	Rows  []FocusRow   `json:"rows"`
	// Previous is the list that the month before gave for this one, made again
	// from what was read then; PreviousKnown is false when nothing was.
	Previous      []FocusRow `json:"previous"`
	PreviousKnown bool       `json:"previous_known"`
	Possible      bool       `json:"possible"` // a whole month of the whole bureau
}

// FocusRow is a category at a place or an object, with the time to go there.
type FocusRow struct {
	Rank     int               `json:"rank"`
	Code     string            `json:"code"`
	Category string            `json:"category"`
	Kind     ticket.EntityKind `json:"kind"`
	Name     string            `json:"name"` // plates masked
	Window   Window            `json:"window"`
	Count    int               `json:"count"`
	Callers  int               `json:"callers"`
	Days     int               `json:"days"`
	Units    []Count           `json:"units"`    // of the month's own list
	Matter   string            `json:"matter"`   // title of the matter that most of it belongs to
	Evidence []ticket.ID       `json:"evidence"` // tickets behind it
	// After is what came in the month for which the row was made, and in the
	// same window; of the previous list only.
	After         int `json:"after"`
	AfterInWindow int `json:"after_in_window"`
}

func (b *builder) focus() Focus {
	month := b.of.Month()
	out := Focus{Least: b.policy.Rules.FocusLeast, Rows: []FocusRow{}, Previous: []FocusRow{}}
	if month == "" || !b.scope.Whole() {
		return out
	}
	out.Possible, out.For = true, month.Add(1)
	out.Rows = slices.Clone(b.ownSpots())
	byID := b.factsByID()
	for i := range out.Rows {
		units := map[string]int{}
		for _, id := range out.Rows[i].Evidence {
			if f := byID[id]; f != nil {
				units[f.Lead]++
			}
		}
		out.Rows[i].Units = b.unitCounts(units, out.Rows[i].Count)
		out.Rows[i].Evidence = b.attached(out.Rows[i].Evidence)
	}
	if before := b.pastReadings()[0]; before != nil {
		out.PreviousKnown = true
		out.Previous = b.focusRows(before)
		now := map[[3]string]*Spot{}
		for i := range b.reading.Spots {
			s := &b.reading.Spots[i]
			now[[3]string{s.Category, string(s.Kind), maskText(s.Name)}] = s
		}
		for i := range out.Previous {
			row := &out.Previous[i]
			row.Evidence = b.attached(row.Evidence)
			if s := now[[3]string{row.Code, string(row.Kind), row.Name}]; s != nil {
				row.After, row.AfterInWindow = s.Count, s.within(row.Window)
			}
		}
	}
	return out
}

// ownSpots are the rows of the period itself, with all tickets behind them.
func (b *builder) ownSpots() []FocusRow {
	if b.spotRows == nil && b.of.Month() != "" && b.scope.Whole() {
		b.spotRows = b.focusRows(b.reading)
	}
	return b.spotRows
}

// same is the share of a spot's tickets from which another spot says the same.
const same = 0.6

// focusRows ranks the spots by evidence: how many people, how many tickets, on
// how many days. A spot most of whose tickets lie in one above is left out.
func (b *builder) focusRows(r *Reading) []FocusRow {
	rules := b.policy.Rules
	spots := slices.DeleteFunc(slices.Clone(r.Spots), func(s Spot) bool {
		return s.Count < rules.FocusLeast || !matter.Anchoring(s.Kind)
	})
	slices.SortStableFunc(spots, func(x, y Spot) int {
		return cmp.Or(cmp.Compare(y.Callers, x.Callers), cmp.Compare(y.Count, x.Count), cmp.Compare(y.Days, x.Days), cmp.Compare(precise[y.Kind], precise[x.Kind]))
	})
	rows := []FocusRow{}
	taken := map[ticket.ID]bool{}
	for i := range spots {
		s := &spots[i]
		repeated := 0
		for _, id := range s.Tickets {
			if taken[id] {
				repeated++
			}
		}
		if float64(repeated) >= same*float64(s.Count) {
			continue
		}
		for _, id := range s.Tickets {
			taken[id] = true
		}
		rows = append(rows, FocusRow{
			Rank: len(rows) + 1, Code: s.Category, Category: b.cats.list[b.cats.of(s.Category)].Name, Kind: s.Kind, Name: maskText(s.Name),
			Window: s.window(), Count: s.Count, Callers: s.Callers, Days: s.Days, Evidence: s.Tickets, Matter: r.matterOf(s.Tickets),
		})
		if len(rows) == rules.FocusRows {
			break
		}
	}
	return rows
}

// precise orders kinds by how well one finds there.
var precise = map[ticket.EntityKind]int{ticket.EntityPlate: 3, ticket.EntityLine: 2, ticket.EntityStation: 2, ticket.EntityToll: 2, ticket.EntityCompany: 2, ticket.EntityRoad: 1}

// matterOf is the title of the matter to which half of the tickets belong.
func (r *Reading) matterOf(ids []ticket.ID) string {
	for i := range r.Matters {
		n := 0
		for _, id := range ids {
			if slices.Contains(r.Matters[i].Tickets, id) {
				n++
			}
		}
		if 2*n >= len(ids) {
			return r.Matters[i].Title
		}
	}
	return ""
}
