package reports

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// memory is a source that holds everything in maps.
type memory struct {
	facts   map[ticket.Month][]ticket.Fact
	tickets map[ticket.ID]ticket.Ticket
	asked   []ticket.ID // whose text was read
}

func (s *memory) Months(context.Context) ([]ticket.Month, error) {
	var out []ticket.Month
	for _, m := range sortedKeys(byText(s.facts)) {
		out = append(out, ticket.Month(m))
	}
	return out, nil
}

func byText(facts map[ticket.Month][]ticket.Fact) map[string]bool {
	out := map[string]bool{}
	for m := range facts {
		out[string(m)] = true
	}
	return out
}

func (s *memory) Facts(_ context.Context, m ticket.Month) ([]ticket.Fact, error) {
	return s.facts[m], nil
}

func (s *memory) Tickets(_ context.Context, ids []ticket.ID) ([]ticket.Ticket, error) {
	s.asked = append(s.asked, ids...)
	var out []ticket.Ticket
	for _, id := range ids {
		if t, ok := s.tickets[id]; ok {
			out = append(out, t)
		}
	}
	return out, nil
}

// at reads a time of people: "10-08 09:00" of 2026.
func shanghai(s string) time.Time {
	if s == "" {
		return time.Time{}
	}
	layout := "2006-01-02 15:04"
	if len(s) == len("10-08 09:00") {
		s = "2026-" + s
	}
	t, err := time.ParseInLocation(layout, s, ticket.Shanghai)
	if err != nil {
		panic(err)
	}
	return t.UTC()
}

const (
	yes, no, unknown = ticket.Yes, ticket.No, ticket.Unknown
)

type life struct{ received, due, met, closed string }

func made(n int, ch ticket.Channel, kind ticket.Kind, cat, lead, county string, state ticket.State, l life, caller uint32, more func(*ticket.Fact)) ticket.Fact {
	f := ticket.Fact{
		ID: ticket.IDFromBits(uint64(n+1) << 4), Channel: ch, Kind: kind, Category: cat, Lead: lead, County: county, State: state, CallerKey: caller,
		ReceivedAt: shanghai(l.received), CloseDue: shanghai(l.due), MetAt: shanghai(l.met), ClosedAt: shanghai(l.closed),
	}
	f.Replied = !f.MetAt.IsZero()
	if more != nil {
		more(&f)
	}
	return f
}

func called(minutes int, responded, solved, satisfied ticket.Tri) func(*ticket.Fact) {
	return func(f *ticket.Fact) {
		f.WorkMinutes, f.Notified, f.CallbackDue, f.CalledBack = minutes, true, true, true
		f.Responded, f.Solved, f.Satisfied = responded, solved, satisfied
	}
}

func monthPoint(m ticket.Month, known bool, received, closed, open int) TrendPoint {
	return TrendPoint{Month: m, Period: MonthPeriod(m), Label: string(m[2:]), Known: known, Received: received, Closed: closed, Open: open}
}

