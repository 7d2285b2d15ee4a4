package web

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rectify"
)

// october is a bureau in which October brought many complaints about one
// matter, on the first working day of November.
func october(t testing.TB) *bureau {
	t.Helper()
	b := newBureau(t)
	for n := range 12 {
		b.taxi(n)
	}
	b.set(time.Date(2026, 11, 2, 9, 0, 0, 0, ticket.Shanghai))
	return b
}

func (b *bureau) set(at time.Time) { b.wait(at.Sub(b.now())) }

// taxi is a complaint about a taxi driver, sent to the unit for taxis.
func (b *bureau) taxi(no int) {
	f := complaint(no)
	f.CalledAt = b.now().Add(-time.Hour)
	f.CallerPhone = "1390000" + strconv.Itoa(1000+no)
	id := b.accept(f)
	if b.ticket(id).State == ticket.Received {
		b.does("operator", id, ticket.StepDispatch, "lead", "yunfu", "category", "C01", "kind", "complaint", "reason", "类别准确")
	}
}

// step takes a step of a matter through the console as somebody.
func (w *browser) matterStep(desk *dossier.Desk, path, id string, step ticket.Step, fields ...string) answer {
	w.b.t.Helper()
	e, err := desk.Entry(w.b.ctx, ticket.Service, id)
	w.b.check(err)
	form := url.Values{"version": {strconv.FormatInt(e.Version, 10)}, "request": {newRequestID()}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Set(fields[i], fields[i+1])
	}
	return w.post(path+id+"/steps/"+string(step), form)
}

func (w *browser) edition(step ticket.Step, fields ...string) answer {
	w.b.t.Helper()
	return w.matterStep(w.b.server.books.Press.Desk, "/reports/editions/", "2026-10.1", step, fields...)
}

func (w *browser) rectify(id string, step ticket.Step, fields ...string) answer {
	w.b.t.Helper()
	return w.matterStep(w.b.server.books.Ledger.Desk, "/rectifications/", id, step, fields...)
}

// approved brings October's report to its approval.
func (b *bureau) approved() {
	b.t.Helper()
	w := b.as("supervisor")
	w.post("/reports/2026-10/begin", nil).has(b.t, http.StatusSeeOther)
	w.edition(edition.Edit, "part", "findings", "text", "出租汽车拒载集中。").has(b.t, http.StatusSeeOther)
	w.edition(edition.Submit).has(b.t, http.StatusSeeOther)
	b.as("leader").edition(edition.Approve).has(b.t, http.StatusSeeOther)
}

