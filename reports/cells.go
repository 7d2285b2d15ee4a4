package reports

import (
	"strconv"

	"huiyin/reports/paper"
)

// column heads of tables; width in characters, roughly.
func textColumn(title string, width int) paper.Column {
	return paper.Column{Title: title, Width: width, Left: true}
}

func numberColumn(title string, width int) paper.Column {
	return paper.Column{Title: title, Width: width}
}

func rateColumn(title string, width int) paper.Column {
	return paper.Column{Title: title, Width: width, Rate: true}
}

func textCell(s string) paper.Cell {
	if s == "" {
		s = None
	}
	return paper.Cell{Text: s}
}

func countCell(n int) paper.Cell {
	return paper.Cell{Text: strconv.Itoa(n), Number: float64(n), Kind: paper.Count}
}

// whole is the share of a total in itself.
func whole() paper.Cell { return paper.Cell{Text: "100%", Number: 1, Kind: paper.Percent} }

func (s Style) rateCell(r Rate) paper.Cell {
	if !r.Known() {
		return paper.Cell{Text: None}
	}
	return paper.Cell{Text: s.Rate(r), Number: r.Value(), Kind: paper.Ratio, Num: r.Num, Den: r.Den}
}

// floored is a rate that is set off when it lies under a floor.
func (s Style) floored(r Rate, floor float64) paper.Cell {
	c := s.rateCell(r)
	c.Warning = r.Known() && r.Value() < floor
	return c
}

func (s Style) shareCell(r Rate) paper.Cell {
	if !r.Known() {
		return paper.Cell{Text: None}
	}
	return paper.Cell{Text: s.Share(r), Number: r.Value(), Kind: paper.Percent}
}

func (s Style) changeCell(c Change) paper.Cell {
	ratio, ok := c.Ratio()
	if !ok || s.fromFew(c) {
		return paper.Cell{Text: s.Change(c)}
	}
	return paper.Cell{Text: s.Change(c), Number: ratio, Kind: paper.Percent}
}

func (s Style) hoursCell(n int, hours float64) paper.Cell {
	if n == 0 {
		return paper.Cell{Text: None}
	}
	return paper.Cell{Text: s.Hours(n, hours), Number: hours, Kind: paper.Decimal}
}

func cells(cs ...paper.Cell) paper.Row { return paper.Row{Cells: cs} }

func totals(cs ...paper.Cell) paper.Row { return paper.Row{Cells: cs, Total: true} }

func group(title string) paper.Row {
	return paper.Row{Cells: []paper.Cell{{Text: title}}, Group: true}
}

func values(counts []int) []float64 {
	out := make([]float64, len(counts))
	for i, n := range counts {
		out[i] = float64(max(0, n))
	}
	return out
}

// gaps marks the months before the first data.
func gaps(counts []int) []bool {
	out := make([]bool, len(counts))
	for i, n := range counts {
		out[i] = n < 0
	}
	return out
}
