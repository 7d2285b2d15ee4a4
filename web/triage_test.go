package web

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"huiyin/intake/twins"
	browse "huiyin/internal/browser"
	"huiyin/tables"
	"huiyin/ticket"
)

// withTwins lets the bureau offer what may be the same matter again, of the
// tickets that are there.
func (b *bureau) withTwins() {
	b.t.Helper()
	book := b.line.Twins()
	if book == nil {
		book = twins.NewBook(b.desk.Store(), must(twins.LoadPolicy(tables.Default())))
		b.line.UseTwins(book)
	}
	b.check(book.Build(b.ctx, b.now()))
}

const roadworks = "柳林镇村口的公路挖开以后半个月没有人施工，晚上没有灯，已经有两辆电动车掉进坑里，请问什么时候能恢复，也请把安全围挡装上。"

// roadwork opens a ticket of a caller about one hole in a road, which waits for
// an operator.
func (b *bureau) roadwork(no int, phone, more string) ticket.ID {
	f := complaint(no)
	f.Title, f.Content, f.CallerPhone, f.CalledAt = "", roadworks+more, phone, b.now()
	id := b.accept(f)
	if t := b.ticket(id); t.State != ticket.Received {
		b.t.Fatalf("ticket %d is %s", no, t.State)
	}
	return id
}

func TestPaneOffersTheSameMatterWithItsEvidence(t *testing.T) {
	b := newBureau(t)
	before := b.roadwork(1, "13900001111", "")
	b.wait(26 * time.Hour)
	id := b.roadwork(2, "13900001111", "上次打电话没有人理。")
	operator := b.as("operator")
	operator.get("/queue/"+string(id)).has(t, 200, `data-dispatch`)
	b.withTwins()
	pane := operator.get("/queue/" + string(id))
	pane.has(t, 200, "可能是同一件事", "同一来电人", "相隔 1 天", "都提到 柳林镇", "RX0001", `data-primary="`+string(before)+`"`, "另有 <b class=\"num\">1</b> 件工单")
	checkHarmless(t, parse(t, pane.body))
	beside := operator.get("/tickets/" + string(id) + "/beside/" + string(before))
	beside.has(t, 200, `<mark class="hit"`, "上次打电话没有人理。</mark>")
	page := operator.get("/tickets/" + string(id))
	page.has(t, 200, "可能是同一件事")

	api := operator.get("/api/v1/tickets/"+string(id), header("Accept", "application/json"))
	api.has(t, 200, `"duplicates_of":[{"id":"`+string(before)+`"`, `"same_caller":true`)
	for _, login := range []string{"leader", "supervisor", "discipline"} {
		w := b.as(login)
		if a := w.get("/tickets/" + string(id)); strings.Contains(a.body, "data-twin") || strings.Contains(a.body, `data-test="earlier"`) {
			t.Errorf("%s is told of the caller", login)
		}
		if a := w.get("/api/v1/tickets/"+string(id), header("Accept", "application/json")); strings.Contains(a.body, "duplicates_of") {
			t.Errorf("the API tells %s", login)
		}
		if a := w.get("/tickets/" + string(id) + "/beside/" + string(before)); a.status != 403 {
			t.Errorf("%s compares: %d", login, a.status)
		}
	}
}

func TestMergingAndDismissingByForm(t *testing.T) {
	b := newBureau(t)
	first, second := b.roadwork(1, "13900001111", ""), b.roadwork(2, "13900002222", "谢谢。")
	b.wait(time.Minute)
	third := b.roadwork(3, "13900003333", "麻烦了。")
	b.withTwins()
	w := b.as("operator")
	w.post("/tickets/"+string(third)+"/apart", url.Values{"other": {string(first)}}).has(t, 303)
	if page := b.as("operator2").get("/queue/" + string(third)); strings.Contains(page.body, `data-twin="`+string(first)+`"`) || !strings.Contains(page.body, `data-twin="`+string(second)+`"`) {
		t.Error("the second operator is offered what the first one dismissed, or not what was left")
	}
	done := w.post("/tickets/"+string(third)+"/steps/merge", url.Values{"version": {"1"}, "request": {"m1"}, "primary": {string(second)}, "reason": {"同一件事"}},
		header("X-Fragment", "true"), header("Accept", "application/json"))
	done.has(t, 200, `"undo":{"step":"split"`, `"seconds":10`)
	if got := b.ticket(third); got.State != ticket.Merged || got.Primary != second {
		t.Errorf("%s into %s", got.State, got.Primary)
	}
}

