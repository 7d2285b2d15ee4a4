package web

import (
	"strings"
	"testing"

	browse "huiyin/internal/browser"
)

// mostBytes is what a page may weigh for a browser that knows none of it.
const mostBytes = 500 << 10

// TestEveryPageIsOpenToEverybody opens every page of the routes table as the
// first person who may see it: it loads whole and light, fits the window at its
// usual size and at 200 %, and axe-core finds nothing that keeps anybody out,
// with all that unfolds unfolded and each dialog open. What a script throws
// fails the visitor.
func TestEveryPageIsOpenToEverybody(t *testing.T) {
	b, addresses := furnished(t)
	address, seen := b.served(), map[string]bool{}
	looks := map[string][]string{} // by login, "" for a stranger
	for _, page := range pageRoutes(t, b, addresses) {
		if page.door == openDoor {
			looks[""] = append(looks[""], page.path)
		}
		for _, a := range people {
			first := !seen[page.path] && (a.Login == "admin" || !strings.HasPrefix(page.path, "/policy/draft"))
			if page.door == consoleDoor && allowed(a.Actor(), page.action) && (first || page.path == "/") {
				seen[page.path] = true
				looks[a.Login] = append(looks[a.Login], page.path)
			}
		}
	}
	for login, paths := range looks {
		t.Run("as "+login, func(t *testing.T) {
			t.Parallel()
			visitor := chromium().Visitor(t, login, address)
			if login != "" {
				visitor.SignIn(login, testPassword)
			}
			for _, path := range paths {
				visitor.Open(path)
				inspect(t, visitor, login, path)
			}
		})
	}
}

func inspect(t *testing.T, visitor *browse.Visitor, login, path string) {
	t.Helper()
	if code := browse.Find[int](visitor, `performance.getEntriesByType('navigation')[0].responseStatus`); code != 200 {
		t.Errorf("%s as %q answers %d", path, login, code)
		return
	}
	if lost := browse.Find[string](visitor, `performance.getEntriesByType('resource').filter((r) => r.responseStatus >= 400).map((r) => r.name).join(' ')`); lost != "" {
		t.Errorf("%s as %q asks for what is not there: %s", path, login, lost)
	}
	if weight := visitor.Weight(); weight > mostBytes {
		t.Errorf("%s as %q takes %d bytes, more than %d", path, login, weight, mostBytes)
	}
	browse.Find[int](visitor, `document.querySelectorAll('details').forEach((d) => { d.open = true }), 0`)
	for _, barrier := range visitor.Barriers() {
		t.Errorf("%s as %q: %s", path, login, barrier)
	}
	for n := range browse.Find[int](visitor, `document.querySelectorAll('dialog').length`) {
		browse.Find[int](visitor, `(() => { const all = document.querySelectorAll('dialog'); all.forEach((d) => d.close()); all[`+string(rune('0'+n))+`].showModal(); return 0 })()`)
		for _, barrier := range visitor.Barriers() {
			t.Errorf("dialog %d of %s as %q: %s", n, path, login, barrier)
		}
	}
	for _, width := range []int64{1366, 683} {
		visitor.Resize(width, 768)
		if wide := browse.Find[int](visitor, `document.documentElement.scrollWidth - document.documentElement.clientWidth`); wide > 0 {
			t.Errorf("%s as %q is %d pixels wider than a window of %d", path, login, wide, width)
		}
	}
	visitor.Resize(1366, 768)
}
