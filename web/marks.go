package web

import (
	"fmt"
	"sort"

	"huiyin/ticket"
)

// segment is a piece of a text, with a mark when it is why something was judged.
type segment struct {
	Text string
	Mark string // "hit", "alt" (speaks for another category), "risk", or empty
	Hint string
}

var entityNames = map[ticket.EntityKind]string{
	ticket.EntityPlate: "车牌", ticket.EntityLine: "线路", ticket.EntityRoad: "道路", ticket.EntityStation: "车站",
	ticket.EntityToll: "收费站", ticket.EntityCompany: "企业", ticket.EntityBadge: "证号", ticket.EntityPlace: "地名",
	ticket.EntityOrder: "单号", ticket.EntityPhone: "电话", ticket.EntityIDNumber: "证件号", ticket.EntityBankCard: "卡号",
}

type mark struct {
	start, end int
	segment
	rank int // the lower one shows where two overlap
}

// segments cuts a text at its hits and entities. Offsets are in runes and may
// overlap or lie outside; the pieces put together are always the text.
func segments(text string, v ticket.Verdict, nameOf func(code string) string) []segment {
	runes := []rune(text)
	marks := marksOf(v, nameOf)
	sort.SliceStable(marks, func(i, j int) bool { return marks[i].rank < marks[j].rank })
	owner := make([]int, len(runes)) // 1 + index of the mark that a rune shows
	for i, m := range marks {
		for at := max(m.start, 0); at < min(m.end, len(runes)); at++ {
			if owner[at] == 0 {
				owner[at] = i + 1
			}
		}
	}
	var pieces []segment
	for from := 0; from < len(runes); {
		to := from + 1
		for to < len(runes) && owner[to] == owner[from] {
			to++
		}
		piece := segment{Text: string(runes[from:to])}
		if owner[from] > 0 {
			piece.Mark, piece.Hint = marks[owner[from]-1].Mark, marks[owner[from]-1].Hint
		}
		pieces = append(pieces, piece)
		from = to
	}
	return pieces
}

func marksOf(v ticket.Verdict, nameOf func(string) string) []mark {
	var marks []mark
	for _, h := range v.Hits {
		m := mark{start: h.Start, end: h.End, segment: segment{Mark: "hit", Hint: fmt.Sprintf("%s +%.2g", nameOf(h.Category), h.Weight)}}
		if h.Category != v.Category {
			m.Mark, m.rank = "alt", 2
		}
		marks = append(marks, m)
	}
	for _, e := range v.Entities {
		hint := entityNames[e.Kind]
		if e.Norm() != e.Text {
			hint += " " + e.Norm()
		}
		if e.County != "" {
			hint += "（" + e.County + "）"
		}
		marks = append(marks, mark{start: e.Start, end: e.End, segment: segment{Hint: hint}, rank: 1})
	}
	return marks
}

// splitSegments parts the pieces of a joined text into title and content; n is
// the number of runes of the title, 0 when there is none.
func splitSegments(pieces []segment, n int) (title, content []segment) {
	if n == 0 {
		return nil, pieces
	}
	for i, p := range pieces {
		r := []rune(p.Text)
		if len(r) <= n {
			title = append(title, p)
			n -= len(r)
			continue
		}
		head, tail := p, p
		head.Text, tail.Text = string(r[:n]), string(r[min(n+1, len(r)):]) // the newline between
		if head.Text != "" {
			title = append(title, head)
		}
		if tail.Text != "" {
			content = append(content, tail)
		}
		return title, append(content, pieces[i+1:]...)
	}
	return title, nil
}
