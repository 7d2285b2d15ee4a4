package web

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/classify"
	"huiyin/intake"
	"huiyin/internal/redisd"
	"huiyin/internal/seal"
	"huiyin/reports"
	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/outbox"
	"huiyin/workflow/rules"
)

// defaults is the default policy, read once for all tests.
var defaults = sync.OnceValue(func() (r struct {
	workflow   *rules.Policy
	classifier *classify.Classifier
	mappings   intake.Mappings
	reports    *reports.Policy
}) {
	folder := tables.Default()
	categories := must(classify.LoadCategories(folder))
	r.workflow = must(rules.Load(folder, categories))
	r.classifier = must(classify.Load(folder, nil))
	r.mappings = must(intake.LoadMappings(folder))
	r.reports = must(reports.LoadPolicy(folder, r.workflow.Units, categories, r.workflow.Calendar))
	return r
})

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

const testPassword = "长句子比怪密码安全"

// The people of the tests. The login name is the first word of what they do.
var people = []Account{
	{Login: "operator", Name: "安话务", Roles: []ticket.Role{ticket.Operator}},
	{Login: "operator2", Name: "卞话务", Roles: []ticket.Role{ticket.Operator}},
	{Login: "unit", Name: "曹经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "yunfu"},
	{Login: "unit2", Name: "邓经办", Roles: []ticket.Role{ticket.UnitHandler}, Unit: "gonglu"},
	{Login: "supervisor", Name: "管督办", Roles: []ticket.Role{ticket.Supervisor}},
	{Login: "supervisor2", Name: "何督办", Roles: []ticket.Role{ticket.Supervisor}},
	{Login: "leader", Name: "蒋领导", Roles: []ticket.Role{ticket.Leader}},
	{Login: "discipline", Name: "梁纪检", Roles: []ticket.Role{ticket.Discipline}},
	{Login: "admin", Name: "孟管理", Roles: []ticket.Role{ticket.Admin}},
	{Login: "auditor", Name: "宁审计", Roles: []ticket.Role{ticket.Auditor}},
	{Login: "evaluator", Name: "欧评价", Roles: []ticket.Role{ticket.Evaluator}},
}

// bureau is the whole service on a store of its own, with a clock that the test
// moves.
type bureau struct {
	t      testing.TB
	ctx    context.Context
	rdb    *redis.Client
	desk   *workflow.Desk
	line   *intake.Line
	server *Server
	log    *strings.Builder
	mu     sync.Mutex
	clock  time.Time
}

// monday is a working day between two weekends, after the National Day holiday
// and its make-up Saturday.
var monday = time.Date(2026, 10, 12, 9, 30, 0, 0, ticket.Shanghai)

func newBureau(t testing.TB, change ...func(*Options)) *bureau {
	t.Helper()
	b := &bureau{t: t, ctx: context.Background(), rdb: redisd.ForTest(t), clock: monday, log: &strings.Builder{}}
	store := must(workflow.OpenStore(b.ctx, b.rdb, workflow.StoreOptions{}))
	b.desk = workflow.NewDesk(store, defaults().workflow)
	keys := must(seal.Open(filepath.Join(t.TempDir(), "seal.json")))
	b.line = intake.NewLine(b.desk, defaults().classifier, keys)
	b.line.UseMappings(defaults().mappings)
	o := Options{
		Desk: b.desk, Line: b.line, Redis: b.rdb, Keys: keys, Reports: func() *reports.Policy { return defaults().reports },
		Mappings: func() intake.Mappings { return defaults().mappings }, Now: b.now, Version: "test", DataDir: t.TempDir(),
		Amend: b.amending(),
		Log:   slog.New(slog.NewTextHandler(lockedWriter{b}, nil)),
	}
	o.Outbox = outboxOf(o, &outbox.Policy{})
	for _, c := range change {
		c(&o)
	}
	b.server = must(New(o))
	t.Cleanup(func() {
		if err := b.server.Shutdown(context.Background()); err != nil {
			t.Error(err)
		}
	})
	hash := passwordHash()
	for _, a := range people {
		a.Hash, a.Epoch = hash, 1
		b.check(b.rdb.HSet(b.ctx, keyAccounts, a.Login, must(json.Marshal(a))).Err())
	}
	return b
}

// passwordHash is made once: making it is meant to be slow.
var passwordHash = sync.OnceValue(func() string { return hashPassword(testPassword) })

type lockedWriter struct{ b *bureau }

func (w lockedWriter) Write(p []byte) (int, error) {
	w.b.mu.Lock()
	defer w.b.mu.Unlock()
	return w.b.log.Write(p)
}

func (b *bureau) logged() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.log.String()
}

func (b *bureau) now() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.clock
}

func (b *bureau) wait(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.clock = b.clock.Add(d)
}

