package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"huiyin/ticket"
)

// program is a client of the API with a token.
type program struct {
	*browser
	token string
}

func (b *bureau) program(login string) program {
	return program{b.browser(), must(b.server.accounts.NewToken(b.ctx, b.now(), login, "对接"))}
}

func (p program) call(method, path, body string, change ...func(*http.Request)) answer {
	p.b.t.Helper()
	change = append([]func(*http.Request){header("Accept", "application/json"), header("Content-Type", "application/json"), header("Origin", ""), header("Authorization", "Bearer "+p.token)}, change...)
	return p.send(method, path, strings.NewReader(body), change...)
}

func (a answer) problem(t testing.TB, status int, code string) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(a.body), &p); err != nil {
		t.Fatalf("no problem document: %v\n%s", err, a.body)
	}
	if a.status != status || p.Status != status || p.Code != code || p.Detail == "" || p.RequestID == "" {
		t.Errorf("problem is %+v with status %d, want %d %s", p, a.status, status, code)
	}
	if kind := a.header.Get("Content-Type"); kind != "application/problem+json; charset=utf-8" {
		t.Errorf("content type %q", kind)
	}
	return p
}

func TestAPICreatesATicketOnce(t *testing.T) {
	b := newBureau(t)
	p := b.program("operator")
	body := `{"channel":"12345","source_no":"WD1","title":"情况反映","content":"说得不清楚，请核实。","caller_phone":"13900001234"}`
	var first, second createdBody
	a := p.call(http.MethodPost, "/api/v1/tickets", body)
	a.has(t, http.StatusCreated)
	check := func(a answer, into *createdBody) {
		if err := json.Unmarshal([]byte(a.body), into); err != nil {
			t.Fatal(err)
		}
	}
	check(a, &first)
	if a.header.Get("Location") != "/api/v1/tickets/"+string(first.ID) {
		t.Errorf("location %q", a.header.Get("Location"))
	}
	a = p.call(http.MethodPost, "/api/v1/tickets", body)
	a.has(t, http.StatusOK)
	check(a, &second)
	if !second.Existing || second.ID != first.ID {
		t.Errorf("the same source number made %+v after %+v", second, first)
	}
	unnamed := `{"channel":"12345","title":"情况反映","content":"没有编号，请核实。"}`
	p.call(http.MethodPost, "/api/v1/tickets", unnamed).problem(t, http.StatusUnprocessableEntity, "invalid_input")
}

func TestAPIRefusesInProblemDocuments(t *testing.T) {
	b := newBureau(t)
	operator, unit := b.program("operator"), b.program("unit")
	id := string(b.dispatched(1, "yunfu"))
	step := func(p program, step, body string) answer {
		return p.call(http.MethodPost, "/api/v1/tickets/"+id+"/steps/"+step, body)
	}
	operator.call(http.MethodPost, "/api/v1/tickets", `{"channel":"12345","source_no":"1","content":"x","oops":1}`).problem(t, 400, "bad_json")
	operator.call(http.MethodPost, "/api/v1/tickets", `not json`).problem(t, 400, "bad_json")
	operator.call(http.MethodPost, "/api/v1/tickets", `{"channel":"12345","source_no":"1","content":"内容"} {"oops":1}`).problem(t, 400, "bad_json")
	operator.call(http.MethodPost, "/api/v1/tickets", `{"channel":"12345","source_no":"1","content":"内容"}]`).problem(t, 400, "bad_json")
	operator.call(http.MethodPost, "/api/v1/tickets", `{"channel":"fax","source_no":"1","content":"内容"}`).problem(t, 422, "invalid_ticket")
	operator.call(http.MethodGet, "/api/v1/tickets/0000", "").problem(t, 404, "no_ticket")
	operator.call(http.MethodGet, "/api/v1/nothing", "").problem(t, 404, "no_page")
	operator.call(http.MethodGet, "/api/v1/tickets?state=lost", "").problem(t, 422, "invalid_input")
	operator.call(http.MethodGet, "/api/v1/tickets?cursor=lost", "").problem(t, 422, "bad_cursor")
	unit.call(http.MethodPost, "/api/v1/tickets", `{}`).problem(t, 403, "forbidden")
	if got := step(unit, "sign", `{"version":1,"request":"r1"}`).problem(t, 409, "stale_version"); got.Version != b.ticket(ticket.ID(id)).Version {
		t.Errorf("conflict names version %d", got.Version)
	}
	step(unit, "reply", `{"version":2,"request":"r2"}`).problem(t, 409, "illegal_step")
	for body, fields := range map[string]string{
		`{"version":2,"request":""}`: "request", `{"version":2}`: "request", `{"request":"r9"}`: "version", `{"version":0,"request":"r9"}`: "version", `{}`: "version request",
	} {
		got := step(unit, "sign", body).problem(t, 422, "invalid_input")
		var named []string
		for _, f := range got.Errors {
			named = append(named, f.Field)
		}
		if strings.Join(named, " ") != fields {
			t.Errorf("%s: faults of %v, want %s", body, named, fields)
		}
	}
	step(unit, "sign", `{"version":2,"request":"`+strings.Repeat("r", 500)+`"}`).problem(t, 422, "bad_request_id")
	step(operator, "sign", `{"version":2,"request":"r3"}`).problem(t, 403, "not_allowed")
	step(unit, "fly", `{"version":2,"request":"r4"}`).problem(t, 422, "unknown_step")
	step(unit, "sign", `{"version":2,"request":"r5"}`).has(t, 200, `"state":"handling"`, `"repeated":false`)
	step(unit, "sign", `{"version":2,"request":"r5"}`).has(t, 200, `"repeated":true`)
	step(unit, "sign", `{"version":3,"request":"r5","fields":{"note":"x"}}`).problem(t, 422, "request_reused")
	faults := step(unit, "reply", `{"version":3,"request":"r6","fields":{"facts":"x"}}`).problem(t, 422, "invalid_fields")
	if len(faults.Errors) < 3 {
		t.Errorf("faults of the fields: %+v", faults.Errors)
	}
}

