package pdf

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"github.com/signintech/gopdf"

	"huiyin/reports/paper"
	"huiyin/reports/plot"
)

// The one font that is shipped: see font/LICENSE. It has the characters of
// GB 2312; others are printed as 〓.
//
//go:embed font/wqy-microhei-gb2312.ttf
var font []byte

const (
	family  = "body"
	missing = "〓"
)

// The page in points, with the margins of GB/T 9704: 37, 35, 28 and 26 mm.
const (
	pageWidth, pageHeight  = 595.28, 841.89
	top, bottom, left, end = 105.0, 99.0, 79.4, 73.7
	textWidth              = pageWidth - left - end
	lowest                 = pageHeight - bottom
)

// writer sets a document page by page. The first error of the library is kept.
type writer struct {
	pdf    gopdf.GoPdf
	paper  *paper.Paper
	y      float64
	page   int
	size   float64
	charts int
	known  map[rune]bool
	err    error
}

// Write sets the document with the built-in typesetter, which needs nothing
// installed.
func Write(out io.Writer, p *paper.Paper) error {
	w := &writer{paper: p, known: map[rune]bool{}}
	w.pdf.Start(gopdf.Config{PageSize: gopdf.Rect{W: pageWidth, H: pageHeight}})
	w.fail(w.pdf.AddTTFFontData(family, font))
	title := p.Title + " " + p.Issue
	if p.Stamp != "" {
		title = "【" + p.Stamp + "】" + title
	}
	w.pdf.SetInfo(gopdf.PdfInfo{Title: title, Subject: p.Period, Author: p.Organ, Creator: "Huiyin", Producer: "Huiyin", CreationDate: p.Made})
	w.newPage()
	w.front()
	for i := range p.Blocks {
		w.block(p.Blocks[i:])
	}
	w.colophon()
	if w.err != nil {
		return w.err
	}
	_, err := w.pdf.WriteTo(out)
	return err
}

func (w *writer) fail(err error) {
	if w.err == nil && err != nil {
		w.err = err
	}
}

func (w *writer) font(size float64) {
	if w.size != size {
		w.size = size
		w.fail(w.pdf.SetFont(family, "", size))
	}
}

func (w *writer) ink(colour string) {
	var r, g, b uint8
	if _, err := fmt.Sscanf(colour, "%02X%02X%02X", &r, &g, &b); err != nil {
		w.fail(err)
	}
	w.pdf.SetTextColor(r, g, b)
	w.pdf.SetFillColor(r, g, b)
	w.pdf.SetStrokeColor(r, g, b)
}

const (
	black = "1C2430"
	red   = "C00000"
	grey  = "8A94A3"
	pale  = "E6EDF6"
)

// newPage starts a page with its number, outside, and the stamp.
func (w *writer) newPage() {
	w.pdf.AddPage()
	w.page++
	w.size = 0
	w.font(12)
	w.ink(black)
	number := fmt.Sprintf("— %d —", w.page)
	x := pageWidth - end - w.measure(number) - 14
	if w.page%2 == 0 {
		x = left + 14
	}
	w.put(x, pageHeight-70, number)
	if w.paper.Stamp != "" {
		w.ink(red)
		stamp := "【" + w.paper.Stamp + "】"
		w.put(pageWidth-end-w.measure(stamp), 66, stamp)
		w.ink(black)
	}
	w.y = top
}

// room starts a new page when less than height is left on this one.
func (w *writer) room(height float64) {
	if w.y+height > lowest {
		w.newPage()
	}
}

// put sets a line of text with its baseline at y.
func (w *writer) put(x, y float64, s string) {
	if s == "" {
		return
	}
	w.pdf.SetXY(x, y)
	w.fail(w.pdf.Text(w.printable(s)))
}

// printable replaces what the font does not have.
func (w *writer) printable(s string) string {
	return strings.Map(func(r rune) rune {
		known, seen := w.known[r]
		if !seen {
			known, _ = w.pdf.IsCurrFontContainGlyph(r)
			w.known[r] = known
		}
		if !known {
			return []rune(missing)[0]
		}
		return r
	}, s)
}

func (w *writer) measure(s string) float64 {
	if s == "" {
		return 0
	}
	width, err := w.pdf.MeasureTextWidth(w.printable(s))
	w.fail(err)
	return width
}

// align places lines of text.
type align int

const (
	toLeft align = iota
	toCentre
	toRight
)

// lines sets text in a column from y down.
func (w *writer) lines(x, y, width, size, leading float64, a align, text []string) {
	w.font(size)
	for i, line := range text {
		at := x
		switch a {
		case toCentre:
			at += (width - w.measure(line)) / 2
		case toRight:
			at += width - w.measure(line)
		}
		w.put(at, y+leading*float64(i)+leading*.5+size*.36, line)
	}
}

