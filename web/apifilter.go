package web

import (
	"huiyin/ticket"
	"huiyin/workflow"
)

// listParams are the parameters of the API's list.
var listParams = map[string]bool{
	"unit": true, "category": true, "county": true, "channel": true, "kind": true, "state": true, "month": true, "due": true, "flag": true,
	"sort": true, "cursor": true, "limit": true,
}

// apiFilter reads the filters of a program, which has no page to see its
// mistake on: a parameter that is not known or given twice, and a code that the
// policy does not have, are refused.
func (s *Server) apiFilter(v *visit) (workflow.Filter, error) {
	seen := map[string]bool{}
	for name := range v.Request().URI().QueryArgs().All() {
		param := string(name)
		switch {
		case !listParams[param]:
			return workflow.Filter{}, invalidField(firstRunes(param, 40), "unknown", "没有查询参数“%s”", firstRunes(param, 40))
		case seen[param]:
			return workflow.Filter{}, invalidField(param, "twice", "查询参数“%s”写了不止一次", param)
		}
		seen[param] = true
	}
	f, err := filterFrom(v.param)
	if err != nil {
		return f, err
	}
	p := s.Desk.Policy()
	if _, ok := p.Units.Find(f.Unit); f.Unit != "" && !ok {
		return f, unknownValue("unit", f.Unit)
	}
	if _, ok := p.Categories.Find(f.Category); f.Category != "" && !ok {
		return f, unknownValue("category", f.Category)
	}
	if f.County != "" && !hasCounty(p.Units, f.County) {
		return f, unknownValue("county", f.County)
	}
	return f, nil
}

func hasCounty(units ticket.Units, county string) bool {
	for _, u := range units {
		if u.County == county {
			return true
		}
	}
	return false
}

func unknownValue(param, value string) error {
	return invalidField(param, "unknown", "查询参数“%s”的值“%s”不在现行政策里", param, firstRunes(value, 40))
}
