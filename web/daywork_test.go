package web

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"mime/multipart"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
)

func TestPaneExplainsWhoAndUntilWhen(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	operator := b.as("operator")
	page := operator.get("/queue")
	page.has(t, 200, string(id), "情况反映", `data-dispatch`, "时限到")
	pane := operator.get("/queue/" + string(id))
	pane.has(t, 200, "办结", "5个工作日，自10月12日09:30起", "10-19 24:00")
	checkHarmless(t, parse(t, pane.body))
}

func TestKeyOfTheQueueDispatchesAndTellsWhere(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	w := b.as("operator")
	form := url.Values{"version": {"1"}, "request": {"k1"}, "lead": {"gonglu"}, "category": {"K01"}, "kind": {"complaint"}, "reason": {"职责不同"}}
	fragment := header("X-Fragment", "true")
	w.post("/tickets/"+string(id)+"/steps/dispatch", form, fragment, header("Accept", "application/json")).has(t, 200, `"state":"待签收"`, `"lead":"公路中心"`)
	again := b.waiting(2)
	form.Del("reason")
	form.Set("request", "k2")
	a := w.post("/tickets/"+string(again)+"/steps/dispatch", form, fragment, header("Accept", "application/json"))
	a.problem(t, http.StatusUnprocessableEntity, "invalid_fields")
}

func TestClueIsNotOfferedForDispatch(t *testing.T) {
	b := newBureau(t)
	f := complaint(1)
	f.Title, f.Content = "举报收钱放行", "举报交通执法人员收受货车司机的红包好处费，收钱放行，给钱就不查，是内外勾结的保护伞。"
	id := b.accept(f)
	stored := b.ticket(id)
	if stored.Secrecy() == ticket.Visible {
		t.Fatalf("not taken for a clue: %+v", stored.Verdict)
	}
	pane := b.as("operator").get("/queue/" + string(id))
	pane.has(t, 200, "疑似纪检线索", "disabled")
}

func TestFormJudgesWhileOneWrites(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	w.post("/judge", url.Values{"content": {"打"}}).has(t, 200, "写下来电内容")
	w.post("/judge", url.Values{"content": {"出租车司机拒载，把我赶下车"}, "channel": {"12328"}}).has(t, 200, "出租汽车拒载", "投诉举报", "工作日", "怎么联系您")
}

func TestCallBecomesATicketOnce(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	form := url.Values{"request": {"abcdef123456"}, "channel": {"12328"}, "content": {"出租车司机拒载，把我赶下车，要求处理。"}, "caller_phone": {"13900001234"}, "caller_name": {"欧阳"}, "confidential": {"yes"}}
	first := w.post("/new", form)
	second := w.post("/new", form)
	if first.status != http.StatusSeeOther || first.header.Get("Location") != second.header.Get("Location") {
		t.Fatalf("%d %q, then %q", first.status, first.header.Get("Location"), second.header.Get("Location"))
	}
	w.get(first.header.Get("Location")).has(t, 200, "保密", "已完成：受理")
	form.Set("content", " ")
	w.post("/new", form).has(t, http.StatusUnprocessableEntity, "还不能登记", "13900001234")
}

var importAddress = regexp.MustCompile(`^/import/[0-9a-f]+$`)

func (w *browser) upload(name, content, channel string) answer {
	w.b.t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for field, value := range map[string]string{"csrf": w.csrf, "channel": channel} {
		w.b.check(form.WriteField(field, value))
	}
	file, err := form.CreateFormFile("file", name)
	w.b.check(err)
	_, err = file.Write([]byte(content))
	w.b.check(err)
	w.b.check(form.Close())
	return w.send(http.MethodPost, "/import", &body, header("Content-Type", form.FormDataContentType()))
}

// until reads a page again until it shows a text.
func (w *browser) until(path, text string) answer {
	w.b.t.Helper()
	for range 200 {
		if a := w.get(path); strings.Contains(a.body, text) {
			return a
		}
		time.Sleep(20 * time.Millisecond)
	}
	w.b.t.Fatalf("%s never shows %q:\n%s", path, text, w.get(path).body)
	return answer{}
}

