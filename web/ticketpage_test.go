package web

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// step is the form of a step as the page of the ticket gives it.
func (w *browser) step(id ticket.ID, step ticket.Step, fields ...string) answer {
	w.b.t.Helper()
	return w.stepAt(id, step, w.b.ticket(id).Version, newRequestID(), fields...)
}

func (w *browser) stepAt(id ticket.ID, step ticket.Step, version int64, request string, fields ...string) answer {
	w.b.t.Helper()
	form := url.Values{"version": {strconv.FormatInt(version, 10)}, "request": {request}}
	for i := 0; i+1 < len(fields); i += 2 {
		form.Add(fields[i], fields[i+1])
	}
	return w.post("/tickets/"+string(id)+"/steps/"+string(step), form)
}

func TestPageOffersTheStepsOfTheTableAndNoOther(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	for _, login := range []string{"operator", "unit", "supervisor", "leader"} {
		current := b.ticket(id)
		page := b.as(login).get("/tickets/" + string(id))
		offered := strings.Count(page.body, `/steps/`)
		all := b.desk.Allowed(person(login), &current)
		adds := slices.ContainsFunc(all, func(tr steps.Transition) bool { return tr.Step == ticket.StepAttach })
		if shown := strings.Contains(page.body, `data-test="upload"`); shown != adds {
			t.Errorf("%s may add files: %v, is offered it: %v", login, adds, shown)
		}
		allowed := slices.DeleteFunc(all, func(tr steps.Transition) bool { return fileSteps[tr.Step] }) // in the card of the files
		if offered != len(allowed) {
			t.Errorf("%s is offered %d steps, may take %d", login, offered, len(allowed))
		}
		for _, tr := range allowed {
			for _, f := range tr.Fields {
				if !strings.Contains(page.body, `name="`+f.Name+`"`) {
					t.Errorf("form of %s lacks %s", tr.Step, f.Name)
				}
			}
		}
	}
}

func TestWholeWayOfATicketByForms(t *testing.T) {
	b := newBureau(t)
	operator, second, unit := b.as("operator"), b.as("operator2"), b.as("unit")
	id := b.waiting(1)
	minute := func() string { return b.now().In(ticket.Shanghai).Format("2006-01-02T15:04") }
	for _, c := range []struct {
		who    *browser
		step   ticket.Step
		fields []string
		state  ticket.State
	}{
		{operator, ticket.StepDispatch, []string{"lead", "yunfu", "co", "zhidui", "co", "gonglu", "category", "C01", "kind", "complaint", "reason", "听了录音"}, ticket.Dispatched},
		{unit, ticket.StepSign, nil, ticket.Handling},
		{unit, ticket.StepContact, []string{"at", minute(), "way", "phone", "outcome", "说明了安排"}, ticket.Handling},
		{unit, ticket.StepReply, []string{"facts", "司机承认拒载", "handling", "约谈记分", "basis", "规定第四十九条", "told_at", minute(), "told_way", "phone",
			"solved", "yes", "substantiated", "yes", "outcome", "solved", "without_co", "不需要配合"}, ticket.Replied},
		{operator, ticket.StepApproveReply, nil, ticket.Callback},
		{second, ticket.StepRecordCallback, []string{"responded", "yes", "solved", "yes", "satisfied", "yes"}, ticket.Closed},
	} {
		a := c.who.step(id, c.step, c.fields...)
		if a.status != http.StatusSeeOther {
			t.Fatalf("%s: %d\n%s", c.step, a.status, a.body)
		}
		c.who.get(a.header.Get("Location")).has(t, http.StatusOK, "已完成：")
		if got := b.ticket(id).State; got != c.state {
			t.Fatalf("after %s the ticket is %s, want %s", c.step, got, c.state)
		}
	}
	done := b.ticket(id)
	if len(done.Co) != 2 || done.Satisfied != ticket.Yes {
		t.Errorf("co-units %v, satisfied %v", done.Co, done.Satisfied)
	}
	operator.get("/tickets/"+string(id)).has(t, http.StatusOK, "回访结果", "安话务（话务与分派）", "曹经办（运服中心）", "约谈记分", "待回访 → 已办结")
}

func TestMissingFieldsComeBackWithAllThatWasTyped(t *testing.T) {
	b := newBureau(t)
	unit := b.as("unit")
	id := b.dispatched(1, "yunfu")
	b.does("unit", id, ticket.StepSign)
	a := unit.step(id, ticket.StepReply, "facts", "写了很久的基本情况", "solved", "yes")
	a.has(t, http.StatusUnprocessableEntity, "写了很久的基本情况", `role="alert"`)
	if b.ticket(id).State != ticket.Handling {
		t.Error("an incomplete reply was taken")
	}
	if !strings.Contains(a.body, `value="yes" checked`) {
		t.Error("the chosen answer is lost")
	}
}

func TestDoubleClickTakesAStepOnce(t *testing.T) {
	b := newBureau(t)
	unit := b.as("unit")
	id := b.dispatched(1, "yunfu")
	version := b.ticket(id).Version
	for range 2 {
		if a := unit.stepAt(id, ticket.StepSign, version, "same-request"); a.status != http.StatusSeeOther {
			t.Fatalf("status %d\n%s", a.status, a.body)
		}
	}
	if got := b.ticket(id).Version; got != version+1 {
		t.Errorf("two clicks made %d steps", got-version)
	}
}

