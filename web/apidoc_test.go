package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"huiyin/ticket"
	"huiyin/web/openapi"
)

// forPrograms reports whether a route must stand in the API's description.
func forPrograms(r route) bool {
	if r.door == apiDoor || r.door == hookDoor {
		return true
	}
	for _, prefix := range []string{"/api/", "/open311/", "/healthz", "/readyz", "/metrics"} {
		if strings.HasPrefix(r.path, prefix) {
			return true
		}
	}
	return false
}

func TestDescriptionNamesTheRoutesAndNoOther(t *testing.T) {
	b := newBureau(t)
	d := apiDescription()
	for _, fault := range d.Faults() {
		t.Error(fault)
	}
	described := map[string]bool{}
	for path, methods := range d.Paths {
		for method := range methods {
			described[strings.ToUpper(method)+" "+path] = true
		}
	}
	for _, r := range b.server.routes() {
		key := r.method + " " + openapi.Template(r.path)
		if forPrograms(r) && !described[key] {
			t.Errorf("%s is not described: add it to apiOperations", key)
		}
		delete(described, key)
	}
	for key := range described {
		t.Errorf("%s is described and is no route", key)
	}
}

func TestDescriptionSaysWhoMayComeIn(t *testing.T) {
	b := newBureau(t)
	for _, r := range b.server.routes() {
		if !forPrograms(r) {
			continue
		}
		x := apiDescription().Paths[openapi.Template(r.path)][strings.ToLower(r.method)]
		if open := r.door == openDoor; open != (len(*x.Security) == 0) {
			t.Errorf("%s %s: open is %v, described as %v", r.method, r.path, open, *x.Security)
		}
	}
}

// asked is a call of a program and the operation that describes its answer.
func (b *bureau) asked(token, method, path, template, body string, want int, more ...func(*http.Request)) answer {
	b.t.Helper()
	headers := append([]func(*http.Request){
		header("Authorization", "Bearer "+token), header("Accept", "application/json"), header("Content-Type", "application/json"),
	}, more...)
	got := b.browser().send(method, path, strings.NewReader(body), headers...)
	if got.status != want {
		b.t.Fatalf("%s %s: %d, want %d\n%s", method, path, got.status, want, got.body)
	}
	d := apiDescription()
	response, ok := d.Paths[openapi.Template(template)][strings.ToLower(method)].Responses[fmt.Sprint(want)]
	if !ok {
		b.t.Fatalf("%s %s: status %d is not described", method, template, want)
	}
	media, _, _ := strings.Cut(got.header.Get("Content-Type"), ";")
	described, ok := response.Content[media]
	if !ok {
		b.t.Fatalf("%s %s: %s is not described", method, template, media)
	}
	for _, fault := range d.Check(described.Schema, []byte(got.body)) {
		b.t.Errorf("%s %s: %s", method, template, fault)
	}
	return got
}

