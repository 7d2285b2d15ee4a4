package web

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// everyDoor are the pages and interfaces that show more than one ticket, by the
// address that would bring out most.
var everyDoor = []string{
	"/", "/queue", "/tickets?q=%E5%8D%A1%E6%8B%89OK", "/tickets?state=open&due=overdue", "/tickets?q=RX0002", "/mine", "/mine?tab=handling", "/mine?tab=helping",
	"/review", "/callbacks", "/supervision", "/supervision/returns", "/dashboard", "/matters", "/reports", "/notices", "/searches/counts",
	"/api/v1/tickets", "/api/v1/tickets?q=RX0002", "/api/v1/tickets?category=C01", "/api/v1/stats/summary", "/events",
}

// TestASealedClueIsBehindNoDoor hands a ticket over that its unit had already
// signed, and looks for it as everybody, the accused unit first of all.
func TestASealedClueIsBehindNoDoor(t *testing.T) {
	b := newBureau(t)
	seen := b.dispatched(1, "yunfu") // the same caller, the same matter: its page must not point to the clue either
	f := complaint(2)
	f.Title, f.Content = "卡拉OK厅收钱放行", "来电人反映执法人员在卡拉OK厅收钱放行黑车。"
	id := b.accept(f)
	if b.ticket(id).State == ticket.Received && b.ticket(id).Pending["hand_over"] == "" {
		b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "co", "gonglu", "category", "C01", "kind", "complaint", "reason", "先核实")
	}
	b.does("operator", id, ticket.StepProposeHandOver, "clue", "反映执法人员收钱放行")
	words := []string{string(id), "RX0002", "卡拉OK厅"}
	for _, login := range []string{"unit", "unit2", "operator", "operator2", "supervisor", "leader", "admin", "auditor"} {
		w := b.as(login)
		for _, path := range append(everyDoor, "/tickets/"+string(seen)) {
			method := http.MethodGet
			if path == "/events" {
				method = http.MethodHead // its counts are those of the summary
			}
			body := w.send(method, path, nil).body
			for _, word := range words {
				if !strings.Contains(path, word) && strings.Contains(body, word) { // what was asked for is shown back
					t.Errorf("%s finds “%s” behind %s", login, word, path)
				}
			}
		}
		b.as(login).get("/tickets/"+string(id)).lacks(t, words[1:]...)
	}
	b.as("discipline").get("/clues").has(t, http.StatusOK, string(id))
}

// TestASealedClueIsInNoCount compares the figures of a bureau that has a clue
// with those of one that has none.
func TestASealedClueIsInNoCount(t *testing.T) {
	figures := func(with bool) map[string]any {
		b := newBureau(t)
		b.dispatched(1, "yunfu")
		if with {
			id := b.dispatched(2, "yunfu")
			b.does("operator", id, ticket.StepProposeHandOver, "clue", "反映执法人员收钱放行")
		}
		all := map[string]any{}
		for _, login := range []string{"unit", "operator", "supervisor", "leader"} {
			for _, path := range []string{"/api/v1/stats/summary", "/api/v1/tickets?limit=1"} {
				var got any
				a := b.program(login).call(http.MethodGet, path, "")
				if err := json.Unmarshal([]byte(a.body), &got); err != nil || a.status != http.StatusOK {
					t.Fatalf("%s %s: %d %s", login, path, a.status, a.body)
				}
				forget(got, "caller_key") // each bureau has its own key
				all[login+" "+path] = got
			}
		}
		return all
	}
	if diff := gocmp.Diff(figures(false), figures(true)); diff != "" {
		t.Errorf("the clue shows in the figures:\n%s", diff)
	}
}

// forget removes a name from all objects of a JSON value.
func forget(v any, name string) {
	switch v := v.(type) {
	case map[string]any:
		delete(v, name)
		for _, inner := range v {
			forget(inner, name)
		}
	case []any:
		for _, inner := range v {
			forget(inner, name)
		}
	}
}

// lacks fails where an answer holds one of some words.
func (a answer) lacks(t testing.TB, words ...string) {
	t.Helper()
	for _, word := range words {
		if strings.Contains(a.body, word) {
			t.Errorf("“%s” is in the answer", word)
		}
	}
}
