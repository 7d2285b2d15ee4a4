package markup

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"huiyin/intake/sheet/grid"
	"huiyin/intake/sheet/xmlscan"
)

// ErrIndex is a cell outside of the grid.
var ErrIndex = errors.New("markup: a cell outside of the grid")

// SpreadsheetML gives the rows of the work sheets of an XML spreadsheet of
// Excel 2003 (UTF-8).
func SpreadsheetML(r io.Reader) grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		d := &document{scan: xmlscan.New(r), yield: yield}
		if err := d.read(); err != nil && !d.stopped {
			yield(d.row, err)
		}
	}
}

type document struct {
	scan    *xmlscan.Scanner
	yield   func(grid.Row, error) bool
	stopped bool
	row     grid.Row
	text    []byte
}

func (d *document) read() error {
	for !d.stopped {
		kind, err := d.scan.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if kind != xmlscan.Open {
			continue
		}
		switch string(d.scan.Name()) {
		case "Worksheet":
			d.row = grid.Row{Sheet: d.scan.Attr("Name")}
		case "Row":
			if err := d.readRow(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (d *document) readRow() error {
	d.row.Number++
	if index := d.scan.Attr("Index"); index != "" {
		d.row.Number = atoi(index)
	}
	d.row.Cells = nil
	for outer := d.scan.Depth() - 1; d.scan.Depth() > outer; {
		kind, err := d.scan.Next()
		if err != nil {
			return err
		}
		if kind == xmlscan.Open && string(d.scan.Name()) == "Cell" {
			if err := d.readCell(); err != nil {
				return err
			}
		}
	}
	if !d.row.Blank() && !d.yield(d.row, nil) {
		d.stopped = true
	}
	return nil
}

func (d *document) readCell() error {
	column := len(d.row.Cells)
	if index := d.scan.Attr("Index"); index != "" {
		column = atoi(index) - 1
	}
	across := atoi(d.scan.Attr("MergeAcross"))
	if column < len(d.row.Cells) || across < 0 || column+across >= maxColumns {
		return ErrIndex
	}
	cell, err := d.data()
	if err != nil {
		return err
	}
	for len(d.row.Cells) <= column+across {
		d.row.Cells = append(d.row.Cells, grid.Cell{})
	}
	d.row.Cells[column] = cell
	return nil
}

// data reads the Data element of a cell; comments and the like are passed over.
func (d *document) data() (grid.Cell, error) {
	kind, inData := "", 0
	d.text = d.text[:0]
	for outer := d.scan.Depth() - 1; d.scan.Depth() > outer; {
		token, err := d.scan.Next()
		if err != nil {
			return grid.Cell{}, err
		}
		switch {
		case token == xmlscan.Open && inData == 0 && string(d.scan.Name()) == "Data":
			kind, inData = d.scan.Attr("Type"), d.scan.Depth()
		case token == xmlscan.Open && inData == 0:
			if err := d.scan.Skip(); err != nil {
				return grid.Cell{}, err
			}
		case token == xmlscan.Close && d.scan.Depth() < inData:
			inData = 0
		case token == xmlscan.Chars && inData > 0:
			d.text = d.scan.AppendText(d.text)
		}
	}
	return typed(kind, string(d.text)), nil
}

func typed(kind, text string) grid.Cell {
	switch kind {
	case "Number":
		if text = strings.TrimSpace(text); text != "" {
			return grid.Cell{Kind: grid.Number, Text: grid.Plain(text)}
		}
	case "DateTime":
		if t, err := time.Parse("2006-01-02T15:04:05.999", strings.TrimSpace(text)); err == nil {
			return grid.Cell{Kind: grid.Time, Text: t.Format(grid.TimeText)}
		}
	case "Boolean":
		if strings.TrimSpace(text) == "1" {
			return grid.Cell{Kind: grid.Bool, Text: "是"}
		}
		return grid.Cell{Kind: grid.Bool, Text: "否"}
	case "Error":
		return grid.Cell{Kind: grid.Error, Text: text}
	}
	return grid.Of(text)
}

func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
