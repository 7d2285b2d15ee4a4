package reports

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	seeded "huiyin/reports/made"
	"huiyin/reports/paper"
	"huiyin/ticket"
)

func TestPeriodsAreReadAndNamed(t *testing.T) {
	for in, want := range map[string][4]string{
		"2026-10":                {"2026-10", "2026年10月", "2026-09", "2025-10"},
		"2026-Q1":                {"2026-Q1", "2026年第一季度", "2025-Q4", "2025-Q1"},
		"2026q3":                 {"2026-Q3", "2026年第三季度", "2026-Q2", "2025-Q3"},
		"2026":                   {"2026", "2026年", "2025", "2025"},
		"2026-02-25..2026-03-01": {"2026-02-25..2026-03-01", "2026年2月25日至3月1日", "2026-02-20..2026-02-24", "2025-02-25..2025-03-01"},
		"2028-02-29..2028-02-29": {"2028-02-29..2028-02-29", "2028年2月29日", "2028-02-28..2028-02-28", "2027-02-28..2027-02-28"},
	} {
		p, err := ParsePeriod(in)
		if err != nil {
			t.Fatal(err)
		}
		got := [4]string{p.String(), p.Name(), p.Add(-1).String(), p.YearBefore().String()}
		if got != want {
			t.Errorf("%s: got %v, want %v", in, got, want)
		}
		var back Period
		if text, _ := p.MarshalText(); back.UnmarshalText(text) != nil || back != p {
			t.Errorf("%s comes back as %v", in, back)
		}
	}
}

func TestPeriodsThatAreNoneAreRefused(t *testing.T) {
	for _, in := range []string{"", "2026-13", "2026-Q5", "0000", "26-01", "2026-10-05..2026-10-01", "2025-01-01..2026-10-01", "2026-02-30..2026-03-02", "..", "2026-10-01.."} {
		var refusal *ticket.Refusal
		if p, err := ParsePeriod(in); !errors.As(err, &refusal) {
			t.Errorf("%q is read as %v, %v", in, p, err)
		}
	}
}

// yearsMade is a store of 27 months and all its facts.
func yearsMade(t *testing.T) (*seeded.Source, *Policy, []ticket.Fact) {
	t.Helper()
	p := testPolicy(t)
	p.Units = append(slices.Clone(p.Units), ticket.Unit{Code: "xian-a", Name: "甲县交通运输局", Short: "甲县", Kind: ticket.UnitCounty, County: "甲县"})
	src := seeded.New(p.Categories, p.Units, p.Calendar, "2024-08", "2026-10", 150, 11)
	var all []ticket.Fact
	months, _ := src.Months(context.Background())
	for _, m := range months {
		facts, _ := src.Facts(context.Background(), m)
		all = append(all, facts...)
	}
	return src, p, all
}

// recount is how many facts a condition holds of.
func recount(all []ticket.Fact, is func(*ticket.Fact) bool) int {
	n := 0
	for i := range all {
		if is(&all[i]) {
			n++
		}
	}
	return n
}

func between(p Period) func(time.Time) bool {
	return func(at time.Time) bool { return !at.Before(p.Start()) && at.Before(p.End()) }
}

func TestEveryPeriodAndScopeEqualsARecount(t *testing.T) {
	src, policy, all := yearsMade(t)
	now := shanghai("2026-11-03 09:00")
	enforcement := map[string]bool{}
	sealed := map[string]bool{}
	for _, c := range policy.Categories {
		enforcement[c.Code], sealed[c.Code] = c.Enforcement, c.Sealed
	}
	unit := ""
	for i := range all {
		if u, ok := policy.Units.Find(all[i].Lead); ok && u.Kind == ticket.UnitAffiliated {
			unit = all[i].Lead
		}
	}
	for _, text := range []string{"2026-10", "2026-Q3", "2025", "2026-10-01..2026-10-15", "2026-03-01..2026-10-31"} {
		of, err := ParsePeriod(text)
		if err != nil {
			t.Fatal(err)
		}
		for _, scope := range []Scope{{}, {Unit: unit}, {Enforcement: true}, {Unit: unit, Enforcement: true}} {
			m, err := BuildPeriod(context.Background(), src, policy, of, scope, now)
			if err != nil {
				t.Fatal(err)
			}
			keeps := func(f *ticket.Fact) bool {
				if scope.Unit != "" && (f.Lead != unit || sealed[f.Category] || f.State == ticket.HandedOver) {
					return false
				}
				return !scope.Enforcement || enforcement[f.Category]
			}
			received := func(p Period) int {
				in := between(p)
				return recount(all, func(f *ticket.Fact) bool { return keeps(f) && in(f.ReceivedAt) })
			}
			in := between(of)
			check := func(what string, got, want int) {
				if got != want {
					t.Errorf("%s %+v: %s %d, recounted %d", text, scope, what, got, want)
				}
			}
			check("received", m.Volume.Received, received(of))
			if m.Volume.ReceivedMoM.Known {
				check("received before", m.Volume.ReceivedMoM.Before, received(of.Add(-1)))
			}
			if m.Volume.ReceivedYoY.Known {
				check("received a year ago", m.Volume.ReceivedYoY.Before, received(of.YearBefore()))
			}
			check("closed", m.Volume.Closed, recount(all, func(f *ticket.Fact) bool { return keeps(f) && in(f.ClosedAt) }))
			check("due", m.Units.All.Due, recount(all, func(f *ticket.Fact) bool {
				return keeps(f) && in(f.CloseDue) && f.State != ticket.Merged && f.State != ticket.HandedOver
			}))
			v := m.Volume
			check("carried in + received", v.CarriedIn+v.Received, v.Closed+v.Left+v.CarriedOut)
			open := recount(all, func(f *ticket.Fact) bool {
				left := f.ClosedAt.IsZero() && (f.State == ticket.Merged || f.State == ticket.HandedOver)
				return keeps(f) && !left && f.ReceivedAt.Before(of.End()) && (f.ClosedAt.IsZero() || !f.ClosedAt.Before(of.End()))
			})
			if of.Start().After(shanghai("2026-08-31 00:00")) { // otherwise the stock reaches back before what is read
				check("open at the end", v.CarriedOut, open)
			}
			sum := 0
			for _, r := range m.Fields.Rows {
				sum += r.Count
			}
			check("fields together", sum, m.Volume.Received)
		}
	}
}