// paragraph sets a text of the document and moves down, over pages if need be.
func (w *writer) paragraph(text string, size, leading, indent float64, a align) {
	w.font(size)
	for _, line := range w.breakLines(text, textWidth, indent) {
		w.room(leading)
		x := left
		if indent > 0 {
			x, indent = left+indent, 0
		}
		w.lines(x, w.y, textWidth, size, leading, a, []string{line})
		w.y += leading
	}
}

// block sets the first of the blocks; the others tell what must not be parted
// from it.
func (w *writer) block(blocks []paper.Block) {
	switch b := blocks[0].(type) {
	case paper.Heading:
		w.heading(b, w.need(blocks))
	case paper.Text:
		w.paragraph(b.Lead+b.Text, 13, 24, 26, toLeft)
	case paper.Note:
		w.paragraph(b.Text, 9.5, 16, 0, toLeft)
		w.y += 4
	case paper.List:
		for i, item := range b.Items {
			w.paragraph(fmt.Sprintf("%d．%s", i+1, item), 13, 24, 26, toLeft)
		}
	case paper.Table:
		w.table(b, notedAt(blocks))
	case paper.Heat:
		w.heat(b)
	case paper.Chart:
		w.chart(b)
	}
}

// need is the height of the first block as far as it may not be divided; a
// heading stands on the page of what it heads.
func (w *writer) need(blocks []paper.Block) float64 {
	if len(blocks) == 0 {
		return 0
	}
	switch b := blocks[0].(type) {
	case paper.Heading:
		return headingHeight + w.need(blocks[1:])
	case paper.Table:
		return w.ready(b).need(notedAt(blocks))
	case paper.Chart:
		if p := plot.Draw(b); p != nil {
			return p.Height*textWidth/p.Width + captionHeight
		}
	}
	return 2 * textLeading
}

// The heights of what is set in one size.
const (
	headingHeight, captionHeight = 34.0, 26.0
	textLeading                  = 24.0
	noteHeight                   = 20.0
)

// notedAt reports whether a note follows the first block.
func notedAt(blocks []paper.Block) bool {
	if len(blocks) < 2 {
		return false
	}
	_, ok := blocks[1].(paper.Note)
	return ok
}

func (w *writer) heading(h paper.Heading, need float64) {
	if h.Annex {
		w.newPage()
	}
	size, indent := 15.0, 30.0
	if h.Level > 1 {
		size, indent = 13.5, 27
	}
	if h.Annex {
		indent = 0
	}
	w.room(need)
	w.y += 8
	w.pdf.AddOutlineWithPosition(h.Text)
	w.ink("1F4E8C")
	w.paragraph(h.Text, size, 26, indent, toLeft)
	w.ink(black)
}

func (w *writer) front() {
	p := w.paper
	w.ink(red)
	w.paragraph(p.Title, 24, 40, 0, toCentre)
	w.ink(black)
	w.paragraph(p.Issue+"（"+p.Period+"）", 13, 26, 0, toCentre)
	w.lines(left, w.y, textWidth, 12, 24, toLeft, []string{p.Organ})
	w.lines(left, w.y, textWidth, 12, 24, toRight, []string{p.Date})
	w.y += 26
	w.ink(red)
	w.pdf.SetLineWidth(2)
	w.pdf.Line(left, w.y, left+textWidth, w.y)
	w.y += 8
	for _, m := range p.Marks {
		w.paragraph(m, 12, 22, 0, toCentre)
	}
	w.ink(black)
	if n := len(p.Figures); n > 0 {
		w.figures(p.Figures, textWidth/float64(n))
	}
}

func (w *writer) figures(figures []paper.Figure, width float64) {
	const height = 84
	w.pdf.SetLineWidth(.6)
	for i, f := range figures {
		x := left + width*float64(i)
		w.ink(grey)
		w.pdf.RectFromUpperLeft(x, w.y+4, width, height)
		w.ink(black)
		w.lines(x, w.y+8, width, 11, 16, toCentre, []string{f.Label})
		w.ink("1F4E8C")
		w.lines(x, w.y+24, width, 13, 22, toCentre, []string{f.Value})
		w.ink(black)
		w.font(8.5)
		var note []string
		for _, part := range strings.Split(f.Note, "；") {
			note = append(note, w.breakLines(part, width-8, 0)...)
		}
		w.lines(x, w.y+47, width, 8.5, 12, toCentre, note[:min(3, len(note))])
	}
	w.y += height + 10
}

func (w *writer) colophon() {
	w.room(90)
	w.y += 20
	w.pdf.SetLineWidth(1)
	w.pdf.Line(left, w.y, left+textWidth, w.y)
	w.paragraph("分送："+w.paper.Distribution, 12, 22, 0, toLeft)
	w.pdf.Line(left, w.y, left+textWidth, w.y)
	w.lines(left, w.y, textWidth, 12, 22, toLeft, []string{w.paper.Organ})
	w.lines(left, w.y, textWidth, 12, 22, toRight, []string{w.paper.Date + "印发"})
}
