package reports

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"pgregory.net/rapid"

	"huiyin/ticket"
)

// drawFact draws a ticket of a month with any life that the workflow allows.
func drawFact(t *rapid.T, n int, m ticket.Month) ticket.Fact {
	pick := func(label string, from ...string) string { return rapid.SampledFrom(from).Draw(t, label) }
	start := m.Start()
	hours := int(m.End().Sub(start).Hours())
	f := ticket.Fact{
		ID: ticket.IDFromBits(uint64(n+1) << 8), Channel: rapid.SampledFrom(ticket.Channels).Draw(t, "channel"),
		Kind:     rapid.SampledFrom(ticket.Kinds).Draw(t, "kind"),
		Category: pick("category", "A02", "A05", "B01", "C02", "I02", "X01", "X02", "X03", "Q99", ""),
		Lead:     pick("lead", "", "zhidui", "gonglu", "yunfu", "jijian", "waibu", "gone"),
		County:   pick("county", "", "城东区", "城西区"),
		State:    rapid.SampledFrom(ticket.States).Draw(t, "state").State,
		CoUnits:  rapid.IntRange(0, 3).Draw(t, "co"), CallerKey: uint32(rapid.IntRange(0, 5).Draw(t, "caller")),
		ReceivedAt: start.Add(time.Duration(rapid.IntRange(0, hours-1).Draw(t, "received")) * time.Hour).UTC(),
	}
	later := func(label string) time.Time {
		if rapid.Bool().Draw(t, label+"?") {
			return f.ReceivedAt.Add(time.Duration(rapid.IntRange(0, 1500).Draw(t, label)) * time.Hour)
		}
		return time.Time{}
	}
	f.CloseDue, f.MetAt = later("due"), later("met")
	if !f.State.IsOpen() || rapid.IntRange(0, 9).Draw(t, "redone") == 0 {
		f.ClosedAt = later("closed")
	}
	tri := func(label string) ticket.Tri { return ticket.Tri(rapid.IntRange(-1, 1).Draw(t, label)) }
	f.Responded, f.Solved, f.Satisfied, f.Substantiated = tri("responded"), tri("solved"), tri("satisfied"), tri("substantiated")
	flags := rapid.SliceOfN(rapid.Bool(), 9, 9).Draw(t, "flags")
	f.CallbackDue, f.CalledBack, f.Unreachable, f.Excluded = flags[0], flags[1], flags[2], flags[3]
	f.Notified, f.Replied, f.Confidential, f.Extended, f.Risk = flags[4], flags[5], flags[6], flags[7], flags[8]
	f.WorkMinutes = rapid.IntRange(0, 5000).Draw(t, "minutes")
	f.Supervision = rapid.SampledFrom([]ticket.Supervision{"", "", ticket.SupervisionNormal, ticket.SupervisionRed}).Draw(t, "supervision")
	return f
}

func drawSource(t *rapid.T) *memory {
	src := &memory{facts: map[ticket.Month][]ticket.Fact{}, tickets: map[ticket.ID]ticket.Ticket{}}
	n := 0
	for _, m := range []ticket.Month{"2025-10", "2026-08", "2026-09", "2026-10"} {
		for range rapid.IntRange(0, 12).Draw(t, "count") {
			f := drawFact(t, n, m)
			src.facts[m] = append(src.facts[m], f)
			src.tickets[f.ID] = ticket.Ticket{ID: f.ID, Title: "反映一件事", Subject: "某某公交公司", Progress: ticket.Progress{State: f.State, Confidential: f.Confidential}}
			n++
		}
	}
	return src
}

func drawNow(t *rapid.T) time.Time {
	return shanghai(rapid.SampledFrom([]string{"10-15 12:00", "11-02 09:00", "2027-03-01 09:00"}).Draw(t, "now"))
}

