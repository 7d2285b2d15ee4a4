// Package xlsx writes a document as a workbook: a cover, then a sheet for each
// part, with every number as a value, rates beside their counts and
// denominators, native charts over cells, and pages set up for print.
package xlsx

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"huiyin/reports/ooxml"
	"huiyin/reports/paper"
)

// Write writes the workbook, with the lists behind its other sheets.
func Write(w io.Writer, p *paper.Paper, lists ...List) error {
	f := excelize.NewFile()
	defer f.Close()
	b := &book{f: f, p: p, sheets: map[string]*sheet{}}
	if err := b.fill(); err != nil {
		return err
	}
	for _, l := range lists {
		if b.list(l); b.err != nil {
			return b.err
		}
	}
	packed, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	return ooxml.Repack(w, packed.Bytes())
}

const (
	cover   = "封面"
	methods = "统计口径"
)

// book is the workbook in work; the first error of a cell is kept and ends it.
type book struct {
	f      *excelize.File
	p      *paper.Paper
	sheets map[string]*sheet
	styles styles
	err    error
}

// sheet knows where it is filled to.
type sheet struct {
	name   string
	row    int // next free row
	right  int // rightmost column of its tables
	widths map[int]float64
	first  bool // its first table is still to come
	wide   bool
}

func (b *book) fail(err error) {
	if b.err == nil && err != nil {
		b.err = err
	}
}

func (b *book) fill() error {
	b.makeStyles()
	b.fail(b.f.SetSheetName("Sheet1", cover))
	b.cover()
	var at *sheet
	for _, block := range b.p.Blocks {
		switch block := block.(type) {
		case paper.Table:
			at = b.sheet(block.Sheet)
			b.table(at, block)
		case paper.Heat:
			b.heat(b.sheet(block.Sheet), block)
		case paper.Chart:
			if at != nil {
				b.chart(at, block)
			}
		}
	}
	b.notes()
	for _, name := range b.f.GetSheetList() {
		b.printSetup(name)
	}
	b.properties()
	b.f.SetActiveSheet(0)
	return b.err
}

func (b *book) sheet(name string) *sheet {
	if s, ok := b.sheets[name]; ok {
		return s
	}
	_, err := b.f.NewSheet(name)
	b.fail(err)
	s := &sheet{name: name, row: 1, widths: map[int]float64{}, first: true}
	b.sheets[name] = s
	return s
}

func cell(col, row int) string {
	name, _ := excelize.CoordinatesToCellName(col, row)
	return name
}

func (b *book) set(s *sheet, col, row int, v any, style int) {
	at := cell(col, row)
	b.fail(b.f.SetCellValue(s.name, at, v))
	if style != 0 {
		b.fail(b.f.SetCellStyle(s.name, at, at, style))
	}
}

// cover holds what the first page of the printed report holds.
func (b *book) cover() {
	s := &sheet{name: cover, row: 1, widths: map[int]float64{}}
	b.sheets[cover] = s
	line := func(text string, style int, height float64) {
		b.set(s, 1, s.row, text, style)
		b.fail(b.f.MergeCell(cover, cell(1, s.row), cell(3, s.row)))
		b.fail(b.f.SetCellStyle(cover, cell(1, s.row), cell(3, s.row), style))
		b.fail(b.f.SetRowHeight(cover, s.row, height))
		s.row++
	}
	line(b.p.Title, b.styles.title, 36)
	line(b.p.Issue+"（"+b.p.Period+"）", b.styles.centre, 22)
	line(b.p.Organ+"　"+b.p.Date, b.styles.centre, 22)
	for _, m := range b.p.Marks {
		line(m, b.styles.mark, 40)
	}
	s.row++
	for i, f := range b.p.Figures {
		b.set(s, i+1, s.row, f.Label, b.styles.head)
		b.set(s, i+1, s.row+1, f.Value, b.styles.figure)
		b.set(s, i+1, s.row+2, f.Note, b.styles.wrapped)
	}
	b.fail(b.f.SetRowHeight(cover, s.row+1, 30))
	b.fail(b.f.SetRowHeight(cover, s.row+2, 48))
	s.row += 4
	for _, block := range b.p.Blocks {
		switch block := block.(type) {
		case paper.Heading:
			if strings.HasPrefix(block.Text, "一、") {
				b.fail(b.f.SetColWidth(cover, "A", "C", 34))
				return
			}
			line(block.Text, b.styles.heading, 24)
		case paper.List:
			for i, item := range block.Items {
				text := fmt.Sprintf("%d．%s", i+1, item)
				line(text, b.styles.wrapped, 18*float64(1+utf8.RuneCountInString(text)/48))
			}
		}
	}
}

// notes puts the last list of the document, the method, on a sheet.
func (b *book) notes() {
	for i := len(b.p.Blocks) - 1; i >= 0; i-- {
		list, ok := b.p.Blocks[i].(paper.List)
		if !ok {
			continue
		}
		s := b.sheet(methods)
		b.set(s, 1, 1, "统计口径说明", b.styles.heading)
		for n, item := range list.Items {
			text := fmt.Sprintf("%d．%s", n+1, item)
			b.set(s, 1, n+2, text, b.styles.wrapped)
			b.fail(b.f.SetRowHeight(methods, n+2, 18*float64(1+utf8.RuneCountInString(text)/46)))
		}
		b.fail(b.f.SetColWidth(methods, "A", "A", 100))
		return
	}
}

func (b *book) properties() {
	title := b.p.Title + " " + b.p.Issue
	if b.p.Stamp != "" {
		title = "【" + b.p.Stamp + "】" + title
	}
	at := b.p.Made.UTC().Format("2006-01-02T15:04:05Z")
	b.fail(b.f.SetDocProps(&excelize.DocProperties{
		Title: title, Subject: b.p.Period, Creator: b.p.Organ, LastModifiedBy: b.p.Organ, Keywords: b.p.Stamp,
		Description: strings.Join(b.p.Marks, "；"), Created: at, Modified: at, Language: "zh-CN",
	}))
	b.fail(b.f.SetAppProps(&excelize.AppProperties{Application: "Huiyin", Company: b.p.Organ}))
}

// The sizes of paper, as a spreadsheet numbers them.
const (
	sizeA3 = 8
	sizeA4 = 9
)

func (b *book) printSetup(name string) {
	orientation := "portrait"
	if s := b.sheets[name]; s != nil && s.wide {
		orientation = "landscape"
	}
	b.printOn(name, sizeA4, orientation)
}

// printOn: whole width on the page, page numbers, the stamp in the header.
func (b *book) printOn(name string, size int, orientation string) {
	fitWidth, fitHeight, fit := 1, 0, true
	b.fail(b.f.SetPageLayout(name, &excelize.PageLayoutOptions{Size: &size, Orientation: &orientation, FitToWidth: &fitWidth, FitToHeight: &fitHeight}))
	b.fail(b.f.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}))
	left, top := 0.6, 0.8
	b.fail(b.f.SetPageMargins(name, &excelize.PageLayoutMarginsOptions{Left: &left, Right: &left, Top: &top, Bottom: &top}))
	header := "&L" + amp(b.p.Title) + "　" + amp(b.p.Issue)
	if b.p.Stamp != "" {
		header += "&R&K" + "C00000" + "【" + amp(b.p.Stamp) + "】"
	}
	b.fail(b.f.SetHeaderFooter(name, &excelize.HeaderFooterOptions{OddHeader: header, OddFooter: "&L&A&R第&P页 共&N页"}))
}

// amp doubles what a header would read as a code.
func amp(s string) string { return strings.ReplaceAll(s, "&", "&&") }
