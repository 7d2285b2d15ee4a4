// Package sample makes up complaints: varied, seeded, and never presented as
// real. The demo, the benches and the tests are filled with them. The sentences
// are in matters.csv, a line for each way in which a matter is told.
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
	Secret   bool // the caller asked for confidence
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
	weights []int
	total   int
	regular []Person // who calls again and again
	hot     []hotspot
	last    Complaint
	n       int
}

// New makes a Maker.
func New(seed uint64) *Maker {
	m := &Maker{rng: rand.New(rand.NewPCG(seed, 0x68756979696e)), matters: matters()}
	for _, mt := range m.matters {
		m.total += mt.weight
		m.weights = append(m.weights, m.total)
	}
	for range 12 {
		m.regular = append(m.regular, m.person())
	}
	m.hot = m.hotspots()
	return m
}

// Complaint makes the next complaint, told at a time. Part of them repeat the
// one before with small changes, come from people who call often, or belong to
// a matter of which many complain.
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
	scene := m.scene(at)
	mt := m.pick()
	if h, ok := m.hotNow(at); ok {
		mt, scene = h.matter, h.over(scene)
	}
	c := Complaint{
		Channel: m.channel(mt), Kind: mt.kind, Category: mt.category, CalledAt: at,
		County: scene["县区"], Place: scene["县区"] + scene["地点"], Caller: m.caller(),
		Title: m.dirt(scene.fill(mt.title), false), Content: m.dirt(m.story(mt, scene), true),
		Subject: scene.fill(mt.subject),
		Secret:  mt.secret || mt.kind == "投诉举报" && m.chance(3),
	}
	c.SourceNo = m.number(c.Channel, at)
	return c
}

// again is the complaint before, told by the same or another person in hardly
// other words.
func (m *Maker) again(at time.Time) Complaint {
	c := m.last
	c.CalledAt, c.SourceNo = at, m.number(c.Channel, at)
	if m.chance(50) {
		c.Caller = m.person()
	}
	c.Content = m.one(closings) + c.Content
	return c
}

func (m *Maker) pick() matter {
	n := m.rng.IntN(m.total)
	for i, upTo := range m.weights {
		if n < upTo {
			return m.matters[i]
		}
	}
	return m.matters[0]
}

// chance is true in so many of a hundred cases.
func (m *Maker) chance(percent int) bool { return m.rng.IntN(100) < percent }

func (m *Maker) one(choices []string) string { return choices[m.rng.IntN(len(choices))] }
