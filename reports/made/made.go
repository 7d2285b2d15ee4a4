// Package made gives made-up months of facts and tickets, seeded and the same
// on every run, for looking at documents and for measuring. Every ticket of it
// is marked as a sample unless asked otherwise.
package made

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"huiyin/ticket"
)

// Source is a made-up store. The zero value of the numbers is not useful: use New.
type Source struct {
	categories []ticket.Category
	units      []string
	counties   []string
	calendar   *ticket.Calendar
	weights    []float64
	seed       uint64
	perMonth   int
	first      ticket.Month
	last       ticket.Month
	// Real leaves the sample mark off, so that clean pages can be looked at.
	Real bool

	kept []ticket.Fact // of the last month, for Tickets
	byID []int32       // where they stand, by ID
}

// New makes a source with about perMonth tickets in each of the months.
func New(categories ticket.Categories, units ticket.Units, cal *ticket.Calendar, first, last ticket.Month, perMonth int, seed uint64) *Source {
	s := &Source{categories: categories, calendar: cal, seed: seed, perMonth: perMonth, first: first, last: last}
	for _, u := range units {
		switch u.Kind {
		case ticket.UnitAffiliated, ticket.UnitDepartment:
			s.units = append(s.units, u.Code)
		case ticket.UnitCounty, ticket.UnitZone:
			s.units = append(s.units, u.Code)
			s.counties = append(s.counties, u.County)
		}
	}
	r := rand.New(rand.NewPCG(seed, 1))
	for range categories {
		s.weights = append(s.weights, 1/(0.15+r.Float64()*2))
	}
	return s
}

// Months lists the months.
func (s *Source) Months(context.Context) ([]ticket.Month, error) {
	var out []ticket.Month
	for m := s.first; m <= s.last; m = m.Add(1) {
		out = append(out, m)
	}
	return out, nil
}

// Facts makes the facts of a month.
func (s *Source) Facts(_ context.Context, m ticket.Month) ([]ticket.Fact, error) {
	if m < s.first || m > s.last {
		return nil, nil
	}
	if m == s.last && s.kept != nil {
		return s.kept, nil
	}
	start := m.Start()
	year, month := start.Year(), int(start.Month())
	r := rand.New(rand.NewPCG(s.seed, uint64(year*100+month)))
	n := int(float64(s.perMonth) * (0.85 + 0.3*r.Float64()) * season(month))
	weights := s.monthWeights(r, month)
	days := int(m.End().Sub(start).Hours() / 24)
	out := make([]ticket.Fact, n)
	for i := range out {
		s.fact(&out[i], r, m, start, days, weights, i)
	}
	slices.SortFunc(out, func(a, b ticket.Fact) int { return a.ReceivedAt.Compare(b.ReceivedAt) })
	if m == s.last {
		s.keep(out)
	}
	return out, nil
}

// keep remembers the facts for Tickets, as little as may be beside them: what
// is measured is the report.
func (s *Source) keep(facts []ticket.Fact) {
	s.kept, s.byID = facts, make([]int32, len(facts))
	for i := range s.byID {
		s.byID[i] = int32(i)
	}
	slices.SortFunc(s.byID, func(x, y int32) int { return cmp.Compare(facts[x].ID, facts[y].ID) })
}

func (s *Source) find(id ticket.ID) *ticket.Fact {
	i, found := slices.BinarySearchFunc(s.byID, id, func(n int32, id ticket.ID) int { return cmp.Compare(s.kept[n].ID, id) })
	if !found {
		return nil
	}
	return &s.kept[s.byID[i]]
}

func season(month int) float64 {
	return [13]float64{0, 1.15, 0.9, 0.95, 1, 1.05, 1, 1.05, 1.1, 1, 1.12, 0.95, 0.98}[month]
}

// monthWeights lets some categories rise or fall for a month.
func (s *Source) monthWeights(r *rand.Rand, month int) []float64 {
	out := make([]float64, len(s.weights))
	total := 0.0
	for i, w := range s.weights {
		w *= 0.8 + 0.4*r.Float64()
		if (i+month)%17 == 0 {
			w *= 2.2
		}
		if s.categories[i].Sealed || s.categories[i].Group == "其他" {
			w *= 0.25
		}
		total += w
		out[i] = total
	}
	for i := range out {
		out[i] /= total
	}
	return out
}