// handMade is a month of twelve tickets with a little history. Every number of
// the golden tests was counted from this list by hand.
func handMade() *memory {
	const (
		c, h     = ticket.Complaint, ticket.Handling
		a, b     = ticket.Channel12345, ticket.Channel12328
		closed   = ticket.Closed
		east     = "城东区"
		west     = "城西区"
		noCounty = ""
	)
	excluded := func(f *ticket.Fact) { called(3000, yes, yes, unknown)(f); f.Excluded = true }
	unreachable := func(f *ticket.Fact) {
		f.WorkMinutes, f.Notified, f.CallbackDue, f.CalledBack, f.Unreachable = 480, true, true, true, true
	}
	supervised := func(f *ticket.Fact) { f.Supervision, f.Urged = ticket.SupervisionYellow, 2 }
	untold := func(f *ticket.Fact) {
		called(900, yes, yes, yes)(f)
		f.Notified, f.Substantiated, f.CoUnits = false, yes, 1
	}
	october := []ticket.Fact{
		made(1, a, c, "B01", "zhidui", east, closed, life{"10-08 09:00", "10-16 00:00", "10-13 10:00", "10-14 10:00"}, 7, called(600, yes, yes, yes)),
		made(2, a, c, "B01", "zhidui", east, closed, life{"10-09 10:00", "10-17 00:00", "10-16 20:00", "10-19 09:00"}, 7, called(1200, yes, no, no)),
		made(3, a, c, "B01", "zhidui", west, closed, life{"10-12 11:00", "10-20 00:00", "10-21 09:00", "10-22 09:00"}, 7, excluded),
		made(4, b, c, "B01", "zhidui", east, h, life{received: "10-20 09:00", due: "10-28 00:00"}, 8, supervised),
		made(5, b, c, "C02", "yunfu", west, closed, life{"10-21 15:00", "10-29 00:00", "10-23 09:00", "10-24 09:00"}, 9, unreachable),
		made(6, a, ticket.Consult, "C02", "", noCounty, ticket.Answered, life{received: "10-22 08:00", closed: "10-22 08:05"}, 10, nil),
		made(7, a, c, "A02", "zhidui", east, closed, life{"10-23 09:00", "10-31 00:00", "10-28 09:00", "10-30 09:00"}, 12, untold),
		made(8, b, c, "A02", "gonglu", noCounty, h, life{received: "10-26 09:00", due: "11-03 00:00"}, 0, func(f *ticket.Fact) { f.Confidential = true }),
		made(9, ticket.ChannelXinfang, c, "A05", "jijian", noCounty, ticket.HandedOver, life{received: "10-27 09:00"}, 0, nil),
		made(10, a, ticket.Suggest, "X03", "", noCounty, ticket.Rejected, life{received: "10-28 09:00", closed: "10-29 09:00"}, 0, nil),
		made(11, a, c, "I02", "gonglu", west, ticket.Merged, life{received: "10-29 09:00"}, 0, nil),
		made(12, ticket.ChannelMessage, c, "I02", "gonglu", east, closed, life{"10-05 09:00", "10-14 00:00", "10-13 12:00", "10-13 13:00"}, 11,
			func(f *ticket.Fact) { f.WorkMinutes, f.Notified = 120, true }),
	}
	september := []ticket.Fact{
		made(21, a, c, "B01", "zhidui", east, closed, life{"09-10 09:00", "09-18 00:00", "09-15 09:00", "09-16 09:00"}, 0, nil),
		made(22, b, c, "C02", "yunfu", west, closed, life{"09-25 09:00", "10-10 00:00", "10-09 10:00", "10-12 10:00"}, 0, called(1440, yes, yes, yes)),
		made(23, a, c, "I02", "gonglu", west, h, life{received: "09-28 09:00", due: "10-12 00:00"}, 0, nil),
		made(24, a, ticket.Consult, "C02", "", noCounty, ticket.Answered, life{received: "09-05 09:00", closed: "09-05 09:10"}, 0, nil),
	}
	lastYear := []ticket.Fact{
		made(31, a, c, "B01", "zhidui", east, closed, life{"2025-10-10 09:00", "2025-10-18 00:00", "2025-10-15 09:00", "2025-10-16 09:00"}, 0, nil),
		made(32, a, c, "C02", "yunfu", east, closed, life{"2025-10-28 09:00", "2025-11-05 00:00", "2025-11-04 09:00", "2025-11-05 09:00"}, 0, nil),
	}
	return &memory{facts: map[ticket.Month][]ticket.Fact{"2025-10": lastYear, "2026-09": september, "2026-10": october}}
}

func build(t testing.TB, src Source, m ticket.Month, now time.Time) *Month {
	t.Helper()
	month, err := Build(context.Background(), src, testPolicy(t), m, now)
	if err != nil {
		t.Fatal(err)
	}
	return month
}

func afterOctober() time.Time { return shanghai("11-02 09:00") }

