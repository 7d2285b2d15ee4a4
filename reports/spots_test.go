package reports

import "testing"

func TestWindow(t *testing.T) {
	for _, c := range []struct {
		claim string
		at    map[[2]int]int // part of the week, hour: complaints
		text  string
		count int
	}{
		{"workdays alone", map[[2]int]int{{0, 7}: 3, {0, 8}: 5, {0, 9}: 2, {1, 8}: 1}, "工作日7时至10时", 10},
		{"the weekend alone", map[[2]int]int{{1, 20}: 6, {0, 20}: 1}, "周末19时至22时", 6},
		{"all days together", map[[2]int]int{{0, 18}: 3, {1, 18}: 3}, "每天17时至20时", 6},
		{"a handful has no hours", map[[2]int]int{{0, 7}: 2, {0, 15}: 1}, "时段不集中", 3},
		{"what is spread over the day has none", map[[2]int]int{{0, 6}: 3, {0, 10}: 3, {0, 14}: 3, {0, 18}: 3}, "时段不集中", 12},
		{"the last hours of the day", map[[2]int]int{{0, 23}: 5}, "工作日21时至24时", 5},
	} {
		s := Spot{}
		for at, n := range c.at {
			s.Hours[at[0]][at[1]] = n
		}
		w := s.window()
		if w.Text() != c.text || w.Count != c.count {
			t.Errorf("%s: %s with %d, want %s with %d", c.claim, w.Text(), w.Count, c.text, c.count)
		}
		if n := s.within(w); n != w.Count {
			t.Errorf("%s: the window holds %d and says %d", c.claim, n, w.Count)
		}
	}
}