func TestFormForACallShowsWhatIsThereAlready(t *testing.T) {
	b := newBureau(t)
	b.roadwork(1, "13900001111", "")
	b.withTwins()
	w := b.as("operator")
	w.post("/judge", url.Values{"channel": {"12328"}, "caller_phone": {"139-0000-1111"}}).has(t, 200, "另有", "写下来电内容")
	found := w.post("/judge", url.Values{"channel": {"12328"}, "content": {roadworks}})
	found.has(t, 200, "可能是同一件事", "文字 100% 相同", "不同来电人")
	if strings.Contains(found.body, "<form") {
		t.Error("a form stands within the form")
	}
	if a := w.post("/judge", url.Values{"channel": {"12328"}, "caller_phone": {"13900009999"}}); strings.Contains(a.body, "另有") {
		t.Error("another number is told of the caller")
	}
}

func (b *bureau) operatorAt(address, login, path string) *browse.Visitor {
	b.t.Helper()
	p := chromium().Visitor(b.t, login, address)
	p.SignIn(login, testPassword)
	p.Open(path)
	return p
}

// shownID is the ticket that the queue shows.
func shownID(p *browse.Visitor) string {
	return browse.Find[string](p, `(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id || ''`)
}

func waitOther(p *browse.Visitor, than string) {
	p.Until(fmt.Sprintf(`(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id !== %q`, than))
}

// unsure opens a ticket about which the classifier has a proposal that it is
// not sure of.
func (b *bureau) unsure(no int) ticket.ID {
	f := complaint(no)
	f.Title, f.CallerPhone = "", fmt.Sprintf("139%08d", no)
	f.Content = fmt.Sprintf("第%d位来电人说，在%s看到出租车司机态度不好，公交车也不停站，请核实。", no, []string{"东门", "西门", "南门", "北门"}[no%4])
	id := b.accept(f)
	if got := b.ticket(id); got.State != ticket.Received || got.Verdict.Lead == "" {
		b.t.Fatalf("ticket %d is %s, proposed for %q", no, got.State, got.Verdict.Lead)
	}
	return id
}

// TestFiftyTicketsByOneKeyEach is the measure of the queue: fifty right
// proposals, fifty keys, no mouse, and no wait for the next ticket.
func TestFiftyTicketsByOneKeyEach(t *testing.T) {
	b := newBureau(t)
	const n = 50
	var ids []ticket.ID
	for i := range n {
		ids = append(ids, b.unsure(i))
	}
	operator := b.operatorAt(b.served(), "operator", "/queue")
	browse.Find[bool](operator, `(() => {
		window.keys = 0; addEventListener('keydown', () => { window.keys++ }, true);
		window.clicks = 0; addEventListener('mousedown', () => { window.clicks++ }, true);
		window.next = () => { const rows = [...document.querySelectorAll('.qrow:not(.gone)')]; return rows[rows.findIndex((r) => r.getAttribute('aria-current')) + 1].dataset.id };
		window.fetched = (id) => performance.getEntriesByType('resource').filter((e) => e.name.endsWith('/queue/' + id) && e.responseEnd > 0).length;
		return true;
	})()`)
	for i := range n {
		before := shownID(operator)
		if i < n-1 { // the next pane is there before it is asked for
			operator.Until(`window.fetched(window.next())`)
		}
		operator.Press(enter)
		waitOther(operator, before)
		if shown := shownID(operator); i < n-1 && browse.Find[int](operator, fmt.Sprintf(`window.fetched(%q)`, shown)) != 1 {
			t.Errorf("ticket %d was fetched again when it was wanted", i+2)
		}
	}
	for _, id := range ids {
		b.until(id, ticket.Dispatched)
	}
	keys, clicks := browse.Find[int](operator, "window.keys"), browse.Find[int](operator, "window.clicks")
	if keys != n || clicks != 0 {
		t.Errorf("%d tickets took %d keys and %d clicks", n, keys, clicks)
	}
	for _, id := range ids {
		if got := b.ticket(id); got.Lead != got.Verdict.Lead || got.Category != got.Verdict.Category || got.Version != 2 {
			t.Errorf("%s went to %s as %s in %d steps", id, got.Lead, got.Category, got.Version)
		}
	}
}

