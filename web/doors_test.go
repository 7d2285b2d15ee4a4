package web

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"huiyin/internal/webhook"
	"huiyin/ticket"
)

func query(number, digits string) url.Values {
	return url.Values{"number": {number}, "digits": {digits}}
}

func TestCallersLearnHowTheirMatterStands(t *testing.T) {
	b := newBureau(t)
	id := b.replied(1)
	w := b.browser()
	w.get("/public/").has(t, 200, "进度查询")
	w.post("/public/", query("RX0001", "1234")).has(t, 200, "已办理，正在审核回访", "市运输服务中心")
	w.post("/public/", query(string(id), "1234")).has(t, 200, "办理进度")
	for name, q := range map[string]url.Values{
		"wrong digits": query("RX0001", "9999"), "no such number": query("RX9999", "1234"), "no digits": query("RX0001", ""), "too few digits": query("RX0001", "34"),
	} {
		if a := w.post("/public/", q); a.status != http.StatusNotFound || !strings.Contains(a.body, errNoMatch.Message) {
			t.Errorf("%s: %d", name, a.status)
		}
	}
	b.does("operator", id, ticket.StepApproveReply)
	b.does("operator2", id, ticket.StepRecordCallback, "responded", "yes", "solved", "yes", "satisfied", "yes")
	answer := w.post("/public/", query("RX0001", "1234"))
	answer.has(t, 200, "已约谈当事司机并处理")
	for _, secret := range []string{"13900001234", "欧", "约谈司机并记分", "出租车司机听说路近"} {
		if strings.Contains(answer.body, secret) {
			t.Errorf("the public page shows %q", secret)
		}
	}
}

func TestConfidentialMattersAreNotTold(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("operator", id, ticket.StepConfide)
	b.browser().post("/public/", query("RX0001", "1234")).has(t, http.StatusNotFound)
}

func TestPublicQueryIsLimited(t *testing.T) {
	b := newBureau(t)
	for range publicPerSource.allowed {
		b.browser().post("/public/", query("RX1", "0000"))
	}
	b.browser().post("/public/", query("RX1", "0000")).has(t, http.StatusTooManyRequests, "次数太多")
}

func TestHeadersKeepPagesIn(t *testing.T) {
	b := newBureau(t)
	for _, path := range []string{"/login", "/nowhere", "/static/app.css", "/healthz"} {
		h := b.browser().get(path).header
		if csp := h.Get("Content-Security-Policy"); !strings.Contains(csp, "script-src 'self';") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		if h.Get("X-Content-Type-Options") != "nosniff" || h.Get("Referrer-Policy") == "" || h.Get("X-Request-Id") == "" {
			t.Errorf("%s: headers %v", path, h)
		}
	}
	if h := b.as("operator").get("/").header; h.Get("Cache-Control") != "no-store" {
		t.Errorf("a page with tickets may be cached: %q", h.Get("Cache-Control"))
	}
}

func TestErrorsTellNothingOfTheInside(t *testing.T) {
	b := newBureau(t, func(o *Options) {
		o.Ready = func(context.Context) error { return errors.New("secret inside 13900001234 王五") }
	})
	a := b.browser().get("/readyz", header("Accept", "application/json"))
	a.problem(t, http.StatusServiceUnavailable, "store_unavailable")
	if strings.Contains(a.body, "secret") || strings.Contains(a.body, "1390000") {
		t.Errorf("told: %s", a.body)
	}
	log := b.logged()
	if !strings.Contains(log, "secret inside") || strings.Contains(log, "13900001234") || strings.Contains(log, "王五") {
		t.Errorf("log: %s", log)
	}
	b.browser().get("/nowhere").has(t, http.StatusNotFound, "没有这个页面")
	b.browser().get("/nowhere", header("Accept", "application/json")).problem(t, http.StatusNotFound, "no_page")
}

