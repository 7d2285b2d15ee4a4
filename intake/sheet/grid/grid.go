// Package grid holds what every kind of spreadsheet boils down to: rows of
// cells, each with its text and with what the file said that the text is. The
// readers of the formats give grids; only they know how a file writes them.
package grid

import (
	"iter"
	"strings"
)

// Kind is what the file says that a cell is.
type Kind uint8

// The kinds of cells. A csv or html file knows only Text.
const (
	Empty  Kind = iota
	Text        // as written
	Number      // Text is the number as the file holds it
	Time        // Text is "2006-01-02 15:04:05", without a zone
	Bool        // Text is 是 or 否
	Error       // Text is the error's name, #N/A
)

// Cell is one cell. The zero value is an empty one.
type Cell struct {
	Kind Kind
	Text string
}

// Row is one row with at least one filled cell. Trailing empty cells may be
// missing, so a column is asked for with At.
type Row struct {
	Sheet  string // name of the work sheet
	Number int    // as the office program shows it, from 1
	Cells  []Cell
	// Epoch1904 tells which of the two date systems of Excel a bare number in a
	// date column counts by.
	Epoch1904 bool
	// Damage says in Chinese why the row cannot be trusted, empty when it can.
	Damage string
}

// At is the cell of a column, empty when the row is shorter.
func (r Row) At(column int) Cell {
	if column < 0 || column >= len(r.Cells) {
		return Cell{}
	}
	return r.Cells[column]
}

// Blank reports whether no cell holds anything but white space.
func (r Row) Blank() bool {
	for _, c := range r.Cells {
		if strings.TrimSpace(c.Text) != "" {
			return false
		}
	}
	return true
}

// Rows gives the rows of all work sheets in order. An error is the last thing
// given: what follows it in the file could not be read.
type Rows = iter.Seq2[Row, error]

// Of makes a text cell, empty for an empty text.
func Of(text string) Cell {
	if text == "" {
		return Cell{}
	}
	return Cell{Kind: Text, Text: text}
}
