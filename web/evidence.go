package web

import (
	"fmt"
	"net/url"
	"strings"

	"huiyin/classify"
	"huiyin/ticket"
	"huiyin/workflow/permit"
)

type keyword = classify.Keyword

// evidenceRow is a ticket beside a change of policy. Who may read tickets sees
// its title and can open it; who may not (an administrator keeps the policy and
// accounts, and has no business with what callers said) sees its number and
// which words of the lexicon stand in it, nothing between them.
type evidenceRow struct {
	ID, Href, SourceNo, Title string
	Masked                    bool // Title is only the words of the lexicon
	Category                  string
	Changes                   []diffPart
	Before, After             string // the words that decided
}

// evidenceRow shows a ticket with the words by which a classifier judges it.
func (s *Server) evidenceRow(v *visit, t *ticket.Ticket, c *classify.Classifier) evidenceRow {
	verdict := c.Judge(t.Title, t.Content)
	row := evidenceRow{ID: string(t.ID), SourceNo: t.SourceNo, Category: s.Desk.Policy().Categories.Name(t.Category), After: hitsText(verdict)}
	row.open(v, t, verdict, v.OriginalURL())
	return row
}

// open fills in what the viewer may see of the ticket.
func (row *evidenceRow) open(v *visit, t *ticket.Ticket, verdict ticket.Verdict, back string) {
	if permit.May(v.actor, permit.Read, t) {
		row.Href = "/tickets/" + string(t.ID) + "?from=" + url.QueryEscape(back)
	}
	if permit.May(v.actor, permit.Text, t) {
		row.Title = titleOf(t)
		return
	}
	row.Title, row.Masked = skeleton(t, verdict), true
}

// skeleton is a text of which only the words of the lexicon are left, in the
// order in which they stand.
func skeleton(t *ticket.Ticket, v ticket.Verdict) string {
	runes := []rune(t.Text())
	keep := make([]bool, len(runes))
	for _, h := range v.Hits {
		for i := max(0, h.Start); i < min(h.End, len(runes)); i++ {
			keep[i] = true
		}
	}
	var out strings.Builder
	gap := false
	for i, r := range runes {
		if !keep[i] {
			gap = true
			continue
		}
		if gap {
			out.WriteString("……")
			gap = false
		}
		out.WriteRune(r)
	}
	if out.Len() == 0 {
		return "（没有关键词）"
	}
	return out.String() + "……"
}

// hitsText lists the words that spoke for the chosen category.
func hitsText(v ticket.Verdict) string {
	var parts []string
	seen := map[string]bool{}
	for _, h := range v.Hits {
		if h.Category == v.Category && !seen[h.Keyword] {
			seen[h.Keyword] = true
			parts = append(parts, fmt.Sprintf("%s %+.2g", h.Keyword, h.Weight))
		}
	}
	return strings.Join(parts, "、")
}
