package reports

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"time"

	"huiyin/ticket"
)

// Ledger is a Source that also keeps the rectification ledger: its entries as
// they stood at an instant.
type Ledger interface {
	Rectifications(ctx context.Context, at time.Time) ([]ticket.Rectification, error)
}

// Measures is section 12: the rectification ledger as the period's end found
// it, and what each entry did to the count of its matter.
type Measures struct {
	Kept     bool         `json:"kept"` // the source keeps a ledger
	Rows     []MeasureRow `json:"rows"`
	Open     int          `json:"open"`
	Overdue  int          `json:"overdue"`
	Closed   int          `json:"closed"` // in the period
	Reopened int          `json:"reopened"`
}

// MeasureRow is an entry of the ledger with its effect.
type MeasureRow struct {
	ticket.Rectification
	UnitName   string `json:"unit_name"`
	MatterName string `json:"matter_name"`
	Overdue    bool   `json:"overdue"`
	Effect     Effect `json:"effect"`
}

// Effect is the count of a matter before and after a measure was approved. The
// month of the approval counts as after when it lay in its first half, and as
// neither otherwise.
type Effect struct {
	// Known is false without a matter that is counted, before a whole month has
	// passed, and without a month before.
	Known    bool    `json:"known"`
	Before   Monthly `json:"before"` // the three months before, or as many as hold data
	After    Monthly `json:"after"`
	Now      int     `json:"now"`      // the latest whole month
	Expected int     `json:"expected"` // of that month without the measure
	Method   Method  `json:"method"`   // of the expectation
	Verdict  Verdict `json:"verdict"`
	// Followed is set when the counts are of the matter itself and not of its
	// whole category.
	Followed *Followed `json:"followed,omitempty"`
}

// Monthly is a count over some months.
type Monthly struct {
	Total  int `json:"total"`
	Months int `json:"months"`
}

// Mean is the count of a month; 0 of no months.
func (m Monthly) Mean() float64 {
	if m.Months == 0 {
		return 0
	}
	return float64(m.Total) / float64(m.Months)
}

// Verdict says in a word what a measure did.
type Verdict string

// The verdicts.
const (
	VerdictNone    Verdict = "暂不比较"
	VerdictReached Verdict = "达到目标"
	VerdictFell    Verdict = "明显下降"
	VerdictSame    Verdict = "变化不明显"
	VerdictRose    Verdict = "不降反升"
	VerdictFew     Verdict = "件数少，仅供参考"
)

// watched is how many months a closed entry stays in the report: long enough
// to see whether the matter comes back.
const watched = 6

func (b *builder) measures(ctx context.Context, src Source) (Measures, error) {
	ledger, ok := src.(Ledger)
	if !ok {
		return Measures{}, nil
	}
	until := time.Unix(b.cutoff, 0)
	entries, err := ledger.Rectifications(ctx, until)
	if err != nil {
		return Measures{}, err
	}
	if err := b.readFollowed(ctx, src, entries); err != nil {
		return Measures{}, err
	}
	out := Measures{Kept: true}
	last := ticket.MonthOf(time.Unix(b.cutoff-1, 0))
	for _, e := range entries {
		if !e.State.Listed() || b.scope.Unit != "" && e.Unit != b.scope.Unit {
			continue
		}
		if !e.ClosedAt.IsZero() && e.ClosedAt.Before(last.Add(1-watched).Start()) {
			continue
		}
		row := MeasureRow{Rectification: e, UnitName: b.policy.Units.Short(e.Unit), Overdue: e.Overdue(until), Effect: b.effect(&e)}
		row.MatterName, _ = b.matterOf(e.Matter)
		switch {
		case e.State != ticket.RectifyClosed:
			out.Open++
		case b.current.inside(e.ClosedAt):
			out.Closed++
		}
		if row.Overdue {
			out.Overdue++
		}
		if e.Reopened > 0 {
			out.Reopened++
		}
		out.Rows = append(out.Rows, row)
	}
	slices.SortStableFunc(out.Rows, func(x, y MeasureRow) int {
		return cmp.Or(boolCompare(x.State == ticket.RectifyClosed, y.State == ticket.RectifyClosed),
			boolCompare(y.Overdue, x.Overdue), cmp.Compare(x.Deadline, y.Deadline), cmp.Compare(x.ID, y.ID))
	})
	return out, nil
}

