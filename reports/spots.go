package reports

import (
	"cmp"
	"slices"
	"time"

	"huiyin/ticket"
)

// Spot is a category at a named thing: where and when what is complained of.
type Spot struct {
	Category string            `json:"category"`
	Kind     ticket.EntityKind `json:"kind"`
	Name     string            `json:"name"`
	Count    int               `json:"count"`
	Callers  int               `json:"callers"` // known ones
	Days     int               `json:"days"`    // different days
	// Hours are of the spots with enough tickets: of Monday to Friday, and of
	// the weekend.
	Hours   [2][24]int  `json:"hours,omitzero"`
	Tickets []ticket.ID `json:"tickets,omitempty"`
}

// Window is when a spot is worth a visit.
type Window struct {
	Weekend bool `json:"weekend"` // Saturday and Sunday, else Monday to Friday
	Both    bool `json:"both"`    // all days
	Spread  bool `json:"spread"`  // no hours stand out: all of them
	From    int  `json:"from"`    // hour of the day
	To      int  `json:"to"`
	Count   int  `json:"count"` // in the window
}

// windowHours is how long a patrol stays.
const windowHours = 3

// A window has at least so many complaints, and one in three of all.
const (
	windowLeast = 3
	windowShare = 3
)

// window is the span of hours with most complaints: of all days, when neither
// workdays nor weekends have three in four of them.
func (s *Spot) window() Window {
	var both [24]int
	sums := [2]int{}
	for part, hours := range s.Hours {
		for h, n := range hours {
			both[h] += n
			sums[part] += n
		}
	}
	total := sums[0] + sums[1]
	var w Window
	switch {
	case 4*sums[0] >= 3*total:
		w = busiest(s.Hours[0])
	case 4*sums[1] >= 3*total:
		w = busiest(s.Hours[1])
		w.Weekend = true
	default:
		w = busiest(both)
		w.Both = true
	}
	if w.Count < windowLeast || w.Count*windowShare < total {
		return Window{Both: true, Spread: true, To: 24, Count: total}
	}
	return w
}

// busiest is the span with most complaints; of several, one with its peak in
// the middle.
func busiest(hours [24]int) Window {
	var best Window
	for from := range 24 - windowHours + 1 {
		n := 0
		for _, k := range hours[from : from+windowHours] {
			n += k
		}
		if n > best.Count || n == best.Count && n > 0 && hours[from+1] > hours[best.From+1] {
			best = Window{From: from, To: from + windowHours, Count: n}
		}
	}
	return best
}

// within counts the tickets of a spot in a window.
func (s *Spot) within(w Window) int {
	n := 0
	for part, hours := range s.Hours {
		if w.Both || w.Weekend == (part == 1) {
			for _, k := range hours[w.From:w.To] {
				n += k
			}
		}
	}
	return n
}

// spots are the categories of enforcement's work at the things that tickets
// name, most tickets first.
func (r *textReader) spots() []Spot {
	type key struct {
		category string
		thing
	}
	focus := r.policy.focusCategories()
	at := map[key][]*ticket.Fact{}
	for i := range r.texts {
		if category := r.texts[i].category; focus[category] {
			for _, a := range r.texts[i].anchors {
				k := key{category, thing{a.Kind, a.Name}}
				at[k] = append(at[k], r.texts[i].fact)
			}
		}
	}
	var out []Spot
	for k, facts := range at {
		out = append(out, spot(k.category, k.thing, facts))
	}
	slices.SortFunc(out, func(x, y Spot) int {
		return cmp.Or(cmp.Compare(y.Count, x.Count), cmp.Compare(x.Category, y.Category), cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Name, y.Name))
	})
	return out
}

func spot(category string, what thing, facts []*ticket.Fact) Spot {
	s := Spot{Category: category, Kind: what.kind, Name: what.name, Count: len(facts)}
	callers, days := map[uint32]bool{}, map[ticket.Date]bool{}
	for _, f := range facts {
		if f.CallerKey != 0 {
			callers[f.CallerKey] = true
		}
		at := f.ReceivedAt.In(ticket.Shanghai)
		days[ticket.DateOf(at)] = true
		part := 0
		if day := at.Weekday(); day == time.Saturday || day == time.Sunday {
			part = 1
		}
		s.Hours[part][at.Hour()]++
		s.Tickets = append(s.Tickets, f.ID)
	}
	s.Callers, s.Days = len(callers), len(days)
	return s
}

// focusCategories are those of the groups that the policy gives to enforcement.
func (p *Policy) focusCategories() map[string]bool {
	out := map[string]bool{}
	for _, c := range p.Categories {
		out[c.Code] = !c.Sealed && slices.Contains(p.Rules.FocusGroups, c.Group)
	}
	return out
}