func TestTheStoryOfAReportAndAProblemInABrowser(t *testing.T) {
	b := october(t)
	address := b.served()
	supervisor := chromium().Visitor(t, "supervisor", address)
	supervisor.SignIn("supervisor", testPassword)
	supervisor.Submit("nav-reports")
	supervisor.Submit("read-2026-10")
	supervisor.Submit("begin")
	supervisor.UntilText("notice", "已完成：起草")
	supervisor.Open("/reports/editions/2026-10.1/part?name=findings")
	supervisor.Write("report_edit-text", "出租汽车拒载集中，须专项整治。")
	supervisor.Submit("do-report_edit")
	supervisor.UntilText("notice", "已完成：修改")
	supervisor.Submit("back")
	supervisor.UntilText("paper", "须专项整治")
	supervisor.Unfold("report_submit")
	supervisor.Submit("do-report_submit")

	leader := chromium().Visitor(t, "leader", address)
	leader.SignIn("leader", testPassword)
	leader.UntilText("card-report-approve", "1")
	leader.Open("/reports/2026-10")
	leader.Unfold("report_approve")
	leader.Submit("do-report_approve")
	leader.UntilText("paper", "市交运诉析〔2026〕1号")
	leader.UntilText("paper", "管督办，11月2日9时00分")

	supervisor.Open("/reports/2026-10")
	supervisor.Unfold("report_publish")
	supervisor.Submit("do-report_publish")
	supervisor.Open("/reports/cards?month=2026-10")
	supervisor.Submit("to-ledger")
	supervisor.Choose("rectify_propose-unit", "yunfu")
	supervisor.Write("rectify_propose-person", "孙涛")
	supervisor.Write("rectify_propose-target", "5")
	supervisor.Submit("do-rectify_propose")
	supervisor.UntilText("notice", "已完成：提出问题")

	leader.Open("/")
	leader.UntilText("card-rectify-approve", "1")
	leader.Open("/rectifications/ZG2026-001")
	leader.Submit("do-rectify_approve")
	leader.UntilText("facts", "出租汽车拒载")

	unit := chromium().Visitor(t, "unit", address)
	unit.SignIn("unit", testPassword)
	unit.Open("/rectifications/ZG2026-001")
	unit.Write("rectify_start-plan", "夜间排班巡查")
	unit.Submit("do-rectify_start")
	unit.Unfold("rectify_deliver")
	unit.Write("rectify_deliver-result", "约谈全部企业")
	unit.Submit("do-rectify_deliver")
	unit.UntilText("story", "报请验收")

	b.set(time.Date(2026, 11, 20, 9, 0, 0, 0, ticket.Shanghai))
	for n := range 3 {
		b.taxi(100 + n)
	}
	b.set(time.Date(2026, 12, 1, 8, 0, 0, 0, ticket.Shanghai))
	b.server.months.forget()
	leader.SignIn("leader", testPassword) // the session of a month ago has ended
	leader.Open("/reports/2026-11")
	leader.UntilText("paper", "12.0件（12件/1个月）")
	leader.UntilText("paper", "3.0件（3件/1个月）")
	leader.UntilText("paper", "达到目标")
	leader.Open("/rectifications/ZG2026-001")
	leader.UntilText("effect", "达到目标")

	stranger := chromium().Visitor(t, "stranger", address)
	stranger.Open("/public/reports/2026-10?type=large")
	stranger.UntilText("paper", "公开摘要")
	if text := stranger.Text("paper"); strings.Contains(text, "须专项整治") || strings.Contains(text, "市运输服务中心") {
		t.Errorf("the public form tells what is not for the public: %s", text)
	}
}

func TestCheatingWithAReportIsRefused(t *testing.T) {
	b := october(t)
	supervisor, leader := b.as("supervisor"), b.as("leader")
	b.as("operator").post("/reports/2026-10/begin", nil).has(t, http.StatusForbidden)
	supervisor.post("/reports/2026-11/begin", nil).has(t, http.StatusConflict, "还没有过完")
	supervisor.post("/reports/2026-10/begin", nil).has(t, http.StatusSeeOther)
	supervisor.edition(edition.Publish).has(t, http.StatusConflict)
	leader.edition(edition.Approve).has(t, http.StatusConflict)
	supervisor.edition(edition.Submit).has(t, http.StatusSeeOther)
	supervisor.edition(edition.Approve).has(t, http.StatusForbidden)
	leader.edition(edition.Edit, "part", "findings", "text", "我来改").has(t, http.StatusSeeOther)
	leader.edition(edition.Approve).has(t, http.StatusForbidden, "本人经手")
	supervisor.edition(edition.Edit, "part", "findings", "text", "再改").has(t, http.StatusSeeOther)
	leader.edition(edition.Approve).has(t, http.StatusSeeOther)
	for name, got := range map[string]answer{
		"a frozen report is edited":          supervisor.edition(edition.Edit, "part", "findings", "text", "偷偷改"),
		"a frozen report is restored":        supervisor.edition(edition.Restore, "part", "findings"),
		"an approved report is sent back":    leader.edition(edition.SendBack, "reason", "改"),
		"a report is approved a second time": leader.edition(edition.Approve),
		"who approved publishes":             leader.edition(edition.Publish),
	} {
		if got.status != http.StatusConflict && got.status != http.StatusForbidden {
			t.Errorf("%s: %d", name, got.status)
		}
	}
	b.browser().get("/public/reports/2026-10").has(t, http.StatusNotFound)
}

