package web

import (
	"fmt"
	"slices"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
)

// periodForm asks for a report of another period or of a part of the bureau.
type periodForm struct {
	Periods, Units, Formats []option
	First, Last             string // the days that are offered for a period of one's own
}

// periodForm offers the quarters and years with data, the latest first, and
// what has been whole days since the first.
func (s *Server) periodForm(months []ticket.Month, now time.Time) periodForm {
	form := periodForm{Units: []option{{Label: "全局"}}}
	if len(months) == 0 {
		return form
	}
	var quarters, years []option
	for _, m := range months {
		t := m.Start()
		quarters = offer(quarters, fmt.Sprintf("%d-Q%d", t.Year(), (int(t.Month())+2)/3))
		years = offer(years, fmt.Sprint(t.Year()))
	}
	slices.Reverse(quarters)
	slices.Reverse(years)
	form.Periods = append(quarters, years...)
	form.Last = string(ticket.DateOf(now.AddDate(0, 0, -1)))
	form.First = string(ticket.DateOf(ticket.MonthOf(now.AddDate(0, 0, -1)).Start()))
	for _, u := range s.Desk.Policy().Units {
		if u.Kind != ticket.UnitExternal && u.Kind != ticket.UnitDiscipline {
			form.Units = append(form.Units, option{Value: u.Code, Label: u.Name})
		}
	}
	for _, w := range writers {
		form.Formats = append(form.Formats, option{Value: w.name, Label: w.title})
	}
	return form
}

// offer adds a period that is not there yet. What is written here is read.
func offer(options []option, text string) []option {
	if n := len(options); n > 0 && options[n-1].Value == text {
		return options
	}
	p, err := reports.ParsePeriod(text)
	if err != nil {
		return options
	}
	return append(options, option{Value: text, Label: p.Name()})
}

// downloadPeriod writes the report that the form asks for.
func (s *Server) downloadPeriod(v *visit) error {
	text := v.Query("period")
	if text == "days" {
		text = v.Query("first") + ".." + v.Query("last")
	}
	period, err := reports.ParsePeriod(text)
	if err != nil {
		return err
	}
	scope := reports.Scope{Unit: v.Query("unit"), Enforcement: v.Query("scope") == "enforcement"}
	return s.sendReport(v, reportKey{period, scope}, v.Query("format"))
}
