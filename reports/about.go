package reports

import (
	"strings"

	"huiyin/ticket"
)

// About is what a report is of: a period and a part of the bureau. Under its
// key the editions of the report are kept.
type About struct {
	Period Period
	Scope  Scope
}

// AboutMonth is the report of a month of the whole bureau.
func AboutMonth(m ticket.Month) About { return About{Period: MonthPeriod(m)} }

// The key of a report goes into addresses and store keys: a period of days has
// its days joined by daysJoin, a part of the bureau stands behind partMark.
const (
	daysJoin        = "_"
	partMark        = "@"
	enforcementOnly = "enforcement"
)

// ParseAbout reads a key: 2026-10, 2026-Q3, 2026, 2026-10-01_2026-10-15, each
// also with @zhidui, @enforcement or @zhidui-enforcement behind it. The error
// is a *ticket.Refusal.
func ParseAbout(key string) (About, error) {
	text, part, _ := strings.Cut(key, partMark)
	p, err := ParsePeriod(strings.Replace(text, daysJoin, "..", 1))
	if err != nil {
		return About{}, err
	}
	s := About{Period: p}
	s.Scope.Unit, s.Scope.Enforcement = strings.CutSuffix(part, "-"+enforcementOnly)
	if part == enforcementOnly {
		s.Scope = Scope{Enforcement: true}
	}
	return s, nil
}

// Key is the subject as ParseAbout reads it.
func (s About) Key() string {
	key := strings.Replace(s.Period.String(), "..", daysJoin, 1)
	if part := s.Scope.String(); part != "" {
		key += partMark + part
	}
	return key
}

// Name is the report as people call it: 2026年10月月报, 2026年第三季度执法支队季报.
func (s About) Name(units ticket.Units) string {
	return s.Period.Name() + s.Scope.name(units) + s.Period.words().report
}

// Over reports whether the period has ended at an instant: only then a report
// of it is drafted.
func (s About) Over(at ticket.Date) bool { return at > s.Period.Last }

// About is what the report is of.
func (m *Month) About() About {
	return About{m.Period, Scope{Unit: m.Scope.Unit, Enforcement: m.Scope.Enforcement}}
}

// EndingWith are the periods of the standing reports that end with a month: the
// month itself, the quarter, the year.
func EndingWith(m ticket.Month) []About {
	out := []About{AboutMonth(m)}
	if q := QuarterOf(m); q.End().Equal(m.End()) {
		out = append(out, About{Period: q})
	}
	if y := spanning(OfYear, ticket.MonthOf(m.Start()).Add(1-int(m.Start().Month())), 12); y.End().Equal(m.End()) {
		out = append(out, About{Period: y})
	}
	return out
}
