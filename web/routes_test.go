package web

import (
	"net/http"
	"strings"
	"testing"

	"huiyin/ticket"
)

// openRoutes are the addresses that nobody is asked about. A new one has to be
// written down here, too.
var openRoutes = map[string]bool{
	"GET /static/*": true, "GET /favicon.ico": true, "GET /healthz": true, "GET /readyz": true, "GET /metrics": true,
	"GET /login": true, "POST /login": true, "GET /welcome": true, "POST /welcome": true, "GET /public": true, "POST /public": true,
	"GET /public/new": true, "POST /public/new": true, "GET /public/filed": true,
	"GET /public/reports": true, "GET /public/reports/:period": true, "GET /public/problems": true,
	"GET /api/openapi.json": true, "GET /api/docs": true, "GET /open311/v2/discovery.:format": true, "GET /open311/v2/services.:format": true,
	"GET /open311/v2/services/:code.:format": true, "POST /open311/v2/requests.:format": true, "GET /open311/v2/requests.:format": true,
	"GET /open311/v2/requests/:id.:format": true, "GET /open311/v2/tokens/:token.:format": true,
	"POST /hooks/12345": true, "POST /hooks/12328": true,
}

func TestEveryRouteDeclaresWhoMayComeIn(t *testing.T) {
	b := newBureau(t)
	declared := map[string]route{}
	for _, r := range b.server.routes() {
		key := r.method + " " + r.path
		declared[key] = r
		shut := r.door == consoleDoor || r.door == apiDoor
		switch {
		case shut && r.action == "":
			t.Errorf("%s asks for no permission", key)
		case !shut && !openRoutes[key]:
			t.Errorf("%s is open and not on the list of open addresses", key)
		case shut && openRoutes[key]:
			t.Errorf("%s is on the list of open addresses but is not open", key)
		}
	}
	for _, stack := range b.server.app.Stack() {
		for _, r := range stack {
			key := r.Method + " " + r.Path
			if r.Method == http.MethodHead || r.Path == "/" && declared[key].handle == nil {
				continue // fiber's own twin of GET; the middleware
			}
			if declared[key].handle == nil {
				t.Errorf("%s is registered past the table", key)
			}
		}
	}
}

func TestActionsOfRoutesAreKnownToThePermissions(t *testing.T) {
	b := newBureau(t)
	everything := ticket.Actor{ID: "all", Roles: ticket.Roles, Unit: "yunfu"}
	for _, r := range b.server.routes() {
		if r.action != "" && !allowed(everything, r.action) {
			t.Errorf("%s %s: action %q is allowed to no role at all", r.method, r.path, r.action)
		}
	}
}

// TestEveryRoleSeesItsPagesAndNoOther asks every address without a parameter as
// every role, and compares with the one table of permissions.
func TestEveryRoleSeesItsPagesAndNoOther(t *testing.T) {
	b := newBureau(t)
	b.waiting(1)
	b.replied(2)
	for _, a := range people {
		w := b.as(a.Login)
		for _, r := range b.server.routes() {
			if r.method != http.MethodGet || r.door != consoleDoor && r.door != apiDoor || strings.ContainsAny(r.path, ":*") || r.path == "/events" {
				continue
			}
			got := w.get(r.path)
			want := http.StatusForbidden
			switch {
			case allowed(a.Actor(), r.action) && r.path == "/reports/period":
				want = http.StatusUnprocessableEntity // it asks which
			case allowed(a.Actor(), r.action):
				want = http.StatusOK
			}
			if got.status != want {
				t.Errorf("%s as %s: %d, want %d", r.path, a.Login, got.status, want)
			}
			if r.door == consoleDoor && got.status == http.StatusOK && strings.HasPrefix(got.header.Get("Content-Type"), "text/html") {
				doc := parse(t, got.body)
				checkHarmless(t, doc)
				checkLabels(t, doc)
				checkFrame(t, doc)
				checkIDs(t, doc)
			}
		}
	}
}

func TestStrangersAreSentToTheDoor(t *testing.T) {
	b := newBureau(t)
	for _, r := range b.server.routes() {
		if r.door != consoleDoor && r.door != apiDoor {
			continue
		}
		path := strings.NewReplacer(":id", "ABC", ":step", "sign", ":login", "x", ":name", "x", ":month", "2026-10", ":format", "json").Replace(r.path)
		w := b.browser()
		got := w.send(r.method, path, nil)
		want := http.StatusSeeOther
		if r.door == apiDoor || r.path == "/events" {
			want = http.StatusUnauthorized
		}
		if got.status != want {
			t.Errorf("%s %s for a stranger: %d, want %d", r.method, path, got.status, want)
		}
	}
}

