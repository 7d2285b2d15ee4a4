// Package browser drives the console in a real Chromium: for the tests that
// walk through a person's day, and for the pictures of the manual. A Person
// returns errors; a Visitor is a person in a test, whom every failure fails.
package browser

import (
	"context"
	"errors"
	"fmt"
	"os/exec"
	"time"

	"github.com/chromedp/chromedp"
)

// ErrMissing is returned when no Chromium is installed.
var ErrMissing = errors.New("没有找到 Chromium，请先安装：apt-get install chromium fonts-noto-cjk")

// programs are the names under which a Chromium may be installed.
var programs = []string{"chromium", "chromium-browser", "google-chrome", "google-chrome-stable"}

// patience bounds how long a page may take to show what is waited for.
const patience = 20 * time.Second

// Browser is one running Chromium without a window.
type Browser struct {
	ctx  context.Context
	base string
	stop func()
}

// Start runs Chromium for the service at base, such as http://127.0.0.1:8080;
// visitors bring their own address. It ends with ctx, or with Close.
func Start(ctx context.Context, base string) (*Browser, error) {
	program := ""
	for _, name := range programs {
		if path, err := exec.LookPath(name); err == nil {
			program = path
			break
		}
	}
	if program == "" {
		return nil, ErrMissing
	}
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(program),
		chromedp.Flag("disable-quic", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "zh-CN"),
		chromedp.Flag("hide-scrollbars", true), chromedp.Flag("force-prefers-reduced-motion", true))
	allocator, stop := chromedp.NewExecAllocator(ctx, options...)
	own, cancel := chromedp.NewContext(allocator)
	b := &Browser{ctx: own, base: base, stop: func() { cancel(); stop() }}
	if err := chromedp.Do(own); err != nil {
		b.Close()
		return nil, fmt.Errorf("Chromium does not start: %w", err)
	}
	return b, nil
}

// Close ends the Chromium and waits for it.
func (b *Browser) Close() { b.stop() }