func TestOneKeyTakesADispatchBack(t *testing.T) {
	b := newBureau(t)
	first, second := b.unsure(1), b.unsure(2)
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(first))
	operator.Press(enter)
	b.until(first, ticket.Dispatched)
	operator.UntilText("undo-bar", "已派")
	operator.Until(fmt.Sprintf(`(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id === %q`, second)) // a key before it is seen sends nothing
	operator.Press(enter)
	b.until(second, ticket.Dispatched)
	operator.Until(`document.querySelectorAll('[data-queue] .qrow').length === 0`)
	operator.Press("z")
	b.until(second, ticket.Received)
	operator.Until(`document.querySelectorAll('[data-queue] .qrow').length === 1`)
	operator.Press("z")
	b.until(first, ticket.Received)
	operator.UntilText("queue-total", "2")
	for _, id := range []ticket.ID{first, second} {
		got := b.ticket(id)
		if len(got.Events) != 3 || got.Events[2].Step != ticket.StepRecall || got.Lead != "" {
			t.Errorf("%s has %d steps, lead %q", id, len(got.Events), got.Lead)
		}
	}
	operator.Until(fmt.Sprintf(`document.querySelector('form[data-dispatch]').dataset.id === %q`, first))
	operator.Press(enter)
	b.until(first, ticket.Dispatched)
}

func TestOneKeyMergesAndOneDismisses(t *testing.T) {
	b := newBureau(t)
	primary := b.roadwork(1, "13900001111", "")
	b.wait(time.Minute)
	follower, other := b.roadwork(2, "13900001111", "请尽快。"), b.roadwork(3, "13900002222", "谢谢。")
	b.withTwins()
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(follower))
	operator.Press("v")
	operator.See("beside")
	operator.Press("\x1b")
	operator.Until(`!document.querySelector('dialog[open]')`)
	operator.Press("m")
	b.until(follower, ticket.Merged)
	if got := b.ticket(follower); got.Primary != primary || !strings.Contains(got.Events[1].Fields["reason"], "同一来电人") {
		t.Errorf("merged into %s because %q", got.Primary, got.Events[1].Fields["reason"])
	}
	operator.Press("z")
	b.until(follower, ticket.Received)

	operator.Open("/queue?id=" + string(other))
	operator.See("twins")
	n := browse.Find[int](operator, `document.querySelectorAll('[data-twin]').length`)
	operator.Press("x")
	operator.Until(fmt.Sprintf(`document.querySelectorAll('[data-twin]').length === %d`, n-1))
	operator.UntilText("toast", "记下了")
	again := b.operatorAt(operator.Address(), "operator2", "/queue?id="+string(other))
	again.See("dispatch")
	if left := browse.Find[int](again, `document.querySelectorAll('[data-twin]').length`); left != n-1 {
		t.Errorf("the next operator is offered %d of %d", left, n)
	}
}

func TestTheSecondOperatorIsToldAndKeepsTheDraft(t *testing.T) {
	b := newBureau(t)
	id := b.unsure(1)
	b.unsure(2)
	address := b.served()
	first := b.operatorAt(address, "operator", "/queue?id="+string(id))
	second := b.operatorAt(address, "operator2", "/queue?id="+string(id))
	second.Press("/")
	second.Write("unit-query", "glzx")
	second.Press(enter)
	second.Write("why", "路段归公路中心")
	first.Press(enter)
	b.until(id, ticket.Dispatched)
	second.Press(enter)
	second.UntilText("toast", "安话务")
	second.UntilText("toast", "分派")
	second.Until(fmt.Sprintf(`document.querySelector('form[data-dispatch]').dataset.id === %q`, id))
	// A ticket that is gone cannot be dispatched any more, and the draft stays.
	second.Until(`document.querySelector('[data-test="dispatch"]').disabled && document.querySelector('[data-test="why"]').value === '路段归公路中心'`)
	if got := b.ticket(id); got.Version != 2 || got.Lead == "gonglu" {
		t.Errorf("%d steps, lead %s", got.Version, got.Lead)
	}
}

func TestAKeyPressedTwiceDispatchesOnce(t *testing.T) {
	b := newBureau(t)
	id, next := b.unsure(1), b.unsure(2)
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(id))
	browse.Find[bool](operator, `(() => { for (const repeat of [false, true, true]) document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', repeat, bubbles: true})); return true })()`)
	b.until(id, ticket.Dispatched)
	waitOther(operator, string(id))
	if got := b.ticket(next); got.State != ticket.Received {
		t.Errorf("a key that was held down dispatched the next ticket, too: %s", got.State)
	}
	// A double click on the button of a form.
	operator.Open("/tickets/" + string(next))
	browse.Find[bool](operator, `(() => { const b = document.querySelector('[data-test="do-confide"]'); b.closest('details').open = true; b.click(); b.click(); return true })()`)
	operator.UntilText("notice", "已完成")
	if got := b.ticket(next); got.Version != 2 {
		t.Errorf("a double click made %d steps", got.Version)
	}
}