func TestSheetIsCheckedThenImportedOnce(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	sheet := "工单编号,标题,内容\nX1,出租车拒载,在火车站打车被拒载\nX2,公交甩站,五路车到站不停\nX3,,\n"
	a := w.upload("<b>九月</b>.csv", sheet, "12345")
	path := a.header.Get("Location")
	if a.status != http.StatusSeeOther || !importAddress.MatchString(path) {
		t.Fatalf("%d %q\n%s", a.status, path, a.body)
	}
	checked := w.until(path, `data-test="import-checked"`)
	checked.has(t, 200, "导入通过检查的 2 行")
	checkHarmless(t, parse(t, checked.body))
	if n := must(b.desk.List(b.ctx, b.now(), ticket.Service, workflow.Filter{})).Total; n != 0 {
		t.Fatalf("checking wrote %d tickets", n)
	}
	for range 2 {
		w.post(path+"/run", nil)
	}
	w.until(path, "导入完成：新增 2 件工单")
	if n := must(b.desk.List(b.ctx, b.now(), ticket.Service, workflow.Filter{})).Total; n != 2 {
		t.Errorf("%d tickets of 2 rows", n)
	}
	if a := w.get(path + "/rejects"); a.status != 200 || !strings.HasPrefix(a.body, "PK") {
		t.Errorf("rejected rows: %d", a.status)
	}
	again := w.upload("again.csv", "工单编号,标题,内容\nX1,出租车拒载,在火车站打车被拒载\n", "12345").header.Get("Location")
	w.until(again, "以前都导入过了")
	w.upload("picture.png", "\x89PNG\r\n\x1a\n0000", "12345")
	bad := w.upload("picture.png", "\x89PNG\r\n\x1a\n0000", "12345").header.Get("Location")
	w.until(bad, `data-test="import-failed"`)
	w.get("/import/none").has(t, http.StatusNotFound)
}

// served runs the service on a port of its own, for what needs a connection.
func (b *bureau) served() string {
	b.t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	b.check(err)
	done := make(chan error, 1)
	go func() { done <- b.server.Serve(l) }()
	b.t.Cleanup(func() {
		b.check(b.server.Shutdown(context.Background()))
		if err := <-done; err != nil && !errors.Is(err, net.ErrClosed) {
			b.t.Error(err)
		}
	})
	return "http://" + l.Addr().String()
}

func TestEventsTellEveryTabAtOnce(t *testing.T) {
	b := newBureau(t)
	address := b.served()
	w := b.as("operator")
	listen := func() *bufio.Reader {
		r, _ := http.NewRequestWithContext(t.Context(), http.MethodGet, address+"/events", nil)
		r.AddCookie(&http.Cookie{Name: cookiePlain, Value: w.cookies[cookiePlain]})
		response, err := http.DefaultClient.Do(r)
		b.check(err)
		t.Cleanup(func() { response.Body.Close() })
		if kind := response.Header.Get("Content-Type"); kind != "text/event-stream" {
			t.Fatalf("content type %q", kind)
		}
		return bufio.NewReader(response.Body)
	}
	data := func(r *bufio.Reader) string {
		for {
			line, err := r.ReadString('\n')
			b.check(err)
			if text, ok := strings.CutPrefix(line, "data: "); ok {
				return text
			}
		}
	}
	streams := []*bufio.Reader{listen(), listen(), listen()}
	for _, s := range streams {
		if got := data(s); strings.Contains(got, `"received":1`) {
			t.Errorf("before anything came: %s", got)
		}
	}
	b.waiting(1) // opened by another instance, as far as the server knows
	for _, s := range streams {
		for got := data(s); !strings.Contains(got, `"received":1`); got = data(s) {
		}
	}
	start := time.Now()
	b.check(b.server.Shutdown(context.Background()))
	if took := time.Since(start); took > 5*time.Second {
		t.Errorf("open streams held the stop for %s", took)
	}
}

func TestListeningKeepsNoSessionAlive(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	for range 4 {
		b.wait(10 * time.Minute)
		if _, _, err := b.server.accounts.resume(b.ctx, b.now(), w.cookies[cookiePlain], false); err != nil && b.now().Sub(monday) < sessionIdle {
			t.Fatal(err)
		}
	}
	if a := w.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("a tab that only listened kept the session: %d", a.status)
	}
}

func TestJobsAreShownAndRunByHand(t *testing.T) {
	var ran []string
	b := newBureau(t, func(o *Options) { o.Jobs = fakeTimetable{&ran} })
	w := b.as("supervisor")
	w.get("/jobs").has(t, 200, "逾期巡查", "上次失败", "磁盘满了")
	if a := w.post("/jobs/overdue-sweep/run", nil); a.status != http.StatusSeeOther || len(ran) != 1 {
		t.Errorf("%d, ran %v", a.status, ran)
	}
	w.get("/jobs?ran=overdue-sweep").has(t, 200, "已运行：逾期巡查")
}

