package browser

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// Person is a tab of its own with a session of its own.
type Person struct {
	ctx  context.Context
	base string
}

// Person opens a tab that shares no cookies with others.
func (b *Browser) Person() (*Person, error) {
	ctx, _ := chromedp.NewContext(b.ctx, chromedp.WithNewBrowserContext())
	chinese := chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetLocaleOverride, emulation.SetLocaleOverrideParams{Locale: "zh_CN"})
		return err
	})
	return &Person{ctx: ctx, base: b.base}, chromedp.Do(ctx, chinese, chromedp.EmulateViewport(1366, 768))
}

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
	// One look for both, whether it is shown and what it says: a page that is
	// changed between two would answer for an element that is gone.
	shown := fmt.Sprintf("((e) => e && e.getClientRects().length ? 'shown:' + e.innerText : '')(document.querySelector(%q))", css)
	for {
		if err := p.Wait(shown); err != nil {
			return "", err
		}
		if text, err := p.Value(shown); err != nil || text != "" {
			return strings.TrimPrefix(text, "shown:"), err
		}
	}
}

// Value is what a JavaScript expression gives as text.
func (p *Person) Value(expression string) (string, error) { return evaluate[string](p, expression) }

func evaluate[V any](p *Person, expression string) (V, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.Evaluate[V](expression))
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

// Resize makes the window as large as given, in CSS pixels.
func (p *Person) Resize(width, height int64) error {
	return p.Do(chromedp.EmulateViewport(width, height))
}

// Picture is the visible part of the page as PNG.
func (p *Person) Picture() ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	return chromedp.Run(ctx, chromedp.CaptureScreenshot())
}
