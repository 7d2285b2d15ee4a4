package html

import (
	"fmt"
	"html"
	"math"
	"strings"

	"huiyin/reports/paper"
)

func colour(i int) string { return "#" + paper.Palette[i%len(paper.Palette)] }

const (
	width     = 860.0
	textSize  = 13
	fontStack = "'Noto Sans CJK SC','Microsoft YaHei',sans-serif"
)

// drawing collects the elements of a chart. Every text goes through text, which
// escapes it.
type drawing struct {
	strings.Builder
	height float64
}

func (d *drawing) add(format string, args ...any) { fmt.Fprintf(&d.Builder, format, args...) }

func (d *drawing) text(x, y float64, anchor, s string) {
	d.add(`<text x="%.1f" y="%.1f" text-anchor="%s">%s</text>`, x, y, anchor, html.EscapeString(s))
}

func (d *drawing) box(x, y, w, h float64, colour, title string) {
	d.add(`<rect x="%.1f" y="%.1f" width="%.1f" height="%.1f" fill="%s"><title>%s</title></rect>`, x, y, w, h, colour, html.EscapeString(title))
}

func (d *drawing) line(x1, y1, x2, y2 float64, colour string) {
	d.add(`<line x1="%.1f" y1="%.1f" x2="%.1f" y2="%.1f" stroke="%s"/>`, x1, y1, x2, y2, colour)
}

// done wraps the elements up.
func (d *drawing) done(alt string) string {
	return fmt.Sprintf(`<svg viewBox="0 0 %.0f %.0f" role="img" aria-label="%s" font-family="%s" font-size="%d" fill="#1c2430">%s</svg>`,
		width, d.height, html.EscapeString(alt), fontStack, textSize, d.String())
}

func drawChart(c paper.Chart) string {
	if len(c.Categories) == 0 || len(c.Series) == 0 {
		return ""
	}
	if c.Kind == paper.Bars {
		return drawBars(c)
	}
	return drawUpright(c)
}

func (d *drawing) legend(c paper.Chart, y float64) {
	x := 70.0
	for i, s := range c.Series {
		d.box(x, y-10, 14, 11, colour(i), s.Name)
		d.text(x+19, y, "start", s.Name)
		x += 40 + float64(textWidth(s.Name))
	}
}

// textWidth is about how wide a text is drawn: an ideograph as wide as high.
func textWidth(s string) int {
	w := 0
	for _, r := range s {
		if r < 0x2e80 {
			w += textSize * 6 / 10
		} else {
			w += textSize
		}
	}
	return w
}

// drawBars draws horizontal bars, the first category on top.
func drawBars(c paper.Chart) string {
	left, right, bar, gap := 60.0, width-60, 14.0, 10.0
	for _, name := range c.Categories {
		left = max(left, float64(textWidth(name))+14)
	}
	group := bar*float64(len(c.Series)) + gap
	d := &drawing{height: 34 + group*float64(len(c.Categories)) + 8}
	d.legend(c, 16)
	top := peak(c.Series)
	for i, name := range c.Categories {
		y := 30 + group*float64(i)
		d.text(left-8, y+group/2, "end", name)
		for k, s := range c.Series {
			w := (right - left) * s.Values[i] / top
			d.box(left, y+bar*float64(k)+1, w, bar-2, colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, s.Values[i], c.Unit))
			d.text(left+w+5, y+bar*float64(k)+bar-3, "start", fmt.Sprintf("%.0f", s.Values[i]))
		}
	}
	d.line(left, 28, left, d.height-8, "#8a94a3")
	return d.done(c.Alt)
}

// frame is the plotting area of an upright chart.
type frame struct {
	left, right, top, bottom, max, step float64
	n                                   int
}

func (f frame) x(i int) float64     { return f.left + f.slot()*(float64(i)+.5) }
func (f frame) slot() float64       { return (f.right - f.left) / float64(f.n) }
func (f frame) y(v float64) float64 { return f.bottom - (f.bottom-f.top)*v/f.max }

func drawUpright(c paper.Chart) string {
	d := &drawing{height: 310}
	f := frame{left: 62, right: width - 56, top: 40, bottom: 262, n: len(c.Categories)}
	bars := c.Series
	if c.Kind == paper.Pareto {
		bars = c.Series[:1]
	}
	highest := peak(bars)
	if c.Kind == paper.Stacked {
		highest = stackPeak(c.Series, f.n)
	}
	f.step, f.max = ceiling(highest)
	d.legend(c, 18)
	d.axes(c, f)
	switch c.Kind {
	case paper.Lines:
		for i, s := range c.Series {
			d.curve(f, s, colour(i), f.max, c.Unit)
		}
	case paper.Stacked:
		d.stack(c, f)
	case paper.Pareto:
		d.columns(c, bars, f)
		d.share(c.Series[1], f)
	default:
		d.columns(c, bars, f)
	}
	return d.done(c.Alt)
}

