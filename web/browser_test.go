package web

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	browse "huiyin/internal/browser"
	"huiyin/ticket"
)

const enter = "\r"

// chromium is one browser for all tests; each person has a profile of their own.
var chromium = sync.OnceValue(func() *browse.Browser { return must(browse.Start(context.Background(), "")) })

func TestMain(m *testing.M) {
	var started atomic.Bool
	launch := chromium
	chromium = func() *browse.Browser { started.Store(true); return launch() }
	code := m.Run()
	if started.Load() {
		launch().Close()
	}
	os.Exit(code)
}

func (b *bureau) until(id ticket.ID, state ticket.State) {
	b.t.Helper()
	for range 500 {
		if b.ticket(id).State == state {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	b.t.Fatalf("ticket is %s, not %s", b.ticket(id).State, state)
}

// TestDayOfFourPeopleInABrowser takes a ticket from the queue to its closing.
func TestDayOfFourPeopleInABrowser(t *testing.T) {
	b := newBureau(t)
	id := b.waiting(1)
	address := b.served()
	operator := chromium().Visitor(t, "operator", address)
	operator.SignIn("operator", testPassword)
	operator.UntilText("nav-queue", "1")
	operator.Submit("nav-queue")
	operator.Press("/")
	operator.Write("unit-query", "ysfwzx")
	operator.Press(enter)
	operator.UntilText("pane-lead", "市运输服务中心")
	operator.Write("why", "职责不同")
	operator.Press(enter)
	b.until(id, ticket.Dispatched)
	operator.Until("location.pathname === '/queue' && !document.querySelector('[data-dispatch]')")

	unit := chromium().Visitor(t, "unit", address)
	unit.SignIn("unit", testPassword)
	unit.Submit("nav-mine")
	unit.Submit("open-RX0001")
	unit.Submit("do-sign")
	unit.UntilText("notice", "已完成：签收")
	unit.Unfold("contact")
	unit.Click("contact-way-phone")
	unit.Write("contact-outcome", "已与来电人通话")
	unit.Submit("do-contact")
	unit.Unfold("reply")
	unit.Write("reply-facts", "司机承认拒载")
	unit.Write("reply-handling", "约谈司机并记分")
	unit.Write("reply-basis", "出租汽车经营服务管理规定第四十九条")
	unit.Submit("do-reply")
	unit.UntilText("notice", "报结")
	if got := browse.Find[string](unit, `document.querySelector('[data-test="reply-facts"]').value`); got != "司机承认拒载" {
		t.Errorf("after a refusal the field holds %q", got)
	}
	for _, choice := range []string{"reply-told_way-phone", "reply-solved-yes", "reply-substantiated-yes", "reply-outcome-solved"} {
		unit.Click(choice)
	}
	unit.Submit("do-reply")
	b.until(id, ticket.Replied)

	operator.Open("/review")
	operator.Submit("open-RX0001")
	operator.Submit("do-approve_reply")
	b.until(id, ticket.Callback)

	second := chromium().Visitor(t, "operator2", address)
	second.SignIn("operator2", testPassword)
	second.Submit("nav-phone")
	second.Submit("open-RX0001")
	second.Unfold("record_callback")
	for _, answer := range []string{"responded", "solved", "satisfied"} {
		second.Click("record_callback-" + answer + "-yes")
	}
	second.Submit("do-record_callback")
	b.until(id, ticket.Closed)
	if closed := b.ticket(id); closed.Satisfied != ticket.Yes || closed.Lead != "yunfu" {
		t.Errorf("closed as %+v", closed.Progress)
	}

	leader := chromium().Visitor(t, "leader", address)
	leader.SignIn("leader", testPassword)
	leader.Submit("nav-dashboard")
	leader.Until(`document.querySelector('#trend canvas') !== null`)
}

func TestQueueIsWorkedWithoutAMouse(t *testing.T) {
	b := newBureau(t)
	const n = 8
	var ids []ticket.ID
	for i := range n {
		f := complaint(i)
		// Sure of nothing: two categories speak.
		f.Title, f.Content = "", fmt.Sprintf("第%d位来电人说，出租车司机态度不好，公交车也不停站，请核实。", i)
		id := b.accept(f)
		if b.ticket(id).State != ticket.Received {
			t.Fatalf("ticket %d did not wait", i)
		}
		ids = append(ids, id)
	}
	address := b.served()
	operator := chromium().Visitor(t, "operator", address)
	operator.SignIn("operator", testPassword)
	operator.Open("/queue")
	shown := func() string {
		return browse.Find[string](operator, `(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id || ''`)
	}
	waitShown := func(other string) {
		operator.Until(fmt.Sprintf(`(document.querySelector('form[data-dispatch]') || {dataset: {}}).dataset.id !== %q`, other))
	}
	first := shown()
	operator.Press("j")
	waitShown(first)
	operator.Press("k")
	operator.Until(fmt.Sprintf(`document.querySelector('form[data-dispatch]').dataset.id === %q`, first))

	// A key that belongs to an input method dispatches nothing.
	browse.Find[bool](operator, `document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true, bubbles: true}))`)
	browse.Find[bool](operator, `document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', keyCode: 229, bubbles: true}))`)
	if got := b.ticket(ticket.ID(first)).State; got != ticket.Received {
		t.Fatalf("composing a word dispatched the ticket: %s", got)
	}

	// A digit takes another category; then a word is wanted.
	operator.Press("2")
	operator.Until(`document.querySelector('[data-candidate][data-key="2"]').getAttribute('aria-pressed') === 'true'`)
	operator.Until(`document.activeElement.name === 'reason'`)
	operator.Press("事项不同", enter)
	b.until(ticket.ID(first), ticket.Dispatched)
	if got := b.ticket(ticket.ID(first)); got.Category != got.Verdict.Candidates[1].Category {
		t.Errorf("category is %s, the second candidate was %s", got.Category, got.Verdict.Candidates[1].Category)
	}

	// One key a ticket for the rest.
	for range n - 1 {
		before := shown()
		operator.Press(enter)
		b.until(ticket.ID(before), ticket.Dispatched)
		waitShown(before)
	}
	operator.Until(`!document.querySelector('[data-queue] .qrow')`)
	for _, id := range ids {
		if got := b.ticket(id); got.State != ticket.Dispatched || got.Version != 2 {
			t.Errorf("%s is %s with %d steps", id, got.State, got.Version)
		}
	}
}

func TestDraftOutlivesTheSession(t *testing.T) {
	b := newBureau(t)
	id := b.dispatched(1, "yunfu")
	b.does("unit", id, ticket.StepSign)
	address := b.served()
	unit := chromium().Visitor(t, "unit", address)
	unit.SignIn("unit", testPassword)
	unit.Open("/tickets/" + string(id))
	unit.Unfold("reply")
	unit.Write("reply-facts", "写了半个小时的基本情况")
	unit.Write("reply-handling", "约谈")
	unit.Write("reply-basis", "规定")
	b.wait(sessionIdle)
	unit.Submit("do-reply")
	unit.See("password")
	unit.Write("login", "unit")
	unit.Write("password", testPassword)
	unit.Submit("sign-in")
	unit.See("reply-facts")
	if got := browse.Find[string](unit, `document.querySelector('[data-test="reply-facts"]').value`); got != "写了半个小时的基本情况" {
		t.Errorf("the draft is %q", got)
	}
}

func TestTwelveTabsAreLive(t *testing.T) {
	b := newBureau(t)
	address := b.served()
	operator := chromium().Visitor(t, "operator", address)
	operator.SignIn("operator", testPassword)
	tabs := []*browse.Visitor{operator}
	for range 11 { // a browser opens six connections to a host
		tabs = append(tabs, operator.Tab("/me"))
	}
	b.waiting(1)
	for _, tab := range tabs {
		tab.UntilText("nav-queue", "1")
	}
}

func TestTextsDoNotRunInABrowser(t *testing.T) {
	b := newBureau(t)
	f := complaint(1)
	f.Title = `<img src=x onerror="window.ran=1"><script>window.ran=1</script>`
	f.Content = `"><svg onload="window.ran=1"> 司机拒载 javascript:window.ran=1`
	f.Subject, f.Place = f.Title, f.Title
	id := b.accept(f)
	address := b.served()
	operator := chromium().Visitor(t, "operator", address)
	operator.SignIn("operator", testPassword)
	for _, path := range []string{"/", "/queue", "/tickets", "/tickets/" + string(id), "/dashboard"} {
		operator.Open(path)
		if browse.Find[bool](operator, "window.ran === 1") {
			t.Errorf("a text ran at %s", path)
		}
	}
}

func TestFormJudgesInTheBrowserWhileOneWrites(t *testing.T) {
	b := newBureau(t)
	address := b.served()
	operator := chromium().Visitor(t, "operator", address)
	operator.SignIn("operator", testPassword)
	operator.Submit("nav-new")
	operator.Write("new-content", "出租车司机拒载，把我赶下车")
	operator.UntilText("judgement", "出租汽车拒载")
	operator.Submit("create")
	if path := operator.Path(); !strings.HasPrefix(path, "/tickets/") {
		t.Errorf("ended at %s", path)
	}
}
