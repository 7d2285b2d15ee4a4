package reports

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

// told is a source whose tickets are told in words, and which keeps documents.
type told struct {
	memory
	docs map[string][]byte
	n    int
}

func newTold() *told {
	return &told{memory: memory{facts: map[ticket.Month][]ticket.Fact{}, tickets: map[ticket.ID]ticket.Ticket{}}, docs: map[string][]byte{}}
}

func (s *told) Document(_ context.Context, name string) ([]byte, error) { return s.docs[name], nil }

func (s *told) PutDocument(_ context.Context, name string, doc []byte) error {
	s.docs[name] = doc
	return nil
}

// tell adds a ticket: when it came, its category, who called, what it names
// (l, s, c, n and a name, as kinds) and its keywords.
func (s *told) tell(at, category string, caller uint32, things, words string) ticket.ID {
	s.n++
	f := made(s.n, ticket.Channel12345, ticket.Complaint, category, "zhidui", "城东区", ticket.Closed, life{received: at, closed: at}, caller, nil)
	m := ticket.MonthOf(f.ReceivedAt)
	s.facts[m] = append(s.facts[m], f)
	t := ticket.Ticket{ID: f.ID, Title: strings.ReplaceAll(words, " ", ""), ReceivedAt: f.ReceivedAt}
	t.State, t.Category = f.State, category
	kinds := map[byte]ticket.EntityKind{'l': ticket.EntityLine, 's': ticket.EntityStation, 'c': ticket.EntityCompany, 'n': ticket.EntityPlate}
	for _, thing := range strings.Fields(things) {
		t.Verdict.Entities = append(t.Verdict.Entities, ticket.Entity{Kind: kinds[thing[0]], Text: thing[1:]})
	}
	for i, w := range strings.Fields(words) {
		t.Verdict.Hits = append(t.Verdict.Hits, ticket.Hit{Keyword: w, Weight: 1, Start: i})
	}
	s.tickets[f.ID] = t
	return f.ID
}

// crowd adds other complaints to a month, each about something of its own.
func (s *told) crowd(month string, n int) {
	for i := range n {
		s.tell(fmt.Sprintf("%s-%02d 10:00", month, 1+i%28), "I02", 0, fmt.Sprintf("s某站%d", s.n), fmt.Sprintf("旁事%d 另事%d", s.n, s.n/2))
	}
}

// hawkers are complaints of one matter, a day after the other, at 18 hours.
func (s *told) hawkers(month string, n int) []ticket.ID {
	var ids []ticket.ID
	for i := range n {
		ids = append(ids, s.tell(fmt.Sprintf("%s-%02d 18:00", month, 2+i), "B01", uint32(100+i), "s东站", []string{"黑车 喊客 出站口", "喊客 拉客 黑车"}[i%2]))
	}
	return ids
}

func autumn() *told {
	s := newTold()
	for _, month := range []string{"2026-08", "2026-09", "2026-10"} {
		s.crowd(month, 60)
	}
	s.hawkers("2026-08", 4)
	s.hawkers("2026-09", 5)
	s.hawkers("2026-10", 20)
	for i := range 4 { // something of September alone, and of October alone
		s.tell(fmt.Sprintf("2026-09-%02d 08:00", 3+i), "C02", uint32(50+i), "c顺风公司", "不打表 计价器 多收")
		s.tell(fmt.Sprintf("2026-10-%02d 08:00", 3+i), "C02", 77, "l3路 n鄂A12345", "甩站 不停 招手")
	}
	return s
}

