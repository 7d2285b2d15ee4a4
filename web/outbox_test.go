package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/outbox"
)

// telling is a bureau with an outbox and one receiver, which answers as said.
func telling(t *testing.T) (*bureau, *atomic.Int64) {
	t.Helper()
	t.Setenv("HUIYIN_RECEIVER_TEST", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	status := &atomic.Int64{}
	status.Store(http.StatusGone)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(int(status.Load())) }))
	t.Cleanup(server.Close)
	policy := must(outbox.LoadPolicy(tables.Default(), defaults().workflow.Units))
	policy.Receivers = []outbox.Receiver{{Code: "city", Name: "市平台", URL: server.URL, Secret: "env:HUIYIN_RECEIVER_TEST", Retries: outbox.DefaultRetries, Enabled: true}}
	return newBureau(t, func(o *Options) { o.Outbox = outboxOf(*o, policy) }), status
}

func outboxOf(o Options, policy *outbox.Policy) *outbox.Outbox {
	return outbox.New(outbox.Options{Desk: o.Desk, Redis: o.Redis, Policy: func() *outbox.Policy { return policy }, Now: o.Now, Log: o.Log})
}

// tell carries out what is due.
func (b *bureau) tell() {
	b.t.Helper()
	for {
		_, err := b.server.Outbox.Spread(b.ctx, b.now())
		b.check(err)
		n, err := b.server.Outbox.Deliver(b.ctx, b.now())
		b.check(err)
		if n == 0 {
			return
		}
	}
}

func TestAdministratorSeesDeadLettersAndReplaysThem(t *testing.T) {
	b, status := telling(t)
	first, second := b.waiting(1), b.waiting(2)
	b.tell()
	w := b.as("admin")
	w.get("/").has(t, http.StatusOK, "2 封推送成了死信", `data-test="card-dead"`)
	w.get("/outbox").has(t, http.StatusOK, "市平台", "有死信", outbox.MessageID(first, 1), "对方已停止接收（HTTP 410）")
	status.Store(http.StatusOK)
	answer := w.post("/outbox/replay", url.Values{"id": {outbox.MessageID(first, 1)}, "receiver": {"city"}})
	if to := answer.header.Get("Location"); to != "/outbox?replayed=1" {
		t.Fatalf("%d %s", answer.status, to)
	}
	b.tell()
	if page := w.get("/outbox"); strings.Contains(page.body, outbox.MessageID(first, 1)) || !strings.Contains(page.body, outbox.MessageID(second, 1)) {
		t.Error("the list is not what is left")
	}
	w.post("/outbox/replay", url.Values{"all": {"1"}})
	b.tell()
	w.get("/outbox").has(t, http.StatusOK, "没有死信")
	b.wait(time.Minute)
	if page := w.get("/accounts"); strings.Contains(page.body, "死信，") {
		t.Error("the warning stays although nothing is dead")
	}
	b.as("auditor").get("/audit").has(t, http.StatusOK, "重发死信", outbox.MessageID(first, 1))
}

func TestADeadLetterIsGivenUpWithAReasonOnly(t *testing.T) {
	b, _ := telling(t)
	id := b.waiting(1)
	b.tell()
	w := b.as("admin")
	w.get("/outbox")
	form := url.Values{"id": {outbox.MessageID(id, 1)}, "receiver": {"city"}}
	w.post("/outbox/drop", form).has(t, http.StatusUnprocessableEntity)
	form.Set("reason", "对方已人工补录")
	if to := w.post("/outbox/drop", form).header.Get("Location"); to != "/outbox?dropped=1" {
		t.Fatalf("to %s", to)
	}
	w.post("/outbox/drop", form).has(t, http.StatusNotFound)
	b.as("auditor").get("/audit").has(t, http.StatusOK, "放弃死信", "对方已人工补录")
}

