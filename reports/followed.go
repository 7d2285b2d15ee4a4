package reports

import (
	"context"
	"slices"
	"time"

	"huiyin/reports/matter"
	"huiyin/ticket"
)

// followed is how far back a matter below the categories is followed: enough
// for the months before a measure and some after it.
const followed = 13

// Followed is how a measure's matter was known again, month by month.
type Followed struct {
	Months   int     `json:"months"`   // in which the texts were read
	Found    int     `json:"found"`    // in which it came up as a matter
	Doubtful int     `json:"doubtful"` // in which it is not sure that it is the same
	Title    string  `json:"title"`    // as it is called in the latest of them
	Like     float64 `json:"like"`     // how alike, in the latest of them, 0…1
}

// readFollowed brings the kept readings of the months before those with which
// the month's own matters are compared. Only their matters are kept.
func (b *builder) readFollowed(ctx context.Context, src Source, entries []ticket.Rectification) error {
	month := b.of.Month()
	if month == "" || !b.scope.Whole() || !slices.ContainsFunc(entries, func(e ticket.Rectification) bool { return e.Signature != "" }) {
		return nil
	}
	for m := max(b.first, month.Add(1-followed)); m <= month.Add(-b.policy.Rules.StubbornOf); m = m.Add(1) {
		r, err := keptReading(ctx, src, m)
		if err != nil {
			return err
		}
		if r != nil {
			b.readings[m] = &Reading{Month: m, Matters: r.Matters}
		}
	}
	return nil
}

// follows counts a matter, known by its key, in the months up to the latest
// whole one whose texts were read, without a gap; a month in which it is no
// matter counts none.
func (b *builder) follows(key string) (months []ticket.Month, series []int, how Followed) {
	p, err := matter.ParseKey(key)
	if err != nil || b.of.Month() == "" || !b.scope.Whole() {
		return nil, nil, how
	}
	last := ticket.MonthOf(time.Unix(b.cutoff, 0)).Add(-1)
	for m := last; ; m = m.Add(-1) {
		r := b.readings[m]
		if m == b.of.Month() {
			r = b.reading
		}
		if r == nil {
			break
		}
		n := 0
		found := p.Find(len(r.Matters), func(i int) matter.Profile { return r.Matters[i].Profile }, b.policy.Rules.MergeSimilarity)
		if found.At >= 0 {
			n = len(r.Matters[found.At].Tickets)
			how.Found++
			if found.Doubtful {
				how.Doubtful++
			}
			if how.Title == "" {
				how.Title, how.Like = r.Matters[found.At].Title, found.Like
			}
		}
		months, series = append(months, m), append(series, n)
	}
	how.Months = len(months)
	slices.Reverse(months)
	slices.Reverse(series)
	return months, series, how
}

// SameMatter tells whether two keys are of one matter: how alike they are, and
// whether that is sure.
func (r *Rules) SameMatter(key, other string) matter.Match {
	p, err := matter.ParseKey(key)
	if err != nil {
		return matter.Match{At: -1}
	}
	o, err := matter.ParseKey(other)
	if err != nil {
		return matter.Match{At: -1}
	}
	return p.Find(1, func(int) matter.Profile { return o }, r.MergeSimilarity)
}
