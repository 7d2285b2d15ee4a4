package web

import (
	"bytes"
	"slices"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
)

// monthParam reads a month of an address; this month when there is none.
func monthParam(text string, now time.Time) (ticket.Month, error) {
	if text == "" {
		return ticket.MonthOf(now), nil
	}
	m, err := ticket.ParseMonth(text)
	if err != nil {
		return "", invalidField("month", "form", "%s", err.Error())
	}
	return m, nil
}

// monthOptions are the months with data, the latest first, and the chosen one.
func (s *Server) monthOptions(v *visit, chosen ticket.Month) ([]option, error) {
	months, err := s.Source.Months(v.ctx())
	if err != nil {
		return nil, err
	}
	if chosen != "" && !slices.Contains(months, chosen) {
		months = append(months, chosen)
		slices.Sort(months)
	}
	options := make([]option, len(months))
	for i, m := range months {
		options[len(months)-1-i] = option{Value: string(m), Label: m.Name(), Chosen: m == chosen}
	}
	return options, nil
}

type reportsView struct {
	page
	Months []reportRow
	Others []reportRow // editions of quarters, years and parts
	Other  periodForm
}

type reportRow struct {
	Month, Name, Number string // Month is the key of the report
	State               chip
	Links               []pair
}

// writer is a format of the report.
type writer struct {
	name, title, kind string
	write             func(*bytes.Buffer, *reports.Month) error
}

var writers = []writer{
	{"docx", "Word", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", func(b *bytes.Buffer, m *reports.Month) error { return reports.WriteDocx(b, m) }},
	{"xlsx", "Excel", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", func(b *bytes.Buffer, m *reports.Month) error { return reports.WriteXlsx(b, m) }},
	{"pdf", "PDF", "application/pdf", func(b *bytes.Buffer, m *reports.Month) error { return reports.WritePDF(b, m) }},
	{"html", "网页", fiber.MIMETextHTMLCharsetUTF8, func(b *bytes.Buffer, m *reports.Month) error { return reports.WriteHTML(b, m) }},
	{"json", "数据", fiber.MIMEApplicationJSONCharsetUTF8, func(b *bytes.Buffer, m *reports.Month) error { return reports.WriteJSON(b, m) }},
}

func (s *Server) reportsPage(v *visit) error {
	view := reportsView{page: s.page(v, "报告", "/reports")}
	view.Sub = "第一个工作日自动起草，经修改、审定后编号封存"
	months, err := s.Source.Months(v.ctx())
	if err != nil {
		return err
	}
	states, err := s.editionStates(v)
	if err != nil {
		return err
	}
	this := ticket.MonthOf(v.now)
	for i := len(months) - 1; i >= 0; i-- {
		m := months[i]
		row := reportRow{Month: string(m), Name: m.Name(), State: chip{Text: "未起草"}}
		if state, ok := states[string(m)]; ok {
			row.State, row.Number = state, state.Hint
		}
		if m == this {
			row.State = chip{Text: "本月未完", Tone: "amber", Icon: "clock"}
		}
		row.Links = downloads(row.Month, 0)
		view.Months = append(view.Months, row)
	}
	view.Others = s.otherReports(states)
	view.Other = s.periodForm(months, v.now)
	return s.render(v.Ctx, "reports", view)
}

// writerOf finds a format.
func writerOf(format string) (writer, error) {
	for _, w := range writers {
		if w.name == format {
			return w, nil
		}
	}
	return writer{}, ticket.Refuse(ticket.ErrNotFound, "no_format", "月报没有这种格式，可以下载 docx、xlsx、pdf、html 或 json")
}

func (w writer) bytes(m *reports.Month) ([]byte, error) {
	var b bytes.Buffer
	err := w.write(&b, m)
	return b.Bytes(), err
}
