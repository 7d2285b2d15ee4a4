// Package paper is a document before it has a format: headings, paragraphs,
// tables, charts. Whatever writes docx, xlsx, html or pdf lays out a Paper and
// knows nothing of complaints.
package paper

import "time"

// Paper is a document.
type Paper struct {
	Title        string
	Issue        string // 2026年第10期
	Organ        string
	Period       string
	Date         string
	Distribution string
	Marks        []string // warnings that stand on the first page
	// Stamp is short text for every page's header, empty for none: 样例数据.
	Stamp string
	Made  time.Time
	// Decimals of percentages, for formats that print numbers themselves.
	Decimals int
	Figures  []Figure
	Blocks   []Block
}

// Figure is one of the big numbers on the first page.
type Figure struct{ Label, Value, Note string }

// Block is a part of a document: Heading, Text, Note, List, Table, Chart, Heat.
type Block interface{ block() }

// Heading opens a section. Level is 1 or 2; Annex begins a new page.
type Heading struct {
	Level int
	Text  string
	Annex bool
}

// Text is a paragraph; Lead is printed in bold before it.
type Text struct{ Lead, Text string }

// Note is small print under a table or chart.
type Note struct{ Text string }

// List is a numbered list.
type List struct{ Items []string }

// Table is a table with a head that is repeated on every page. Sheet names the
// worksheet that takes it; tables with the same sheet stand under each other.
type Table struct {
	Caption string
	Sheet   string
	Columns []Column
	Rows    []Row
}

// Column is a column's head. Width is relative to the others. What spreads
// tells a spreadsheet that a cell is a rate, with count and denominator of its own.
type Column struct {
	Title string
	Width int
	Left  bool // text, set flush left
	Rate  bool
}

// Row is a row of cells. Total rows are set off; Group rows have one cell over
// the whole width.
type Row struct {
	Cells []Cell
	Total bool
	Group bool
}

// Cell is what stands in a table: the text for people, and for a spreadsheet
// the number behind it.
type Cell struct {
	Text    string
	Number  float64
	Kind    CellKind
	Num     int // of a rate
	Den     int
	Warning bool // set off as below the line
}

// CellKind tells what a cell's number is.
type CellKind int

// The kinds of cells.
const (
	Plain   CellKind = iota // text only
	Count                   // whole number
	Decimal                 // one decimal
	Percent                 // fraction of 1 with sign: a change or a share
	Ratio                   // a rate with Num and Den
)

// ChartKind is a form of chart.
type ChartKind int

// The forms.
const (
	Bars    ChartKind = iota // horizontal bars, first on top
	Columns                  // vertical bars side by side
	Stacked                  // vertical bars on top of each other
	Lines                    // lines over the categories
	Pareto                   // first series as vertical bars, second as a line in percent on its own axis
)

// Chart is a chart whose numbers stay editable where the format can.
type Chart struct {
	Kind       ChartKind
	Title      string
	Unit       string // of the value axis: 件
	Categories []string
	Series     []Series
	Alt        string // what it shows, in a sentence
}

// Series is a row of numbers of a chart. Gap marks values that are not known.
type Series struct {
	Name   string
	Values []float64
	Gap    []bool
	Dashed bool
}

// Highest is the largest number that the axis of a chart has to show.
func (c *Chart) Highest() float64 {
	top := 0.0
	for i := range c.Categories {
		sum := 0.0
		for k, s := range c.Series {
			if c.Kind == Pareto && k > 0 {
				break
			}
			if c.Kind != Stacked {
				sum = 0
			}
			sum += s.Values[i]
			top = max(top, sum)
		}
	}
	return top
}

// Missing reports whether a value is not known.
func (s Series) Missing(i int) bool { return i < len(s.Gap) && s.Gap[i] }

// Heat is a grid whose cells are shaded by their number.
type Heat struct {
	Title   string
	Sheet   string
	Rows    []string
	Columns []string
	Values  [][]int
	Alt     string
}

// Max is the largest value of the grid.
func (h *Heat) Max() int {
	top := 0
	for _, row := range h.Values {
		for _, v := range row {
			top = max(top, v)
		}
	}
	return top
}

// Shade is how dark a value of the grid is set, 0 (none) to 9.
func (h *Heat) Shade(v int) int {
	if v <= 0 {
		return 0
	}
	return min(9, 1+v*9/(h.Max()+1))
}

// Palette are the colours of series, RRGGBB, told apart by the colour-blind too
// and, each of another darkness, on a printer without colours.
var Palette = []string{"1F4E8C", "D97706", "2F855A", "B79FDD", "6B1A16", "C5CCD6"}

// Shades are the colours of a heat grid by Shade; from DarkShade on figures are white.
var Shades = []string{"", "F0F5FB", "E0EBF7", "CFE0F3", "B9D1EC", "9FBFE3", "80A9D7", "5F90C8", "3F76B4", "1F4E8C"}

// DarkShade is the first shade that wants white figures.
const DarkShade = 7

func (Heading) block() {}
func (Text) block()    {}
func (Note) block()    {}
func (List) block()    {}
func (Table) block()   {}
func (Chart) block()   {}
func (Heat) block()    {}
