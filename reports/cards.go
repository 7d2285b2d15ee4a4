package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Card is section 5: a high-frequency matter looked at closely, with causes
// and measures proposed by the policy's table until somebody confirms them.
type Card struct {
	Key     string  `json:"key"` // of the matter, the same in every month
	Item    HotItem `json:"item"`
	Pattern Pattern `json:"pattern"`
	Areas   []Count `json:"areas"`    // counties, most first
	Read    Rate    `json:"read"`     // tickets whose text was read, of the item's
	Places  []Count `json:"places"`   // named in the texts that were read
	Objects []Count `json:"subjects"` // companies, lines, plates named there
	Cause   Cause   `json:"cause"`
	Signs   Signs   `json:"signs"` // what the handling results say of the causes
	// Proposed is true while the causes and measures come from the table and
	// no person has confirmed them; Missing when the table has none.
	Proposed bool `json:"proposed"`
	Missing  bool `json:"missing"`

	// Remark is what the lead unit says of the facts.
	Remark string `json:"remark,omitempty"`
	// Confirmed is who stood up for the causes and measures; nil while they
	// are the service's proposal.
	Confirmed *Signature `json:"confirmed,omitempty"`

	Lead     string      `json:"lead"`      // proposed lead unit: with most of the tickets; empty when none has a unit
	LeadName string      `json:"lead_name"` // as people call it
	Person   string      `json:"person,omitempty"`
	Waiting  int         `json:"waiting"`  // in work and not dispatched to a unit
	Deadline ticket.Date `json:"deadline"` // proposed
	Target   string      `json:"target"`   // the number that would show success
	Goal     Goal        `json:"goal"`     // the same, to count with
	Evidence []ticket.ID `json:"evidence"`
}

// Pattern is when the tickets of a matter came: weekday (Monday first) by hour,
// in Shanghai.
type Pattern struct {
	Counts [7][24]int `json:"counts"`
	Days   [7]int     `json:"days"`
	Total  int        `json:"total"`
}

// PeakDay is the weekday with most tickets, 0 for Monday.
func (p *Pattern) PeakDay() (day, n int) {
	for d, c := range p.Days {
		if c > n {
			day, n = d, c
		}
	}
	return day, n
}

// PeakHours is the span of three hours of the day with most tickets.
func (p *Pattern) PeakHours() (from, n int) {
	var hours [24]int
	for _, day := range p.Counts {
		for h, c := range day {
			hours[h] += c
		}
	}
	for h := range 22 {
		if sum := hours[h] + hours[h+1] + hours[h+2]; sum > n {
			from, n = h, sum
		}
	}
	return from, n
}

func (b *builder) cards(hot Hot, texts *texts) []Card {
	var out []Card
	for _, item := range hot.Items {
		out = append(out, b.card(item, texts))
	}
	return out
}

func (b *builder) card(item HotItem, texts *texts) Card {
	cat := b.cats.of(item.Code)
	c := Card{Key: item.Code, Item: item, Proposed: true, Read: Rate{Den: item.Count}}
	areas, placeCounts, objects := map[string]int{}, map[string]int{}, map[string]int{}
	for _, n := range b.ofCategory(cat) {
		f := &b.facts[n]
		at := f.ReceivedAt.In(ticket.Shanghai)
		day := (int(at.Weekday()) + 6) % 7
		c.Pattern.Counts[day][at.Hour()]++
		c.Pattern.Days[day]++
		c.Pattern.Total++
		areas[f.County]++
		if f.Lead == "" && f.State.IsOpen() {
			c.Waiting++
		}
		if t := texts.of(f.ID); t != nil {
			c.Read.Num++
			countEach(placeCounts, placesOf(t))
			countEach(objects, subjectsOf(t))
		}
	}
	rules := b.policy.Rules
	c.Areas = top(areas, rules.TopPlaces, item.Count, noArea)
	c.Places = top(placeCounts, rules.TopPlaces, c.Read.Num, "")
	c.Objects = top(objects, rules.TopSubjects, c.Read.Num, "")
	cause, ok := b.policy.Causes.Of(item.Code)
	c.Cause, c.Missing = cause, !ok
	c.Signs = b.signs(cat, &c)
	c.Lead, c.LeadName = item.lead().Code, c.leadName()
	c.Deadline = ticket.DateOf(b.lastMonth().Add(2).Start().AddDate(0, 0, -1))
	c.Goal = b.goal(cat, ticket.MonthOf(c.Deadline.Start()))
	c.Target = b.target(item) + c.Goal.season()
	c.Evidence = b.evidence(cat, texts)
	return c
}

// lead is the unit with most of the tickets; none when no ticket has a unit.
func (i *HotItem) lead() Count {
	if len(i.Units) == 0 || i.Units[0].Code == "" {
		return Count{} // what has no unit stands last
	}
	return i.Units[0]
}

// leadName names whom to turn to: the hotline itself while no unit has a ticket.
func (c *Card) leadName() string { return cmp.Or(c.Item.lead().Name, desk) }

func countEach(counts map[string]int, names []string) {
	for _, n := range names {
		counts[n]++
	}
}

// top are the n commonest names; the empty name is shown as unnamed, last.
func top(counts map[string]int, n, total int, unnamed string) []Count {
	var out []Count
	for _, name := range sortedKeys(counts) {
		if name != "" {
			out = append(out, Count{Name: name, Count: counts[name], Share: Rate{counts[name], total}})
		}
	}
	slices.SortStableFunc(out, func(x, y Count) int { return cmp.Compare(y.Count, x.Count) })
	out = out[:min(n, len(out))]
	if none := counts[""]; none > 0 && unnamed != "" {
		out = append(out, Count{Name: unnamed, Count: none, Share: Rate{none, total}})
	}
	return out
}

// evidence picks the tickets that say most: dissatisfied, redone, supervised,
// with risk words first; then the newest.
func (b *builder) evidence(cat int, texts *texts) []ticket.ID {
	var found []*ticket.Fact
	for _, n := range b.ofCategory(cat) {
		if f := &b.facts[n]; readable(f) && texts.of(f.ID) != nil {
			found = append(found, f)
		}
	}
	slices.SortFunc(found, func(x, y *ticket.Fact) int {
		return cmp.Or(cmp.Compare(weight(y), weight(x)), y.ReceivedAt.Compare(x.ReceivedAt), cmp.Compare(x.ID, y.ID))
	})
	var ids []ticket.ID
	for _, f := range found[:min(b.policy.Rules.Evidence, len(found))] {
		ids = append(ids, f.ID)
	}
	return ids
}

func weight(f *ticket.Fact) int {
	w := 0
	if f.Satisfied == ticket.No || f.Solved == ticket.No {
		w += 3
	}
	if f.Redos > 0 {
		w += 2
	}
	if f.Supervision != ticket.Unsupervised {
		w += 2
	}
	if f.Risk {
		w++
	}
	return w
}
