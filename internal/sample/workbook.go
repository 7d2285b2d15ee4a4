package sample

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// Layout is how a made-up export looks: its headers and what stands above them.
type Layout struct {
	Name  string
	above [][]any // rows above the header
	// columns are the headers and what stands below them.
	columns []column
}

type column struct {
	header string
	value  func(no int, c *Complaint) any
}

// shanghai is the zone of what exports write.
var shanghai = time.FixedZone("CST", 8*3600)

var (
	runningNo  = func(no int, _ *Complaint) any { return no }
	sourceNo   = func(_ int, c *Complaint) any { return c.SourceNo }
	title      = func(_ int, c *Complaint) any { return c.Title }
	body       = func(_ int, c *Complaint) any { return c.Content }
	callerName = func(_ int, c *Complaint) any { return c.Caller.Name }
	phoneText  = func(_ int, c *Complaint) any { return c.Caller.Phone }
	placeText  = func(_ int, c *Complaint) any { return c.Place }
	countyText = func(_ int, c *Complaint) any { return c.County }
	dashed     = func(_ int, c *Complaint) any { return c.CalledAt.In(shanghai).Format(time.DateTime) }
	slashed    = func(_ int, c *Complaint) any { return c.CalledAt.In(shanghai).Format("2006/1/2 15:04:05") }
	serial     = func(_ int, c *Complaint) any {
		return c.CalledAt.Sub(time.Date(1899, 12, 29, 16, 0, 0, 0, time.UTC)).Hours() / 24
	}
)

// Layouts are the exports that WriteXlsx can imitate.
var Layouts = []Layout{
	{Name: "full", columns: []column{
		{"工单编号", sourceNo}, {"工单标题", title}, {"诉求内容", body}, {"诉求类型", func(_ int, c *Complaint) any { return c.Kind }}, {"来电时间", dashed},
		{"诉求渠道", func(_ int, c *Complaint) any { return c.Channel }}, {"求助人员", callerName}, {"性别", func(_ int, c *Complaint) any { return c.Caller.Sex }},
		{"求助号码", phoneText}, {"通讯地址", func(_ int, c *Complaint) any { return c.Caller.Address }}, {"事件发生地", placeText}, {"所属区域", countyText},
		{"被反映单位", func(_ int, c *Complaint) any { return c.Subject }}, {"是否保密", secrecy}, {"紧急程度", func(_ int, c *Complaint) any { return c.Urgency }},
	}},
	{Name: "letters", columns: []column{
		{"留言编号", sourceNo}, {"留言用户", callerName}, {"留言主题", title}, {"留言时间", slashed}, {"留言详情", body},
	}},
	{Name: "bare", columns: []column{{"序号", runningNo}, {"工单编号", sourceNo}, {"标题", title}, {"内容", body}}},
	{Name: "printed", above: [][]any{{"交通热线工单登记表"}, {"单位：件"}, {}}, columns: []column{
		{"序 号", runningNo}, {"＊工单编号", sourceNo}, {"来电时间（年月日）", serial}, {"联系电话", phoneText}, {"事发地点", placeText}, {"主要\n内容", body}, {"备注", func(int, *Complaint) any { return "" }},
	}},
}

func secrecy(_ int, c *Complaint) any {
	if c.Secret {
		return "是"
	}
	return "否"
}

// LayoutNames lists the names of the layouts.
func LayoutNames() []string {
	names := make([]string, len(Layouts))
	for i, l := range Layouts {
		names[i] = l.Name
	}
	return names
}

// WriteXlsx writes a workbook of made-up complaints, called from one time to
// another, row by row: its size does not matter to the memory.
func WriteXlsx(ctx context.Context, path, layout string, seed uint64, rows int, from, to time.Time) (err error) {
	at := slices.IndexFunc(Layouts, func(l Layout) bool { return l.Name == layout })
	if at < 0 {
		return fmt.Errorf("没有表格样式“%s”，现有：%s", layout, strings.Join(LayoutNames(), "、"))
	}
	book := excelize.NewFile()
	defer func() { err = errors.Join(err, book.Close()) }()
	w, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	row := 0
	write := func(cells []any) error {
		row++
		return w.SetRow(fmt.Sprintf("A%d", row), cells)
	}
	for _, cells := range append(slices.Clone(Layouts[at].above), Layouts[at].header()) {
		if err := write(cells); err != nil {
			return err
		}
	}
	maker, step := New(seed), to.Sub(from)/time.Duration(rows+1)
	for i := range rows {
		c := maker.Complaint(from.Add(time.Duration(i) * step))
		if err := errors.Join(write(Layouts[at].row(i+1, &c)), ctx.Err()); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return book.SaveAs(path)
}

func (l *Layout) header() []any {
	cells := make([]any, len(l.columns))
	for i, c := range l.columns {
		cells[i] = c.header
	}
	return cells
}

func (l *Layout) row(no int, complaint *Complaint) []any {
	cells := make([]any, len(l.columns))
	for i, c := range l.columns {
		cells[i] = c.value(no, complaint)
	}
	return cells
}
