package rules

import (
	"strings"
	"testing"

	"huiyin/tables"
	"huiyin/ticket"
	"huiyin/workflow/rules/ruletest"
)

// taskDues are the due times of the tasks in the order in which they were given:
// "yunfu 2026-10-10 00:00", "met" or "stands" instead of a time.
func taskDues(p *Policy, t *ticket.Ticket) []string {
	var dues []string
	for _, d := range p.Dues(t) {
		if d.Clock != ticket.ClockTask {
			continue
		}
		end := d.At.In(ticket.Shanghai).Format("2006-01-02 15:04")
		switch {
		case !d.MetAt.IsZero() && d.Overdue(d.MetAt):
			end = "met late"
		case !d.MetAt.IsZero():
			end = "met"
		case d.At.IsZero():
			end = "stands"
		}
		dues = append(dues, d.Unit+" "+end)
	}
	return dues
}

func TestEveryTaskHasAClockOfItsOwn(t *testing.T) {
	p, err := Load(tables.Default(), ruletest.Categories(t, tables.Default()))
	if err != nil {
		t.Fatal(err)
	}
	const (
		given  = onDispatch + " lead=zhidui co=yunfu;gonglu"
		reply  = "2026-10-09 10:00 reply handling>replied"
		helped = "2026-10-08 10:00 co_reply handling>handling yunfu"
		added  = "2026-10-09 09:00 add_counit handling>handling unit=ju-yunshu"
	)
	cases := []struct {
		name   string
		events []string
		want   string
	}{
		{"before the lead has signed nobody can set to work", []string{onReceipt, given}, ""},
		{"from the signature three working days, over the holiday", []string{onReceipt, given, onSign}, "yunfu 2026-10-11 00:00, gonglu 2026-10-11 00:00"},
		{"one is done, the other runs on", []string{onReceipt, given, onSign, helped}, "yunfu met, gonglu 2026-10-11 00:00"},
		{"one that is asked later has its own time from then", []string{onReceipt, given, onSign, helped, added}, "yunfu met, gonglu 2026-10-11 00:00, ju-yunshu 2026-10-14 00:00"},
		{"the lead's reply ends what it did not wait for", []string{onReceipt, given, onSign, helped, reply}, "yunfu met, gonglu met"},
		{"who was late by then stays late", []string{onReceipt, given, onSign, helped, "2026-10-13 10:00 reply handling>replied"}, "yunfu met, gonglu met late"},
		{"a reply that is sent back gives no new time", []string{onReceipt, given, onSign, helped, reply, "2026-10-12 10:00 send_back replied>handling"}, "yunfu met, gonglu 2026-10-11 00:00"},
		{"a suspended ticket's tasks stand", []string{onReceipt, given, onSign, "2026-10-08 10:00 grant_suspension handling>suspended review_date=2026-12-01"}, "yunfu stands, gonglu stands"},
		{"after two working days of suspension the end is two later", []string{onReceipt, given, onSign, "2026-10-08 10:00 grant_suspension handling>suspended review_date=2026-12-01", "2026-10-10 10:00 resume suspended>handling"},
			"yunfu 2026-10-14 00:00, gonglu 2026-10-14 00:00"},
		{"a refused return leaves them running", []string{onReceipt, given, onSign, "2026-10-08 09:00 request_return handling>return_requested", "2026-10-09 09:00 refuse_return return_requested>dispatched", "2026-10-09 10:00 sign dispatched>handling"},
			"yunfu 2026-10-11 00:00, gonglu 2026-10-11 00:00"},
		{"an upheld return ends them", []string{onReceipt, given, onSign, "2026-10-08 09:00 request_return handling>return_requested", "2026-10-09 09:00 uphold_return return_requested>received"}, ""},
		{"a ruling gives new ones", []string{onReceipt, given, onSign, "2026-10-08 09:00 request_return handling>return_requested", "2026-10-08 10:00 escalate return_requested>arbitration", "2026-10-09 09:00 arbitrate arbitration>dispatched lead=yunfu co=zhidui", "2026-10-09 10:00 sign dispatched>handling"},
			"zhidui 2026-10-14 00:00"},
		{"a redo gives what was never done the strict time", []string{onReceipt, given, onSign, helped, reply, "2026-10-09 11:00 approve_reply replied>callback", "2026-10-10 10:00 redo callback>dispatched", "2026-10-10 11:00 sign dispatched>handling"},
			"yunfu met, gonglu 2026-10-14 00:00"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			tk := ticket.Ticket{Channel: ticket.Channel12345, Progress: ticket.Progress{Category: "D02", Kind: ticket.Complaint}}
			for _, line := range c.events {
				line, unit := strings.TrimSuffix(line, " yunfu"), strings.HasSuffix(line, " yunfu")
				events := life(t, line)
				if unit {
					events[0].Unit = "yunfu"
				}
				tk.Events = append(tk.Events, events...)
			}
			if got := strings.Join(taskDues(p, &tk), ", "); got != c.want {
				t.Errorf("got  %s\nwant %s", got, c.want)
			}
		})
	}
}

func TestAFolderWithoutTheColumnOfTasksGivesThemTheTimeOfTheTicket(t *testing.T) {
	p, err := Load(ruletest.Folder(), ruletest.Few)
	if err != nil {
		t.Fatal(err)
	}
	tk := &ticket.Ticket{}
	if row := p.LimitsOf(tk, OrdinaryLimits); row.Task != row.Close || row.Task.N == 0 {
		t.Errorf("a task has %s, the ticket %s", row.Task, row.Close)
	}
}
