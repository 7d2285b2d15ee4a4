// Package markup reads the tables that systems write as text and name .xls:
// HTML tables, and the XML spreadsheets of Excel 2003.
package markup

import (
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"huiyin/intake/sheet/grid"
)

// ErrNoTable is a page without a table: a frame set whose sheets lie in other
// files, or an error page of the exporting system.
var ErrNoTable = errors.New("markup: no table")

// ErrTooLong is a page with a single text beyond all reason.
var ErrTooLong = errors.New("markup: a text is too long")

const (
	maxText    = 4 << 20
	maxColumns = 16384
)

// HTML gives the rows of all tables of a page (UTF-8), each table as one sheet.
// Cells of a table within a cell are text of that cell.
func HTML(r io.Reader) grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		p := &page{tokens: html.NewTokenizer(r), yield: yield}
		p.tokens.SetMaxBuf(maxText)
		if err := p.read(); err != nil && !p.stopped {
			yield(p.row, err)
		}
	}
}

type page struct {
	tokens  *html.Tokenizer
	yield   func(grid.Row, error) bool
	stopped bool

	tables  int // seen so far
	depth   int // tables around
	row     grid.Row
	inRow   bool
	inCell  bool
	hidden  int // script and style elements around
	text    strings.Builder
	span    int         // of the cell
	covered map[int]int // columns that a cell above covers, and for how many rows
	down    int         // rowspan of the cell
}

func (p *page) read() error {
	for !p.stopped {
		switch p.tokens.Next() {
		case html.ErrorToken:
			return p.ending()
		case html.StartTagToken, html.SelfClosingTagToken:
			p.open()
		case html.EndTagToken:
			name, _ := p.tokens.TagName()
			p.close(atom.Lookup(name))
		case html.TextToken:
			if p.inCell && p.hidden == 0 {
				p.text.Write(p.tokens.Text())
			}
		}
	}
	return nil
}

func (p *page) ending() error {
	switch err := p.tokens.Err(); {
	case errors.Is(err, html.ErrBufferExceeded):
		return ErrTooLong
	case !errors.Is(err, io.EOF):
		return err
	}
	p.endRow()
	if p.tables == 0 {
		return ErrNoTable
	}
	return nil
}

func (p *page) open() {
	name, hasAttrs := p.tokens.TagName()
	switch tag := atom.Lookup(name); tag {
	case atom.Table:
		if p.depth++; p.depth == 1 {
			p.tables++
			p.row = grid.Row{Sheet: fmt.Sprintf("表%d", p.tables)}
			p.covered = map[int]int{}
		}
	case atom.Tr:
		if p.depth == 1 {
			p.endRow()
			p.inRow = true
			p.row.Number++
		}
	case atom.Td, atom.Th:
		if p.depth == 1 && p.inRow {
			p.endCell()
			p.inCell = true
			p.span, p.down = 1, 1
			if hasAttrs {
				p.spans()
			}
		}
	case atom.Br, atom.P, atom.Div, atom.Li:
		if p.inCell && p.text.Len() > 0 {
			p.text.WriteByte('\n')
		}
	case atom.Script, atom.Style:
		p.hidden++
	}
}

func (p *page) close(tag atom.Atom) {
	switch tag {
	case atom.Table:
		if p.depth == 1 {
			p.endRow()
		}
		p.depth = max(0, p.depth-1)
	case atom.Tr:
		if p.depth == 1 {
			p.endRow()
		}
	case atom.Td, atom.Th:
		if p.depth == 1 {
			p.endCell()
		}
	case atom.Script, atom.Style:
		p.hidden = max(0, p.hidden-1)
	}
}

func (p *page) spans() {
	for {
		key, value, more := p.tokens.TagAttr()
		n, err := strconv.Atoi(strings.TrimSpace(string(value)))
		if err == nil && n > 1 {
			switch string(key) {
			case "colspan":
				p.span = min(n, maxColumns)
			case "rowspan":
				p.down = n
			}
		}
		if !more {
			return
		}
	}
}

func (p *page) endCell() {
	if !p.inCell {
		return
	}
	p.inCell = false
	p.passCovered()
	column := len(p.row.Cells)
	p.row.Cells = append(p.row.Cells, grid.Of(strings.TrimSpace(strings.ReplaceAll(p.text.String(), "\u00a0", " "))))
	for range min(p.span-1, maxColumns-len(p.row.Cells)) {
		p.row.Cells = append(p.row.Cells, grid.Cell{})
	}
	if p.down > 1 {
		for ; column < len(p.row.Cells); column++ {
			p.covered[column] = p.down
		}
	}
	p.text.Reset()
}

// passCovered leaves the places free that cells of the rows above cover.
func (p *page) passCovered() {
	for p.covered[len(p.row.Cells)] > 0 && len(p.row.Cells) < maxColumns {
		p.row.Cells = append(p.row.Cells, grid.Cell{})
	}
}

func (p *page) endRow() {
	p.endCell()
	if !p.inRow {
		return
	}
	p.inRow = false
	for column, rows := range p.covered {
		if p.covered[column] = rows - 1; rows <= 1 {
			delete(p.covered, column)
		}
	}
	if !p.row.Blank() && !p.yield(p.row, nil) {
		p.stopped = true
	}
	p.row.Cells = nil
}
