// Package dossier keeps matters that have a life of their own beside the
// tickets: entries of the rectification ledger, editions of a report. A matter
// is what its history says; every step of it is in a table, and what is not in
// the table cannot happen. Steps are compared and set by version and
// hash-chained as those of a ticket are.
package dossier

import (
	"slices"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// Table is the life of a kind of matters.
type Table struct {
	Kind   string // in keys: "rectify"
	Noun   string // 中文, for refusals: 整改事项
	States []State
	Steps  []Step
}

// State is where a matter stands.
type State struct {
	State ticket.State
	Name  string // 中文
}

// Step is a row of the table.
type Step struct {
	Step   ticket.Step
	Name   string         // 中文, as on the button
	From   []ticket.State // none: it opens the matter
	To     ticket.State   // none: it stays where it is
	Roles  []ticket.Role  // of units, the people of the matter's own unit only
	Fields []steps.Field
	Auto   bool // the service may take it by itself
	// NotBy names steps: who took any of them since the matter was opened may
	// not take this one. NotLastBy: who took the latest of them.
	NotBy, NotLastBy []ticket.Step
	Rule             string // 中文: what else must hold

	// Ready says why the step cannot be taken now, nil when it can.
	Ready func(e *Entry) *ticket.Refusal
	// Check finds what is wrong with the fields.
	Check func(e *Entry, now time.Time, fields map[string]string) []ticket.FieldFault
}

// Find gives a step by its name.
func (t *Table) Find(step ticket.Step) (*Step, bool) {
	for i := range t.Steps {
		if t.Steps[i].Step == step {
			return &t.Steps[i], true
		}
	}
	return nil, false
}

// StateName is the Chinese name of a state.
func (t *Table) StateName(s ticket.State) string {
	for _, state := range t.States {
		if state.State == s {
			return state.Name
		}
	}
	return string(s)
}

// Allowed are the steps that somebody may take on a matter now: the buttons.
func (t *Table) Allowed(actor ticket.Actor, e *Entry) []Step {
	var out []Step
	for i := range t.Steps {
		if s := &t.Steps[i]; t.refuse(s, actor, e) == nil && !actor.Has(ticket.System) {
			out = append(out, *s)
		}
	}
	return out
}

// refuse says why somebody cannot take a step on a matter; nil when they can.
// The order is: who, then where the matter stands.
func (t *Table) refuse(s *Step, actor ticket.Actor, e *Entry) *ticket.Refusal {
	if _, ok := s.role(actor, e); !ok {
		return t.forbidden(s, actor)
	}
	if !s.starts(e.State) {
		if e.State == ticket.None {
			return ticket.Refuse(ticket.ErrNotFound, "no_matter", "没有这个%s", t.Noun)
		}
		return ticket.Refuse(ticket.ErrIllegal, "illegal_step", "%s现在是“%s”，不能%s", t.Noun, t.StateName(e.State), s.Name)
	}
	if own(s, actor, e) {
		return ticket.Refuse(ticket.ErrForbidden, "own_work", "不能%s本人经手的%s，请换一个人", s.Name, t.Noun)
	}
	if s.Ready != nil {
		return s.Ready(e)
	}
	return nil
}

func (s *Step) starts(state ticket.State) bool {
	if len(s.From) == 0 {
		return state == ticket.None
	}
	return slices.Contains(s.From, state)
}

// role is the role by which somebody may take the step.
func (s *Step) role(actor ticket.Actor, e *Entry) (ticket.Role, bool) {
	if s.Auto && actor.Has(ticket.System) {
		return ticket.System, true
	}
	for _, r := range s.Roles {
		if actor.Has(r) && (r != ticket.UnitHandler || actor.Unit != "" && actor.Unit == e.Unit()) {
			return r, true
		}
	}
	return "", false
}

// own reports whether the step would judge the actor's own work.
func own(s *Step, actor ticket.Actor, e *Entry) bool {
	if last := e.Last(s.NotLastBy...); last != nil && last.Actor == actor.ID {
		return true
	}
	return slices.ContainsFunc(e.Events, func(x ticket.Event) bool {
		return x.Actor == actor.ID && slices.Contains(s.NotBy, x.Step)
	})
}

func (t *Table) forbidden(s *Step, actor ticket.Actor) *ticket.Refusal {
	if actor.Has(ticket.UnitHandler) && slices.Contains(s.Roles, ticket.UnitHandler) {
		return ticket.Refuse(ticket.ErrForbidden, "not_yours", "只有责任单位可以%s", s.Name)
	}
	names := make([]string, len(s.Roles))
	for i, r := range s.Roles {
		names[i] = r.Name()
	}
	if len(names) == 0 {
		return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”只由系统办理", s.Name)
	}
	return ticket.Refuse(ticket.ErrForbidden, "not_allowed", "“%s”由%s办理", s.Name, strings.Join(names, "、"))
}
