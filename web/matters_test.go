package web

import (
	"strings"
	"testing"

	"huiyin/reports"
	"huiyin/ticket"
)

func TestRowsOfTheMattersPageLeadToTheirTickets(t *testing.T) {
	ids := []ticket.ID{"0AYV98N0HBHV", "W9F0SKRNJEKG"}
	m := &reports.Month{Month: "2026-10"}
	m.Matters.Items = []reports.Matter{{Rank: 1, Title: "3路 甩站", Tickets: ids, First: "2026-10-02", Last: "2026-10-09", Trend: []int{-1, 2}, Flags: []reports.Flag{reports.FlagStubborn}}}
	m.Early = reports.Early{Possible: true, Bursts: []reports.Burst{{Date: "2026-10-20", Days: 7, Name: "黑车", Count: 12, Expected: 3, Tickets: ids[:1]}}}
	m.Focus = reports.Focus{For: "2026-11", Rows: []reports.FocusRow{{Rank: 1, Name: "东站", Category: "黑车", Evidence: ids}}}
	m.Subjects.Groups = []reports.SubjectGroup{{Name: "线路", Rows: []reports.Subject{{Name: "3路", Count: 2, Few: true, Tickets: ids}}}}
	view := topicsOf(m)
	for _, c := range []struct {
		claim, href, what string
		n, tickets        int
	}{
		{"a matter", view.Matters[0].Href, "matter", 0, 2},
		{"an early sign", view.Bursts[0].Href, "burst", 0, 1},
		{"a spot", view.Focus[0].Href, "focus", 0, 2},
		{"a subject", view.Subjects[0].Rows[0].Href, "subject-0", 0, 2},
	} {
		title, behind := behindRow(m, c.what, c.n)
		if title == "" || len(behind) != c.tickets || !strings.Contains(c.href, "what="+c.what) || !strings.Contains(c.href, "n=1") {
			t.Errorf("%s: %s leads to %q %v", c.claim, c.href, title, behind)
		}
	}
	for _, what := range []string{"matter", "burst", "focus", "subject-0", "subject-7", "subject-x", "nothing"} {
		if title, behind := behindRow(m, what, 5); title != "" || behind != nil {
			t.Errorf("%s 6 is none, and leads to %q", what, title)
		}
		if title, _ := behindRow(m, what, -1); title != "" {
			t.Errorf("%s 0 is none, and leads to %q", what, title)
		}
	}
	if got := view.Matters[0].Trend; got != "– 2" {
		t.Errorf("trend %q", got)
	}
}

func TestWhoReadsNoReportsSeesNoMatters(t *testing.T) {
	b := newBureau(t)
	for login, may := range map[string]bool{"leader": true, "supervisor": true, "unit": false} {
		page := b.as(login).get("/matters")
		if ok := page.status == 200; ok != may {
			t.Errorf("/matters as %s: %d", login, page.status)
		}
		if shown := strings.Contains(b.as(login).get("/dashboard").body, `data-test="topics"`); shown != may {
			t.Errorf("the dashboard of %s shows matters: %v", login, shown)
		}
	}
}
