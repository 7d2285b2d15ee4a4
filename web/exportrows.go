package web

import (
	"bufio"
	"encoding/csv"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/intake/sheet/grid"
	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
)

// exportColumn is a column of an export.
type exportColumn struct {
	name  string
	width float64
	cell  func(*ticket.Ticket, *rules.Policy) string
}

var exportColumns = []exportColumn{
	{"工单编号", 15, func(t *ticket.Ticket, _ *rules.Policy) string { return string(t.ID) }},
	{"来源", 12, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Channel.Name() }},
	{"来源编号", 20, func(t *ticket.Ticket, _ *rules.Policy) string { return t.SourceNo }},
	{"收到时间", 17, func(t *ticket.Ticket, _ *rules.Policy) string { return cellTime(t.ReceivedAt) }},
	{"标题", 30, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Title }},
	{"内容", 60, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Content }},
	{"地点", 20, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Place }},
	{"县区", 10, func(t *ticket.Ticket, _ *rules.Policy) string { return t.County }},
	{"反映对象", 16, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Subject }},
	{"诉求类型", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Kind.Name() }},
	{"类别编码", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Category }},
	{"类别", 20, func(t *ticket.Ticket, p *rules.Policy) string { return p.Categories.Name(t.Category) }},
	{"状态", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return t.State.Name() }},
	{"牵头单位", 18, func(t *ticket.Ticket, p *rules.Policy) string { return p.Units.Name(t.Lead) }},
	{"配合单位", 18, func(t *ticket.Ticket, p *rules.Policy) string {
		names := make([]string, len(t.Co))
		for i, code := range t.Co {
			names[i] = p.Units.Short(code)
		}
		return strings.Join(names, "、")
	}},
	{"办结时限", 17, func(t *ticket.Ticket, _ *rules.Policy) string {
		d, _ := t.Due(ticket.ClockClose)
		return cellTime(d.At)
	}},
	{"报结时间", 17, func(t *ticket.Ticket, _ *rules.Policy) string { return cellTime(t.RepliedAt) }},
	{"办结时间", 17, func(t *ticket.Ticket, _ *rules.Policy) string { return cellTime(t.ClosedAt) }},
	{"联系过", 8, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Responded.Name() }},
	{"解决", 8, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Solved.Name() }},
	{"满意", 8, func(t *ticket.Ticket, _ *rules.Policy) string { return t.Satisfied.Name() }},
	{"重办次数", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return cellCount(t.Redos) }},
	{"退单次数", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return cellCount(t.Bounces) }},
	{"催办次数", 9, func(t *ticket.Ticket, _ *rules.Policy) string { return cellCount(t.Urged) }},
	{"标记", 24, func(t *ticket.Ticket, _ *rules.Policy) string {
		var words []string
		for _, c := range flagsOf(t) {
			words = append(words, c.Text)
		}
		return strings.Join(words, "、")
	}},
}

func cellTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.In(ticket.Shanghai).Format("2006-01-02 15:04")
}

func cellCount(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// callerColumns follow where callers are asked for, masked.
var callerColumns = []exportColumn{{name: "来电人", width: 10}, {name: "联系电话", width: 14}}

func (e *export) columns() []exportColumn {
	if e.callers {
		return append(exportColumns[:len(exportColumns):len(exportColumns)], callerColumns...)
	}
	return exportColumns
}

func (s *Server) exportRow(e *export, p *rules.Policy, t *ticket.Ticket) []string {
	row := make([]string, 0, len(exportColumns)+len(callerColumns))
	for _, c := range exportColumns {
		row = append(row, grid.Escape(c.cell(t, p)))
	}
	if !e.callers {
		return row
	}
	var caller ticket.Caller
	if len(t.Sealed) > 0 && permit.May(e.actor, permit.Reveal, t) {
		if open, err := s.Line.Caller(t); err == nil {
			caller = open.Masked()
		}
	}
	phone := caller.Contact
	if phone == "" {
		phone = caller.Phone
	}
	return append(row, grid.Escape(caller.Name), grid.Escape(phone))
}

// rowsTo hands rows to a writer, one after another.
type rowsTo func(write func([]string) error) error

// writeCSV writes as Excel reads it: UTF-8 with a mark, CRLF.
func writeCSV(w *bufio.Writer, columns []exportColumn, rows rowsTo) error {
	if _, err := w.WriteString("\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.UseCRLF = true
	head := make([]string, len(columns))
	for i, c := range columns {
		head[i] = c.name
	}
	if err := out.Write(head); err != nil {
		return err
	}
	if err := rows(out.Write); err != nil {
		return err
	}
	out.Flush()
	return out.Error()
}

// writeXlsx writes row by row into a file beside, which is packed at the end: a
// work sheet is never whole in memory.
func writeXlsx(w *bufio.Writer, columns []exportColumn, rows rowsTo) error {
	f := excelize.NewFile()
	defer f.Close()
	const sheet = "工单"
	if err := f.SetSheetName("Sheet1", sheet); err != nil {
		return err
	}
	bold, err := f.NewStyle(&excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"E8EEF6"}}})
	if err != nil {
		return err
	}
	out, err := f.NewStreamWriter(sheet)
	if err != nil {
		return err
	}
	head := make([]any, len(columns))
	for i, c := range columns {
		if err := out.SetColWidth(i+1, i+1, c.width); err != nil {
			return err
		}
		head[i] = excelize.Cell{StyleID: bold, Value: c.name}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	if err := out.SetRow("A1", head); err != nil {
		return err
	}
	number := 1
	cells := make([]any, len(columns))
	err = rows(func(row []string) error {
		number++
		for i, text := range row {
			cells[i] = text
		}
		return out.SetRow("A"+strconv.Itoa(number), cells)
	})
	if err != nil {
		return err
	}
	if err := out.Flush(); err != nil {
		return err
	}
	return f.Write(w)
}