func TestMenuShowsWhatTheRoleMayDo(t *testing.T) {
	for _, c := range []struct {
		login string
		want  string
	}{
		{"operator", "首页 分派 新工单 审核 回访 案件回访 查询 看板 事项与苗头 报告 整改台账 导入 政策"},
		{"unit", "首页 我的工单 查询 看板 整改台账 单位月报表 问题卡片 季度评价 政策"},
		{"supervisor", "首页 审核 案件回访 督办 查询 看板 事项与苗头 报告 整改台账 单位月报表 季度评价 政策 任务"},
		{"leader", "首页 查询 看板 事项与苗头 报告 整改台账 单位月报表 季度评价 政策"},
		{"discipline", "首页 线索 查询 看板 整改台账 政策"},
		{"admin", "首页 政策 账号 应用 任务 发件箱 运行状况"},
		{"auditor", "首页 事项与苗头 报告 整改台账 单位月报表 季度评价 政策 运行状况 审计"},
		{"evaluator", "首页"},
	} {
		var titles []string
		for _, g := range menuOf(person(c.login), "/") {
			for _, item := range g.Items {
				titles = append(titles, item.Title)
			}
		}
		if got := strings.Join(titles, " "); got != c.want {
			t.Errorf("menu of %s: %s\nwant %s", c.login, got, c.want)
		}
	}
}

func TestOneUnitDoesNotSeeTheTicketsOfAnother(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.as("unit").get("/tickets/"+string(id)).has(t, http.StatusOK, "RX0001")
	b.as("unit2").get("/tickets/"+string(id)).has(t, http.StatusNotFound)
	b.as("unit2").post("/tickets/"+string(id)+"/steps/sign", nil).has(t, http.StatusNotFound)
	if got := b.as("unit2").get("/tickets?q=RX0001"); strings.Contains(got.body, string(id)) {
		t.Error("the search of another unit finds it")
	}
	if b.ticket(id).State != ticket.Dispatched {
		t.Error("another unit signed it")
	}
}

func TestCluesAreSeenByDisciplineAlone(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	b.does("operator", id, ticket.StepProposeHandOver, "clue", "反映执法人员收钱放行")
	for login, want := range map[string]int{"discipline": http.StatusOK, "operator": http.StatusNotFound, "leader": http.StatusNotFound, "unit": http.StatusNotFound, "admin": http.StatusForbidden} {
		if got := b.as(login).get("/tickets/" + string(id)); got.status != want {
			t.Errorf("%s: %d, want %d", login, got.status, want)
		}
	}
	b.as("discipline").get("/clues").has(t, http.StatusOK, string(id))
	if got := b.browser().post("/public", map[string][]string{"number": {"RX0001"}, "digits": {"1234"}}); got.status != http.StatusNotFound {
		t.Errorf("the public query tells of a clue: %d", got.status)
	}
}

func TestHeadAnswersLikeGetWithoutTheBody(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	for _, path := range []string{"/healthz", "/readyz", "/login", "/", "/tickets", "/api/v1/tickets", "/events"} {
		a := w.send(http.MethodHead, path, nil)
		if a.status != http.StatusOK || a.body != "" {
			t.Errorf("HEAD %s: %d with %d bytes of body", path, a.status, len(a.body))
		}
	}
	for _, path := range []string{"/nothing", "/api/v1/nothing"} {
		if a := w.send(http.MethodHead, path, nil); a.status != http.StatusNotFound {
			t.Errorf("HEAD %s: %d", path, a.status)
		}
	}
	if a := b.browser().send(http.MethodHead, "/api/v1/tickets", nil); a.status != http.StatusUnauthorized {
		t.Errorf("HEAD of a stranger: %d", a.status)
	}
}

func TestAnotherMethodOfAKnownAddressIsToldApartFromNoAddress(t *testing.T) {
	b := newBureau(t)
	p := b.program("operator")
	for _, c := range []struct {
		method, path string
		status       int
		code         string
		allow        string
	}{
		{http.MethodDelete, "/api/v1/tickets", 405, "method", "GET"},
		{http.MethodPut, "/api/v1/tickets/X", 405, "method", "GET"},
		{http.MethodGet, "/api/v1/tickets/X/steps/sign", 405, "method", "POST"},
		{http.MethodPost, "/readyz", 405, "method", "GET"},
		{http.MethodDelete, "/api/v1/nothing", 404, "no_page", ""},
	} {
		a := p.call(c.method, c.path, "")
		a.problem(t, c.status, c.code)
		if allow := a.header.Get("Allow"); !strings.Contains(allow, c.allow) || c.allow == "" && allow != "" {
			t.Errorf("%s %s allows %q", c.method, c.path, allow)
		}
	}
}
