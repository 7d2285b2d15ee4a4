package rules

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"huiyin/internal/policyfile"
	"huiyin/ticket"
)

// The columns of routes.csv that rulings fill. A table that was never given a
// ruling may lack them.
const (
	OriginColumn = "来源" // RulingOrigin, or empty for a row of the directory
	UntilColumn  = "到期"
	RulingOrigin = "裁定"
)

func (l *loader) origin(row policyfile.Row, r *Route) {
	switch row.Get(OriginColumn) {
	case "":
	case RulingOrigin:
		r.Ruling = true
	default:
		row.Fault(OriginColumn, "“%s”应空着，或填 %s", row.Get(OriginColumn), RulingOrigin)
	}
	until := row.Get(UntilColumn)
	if _, err := time.Parse(time.DateOnly, until); until != "" && err != nil {
		row.Fault(UntilColumn, "“%s”应写成 2027-11-30 这样的日期，或空着", until)
		return
	}
	r.Until = ticket.Date(until)
}

// stands reports whether the row still counts when the ticket comes in.
func (r *Route) stands(t *ticket.Ticket) bool {
	at := t.ReceivedAt
	if at.IsZero() {
		at = t.CalledAt
	}
	return r.Until == "" || at.IsZero() || ticket.DateOf(at) <= r.Until
}

// title names the row in an explanation.
func (r *Route) title() string {
	if !r.Ruling {
		return "派单目录第" + r.No + "条"
	}
	if r.Note == "" {
		return "裁定规则第" + r.No + "条"
	}
	return fmt.Sprintf("裁定规则第%s条（%s）", r.No, r.Note)
}

// RouteNote is something about a row of routes.csv that is no fault, but that
// its keeper should see.
type RouteNote struct {
	Line int
	Text string
}

// RouteNotes names the rows that an earlier row leaves nothing for, and those
// that no longer count today.
func (p *Policy) RouteNotes(today ticket.Date) []RouteNote {
	var notes []RouteNote
	for i := range p.Routes {
		r := &p.Routes[i]
		if r.Until != "" && r.Until < today {
			notes = append(notes, RouteNote{r.Line, fmt.Sprintf("%s已于%s到期，不再适用：请删去，或改到期日期", r.title(), r.Until)})
			continue
		}
		at := slices.IndexFunc(p.Routes[:i], func(before Route) bool { return p.covers(&before, r, today) })
		if at >= 0 {
			before := &p.Routes[at]
			text := fmt.Sprintf("%s永远用不到：排在前面的%s已经管了", r.title(), before.title())
			if before.Lead != r.Lead {
				text += fmt.Sprintf("，牵头不同（%s，这里是%s）", p.leadName(before.Lead), p.leadName(r.Lead))
			}
			notes = append(notes, RouteNote{r.Line, text})
		}
	}
	slices.SortStableFunc(notes, func(a, b RouteNote) int { return cmp.Compare(a.Line, b.Line) })
	return notes
}

func (p *Policy) leadName(code string) string {
	if code == ticket.RouteCounty {
		return "事发县区的单位"
	}
	return p.Units.Short(code)
}

// covers reports whether whatever fits the later row fits the earlier one, as
// long as the later one counts.
func (p *Policy) covers(earlier, later *Route, today ticket.Date) bool {
	if earlier.Until != "" && (earlier.Until < today || later.Until == "" || later.Until > earlier.Until) {
		return false
	}
	if earlier.County != "" && earlier.County != later.County {
		return false
	}
	for _, c := range p.Categories {
		if later.Category.Match(c.Code) && !earlier.Category.Match(c.Code) {
			return false
		}
	}
	return !slices.ContainsFunc(earlier.Needs, func(need Condition) bool {
		return !slices.ContainsFunc(later.Needs, need.follows)
	})
}

// follows reports whether the condition holds wherever a stricter one does.
func (c Condition) follows(stricter Condition) bool {
	return c.What == stricter.What && c.Kind == stricter.Kind &&
		!slices.ContainsFunc(stricter.Words, func(w string) bool { return !slices.Contains(c.Words, w) })
}
