package rules

import (
	"strings"
	"testing"
	"time"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

// life builds the events of a ticket from lines "time step from>to key=value".
func life(t testing.TB, lines ...string) []ticket.Event {
	t.Helper()
	var events []ticket.Event
	for i, line := range lines {
		f := strings.Fields(line)
		at, err := time.ParseInLocation("2006-01-02 15:04", f[0]+" "+f[1], ticket.Shanghai)
		if err != nil {
			t.Fatal(err)
		}
		from, to, _ := strings.Cut(f[3], ">")
		e := ticket.Event{Seq: int64(i + 1), At: at, Step: ticket.Step(f[2]), From: ticket.State(from), To: ticket.State(to), Fields: map[string]string{}}
		for _, field := range f[4:] {
			key, value, _ := strings.Cut(field, "=")
			e.Fields[key] = value
		}
		events = append(events, e)
	}
	return events
}

const (
	onReceipt  = "2026-09-29 10:00 receive >received"
	onDispatch = "2026-09-30 16:20 dispatch received>dispatched"
	onSign     = "2026-09-30 17:00 sign dispatched>handling"
)

func TestDues(t *testing.T) {
	p, err := Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	cases := []struct {
		name   string
		events []string
		want   map[ticket.Clock]string // due time, "met" when met, "stands" without end
		gone   []ticket.Clock
	}{
		{"a received ticket waits for dispatch", []string{onReceipt},
			map[ticket.Clock]string{ticket.ClockDispatch: "2026-09-30 10:00"}, []ticket.Clock{ticket.ClockClose}},
		{"dispatch before the holiday: five working days end on the 13th", []string{onReceipt, onDispatch},
			map[ticket.Clock]string{ticket.ClockDispatch: "2026-09-30 10:00", ticket.ClockSign: "2026-10-09 00:00", ticket.ClockReturn: "2026-10-10 00:00", ticket.ClockClose: "2026-10-14 00:00"}, nil},
		{"a returned and dispatched again ticket gains no time",
			[]string{onReceipt, onDispatch, "2026-10-08 09:00 request_return dispatched>return_requested", "2026-10-09 09:00 uphold_return return_requested>received", "2026-10-10 09:00 dispatch received>dispatched"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-14 00:00", ticket.ClockSign: "2026-10-13 00:00", ticket.ClockReturn: "2026-10-14 00:00"}, nil},
		{"a refused return leaves window and contact as they were",
			[]string{onReceipt, onDispatch, "2026-10-08 09:00 request_return dispatched>return_requested", "2026-10-09 09:00 refuse_return return_requested>dispatched"},
			map[ticket.Clock]string{ticket.ClockReturn: "2026-10-10 00:00", ticket.ClockContact: "2026-10-09 00:00", ticket.ClockSign: "2026-10-11 00:00", ticket.ClockClose: "2026-10-14 00:00"}, nil},
		{"an arbitrated ticket cannot be returned",
			[]string{onReceipt, onDispatch, "2026-10-08 09:00 escalate return_requested>arbitration", "2026-10-09 09:00 arbitrate arbitration>dispatched"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-14 00:00"}, []ticket.Clock{ticket.ClockReturn}},
		{"the reply meets close and contact", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 reply handling>replied"},
			map[ticket.Clock]string{ticket.ClockClose: "met", ticket.ClockContact: "met", ticket.ClockSign: "met"}, nil},
		{"a reply sent back gains no time", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 reply handling>replied", "2026-10-12 10:00 send_back replied>handling"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-14 00:00"}, nil},
		{"a granted extension of three working days", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 request_extension handling>handling days=3", "2026-10-09 10:00 grant_extension handling>handling"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-17 00:00"}, nil},
		{"a requested extension changes nothing", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 request_extension handling>handling days=3"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-14 00:00"}, nil},
		{"a suspended ticket's close clock stands", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 grant_suspension handling>suspended review_date=2026-12-01"},
			map[ticket.Clock]string{ticket.ClockClose: "stands", ticket.ClockSuspension: "2026-12-02 00:00"}, nil},
		{"after two working days of suspension the end is two later", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 grant_suspension handling>suspended review_date=2026-12-01", "2026-10-10 10:00 resume suspended>handling"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-16 00:00", ticket.ClockSuspension: "met"}, nil},
		{"redo has three working days of its own and no return", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 reply handling>replied", "2026-10-08 11:00 approve_reply replied>callback", "2026-10-09 10:00 redo callback>dispatched"},
			map[ticket.Clock]string{ticket.ClockClose: "2026-10-14 00:00", ticket.ClockCallback: "met"}, []ticket.Clock{ticket.ClockReturn}},
		{"supervision has its own clock", []string{onReceipt, onDispatch, onSign, "2026-10-08 10:00 supervise handling>handling level=normal"},
			map[ticket.Clock]string{ticket.ClockSupervision: "2026-10-13 00:00"}, nil},
		{"what is refused has no running clock", []string{onReceipt, "2026-09-29 11:00 reject received>rejected"},
			map[ticket.Clock]string{ticket.ClockDispatch: "met"}, nil},
		{"a merged ticket has no running clock", []string{onReceipt, onDispatch, "2026-10-08 10:00 merge dispatched>merged"},
			map[ticket.Clock]string{ticket.ClockDispatch: "met"}, []ticket.Clock{ticket.ClockSign, ticket.ClockClose}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket.Ticket{Channel: ticket.Channel12345, Events: life(t, c.events...), Progress: ticket.Progress{Category: "D02", Kind: ticket.Complaint}}
			got := map[ticket.Clock]ticket.Due{}
			for _, d := range p.Dues(&tk) {
				got[d.Clock] = d
			}
			for clock, want := range c.want {
				checkDue(t, clock, got[clock], want)
			}
			for _, clock := range c.gone {
				if d, ok := got[clock]; ok {
					t.Errorf("%s still runs to %s", clock, d.At)
				}
			}
		})
	}
}

func checkDue(t *testing.T, clock ticket.Clock, got ticket.Due, want string) {
	t.Helper()
	switch want {
	case "met":
		if got.MetAt.IsZero() {
			t.Errorf("%s is not met: %+v", clock, got)
		}
	case "stands":
		if !got.At.IsZero() || got.Clock == "" {
			t.Errorf("%s does not stand: %+v", clock, got)
		}
	default:
		if text := got.At.In(ticket.Shanghai).Format("2006-01-02 15:04"); text != want {
			t.Errorf("%s is due %s, want %s", clock, text, want)
		}
	}
}