func pick(r *rand.Rand, cumulated []float64) int {
	i, _ := slices.BinarySearch(cumulated, r.Float64())
	return min(i, len(cumulated)-1)
}

var (
	channelShares = []float64{0.34, 0.86, 0.91, 0.97, 1}
	kindShares    = []float64{0.3, 0.72, 0.84, 0.98, 1}
	hourShares    = []float64{.005, .008, .01, .012, .015, .02, .05, .11, .2, .31, .41, .47, .51, .57, .65, .73, .81, .88, .93, .96, .975, .985, .993, 1}
)

func (s *Source) fact(f *ticket.Fact, r *rand.Rand, m ticket.Month, start time.Time, days int, weights []float64, i int) {
	cat := pick(r, weights)
	c := s.categories[cat]
	day := r.IntN(days)
	hour := pick(r, hourShares)
	if cat%4 == 1 {
		hour = (hour + 8) % 24
	}
	f.ReceivedAt = start.AddDate(0, 0, day).Add(time.Duration(hour)*time.Hour + time.Duration(r.IntN(3600))*time.Second).UTC()
	f.ID = ticket.NewID(ticket.Channel12345, fmt.Sprintf("%s-%d-%d", m, s.seed, i), 0)
	f.Channel = ticket.Channels[pick(r, channelShares)]
	f.Kind = c.Kind
	if r.IntN(3) == 0 {
		f.Kind = ticket.Kinds[pick(r, kindShares)]
	}
	f.Category = c.Code
	f.Sample = !s.Real
	if r.IntN(12) > 0 {
		f.County = s.counties[(r.IntN(len(s.counties))*r.IntN(3))%len(s.counties)]
	}
	f.CallerKey = uint32(1 + r.IntN(max(4, s.perMonth*4)))
	if r.IntN(25) == 0 {
		f.CallerKey = uint32(1 + cat*3 + r.IntN(3)) // the few who call again and again on one matter
	}
	f.Confidential = r.IntN(60) == 0
	s.handle(f, r, c, cat)
}

// handle gives the ticket a life.
func (s *Source) handle(f *ticket.Fact, r *rand.Rand, c ticket.Category, cat int) {
	switch n := r.IntN(100); {
	case c.Sealed:
		f.State = ticket.HandedOver
		return
	case f.Kind == ticket.Consult && n < 55:
		f.State, f.ClosedAt = ticket.Answered, f.ReceivedAt.Add(5*time.Minute)
		return
	case n < 2:
		f.State, f.ClosedAt = ticket.Rejected, f.ReceivedAt.Add(20*time.Hour)
		return
	case n < 4:
		f.State = ticket.Merged
		return
	}
	unit := (cat*7 + r.IntN(4)) % len(s.units)
	f.Lead = s.units[unit]
	f.CoUnits = r.IntN(8) / 6
	f.Auto = r.IntN(10) < 6
	limit := 5
	if f.Kind == ticket.Consult {
		limit = 3
	}
	due, _ := s.calendar.Deadline(ticket.Due{From: f.ReceivedAt, Limit: ticket.Limit{N: limit, Unit: ticket.LimitWorkdays}})
	f.CloseDue = due
	f.Bounces = r.IntN(20) / 19
	f.Extended = r.IntN(25) == 0
	slow := 0.35 + 0.05*float64(unit%7)
	settled := f.ReceivedAt.Add(time.Duration(float64(due.Sub(f.ReceivedAt)) * (0.15 + slow*r.ExpFloat64()*0.9)))
	f.WorkMinutes = int(settled.Sub(f.ReceivedAt).Minutes() / 24 * 7.5 * 5 / 7)
	if !settled.Before(s.last.End().AddDate(0, 0, 1)) {
		f.State = ticket.Handling
		if r.IntN(4) == 0 {
			f.Supervision, f.Urged = ticket.SupervisionYellow, 1+r.IntN(3)
		}
		return
	}
	f.MetAt, f.Replied, f.Contacted = settled, true, true
	f.Notified = r.IntN(30) > 0
	f.Substantiated = []ticket.Tri{ticket.Yes, ticket.No, ticket.Unknown}[r.IntN(3)]
	f.Mediated = r.IntN(30) == 0
	if r.IntN(40) == 0 {
		f.Supervision, f.Urged = ticket.SupervisionNormal, 1
	}
	s.callback(f, r, c, settled)
}

