// Package browse drives the console in a real browser, for tests: one Chromium,
// and for each person a profile of their own. Things of a page are named by
// their data-test mark.
package browse

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/audits"
	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// T is what the package needs of a test.
type T interface {
	Helper()
	Cleanup(func())
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// patience is how long a person waits for something to appear.
const patience = 20 * time.Second

// programs are the names under which a Chromium may be installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// Browser is a running Chromium.
type Browser struct {
	ctx  context.Context
	stop func()
}

// Launch starts a Chromium without a window. Where none is installed, the error
// names the command that installs it.
func Launch() (*Browser, error) {
	program := ""
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, errors.New("没有找到 Chromium，请先安装：apt-get install -y chromium fonts-noto-cjk")
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"))
	allocator, stop := chromedp.NewExecAllocator(context.Background(), options...)
	ctx, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: ctx, stop: func() { cancel(); stop() }}
	if err := chromedp.Do(ctx); err != nil {
		b.Close()
		return nil, fmt.Errorf("Chromium does not start: %w", err)
	}
	return b, nil
}

// Close ends the Chromium and waits for it.
func (b *Browser) Close() { b.stop() }

// Person is somebody at a browser window.
type Person struct {
	t       T
	name    string
	address string
	ctx     context.Context

	mu       sync.Mutex
	troubles []string // errors of scripts, refusals of the content policy
}

// Person opens a window of 1366×768 with cookies of its own. What scripts throw
// and what the content policy blocks fails the test at its end.
func (b *Browser) Person(t T, name, address string) *Person {
	t.Helper()
	p := &Person{t: t, name: name, address: address}
	ctx, cancel := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	p.ctx = ctx
	t.Cleanup(func() {
		cancel()
		for _, trouble := range p.Troubles() {
			t.Errorf("%s: %s", name, trouble)
		}
	})
	p.must(chromedp.Listen(ctx, p.hear))
	p.run(command(audits.Enable), p.size(1366, 768))
	return p
}

func command[P any, R any](c cdp.Command[P, R]) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		var none P
		_, err := cdp.Call(ctx, t, c, none)
		return err
	})
}

func (p *Person) size(width, height int64) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetDeviceMetricsOverride, emulation.SetDeviceMetricsOverrideParams{Width: width, Height: height, DeviceScaleFactor: 1})
		return err
	})
}

func (p *Person) hear(event any) {
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
		p.mu.Lock()
		p.troubles = append(p.troubles, trouble)
		p.mu.Unlock()
	}
}

// Troubles are the errors of scripts and of the content policy so far.
func (p *Person) Troubles() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]string(nil), p.troubles...)
}

func (p *Person) must(err error) {
	p.t.Helper()
	if err == nil {
		return
	}
	where, _ := chromedp.Run(p.ctx, chromedp.Location())
	text, _ := chromedp.Run(p.ctx, chromedp.Evaluate[string]("document.body ? document.body.innerText.slice(0, 1500) : ''"))
	p.t.Fatalf("%s at %s: %v\n%s", p.name, where, err, text)
}

func (p *Person) run(steps ...chromedp.Action[chromedp.Void]) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	p.must(chromedp.Do(ctx, steps...))
}

func mark(id string) chromedp.CSS { return chromedp.CSS(fmt.Sprintf("[data-test=%q]", id)) }

// Open goes to a page.
func (p *Person) Open(path string) {
	p.t.Helper()
	p.run(chromedp.Navigate(p.address + path))
}

// SignIn signs in and waits for the home page.
func (p *Person) SignIn(login, password string) {
	p.t.Helper()
	p.Open("/login")
	p.Write("login", login)
	p.Write("password", password)
	p.Submit("sign-in")
	p.See("me")
}

// See waits until a thing is to be seen.
func (p *Person) See(id string) {
	p.t.Helper()
	p.run(chromedp.WaitVisible(mark(id)))
}

// Click clicks a thing that changes the page it is on.
func (p *Person) Click(id string) {
	p.t.Helper()
	p.run(chromedp.Click(mark(id), chromedp.NodeVisible))
}

