package browser

import (
	"context"
	"fmt"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// T is what a visitor needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// Visitor is somebody at a browser window in a test. Things of a page are named
// by their data-test mark.
type Visitor struct {
	p    *Person
	t    T
	name string

	mu       sync.Mutex
	troubles []string // errors of scripts, refusals of the content policy
}

// Visitor opens a window of 1366×768 with cookies of its own at an address. What
// scripts throw and what the content policy blocks fails the test at its end.
func (b *Browser) Visitor(t T, name, address string) *Visitor {
	t.Helper()
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	v := &Visitor{p: &Person{ctx: ctx, base: address}, t: t, name: name}
	t.Cleanup(func() {
		cancel()
		for _, trouble := range v.Troubles() {
			t.Errorf("%s: %s", name, trouble)
		}
	})
	v.must(chromedp.Listen(ctx, v.hear))
	v.run(command(audits.Enable), chromedp.EmulateViewport(1366, 768))
	return v
}

func command[P any, R any](c cdp.Command[P, R]) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		var none P
		_, err := cdp.Call(ctx, t, c, none)
		return err
	})
}

func (v *Visitor) hear(event any) {
	trouble := ""
	switch e := event.(type) {
	case *runtime.EventExceptionThrown:
		trouble = "script error: " + e.ExceptionDetails.Text
		if e.ExceptionDetails.Exception != nil {
			trouble += " " + e.ExceptionDetails.Exception.Description
		}
	case *audits.EventIssueAdded:
		if e.Issue.Code == audits.InspectorIssueCodeContentSecurityPolicyIssue {
			trouble = fmt.Sprintf("content policy: %+v", e.Issue.Details.ContentSecurityPolicyIssueDetails)
		}
	case *network.EventLoadingFailed:
		if strings.Contains(e.ErrorText, "BLOCKED") {
			trouble = "blocked: " + e.ErrorText
		}
	}
	if trouble != "" {
		v.mu.Lock()
		v.troubles = append(v.troubles, trouble)
		v.mu.Unlock()
	}
}

// Troubles are the errors of scripts and of the content policy so far.
func (v *Visitor) Troubles() []string {
	v.mu.Lock()
	defer v.mu.Unlock()
	return append([]string(nil), v.troubles...)
}

func (v *Visitor) must(err error) {
	v.t.Helper()
	if err == nil {
		return
	}
	where, _ := chromedp.Run(v.p.ctx, chromedp.Location())
	text, _ := chromedp.Run(v.p.ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText.slice(0, 1500) : ''"))
	v.t.Fatalf("%s at %s: %v\n%s", v.name, where, err, text)
}

func (v *Visitor) run(steps ...chromedp.Action[chromedp.Void]) {
	v.t.Helper()
	v.must(v.p.Do(steps...))
}

func mark(id string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[data-test=%q]", id)) }

// Open goes to a page.
func (v *Visitor) Open(path string) {
	v.t.Helper()
	v.run(chromedp.Navigate(v.p.base + path))
}

// SignIn signs in and waits for the home page.
func (v *Visitor) SignIn(login, password string) {
	v.t.Helper()
	v.Open("/login")
	v.Write("login", login)
	v.Write("password", password)
	v.Submit("sign-in")
	v.See("me")
}

// See waits until a thing is to be seen.
func (v *Visitor) See(id string) {
	v.t.Helper()
	v.run(chromedp.WaitVisible(mark(id)))
}

// Click clicks a thing that changes the page it is on.
func (v *Visitor) Click(id string) {
	v.t.Helper()
	v.run(chromedp.Click(mark(id), chromedp.NodeVisible))
}

// Unfold opens the form of a step, if it is not open.
func (v *Visitor) Unfold(step string) {
	v.t.Helper()
	v.See("open-" + step)
	if !Find[bool](v, fmt.Sprintf("document.getElementById('step-' + %q).open", step)) {
		v.Click("open-" + step)
	}
}

// Submit clicks a thing that leads to another page, and waits for that.
func (v *Visitor) Submit(id string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.p.ctx, patience)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(mark(id), chromedp.NodeVisible))
	v.must(err)
}

// Write replaces the text of a field.
func (v *Visitor) Write(id, text string) {
	v.t.Helper()
	v.run(chromedp.WaitVisible(mark(id)))
	Find[string](v, fmt.Sprintf("document.querySelector('[data-test=%q]').value = ''", id))
	v.run(chromedp.SendKeys(mark(id), text))
}

// Choose takes an entry of a select.
func (v *Visitor) Choose(id, value string) {
	v.t.Helper()
	v.run(chromedp.WaitVisible(mark(id)), chromedp.SetValue(mark(id), value))
}

// Attach gives a file to a file field.
func (v *Visitor) Attach(id, path string) {
	v.t.Helper()
	v.run(chromedp.SetUploadFiles(mark(id), []string{path}))
}

// Press presses keys with nothing in particular focused.
func (v *Visitor) Press(keys ...string) {
	v.t.Helper()
	for _, key := range keys {
		v.run(chromedp.KeyEvent(key))
	}
}

// Text is what a thing says.
func (v *Visitor) Text(id string) string {
	v.t.Helper()
	text, err := v.p.Text(string(mark(id)))
	v.must(err)
	return strings.TrimSpace(text)
}

// Until waits until an expression of the page holds, over changes of page.
func (v *Visitor) Until(expression string) {
	v.t.Helper()
	v.must(v.p.Wait(expression))
}

// UntilText waits until a thing says something.
func (v *Visitor) UntilText(id, text string) {
	v.t.Helper()
	v.Until(fmt.Sprintf("Array.from(document.querySelectorAll('[data-test=%q]')).some((e) => e.textContent.includes(%q))", id, text))
}

// Find evaluates an expression of the page.
func Find[V any](v *Visitor, expression string) V {
	v.t.Helper()
	value, err := evaluate[V](v.p, expression)
	v.must(err)
	return value
}

// Address is where the service is that the person works with.
func (v *Visitor) Address() string { return v.p.base }

// conditions and its command are spelt here: the library knows only their
// successor, which older Chromiums do not.
type conditions struct {
	Offline  bool    `json:"offline"`
	Latency  float64 `json:"latency"`
	Download float64 `json:"downloadThroughput"`
	Upload   float64 `json:"uploadThroughput"`
}

var emulateConditions = cdp.Command[conditions, cdp.Empty]{Method: "Network.emulateNetworkConditions"}

// Offline takes the person's network away, or gives it back.
func (v *Visitor) Offline(away bool) {
	v.t.Helper()
	v.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulateConditions, conditions{Offline: away, Download: -1, Upload: -1})
		return err
	}))
}

// Path is where the person is.
func (v *Visitor) Path() string {
	v.t.Helper()
	where, err := chromedp.Run(v.p.ctx, chromedp.Location())
	v.must(err)
	return strings.TrimPrefix(where, v.p.base)
}

// Tab opens a page in a further tab of the person's browser.
func (v *Visitor) Tab(path string) *Visitor {
	v.t.Helper()
	browser := chromedp.FromContext(v.p.ctx)
	ctx, cancel := chromedp.NewContext(v.p.ctx, chromedp.WithExistingBrowserContext(browser.BrowserContextID))
	tab := &Visitor{p: &Person{ctx: ctx, base: v.p.base}, t: v.t, name: v.name}
	v.t.Cleanup(cancel)
	tab.must(chromedp.Listen(ctx, tab.hear))
	tab.Open(path)
	return tab
}
