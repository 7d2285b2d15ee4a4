package web

import (
	"net/http"
	"strings"
	"testing"

	browse "huiyin/internal/browser"
	"huiyin/ticket"
)

// TestEveryPageFitsTheWindowAndLoadsWhole opens every page as the first person
// who may see it; of those that take a parameter, the ones that people read. What a script throws fails the visitor.
func TestEveryPageFitsTheWindowAndLoadsWhole(t *testing.T) {
	b := october(t)
	var long ticket.ID
	for no := range 3 {
		f := complaint(900 + no)
		f.Title = strings.Repeat("长标题没有停顿", 8) + strings.Repeat("A", 120)
		f.Place = strings.Repeat("B", 120)
		long = b.accept(f)
	}
	b.replied(950)
	b.approved()
	address := b.served()
	seen, opened := map[string]bool{}, 0
	for _, a := range people {
		var paths []string
		for _, r := range b.server.routes() {
			if r.method == http.MethodGet && r.door == consoleDoor && !strings.ContainsAny(r.path, ":*") && r.path != "/events" && r.path != "/reports/period" &&
				!seen[r.path] && allowed(a.Actor(), r.action) {
				seen[r.path] = true
				paths = append(paths, r.path)
			}
		}
		if a.Login == "supervisor" {
			of := "/tickets/" + string(long)
			paths = append(paths, of, of+"/why", "/reports/2026-10", "/reports/cards?month=2026-10", "/reports/editions/2026-10.1/part?name=findings")
		}
		if len(paths) == 0 {
			continue
		}
		visitor := b.operatorAt(address, a.Login, "/")
		for _, path := range paths {
			if !strings.HasPrefix(b.as(a.Login).get(path).body, "<!doctype html>") {
				continue // a file, a fragment
			}
			visitor.Open(path)
			opened++
			if wide := browse.Find[int](visitor, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
				t.Errorf("%s as %s is %d pixels wider than the window", path, a.Login, wide)
			}
			if lost := browse.Find[string](visitor, `performance.getEntriesByType('resource').filter((r) => r.responseStatus >= 400).map((r) => r.name).join(' ')`); lost != "" {
				t.Errorf("%s as %s asks for what is not there: %s", path, a.Login, lost)
			}
		}
	}
	if opened < 20 {
		t.Errorf("only %d pages were opened", opened)
	}
}
