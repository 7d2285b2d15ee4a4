package reports

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestAReportIsKnownByItsKey(t *testing.T) {
	units := ticket.Units{{Code: "zhidui", Name: "市交通运输综合行政执法支队", Short: "执法支队"}}
	for _, c := range []struct{ key, name string }{
		{"2026-10", "2026年10月月报"},
		{"2026-Q3", "2026年第三季度季报"},
		{"2026", "2026年年报"},
		{"2026-10-01_2026-10-07", "2026年10月1日至10月7日专报"},
		{"2026-10@enforcement", "2026年10月执法类投诉月报"},
		{"2026-10@zhidui", "2026年10月执法支队月报"},
		{"2026-Q3@zhidui-enforcement", "2026年第三季度执法支队执法类投诉季报"},
	} {
		s, err := ParseAbout(c.key)
		if err != nil {
			t.Fatal(err)
		}
		if s.Key() != c.key || s.Name(units) != c.name {
			t.Errorf("%s: key %s, name %s", c.key, s.Key(), s.Name(units))
		}
	}
	for _, bad := range []string{"", "2026-13", "@zhidui", "2026-10-01_", "2026-10-07_2026-10-01"} {
		if s, err := ParseAbout(bad); err == nil {
			t.Errorf("%q was read as %s", bad, s.Key())
		}
	}
}

func TestAQuarterAndAYearAreDraftedWithTheirLastMonth(t *testing.T) {
	for _, c := range []struct {
		month ticket.Month
		want  []string
	}{
		{"2026-10", []string{"2026-10"}},
		{"2026-09", []string{"2026-09", "2026-Q3"}},
		{"2026-12", []string{"2026-12", "2026-Q4", "2026"}},
	} {
		var got []string
		for _, s := range EndingWith(c.month) {
			got = append(got, s.Key())
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.month, diff)
		}
	}
}
