// Package browser drives a real Chromium against the console, for the tests
// that walk through a person's day and for the pictures of the manual.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// ErrMissing is returned by Start when no Chromium is installed.
var ErrMissing = errors.New("没有找到 Chromium，请先安装：apt-get install chromium fonts-noto-cjk")

// Browser is one running Chromium without a window.
type Browser struct {
	ctx  context.Context
	base string
}

// Start runs Chromium for the service at base, such as http://127.0.0.1:8080.
// It ends with ctx.
func Start(ctx context.Context, base string) (*Browser, error) {
	path, err := exec.LookPath("chromium")
	if err != nil {
		return nil, ErrMissing
	}
	alloc, _ := chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(path), chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true),
		chromedp.Flag("lang", "zh-CN"), chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-prefers-reduced-motion", true))...)
	own, _ := chromedp.NewContext(alloc)
	return &Browser{ctx: own, base: base}, chromedp.Do(own)
}

// Person is a tab of its own with a session of its own.
type Person struct {
	ctx  context.Context
	base string
}

// Person opens a tab that shares no cookies with others.
func (b *Browser) Person() (*Person, error) {
	ctx, _ := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	return &Person{ctx: ctx, base: b.base}, chromedp.Do(ctx, chromedp.EmulateViewport(1366, 768))
}

// patience bounds how long a page may take to show what is waited for.
const patience = 20 * time.Second

// Do takes steps in the tab and gives up after a while.
func (p *Person) Do(steps ...chromedp.Action[chromedp.Void]) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Do(ctx, steps...)
}

// Open goes to a path and waits until the page's body is there.
func (p *Person) Open(path string) error {
	return p.Do(chromedp.Navigate(p.base+path), chromedp.WaitReady(chromedp.CSS("main")))
}

// SignIn signs in with a login name and password.
func (p *Person) SignIn(login, password string) error {
	if err := p.Open("/login"); err != nil {
		return err
	}
	return p.Do(
		chromedp.SetValue(chromedp.CSS("#login"), login),
		chromedp.SetValue(chromedp.CSS("#password"), password),
		chromedp.Submit(chromedp.CSS("#password")),
		chromedp.WaitReady(chromedp.CSS(`form[action="/logout"]`)),
	)
}

// Text is the text that an element shows; it waits for the element.
func (p *Person) Text(css string) (string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Text(chromedp.CSS(css)))
}

// Value is what a JavaScript expression gives as text.
func (p *Person) Value(expression string) (string, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[string](expression))
}

// Click clicks an element when it is visible.
func (p *Person) Click(css string) error {
	return p.Do(chromedp.Click(chromedp.CSS(css), chromedp.NodeVisible))
}

// Fill sets the value of a field.
func (p *Person) Fill(css, value string) error {
	return p.Do(chromedp.WaitVisible(chromedp.CSS(css)), chromedp.SetValue(chromedp.CSS(css), value))
}

// Press presses keys wherever the focus is.
func (p *Person) Press(keys string) error { return p.Do(chromedp.KeyEvent(keys)) }

// Wait waits until a JavaScript expression is true, over page loads too.
func (p *Person) Wait(expression string) error {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	look := time.NewTicker(20 * time.Millisecond)
	defer look.Stop()
	for {
		// While a page loads there is nothing to ask; the next look finds it.
		if holds, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!("+expression+")")); err == nil && holds {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w", expression, ctx.Err())
		case <-look.C:
		}
	}
}

// Picture is the visible part of the page as PNG, at a size in CSS pixels.
func (p *Person) Picture(width, height int64) ([]byte, error) {
	if err := p.Do(chromedp.EmulateViewport(width, height)); err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