type fakeTimetable struct{ ran *[]string }

func (f fakeTimetable) Jobs(context.Context) ([]Job, error) {
	return []Job{{Name: "overdue-sweep", Title: "逾期巡查", Schedule: "每 5 分钟", Purpose: "找出超期的工单", Last: monday, LastError: "磁盘满了"}}, nil
}

func (f fakeTimetable) RunJob(_ context.Context, name string, _ time.Time) error {
	*f.ran = append(*f.ran, name)
	return nil
}

func TestAdministratorOpensAndShutsAccounts(t *testing.T) {
	b := newBureau(t)
	w := b.as("admin")
	a := w.post("/accounts", url.Values{"login": {"xin"}, "name": {"新人"}, "roles": {"operator", "supervisor"}})
	a.has(t, 200, "/welcome?token=", "xin")
	if got := must(b.server.accounts.Find(b.ctx, "xin")); len(got.Roles) != 2 || got.Hash != "" {
		t.Errorf("account %+v", got)
	}
	w.post("/accounts", url.Values{"login": {"xin"}, "name": {"又一个"}, "roles": {"operator"}}).has(t, http.StatusConflict, "已经有人用了", "又一个")
	w.post("/accounts", url.Values{"login": {"u9"}, "name": {"张"}, "roles": {"unit"}, "unit": {"nowhere"}}).has(t, http.StatusUnprocessableEntity, "没有这个单位")
	w.post("/accounts/xin", url.Values{"name": {"新人"}, "roles": {"leader"}})
	if got := must(b.server.accounts.Find(b.ctx, "xin")); len(got.Roles) != 1 || got.Roles[0] != ticket.Leader {
		t.Errorf("account %+v", got)
	}
	w.post("/accounts/xin/disable", url.Values{"disabled": {"yes"}})
	if !must(b.server.accounts.Find(b.ctx, "xin")).Disabled {
		t.Error("still open")
	}
	w.post("/accounts/admin/disable", url.Values{"disabled": {"yes"}}).has(t, http.StatusForbidden)
	w.post("/accounts/admin", url.Values{"name": {"孟"}, "roles": {"leader"}}).has(t, http.StatusForbidden)
	b.as("auditor").get("/audit").has(t, 200, "新建账号", "停用账号", "修改账号")
}

func TestReportsAreDownloaded(t *testing.T) {
	b := newBureau(t)
	b.replied(1)
	w := b.as("leader")
	w.get("/reports").has(t, 200, "2026年10月")
	for format, magic := range map[string]string{"docx": "PK", "xlsx": "PK", "html": "<!", "json": "{"} {
		a := w.get("/reports/2026-10." + format)
		if a.status != 200 || !strings.HasPrefix(strings.ToLower(a.body), strings.ToLower(magic)) {
			t.Errorf("%s: %d, begins %.20q", format, a.status, a.body)
		}
		if disposition := a.header.Get("Content-Disposition"); !strings.Contains(disposition, "huiyin-2026-10."+format) {
			t.Errorf("%s: %q", format, disposition)
		}
	}
	w.get("/reports/2026-10.exe").has(t, http.StatusNotFound)
	w.get("/reports/2026-13.docx").has(t, http.StatusUnprocessableEntity)
	w.get("/dashboard?month=2027-01").has(t, http.StatusUnprocessableEntity, "还没有开始")
}

func TestFiguresOfTheDashboardLeadToTheirTickets(t *testing.T) {
	b := newBureau(t)
	for i := range 3 {
		b.dispatched(i, "yunfu")
	}
	page := b.as("leader").get("/dashboard")
	page.has(t, 200, "受理", "/tickets?month=2026-10")
	list := b.as("leader").get("/tickets?month=2026-10")
	list.has(t, 200, "共 3 件")
}

func TestSheetsOfAKilledServiceAreRemoved(t *testing.T) {
	dir := t.TempDir()
	old, young := filepath.Join(dir, uploadsPrefix+"1"), filepath.Join(dir, uploadsPrefix+"2")
	for _, d := range []string{old, young} {
		if err := os.Mkdir(d, 0o700); err != nil {
			t.Fatal(err)
		}
	}
	now := time.Now()
	if err := os.Chtimes(old, now, now.Add(-25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if err := sweepUploads(dir, now); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(old); err == nil {
		t.Error("the old folder is still there")
	}
	if _, err := os.Stat(young); err != nil {
		t.Error("the folder of a running service is gone")
	}
}