func TestAFrozenMonthIsDownloadedByteForByte(t *testing.T) {
	b := october(t)
	b.approved()
	w := b.as("leader")
	first := w.get("/reports/2026-10.docx")
	first.has(t, http.StatusOK)
	numbers := w.get("/api/v1/reports/2026-10").body
	// what comes late does not change what was approved
	late := complaint(77)
	late.CalledAt = monday
	b.accept(late)
	b.wait(time.Minute)
	b.server.months.forget()
	if again := w.get("/reports/2026-10.docx"); again.body != first.body {
		t.Error("the approved document changed")
	}
	if again := w.get("/api/v1/reports/2026-10").body; again != numbers {
		t.Error("the approved numbers changed")
	}
	var doc struct {
		Edition struct{ Number, Digest string }
	}
	b.check(json.Unmarshal([]byte(numbers), &doc))
	if doc.Edition.Number != "市交运诉析〔2026〕1号" || len(doc.Edition.Digest) != 64 {
		t.Errorf("edition %+v", doc.Edition)
	}
}

func TestACorrectionIsAMarkedEdition(t *testing.T) {
	b := october(t)
	b.approved()
	supervisor := b.as("supervisor")
	first := supervisor.get("/reports/2026-10.json").body
	supervisor.edition(edition.Correct, "reason", "两件重复登记").has(t, http.StatusSeeOther)
	supervisor.get("/reports/2026-10?edition=2").has(t, http.StatusOK, "出租汽车拒载集中", "更正版")
	supervisor.get("/reports/2026-10.json").has(t, http.StatusOK)
	if supervisor.get("/reports/2026-10.json").body != first {
		t.Error("until the correction is approved the first edition stands")
	}
	second := func(w *browser, step ticket.Step, fields ...string) answer {
		return w.matterStep(b.server.books.Press.Desk, "/reports/editions/", "2026-10.2", step, fields...)
	}
	second(supervisor, edition.Edit, "part", "findings", "text", "更正后的话。").has(t, http.StatusSeeOther)
	second(supervisor, edition.Submit).has(t, http.StatusSeeOther)
	second(b.as("leader"), edition.Approve).has(t, http.StatusSeeOther)
	supervisor.get("/reports/2026-10").has(t, http.StatusOK, "更正版：本版替代第1版", "两件重复登记", "更正后的话", "更正说明")
	if supervisor.get("/reports/2026-10.json?edition=1").body != first {
		t.Error("the first edition can still be had as it was")
	}
}

func (b *bureau) problem(fields map[string]string) string {
	b.t.Helper()
	given := map[string]string{
		"problem": "出租汽车拒载", "matter": "C01", "goal": "明显减少", "measures": "夜查", "unit": "yunfu", "person": "孙涛", "deadline": "2026-12-31",
	}
	for name, value := range fields {
		given[name] = value
	}
	e, err := b.server.books.Ledger.Propose(b.ctx, b.now(), person("supervisor"), newRequestID(), given)
	b.check(err)
	return e.ID
}

