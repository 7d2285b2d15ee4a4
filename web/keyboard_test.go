package web

import (
	"testing"

	browse "huiyin/internal/browser"
	"huiyin/ticket"
)

// reachable counts what the Tab key must reach: what can be used and is shown;
// of a group of radio buttons one.
const reachable = `(() => {
	window.__seen = new Set(); window.__unseen = []
	const groups = new Set()
	const folded = (e) => { const box = e.closest('details:not([open])'); return box && box.querySelector('summary') !== e }
	window.__wanted = Array.from(document.querySelectorAll('a[href], button, input, select, textarea, summary')).filter((e) => {
		if (e.disabled || e.type === 'hidden' || e.closest('[hidden], dialog:not([open])') || folded(e) || e.getClientRects().length === 0) return false
		if (e.type === 'radio') { if (groups.has(e.name + e.form)) return false; groups.add(e.name + e.form) }
		return true
	})
	return window.__wanted.length
})()`

// note keeps where the focus is, and whether one sees it there.
const note = `(() => {
	const e = document.activeElement
	if (!e || e === document.body) return window.__seen.size
	const style = getComputedStyle(e), inner = e.matches('[type^=date]') && window.__seen.has(e) // its parts show the focus themselves
	if (!inner && (style.outlineStyle === 'none' || parseFloat(style.outlineWidth) === 0)) window.__unseen.push(e.outerHTML.slice(0, 120))
	const one = e.type === 'radio' ? window.__wanted.find((w) => w.name === e.name && w.form === e.form) : e
	if (window.__wanted.includes(one)) window.__seen.add(one)
	return window.__seen.size
})()`

// TestTheTabKeyReachesEverythingAndIsSeenThere walks whole pages by the Tab key
// alone: nothing is left out, nothing holds the focus, and it is always seen.
func TestTheTabKeyReachesEverythingAndIsSeenThere(t *testing.T) {
	b := newBureau(t)
	b.waiting(1)
	id := b.dispatched(2, "yunfu")
	b.does("unit", id, ticket.StepSign)
	address := b.served()
	for _, c := range []struct{ login, path string }{{"operator", "/queue"}, {"operator", "/tickets"}, {"operator", "/new"}, {"unit", "/tickets/" + string(id)}} {
		v := b.operatorAt(address, c.login, c.path)
		wanted := browse.Find[int](v, reachable)
		for range wanted + 40 { // what scrolls takes the focus, too, and dates in several parts
			v.Press("\t")
			if browse.Find[int](v, note) == wanted {
				break
			}
		}
		if missed := browse.Find[string](v, `window.__wanted.filter((e) => !window.__seen.has(e)).map((e) => e.outerHTML.slice(0, 120)).join('\n')`); missed != "" {
			t.Errorf("%s of %d on %s the Tab key does not reach:\n%s", c.login, wanted, c.path, missed)
		}
		if unseen := browse.Find[string](v, `window.__unseen.join('\n')`); unseen != "" {
			t.Errorf("%s does not see the focus on %s:\n%s", c.login, c.path, unseen)
		}
		if wanted < 15 {
			t.Errorf("%s has only %d things to use", c.path, wanted)
		}
	}
}
