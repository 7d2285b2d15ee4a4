package web

import (
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// dashboardView is a month at one glance. Every figure is counted by reports;
// here it only gets words, a colour and the address of the tickets behind it.
type dashboardView struct {
	page
	MonthName     string
	Months        []option
	Before, After string // addresses of the months beside; empty: none
	Marks         []string
	Cards         []figureView
	Trend         string // JSON for the chart
	TrendRows     []trendRow
	Findings      []string
	Hot           []hotRow
	Units         []unitRow
	Kinds         []string
	Channels      []crossRow
	Areas         areasView
	Callback      []scoreRow
	Enforcement   []enforceRow
	Topics        topicsView // the first matters and signs; the rest on their own page
	TopicsHref    string     // empty for who may not read reports
}

type figureView struct {
	Title, Icon, Href, Value, Unit, Of string
	Changes                            []changeView
	Tone                               string
}

// changeView is a comparison with an earlier month.
type changeView struct{ Word, Text, Class string }

type trendRow struct{ Month, Received, Closed, Open string }

type hotRow struct {
	Rank                     int
	Name, Href, Count, Share string
	MoM, YoY                 changeView
	Flags                    []chip
	Bar                      meterView
	Units, Satisfied         string
}

type unitRow struct {
	Name, Href, Received, OnTime, Late, Redone, Satisfied string
	Band                                                  chip
	Bar                                                   meterView
}

type crossRow struct {
	Name, Href, Total, Share string
	Counts                   []string
	MoM                      changeView
}

type areasView struct {
	Groups []string
	Rows   []areaRow
}

type areaRow struct {
	Name, Href, Total string
	Cells             []heatCell
}

type heatCell struct{ Text, Class string }

type scoreRow struct {
	Name, Raw, Adjusted string
	Bar                 meterView
}

type enforceRow struct{ Name, Href, Received, Told, CalledBack, Satisfied string }

func (s *Server) dashboardPage(v *visit) error {
	month, err := monthParam(v.Query("month"), v.now)
	if err != nil {
		return err
	}
	m, err := s.month(v.ctx(), month, v.now)
	if err != nil {
		return err
	}
	view := dashboardOf(m, v.now)
	view.page = s.page(v, "看板", "/dashboard")
	view.Sub = m.Head.Period
	if v.may(permit.Report) {
		view.Topics, view.TopicsHref = topicsShort(m), "/matters?month="+string(m.Month)
	}
	if view.Months, err = s.monthOptions(v, month); err != nil {
		return err
	}
	view.Scripts = []string{"vendor/echarts-6.1.0/echarts.min.js", "charts.js"}
	return s.render(v.Ctx, "dashboard", view)
}

// behind is the address of the tickets of a month behind a figure.
func behind(m *reports.Month, filters ...string) string {
	values := url.Values{"month": {string(m.Month)}}
	for i := 0; i+1 < len(filters); i += 2 {
		values.Set(filters[i], filters[i+1])
	}
	return "/tickets?" + values.Encode()
}

// changeOf says how a count moved. more tells whether an increase is bad (1),
// good (-1) or neither (0).
func changeOf(m *reports.Month, by reports.Compared, c reports.Change, more int) changeView {
	view := changeView{Word: by.Word, Text: m.Style.Change(c)}
	_, said := c.Ratio()
	switch d := c.Diff(); {
	case !said || d == 0:
	case d > 0:
		view.Class = "up"
	default:
		view.Class = "down"
	}
	if said && more != 0 && c.Diff() != 0 {
		if (c.Diff() > 0) == (more > 0) {
			view.Class += " worse"
		} else {
			view.Class += " better"
		}
	}
	return view
}

func dashboardOf(m *reports.Month, now time.Time) dashboardView {
	view := dashboardView{MonthName: m.Month.Name(), Marks: m.Head.Marks, Findings: m.Summary.Findings}
	view.Before = "/dashboard?month=" + string(m.Month.Add(-1))
	if m.Month < ticket.MonthOf(now) {
		view.After = "/dashboard?month=" + string(m.Month.Add(1))
	}
	view.Cards = figuresOf(m)
	view.Trend, view.TrendRows = trendOf(m)
	view.Hot = hotOf(m)
	view.Units = unitsOf(m)
	for _, k := range m.Sources.Kinds {
		view.Kinds = append(view.Kinds, k.Name)
	}
	for _, c := range m.Sources.Channels {
		row := crossRow{Name: c.Name, Href: behind(m, "channel", string(c.Channel)), Total: strconv.Itoa(c.Count), Share: m.Style.Share(c.Share), MoM: changeOf(m, m.MoM(), c.MoM, 0)}
		for _, n := range c.Counts {
			row.Counts = append(row.Counts, strconv.Itoa(n))
		}
		view.Channels = append(view.Channels, row)
	}
	view.Areas = areasOf(m)
	for _, row := range []struct {
		name  string
		score reports.Score
	}{{"联系率", m.Callback.Total.Responded}, {"解决率", m.Callback.Total.Solved}, {"满意率", m.Callback.Total.Satisfied}} {
		view.Callback = append(view.Callback, scoreRow{row.name, m.Style.Rate(row.score.Raw), m.Style.Rate(row.score.Adjusted), rateBar(row.score.Raw)})
	}
	for _, e := range m.Enforcement.Rows {
		view.Enforcement = append(view.Enforcement, enforceRow{e.Name, behind(m, "category", e.Code), strconv.Itoa(e.Received), m.Style.Rate(e.Told), m.Style.Rate(e.CalledBack), m.Style.Rate(e.Satisfied)})
	}
	return view
}

func figuresOf(m *reports.Month) []figureView {
	style, all, v := m.Style, m.Units.All, m.Volume
	rate := func(title, icon, href string, now, before reports.Rate) figureView {
		f := figureView{Title: title, Icon: icon, Href: href, Value: style.Share(now), Of: fmt.Sprintf("%d / %d 件", now.Num, now.Den)}
		if text := style.Points(m.MoM(), now, before); text != "" {
			class := ""
			switch {
			case now.Value() > before.Value():
				class = "up better"
			case now.Value() < before.Value():
				class = "down worse"
			}
			f.Changes = append(f.Changes, changeView{Text: text, Class: class})
		}
		if !now.Known() {
			f.Of = "还没有可算的工单"
		}
		return f
	}
	count := func(title, icon, href string, n int, of string, more int, mom, yoy reports.Change) figureView {
		return figureView{Title: title, Icon: icon, Href: href, Value: strconv.Itoa(n), Unit: "件", Of: of, Changes: []changeView{changeOf(m, m.MoM(), mom, more), changeOf(m, m.YoY(), yoy, more)}}
	}
	return []figureView{
		count("受理", "inbox", behind(m), v.Received, fmt.Sprintf("有效 %d 件", v.Valid), 1, v.ReceivedMoM, v.ReceivedYoY),
		count("办结", "check", behind(m, "state", "closed"), v.Closed, fmt.Sprintf("月末在办 %d 件", v.CarriedOut), -1, v.ClosedMoM, v.ClosedYoY),
		rate("按期办结率", "clock", behind(m, "state", "closed"), all.OnTime.Raw, m.Units.Before.OnTime.Raw),
		rate("解决率", "review", "#callback", m.Callback.Total.Solved.Raw, m.Units.Before.Solved.Raw),
		rate("满意率", "phone", "#callback", m.Callback.Total.Satisfied.Raw, m.Units.Before.Satisfied.Raw),
		count("执法类", "shield", behind(m, "flag", "enforcement"), m.Enforcement.Share.Num, "占 "+style.Share(m.Enforcement.Share), 1, m.Enforcement.MoM, m.Enforcement.YoY),
	}
}

// trendOf is 13 months as the chart's JSON and as a table for who cannot see it.
func trendOf(m *reports.Month) (string, []trendRow) {
	type point struct {
		Month    string `json:"month"`
		Received *int   `json:"received"`
		Closed   *int   `json:"closed"`
		Open     *int   `json:"open"`
	}
	var points []point
	var rows []trendRow
	for _, t := range m.Volume.Trend {
		p, row := point{Month: string(t.Month)}, trendRow{Month: t.Month.Name(), Received: reports.None, Closed: reports.None, Open: reports.None}
		if t.Known {
			p.Received, p.Closed, p.Open = &t.Received, &t.Closed, &t.Open
			row.Received, row.Closed, row.Open = strconv.Itoa(t.Received), strconv.Itoa(t.Closed), strconv.Itoa(t.Open)
		}
		points, rows = append(points, p), append(rows, row)
	}
	doc, _ := json.Marshal(points)
	return string(doc), rows
}

func hotOf(m *reports.Month) []hotRow {
	var rows []hotRow
	most := 0
	for _, h := range m.Hot.Items {
		most = max(most, h.Count)
	}
	for _, h := range m.Hot.Items {
		row := hotRow{
			Rank: h.Rank, Name: h.Name, Href: behind(m, "category", h.Code), Count: strconv.Itoa(h.Count), Share: m.Style.Share(h.Share),
			MoM: changeOf(m, m.MoM(), h.MoM, 1), YoY: changeOf(m, m.YoY(), h.YoY, 1), Satisfied: m.Style.Rate(h.Satisfied), Bar: meterView{Percent: 100 * h.Count / max(most, 1)},
		}
		for _, f := range h.Flags {
			tone := "amber"
			if f == reports.FlagStubborn {
				tone = "red"
			}
			row.Flags = append(row.Flags, chip{Text: string(f), Tone: tone})
		}
		if len(h.Units) > 0 {
			row.Units = fmt.Sprintf("%s %d", h.Units[0].Name, h.Units[0].Count)
		}
		rows = append(rows, row)
	}
	return rows
}

var bandTones = map[reports.Band]string{reports.BandGood: "green", reports.BandPartly: "amber", reports.BandPoor: "red"}

func unitsOf(m *reports.Month) []unitRow {
	var rows []unitRow
	add := func(u reports.UnitRow) {
		rows = append(rows, unitRow{
			Name: u.Short, Href: behind(m, "unit", u.Code), Received: strconv.Itoa(u.Received), OnTime: m.Style.Rate(u.OnTime.Raw), Late: strconv.Itoa(u.Late + u.OpenLate),
			Redone: strconv.Itoa(u.Redone), Satisfied: m.Style.Rate(u.Satisfied.Raw), Band: chip{Text: string(u.Band), Tone: bandTones[u.Band]}, Bar: rateBar(u.OnTime.Raw),
		})
	}
	for _, g := range m.Units.Groups {
		for _, u := range g.Rows {
			add(u)
		}
	}
	for _, u := range m.Units.Small {
		add(u)
	}
	return rows
}

func rateBar(r reports.Rate) meterView {
	bar := meterView{Percent: int(r.Value()*100 + .5), Tone: "green"}
	switch {
	case r.Value() < .8:
		bar.Tone = "red"
	case r.Value() < .95:
		bar.Tone = "amber"
	}
	return bar
}

func areasOf(m *reports.Month) areasView {
	view := areasView{Groups: m.Areas.Groups}
	most := 0
	for _, r := range m.Areas.Rows {
		for _, n := range r.Counts {
			most = max(most, n)
		}
	}
	for _, r := range m.Areas.Rows {
		row := areaRow{Name: r.Name, Href: behind(m, "county", r.Name), Total: strconv.Itoa(r.Count)}
		for _, n := range r.Counts {
			cell := heatCell{Class: "h0"}
			if n > 0 {
				cell = heatCell{Text: strconv.Itoa(n), Class: "h" + strconv.Itoa(1+4*(n-1)/max(most, 1))}
			}
			row.Cells = append(row.Cells, cell)
		}
		view.Rows = append(view.Rows, row)
	}
	return view
}
