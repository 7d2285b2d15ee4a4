package web

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/cases"
	"huiyin/workflow/signs"
)

// furnished is a bureau in which every page has something to show, and an
// address for each route that takes a parameter or shows nothing without one.
// A new page without an address here fails the sweep.
func furnished(t *testing.T) (*bureau, map[string]string) {
	t.Helper()
	b := october(t)
	var long ticket.ID
	for no := range 3 {
		f := complaint(900 + no)
		f.Title = strings.Repeat("长标题没有停顿", 8) + strings.Repeat("A", 120)
		f.Place = strings.Repeat("B", 120)
		long = b.accept(f)
	}
	b.waiting(940)
	b.replied(950)
	b.as("supervisor").post("/reports/2026-10/begin", nil).has(t, http.StatusSeeOther)
	b.as("supervisor").matterStep(b.server.books.Cards.Desk, "/cards/", "2026-10-C01", cards.Reassign, "unit", "yunfu", "reason", "出租行业由其管理").has(t, http.StatusSeeOther)
	b.approved()
	sign := signs.Sign{Date: "2026-10-30", Days: 7, Code: "C01", Name: "出租汽车拒载", Count: 12, Expected: 2}
	_, err := b.server.books.Signs.Raise(b.ctx, b.now(), []signs.Sign{sign})
	b.check(err)
	sheetsAndRating(t, b)
	b.as("supervisor").post("/ratings/2026-Q3/steps/rating_confirm", url.Values{"version": {"1"}, "request": {"r1"}}).has(t, http.StatusSeeOther)
	b.lesson(long)
	sealed, err := b.line.SealParty("案1", ticket.Caller{Name: "胡某某", Contact: "13900001234"})
	b.check(err)
	filing := cases.Filing{No: "案1", Cause: "擅自从事网约车经营", Unit: "zhidui", Closed: "2026-10-15", Sealed: sealed}
	_, err = b.server.books.Cases.File(b.ctx, b.now(), ticket.Service, filing)
	b.check(err)
	_, err = b.server.books.Cases.DrawCases(b.ctx, b.now(), ticket.Service, "2026-10", nil)
	b.check(err)
	sheet := b.as("operator").upload("a.csv", "工单编号,标题,内容\nX1,出租车拒载,在火车站打车被拒载\n", "12345").header.Get("Location")
	b.as("operator").until(sheet, `data-test="import-checked"`)
	b.as("admin").post("/policy/draft", nil).has(t, http.StatusSeeOther)
	of := "/tickets/" + string(long)
	return b, map[string]string{
		"/help/:role": "/help/unit", "/tickets/:id": of, "/tickets/:id/why": of + "/why", "/queue/:id": "/queue/" + string(long),
		"/matters/tickets": "/matters/tickets?month=2026-10&what=matter&n=1",
		"/reports/cards":   "/reports/cards?month=2026-10", "/reports/:month": "/reports/2026-10",
		"/reports/editions/:id/part": "/reports/editions/2026-10.1/part?name=findings",
		"/signs/:id":                 "/signs/" + sign.ID(), "/cards/:id": "/cards/2026-10-C01",
		"/cases/:id": "/cases/" + string(cases.IDOf("案1")), "/rectifications/:id": "/rectifications/" + b.problem(nil),
		"/sheets/:id": "/sheets/2026-09-yunfu", "/ratings/:id": "/ratings/2026-Q3", "/import/:id": sheet,
		"/policy/proposals/:kind/:key": lessonPath, "/policy/draft/sheet": "/policy/draft/sheet?" + url.Values{"file": {"keywords.csv"}}.Encode(),
	}
}

// noPages are routes that answer with a file, a fragment or a stream.
var noPages = map[string]bool{
	"/static/*": true, "/favicon.ico": true, "/healthz": true, "/readyz": true, "/metrics": true, "/events": true,
	"/tickets/:id/attachments/:sum": true, "/tickets/:id/attachments/:sum/small": true, "/searches/counts": true,
	"/tickets/:id/beside/:other": true, "/queue/:id": true, "/reports/period": true, "/reports/:month.:format": true,
	"/import/:id/rejects": true, "/audit/export": true, "/policy/draft/download": true, "/sheets/:id/download": true, "/ratings/:id/download": true,
	"/notices/:ticket/:seq/:step": true, "/welcome": true, "/help/pictures/:name": true, "/api/openapi.json": true,
	"/public/reports/:period": true, // looked at where a digest is published
}

// pageRoutes are the routes that people read, with their addresses.
func pageRoutes(t *testing.T, b *bureau, addresses map[string]string) []route {
	t.Helper()
	var pages []route
	for _, r := range b.server.routes() {
		if r.method != fiber.MethodGet || noPages[r.path] || r.door == apiDoor || strings.HasPrefix(r.path, "/open311/") {
			continue
		}
		if address, ok := addresses[r.path]; ok {
			r.path = address
		}
		if strings.ContainsAny(r.path, ":*") {
			t.Errorf("the page at %s has no address to look at", r.path)
			continue
		}
		pages = append(pages, r)
	}
	return pages
}
