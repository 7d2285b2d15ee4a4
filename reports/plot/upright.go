package plot

import (
	"fmt"
	"math"

	"huiyin/reports/paper"
)

// frame is the plotting area of an upright chart.
type frame struct {
	left, right, top, bottom, max, step float64
	n                                   int
}

func (f frame) x(i int) float64     { return f.left + f.slot()*(float64(i)+.5) }
func (f frame) slot() float64       { return (f.right - f.left) / float64(f.n) }
func (f frame) y(v float64) float64 { return f.bottom - (f.bottom-f.top)*v/f.max }

func drawUpright(c paper.Chart) *Picture {
	p := &Picture{Width: Width, Height: 310}
	f := frame{left: 62, right: Width - 56, top: 40, bottom: 262, n: len(c.Categories)}
	bars := c.Series
	if c.Kind == paper.Pareto {
		bars = c.Series[:1]
	}
	highest := peak(bars)
	if c.Kind == paper.Stacked {
		highest = stackPeak(c.Series, f.n)
	}
	f.step, f.max = ceiling(highest)
	p.legend(c, 18)
	p.axes(c, f)
	switch c.Kind {
	case paper.Lines:
		for i, s := range c.Series {
			p.curve(f, s, i, f.max, c.Unit)
		}
	case paper.Stacked:
		p.stack(c, f)
	case paper.Pareto:
		p.columns(c, bars, f)
		p.share(c.Series[1], f)
	default:
		p.columns(c, bars, f)
	}
	return p
}

func (p *Picture) axes(c paper.Chart, f frame) {
	for v := 0.0; v <= f.max; v += f.step {
		p.line(f.left, f.y(v), f.right, f.y(v), grid)
		p.text(f.left-8, f.y(v)+4, End, fmt.Sprintf("%.0f", v))
	}
	p.text(f.left-8, f.top-12, End, c.Unit)
	fit := (int(f.slot()) - 6) / TextSize
	for i, name := range c.Categories {
		for n, part := range wrap(name, fit) {
			p.text(f.x(i), f.bottom+18+float64(n)*15, Middle, part)
		}
	}
}

// wrap breaks a label into at most three lines of n ideographs.
func wrap(s string, n int) []string {
	if n < 2 {
		n = 2
	}
	if TextWidth(s) <= n*TextSize {
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

func (p *Picture) columns(c paper.Chart, series []paper.Series, f frame) {
	w := min(34, f.slot()*.7/float64(len(series)))
	for i, name := range c.Categories {
		start := f.x(i) - w*float64(len(series))/2
		for k, s := range series {
			x, v := start+w*float64(k), s.Values[i]
			p.box(x, f.y(v), w-2, f.bottom-f.y(v), colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, v, c.Unit))
			if w >= 16 {
				p.text(x+w/2-1, f.y(v)-4, Middle, fmt.Sprintf("%.0f", v))
			}
		}
	}
}

// seam keeps the parts of a bar apart where their colours are not printed.
const seam = 1

func (p *Picture) stack(c paper.Chart, f frame) {
	w := min(70, f.slot()*.6)
	for i, name := range c.Categories {
		base, total := 0.0, 0.0
		for k, s := range c.Series {
			v := s.Values[i]
			if v > 0 {
				p.box(f.x(i)-w/2, f.y(base+v), w, max(1, f.y(base)-f.y(base+v)-seam), colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, v, c.Unit))
			}
			base += v
			total += v
		}
		p.text(f.x(i), f.y(base)-4, Middle, fmt.Sprintf("%.0f", total))
	}
}

// curve draws the k-th line, with a gap where a value is not known.
func (p *Picture) curve(f frame, s paper.Series, k int, top float64, unit string) {
	scaled := f
	scaled.max = top
	var points [][2]float64
	flush := func() {
		if len(points) > 1 {
			p.Shapes = append(p.Shapes, Shape{Kind: Path, Points: points, Colour: colour(k), Dash: dash(k, s.Dashed)})
		}
		points = nil
	}
	for i, v := range s.Values {
		if s.Missing(i) {
			flush()
			continue
		}
		x, y := scaled.x(i), scaled.y(v)
		points = append(points, [2]float64{x, y})
		label := fmt.Sprintf("%s：%.0f%s", s.Name, v, unit)
		if unit == "%" {
			label = fmt.Sprintf("%s：%.1f%%", s.Name, v*100)
		}
		p.mark(k, x, y, label)
	}
	flush()
}

// share draws the cumulated share of a Pareto chart on its own axis, 0–100 %.
func (p *Picture) share(s paper.Series, f frame) {
	for k := range 5 {
		p.text(f.right+8, f.y(f.max*float64(k)/4)+4, Start, fmt.Sprintf("%d%%", k*25))
	}
	p.curve(f, s, 1, 1, "%")
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
