package rules

import (
	"fmt"
	"slices"
	"strings"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// Route is a row of routes.csv: who leads and who helps. The first matching
// row decides, so exceptions stand above the rule.
type Route struct {
	Line     int
	No       string // 序号
	Category Pattern
	County   string
	Needs    []Condition
	Lead     string
	Co       []string
	Basis    string
	Note     string      // 说明; of a ruling: who ruled when on which ticket
	Ruling   bool        // 来源 is 裁定: an arbitration that was kept
	Until    ticket.Date // 到期: the last day on which it counts, empty for ever
}

// Condition is one demand of a route on a ticket.
type Condition struct {
	What  string   // 词, 渠道, 类型, or 实体 and its kind
	Kind  string   // of the entity
	Words []string // any of them
}

// RouteResult is where a ticket should go and why.
type RouteResult struct {
	Lead     string // empty: a person must choose
	Co       []string
	Rule     string // one Chinese line for people
	External bool   // the lead is outside the bureau: transferred, not dispatched
}

// Route finds the lead and co-units of a ticket by category, county, text and
// entities. A confidential ticket and a clue never go to a unit that is
// complained about: then nobody is proposed, and a person decides.
func (p *Policy) Route(t *ticket.Ticket) RouteResult {
	county := p.CountyOf(t)
	for i := range p.Routes {
		r := &p.Routes[i]
		if !r.Category.Match(t.Category) || (r.County != "" && r.County != county) || !r.stands(t) || !r.meets(t) {
			continue
		}
		return p.guard(t, p.result(r, t, county))
	}
	return RouteResult{Rule: "派单目录里没有这一类，请人工指定承办单位"}
}

func (r *Route) meets(t *ticket.Ticket) bool {
	for _, c := range r.Needs {
		if !c.holds(t) {
			return false
		}
	}
	return true
}

func (c *Condition) holds(t *ticket.Ticket) bool {
	switch c.What {
	case "渠道":
		return slices.Contains(c.Words, t.Channel.Name()) || slices.Contains(c.Words, string(t.Channel))
	case "类型":
		return slices.Contains(c.Words, t.Kind.Name())
	case "实体":
		return slices.ContainsFunc(t.Verdict.Entities, func(e ticket.Entity) bool {
			return string(e.Kind) == c.Kind && slices.ContainsFunc(c.Words, func(w string) bool { return strings.Contains(e.Norm(), w) })
		})
	}
	return slices.ContainsFunc(c.Words, func(w string) bool {
		return strings.Contains(t.Title, w) || strings.Contains(t.Content, w) || strings.Contains(t.Subject, w)
	})
}

func (p *Policy) result(r *Route, t *ticket.Ticket, county string) RouteResult {
	local, hasLocal := p.Units.OfCounty(county)
	res := RouteResult{Lead: r.Lead}
	var missing bool
	var outside []string
	if res.Lead == ticket.RouteCounty {
		res.Lead, missing = local.Code, !hasLocal
	}
	for _, code := range r.Co {
		if code == ticket.RouteCounty {
			code = local.Code
		}
		if u, _ := p.Units.Find(code); u.Kind == ticket.UnitExternal {
			outside = append(outside, u.Name) // no step can be asked of it
		} else if code != "" && code != res.Lead && !slices.Contains(res.Co, code) {
			res.Co = append(res.Co, code)
		}
	}
	if category, _ := p.Categories.Find(t.Category); category.Sealed {
		res.Co = nil
	}
	if u, ok := p.Units.Find(res.Lead); ok {
		res.External = u.Kind == ticket.UnitExternal
	}
	res.Rule = fmt.Sprintf("%s：%s", r.title(), p.ruleText(r, t, county))
	if len(outside) > 0 {
		res.Rule += "；另请知会" + strings.Join(outside, "、")
	}
	if missing {
		res.Rule += "；事发地属于哪个县区不明，请人工指定"
	}
	return res
}

func (p *Policy) ruleText(r *Route, t *ticket.Ticket, county string) string {
	parts := []string{fmt.Sprintf("%s %s", t.Category, p.Categories.Name(t.Category))}
	if strings.HasSuffix(string(r.Category), "*") {
		parts[0] = "类别 " + string(r.Category)
	}
	if (r.County != "" || r.Lead == ticket.RouteCounty || slices.Contains(r.Co, ticket.RouteCounty)) && county != "" {
		parts = append(parts, "属地"+county)
	}
	for _, c := range r.Needs {
		parts = append(parts, c.met(t))
	}
	if r.Basis != "" {
		parts = append(parts, "依据："+r.Basis)
	}
	return strings.Join(parts, "，")
}

// String is the condition as people read it.
func (c Condition) String() string { return c.listing("或") }

func (c Condition) listing(separator string) string {
	words := strings.Join(c.Words, separator)
	switch c.What {
	case "渠道", "类型":
		return c.What + words
	}
	return "写到“" + words + "”"
}

// met is the condition with those of its words that the ticket has: a person
// asks what was found, not what would have done as well.
func (c Condition) met(t *ticket.Ticket) string {
	found := c
	found.Words = nil
	for _, w := range c.Words {
		one := c
		one.Words = []string{w}
		if one.holds(t) {
			found.Words = append(found.Words, w)
		}
	}
	return found.listing("、")
}

// guard keeps a confidential ticket, or a clue, from the unit that it complains
// about (信访工作条例 第三十条).
func (p *Policy) guard(t *ticket.Ticket, res RouteResult) RouteResult {
	category, _ := p.Categories.Find(t.Category)
	if !t.Confidential && !t.Verdict.Clue && !category.Sealed {
		return res
	}
	accused := p.Accused(t)
	res.Co = slices.DeleteFunc(res.Co, func(code string) bool { return slices.Contains(accused, code) })
	if slices.Contains(accused, res.Lead) {
		res.Rule = fmt.Sprintf("保密件反映的就是%s，不能派给它，请人工指定", p.Units.Name(res.Lead))
		res.Lead, res.External = "", false
	}
	return res
}

// Accused lists the units that a ticket names as the object of complaint: in
// the subject field, or, where enforcement itself is complained about, in the
// text.
func (p *Policy) Accused(t *ticket.Ticket) []string {
	text := t.Subject
	if category, _ := p.Categories.Find(t.Category); category.Enforcement || t.Verdict.Enforcement || t.Verdict.Clue {
		text += "\n" + t.Title + "\n" + t.Content
	}
	var codes []string
	for _, u := range p.Units {
		if u.Kind == ticket.UnitDiscipline || u.Kind == ticket.UnitExternal {
			continue
		}
		for _, name := range append([]string{u.Name, u.Short}, u.Aliases...) {
			if name != "" && strings.Contains(text, name) {
				codes = append(codes, u.Code)
				break
			}
		}
	}
	return codes
}

// CountyOf tells in which county the matter lies: as given, by the place
// named, or by the first entity whose county is known; empty when nothing tells.
func (p *Policy) CountyOf(t *ticket.Ticket) string {
	if _, ok := p.Units.OfCounty(t.County); ok {
		return t.County
	}
	for _, u := range p.Units {
		if u.County != "" && (strings.Contains(t.Place, u.County) || strings.Contains(t.County, u.County)) {
			return u.County
		}
	}
	for _, e := range t.Verdict.Entities {
		if _, ok := p.Units.OfCounty(e.County); ok {
			return e.County
		}
	}
	return ""
}

func (l *loader) routes() {
	required := []string{"序号", "类别", "属地", "条件", "牵头", "配合", "依据", "说明"}
	covered := map[string]bool{}
	seen := map[string]int{}
	l.read("routes.csv", required, []string{OriginColumn, UntilColumn}, func(row policyfile.Row) {
		r := Route{
			Line: row.Line, No: row.Get("序号"), Category: l.pattern(row), County: row.Get("属地"),
			Needs: l.conditions(row), Co: l.unitCodes(row, "配合"), Basis: row.Get("依据"), Note: row.Get("说明"),
		}
		l.origin(row, &r)
		leads := l.unitCodes(row, "牵头")
		switch {
		case len(leads) > 1:
			row.Fault("牵头", "牵头单位只能有一个，其余写在配合里")
		case len(leads) == 1:
			r.Lead = leads[0]
		case r.Category != ticket.Unjudged:
			row.Fault("牵头", "缺少牵头单位")
		}
		if _, ok := l.policy.Units.OfCounty(r.County); r.County != "" && !ok {
			row.Fault("属地", "没有哪个单位管辖“%s”，请核对 units.csv 的县区", r.County)
		}
		if seen[r.No] > 0 {
			row.Fault("序号", "序号“%s”与第%d行重复；序号只是行的名字，不必连续，取一个没用过的就行", r.No, seen[r.No])
		}
		seen[r.No] = row.Line
		if r.County == "" && len(r.Needs) == 0 && r.Until == "" {
			for _, c := range l.policy.Categories {
				covered[c.Code] = covered[c.Code] || r.Category.Match(c.Code)
			}
		}
		l.policy.Routes = append(l.policy.Routes, r)
	})
	for _, c := range l.policy.Categories {
		if !covered[c.Code] && c.Code != ticket.Unjudged {
			l.faults = append(l.faults, policyfile.Fault{File: "routes.csv", Message: fmt.Sprintf("类别 %s %s 没有不带条件的一行，会派不出去", c.Code, c.Name)})
		}
	}
}

var entityNames = map[string]ticket.EntityKind{
	"车牌": ticket.EntityPlate, "线路": ticket.EntityLine, "道路": ticket.EntityRoad, "车站": ticket.EntityStation,
	"收费站": ticket.EntityToll, "企业": ticket.EntityCompany, "证号": ticket.EntityBadge, "地名": ticket.EntityPlace,
}

func (l *loader) conditions(row policyfile.Row) []Condition {
	var cs []Condition
	for _, part := range row.List("条件") {
		what, value, ok := strings.Cut(part, "=")
		c := Condition{What: strings.TrimSpace(what)}
		if kind, entity := strings.CutPrefix(strings.ReplaceAll(c.What, "：", ":"), "实体:"); entity {
			c.What = "实体"
			c.Kind = kind
			if named, known := entityNames[kind]; known {
				c.Kind = string(named)
			}
		}
		for _, w := range strings.Split(value, "|") {
			if w = strings.TrimSpace(w); w != "" {
				c.Words = append(c.Words, w)
			}
		}
		if !ok || len(c.Words) == 0 || !slices.Contains([]string{"词", "渠道", "类型", "实体"}, c.What) {
			row.Fault("条件", "看不懂条件“%s”：请写 词=甲|乙、渠道=12345热线、类型=求助 或 实体:车站=高铁站", part)
			continue
		}
		cs = append(cs, c)
	}
	return cs
}
