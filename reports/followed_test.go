package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/reports/matter"
	"huiyin/ticket"
)

// aboutLine is a month's matter at a bus line.
func aboutLine(line string, n int, words ...string) ReadMatter {
	p := matter.Profile{Anchors: []matter.Named{{Kind: ticket.EntityLine, Name: line, Share: 0.9}}, Cats: []matter.Named{{Name: "B01", Share: 1}}}
	for i, w := range words {
		p.Words = append(p.Words, matter.Weight{Word: w, Weight: 3 - float64(i)})
	}
	return ReadMatter{Title: line + " " + words[0], Profile: p, Tickets: make([]ticket.ID, n)}
}

func TestAMeasuresEffectIsThatOfItsMatterAndNotOfTheWholeCategory(t *testing.T) {
	b := newBuilder(testPolicy(t), MonthPeriod("2026-10"), Scope{}, afterOctober())
	stops := func(n int) ReadMatter { return aboutLine("3路", n, "甩站", "司机") }
	hotBus := func(n int) ReadMatter { return aboutLine("3路", n, "空调", "闷热") }
	for m, list := range map[ticket.Month][]ReadMatter{
		"2026-05": {stops(30)}, // a gap follows: what was read before it is not counted
		"2026-07": {stops(20), hotBus(9)}, "2026-08": {hotBus(40), stops(22)}, "2026-09": {aboutLine("5路", 50, "甩站", "司机"), hotBus(8)},
	} {
		b.readings[m] = &Reading{Month: m, Matters: list}
	}
	b.reading = &Reading{Month: "2026-10", Matters: []ReadMatter{hotBus(12), stops(6)}}
	months, series, how := b.follows(stops(1).Profile.Key())
	if diff := cmp.Diff([]ticket.Month{"2026-07", "2026-08", "2026-09", "2026-10"}, months); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]int{20, 22, 0, 6}, series); diff != "" {
		t.Error(diff)
	}
	if how.Found != 3 || how.Months != 4 || how.Title != "3路 甩站" || how.Like < 0.9 {
		t.Errorf("%+v", how)
	}
	entry := ticket.Rectification{Matter: "B01", Signature: stops(1).Profile.Key(), ApprovedAt: shanghai("2026-08-20 10:00"), Target: 7}
	b.since = "2026-01"
	x := b.effect(&entry)
	if x.Followed == nil || x.Before != (Monthly{20, 1}) || x.After != (Monthly{6, 2}) || x.Now != 6 || x.Verdict != VerdictReached {
		t.Errorf("%+v", x)
	}
	entry.Signature = aboutLine("99路", 1, "别的").Profile.Key()
	if x := b.effect(&entry); x.Followed != nil {
		t.Errorf("a matter that never came up is followed: %+v", x)
	}
}
