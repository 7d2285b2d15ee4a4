package web

import (
	"time"

	"huiyin/ticket"
	"huiyin/workflow/catalogue"
)

// foundRow is a ticket that was found, with the words marked.
type foundRow struct {
	ticketRow
	Titled  []segment
	Where   string // part of the ticket that the snippet is of, empty for the content
	Snippet []segment
}

func (s *Server) foundRows(list []ticket.Ticket, words []string, now time.Time) []foundRow {
	rows := make([]foundRow, len(list))
	for i, row := range rowsOf(list, s.Desk.Policy(), now) {
		t := &list[i]
		rows[i] = foundRow{ticketRow: row, Titled: marked(row.Title, words)}
		if len(words) > 0 {
			rows[i].Where, rows[i].Snippet = snippetOf(t, words)
		}
	}
	return rows
}

const (
	snippetLong   = 88 // characters
	snippetBefore = 16 // of them before the first mark
)

// marked cuts a text at the words.
func marked(text string, words []string) []segment {
	return cut([]rune(text), catalogue.Marks(text, words))
}

func cut(text []rune, marks []catalogue.Span) []segment {
	var pieces []segment
	from := 0
	add := func(to int, mark string) {
		if to > from {
			pieces = append(pieces, segment{Text: string(text[from:to]), Mark: mark})
			from = to
		}
	}
	for _, m := range marks {
		add(min(m.Start, len(text)), "")
		add(min(m.End, len(text)), "found")
	}
	add(len(text), "")
	return pieces
}

// snippetOf is the part of a ticket in which the words stand, or the beginning of
// its content.
func snippetOf(t *ticket.Ticket, words []string) (where string, snippet []segment) {
	for _, part := range []struct{ name, text string }{{"", t.Content}, {"地点", t.Place}, {"反映对象", t.Subject}, {"来源编号", t.SourceNo}} {
		if marks := catalogue.Marks(part.text, words); len(marks) > 0 {
			return part.name, window([]rune(part.text), marks)
		}
	}
	return "", window([]rune(t.Content), nil)
}

// window is as much of a text as a row has room for, around the first mark.
func window(text []rune, marks []catalogue.Span) []segment {
	from := 0
	if len(marks) > 0 {
		from = max(0, min(marks[0].Start-snippetBefore, len(text)-snippetLong))
	}
	to := min(len(text), from+snippetLong)
	var inside []catalogue.Span
	for _, m := range marks {
		if m.Start < to {
			inside = append(inside, catalogue.Span{Start: m.Start - from, End: min(m.End, to) - from})
		}
	}
	pieces := cut(text[from:to], inside)
	if from > 0 {
		pieces = append([]segment{{Text: "…"}}, pieces...)
	}
	if to < len(text) {
		pieces = append(pieces, segment{Text: "…"})
	}
	return pieces
}
