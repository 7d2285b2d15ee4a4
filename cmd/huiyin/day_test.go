package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"huiyin/internal/browser"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/web"
)

// bureau is the whole service in this process, on a data folder and a port of
// its own, with a clock that the test moves.
type bureau struct {
	t    *testing.T
	ctx  context.Context
	root *cli
	app  *app
	base string
	now  atomic.Pointer[time.Time]
}

const testPassword = "zhenshi-de-mima-8"

func openBureau(t *testing.T, start string) *bureau {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	b := &bureau{t: t, ctx: ctx, root: &cli{Data: t.TempDir()}}
	b.at(start)
	a, err := b.root.open(ctx, b.console(io.Discard))
	if err != nil {
		t.Fatal(err)
	}
	b.app = a
	serve := serveCmd{}
	options := serve.options(a, b.root, nil, a.outbox(b.root, slog.New(slog.DiscardHandler)), slog.New(slog.DiscardHandler))
	options.Now = func() time.Time { return *b.now.Load() }
	server, err := web.New(options)
	if err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	b.base = "http://" + listener.Addr().String()
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	t.Cleanup(func() {
		stop, done := context.WithTimeout(context.Background(), time.Minute)
		defer done()
		if err := server.Shutdown(stop); err != nil {
			t.Error(err)
		}
		if err := <-served; err != nil {
			t.Error(err)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
		cancel()
	})
	return b
}

func (b *bureau) console(out io.Writer) *console {
	return &console{in: strings.NewReader(""), out: out, err: io.Discard, now: func() time.Time { return *b.now.Load() }}
}

func (b *bureau) at(text string) {
	b.t.Helper()
	now, err := parseTime(text)
	if err != nil {
		b.t.Fatal(err)
	}
	b.now.Store(&now)
}

func (b *bureau) hire(login, name, unit string, roles ...ticket.Role) {
	b.t.Helper()
	account := web.Account{Login: login, Name: name, Roles: roles, Unit: unit}
	if err := web.NewAccounts(b.app.redis).Add(b.ctx, *b.now.Load(), account, testPassword); err != nil {
		b.t.Fatal(err)
	}
}

func (b *bureau) must(err error) {
	b.t.Helper()
	if err != nil {
		b.t.Fatal(err)
	}
}

// TestATicketFromASpreadsheetRowToClosed takes one row through the whole house:
// three people in a real browser, limits across the National Day holiday of
// 2026 and its make-up Saturday, and the month's report.
func TestATicketFromASpreadsheetRowToClosed(t *testing.T) {
	b := openBureau(t, "2026-09-30 16:00")
	b.hire("huawu", "李静", "", ticket.Operator)
	b.hire("jingban", "支队经办", "zhidui", ticket.UnitHandler)
	b.hire("lingdao", "周明", "", ticket.Leader)
	id := b.importRow()

	chromium, err := browser.Start(b.ctx, b.base)
	b.must(err)
	operator, err := chromium.Person()
	b.must(err)
	handler, err := chromium.Person()
	b.must(err)

	b.at("2026-09-30 16:20")
	b.dispatchByKey(operator, id)
	b.expectDues(id, map[ticket.Clock]string{
		ticket.ClockSign: "10月8日24:00", ticket.ClockContact: "10月8日24:00", ticket.ClockClose: "10月13日24:00",
	})
	b.expectShown(operator, id, "5个工作日，自9月30日16:20起：10月1日至7日国庆节放假，10月10日星期六上班，10月11日周末，10月13日24:00到期")

	b.at("2026-10-08 09:10")
	b.handle(handler, id)
	b.at("2026-10-09 10:00")
	b.closeIt(operator, id)
	b.expectReport(id)
}

func (b *bureau) importRow() ticket.ID {
	b.t.Helper()
	sheet := excelize.NewFile()
	rows := [][]any{
		{"某平台导出"},
		{"工单编号", "工单标题", "诉求内容", "诉求类型", "来电时间", "求助人员", "求助号码", "事件发生地"},
		{"260930101108115409", "反映执法人员态度问题", "今天上午在城东客运站门口，执法人员说话很凶，还推了我一下，请核实。我的电话是17000012345。", "投诉", "2026-09-30 15:40:00", "王建国", "17000012345", "城东区城东客运站"},
	}
	for i, row := range rows {
		cell, _ := excelize.CoordinatesToCellName(1, i+1)
		b.must(sheet.SetSheetRow("Sheet1", cell, &row))
	}
	file := filepath.Join(b.t.TempDir(), "工单.xlsx")
	b.must(sheet.SaveAs(file))
	var out bytes.Buffer
	cmd := importCmd{Files: []string{file}, Channel: "12345"}
	for _, want := range []string{"共 1 行，导入 1 行，重复 0 行", "共 1 行，导入 0 行，重复 1 行"} {
		out.Reset()
		b.must(cmd.run(b.ctx, b.app, b.console(&out)))
		if !strings.Contains(out.String(), want) {
			b.t.Fatalf("import said %q, want %q", out.String(), want)
		}
	}
	return ticket.NewID(ticket.Channel12345, "260930101108115409", 0)
}

func (b *bureau) dispatchByKey(operator *browser.Person, id ticket.ID) {
	b.t.Helper()
	b.must(operator.SignIn("huawu", testPassword))
	b.must(operator.Open("/queue"))
	text, err := operator.Text(`[data-test="pane-text"]`)
	b.must(err)
	if strings.Contains(text, "17000012345") || !strings.Contains(text, "170****2345") {
		b.t.Fatalf("the caller's number stands in the text: %s", text)
	}
	lead, err := operator.Text(`[data-test="pane-lead"]`)
	b.must(err)
	if lead != "市交通运输综合行政执法支队" {
		b.t.Fatalf("proposed lead %q", lead)
	}
	b.must(operator.Press("\r"))
	b.must(operator.Wait(`document.readyState === "complete" && !document.querySelector(".qrow")`))
	if got := b.ticket(id); got.State != ticket.Dispatched || got.Lead != "zhidui" {
		b.t.Fatalf("after one key the ticket is %s with %s", got.State, got.Lead)
	}
}

func (b *bureau) ticket(id ticket.ID) ticket.Ticket {
	b.t.Helper()
	t, err := b.app.desk.Ticket(b.ctx, ticket.Service, id)
	b.must(err)
	return t
}

func (b *bureau) expectDues(id ticket.ID, want map[ticket.Clock]string) {
	b.t.Helper()
	got := b.ticket(id)
	for clock, text := range want {
		due, ok := got.Due(clock)
		if explained := b.app.book().workflow.Calendar.Explain(due); !ok || !strings.Contains(explained, text+"到期") {
			b.t.Errorf("%s: %q, want %s", clock, explained, text)
		}
	}
}

func (b *bureau) expectShown(p *browser.Person, id ticket.ID, want string) {
	b.t.Helper()
	b.must(p.Open("/tickets/" + string(id)))
	text, err := p.Text("main")
	b.must(err)
	if !strings.Contains(text, want) {
		b.t.Errorf("the page does not explain the limit as %q:\n%s", want, text)
	}
}

// step opens a step's form on the ticket's page, fills it and sends it.
func (b *bureau) step(p *browser.Person, id ticket.ID, step string, fields map[string]string, choices ...string) {
	b.t.Helper()
	before := b.ticket(id).Version
	b.must(p.Open("/tickets/" + string(id)))
	b.must(p.Wait(`document.querySelector('#step-` + step + `').open = true`))
	for name, value := range fields {
		b.must(p.Fill(`[data-test="`+step+"-"+name+`"]`, value))
	}
	for _, choice := range choices {
		b.must(p.Click(`[data-test="` + step + "-" + choice + `"]`))
	}
	b.must(p.Click(`[data-test="do-` + step + `"]`))
	b.must(p.Wait(`document.querySelector('[data-test="story"]') && document.querySelectorAll('[data-test="story"] > li').length > ` + strconv.FormatInt(before, 10)))
}

func (b *bureau) handle(handler *browser.Person, id ticket.ID) {
	b.t.Helper()
	b.must(handler.SignIn("jingban", testPassword))
	b.step(handler, id, "sign", nil)
	b.step(handler, id, "contact", map[string]string{"outcome": "已电话核实经过"}, "way-phone")
	b.step(handler, id, "reply", map[string]string{
		"facts": "执法人员语气生硬，情况属实", "handling": "已批评教育并当面致歉", "basis": "行政执法人员行为规范", "told_at": "2026-10-08T09:05", "without_co": "不需要配合单位",
	}, "told_way-phone", "solved-yes", "substantiated-yes", "outcome-solved")
	if got := b.ticket(id); got.State != ticket.Replied {
		b.t.Fatalf("after the reply the ticket is %s", got.State)
	}
}

func (b *bureau) closeIt(operator *browser.Person, id ticket.ID) {
	b.t.Helper()
	b.must(operator.SignIn("huawu", testPassword))
	b.step(operator, id, "approve_reply", nil)
	if got := b.ticket(id); got.State != ticket.Callback {
		b.t.Fatalf("an enforcement complaint is %s after approval: it must be called back", got.State)
	}
	b.step(operator, id, "callback", map[string]string{"at": "2026-10-09T10:00"}, "reached-yes")
	b.step(operator, id, "record_callback", nil, "responded-yes", "solved-yes", "satisfied-yes")
	got := b.ticket(id)
	if got.State != ticket.Closed || got.Satisfied != ticket.Yes {
		b.t.Fatalf("at the end the ticket is %s, satisfied %s", got.State, got.Satisfied.Name())
	}
}

// expectReport finds the ticket in every place of the months' reports where it
// belongs: received on 30 September, closed and called back in October.
func (b *bureau) expectReport(id ticket.ID) {
	b.t.Helper()
	b.at("2026-11-02 08:00")
	months := []struct {
		month ticket.Month
		want  map[string]float64
	}{
		{"2026-09", map[string]float64{
			"volume.received": 1, "volume.closed": 0, "volume.carried_out": 1, "sources.total": 1, "sources.channels.0.count": 1,
			"fields.rows.0.items.0.count": 1, "areas.rows.0.count": 1,
			"enforcement.total.received": 1, "units.all.received": 1, "units.all.due": 0,
		}},
		{"2026-10", map[string]float64{
			"volume.received": 0, "volume.carried_in": 1, "volume.closed": 1, "volume.carried_out": 0, "volume.year_to_date.now": 1,
			"enforcement.total.settled": 1, "enforcement.total.told.num": 1, "enforcement.total.called_back.num": 1, "enforcement.total.called_back.den": 1,
			"units.all.due": 1, "units.all.on_time.raw.num": 1, "units.all.hours.mean": 80.0 / 60,
			"units.all.satisfied.raw.num": 1, "callback.total.due": 1, "callback.total.reached": 1, "callback.total.satisfied.raw.num": 1,
		}},
	}
	for _, m := range months {
		value, err := reports.Build(b.ctx, b.app.store, b.app.book().reports, m.month, *b.now.Load())
		b.must(err)
		raw, err := json.Marshal(value)
		b.must(err)
		var tree any
		b.must(json.Unmarshal(raw, &tree))
		for path, want := range m.want {
			if got, ok := at(tree, path).(float64); !ok || got != want {
				b.t.Errorf("%s: %s is %v, want %v", m.month, path, at(tree, path), want)
			}
		}
		files, err := reports.WriteAll(b.t.TempDir(), value, reportFormats)
		b.must(err)
		if len(files) != len(reportFormats) {
			b.t.Errorf("written: %v", files)
		}
	}
}

// at walks a decoded JSON value by names and numbers, joined with dots.
func at(value any, path string) any {
	for _, name := range strings.Split(path, ".") {
		switch v := value.(type) {
		case map[string]any:
			value = v[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(v) {
				return nil
			}
			value = v[i]
		default:
			return nil
		}
	}
	return value
}