func TestProgramsSeeAndReplayDeadLetters(t *testing.T) {
	b, _ := telling(t)
	id := b.waiting(1)
	b.tell()
	token := must(b.server.accounts.NewToken(b.ctx, b.now(), "admin", "监控"))
	ask := func(method, path, body string) answer {
		return b.browser().send(method, path, strings.NewReader(body), header("Authorization", "Bearer "+token), header("Accept", "application/json"), header("Content-Type", "application/json"))
	}
	var got outboxBody
	if err := json.Unmarshal([]byte(ask("GET", "/api/v1/outbox", "").body), &got); err != nil || got.Dead != 1 || got.Letters[0].ID != outbox.MessageID(id, 1) {
		t.Fatalf("%+v %v", got, err)
	}
	ask("POST", "/api/v1/outbox/replay", `{}`).problem(t, http.StatusUnprocessableEntity, "invalid_input")
	ask("POST", "/api/v1/outbox/replay", `{"id":"msg_none_1"}`).problem(t, http.StatusNotFound, "not_dead")
	ask("POST", "/api/v1/outbox/replay", `{"id":"`+got.Letters[0].ID+`"}`).has(t, http.StatusOK, `"replayed":1`)
	b.tell()
	ask("POST", "/api/v1/outbox/replay", `{"all":true}`).has(t, http.StatusOK, `"replayed":1`)
}

func TestMetricsTellTheBacklogByReceiver(t *testing.T) {
	b, _ := telling(t)
	id := b.waiting(1)
	b.tell()
	b.waiting(2)
	text := b.server.outboxMetrics(b.ctx, b.now())
	for _, want := range []string{"huiyin_outbox_untold 1\n", `huiyin_outbox_dead{receiver="city"} 1`, `huiyin_outbox_posts_total{receiver="city",outcome="failed"} 1`} {
		if !strings.Contains(text, want) {
			t.Errorf("no %s in\n%s", want, text)
		}
	}
	if strings.Contains(text, string(id)) {
		t.Error("a ticket stands in the metrics")
	}
}

func TestPeopleAreToldOfWhatConcernsThemAndMarkItRead(t *testing.T) {
	b, _ := telling(t)
	id := b.dispatched(1, "yunfu")
	b.tell()
	w := b.as("unit")
	w.get("/notices").has(t, http.StatusOK, "没有通知") // a dispatch may still be recalled
	b.wait(20 * time.Second)
	w.get("/notices").has(t, http.StatusOK, "新派来工单，请签收", string(id), "1 条未读")
	if n := b.unread("unit"); n != 1 {
		t.Errorf("the bell says %d", n)
	}
	b.as("unit2").get("/notices").has(t, http.StatusOK, "没有通知")
	if to := w.get("/notices/" + string(id) + "/2/dispatch").header.Get("Location"); to != "/tickets/"+string(id) {
		t.Errorf("opened %s", to)
	}
	w.get("/notices").has(t, http.StatusOK, "都已读过")
	b.does("operator", id, ticket.StepUrge, "reason", "再次来电")
	b.tell()
	w.get("/notices?unread=1").has(t, http.StatusOK, "催办", "1 条未读")
	w.post("/notices/read", nil)
	if n := b.unread("unit"); n != 0 {
		t.Errorf("after reading all the bell says %d", n)
	}
}

// unread is what the bell of somebody shows.
func (b *bureau) unread(login string) int {
	b.t.Helper()
	actor := person(login)
	doc, err := b.server.live.figuresOf(b.ctx, &listener{scope: scopeOf(actor), actor: actor}, map[string]scoped{})
	b.check(err)
	var figures map[string]int
	b.check(json.Unmarshal(doc, &figures))
	return figures["notices"]
}

func TestANoticeOfATicketThatBecameAClueIsNotShown(t *testing.T) {
	b, _ := telling(t)
	id := b.dispatched(1, "yunfu")
	b.tell()
	b.wait(time.Minute)
	b.does("operator", id, ticket.StepProposeHandOver, "clue", "反映收钱放行")
	if page := b.as("unit").get("/notices"); strings.Contains(page.body, string(id)) {
		t.Error("the unit sees the number of a clue")
	}
}
