package web

import (
	"bytes"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/reports"
	"huiyin/ticket"
)

// monthFresh is how old a month's figures may be on a page.
const monthFresh = 30 * time.Second

// monthCache keeps built months for a moment, so that many viewers of a
// dashboard cost one build.
type monthCache struct {
	mu      sync.Mutex // held while a month is built: the others wait for the same figures
	built   map[reports.About]builtMonth
	samples atomic.Bool
}

type builtMonth struct {
	month  *reports.Month
	at     time.Time
	policy *reports.Policy
}

// sample reports whether the last built month held made-up tickets.
func (c *monthCache) sample() bool { return c.samples.Load() }

// forget makes the next viewer see what was changed just now.
func (c *monthCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.built = nil
}

// month builds a month's figures, or gives those built a moment ago.
func (s *Server) month(ctx context.Context, m ticket.Month, now time.Time) (*reports.Month, error) {
	return s.report(ctx, reports.AboutMonth(m), now)
}

// report builds the figures of a period and scope, or gives those built a
// moment ago.
func (s *Server) report(ctx context.Context, of reports.About, now time.Time) (*reports.Month, error) {
	policy := s.Reports()
	s.months.mu.Lock()
	defer s.months.mu.Unlock()
	if b, ok := s.months.built[of]; ok && b.policy == policy && now.Sub(b.at) < monthFresh && !now.Before(b.at) {
		return b.month, nil
	}
	built, err := reports.BuildPeriod(ctx, s.Source, policy, of.Period, of.Scope, now)
	if err != nil {
		return nil, err
	}
	if s.months.built == nil || len(s.months.built) > 24 {
		s.months.built = map[reports.About]builtMonth{}
	}
	s.months.built[of] = builtMonth{built, now, policy}
	if of.Scope.Whole() {
		s.months.samples.Store(built.Samples > 0)
	}
	return built, nil
}

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