func (b *bureau) check(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

func person(login string) ticket.Actor {
	for _, a := range people {
		if a.Login == login {
			return a.Actor()
		}
	}
	panic("nobody is called " + login)
}

// complaint is a form about a taxi, which the classifier is sure of.
func complaint(no int) intake.Form {
	return intake.Form{
		Channel: ticket.Channel12328, SourceNo: fmt.Sprintf("RX%04d", no), Title: "出租车拒载",
		Content:    "乘客在城东区迎晖大道打车，出租车司机听说路近就拒载，把人赶下车，要求处理。",
		CallerName: "欧阳某某", CallerPhone: "13900001234", Place: "迎晖大道", Area: "城东区", CalledAt: monday.Add(-time.Hour),
	}
}

// accept opens a ticket and leaves it wherever the service puts it.
func (b *bureau) accept(f intake.Form) ticket.ID {
	b.t.Helper()
	results, err := b.line.Accept(b.ctx, b.now(), person("operator"), []intake.Form{f})
	b.check(err)
	if len(results[0].Faults) > 0 {
		b.t.Fatalf("form refused: %+v", results[0].Faults)
	}
	return results[0].ID
}

// waiting opens a ticket that waits for an operator: its text says little.
func (b *bureau) waiting(no int) ticket.ID {
	f := complaint(no)
	f.Title, f.Content = "情况反映", "来电人反映交通方面的情况，说得不清楚，请核实后回复。"
	f.DemandType = "投诉举报"
	return b.accept(f)
}

func (b *bureau) ticket(id ticket.ID) ticket.Ticket {
	b.t.Helper()
	t, err := b.desk.Ticket(b.ctx, ticket.Service, id)
	b.check(err)
	return t
}

// does takes a step with the fields given as name, value pairs.
func (b *bureau) does(login string, id ticket.ID, step ticket.Step, fields ...string) ticket.Ticket {
	b.t.Helper()
	given := map[string]string{}
	for i := 0; i+1 < len(fields); i += 2 {
		given[fields[i]] = fields[i+1]
	}
	outcome, err := b.desk.Take(b.ctx, b.now(), workflow.Request{
		ID: newRequestID(), Ticket: id, Version: b.ticket(id).Version, Step: step, Actor: person(login), Fields: given,
	})
	if err != nil {
		b.t.Fatalf("%s %s: %v", login, step, err)
	}
	return outcome.Ticket
}

// dispatched opens a ticket and sends it to a unit.
func (b *bureau) dispatched(no int, unit string) ticket.ID {
	id := b.waiting(no)
	b.does("operator", id, ticket.StepDispatch, "lead", unit, "category", "C01", "kind", "complaint", "reason", "听了录音")
	return id
}

func (b *bureau) reply() []string {
	return []string{
		"facts", "司机承认拒载", "handling", "约谈司机并记分", "basis", "出租汽车经营服务管理规定第四十九条",
		"told_at", b.now().Format(time.RFC3339), "told_way", "phone", "solved", "yes", "substantiated", "yes", "outcome", "solved", "public_reply", "已约谈当事司机并处理。",
	}
}

// replied brings a ticket to where the reply waits for review.
func (b *bureau) replied(no int) ticket.ID {
	id := b.dispatched(no, "yunfu")
	b.does("unit", id, ticket.StepSign)
	b.does("unit", id, ticket.StepReply, b.reply()...)
	return id
}

// browser is somebody's browser: it keeps cookies and sends what browsers send.
type browser struct {
	b       *bureau
	cookies map[string]string
	csrf    string
}

func (b *bureau) browser() *browser { return &browser{b: b, cookies: map[string]string{}} }

// as is the browser of somebody who is signed in. The password, slow by
// design, has tests of its own.
func (b *bureau) as(login string) *browser {
	b.t.Helper()
	w := b.browser()
	account, err := b.server.accounts.Find(b.ctx, login)
	b.check(err)
	w.cookies[cookiePlain], err = b.server.accounts.open(b.ctx, b.now(), account, "127.0.0.1", "Chrome 内核，Linux")
	b.check(err)
	w.get("/me").has(b.t, http.StatusOK)
	return w
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
}

var csrfMeta = regexp.MustCompile(`<meta name="csrf" content="([^"]+)">`)

func (w *browser) send(method, path string, body io.Reader, change ...func(*http.Request)) answer {
	w.b.t.Helper()
	r := httptest.NewRequest(method, path, body)
	r.Header.Set("Accept", "text/html,application/xhtml+xml")
	if method != http.MethodGet {
		r.Header.Set("Origin", "http://example.com")
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for name, value := range w.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	for _, c := range change {
		c(r)
	}
	response, err := w.b.server.app.Test(r, -1)
	w.b.check(err)
	raw, err := io.ReadAll(response.Body)
	w.b.check(err)
	w.b.check(response.Body.Close())
	for _, c := range response.Cookies() {
		if c.MaxAge < 0 {
			delete(w.cookies, c.Name)
			continue
		}
		w.cookies[c.Name] = c.Value
	}
	if m := csrfMeta.FindStringSubmatch(string(raw)); m != nil {
		w.csrf = m[1]
	}
	return answer{response.StatusCode, response.Header, string(raw)}
}

func (w *browser) get(path string, change ...func(*http.Request)) answer {
	w.b.t.Helper()
	return w.send(http.MethodGet, path, nil, change...)
}

// post sends a form with the CSRF token of the last page.
func (w *browser) post(path string, form url.Values, change ...func(*http.Request)) answer {
	w.b.t.Helper()
	if form == nil {
		form = url.Values{}
	}
	if !form.Has("csrf") {
		form.Set("csrf", w.csrf)
	}
	return w.send(http.MethodPost, path, strings.NewReader(form.Encode()), change...)
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// has fails unless every text stands in the answer.
func (a answer) has(t testing.TB, status int, texts ...string) {
	t.Helper()
	if a.status != status {
		t.Fatalf("status %d, want %d\n%s", a.status, status, a.body)
	}
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("answer lacks %q\n%s", text, a.body)
		}
	}
}
