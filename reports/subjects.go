package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Subjects is section 7: who and what is complained about (投诉对象).
type Subjects struct {
	Read   Rate           `json:"read"` // tickets whose text was read
	Groups []SubjectGroup `json:"groups"`
	// Vehicles are plates with so many complaints or more; the plates are masked.
	Vehicles      []Subject `json:"vehicles"`
	VehiclesLeast int       `json:"vehicles_least"`
}

// SubjectGroup is one kind of subject. Subjects of which the size is known come
// in bands of like size, the highest rate first; the others after them, by count.
type SubjectGroup struct {
	Kind  ticket.EntityKind `json:"kind"`
	Name  string            `json:"name"`
	Total int               `json:"total"` // different subjects with two complaints or more
	Bands []SubjectBand     `json:"bands"`
	Rows  []Subject         `json:"rows"` // without a known size
	Rest  Rest              `json:"rest"` // of those that are not listed
}

// Rest is what a list leaves out.
type Rest struct {
	Number  int `json:"number"`
	Tickets int `json:"tickets"` // of all of them together; of subjects a ticket counts once for each
}

func (r *Rest) add(tickets int) {
	r.Number++
	r.Tickets += tickets
}

// SubjectBand holds subjects of like size.
type SubjectBand struct {
	Name string    `json:"name"`
	Unit string    `json:"unit"`
	Rows []Subject `json:"rows"`
}

// Subject is one of them.
type Subject struct {
	Name          string  `json:"name"` // plates masked
	Count         int     `json:"count"`
	Callers       int     `json:"callers"`
	MoM           Change  `json:"mom"`
	Substantiated Rate    `json:"substantiated"` // of those answered either way
	Category      string  `json:"category"`      // of most of them
	Units         []Count `json:"units"`
	Base          *Base   `json:"base,omitempty"`
	PerTenK       float64 `json:"per_ten_thousand,omitempty"`

	// Few says that the count is too small to judge anybody by.
	Few     bool        `json:"few"`
	Tickets []ticket.ID `json:"tickets"`
}

// subjectKinds are the kinds that are shown, in their order.
var subjectKinds = []struct {
	kind ticket.EntityKind
	name string
}{
	{ticket.EntityCompany, "企业"}, {ticket.EntityLine, "线路"}, {ticket.EntityRoad, "道路和公路"},
	{ticket.EntityStation, "车站"}, {ticket.EntityToll, "收费站"},
}

func (b *builder) subjects() Subjects {
	rules := b.policy.Rules
	out := Subjects{Read: Rate{b.reading.Read, len(b.facts)}, Groups: []SubjectGroup{}, Vehicles: []Subject{}, VehiclesLeast: rules.PlateLeast}
	before, list := b.objectsBefore(), b.objectList()
	for _, k := range subjectKinds {
		g := SubjectGroup{Kind: k.kind, Name: k.name, Bands: []SubjectBand{}, Rows: []Subject{}}
		for i := range b.reading.Objects {
			if o := &b.reading.Objects[i]; o.Kind == k.kind && len(o.Tickets) > 1 {
				g.Total++
				if !list.takes(o) {
					g.Rest.add(len(o.Tickets))
					continue
				}
				g.add(b.subject(o, before))
			}
		}
		if g.Total > 0 {
			g.order(rules.SubjectsShown)
			out.Groups = append(out.Groups, g)
		}
	}
	for i := range b.reading.Objects {
		o := &b.reading.Objects[i]
		if o.Kind == ticket.EntityPlate && list.takes(o) {
			out.Vehicles = append(out.Vehicles, b.subject(o, before))
		}
	}
	return out
}

// objectList tells which objects a report lists when it is asked for each, most
// tickets first: the commonest of each kind, and all of which the size is known.
type objectList struct {
	b     *builder
	taken map[ticket.EntityKind]int
}

func (b *builder) objectList() objectList { return objectList{b, map[ticket.EntityKind]int{}} }

func (l objectList) takes(o *Object) bool {
	rules := l.b.policy.Rules
	least := 2
	if o.Kind == ticket.EntityPlate {
		least = rules.PlateLeast
	} else if l.b.base(o) != nil {
		return len(o.Tickets) >= least
	}
	if len(o.Tickets) < least || l.taken[o.Kind] == rules.SubjectsShown {
		return false
	}
	l.taken[o.Kind]++
	return true
}

func (g *SubjectGroup) add(s Subject) {
	if s.Base == nil {
		g.Rows = append(g.Rows, s)
		return
	}
	name := s.Base.band()
	i := slices.IndexFunc(g.Bands, func(b SubjectBand) bool { return b.Name == name })
	if i < 0 {
		i = len(g.Bands)
		g.Bands = append(g.Bands, SubjectBand{Name: name, Unit: s.Base.Unit})
	}
	g.Bands[i].Rows = append(g.Bands[i].Rows, s)
}

func (g *SubjectGroup) order(shown int) {
	slices.SortStableFunc(g.Bands, func(x, y SubjectBand) int {
		return cmp.Or(cmp.Compare(x.Unit, y.Unit), cmp.Compare(y.Rows[0].Base.Value, x.Rows[0].Base.Value))
	})
	for i := range g.Bands {
		rows := g.Bands[i].Rows
		slices.SortStableFunc(rows, func(x, y Subject) int { return cmp.Compare(y.PerTenK, x.PerTenK) })
		g.Bands[i].Rows = rows[:min(shown, len(rows))]
		for _, s := range rows[len(g.Bands[i].Rows):] {
			g.Rest.add(s.Count)
		}
	}
}

func (b *builder) objectsBefore() map[thing]int {
	r := b.pastReadings()[0]
	if r == nil || !b.complete {
		return nil
	}
	out := make(map[thing]int, len(r.Objects))
	for i := range r.Objects {
		o := &r.Objects[i]
		out[thing{o.Kind, o.Name}] = len(o.Tickets)
	}
	return out
}

func (b *builder) subject(o *Object, before map[thing]int) Subject {
	s := Subject{Name: maskText(o.Name), Count: len(o.Tickets), Tickets: b.attached(o.Tickets), Few: len(o.Tickets) < b.policy.Rules.SmallSample}
	s.MoM = Change{Now: s.Count, Before: before[thing{o.Kind, o.Name}], Known: before != nil}
	callers, units, cats := map[uint32]bool{}, map[string]int{}, map[string]int{}
	byID := b.factsByID()
	for _, id := range o.Tickets {
		f := byID[id]
		if f == nil {
			continue
		}
		if f.CallerKey != 0 {
			callers[f.CallerKey] = true
		}
		units[f.Lead]++
		cats[f.Category]++
		if f.Replied && f.Substantiated != ticket.Unknown {
			s.Substantiated.count(f.Substantiated == ticket.Yes)
		}
	}
	s.Callers, s.Units = len(callers), b.unitCounts(units, s.Count)
	if main := top(cats, 1, s.Count, ""); len(main) > 0 {
		s.Category = b.cats.list[b.cats.of(main[0].Name)].Name
	}
	if s.Base = b.base(o); s.Base != nil {
		s.PerTenK = s.Base.perTenThousand(s.Count)
	}
	return s
}

// base is the size of an object; nil where it is not known, or the month is
// not over.
func (b *builder) base(o *Object) *Base {
	month := string(b.of.Month())
	if month == "" || !b.complete {
		return nil
	}
	return b.policy.base(o.Name, month)
}