func TestTheQueueOutlivesALostConnection(t *testing.T) {
	b := newBureau(t)
	ids := []ticket.ID{b.unsure(1), b.unsure(2), b.unsure(3)}
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(ids[0]))
	operator.Until(`performance.getEntriesByType('resource').some((e) => e.name.includes('/queue/') && e.responseEnd > 0)`)
	operator.Offline(true)
	operator.Press(enter)
	operator.UntilText("toast", "连接不上服务")
	operator.UntilText("queue-total", "3")
	if got := b.ticket(ids[0]); got.State != ticket.Received {
		t.Errorf("it is %s", got.State)
	}
	operator.Offline(false)
	operator.Until(`!document.querySelector('.qrow.gone')`)
	browse.Find[bool](operator, fmt.Sprintf(`(document.querySelector('.qrow[data-id=%q]').click(), true)`, ids[0]))
	operator.Until(fmt.Sprintf(`document.querySelector('form[data-dispatch]').dataset.id === %q`, ids[0]))
	operator.Press(enter)
	b.until(ids[0], ticket.Dispatched)
}

func TestSignedOutInTheMiddleOfTheQueueComesBackToTheTicket(t *testing.T) {
	b := newBureau(t)
	id := b.unsure(1)
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(id))
	operator.See("dispatch")
	b.wait(sessionIdle)
	operator.Press(enter)
	operator.See("password")
	if got := b.ticket(id); got.State != ticket.Received {
		t.Errorf("without a session it is %s", got.State)
	}
	operator.Write("login", "operator")
	operator.Write("password", testPassword)
	operator.Submit("sign-in")
	operator.Until(fmt.Sprintf(`(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id === %q`, id))
}

func TestBackButtonShowsTheQueueAsItIs(t *testing.T) {
	b := newBureau(t)
	id, next := b.unsure(1), b.unsure(2)
	operator := b.operatorAt(b.served(), "operator", "/queue?id="+string(id))
	operator.See("dispatch")
	operator.Submit("pane-open")
	b.does("operator2", id, ticket.StepDispatch, "lead", b.ticket(id).Verdict.Lead, "category", b.ticket(id).Category)
	browse.Find[bool](operator, `(history.back(), true)`)
	operator.Until(fmt.Sprintf(`location.pathname === '/queue' && (document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id === %q`, next))
}

func TestImportTellsOfTheSameMatter(t *testing.T) {
	b := newBureau(t)
	b.roadwork(1, "13900001111", "")
	b.withTwins()
	w := b.as("operator")
	path := w.upload("rows.csv", "工单编号,内容,来电号码\nX1,"+roadworks+",13900001111\nX2,请问驾驶证丢了怎么补办,13900002222\n", "12345").header.Get("Location")
	w.until(path, `data-test="import-checked"`)
	w.post(path+"/run", nil)
	done := w.until(path, "导入完成")
	done.has(t, 200, "可能和以前的工单是同一件事", "X1", "RX0001", "同一来电人")
	checkHarmless(t, parse(t, done.body))
}

func TestColumnsThatAreNotUnderstoodAreNamedByHand(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	path := w.upload("strange.csv", "编码,情况说明,谁\nX1,五路公交车到站不停,苏小禾\nX2,路灯不亮,李大力\n", "12345").header.Get("Location")
	failed := w.until(path, `data-test="import-failed"`)
	failed.has(t, 200, "没有认出表头", "情况说明", "五路公交车到站不停")
	w.post(path+"/columns", url.Values{"column-0": {"ticket_no"}, "column-1": {"content"}, "column-2": {"caller_name"}}).has(t, 303)
	checked := w.until(path, `data-test="import-checked"`)
	checked.has(t, 200, "导入通过检查的 2 行", "3 列对上了字段", "苏**")
	checkHarmless(t, parse(t, checked.body))
	w.post(path+"/run", nil)
	w.until(path, "导入完成：新增 2 件工单")
	w.post(path+"/columns", url.Values{"column-0": {"title"}}).has(t, 409, "不能再改列")
	w.post(path+"/columns", url.Values{"column-0": {"nothing"}})

	const next = "编码,情况说明,谁\nX3,六路公交车到站不停,苏小禾\n"
	w.until(w.upload("next.csv", next, "12345").header.Get("Location"), `data-test="import-checked"`).has(t, 200, "3 列对上了字段")
	w.until(w.upload("other.csv", next, "12328").header.Get("Location"), `data-test="import-failed"`).has(t, 200, "没有认出表头")
}