func TestWordsFollowThePeriod(t *testing.T) {
	src, policy, _ := yearsMade(t)
	now := shanghai("2026-11-03 09:00")
	for text, want := range map[string]struct{ has, not []string }{
		"2026-Q3":                {[]string{"本季度", "上季度", "环比", "去年同季度", "季报"}, []string{"本月", "上月", "月末", "去年同月", "月均"}},
		"2025":                   {[]string{"本年", "比上年", "年报"}, []string{"本月", "上月", "月末", "环比", "同比增", "本年度以来"}},
		"2026-10-01..2026-10-15": {[]string{"本期", "前期", "2026年10月1日至10月15日", "专报"}, []string{"本月", "上月", "月末", "环比增", "环比减"}},
		"2026-10":                {[]string{"本月", "上月", "环比", "同比", "月报"}, []string{"本季度", "本期受理"}},
	} {
		of, _ := ParsePeriod(text)
		m, err := BuildPeriod(context.Background(), src, policy, of, Scope{}, now)
		if err != nil {
			t.Fatal(err)
		}
		words := allWords(m)
		for _, w := range want.has {
			if !strings.Contains(words, w) {
				t.Errorf("%s does not say %s", text, w)
			}
		}
		for _, w := range want.not {
			if i := strings.Index(words, w); i >= 0 {
				t.Errorf("%s says %s: …%s…", text, w, around(words, i))
			}
		}
		for _, bad := range []string{"，，", "；；", "。。", "，。", "，；", "（）", "%!"} {
			if i := strings.Index(words, bad); i >= 0 {
				t.Errorf("%s has %q: …%s…", text, bad, around(words, i))
			}
		}
	}
}

func around(s string, i int) string {
	r := []rune(s[:i])
	after := []rune(s[i:])
	return string(r[max(0, len(r)-20):]) + string(after[:min(20, len(after))])
}

// allWords is all text of the paper.
func allWords(m *Month) string {
	p := m.Paper()
	parts := append([]string{p.Title, p.Issue, p.Period}, p.Marks...)
	for _, f := range p.Figures {
		parts = append(parts, f.Label, f.Value, f.Note)
	}
	for _, b := range p.Blocks {
		switch b := b.(type) {
		case paper.Heading:
			parts = append(parts, b.Text)
		case paper.Text:
			parts = append(parts, b.Lead+b.Text)
		case paper.Note:
			parts = append(parts, b.Text)
		case paper.List:
			parts = append(parts, b.Items...)
		case paper.Chart:
			parts = append(parts, b.Title, b.Alt)
		case paper.Heat:
			parts = append(parts, b.Title, b.Alt)
		case paper.Table:
			parts = append(parts, b.Caption)
			for _, c := range b.Columns {
				parts = append(parts, c.Title)
			}
			for _, row := range b.Rows {
				for _, c := range row.Cells {
					parts = append(parts, c.Text)
				}
			}
		}
	}
	return strings.Join(parts, "\n")
}

func TestAUnitsReportHidesWhatWasSaidOfItToDiscipline(t *testing.T) {
	src := handMade()
	clue := src.facts["2026-10"][0]
	clue.ID, clue.Category, clue.Lead, clue.State = ticket.IDFromBits(777<<4), "A05", "gonglu", ticket.Dispatched
	src.facts["2026-10"] = append(src.facts["2026-10"], clue)
	bureau := build(t, src, "2026-10", afterOctober())
	if !strings.Contains(allWords(bureau), "涉嫌违纪") {
		t.Fatal("the clue is in nobody's report: the test says nothing")
	}
	m, err := BuildPeriod(context.Background(), src, testPolicy(t), MonthPeriod("2026-10"), Scope{Unit: "gonglu"}, afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(allWords(m), "涉嫌违纪") {
		t.Error("the accused unit's own report counts the clue")
	}
}

func TestPeriodsOfDaysMustBeOverAndUnitsKnown(t *testing.T) {
	src, policy, _ := yearsMade(t)
	of, _ := ParsePeriod("2026-11-01..2026-11-05")
	if _, err := BuildPeriod(context.Background(), src, policy, of, Scope{}, shanghai("2026-11-03 09:00")); err == nil {
		t.Error("days that are not over are reported")
	}
	if _, err := BuildPeriod(context.Background(), src, policy, MonthPeriod("2026-10"), Scope{Unit: "nobody"}, shanghai("2026-11-03 09:00")); err == nil {
		t.Error("a unit that is not in the list is reported")
	}
}