func TestAPITokens(t *testing.T) {
	b := newBureau(t)
	p := b.program("operator")
	p.call(http.MethodGet, "/api/v1/tickets", "").has(t, 200, `"tickets":[]`)
	wrong := p
	wrong.token += "x"
	if a := wrong.call(http.MethodGet, "/api/v1/tickets", ""); a.header.Get("Www-Authenticate") == "" {
		t.Error("no challenge")
	}
	wrong.call(http.MethodGet, "/api/v1/tickets", "").problem(t, 401, "bad_token")
	b.check(b.server.accounts.SetPassword(b.ctx, "operator", "换了一句新的密码"))
	p.call(http.MethodGet, "/api/v1/tickets", "").problem(t, 401, "bad_token")
}

func TestAPIOverASessionNeedsTheToken(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	w.get("/api/v1/tickets").has(t, 200)
	w.send(http.MethodPost, "/api/v1/tickets", strings.NewReader(`{}`), header("Accept", "application/json"), header("Content-Type", "application/json")).problem(t, 403, "csrf")
}

func TestAPIListsByCursorWithoutGapOrRepeat(t *testing.T) {
	b := newBureau(t)
	want := map[string]bool{}
	for i := range 7 {
		want[string(b.waiting(i))] = true
	}
	p := b.program("operator")
	got := map[string]bool{}
	cursor := ""
	for range 10 {
		var page struct {
			Tickets []struct {
				ID string `json:"id"`
			} `json:"tickets"`
			Total int    `json:"total"`
			Next  string `json:"next"`
		}
		a := p.call(http.MethodGet, "/api/v1/tickets?limit=3&state=received&cursor="+url.QueryEscape(cursor), "")
		if err := json.Unmarshal([]byte(a.body), &page); err != nil || page.Total != 7 {
			t.Fatalf("%v: %s", err, a.body)
		}
		for _, tk := range page.Tickets {
			if got[tk.ID] {
				t.Errorf("%s twice", tk.ID)
			}
			got[tk.ID] = true
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(got) != len(want) {
		t.Errorf("%d of %d tickets listed", len(got), len(want))
	}
}

func TestAPIListRefusesWhatItDoesNotKnow(t *testing.T) {
	b := newBureau(t)
	b.dispatched(1, "yunfu")
	p := b.program("operator")
	for query, param := range map[string]string{
		"stat=received": "stat", "page=2": "page", "Unit=yunfu": "Unit", "unit=nowhere": "unit", "category=Z99": "category", "county=" + url.QueryEscape("天上县"): "county",
		"channel=fax": "channel", "kind=song": "kind", "state=lost": "state", "due=never": "due", "flag=red": "flag", "month=2026-13": "month",
		"sort=mood": "sort", "limit=many": "limit", "unit=yunfu&unit=gonglu": "unit",
	} {
		got := p.call(http.MethodGet, "/api/v1/tickets?"+query, "").problem(t, 422, "invalid_input")
		if len(got.Errors) != 1 || got.Errors[0].Field != param || !strings.Contains(got.Detail, param) {
			t.Errorf("%s: %q names not %s", query, got.Detail, param)
		}
	}
	p.call(http.MethodGet, "/api/v1/tickets?unit=yunfu&category=C01&county="+url.QueryEscape("城东区")+"&channel=12328&kind=complaint&state=open&month=2026-10&sort=due&limit=5", "").has(t, 200, `"total":`)
	p.call(http.MethodGet, "/api/v1/tickets?unit=yunfu&category=C01", "").has(t, 200, `"total":1`)
}

func TestAPINeverGivesTheCaller(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	for _, path := range []string{"/api/v1/tickets/" + string(id), "/api/v1/tickets", "/api/v1/reports/2026-10", "/api/v1/stats/summary"} {
		a := b.program("operator").call(http.MethodGet, path, "")
		a.has(t, 200)
		for _, secret := range []string{"13900001234", "欧阳某某", "sealed"} {
			if strings.Contains(strings.ToLower(a.body), secret) {
				t.Errorf("%s gives %q", path, secret)
			}
		}
	}
}

func TestAPITellsWhatMayBeDoneNow(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.program("unit").call(http.MethodGet, "/api/v1/tickets/"+string(id), "").has(t, 200, `"step":"sign"`, `"step":"request_return"`, `"name":"basis"`)
	b.does("unit", id, ticket.StepSign)
	a := b.program("unit").call(http.MethodGet, "/api/v1/tickets/"+string(id), "")
	a.has(t, 200, `"step":"reply"`)
	if strings.Contains(a.body, `"step":"sign","name"`) {
		t.Error("signing is still offered")
	}
	if a.header.Get("Etag") != `"3"` {
		t.Errorf("etag %q", a.header.Get("Etag"))
	}
}
