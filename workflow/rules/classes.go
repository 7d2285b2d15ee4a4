package rules

import (
	"iter"

	"huiyin/ticket"
)

// class is what decides whether a caller is asked: category and kind, as they
// were at one time of a ticket's life.
type class struct {
	category string
	kind     ticket.Kind
}

// classes are all that a ticket has been taken for, from its receipt on. A
// dispatch that was taken back was never meant.
func classes(t *ticket.Ticket) iter.Seq[class] {
	return func(yield func(class) bool) {
		now := class{t.Verdict.Category, t.Verdict.Kind}
		for i := range t.Events {
			e := &t.Events[i]
			if ticket.Undone(t.Events, e.Seq) {
				continue
			}
			changed := e.Step == ticket.StepReceive
			for _, change := range []struct {
				value string
				set   func(string)
			}{
				{e.Fields["category"], func(v string) { now.category = v }},
				{e.Fields["kind"], func(v string) { now.kind = ticket.Kind(v) }},
			} {
				if changesClass[e.Step] && change.value != "" {
					change.set(change.value)
					changed = true
				}
			}
			if changed && !yield(now) {
				return
			}
		}
	}
}

// changesClass are the steps whose fields category and kind say what a ticket is.
var changesClass = map[ticket.Step]bool{ticket.StepReceive: true, ticket.StepDispatch: true, ticket.StepCorrect: true}

// EverToHandle reports whether a ticket was ever taken for what a unit must
// handle: a complaint, or a matter of enforcement.
func (p *Policy) EverToHandle(t *ticket.Ticket) bool {
	for c := range classes(t) {
		if category, _ := p.Categories.Find(c.category); c.kind == ticket.Complaint || category.Enforcement {
			return true
		}
	}
	return false
}

// strictness orders the modes of callback.
var strictness = map[CallbackMode]int{NoCallback: 0, ByDraw: 1, OneByOne: 2}

// Softens reports whether a ticket taken for another category and kind would be
// called back less strictly than as it is now.
func (p *Policy) Softens(t *ticket.Ticket, category string, kind ticket.Kind) bool {
	was, _ := p.callbackOf(t.Category, t.Kind, t.Channel, false)
	is, _ := p.callbackOf(category, kind, t.Channel, false)
	return !p.ForgetsClass && strictness[is] < strictness[was]
}