func TestSecondPersonIsToldWhoWasFasterAndKeepsTheDraft(t *testing.T) {
	b := newBureau(t)
	slow := b.as("operator2")
	id := b.replied(1)
	version := b.ticket(id).Version
	b.does("operator", id, ticket.StepSendBack, "missing", "没有写依据")
	b.does("unit", id, ticket.StepReply, b.reply()...)
	a := slow.stepAt(id, ticket.StepSendBack, version, newRequestID(), "missing", "我也觉得缺依据，写了很多")
	a.has(t, http.StatusConflict, "安话务", "退回补办", "我也觉得缺依据，写了很多", `value="`+strconv.FormatInt(b.ticket(id).Version, 10)+`"`)
}

func TestTextOfATicketCannotRun(t *testing.T) {
	b := newBureau(t)
	f := complaint(1)
	f.Title, f.Content, f.Place, f.Subject = hostile, "反映"+hostile, hostile, hostile
	f.CallerName, f.Extra = "王<b>某", map[string]string{"<i>列": hostile}
	id := b.accept(f)
	for _, w := range []*browser{b.as("operator"), b.as("leader")} {
		for _, path := range []string{"/", "/tickets", "/tickets/" + string(id), "/tickets?q=" + url.QueryEscape("<script>")} {
			doc := parse(t, w.get(path).body)
			checkHarmless(t, doc)
			checkIDs(t, doc)
		}
	}
	for _, path := range []string{"/queue", "/queue/" + string(id)} {
		checkHarmless(t, parse(t, b.as("operator").get(path).body))
	}
}

func TestCallerIsMaskedAndShownOnlyForAReason(t *testing.T) {
	b := newBureau(t)
	operator := b.as("operator")
	f := complaint(1)
	f.Content += "我的电话是13611112222。"
	id := b.accept(f)
	page := operator.get("/tickets/" + string(id))
	page.has(t, http.StatusOK, "139****1234", "欧***", "136****2222", "正文中隐去", "1 处")
	for _, secret := range []string{"13900001234", "欧阳某某", "13611112222"} {
		if strings.Contains(page.body, secret) {
			t.Errorf("the page shows %s", secret)
		}
	}
	path := "/tickets/" + string(id) + "/reveal"
	operator.post(path, url.Values{"reason": {" "}}).has(t, http.StatusUnprocessableEntity, "为什么要看")
	operator.post(path, url.Values{"reason": {"回电核实地点，号码13900001234"}}).has(t, http.StatusOK, "13900001234", "欧阳某某", "13611112222")
	b.as("auditor").get("/audit").has(t, http.StatusOK, "查看来电人信息", string(id), "回电核实地点", "139****1234")
	if log := b.logged(); strings.Contains(log, "13900001234") || strings.Contains(log, "欧阳") {
		t.Errorf("the log names the caller: %s", log)
	}
	b.as("leader").post(path, url.Values{"reason": {"想看看"}}).has(t, http.StatusForbidden)
}

func TestConfidentialCallerIsHiddenFromTheUnit(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("operator", id, ticket.StepConfide)
	unit := b.as("unit")
	page := unit.get("/tickets/" + string(id))
	page.has(t, http.StatusOK, "要求保密")
	if strings.Contains(page.body, "139****") {
		t.Error("even the masked number is too much")
	}
	unit.post("/tickets/"+string(id)+"/reveal", url.Values{"reason": {"要回电"}}).has(t, http.StatusForbidden)
}

func TestBulkSignSignsEachOnceAndNamesWhatCouldNot(t *testing.T) {
	b := newBureau(t)
	unit := b.as("unit")
	var ticked []string
	var ids []ticket.ID
	for i := range 3 {
		id := b.dispatched(i, "yunfu")
		ids = append(ids, id)
		ticked = append(ticked, string(id)+":"+strconv.FormatInt(b.ticket(id).Version, 10))
	}
	b.does("operator", ids[2], ticket.StepUrge, "reason", "快到期了")
	unit.post("/mine/sign", url.Values{"ticket": ticked}).has(t, http.StatusConflict, "签收了 2 件", string(ids[2]))
	for i, want := range []ticket.State{ticket.Handling, ticket.Handling, ticket.Dispatched} {
		if got := b.ticket(ids[i]).State; got != want {
			t.Errorf("ticket %d is %s, want %s", i, got, want)
		}
	}
	if a := unit.post("/mine/sign", url.Values{"ticket": ticked[:2]}); a.header.Get("Location") != "/mine?signed=2" {
		t.Errorf("the same ticks again: %d %s", a.status, a.header.Get("Location"))
	}
}

func TestClocksAreSaidInWords(t *testing.T) {
	toClose := ticket.Due{Clock: ticket.ClockClose, Limit: ticket.Limit{N: 5, Unit: ticket.LimitWorkdays}, At: monday.Add(30 * time.Hour)}
	met := toClose
	met.MetAt = monday
	late := toClose
	late.MetAt = monday.Add(31 * time.Hour)
	window := ticket.Due{Clock: ticket.ClockReturn, At: monday.Add(-time.Hour)}
	for _, c := range []struct {
		name string
		due  ticket.Due
		at   time.Duration
		text string
		tone string
		icon string
	}{
		{"far from the end", toClose, 0, "办结剩 1 天 6 小时", "", "clock"},
		{"near the end", toClose, 26*time.Hour + 30*time.Minute, "办结剩 3 小时 30 分", "amber", "alert"},
		{"past the end", toClose, 33 * time.Hour, "办结超期 3 小时", "red", "late"},
		{"met in time", met, 99 * time.Hour, "办结已按时", "green", "check"},
		{"met too late", late, 99 * time.Hour, "办结超期完成", "red", "late"},
		{"a closed return window is nobody's fault", window, 0, "退单期已过", "", "clock"},
	} {
		got := dueView(c.due, monday.Add(c.at))
		if got.Text != c.text || got.Tone != c.tone || got.Icon != c.icon {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
}
