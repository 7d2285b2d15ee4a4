package steps

import (
	"maps"
	"time"

	"huiyin/ticket"
)

// What the steps change beside the state. An effect looks only at the ticket
// as it was and at the event, so that the history alone says what a ticket is.

func receive(t *ticket.Ticket, e *ticket.Event) {
	t.Kind, t.Category, t.Urgency = t.Verdict.Kind, t.Verdict.Category, t.Verdict.Urgency
	classified(t, e)
	if u, ok := e.Fields["urgency"]; ok {
		t.Urgency = ticket.Urgency(u)
	}
	t.Confidential = t.Confidential || e.Fields["confidential"] == Yes
}

// classified takes over what a person, or the intake form, says against the verdict.
func classified(t *ticket.Ticket, e *ticket.Event) {
	if v := e.Fields["category"]; v != "" {
		t.Category = v
	}
	if v := e.Fields["kind"]; v != "" {
		t.Kind = ticket.Kind(v)
	}
	if v := e.Fields["county"]; v != "" {
		t.County = v
	}
	if e.Fields["clue"] == Yes {
		t.Confidential = true
		pend(t, "hand_over", ticket.Suspected, "")
	}
}

func dispatch(t *ticket.Ticket, e *ticket.Event) {
	classified(t, e)
	give(t, e)
	t.Auto = e.Role == ticket.System
}

// give hands the ticket to a lead and its helpers.
func give(t *ticket.Ticket, e *ticket.Event) {
	t.Lead, t.Co, t.Tasks = e.Fields["lead"], unitList(e.Fields["co"]), nil
	for _, code := range t.Co {
		t.Tasks = append(t.Tasks, ticket.Task{Unit: code, GivenAt: e.At})
	}
	t.DispatchedAt = e.At
}

func bounce(t *ticket.Ticket, _ *ticket.Event) {
	t.Bounces++
	t.Lead, t.Co, t.Tasks = "", nil, nil
}

func arbitrate(t *ticket.Ticket, e *ticket.Event) {
	give(t, e)
	t.Final, t.Auto = true, false
}

// ask remembers a request and who made it until somebody else decides.
func ask(request, field string) func(*ticket.Ticket, *ticket.Event) {
	return func(t *ticket.Ticket, e *ticket.Event) { pend(t, request, e.Fields[field], e.Actor) }
}

func settle(request string) func(*ticket.Ticket, *ticket.Event) {
	return func(t *ticket.Ticket, _ *ticket.Event) { unpend(t, request) }
}

func pend(t *ticket.Ticket, request, value, account string) {
	t.Pending = maps.Clone(t.Pending)
	if t.Pending == nil {
		t.Pending = map[string]string{}
	}
	t.Pending[request] = value
	if account != "" {
		t.Pending[By(request)] = account
	}
}

func unpend(t *ticket.Ticket, request string) {
	if _, ok := t.Pending[request]; !ok {
		return
	}
	t.Pending = maps.Clone(t.Pending)
	delete(t.Pending, request)
	delete(t.Pending, By(request))
	if len(t.Pending) == 0 {
		t.Pending = nil
	}
}

func extend(t *ticket.Ticket, _ *ticket.Event) {
	t.Extended = true
	unpend(t, "extension")
}

func reply(t *ticket.Ticket, e *ticket.Event) {
	t.RepliedAt = e.At
	t.Mediated = e.Fields["outcome"] == "mediated"
	t.Substantiated = tri(e, "substantiated")
}

func tri(e *ticket.Event, field string) ticket.Tri {
	v, _ := ticket.ParseTri(e.Fields[field])
	return v
}

func approve(t *ticket.Ticket, e *ticket.Event) { t.CallbackDue = e.To == ticket.Callback }

func sentBack(t *ticket.Ticket, _ *ticket.Event) { t.RepliedAt = time.Time{} }

func drawn(t *ticket.Ticket, _ *ticket.Event) { t.CallbackDue, t.Attempts = true, 0 }

func attempt(t *ticket.Ticket, _ *ticket.Event) { t.Attempts++ }

func recordCallback(t *ticket.Ticket, e *ticket.Event) {
	t.Responded, t.Solved, t.Satisfied = tri(e, "responded"), tri(e, "solved"), tri(e, "satisfied")
}

// redo starts the handling anew: what the first one came to is no longer so.
func redo(t *ticket.Ticket, e *ticket.Event) {
	t.Redos++
	t.DispatchedAt, t.RepliedAt, t.ClosedAt = e.At, time.Time{}, time.Time{}
	t.Responded, t.Solved, t.Satisfied, t.Substantiated = 0, 0, 0, 0
	t.Mediated, t.CallbackDue, t.Auto, t.Attempts = false, false, false, 0
}

func merge(t *ticket.Ticket, e *ticket.Event) {
	t.Primary = ticket.ID(e.Fields["primary"])
	if t.Lead == "" {
		t.Lead = e.Fields["lead"] // whose answer its caller waits for
	}
}

func split(t *ticket.Ticket, e *ticket.Event) {
	t.Primary = ""
	if e.To == ticket.Received {
		t.Lead = ""
	}
}

func transfer(t *ticket.Ticket, e *ticket.Event) { t.Lead = e.Fields["unit"] }

func propose(t *ticket.Ticket, e *ticket.Event) {
	t.Confidential = true
	pend(t, "hand_over", ticket.Proposed, e.Actor)
}

func supervise(t *ticket.Ticket, e *ticket.Event) {
	t.Supervision = ticket.Supervision(e.Fields["level"])
}

func lift(t *ticket.Ticket, _ *ticket.Event) { t.Supervision = ticket.Unsupervised }

func urge(t *ticket.Ticket, _ *ticket.Event) { t.Urged++ }

func exclude(t *ticket.Ticket, _ *ticket.Event) {
	t.Excluded = true
	unpend(t, "exclusion")
}

func include(t *ticket.Ticket, _ *ticket.Event) { t.Excluded = false }

func correct(t *ticket.Ticket, e *ticket.Event) { classified(t, e) }

func confide(t *ticket.Ticket, _ *ticket.Event) { t.Confidential = true }

func disclose(t *ticket.Ticket, _ *ticket.Event) {
	t.Confidential = false
	unpend(t, "disclosure")
}