// TestAnswersAreAsDescribed asks every kind of address and compares what comes
// back, success and refusal, with the description.
func TestAnswersAreAsDescribed(t *testing.T) {
	b, _ := telling(t)
	token := func(login string) string { return must(b.server.accounts.NewToken(b.ctx, b.now(), login, "测试")) }
	operator, unit, admin := token("operator"), token("unit"), token("admin")
	const tickets = "/api/v1/tickets"
	create := `{"channel":"message","source_no":"W1","title":"情况反映","content":"说得不清楚，请核实后回复。","caller_phone":"13900001234"}`
	first := b.asked(operator, "POST", tickets, tickets, create, 201)
	b.asked(operator, "POST", tickets, tickets, create, 200)
	b.asked(operator, "POST", tickets, tickets, `{"colour":"red"}`, 400)
	b.asked(operator, "POST", tickets, tickets, `{"channel":"fax","source_no":"W2","content":"说得不清楚"}`, 422)
	b.asked("hy_none", "GET", tickets, tickets, "", 401)
	b.asked(admin, "GET", tickets, tickets, "", 403)
	b.asked(operator, "GET", tickets+"?unknown=1", tickets, "", 422)
	var created createdBody
	b.check(json.Unmarshal([]byte(first.body), &created))
	one := tickets + "/" + string(created.ID)
	step, steps := one+"/steps/", tickets+"/:id/steps/:step"
	b.asked(operator, "POST", step+"dispatch", steps, `{"version":1,"request":"a","fields":{"lead":"yunfu","category":"C01","kind":"complaint","reason":"听了录音"}}`, 200)
	b.asked(operator, "POST", step+"dispatch", steps, `{"version":1,"request":"b","fields":{"lead":"yunfu"}}`, 409)
	b.asked(unit, "POST", step+"sign", steps, `{"version":2,"request":"c"}`, 200)
	b.asked(unit, "POST", step+"reply", steps, `{"version":3,"request":"d","fields":{}}`, 422)
	b.asked(operator, "POST", step+"arbitrate", steps, `{"version":3,"request":"e","fields":{}}`, 403)
	b.asked(unit, "POST", step+"request_extension", steps, `{"version":3,"request":"f","fields":{"days":"3","reason":"需要鉴定"}}`, 200)
	full := b.replied(2)
	b.asked(operator, "GET", tickets+"/"+string(full), tickets+"/:id", "", 200)
	b.asked(operator, "GET", one, tickets+"/:id", "", 200)
	b.asked(operator, "GET", tickets+"/ABC", tickets+"/:id", "", 404)
	b.asked(operator, "GET", tickets+"?state=open&limit=5", tickets, "", 200)
	b.asked(operator, "GET", "/api/v1/stats/summary", "/api/v1/stats/summary", "", 200)
	b.asked(operator, "GET", "/api/v1/reports/2026-10", "/api/v1/reports/:month", "", 200)
	b.asked(operator, "GET", "/api/v1/reports/2026-10/editions", "/api/v1/reports/:month/editions", "", 200)
	b.asked(token("supervisor"), "GET", "/api/v1/rectifications", "/api/v1/rectifications", "", 200)
	b.tell()
	b.asked(admin, "GET", "/api/v1/outbox", "/api/v1/outbox", "", 200)
	b.asked(admin, "POST", "/api/v1/outbox/replay", "/api/v1/outbox/replay", `{"all":true}`, 200)
	b.asked(admin, "POST", "/api/v1/outbox/replay", "/api/v1/outbox/replay", `{}`, 422)
}

func TestTheCheckOfAnswersFindsWhatIsNotDescribed(t *testing.T) {
	d := apiDescription()
	schema := d.Paths["/api/v1/tickets"]["post"].Responses["201"].Content["application/json"].Schema
	for body, faults := range map[string]int{
		`{"id":"A","existing":false,"dispatched":true}`:            0,
		`{"id":"A","existing":false}`:                              1,
		`{"id":7,"existing":"no","dispatched":true}`:               2,
		`{"id":"A","existing":false,"dispatched":true,"secret":1}`: 1,
		`[]`: 1,
	} {
		if got := d.Check(schema, []byte(body)); len(got) != faults {
			t.Errorf("%s: %v", body, got)
		}
	}
}

func TestTheDescriptionIsServedForProgramsAndForPeople(t *testing.T) {
	b := newBureau(t)
	got := b.browser().get("/api/openapi.json")
	var d map[string]any
	if err := json.Unmarshal([]byte(got.body), &d); err != nil || got.status != http.StatusOK || d["openapi"] != "3.1.0" {
		t.Fatalf("%d %v %v", got.status, d["openapi"], err)
	}
	page := b.browser().get("/api/docs")
	page.has(t, http.StatusOK, "接口说明", "/api/v1/tickets/{id}/steps/{step}", "来电号码，加密保存", "Idempotency-Key")
	if strings.Contains(page.body, "http://") || strings.Contains(page.body, "https://") {
		t.Error("the page asks for something elsewhere")
	}
	doc := parse(t, page.body)
	checkHarmless(t, doc)
	checkIDs(t, doc)
}

func TestEveryFieldThatPeopleSendIsExplained(t *testing.T) {
	d := apiDescription()
	for _, body := range []string{"NewTicketBody", "StepBody", "ReplayBody", "RequestFields", "Message", "TicketChange"} {
		s := d.Components.Schemas[body]
		if s == nil {
			t.Errorf("no schema %s", body)
			continue
		}
		for _, name := range s.Names() {
			if s.Properties[name].Description == "" {
				t.Errorf("%s.%s is not explained", body, name)
			}
		}
	}
	if !slices.Contains(namesOf(ticket.Channels), "message") {
		t.Error("channel message is gone")
	}
}