// matterOf is a matter by its key, and how it is counted; nil when it is not.
func (b *builder) matterOf(key string) (name string, count func(*tally) int) {
	c, ok := b.policy.Categories.Find(key)
	if !ok || c.Sealed {
		return "", nil
	}
	i := b.cats.of(key)
	return c.Name, func(t *tally) int { return t.cats[i] }
}

// countedMonths are the months with data up to the latest whole one of the
// report, and the counts of a matter in them.
func (b *builder) countedMonths(count func(*tally) int) (months []ticket.Month, series []int) {
	end := ticket.MonthOf(time.Unix(b.cutoff, 0))
	for m := max(b.first, b.since); b.since != "" && m < end; m = m.Add(1) {
		n := 0
		if t := b.monthly[m]; t != nil {
			n = count(t)
		}
		months, series = append(months, m), append(series, n)
	}
	return months, series
}

func (b *builder) effect(e *ticket.Rectification) Effect {
	out := Effect{Verdict: VerdictNone}
	_, count := b.matterOf(e.Matter)
	if count == nil || e.ApprovedAt.IsZero() {
		return out
	}
	months, series := b.countedMonths(count)
	if e.Signature != "" {
		own, counts, how := b.follows(e.Signature)
		if how.Found > 0 && len(own) > 0 && own[0] <= ticket.MonthOf(e.ApprovedAt) {
			months, series, out.Followed = own, counts, &how
		}
	}
	approved := ticket.MonthOf(e.ApprovedAt)
	base, found := slices.BinarySearch(months, approved) // months before it are before
	from := base
	if found && !firstHalf(e.ApprovedAt) {
		from++
	}
	for i := max(0, base-3); i < base; i++ {
		out.Before.Total += series[i]
		out.Before.Months++
	}
	for i := from; i < len(series); i++ {
		out.After.Total += series[i]
		out.After.Months++
	}
	if len(series) > 0 {
		out.Now = series[len(series)-1]
	}
	out.Known = out.Before.Months > 0 && out.After.Months > 0
	if !out.Known {
		return out
	}
	expected, method := expectSince(series, base, len(series)-1)
	out.Expected, out.Method = int(math.Round(expected)), method
	out.Verdict = b.verdict(e, out)
	return out
}

func firstHalf(at time.Time) bool { return at.In(ticket.Shanghai).Day() <= 15 }

// expectSince says what month t would have brought if nothing had changed
// since base: the same month a year before, by the year-on-year ratio of the
// three months before base; else the mean of those three.
func expectSince(series []int, base, t int) (float64, Method) {
	recent := series[max(0, base-3):base]
	if base >= 15 && t >= 12 {
		if ago := sum(series[base-15 : base-12]); ago > 0 {
			ratio := float64(sum(recent)) / float64(ago)
			return float64(series[t-12]) * min(2, max(0.5, ratio)), MethodSeason
		}
	}
	return float64(sum(recent)) / float64(len(recent)), MethodMean
}

func (b *builder) verdict(e *ticket.Rectification, x Effect) Verdict {
	rules := b.policy.Rules
	change := float64(x.Now-x.Expected) / float64(max(1, x.Expected))
	switch {
	case e.Target > 0 && x.Now <= e.Target:
		return VerdictReached
	case b.few(max(x.Now, x.Expected)):
		return VerdictFew
	case change <= -rules.RiseRatio:
		return VerdictFell
	case change >= rules.RiseRatio:
		return VerdictRose
	}
	return VerdictSame
}

// meanText is a monthly mean with what it is made of: 43.3件（130件/3个月）.
func meanText(m Monthly) string {
	if m.Months == 0 {
		return None
	}
	return fmt.Sprintf("%.1f件（%d件/%d个月）", m.Mean(), m.Total, m.Months)
}
