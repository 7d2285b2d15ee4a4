package browser

import (
	"context"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"huiyin/internal/browser/axe"
)

// Barriers are what axe-core finds on the open page.
func (p *Person) Barriers() ([]axe.Barrier, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	if loaded, err := chromedp.Run(ctx, chromedp.Evaluate[bool]("!!window.axe")); err != nil || !loaded {
		if _, err := chromedp.Run(ctx, chromedp.Evaluate[bool](axe.Script+"\n;!!window.axe")); err != nil {
			return nil, err
		}
	}
	found, err := chromedp.Run(ctx, chromedp.Evaluate[string](axe.Run, chromedp.EvalAwaitPromise))
	if err != nil {
		return nil, err
	}
	return axe.Parse(found)
}

// weight sums what came over the wire, whether or not it came from the cache
// this time, with the usual length of a head for each answer.
const weight = `(() => {
	const head = 300
	let bytes = 0
	for (const kind of ["navigation", "resource"])
		for (const r of performance.getEntriesByType(kind)) bytes += r.encodedBodySize + head
	return bytes
})()`

// Weight is how many bytes the open page takes of a browser that knows none of
// it yet.
func (p *Person) Weight() (int, error) { return evaluate[int](p, weight) }

// FirstPaint is when the open page showed something, since it was asked for.
func (p *Person) FirstPaint() (time.Duration, error) {
	const painted = `performance.getEntriesByName("first-contentful-paint").length > 0`
	if err := p.Wait(painted); err != nil {
		return 0, err
	}
	ms, err := evaluate[float64](p, `performance.getEntriesByName("first-contentful-paint")[0].startTime`)
	return time.Duration(ms * float64(time.Millisecond)), err
}

// Paper is the open page as it is printed: a PDF of A4 pages.
func (p *Person) Paper() ([]byte, error) {
	ctx, cancel := context.WithTimeout(p.ctx, patience)
	defer cancel()
	asStyled := func(p *page.PrintToPDFParams) { yes := true; p.PreferCSSPageSize = &yes }
	return chromedp.Run(ctx, chromedp.PrintToPDF(chromedp.PDFPaper(chromedp.PaperA4), asStyled))
}

// Barriers are what axe-core finds on the page.
func (v *Visitor) Barriers() []axe.Barrier {
	v.t.Helper()
	barriers, err := v.p.Barriers()
	v.must(err)
	return barriers
}

// Weight is how many bytes the page takes of a browser that knows none of it yet.
func (v *Visitor) Weight() int {
	v.t.Helper()
	bytes, err := v.p.Weight()
	v.must(err)
	return bytes
}

// Resize makes the window as large as given, in CSS pixels.
func (v *Visitor) Resize(width, height int64) {
	v.t.Helper()
	v.must(v.p.Resize(width, height))
}

// Paper is the page as it is printed: a PDF of A4 pages.
func (v *Visitor) Paper() []byte {
	v.t.Helper()
	pdf, err := v.p.Paper()
	v.must(err)
	return pdf
}