func TestMattersThroughTheMonths(t *testing.T) {
	m := build(t, autumn(), "2026-10", afterOctober())
	type row struct {
		title                string
		count, callers, days int
		trend                []int
		flags                []Flag
	}
	var got []row
	for _, i := range m.Matters.Items {
		got = append(got, row{i.Title, i.Count, i.Callers, i.Days, i.Trend, i.Flags})
	}
	want := []row{
		{"东站 喊客 黑车", 20, 20, 20, []int{-1, -1, -1, 4, 5, 20}, []Flag{FlagGroup, FlagRising, FlagStubborn}},
		{"3路 鄂A***45 不停 招手", 4, 1, 4, []int{-1, -1, -1, 0, 0, 4}, []Flag{FlagNew}},
	}
	if diff := cmp.Diff(want, got, cmp.AllowUnexported(row{})); diff != "" {
		t.Errorf("matters (-want +got):\n%s", diff)
	}
	if g := m.Matters.Items[0].Group; g == nil || g.Callers != 7 || m.Matters.Items[0].Repeaters != 0 {
		t.Errorf("one caller a day for twenty days: seven in seven days, nobody again; got %+v", g)
	}
	if second := m.Matters.Items[1]; second.Group != nil || second.Repeaters != 1 {
		t.Errorf("one caller four times is a repeat caller and no group: %+v", second)
	}
	if diff := cmp.Diff([]GoneMatter{{"顺风公司 不打表 多收", 4}}, m.Matters.Gone); diff != "" {
		t.Errorf("gone (-want +got):\n%s", diff)
	}
	if m.Matters.Read != (Rate{84, 84}) || m.Matters.Covered != (Rate{24, 84}) || m.Matters.Compared != 2 {
		t.Errorf("read %v, covered %v, compared %d", m.Matters.Read, m.Matters.Covered, m.Matters.Compared)
	}
}

func TestAKeptReadingGivesTheSameReport(t *testing.T) {
	s := autumn()
	p := testPolicy(t)
	if err := Prepare(t.Context(), s, p, "2026-10"); err != nil {
		t.Fatal(err)
	}
	s.asked = nil
	kept := build(t, s, "2026-10", afterOctober())
	for _, id := range s.asked {
		if ticket.MonthOf(s.tickets[id].ReceivedAt) != "2026-10" {
			t.Fatal("a month whose reading is kept was read again")
		}
	}
	fresh := build(t, &s.memory, "2026-10", afterOctober())
	if diff := cmp.Diff(jsonOf(t, fresh), jsonOf(t, kept)); diff != "" {
		t.Errorf("the kept readings say otherwise (-fresh +kept):\n%s", diff)
	}
}

