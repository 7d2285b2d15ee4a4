// Package plot turns a chart into a picture of boxes, lines and texts, for
// formats that have no charts of their own.
package plot

import (
	"fmt"

	"huiyin/reports/paper"
)

// Picture is a drawing. Its unit is a pixel of a page 860 wide; y grows downwards.
type Picture struct {
	Width, Height float64
	Shapes        []Shape
}

// Kind is a kind of shape.
type Kind int

// The kinds.
const (
	Box  Kind = iota // X, Y, W, H
	Line             // X, Y to W, H
	Text             // at X, Y (the baseline), set by Anchor
	Path             // along Points
	Dot              // round X, Y
	Area             // within Points
)

// Anchor tells where a text lies: it starts, is centred or ends at its X.
type Anchor int

// The anchors.
const (
	Start Anchor = iota
	Middle
	End
)

// Shape is a part of a picture.
type Shape struct {
	Kind       Kind
	X, Y, W, H float64
	Points     [][2]float64
	Colour     string    // RRGGBB
	Dash       []float64 // of a Path: how long its strokes and gaps are; none when it is unbroken
	Text       string    // of a Text, or what a pointer over the shape should tell
	Anchor     Anchor
}

// Sizes and colours of what is around the data.
const (
	Width    = 860.0
	TextSize = 13
	ink      = "1C2430"
	axis     = "8A94A3"
	grid     = "DDE3EA"
)

func colour(i int) string { return paper.Palette[i%len(paper.Palette)] }

// Draw draws a chart; nil when it has nothing to show.
func Draw(c paper.Chart) *Picture {
	if len(c.Categories) == 0 || len(c.Series) == 0 {
		return nil
	}
	if c.Kind == paper.Bars {
		return drawBars(c)
	}
	return drawUpright(c)
}

func (p *Picture) text(x, y float64, anchor Anchor, s string) {
	p.Shapes = append(p.Shapes, Shape{Kind: Text, X: x, Y: y, Anchor: anchor, Text: s, Colour: ink})
}

func (p *Picture) box(x, y, w, h float64, colour, title string) {
	p.Shapes = append(p.Shapes, Shape{Kind: Box, X: x, Y: y, W: w, H: h, Colour: colour, Text: title})
}

func (p *Picture) line(x1, y1, x2, y2 float64, colour string) {
	p.Shapes = append(p.Shapes, Shape{Kind: Line, X: x1, Y: y1, W: x2, H: y2, Colour: colour})
}

func (p *Picture) legend(c paper.Chart, y float64) {
	x := 70.0
	for i, s := range c.Series {
		if c.Kind == paper.Lines || c.Kind == paper.Pareto && i > 0 {
			p.key(i, x, y-4.5, s)
		} else {
			p.box(x, y-10, 14, 11, colour(i), s.Name)
		}
		p.text(x+19, y, Start, s.Name)
		x += 40 + float64(TextWidth(s.Name))
	}
}

// TextWidth is about how wide a text is drawn: an ideograph as wide as high.
func TextWidth(s string) int {
	w := 0
	for _, r := range s {
		if r < 0x2e80 {
			w += TextSize * 6 / 10
		} else {
			w += TextSize
		}
	}
	return w
}

// drawBars draws horizontal bars, the first category on top.
func drawBars(c paper.Chart) *Picture {
	left, right, bar, gap := 60.0, Width-60, 14.0, 10.0
	for _, name := range c.Categories {
		left = max(left, float64(TextWidth(name))+14)
	}
	group := bar*float64(len(c.Series)) + gap
	p := &Picture{Width: Width, Height: 34 + group*float64(len(c.Categories)) + 8}
	p.legend(c, 16)
	top := peak(c.Series)
	for i, name := range c.Categories {
		y := 30 + group*float64(i)
		p.text(left-8, y+group/2, End, name)
		for k, s := range c.Series {
			w := (right - left) * s.Values[i] / top
			p.box(left, y+bar*float64(k)+1, w, bar-2, colour(k), fmt.Sprintf("%s %s：%.0f%s", name, s.Name, s.Values[i], c.Unit))
			p.text(left+w+5, y+bar*float64(k)+bar-3, Start, fmt.Sprintf("%.0f", s.Values[i]))
		}
	}
	p.line(left, 28, left, p.Height-8, axis)
	return p
}
