package reports

import (
	"fmt"
	"testing"

	"huiyin/ticket"
)

func TestWhatAListLeavesOutIsSummed(t *testing.T) {
	s := newTold()
	for line := range 7 {
		for n := range 3 + line {
			s.tell(fmt.Sprintf("2026-10-%02d 09:%02d", 9+n%2, line), "C02", uint32(1+n), fmt.Sprintf("l%d路", 1+line), "事由")
		}
	}
	p := testPolicy(t)
	p.Rules.SubjectsShown, p.Rules.GroupsShown, p.Rules.TicketsListed = 2, 3, 4
	m, err := Build(t.Context(), s, p, "2026-10", afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	if len(m.Subjects.Groups) != 1 {
		t.Fatalf("groups of subjects %+v", m.Subjects.Groups)
	}
	g := m.Subjects.Groups[0]
	if want := (Rest{Number: 5, Tickets: 3 + 4 + 5 + 6 + 7}); g.Kind != ticket.EntityLine || g.Total != 7 || len(g.Rows) != 2 || g.Rest != want {
		t.Errorf("%d lines, %d listed, rest %+v, want %+v", g.Total, len(g.Rows), g.Rest, want)
	}
	if top := g.Rows[0]; top.Count != 9 || len(top.Tickets) != 4 {
		t.Errorf("the first counts %d with %d tickets listed", top.Count, len(top.Tickets))
	}
	r := m.Repeats
	if want := (Rest{Number: 4, Tickets: 3 + 4 + 5 + 6}); r.GroupsFound() != 7 || len(r.Groups) != 3 || r.GroupsRest != want {
		t.Errorf("%d group complaints, %d listed, rest %+v, want %+v", r.GroupsFound(), len(r.Groups), r.GroupsRest, want)
	}
}