func TestStoreThatIsAwayIsSaidPlainly(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	b.check(b.rdb.Close())
	a := w.get("/queue")
	if a.status != http.StatusServiceUnavailable || !strings.Contains(a.body, "暂时") || strings.Contains(a.body, "redis") {
		t.Errorf("%d\n%s", a.status, a.body)
	}
	if a := w.get("/healthz"); a.status != 200 {
		t.Errorf("the process lives: %d", a.status)
	}
	if a := w.get("/readyz", header("Accept", "application/json")); a.status != http.StatusServiceUnavailable {
		t.Errorf("ready without a store: %d", a.status)
	}
}

func TestMetricsNameRoutesAndNoTicket(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	w := b.as("operator")
	w.get("/tickets/" + string(id))
	w.get("/tickets/none")
	text := b.server.meter.text()
	for _, want := range []string{`method="GET",route="/tickets/:id",status="200"`, `route="/tickets/:id",status="404"`, "huiyin_http_seconds_bucket", `le="+Inf"`} {
		if !strings.Contains(text, want) {
			t.Errorf("metrics lack %s\n%s", want, text)
		}
	}
	if strings.Contains(text, string(id)) {
		t.Error("a ticket stands in the metrics")
	}
	if a := w.get("/metrics", header("X-Forwarded-For", "203.0.113.9")); a.status != http.StatusNotFound {
		t.Errorf("metrics go out through the proxy: %d", a.status)
	}
}

func TestSearchFindsByNumberTextAndPhone(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	other := complaint(2)
	other.CallerPhone, other.Content = "13900009999", "公交车到站不停，等了半个小时。"
	otherID := b.accept(other)
	w := b.as("operator")
	if a := w.get("/tickets?q=" + strings.ToLower(string(id))); a.header.Get("Location") != "/tickets/"+string(id) {
		t.Errorf("search by ID: %d %s", a.status, a.header.Get("Location"))
	}
	for q, want := range map[string]ticket.ID{"RX0001": id, "139 0000 9999": otherID, "到站不停": otherID} {
		a := w.get("/tickets?q=" + url.QueryEscape(q))
		a.has(t, 200, string(want))
		if n := strings.Count(a.body, `data-test="row-`); n != 1 {
			t.Errorf("%q finds %d tickets", q, n)
		}
	}
	if a := b.as("leader").get("/tickets?q=13900009999"); strings.Contains(a.body, string(otherID)) {
		t.Error("who may not see numbers may not search for them")
	}
}

func TestPlatformsPushUnderTheirSignature(t *testing.T) {
	key := []byte("0123456789abcdef0123456789abcdef")
	b := newBureau(t, func(o *Options) {
		o.Hooks = map[ticket.Channel][]string{ticket.Channel12345: {"whsec_" + base64.StdEncoding.EncodeToString(key)}}
	})
	body := `{"工单编号":"PT1","标题":"情况反映","内容":"说得不清楚，请核实后回复。","联系电话":"13900001234"}`
	push := func(path, stamp, signed string) answer {
		return b.browser().send(http.MethodPost, path, strings.NewReader(body), header("Content-Type", "application/json"), header("Accept", "application/json"), header("Origin", ""),
			header("Webhook-Id", "msg_1"), header("Webhook-Timestamp", stamp), header("Webhook-Signature", signed))
	}
	now := strconv.FormatInt(monday.Unix(), 10)
	good := webhook.Sign(key, "msg_1", now, []byte(body))
	push("/hooks/12345", now, good).has(t, http.StatusCreated, `"existing":false`)
	push("/hooks/12345", now, good).has(t, http.StatusOK, `"existing":true`)
	push("/hooks/12345", now, "v1,AAAA").problem(t, http.StatusForbidden, "signature_wrong")
	old := strconv.FormatInt(monday.Add(-time.Hour).Unix(), 10)
	push("/hooks/12345", old, webhook.Sign(key, "msg_1", old, []byte(body))).problem(t, http.StatusForbidden, "signature_stale")
	push("/hooks/12328", now, good).problem(t, http.StatusNotFound, "no_hook")
	if got := b.ticket(ticket.NewID(ticket.Channel12345, "PT1", 0)); got.Title != "情况反映" && got.Content == "" {
		t.Errorf("ticket %+v", got)
	}
}
