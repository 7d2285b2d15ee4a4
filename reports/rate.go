package reports

import "encoding/json"

// Rate is a share with its count and its denominator: 36 of 39. It is never
// kept as a bare percentage, so that no reader has to ask of how many.
type Rate struct {
	Num int `json:"num"`
	Den int `json:"den"`
}

// Known is false when there is nothing to divide by: never 100 % of nothing.
func (r Rate) Known() bool { return r.Den > 0 }

// Value is the share, 0…1, and 0 when not known.
func (r Rate) Value() float64 {
	if r.Den == 0 {
		return 0
	}
	return float64(r.Num) / float64(r.Den)
}

func (r *Rate) count(yes bool) {
	r.Den++
	if yes {
		r.Num++
	}
}

// MarshalJSON adds the percentage, null when not known, for readers that do
// not divide.
func (r Rate) MarshalJSON() ([]byte, error) {
	out := struct {
		Num     int      `json:"num"`
		Den     int      `json:"den"`
		Percent *float64 `json:"percent"`
	}{Num: r.Num, Den: r.Den}
	if r.Known() {
		p := r.Value() * 100
		out.Percent = &p
	}
	return json.Marshal(out)
}

// Change is a count beside the count of an earlier period. Known is false when
// the service holds no data of that period, which is not the same as none.
type Change struct {
	Now    int  `json:"now"`
	Before int  `json:"before"`
	Known  bool `json:"known"`
}

// Diff is the increase, negative for a decrease.
func (c Change) Diff() int { return c.Now - c.Before }

// Ratio is the relative increase (0.125 for +12.5 %); false when it cannot be
// said: no earlier data, or an earlier count of 0.
func (c Change) Ratio() (float64, bool) {
	if !c.Known || c.Before == 0 {
		return 0, false
	}
	return float64(c.Diff()) / float64(c.Before), true
}

// Score is a rate as counted, and without the tickets that were excluded from
// the assessment (剔除). Both are always shown.
type Score struct {
	Raw      Rate `json:"raw"`
	Adjusted Rate `json:"adjusted"`
}

func (s *Score) count(yes, excluded bool) {
	s.Raw.count(yes)
	if !excluded {
		s.Adjusted.count(yes)
	}
}
