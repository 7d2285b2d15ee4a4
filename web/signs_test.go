package web

import (
	"context"
	"net/http"
	"testing"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/outbox"
	"huiyin/workflow/signs"
)

// tellings notes what is told.
type tellings map[string]int

func (t tellings) Tell(_ context.Context, _ time.Time, m outbox.Matter) error {
	t[m.ID]++
	return nil
}

func TestABurstIsRaisedOnceAndLookedAtWithAWord(t *testing.T) {
	b := october(t)
	day := ticket.DateOf(b.now())
	w := &reports.Watch{At: b.now(), Early: reports.Early{FalseAlarms: 1, Bursts: []reports.Burst{
		{Date: day, Days: 1, Code: "C01", Name: "出租汽车拒载、绕路、甩客", Count: 12, Expected: 3.2, P: 1e-5, About: []reports.Count{{Name: "高铁东站", Count: 9}}},
	}}}
	told, books := tellings{}, b.server.books
	for hour := range 30 { // looked for every hour, on the next day too
		fresh, err := books.RaiseSigns(b.ctx, b.now().Add(time.Duration(hour)*time.Hour), w, told)
		b.check(err)
		if (fresh == 1) != (hour == 0) {
			t.Fatalf("hour %d: %d new", hour, fresh)
		}
		w.Early.Bursts[0].Date = ticket.DateOf(b.now().Add(time.Duration(hour) * time.Hour)) // the burst goes on
	}
	id := "C01-" + string(day)
	if len(told) != 1 || told[id] == 0 {
		t.Errorf("told of %v", told)
	}
	for _, who := range []string{"supervisor", "leader"} {
		b.as(who).get("/").has(t, http.StatusOK, "苗头待看")
	}
	b.as("unit").get("/signs").has(t, http.StatusForbidden)
	supervisor := b.as("supervisor")
	supervisor.get("/signs").has(t, http.StatusOK, "出租汽车拒载", "3.2", "待看")
	supervisor.get("/signs/"+id).has(t, http.StatusOK, "12 件，预期 3.2 件", "误报控制在 1 次以内", "高铁东站 9 件")
	supervisor.matterStep(books.Signs.Desk, "/signs/", id, signs.Look).has(t, http.StatusUnprocessableEntity)
	supervisor.matterStep(books.Signs.Desk, "/signs/", id, signs.Look, "word", "东站调整上客区，已请执法支队加派").has(t, http.StatusSeeOther)
	supervisor.get("/signs").has(t, http.StatusOK, "已看", "东站调整上客区")
}
