// Package sample makes up complaints: varied, seeded, and never presented as
// real. The demo, the benches and the tests are filled with them. The sentences
// are in texts: for each matter, what happened, details and demands, from which
// a story is put together in the tone of its caller.
package sample

import (
	"math/rand/v2"
	"time"
)

// Complaint is a made-up complaint as a hotline's export would hold it.
type Complaint struct {
	Channel  string // 12345, 12328, …
	SourceNo string
	Title    string
	Content  string
	Kind     string // 信息咨询, 投诉举报, …
	Category string // what it was made from; the classifier is not told
	Caller   Person
	Place    string
	County   string
	Subject  string
	CalledAt time.Time
	Secret   bool   // the caller asked for confidence
	Urgency  string // as a source would write it, mostly 一般
	Group    string // complaints of the same event have the same, empty for most
}

// Person is a made-up caller.
type Person struct {
	Name, Sex, Phone, Address string
}

// Maker makes complaints. The same seed makes the same ones. It is not safe
// for concurrent use.
type Maker struct {
	rng     *rand.Rand
	matters []matter
	regular []Person // who calls again and again
	hot     []hotspot
	group   *group
	groups  int
	last    Complaint
	n       int
}

// New makes a Maker.
func New(seed uint64) *Maker {
	m := &Maker{rng: rand.New(rand.NewPCG(seed, 0x68756979696e)), matters: matters()}
	for range 12 {
		m.regular = append(m.regular, m.person())
	}
	m.hot = m.hotspots()
	return m
}

// Complaint makes the next complaint, told at a time. Part of them repeat the
// one before with small changes, come from people who call often, belong to an
// event of which several complain, or to a matter that comes back.
func (m *Maker) Complaint(at time.Time) Complaint {
	m.n++
	if m.n > 1 && m.chance(2) {
		return m.again(at)
	}
	c := m.fresh(at)
	m.last = c
	return c
}

func (m *Maker) fresh(at time.Time) Complaint {
	s, mt, shared := m.scene(at), m.pick(at), ""
	caller := m.caller()
	if g, ok := m.groupNow(at); ok {
		mt, s, shared, caller = g.matter, g.over(s), g.name, m.person()
	} else if h, ok := m.hotNow(at); ok {
		mt, s = h.matter, h.over(s)
	}
	story := m.story(mt, s)
	if shared != "" && m.chance(60) {
		story += m.one(together)
	}
	c := Complaint{
		Channel: m.channel(mt), Kind: mt.kind, Category: mt.category, CalledAt: at,
		County: s["县区"], Place: m.place(s), Caller: caller, Group: shared,
		Title: m.dirt(m.choose(s.fill(m.one(mt.titles))), false), Content: m.dirt(story, true),
		Subject: mt.subject, Urgency: m.urgency(mt),
		Secret: mt.secret || mt.kind == "投诉举报" && m.chance(3),
	}
	c.SourceNo = m.number(c.Channel, at)
	return c
}

// place is the place as it is typed in: whole, or only part of it, or not.
func (m *Maker) place(s scene) string {
	switch n := m.rng.IntN(10); {
	case n == 0:
		return ""
	case n < 5:
		return s["地点"]
	}
	return s["县区"] + s["地点"]
}

func (m *Maker) urgency(mt *matter) string {
	if mt.category == "N01" && m.chance(30) || m.chance(2) {
		return "紧急"
	}
	return "一般"
}

// again is the complaint before, told by the same or another person in hardly
// other words.
func (m *Maker) again(at time.Time) Complaint {
	c := m.last
	c.CalledAt, c.SourceNo = at, m.number(c.Channel, at)
	if m.chance(50) {
		c.Caller = m.person()
	}
	c.Content = m.one([]string{"再次来电：", "催办：", "同前次工单，", "又打电话来反映，", ""}) + c.Content
	return c
}

// pick takes a matter by how often it comes up in the month.
func (m *Maker) pick(at time.Time) *matter {
	month, total := at.Month(), 0
	for i := range m.matters {
		total += m.matters[i].weightIn(month)
	}
	n := m.rng.IntN(total)
	for i := range m.matters {
		if n -= m.matters[i].weightIn(month); n < 0 {
			return &m.matters[i]
		}
	}
	return &m.matters[0]
}

// chance is true in so many of a hundred cases.
func (m *Maker) chance(percent int) bool { return m.rng.IntN(100) < percent }

func (m *Maker) one(choices []string) string {
	if len(choices) == 0 {
		return ""
	}
	return choices[m.rng.IntN(len(choices))]
}
