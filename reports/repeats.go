package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Repeats is section 6: the same caller again, and many callers on one thing.
type Repeats struct {
	Times  int  `json:"times"`  // so often on one matter in the month makes a repeat caller
	Known  Rate `json:"known"`  // tickets with a known caller, of all
	Share  Rate `json:"share"`  // tickets of repeat callers, of those with a known caller
	People int  `json:"people"` // repeat callers
	Twice  int  `json:"twice"`  // callers who came twice on one matter, when twice is not yet a repeat
	// Satisfied of repeat callers' tickets, and of all others.
	Satisfied Rate        `json:"satisfied"`
	Others    Rate        `json:"others"`
	Rows      []RepeatRow `json:"rows"`

	GroupCallers int     `json:"group_callers"`
	GroupDays    int     `json:"group_days"`
	Groups       []Group `json:"groups"` // most callers first, so many as the policy says
	GroupsRest   Rest    `json:"groups_rest"`
	GroupRead    Rate    `json:"group_read"` // tickets read for groups, of those that could belong to one
}

// RepeatRow is a matter that callers came back with.
type RepeatRow struct {
	Code    string  `json:"code"`
	Name    string  `json:"name"`
	People  int     `json:"people"`
	Tickets int     `json:"tickets"`
	Most    int     `json:"most"` // of one caller
	Units   []Count `json:"units"`
}

// Group is a group complaint: one object, several callers, few days.
type Group struct {
	Code    string      `json:"code"`
	Name    string      `json:"name"`
	Object  string      `json:"object"`
	Callers int         `json:"callers"` // different callers within the days
	Tickets int         `json:"tickets"` // within the same days
	From    ticket.Date `json:"from"`
	To      ticket.Date `json:"to"`
	Units   []Count     `json:"units"`
}

func (b *builder) repeats(texts *texts) Repeats {
	rules := b.policy.Rules
	r := Repeats{
		Times: rules.RepeatTimes, GroupCallers: rules.GroupCallers, GroupDays: rules.GroupDays,
		Known: Rate{Den: len(b.facts)}, GroupRead: Rate{len(texts.byID), texts.wanted},
	}
	known := b.callers()
	rows := make([]RepeatRow, len(b.cats.list))
	known.each(func(cat uint16, n int) {
		if n == 2 && rules.RepeatTimes > 2 {
			r.Twice++
		}
		if n >= rules.RepeatTimes {
			row := &rows[cat]
			row.People++
			row.Tickets += n
			row.Most = max(row.Most, n)
			r.People++
		}
	})
	units := make([]map[string]int, len(rows))
	b.repeated = make([]bool, len(b.facts))
	for n := range b.facts {
		f, cat := &b.facts[n], b.where[n].cat
		if f.CallerKey != 0 {
			r.Known.Num++
		}
		repeated := f.CallerKey != 0 && known.times(f.CallerKey, cat) >= rules.RepeatTimes
		b.repeated[n] = repeated
		if repeated {
			r.Share.Num++
			if units[cat] == nil {
				units[cat] = map[string]int{}
			}
			units[cat][f.Lead]++
		}
		r.answer(f, repeated)
	}
	r.Share.Den = r.Known.Num
	for i, row := range rows {
		if row.People > 0 {
			c := b.cats.list[i]
			row.Code, row.Name = c.Code, c.Name
			row.Units = b.unitCounts(units[i], row.Tickets)
			r.Rows = append(r.Rows, row)
		}
	}
	slices.SortStableFunc(r.Rows, func(x, y RepeatRow) int { return cmp.Compare(y.Tickets, x.Tickets) })
	r.list(b.groups(texts), rules.GroupsShown)
	return r
}

func (r *Repeats) list(groups []Group, shown int) {
	r.Groups = groups[:min(shown, len(groups))]
	for _, g := range groups[len(r.Groups):] {
		r.GroupsRest.add(g.Tickets)
	}
}

// GroupsFound is how many group complaints there are in all.
func (r *Repeats) GroupsFound() int { return len(r.Groups) + r.GroupsRest.Number }

func (r *Repeats) answer(f *ticket.Fact, repeated bool) {
	if !asked(f) || f.Satisfied == ticket.Unknown {
		return
	}
	if repeated {
		r.Satisfied.count(f.Satisfied == ticket.Yes)
		return
	}
	r.Others.count(f.Satisfied == ticket.Yes)
}

// groupKey is what a group complaint is about.
type groupKey struct {
	cat    uint16
	object string
}

// objectOf is the one thing that a ticket is most plainly about: a subject,
// else a place; empty when it names none.
func objectOf(t *ticket.Ticket) string {
	if names := subjectsOf(t); len(names) > 0 {
		return names[0]
	}
	if names := placesOf(t); len(names) > 0 {
		return names[0]
	}
	return ""
}

func (b *builder) groups(texts *texts) []Group {
	byMatter := map[groupKey][]*ticket.Fact{}
	for n := range b.facts {
		f := &b.facts[n]
		t := texts.of(f.ID)
		if t == nil || f.CallerKey == 0 || !readable(f) {
			continue
		}
		if object := objectOf(t); object != "" {
			key := groupKey{b.where[n].cat, object}
			byMatter[key] = append(byMatter[key], f)
		}
	}
	var out []Group
	for key, facts := range byMatter {
		if g, ok := b.group(key, facts); ok {
			out = append(out, g)
		}
	}
	slices.SortFunc(out, func(x, y Group) int {
		return cmp.Or(cmp.Compare(y.Callers, x.Callers), cmp.Compare(y.Tickets, x.Tickets), cmp.Compare(x.Code, y.Code), cmp.Compare(x.Object, y.Object))
	})
	return out
}

// group finds the days with most different callers; ok when they are enough.
func (b *builder) group(key groupKey, facts []*ticket.Fact) (Group, bool) {
	rules := b.policy.Rules
	if len(facts) < rules.GroupCallers {
		return Group{}, false
	}
	slices.SortFunc(facts, func(x, y *ticket.Fact) int { return x.ReceivedAt.Compare(y.ReceivedAt) })
	day := func(f *ticket.Fact) int64 { return (f.ReceivedAt.Unix() + 8*3600) / 86400 } // in Shanghai
	inside := map[uint32]int{}
	first, best, bestFrom, bestTo := 0, 0, 0, 0
	for last, f := range facts {
		inside[f.CallerKey]++
		for day(f)-day(facts[first]) >= int64(rules.GroupDays) {
			out := facts[first].CallerKey
			if inside[out]--; inside[out] == 0 {
				delete(inside, out)
			}
			first++
		}
		if len(inside) > best {
			best, bestFrom, bestTo = len(inside), first, last
		}
	}
	if best < rules.GroupCallers {
		return Group{}, false
	}
	c := b.cats.list[key.cat]
	in := facts[bestFrom : bestTo+1]
	units := map[string]int{}
	for _, f := range in {
		units[f.Lead]++
		b.grouped[f.ID] = true
	}
	return Group{
		Code: c.Code, Name: c.Name, Object: key.object, Callers: best, Tickets: len(in),
		From: ticket.DateOf(in[0].ReceivedAt), To: ticket.DateOf(in[len(in)-1].ReceivedAt),
		Units: b.unitCounts(units, len(in)),
	}, true
}