func (s *Source) callback(f *ticket.Fact, r *rand.Rand, c ticket.Category, settled time.Time) {
	f.CallbackDue = c.Enforcement || f.Kind == ticket.Complaint || r.IntN(3) == 0
	f.State, f.ClosedAt = ticket.Closed, settled.Add(30*time.Hour)
	if !f.CallbackDue {
		return
	}
	if f.ClosedAt.After(s.last.End().AddDate(0, 0, 2)) {
		f.State, f.ClosedAt = ticket.Callback, time.Time{}
		return
	}
	f.CalledBack = true
	if r.IntN(12) == 0 {
		f.Unreachable = true
		return
	}
	answer := func(yes int) ticket.Tri {
		switch n := r.IntN(100); {
		case n < yes:
			return ticket.Yes
		case n < yes+3:
			return ticket.Unknown
		}
		return ticket.No
	}
	f.Responded, f.Solved, f.Satisfied = answer(95), answer(80), answer(86)
	if f.Satisfied == ticket.No && r.IntN(3) == 0 {
		f.Redos = 1
	}
	f.Excluded = r.IntN(50) == 0
}

var (
	placesMade   = []string{"迎晖大道", "鼓楼大街", "高铁东站", "汽车西站", "沙河大桥", "府前路", "柳林大道", "城西收费站"}
	subjectsMade = []string{"5路公交", "12路公交", "捷顺出租汽车公司", "远航驾校", "安达汽修厂", "顺风客运公司"}
)

// farPlaces are so many more places beside those that have names of their own.
const farPlaces = 3000

func (s *Source) somewhere(r *rand.Rand) string {
	if s.perMonth < farPlaces || r.IntN(20) == 0 {
		return placesMade[r.IntN(len(placesMade))]
	}
	return fmt.Sprintf("%d号路", 1+r.IntN(farPlaces))
}

// A made-up text has no meaning, but is as long as those of callers and made
// of the words of one of the few stories of its category.
const (
	storyPairs = 30
	stories    = 3
	storyWords = 60
)

func (s *Source) story(r *rand.Rand, f *ticket.Fact) string {
	var text [2 * storyPairs]rune
	story := (int(f.Category[0])*31+int(f.Category[len(f.Category)-1]))*stories + r.IntN(stories)
	for i := range storyPairs {
		n := story*storyWords + r.IntN(storyWords)
		if r.IntN(8) == 0 {
			n = r.IntN(1 << 16)
		}
		text[2*i], text[2*i+1] = rune(0x4E00+n%20000), rune(0x4E00+n/7%20000)
	}
	return string(text[:])
}

// Tickets makes the tickets of the last month's facts.
func (s *Source) Tickets(_ context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	out := make([]ticket.Ticket, 0, len(ids))
	for _, id := range ids {
		f := s.find(id)
		if f == nil {
			continue
		}
		r := rand.New(rand.NewPCG(s.seed, id.Bits()))
		place, subject := s.somewhere(r), subjectsMade[r.IntN(len(subjectsMade))]
		t := ticket.Ticket{ID: id, Channel: f.Channel, County: f.County, ReceivedAt: f.ReceivedAt, Sample: f.Sample}
		t.Title = fmt.Sprintf("%s附近的问题反映（%s）", place, ticket.Categories(s.categories).Name(f.Category))
		t.Content = s.story(r, f)
		t.State, t.Category, t.Confidential, t.Lead = f.State, f.Category, f.Confidential, f.Lead
		t.Verdict.Entities = []ticket.Entity{{Kind: ticket.EntityRoad, Text: place}}
		if r.IntN(3) == 0 {
			t.Verdict.Entities = append(t.Verdict.Entities, ticket.Entity{Kind: ticket.EntityCompany, Text: subject})
		}
		out = append(out, t)
	}
	return out, nil
}
