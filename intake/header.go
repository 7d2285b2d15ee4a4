package intake

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"huiyin/intake/sheet/grid"
)

// headerRows is how far down a header is looked for.
const headerRows = 20

// columns tells where in a table the fields stand.
type columns struct {
	row     int      // of the header, as the office program shows it
	headers []string // as written, by column
	// fields lists the columns of each field, best first: where the first is
	// empty in a row, the next one counts.
	fields map[string][]int
	known  int // columns whose meaning is known
}

// has reports whether the table has a field.
func (c *columns) has(field string) bool { return len(c.fields[field]) > 0 }

// usable reports whether a table with such columns can hold tickets.
func (c *columns) usable() bool { return c.has(fieldContent) || c.has(fieldTitle) }

// read makes columns of a row, taking it for a header.
func (m *Mapping) read(row grid.Row) *columns {
	c := &columns{row: row.Number, headers: make([]string, len(row.Cells)), fields: map[string][]int{}}
	ranks := make([]int, len(row.Cells))
	for i, cell := range row.Cells {
		c.headers[i] = strings.TrimSpace(cell.Text)
		at, ok := m.field(cell.Text)
		if !ok {
			continue
		}
		c.known++
		ranks[i] = at.rank
		c.fields[at.field] = append(c.fields[at.field], i)
	}
	for _, list := range c.fields {
		slices.SortStableFunc(list, func(a, b int) int { return ranks[a] - ranks[b] })
	}
	return c
}

// findHeader finds the header among the first rows of a sheet: the row with the
// most known columns, one of them the content or the title. It gives how many
// of the rows end with the header. A header that is spread over two rows, as
// merged cells leave it, is put together. Without a header, nil.
func (m *Mapping) findHeader(rows []grid.Row) (found *columns, used int) {
	for i, row := range rows {
		c := m.read(row)
		if c.usable() && (found == nil || c.known > found.known) {
			found, used = c, i+1
		}
	}
	if found == nil {
		return nil, 0
	}
	if used > 1 {
		if c := m.read(over(rows[used-2], rows[used-1])); c.known > found.known {
			found = c
		}
	}
	if used < len(rows) && m.continues(found, rows[used]) {
		if c := m.read(over(rows[used-1], rows[used])); c.known > found.known {
			return c, used + 1
		}
	}
	return found, used
}

// over is the lower row with what the upper one has where the lower is empty.
func over(upper, lower grid.Row) grid.Row {
	cells := slices.Clone(lower.Cells)
	for i, cell := range upper.Cells {
		if i >= len(cells) {
			cells = append(cells, cell)
		} else if strings.TrimSpace(cells[i].Text) == "" {
			cells[i] = cell
		}
	}
	lower.Cells = cells
	return lower
}

// continues reports whether a row below a header is its second line: empty
// wherever the header says what tickets have.
func (m *Mapping) continues(c *columns, row grid.Row) bool {
	for _, field := range []string{fieldContent, fieldTitle, fieldTicketNo} {
		for _, i := range c.fields[field] {
			if strings.TrimSpace(row.At(i).Text) != "" {
				return false
			}
		}
	}
	return true
}

// repeats reports whether a row is the header again, as printed lists have it
// on every page.
func (c *columns) repeats(row grid.Row) bool {
	same := 0
	for i, header := range c.headers {
		if header == "" {
			continue
		}
		if strings.TrimSpace(row.At(i).Text) != header {
			return false
		}
		same++
	}
	return same > 1
}

// normalHeader evens out what does not matter in a header: blanks, line ends,
// full-width forms, letter case, marks of required columns.
func normalHeader(header string) string {
	header = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || unicode.Is(unicode.Cf, r) || unicode.IsControl(r) {
			return -1
		}
		return unicode.ToLower(r)
	}, norm.NFKC.String(header))
	return strings.Trim(header, "*:.、'\"")
}

// withoutRemark takes a remark in brackets off the end of a header.
func withoutRemark(header string) string {
	for _, pair := range []struct{ open, close string }{{"(", ")"}, {"[", "]"}, {"【", "】"}} {
		if at := strings.LastIndex(header, pair.open); at > 0 && strings.HasSuffix(header, pair.close) {
			return header[:at]
		}
	}
	return header
}