// Unfold opens the form of a step, if it is not open.
func (p *Person) Unfold(step string) {
	p.t.Helper()
	p.See("open-" + step)
	if !Find[bool](p, fmt.Sprintf("document.getElementById('step-' + %q).open", step)) {
		p.Click("open-" + step)
	}
}

// Submit clicks a thing that leads to another page, and waits for that.
func (p *Person) Submit(id string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	_, err := chromedp.RunResponse(ctx, chromedp.Click(mark(id), chromedp.NodeVisible))
	p.must(err)
}

// Write replaces the text of a field.
func (p *Person) Write(id, text string) {
	p.t.Helper()
	p.run(chromedp.WaitVisible(mark(id)))
	Find[string](p, fmt.Sprintf("document.querySelector('[data-test=%q]').value = ''", id))
	p.run(chromedp.SendKeys(mark(id), text))
}

// Choose takes an entry of a select.
func (p *Person) Choose(id, value string) {
	p.t.Helper()
	p.run(chromedp.WaitVisible(mark(id)), chromedp.SetValue(mark(id), value))
}

// Attach gives a file to a file field.
func (p *Person) Attach(id, path string) {
	p.t.Helper()
	p.run(chromedp.SetUploadFiles(mark(id), []string{path}))
}

// Press presses keys with nothing in particular focused.
func (p *Person) Press(keys ...string) {
	p.t.Helper()
	for _, key := range keys {
		p.run(chromedp.KeyEvent(key))
	}
}

// Text is what a thing says.
func (p *Person) Text(id string) string {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	text, err := chromedp.Run(ctx, chromedp.Text(mark(id)))
	p.must(err)
	return strings.TrimSpace(text)
}

// Until waits until an expression of the page holds, over changes of page.
func (p *Person) Until(expression string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	var last error
	for ctx.Err() == nil {
		holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("Boolean("+expression+")"))
		if holds && err == nil {
			return
		}
		last = err
		select {
		case <-ctx.Done():
		case <-time.After(20 * time.Millisecond):
		}
	}
	p.must(fmt.Errorf("waited in vain for %s (%w)", expression, errors.Join(last, ctx.Err())))
}

// UntilText waits until a thing says something.
func (p *Person) UntilText(id, text string) {
	p.t.Helper()
	p.Until(fmt.Sprintf("Array.from(document.querySelectorAll('[data-test=%q]')).some((e) => e.textContent.includes(%q))", id, text))
}

// Find evaluates an expression of the page.
func Find[V any](p *Person, expression string) V {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	value, err := chromedp.Run(ctx, chromedp.Evaluate[V](expression))
	p.must(err)
	return value
}

// Address is where the service is that the person works with.
func (p *Person) Address() string { return p.address }

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
func (p *Person) Offline(away bool) {
	p.t.Helper()
	p.run(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulateConditions, conditions{Offline: away, Download: -1, Upload: -1})
		return err
	}))
}

// Path is where the person is.
func (p *Person) Path() string {
	p.t.Helper()
	where, err := chromedp.Run(p.ctx, chromedp.Location())
	p.must(err)
	return strings.TrimPrefix(where, p.address)
}

// Picture is a PNG of the window at a size.
func (p *Person) Picture(width, height int64) []byte {
	p.t.Helper()
	p.run(p.size(width, height))
	p.Until("document.readyState === 'complete'")
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	p.must(err)
	if len(png) == 0 {
		p.must(errors.New("empty picture"))
	}
	return png
}

// Tab opens a page in a further tab of the person's browser.
func (p *Person) Tab(path string) *Person {
	p.t.Helper()
	browser := chromedp.FromContext(p.ctx)
	ctx, cancel := chromedp.NewContext(p.ctx, chromedp.WithExistingBrowserContext(browser.BrowserContextID))
	tab := &Person{t: p.t, name: p.name, address: p.address, ctx: ctx}
	p.t.Cleanup(cancel)
	tab.must(chromedp.Listen(ctx, tab.hear))
	tab.Open(path)
	return tab
}
