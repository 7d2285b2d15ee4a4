package reports

import (
	"cmp"
	"slices"

	"huiyin/ticket"
)

// Fields is section 3: the business fields of 12328 and the items in each.
type Fields struct {
	Total int     `json:"total"`
	Rows  []Field `json:"rows"`
	// Other is the share of what fell on no matter of the bureau: not ours,
	// not judged, unlisted. OverLimit asks for an explanation in OtherParts.
	Other      Rate    `json:"other"`
	OverLimit  bool    `json:"over_limit"`
	Limit      float64 `json:"limit"`
	OtherParts []Count `json:"other_parts"`
}

// Field is a business field (业务领域).
type Field struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
	Share Rate   `json:"share"`
	MoM   Change `json:"mom"`
	YoY   Change `json:"yoy"`
	Items []Item `json:"items"`
}

// Item is a category in its field.
type Item struct {
	Code  string `json:"code"`
	Name  string `json:"name"`
	Count int    `json:"count"`
	Share Rate   `json:"share"` // of all received
	MoM   Change `json:"mom"`
	YoY   Change `json:"yoy"`
	// Rank among all items this month and the month before, 1 first; 0 when
	// it had none.
	Rank       int `json:"rank"`
	RankBefore int `json:"rank_before"`
}

func (b *builder) fields() Fields {
	own := b.own()
	out := Fields{Total: own.received, Limit: b.policy.Rules.OtherLimit}
	rank, rankBefore := ranks(own.cats), ranks(b.compared(b.prev).cats)
	var order []string
	items := map[string][]Item{}
	for i, c := range b.cats.list {
		count := func(t *tally) int { return t.cats[i] }
		item := Item{
			Code: c.Code, Name: c.Name, Count: own.cats[i], Share: Rate{own.cats[i], own.received},
			MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count), Rank: rank[i], RankBefore: rankBefore[i],
		}
		if item.Count == 0 && item.MoM.Before == 0 {
			continue
		}
		if !slices.Contains(order, c.Field) {
			order = append(order, c.Field)
		}
		items[c.Field] = append(items[c.Field], item)
	}
	for _, name := range order {
		out.Rows = append(out.Rows, b.field(name, items[name]))
	}
	slices.SortStableFunc(out.Rows, func(x, y Field) int { return cmp.Compare(y.Count, x.Count) })
	b.others(&out)
	return out
}

func (b *builder) field(name string, items []Item) Field {
	count := func(t *tally) int {
		n := 0
		for i, c := range b.cats.list {
			if c.Field == name {
				n += t.cats[i]
			}
		}
		return n
	}
	slices.SortStableFunc(items, func(x, y Item) int { return cmp.Compare(y.Count, x.Count) })
	n := count(b.own())
	return Field{Name: name, Count: n, Share: Rate{n, b.own().received},
		MoM: b.monthOnMonth(count), YoY: b.yearOnYear(count), Items: items}
}

func (b *builder) others(out *Fields) {
	own := b.own()
	out.Other.Den = own.received
	for i, c := range b.cats.list {
		if !b.cats.other(i) || c.Code == ticket.PraiseFor || own.cats[i] == 0 {
			continue
		}
		out.Other.Num += own.cats[i]
		out.OtherParts = append(out.OtherParts, Count{Code: c.Code, Name: c.Name, Count: own.cats[i]})
	}
	for i := range out.OtherParts {
		out.OtherParts[i].Share = Rate{out.OtherParts[i].Count, out.Other.Num}
	}
	out.OverLimit = out.Other.Known() && out.Other.Value() > out.Limit
}

// ranks gives each count its place, 1 first, equal counts the same; 0 for none.
func ranks(counts []int) []int {
	sorted := slices.Sorted(slices.Values(counts))
	out := make([]int, len(counts))
	for i, n := range counts {
		if n > 0 {
			above, _ := slices.BinarySearch(sorted, n+1)
			out[i] = len(sorted) - above + 1
		}
	}
	return out
}