func TestHandMadeMonth(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	type check struct {
		claim     string
		got, want any
	}
	minutes := 7740.0 // 120+480+600+900+1200+1440+3000
	v, q, e, cb, r := m.Volume, m.Units.All, m.Enforcement, m.Callback, m.Repeats
	checks := []check{
		{"twelve were received", v.Received, 12},
		{"valid leaves out the refused and the merged", v.Valid, 10},
		{"nine were closed, one of them received in September", v.Closed, 9},
		{"two were open when October began", v.CarriedIn, 2},
		{"three were open when it ended", v.CarriedOut, 3},
		{"one was merged and one handed over", v.Left, 2},
		{"received against September", v.ReceivedMoM, Change{12, 4, true}},
		{"received against October 2025", v.ReceivedYoY, Change{12, 2, true}},
		{"closed against September", v.ClosedMoM, Change{9, 2, true}},
		{"closed against October 2025", v.ClosedYoY, Change{9, 1, true}},
		{"the year to date has no counterpart before the first data", v.YearToDate, Change{Now: 16}},
		{"a ticket with a co-unit counts twice as 件次", []int{v.Joint, v.JointTimes}, []int{1, 13}},
		{"a year ago the trend begins", v.Trend[0], monthPoint("2025-10", true, 2, 1, 1)},
		{"a month without tickets is a zero, not a gap", v.Trend[2], monthPoint("2025-12", true, 0, 0, 0)},
		{"the trend ends with the month", v.Trend[12], monthPoint("2026-10", true, 12, 9, 3)},

		{"nine came due", q.Due, 9},
		{"six of them in time; without the excluded one six of eight", q.OnTime, Score{Rate{6, 9}, Rate{6, 8}}},
		{"one was late", q.Late, 1},
		{"two were still open", q.OpenLate, 2},
		{"three were a day early", q.Early, Rate{3, 9}},
		{"nine were settled", q.Settled, 9},
		{"working hours of the seven replies", []float64{float64(q.Hours.N), q.Hours.Mean, q.Hours.P90}, []float64{7, minutes / 7 / 60, 50}},
		{"responded", q.Responded, Score{Rate{5, 5}, Rate{4, 4}}},
		{"solved", q.Solved, Score{Rate{4, 5}, Rate{3, 4}}},
		{"satisfied, the unknown answer left out", q.Satisfied, Score{Rate{3, 4}, Rate{3, 4}}},
		{"one due ticket in September, in time", m.Units.Before.OnTime.Raw, Rate{1, 1}},

		{"six were to be called back", []int{cb.Total.Due, cb.Total.Reached, cb.Total.Unreachable, cb.Total.Waiting}, []int{6, 5, 1, 0}},
		{"satisfaction is the same number wherever it stands", cb.Total.Satisfied, q.Satisfied},
		{"the unsolved one was not redone", cb.Redone, Rate{0, 1}},

		{"enforcement with the sealed one", e.Share, Rate{3, 12}},
		{"one was settled, its caller not told, but called back", []Rate{e.Total.Told, e.Total.CalledBack}, []Rate{{0, 1}, {1, 1}}},
		{"it was substantiated", []int{e.Total.Settled, e.Total.Substantiated}, []int{1, 1}},
		{"one went to discipline inspection", e.HandedOver, 1},
		{"the silent one is listed", len(e.Silent), 1},

		{"eight have a known caller", r.Known, Rate{8, 12}},
		{"one caller came three times on one matter", []int{r.People, r.Share.Num, r.Share.Den}, []int{1, 3, 8}},
		{"satisfaction of repeat callers and of others", []Rate{r.Satisfied, r.Others}, []Rate{{1, 2}, {1, 1}}},

		{"no county is known of four", m.Areas.Unplaced, Rate{4, 12}},
		{"one in twelve fell on nothing of the bureau", m.Fields.Other, Rate{1, 12}},
		{"two have no unit", m.Units.NoUnit, 2},
		{"supervised: one, open and late", m.Supervision.Total, SupervisedLevel{"", "合计", 1, 0, 1, 1}},
		{"urged once, twice over", []int{m.Supervision.Urged, m.Supervision.UrgedTimes}, []int{1, 2}},
	}
	for _, c := range checks {
		if diff := cmp.Diff(c.want, c.got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.claim, diff)
		}
	}
}