func jsonOf(t *testing.T, m *Month) string {
	t.Helper()
	var b strings.Builder
	if err := WriteJSON(&b, m); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestAChangedMonthIsReadAgain(t *testing.T) {
	s := autumn()
	if err := Prepare(t.Context(), s, testPolicy(t), "2026-10"); err != nil {
		t.Fatal(err)
	}
	for i := range 3 { // imported late
		s.tell(fmt.Sprintf("2026-09-%02d 18:00", 20+i), "B01", uint32(300+i), "s东站", "黑车 喊客 出站口")
	}
	m := build(t, s, "2026-10", afterOctober())
	if got := m.Matters.Items[0].MoM; got != (Change{20, 8, true}) {
		t.Errorf("late tickets of September are not counted: %+v", got)
	}
}

func TestConfidentialTextsAreNotRead(t *testing.T) {
	s := newTold()
	ids := s.hawkers("2026-10", 6)
	for i := range s.facts["2026-10"] {
		s.facts["2026-10"][i].Confidential = i < 5
	}
	m := build(t, s, "2026-10", afterOctober())
	if len(m.Matters.Items) > 0 || len(m.Focus.Rows) > 0 || slices.Contains(s.asked, ids[0]) {
		t.Errorf("confidential tickets were read: %+v", m.Matters)
	}
}

func TestSpotsForEnforcementAndWhatBecameOfThem(t *testing.T) {
	m := build(t, autumn(), "2026-10", afterOctober())
	if m.Focus.For != "2026-11" || len(m.Focus.Rows) != 2 {
		t.Fatalf("focus %+v", m.Focus)
	}
	row := m.Focus.Rows[0]
	if row.Name != "东站" || row.Code != "B01" || row.Count != 20 || row.Callers != 20 || row.Days != 20 || len(row.Evidence) != 20 || row.Matter != "东站 喊客 黑车" {
		t.Errorf("row %+v", row)
	}
	// of 2…21 October 14 are Monday to Friday: fewer than three in four
	if got := row.Window; got != (Window{Both: true, From: 17, To: 20, Count: 20}) || got.Text() != "每天17时至20时" {
		t.Errorf("window %+v %s", got, got.Text())
	}
	if other := m.Focus.Rows[1]; other.Name != "鄂A***45" || other.Callers != 1 || other.Count != 4 {
		t.Errorf("a plate of which one caller complains comes after: %+v", other)
	}
	before := m.Focus.Previous
	if len(before) != 2 || before[0].Count != 5 || before[0].After != 20 || before[0].AfterInWindow != 20 {
		t.Errorf("of September's list the first: %+v", before)
	}
	if last := before[1]; last.Name != "顺风公司" || last.Count != 4 || last.After != 0 || last.AfterInWindow != 0 {
		t.Errorf("what is over: %+v", last)
	}
}

func TestSubjectsWithTheirSizesComeInBands(t *testing.T) {
	s := newTold()
	p := testPolicy(t)
	for name, size := range map[string]float64{"l1路": 900000, "l2路": 500000, "l3路": 20000} {
		p.Bases = append(p.Bases, Base{Subject: name[1:], Unit: "人次", Period: "2026-10", Value: size, Source: "报表"})
		for i := range map[string]int{"l1路": 9, "l2路": 10, "l3路": 2}[name] {
			s.tell(fmt.Sprintf("2026-10-%02d 09:00", 1+i), "C02", 1, name, "事由")
		}
	}
	s.tell("2026-10-09 09:00", "C02", 1, "l4路", "事由")
	s.tell("2026-10-09 09:30", "C02", 2, "l4路", "事由")
	s.tell("2026-10-09 10:00", "C02", 2, "l5路", "事由")
	m, err := Build(t.Context(), s, p, "2026-10", afterOctober())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, g := range m.Subjects.Groups {
		got = append(got, fmt.Sprint(g.Name, g.Total))
		for _, band := range g.Bands {
			for _, r := range band.Rows {
				got = append(got, fmt.Sprintf("%s %s %d %.2f %v", band.Name, r.Name, r.Count, r.PerTenK, r.Few))
			}
		}
		for _, r := range g.Rows {
			got = append(got, fmt.Sprintf("%s %d of %d", r.Name, r.Count, r.Callers))
		}
	}
	want := []string{"线路4", "10万—100万人次 2路 10 0.20 false", "10万—100万人次 1路 9 0.10 true", "1万—10万人次 3路 2 1.00 true", "4路 2 of 2"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestPlatesThatComeAgainAreMasked(t *testing.T) {
	m := build(t, autumn(), "2026-10", afterOctober())
	if v := m.Subjects.Vehicles; len(v) != 1 || v[0].Name != "鄂A***45" || v[0].Count != 4 {
		t.Errorf("vehicles %+v", v)
	}
	if strings.Contains(jsonOf(t, m), "鄂A12345") {
		t.Error("the plate stands in the JSON")
	}
}

func TestADayOfManyComplaintsIsAnEarlySign(t *testing.T) {
	s := newTold()
	day := shanghai("2026-07-01 09:00").In(ticket.Shanghai)
	for ; day.Before(shanghai("2026-10-20 09:00")); day = day.AddDate(0, 0, 1) {
		for i := range 4 + day.Day()%3 {
			s.tell(day.Add(time.Duration(i)*time.Hour).Format("2006-01-02 15:04"), "B01", uint32(i+1), "s东站", "黑车")
		}
	}
	for i := range 25 {
		s.tell(fmt.Sprintf("2026-10-20 %02d:30", i%20), "B01", uint32(i+1), "s西站", "喊客 出站口")
	}
	m := build(t, s, "2026-10", afterOctober())
	if !m.Early.Possible || len(m.Early.Bursts) != 1 {
		t.Fatalf("early %+v", m.Early)
	}
	b := m.Early.Bursts[0]
	if b.Date != "2026-10-20" || b.Days != 1 || b.Code != "B01" || b.Count != 25 || b.Callers != 25 || len(b.Tickets) != 25 {
		t.Errorf("burst %+v", b)
	}
	if b.Expected < 3 || b.Expected > 7 || len(b.About) == 0 || b.About[0].Name != "西站" {
		t.Errorf("expected %.1f about %+v", b.Expected, b.About)
	}
	if len(m.Early.Words) != 2 || m.Early.Words[0].Count != 25 || m.Early.Words[0].Before.Num != 0 {
		t.Errorf("new words %+v", m.Early.Words)
	}
}

func TestTheDailyWatchFindsWhatTheReportWill(t *testing.T) {
	s := newTold()
	for day := shanghai("2026-07-01 09:00"); day.Before(shanghai("2026-10-20 00:00")); day = day.AddDate(0, 0, 1) {
		for i := range 5 {
			s.tell(day.In(ticket.Shanghai).Add(time.Duration(i)*time.Hour).Format("2006-01-02 15:04"), "B01", 1, "s东站", "黑车")
		}
	}
	for i := range 25 {
		s.tell(fmt.Sprintf("2026-10-20 %02d:30", i%20), "B01", uint32(i), "s西站", "喊客")
	}
	now := shanghai("2026-10-21 07:20")
	w, err := WatchDays(t.Context(), s, testPolicy(t), now)
	if err != nil || len(w.Early.Bursts) != 1 || w.Early.Bursts[0].Date != "2026-10-20" || w.From != "2026-10-14" || w.To != "2026-10-20" {
		t.Fatalf("%+v %v", w, err)
	}
	if err := KeepWatch(t.Context(), s, w); err != nil {
		t.Fatal(err)
	}
	if last, err := LastWatch(t.Context(), s); err != nil || cmp.Diff(w, last) != "" {
		t.Errorf("kept %+v %v", last, err)
	}
}

func TestBasesNameEveryFault(t *testing.T) {
	for claim, c := range map[string]struct{ row, want string }{
		"no number":             {"3路,万人次,2026-10,多,报表", "大于 0"},
		"nothing":               {"3路,万人次,2026-10,0,报表", "大于 0"},
		"a day is no period":    {"3路,万人次,2026-10-01,5,报表", "2026-10 或 2026"},
		"a size without a unit": {"3路,万,2026-10,5,报表", "万人次"},
	} {
		files := policyFiles()
		files["denominators.csv"] = tableFile("对象,单位,期间,数值,来源\n" + c.row + "\n")
		if _, err := LoadPolicy(files, testUnits, testCategories, testCalendar()); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", claim, err)
		}
	}
}

func TestAYearsFlowIsSpreadOverItsMonthsAndAStockIsNot(t *testing.T) {
	files := policyFiles()
	files["denominators.csv"] = tableFile("对象,单位,期间,数值,来源\n3路,万人次,2026,120,年报\n3路,万人次,2026-10,8,月报\n甲公司,辆,2026,500,台账\n")
	p, err := LoadPolicy(files, testUnits, testCategories, testCalendar())
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		subject, month string
		want           float64
	}{{"3路", "2026-09", 100000}, {"3路", "2026-10", 80000}, {"甲公司", "2026-10", 500}} {
		if b := p.base(c.subject, c.month); b == nil || b.Value != c.want {
			t.Errorf("%s in %s: %+v, want %g", c.subject, c.month, b, c.want)
		}
	}
	if b := p.base("3路", "2025-10"); b != nil {
		t.Errorf("another year has %+v", b)
	}
}

func tableFile(text string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(text)} }