func (d *drawing) axes(c paper.Chart, f frame) {
	for v := 0.0; v <= f.max; v += f.step {
		d.line(f.left, f.y(v), f.right, f.y(v), "#dde3ea")
		d.text(f.left-8, f.y(v)+4, "end", fmt.Sprintf("%.0f", v))
	}
	d.text(f.left-8, f.top-12, "end", c.Unit)
	fit := (int(f.slot()) - 6) / textSize
	for i, name := range c.Categories {
		for n, part := range wrap(name, fit) {
			d.text(f.x(i), f.bottom+18+float64(n)*15, "middle", part)
		}
	}
}

// wrap breaks a label into at most three lines of n ideographs.
func wrap(s string, n int) []string {
	if n < 2 {
		n = 2
	}
	if textWidth(s) <= n*textSize {
		return []string{s}
	}
	r := []rune(s)
	var out []string
	for len(r) > n && len(out) < 2 {
		out = append(out, string(r[:n]))
		r = r[n:]
	}
	if len(r) > n {
		r = append(r[:n-1], '…')
	}
	return append(out, string(r))
}

func (d *drawing) columns(c paper.Chart, series []paper.Series, f frame) {
	w := min(34, f.slot()*.7/float64(len(series)))
	for i, name := range c.Categories {
		start := f.x(i) - w*float64(len(series))/2
		for k, s := range series {
			x, v := start+w*float64(k), s.Values[i]
			d.box(x, f.y(v), w-2, f.bottom-f.y(v), colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, v, c.Unit))
			if w >= 16 {
				d.text(x+w/2-1, f.y(v)-4, "middle", fmt.Sprintf("%.0f", v))
			}
		}
	}
}

func (d *drawing) stack(c paper.Chart, f frame) {
	w := min(70, f.slot()*.6)
	for i, name := range c.Categories {
		base, total := 0.0, 0.0
		for k, s := range c.Series {
			v := s.Values[i]
			if v > 0 {
				d.box(f.x(i)-w/2, f.y(base+v), w, f.y(base)-f.y(base+v), colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, v, c.Unit))
			}
			base += v
			total += v
		}
		d.text(f.x(i), f.y(base)-4, "middle", fmt.Sprintf("%.0f", total))
	}
}

// curve draws a line with a gap where a value is not known.
func (d *drawing) curve(f frame, s paper.Series, colour string, top float64, unit string) {
	scaled := f
	scaled.max = top
	dash := ""
	if s.Dashed {
		dash = ` stroke-dasharray="6 4"`
	}
	var points []string
	flush := func() {
		if len(points) > 1 {
			d.add(`<polyline points="%s" fill="none" stroke="%s" stroke-width="2"%s/>`, strings.Join(points, " "), colour, dash)
		}
		points = nil
	}
	for i, v := range s.Values {
		if s.Missing(i) {
			flush()
			continue
		}
		x, y := scaled.x(i), scaled.y(v)
		points = append(points, fmt.Sprintf("%.1f,%.1f", x, y))
		label := fmt.Sprintf("%s：%.0f%s", s.Name, v, unit)
		if unit == "%" {
			label = fmt.Sprintf("%s：%.1f%%", s.Name, v*100)
		}
		d.add(`<circle cx="%.1f" cy="%.1f" r="3" fill="%s"><title>%s</title></circle>`, x, y, colour, html.EscapeString(label))
	}
	flush()
}

// share draws the cumulated share of a Pareto chart on its own axis, 0–100 %.
func (d *drawing) share(s paper.Series, f frame) {
	for k := range 5 {
		d.text(f.right+8, f.y(f.max*float64(k)/4)+4, "start", fmt.Sprintf("%d%%", k*25))
	}
	d.curve(f, s, colour(1), 1, "%")
}

func peak(series []paper.Series) float64 {
	top := 1.0
	for _, s := range series {
		for _, v := range s.Values {
			top = max(top, v)
		}
	}
	return top
}

func stackPeak(series []paper.Series, n int) float64 {
	top := 1.0
	for i := range n {
		total := 0.0
		for _, s := range series {
			total += s.Values[i]
		}
		top = max(top, total)
	}
	return top
}

// ceiling gives an axis whole, round steps: four to eight of them up to the
// first that is not below v.
func ceiling(v float64) (step, top float64) {
	for power := 1.0; ; power *= 10 {
		for _, m := range []float64{1, 2, 5} {
			if step = m * power; v <= step*7 {
				return step, step * max(4, math.Ceil(v/step))
			}
		}
	}
}
