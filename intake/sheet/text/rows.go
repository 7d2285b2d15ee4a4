package text

import (
	"errors"
	"io"

	"huiyin/intake/sheet/grid"
)

// SampleBytes is how much of the decoded text decides about the separator.
const SampleBytes = 64 << 10

// Rows gives the records of a decoded text as rows.
func Rows(decoded io.Reader, separator rune) grid.Rows {
	return func(yield func(grid.Row, error) bool) {
		records := NewReader(decoded, separator)
		for {
			record, err := records.Read()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(grid.Row{}, err)
				return
			}
			row := grid.Row{Number: record.Row, Cells: make([]grid.Cell, len(record.Fields))}
			for i, field := range record.Fields {
				row.Cells[i] = grid.Of(field)
			}
			if record.OpenQuote {
				row.Damage = "这一行的引号没有配对，各栏可能错位"
			}
			if !yield(row, nil) {
				return
			}
		}
	}
}