func TestHandMadeMonthSources(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	got := map[string][]int{}
	for _, c := range m.Sources.Channels {
		got[c.Name] = c.Counts
	}
	// consult, complaint, suggest, help, praise
	want := map[string][]int{
		"12328热线": {0, 3, 0, 0, 0}, "12345热线": {1, 5, 1, 0, 0}, "信访": {0, 1, 0, 0, 0}, "公众留言": {0, 1, 0, 0, 0},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("channels × kinds (-want +got):\n%s", diff)
	}
}

func TestHandMadeMonthHighFrequency(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	type row struct {
		Code     string
		Count    int
		MoM, YoY Change
		Flags    []Flag
		Listed   int
	}
	var got []row
	for _, i := range m.Hot.Items {
		got = append(got, row{i.Code, i.Count, i.MoM, i.YoY, i.Flags, i.Listed})
	}
	want := []row{
		{"B01", 4, Change{4, 1, true}, Change{4, 1, true}, []Flag{FlagRising, FlagStubborn}, 2},
		{"A02", 2, Change{2, 0, true}, Change{2, 0, true}, []Flag{FlagNew, FlagRising}, 1},
		{"C02", 2, Change{2, 2, true}, Change{2, 1, true}, []Flag{FlagStubborn}, 2},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("high-frequency matters (-want +got):\n%s", diff)
	}
	if m.Hot.Items[0].Repeaters != 1 || m.Hot.Items[0].Callers != 2 {
		t.Errorf("B01 has two callers, one a repeat caller: %+v", m.Hot.Items[0])
	}
	if m.Hot.Covered != (Rate{8, 12}) {
		t.Errorf("covered %v", m.Hot.Covered)
	}
}

func TestHandMadeMonthUnits(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	type row struct {
		Code          string
		Received, Due int
		OnTime        Rate
		OpenLate      int
		Band          Band
	}
	rows := func(in []UnitRow) (out []row) {
		for _, r := range in {
			out = append(out, row{r.Code, r.Received, r.Due, r.OnTime.Raw, r.OpenLate, r.Band})
		}
		return out
	}
	// 3 of 5 in time (3 of 4 without the excluded one) and 2 of 3 satisfied: under both floors
	if diff := cmp.Diff([]row{{"zhidui", 5, 5, Rate{3, 5}, 1, BandPoor}}, rows(m.Units.Ranked())); diff != "" {
		t.Errorf("ranked (-want +got):\n%s", diff)
	}
	small := []row{{"gonglu", 3, 2, Rate{1, 2}, 1, BandNone}, {"jijian", 1, 0, Rate{}, 0, BandNone}, {"yunfu", 1, 2, Rate{2, 2}, 0, BandNone}}
	if diff := cmp.Diff(small, rows(m.Units.Small)); diff != "" {
		t.Errorf("units with a handful stand apart, unranked (-want +got):\n%s", diff)
	}
}

func TestSentencesOfTheHandMadeMonth(t *testing.T) {
	m := build(t, handMade(), "2026-10", afterOctober())
	want := []Figure{
		{"受理", "12件", "环比增加8件（由4件增至12件）；同比增加10件（由2件增至12件）"},
		{"按期办结率", "66.67%（6/9）*", "件数不足10件，不与上月比较"},
		{"群众满意率", "75.00%（3/4）*", "无可比的上月数据"},
	}
	if diff := cmp.Diff(want, m.Summary.Figures); diff != "" {
		t.Errorf("figures (-want +got):\n%s", diff)
	}
	if len(m.Summary.Findings) != 3 || len(m.Summary.Asks) != 3 {
		t.Errorf("three findings and three asks, not %q and %q", m.Summary.Findings, m.Summary.Asks)
	}
	if m.Head.Issue != "2026年第10期" || m.Head.Period != "2026年10月1日至10月31日" || len(m.Head.Marks) != 0 {
		t.Errorf("head %+v", m.Head)
	}
}
