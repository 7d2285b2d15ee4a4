package dossier

import (
	"slices"
	"time"

	"huiyin/ticket"
)

// Entry is a matter: the fold of its history.
type Entry struct {
	ID      string
	State   ticket.State
	Version int64
	// Values are the fields of all steps, the latest of each name.
	Values map[string]string
	Events []ticket.Event

	head []byte
}

// Unit is the code of the unit that the matter is with.
func (e *Entry) Unit() string { return e.Values["unit"] }

// Last is the latest event of any of some steps; nil when there is none.
func (e *Entry) Last(steps ...ticket.Step) *ticket.Event {
	for i := len(e.Events) - 1; i >= 0; i-- {
		if slices.Contains(steps, e.Events[i].Step) {
			return &e.Events[i]
		}
	}
	return nil
}

// First is the earliest event of any of some steps; nil when there is none.
func (e *Entry) First(steps ...ticket.Step) *ticket.Event {
	i := slices.IndexFunc(e.Events, func(x ticket.Event) bool { return slices.Contains(steps, x.Step) })
	if i < 0 {
		return nil
	}
	return &e.Events[i]
}

// Count is how often any of some steps was taken.
func (e *Entry) Count(steps ...ticket.Step) int {
	n := 0
	for i := range e.Events {
		if slices.Contains(steps, e.Events[i].Step) {
			n++
		}
	}
	return n
}

// OpenedAt is when the matter began.
func (e *Entry) OpenedAt() time.Time {
	if len(e.Events) == 0 {
		return time.Time{}
	}
	return e.Events[0].At
}

// At is the matter as it stood at an instant; its State is None before it began.
func (e *Entry) At(at time.Time) Entry {
	out := Entry{ID: e.ID, Values: map[string]string{}}
	for i := range e.Events {
		if !e.Events[i].At.Before(at) {
			break
		}
		out.apply(e.Events[i])
	}
	return out
}

func (e *Entry) apply(event ticket.Event) {
	if e.Values == nil {
		e.Values = map[string]string{}
	}
	for name, value := range event.Fields {
		e.Values[name] = value
	}
	e.State = event.To
	e.Version = event.Seq
	e.Events = append(e.Events, event)
}
