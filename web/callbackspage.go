package web

import (
	"errors"
	"fmt"
	"sort"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// callbacksView is the operators' call list, with the draw that part of it
// comes from.
type callbacksView struct {
	listView
	Calls []callRow
	Draw  []pair // empty: nothing was drawn yet
}

// callRow is somebody to be called.
type callRow struct {
	ticketRow
	Why   string // one by one, or drawn
	Tried string // when it was tried, and how often; empty: not yet
	Later bool   // tried today: another day
}

// callbackPage is the operators' call list.
func (s *Server) callbackPage(v *visit) error {
	list, err := s.listPage(v, "回访", "/callbacks", []tab{
		{name: "due", title: "待回访", filter: workflow.Filter{States: []ticket.State{ticket.Callback}, SortBy: "due"}, lead: "按回访时限先后，今天拨过没接通的排在后面。问三件事：是否联系过您、是否解决、是否满意；三个回答分开记，互不推断。", empty: "没有待回访的工单"},
		{name: "done", title: "已办结", past: true, filter: workflow.Filter{States: []ticket.State{ticket.Closed}, SortBy: "received"}},
	})
	if err != nil {
		return err
	}
	if !list.Tabs[0].Current {
		return s.render(v.Ctx, "lists", list)
	}
	view := callbacksView{listView: list}
	if view.Calls, err = s.calls(v, list.Rows); err != nil {
		return err
	}
	if view.Draw, err = s.lastDraw(v); err != nil {
		return err
	}
	return s.render(v.Ctx, "callbacks", view)
}

// calls are the rows of the list with what a call needs to know.
func (s *Server) calls(v *visit, rows []ticketRow) ([]callRow, error) {
	p := s.Desk.Policy()
	calls := make([]callRow, 0, len(rows))
	for _, row := range rows {
		t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(row.ID))
		if errors.Is(err, ticket.ErrNotFound) { // it was sealed meanwhile
			continue
		}
		if err != nil {
			return nil, err
		}
		call := callRow{ticketRow: row, Why: whyCalled(p, &t)}
		call.Tried, call.Later = triedText(&t, p, v.now)
		calls = append(calls, call)
	}
	sort.SliceStable(calls, func(a, b int) bool { return !calls[a].Later && calls[b].Later })
	return calls, nil
}

// whyCalled says which rule put a ticket on the list.
func whyCalled(p *rules.Policy, t *ticket.Ticket) string {
	for i := len(t.Events) - 1; i >= 0; i-- {
		switch e := &t.Events[i]; {
		case e.Step == ticket.StepDraw:
			return ticket.Month(e.Fields["month"]).Name() + "抽中"
		case e.To == ticket.Callback && e.From != ticket.Callback:
			i = 0
		}
	}
	if t.Redos > 0 {
		return "重办件，逐件回访"
	}
	if mode, _ := p.CallbackMode(t); mode == rules.OneByOne {
		return "逐件回访"
	}
	return "按规定回访"
}

// triedText says how often and when the caller was rung up in vain in this
// round, and whether that was today.
func triedText(t *ticket.Ticket, p *rules.Policy, now time.Time) (text string, today bool) {
	n := 0
	var last time.Time
	for i := range t.Events {
		e := &t.Events[i]
		if e.To == ticket.Callback && e.From != ticket.Callback {
			n, last = 0, time.Time{}
		}
		if at, err := time.Parse(time.RFC3339, e.Fields["at"]); e.Step == ticket.StepCallback && e.Fields["reached"] == "no" && err == nil {
			n, last = n+1, at
		}
	}
	if n == 0 {
		return "", false
	}
	_, row := p.CallbackMode(t)
	return fmt.Sprintf("%d 次没接通（共须 %d 次），最近 %s", n, max(row.Attempts, 1), moment(last, now)), ticket.DateOf(last) == ticket.DateOf(now)
}

// lastDraw is the latest monthly draw, so that an auditor can draw it again.
func (s *Server) lastDraw(v *visit) ([]pair, error) {
	month := ticket.MonthOf(v.now).Add(-1)
	draw, err := s.Desk.Drawn(v.ctx(), month)
	if errors.Is(err, ticket.ErrNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return []pair{
		{"月份", month.Name()}, {"应抽范围", fmt.Sprintf("%d 件办结，分 %d 层（单位 × 类别）", draw.Population, len(draw.Strata))},
		{"抽中", fmt.Sprintf("%d 件", len(draw.Drawn))}, {"随机种子", fmt.Sprint(draw.Seed)},
		{"核对", fmt.Sprintf("huiyin draw %s --seed %d 得到同样的结果", month, draw.Seed)},
	}, nil
}
