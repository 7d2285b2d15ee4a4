package reports

import "huiyin/ticket"

// Scope says which tickets a report is about. The zero value is all of them.
type Scope struct {
	// Unit is the code of the only lead unit; empty for the whole bureau.
	Unit string `json:"unit,omitempty"`
	// Enforcement keeps complaints about enforcement only.
	Enforcement bool `json:"enforcement,omitempty"`
	// forUnits: what units read of each other or of themselves.
	forUnits bool
}

// Whole reports whether the scope leaves nothing out.
func (s Scope) Whole() bool { return s == Scope{} }

// String names the scope in file names: empty for the whole bureau.
func (s Scope) String() string {
	switch {
	case s.Unit != "" && s.Enforcement:
		return s.Unit + "-enforcement"
	case s.Enforcement:
		return "enforcement"
	}
	return s.Unit
}

// check refuses a unit that the policy does not know.
func (s Scope) check(units ticket.Units) error {
	if s.Unit == "" {
		return nil
	}
	if _, ok := units.Find(s.Unit); !ok {
		return ticket.Refuse(ticket.ErrInvalid, "unknown_unit", "单位目录里没有编码“%s”", s.Unit)
	}
	return nil
}

// name is the scope as people call it; empty for the whole bureau.
func (s Scope) name(units ticket.Units) string {
	text := ""
	if s.Unit != "" {
		text = units.Short(s.Unit)
	}
	if s.Enforcement {
		text += "执法类投诉"
	}
	return text
}

// keeps: a unit never sees in its own report what was reported about it to
// discipline inspection, not even as a number.
func (s Scope) keeps(f *ticket.Fact, where place, cats *catalog) bool {
	if s.Unit != "" && f.Lead != s.Unit {
		return false
	}
	if (s.Unit != "" || s.forUnits) && (int(where.cat) == cats.sealed || f.State == ticket.HandedOver) {
		return false
	}
	return !s.Enforcement || cats.enforcement[where.cat]
}
