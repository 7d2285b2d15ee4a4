package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huiyin/reports"
	"huiyin/ticket"
)

// sheetOf issues the sheets of September to two units and drafts a rating.
func sheetsAndRating(t *testing.T, b *bureau) {
	t.Helper()
	for _, unit := range []string{"yunfu", "gonglu"} {
		figures, err := json.Marshal(reports.Sheet{Month: "2026-09", Unit: unit, Name: unit + "名称", By: "2026-10-25",
			Rows: []reports.SheetRow{{ID: "T-" + ticket.ID(unit), Category: "拒载", Verdict: "按期办结"}}})
		b.check(err)
		_, err = b.server.books.Sheets.Put(b.ctx, b.now(), "2026-09", unit, "2026-10-25", figures)
		b.check(err)
	}
	quarter, err := reports.ParsePeriod("2026-Q3")
	b.check(err)
	part := []reports.RatedPart{{Rate: reports.Score{Raw: reports.Rate{Num: 9, Den: 10}, Adjusted: reports.Rate{Num: 9, Den: 9}}, Counted: true, Points: 100}}
	figures, err := json.Marshal(reports.Rating{Quarter: quarter, Minimum: 5, Bands: []reports.RatingBand{{Name: "优", From: 0}},
		Components: []reports.Component{{Name: "按期办结率", Weight: 100, Full: 1}},
		Units: []reports.RatedUnit{
			{Unit: "yunfu", Name: "运服全名", Due: 9, Score: 100, Band: "优", Parts: part},
			{Unit: "gonglu", Name: "公路全名", Due: 3, Band: reports.Unrated, Parts: part},
		}})
	b.check(err)
	_, err = b.server.ratings().Put(b.ctx, b.now(), "2026-Q3", ticket.Service, figures)
	b.check(err)
}

func TestAUnitConfirmsItsSheetInTheConsole(t *testing.T) {
	b := newBureau(t)
	sheetsAndRating(t, b)
	w := b.as("unit")
	w.get("/").has(t, 200, "单位月报表请于2026-10-25前核对确认")
	w.get("/sheets").has(t, 200, "2026年9月", "待确认 1 份")
	w.get("/sheets/2026-09-yunfu").has(t, 200, "yunfu名称", "T-yunfu", "确认")
	w.get("/sheets/2026-09-gonglu").has(t, http.StatusNotFound)
	w.get("/sheets/2026-09-gonglu/download?format=xlsx").has(t, http.StatusNotFound)
	if a := w.get("/sheets/2026-09-yunfu/download?format=xlsx"); a.status != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("the workbook: %d", a.status)
	}
	b.as("supervisor").post("/sheets/2026-09-yunfu/steps/sheet_confirm", url.Values{"version": {"1"}, "request": {"r0"}}).has(t, http.StatusForbidden)
	w.post("/sheets/2026-09-yunfu/steps/sheet_confirm", url.Values{"version": {"1"}, "request": {"r1"}, "remarks": {"第三件应剔除"}}).has(t, http.StatusSeeOther)
	w.get("/sheets/2026-09-yunfu?done=sheet_confirm").has(t, 200, "已完成：确认", "第三件应剔除")
	b.as("supervisor").get("/sheets").has(t, 200, "曹经办", "待确认 1 份")
	b.as("operator").get("/sheets").has(t, http.StatusForbidden)
}

func TestARatingIsConfirmedByTheSupervisorThenSeenByEachUnit(t *testing.T) {
	b := newBureau(t)
	sheetsAndRating(t, b)
	unit, supervisor := b.as("unit"), b.as("supervisor")
	unit.get("/ratings/2026-Q3").has(t, http.StatusNotFound)
	unit.get("/ratings/2026-Q3/download?format=xlsx").has(t, http.StatusNotFound)
	supervisor.get("/ratings/2026-Q3").has(t, 200, "运服全名", "公路全名", "不评", "确认")
	unit.post("/ratings/2026-Q3/steps/rating_confirm", url.Values{"version": {"1"}, "request": {"r0"}}).has(t, http.StatusNotFound)
	supervisor.post("/ratings/2026-Q3/steps/rating_confirm", url.Values{"version": {"1"}, "request": {"r1"}}).has(t, http.StatusSeeOther)
	page := unit.get("/ratings/2026-Q3")
	page.has(t, 200, "运服全名", "（9/9）")
	if strings.Contains(page.body, "公路全名") {
		t.Error("a unit is shown another unit's rating")
	}
	if a := unit.get("/ratings/2026-Q3/download?format=html"); a.status != 200 || strings.Contains(a.body, "公路全名") {
		t.Errorf("the download: %d", a.status)
	}
}