// Every cross-section of the month adds up to what was received, and every
// book balances.
func TestSumsAddUp(t *testing.T) {
	p := testPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		src, now := drawSource(t), drawNow(t)
		m, err := Build(t.Context(), src, p, "2026-10", now)
		if err != nil {
			t.Fatal(err)
		}
		total := m.Volume.Received
		want := func(claim string, got, want int) {
			if got != want {
				t.Errorf("%s: %d, want %d", claim, got, want)
			}
		}
		cells, byKind := 0, 0
		for _, c := range m.Sources.Channels {
			row := 0
			for _, n := range c.Counts {
				row += n
			}
			want("a channel's kinds", row, c.Count)
			cells += row
		}
		for _, k := range m.Sources.Kinds {
			byKind += k.Count
		}
		want("channels × kinds", cells, total)
		want("kinds", byKind, total)
		areas, fields, items := 0, 0, 0
		for _, a := range m.Areas.Rows {
			areas += a.Count
		}
		for _, f := range m.Fields.Rows {
			fields += f.Count
			for _, i := range f.Items {
				items += i.Count
			}
		}
		want("areas", areas, total)
		want("fields", fields, total)
		want("items", items, total)
		units := m.Units.NoUnit
		for _, r := range append(m.Units.Ranked(), m.Units.Small...) {
			units += r.Received
		}
		for _, e := range m.Units.External {
			units += e.Count
		}
		want("units", units, total)
		v := m.Volume
		want("the stock", v.CarriedIn+v.Received, v.Closed+v.Left+v.CarriedOut)
		q := m.Units.All
		want("due", q.OnTime.Raw.Num+q.Late+q.OpenLate, q.Due)
		cb, groups := m.Callback.Total, 0
		want("callbacks", cb.Reached+cb.Unreachable+cb.Waiting, cb.Due)
		for _, g := range m.Callback.Groups {
			groups += g.Due
		}
		want("callback groups", groups, cb.Due)
		want("callback indicator", m.Indicators[3].Rate.Den, cb.Due)
		if cb.Satisfied != q.Satisfied {
			t.Errorf("two satisfaction rates: %v and %v", cb.Satisfied, q.Satisfied)
		}
	})
}

// The stock and the due tickets are counted again, ticket by ticket, in the
// plainest way.
func TestRecount(t *testing.T) {
	p := testPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		src, now := drawSource(t), drawNow(t)
		m, err := Build(t.Context(), src, p, "2026-10", now)
		if err != nil {
			t.Fatal(err)
		}
		start, end := ticket.Month("2026-10").Start(), ticket.Month("2026-10").End()
		if now.Before(end) {
			end = now.Add(time.Second)
		}
		within := func(at time.Time) bool { return !at.IsZero() && !at.Before(start) && at.Before(end) }
		var received, closed, in, out, due, onTime, openLate, reached, unreachable int
		for _, facts := range src.facts {
			for _, f := range facts {
				gone := f.ClosedAt.IsZero() && (f.State == ticket.Merged || f.State == ticket.HandedOver)
				openAt := func(at time.Time) bool {
					return !gone && f.ReceivedAt.Before(at) && (f.ClosedAt.IsZero() || !f.ClosedAt.Before(at))
				}
				if within(f.ReceivedAt) {
					received++
				}
				if within(f.ClosedAt) {
					closed++
				}
				if openAt(start) {
					in++
				}
				if openAt(end) {
					out++
				}
				if within(f.CloseDue) && f.State != ticket.Merged && f.State != ticket.HandedOver && f.ReceivedAt.Before(end) {
					due++
					switch at := f.SettledAt(); {
					case at.IsZero() || !at.Before(end):
						openLate++
					case at.Before(f.CloseDue):
						onTime++
					}
				}
				if within(f.SettledAt()) && f.ReceivedAt.Before(end) {
					if f.Unreachable {
						unreachable++
					} else if f.CalledBack {
						reached++
					}
				}
			}
		}
		got := []int{m.Volume.Received, m.Volume.Closed, m.Volume.CarriedIn, m.Volume.CarriedOut, m.Units.All.Due, m.Units.All.OnTime.Raw.Num,
			m.Units.All.OpenLate, m.Callback.Total.Reached, m.Callback.Total.Unreachable}
		want := []int{received, closed, in, out, due, onTime, openLate, reached, unreachable}
		for i, name := range []string{"received", "closed", "carried in", "carried out", "due", "on time", "open late", "reached", "unreachable"} {
			if got[i] != want[i] {
				t.Errorf("%s: %d, a recount gives %d", name, got[i], want[i])
			}
		}
	})
}

// The order in which a store hands over its facts changes nothing, and the same
// data gives the same bytes.
func TestOrderOfFactsDoesNotMatter(t *testing.T) {
	p := testPolicy(t)
	rapid.Check(t, func(t *rapid.T) {
		src, now := drawSource(t), drawNow(t)
		seed := rapid.Uint64().Draw(t, "seed")
		text := func() string {
			m, err := Build(t.Context(), src, p, "2026-10", now)
			if err != nil {
				t.Fatal(err)
			}
			var b bytes.Buffer
			if err := WriteJSON(&b, m); err != nil {
				t.Fatal(err)
			}
			if err := WriteHTML(&b, m); err != nil {
				t.Fatal(err)
			}
			return b.String()
		}
		before := text()
		r := rand.New(rand.NewPCG(seed, 2))
		for _, facts := range src.facts {
			r.Shuffle(len(facts), func(i, k int) { facts[i], facts[k] = facts[k], facts[i] })
		}
		if before != text() {
			t.Error("shuffled facts gave another report")
		}
	})
}
