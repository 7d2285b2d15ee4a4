package steps

import (
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// A slip of the hand is taken back by a step of its own: what was done and that
// it was taken back both stay in the history, nothing that was acknowledged is
// unsaid. Messages about a dispatch are held for at least as long, so that
// nobody outside hears of one that was recalled.

// Recallable gives the dispatch or transfer that put a ticket where it is, and
// until when whoever took it may recall it; ok is false when there is none.
func Recallable(p *rules.Policy, t *ticket.Ticket) (e *ticket.Event, until time.Time, ok bool) {
	for i := len(t.Events) - 1; i >= 0; i-- {
		e := &t.Events[i]
		if e.From == e.To {
			continue // a note, an urge: it stands where it stood
		}
		slip := (e.Step == ticket.StepDispatch || e.Step == ticket.StepTransfer) && e.Role != ticket.System
		return e, e.At.Add(p.RecallWithin), slip && p.RecallWithin > 0
	}
	return nil, time.Time{}, false
}

func mayRecall(m *Moment) {
	e, until, ok := Recallable(m.Policy, m.Ticket)
	switch {
	case !ok:
		m.notNow("no_recall", "只能撤回话务员刚做的分派或转出")
	case e.Actor != m.Actor.ID:
		m.refuse(ticket.ErrForbidden, "not_own", "只能撤回本人刚做的分派或转出")
	case !m.Now.IsZero() && m.Now.After(until):
		m.notNow("recall_over", "过了%d秒，不能再撤回；请与承办单位联系，由它申请退单", int(m.Policy.RecallWithin.Seconds()))
	}
}

// noteRecalled records which step is taken back.
func noteRecalled(m *Moment) {
	if e, _, ok := Recallable(m.Policy, m.Ticket); ok {
		m.record(ticket.UndoesField, strconv.FormatInt(e.Seq, 10))
	}
}

// takeBack makes of a ticket what it was before an event, as far as a dispatch
// or transfer changes it. It is no effect in the table, for it folds by the table.
func takeBack(t *ticket.Ticket, seq int64) {
	was := *t
	was.Progress, was.Events = ticket.Progress{}, nil
	for i := range t.Events[:seq-1] {
		if Apply(&was, &t.Events[i]) != nil {
			return // a damaged history is told of by who folds it
		}
	}
	t.Category, t.Kind, t.County = was.Category, was.Kind, was.County
	t.Lead, t.Co, t.Tasks = was.Lead, was.Co, was.Tasks
	t.DispatchedAt, t.ClosedAt, t.Auto = was.DispatchedAt, was.ClosedAt, was.Auto
}