func TestCheatingWithTheLedgerIsRefused(t *testing.T) {
	b := october(t)
	id := b.problem(nil)
	unit, supervisor, leader := b.as("unit"), b.as("supervisor"), b.as("leader")
	supervisor.rectify(id, rectify.Approve).has(t, http.StatusForbidden)
	unit.post("/rectifications", nil).has(t, http.StatusForbidden)
	leader.rectify(id, rectify.Approve).has(t, http.StatusSeeOther)
	unit.rectify(id, rectify.Start, "plan", "排班").has(t, http.StatusSeeOther)
	unit.rectify(id, rectify.Deliver, "result", "做了").has(t, http.StatusSeeOther)
	unit.rectify(id, rectify.Pass, "finding", "自己看过").has(t, http.StatusForbidden)
	unit.rectify(id, rectify.Close).has(t, http.StatusForbidden)
	b.as("unit2").get("/rectifications/"+id).has(t, http.StatusNotFound)
	b.as("unit2").rectify(id, rectify.Report, "progress", "插手").has(t, http.StatusNotFound)
	supervisor.rectify(id, rectify.Fail, "missing", "夜间还有", "deadline", "2027-01-31").has(t, http.StatusSeeOther)
	unit.get("/rectifications/"+id).has(t, http.StatusOK, "回炉整改", "夜间还有")
	b.browser().get("/public/problems").has(t, http.StatusOK, "现在没有公开的突出问题")
	leader.rectify(id, rectify.Publish).has(t, http.StatusConflict)
	supervisor.rectify(id, rectify.Offer, "public_problem", "打车难，请联系13900001234", "public_measures", "夜查").has(t, http.StatusSeeOther)
	b.browser().get("/public/problems").has(t, http.StatusOK, "现在没有公开的突出问题")
	supervisor.rectify(id, rectify.Publish).has(t, http.StatusForbidden)
	leader.rectify(id, rectify.Publish).has(t, http.StatusSeeOther)
	public := b.browser().get("/public/problems")
	public.has(t, http.StatusOK, "打车难", "回炉整改", "市运输服务中心")
	if strings.Contains(public.body, "13900001234") || strings.Contains(public.body, "孙涛") {
		t.Error("the public list names a person")
	}
	supervisor.rectify(id, rectify.Offer, "public_problem", "改写", "public_measures", "夜查").has(t, http.StatusSeeOther)
	if b.browser().get("/public/problems").has(t, http.StatusOK, "打车难"); strings.Contains(b.browser().get("/public/problems").body, "改写") {
		t.Error("what nobody agreed to is public")
	}
}

func TestAFormThatIsRefusedKeepsWhatWasTyped(t *testing.T) {
	b := october(t)
	id := b.problem(nil)
	b.as("leader").rectify(id, rectify.Approve).has(t, http.StatusSeeOther)
	b.as("unit").rectify(id, rectify.Start, "person", "钱多").has(t, http.StatusUnprocessableEntity, "请填写整改安排", "钱多")
	w := b.as("supervisor")
	w.post("/rectifications", url.Values{"problem": {"只有题目"}, "request": {"r"}}).has(t, http.StatusUnprocessableEntity, "只有题目", "请填写责任人")
}

func TestTheLedgerForPrograms(t *testing.T) {
	b := october(t)
	id := b.problem(map[string]string{"deadline": "2026-11-10"})
	b.as("leader").rectify(id, rectify.Approve).has(t, http.StatusSeeOther)
	b.set(time.Date(2026, 11, 12, 9, 0, 0, 0, ticket.Shanghai))
	unit := b.as("unit")
	var list struct {
		Rectifications []struct {
			ID, State string
			Overdue   bool
			Version   int64
			Allowed   []string
		}
	}
	b.check(json.Unmarshal([]byte(unit.get("/api/v1/rectifications?overdue=1").body), &list))
	if len(list.Rectifications) != 1 || !list.Rectifications[0].Overdue || list.Rectifications[0].Allowed[0] != string(rectify.Start) {
		t.Fatalf("got %+v", list)
	}
	body, err := json.Marshal(map[string]any{"version": list.Rectifications[0].Version, "fields": map[string]string{"plan": "排班"}})
	b.check(err)
	post := func(body []byte) answer {
		return unit.send(http.MethodPost, "/api/v1/rectifications/"+id+"/steps/"+string(rectify.Start), bytes.NewReader(body),
			header("Content-Type", "application/json"), header("Accept", "application/json"), header(csrfHeader, unit.csrf))
	}
	post(body).has(t, http.StatusOK, `"in_progress"`)
	post(body).has(t, http.StatusConflict)
	b.as("unit2").get("/api/v1/rectifications/"+id, header("Accept", "application/json")).has(t, http.StatusNotFound)
	b.as("auditor").get("/api/v1/reports/2026-10/editions", header("Accept", "application/json")).has(t, http.StatusOK, `"editions":[]`)
}
