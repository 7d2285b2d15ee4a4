package web

import (
	"cmp"
	"fmt"
	"net/url"
	"slices"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

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
	form.Formats = []option{{Label: "在线阅读、起草"}}
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

// choosePeriod goes to the report that the form asks for: to read it, or to
// have it as a file.
func (s *Server) choosePeriod(v *visit) error {
	text := v.Query("period")
	if text == "days" {
		text = v.Query("first") + ".." + v.Query("last")
	}
	period, err := reports.ParsePeriod(text)
	if err != nil {
		return err
	}
	scope := reports.Scope{Unit: v.Query("unit"), Enforcement: v.Query("scope") == "enforcement"}
	of := reports.About{Period: period, Scope: scope}
	if format := v.Query("format"); format != "" {
		return s.sendReport(v, of, 0, format)
	}
	return v.Redirect("/reports/"+url.PathEscape(of.Key()), fiber.StatusSeeOther)
}

// otherReports are the editions of reports that are not of a month of the whole
// bureau, the latest period first.
func (s *Server) otherReports(states map[string]chip) []reportRow {
	var found []reports.About
	for key := range states {
		of, err := reports.ParseAbout(key)
		if err == nil && (of.Period.Month() == "" || !of.Scope.Whole()) {
			found = append(found, of)
		}
	}
	slices.SortFunc(found, func(x, y reports.About) int {
		return cmp.Or(cmp.Compare(y.Period.Last, x.Period.Last), cmp.Compare(y.Period.First, x.Period.First), cmp.Compare(x.Key(), y.Key()))
	})
	var rows []reportRow
	for _, of := range found {
		key := of.Key()
		rows = append(rows, reportRow{Month: key, Name: of.Name(s.Desk.Policy().Units), State: states[key], Number: states[key].Hint, Links: downloads(key, 0)})
	}
	return rows
}

// downloads are the files of a report, of the edition asked for.
func downloads(key string, edition int) []pair {
	var links []pair
	for _, w := range writers {
		href := "/reports/" + key + "." + w.name
		if edition > 0 {
			href += "?edition=" + strconv.Itoa(edition)
		}
		links = append(links, pair{w.title, href})
	}
	return links
}

// reportParam reads the key of a report in an address.
func reportParam(text string) (reports.About, error) {
	text, err := url.PathUnescape(text)
	if err != nil {
		return reports.About{}, invalidField("month", "form", "地址看不懂")
	}
	of, err := reports.ParseAbout(text)
	if err != nil {
		return of, invalidField("month", "form", "%s", err.Error())
	}
	return of, nil
}
