package twins

import (
	"cmp"
	"context"
	"math"
	"slices"

	"huiyin/classify/near"
	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// Twin is a ticket that may be the same matter, with the evidence.
type Twin struct {
	Ticket     ticket.Ticket `json:"-"` // without history, as it is now
	ID         ticket.ID     `json:"id"`
	SourceNo   string        `json:"source_no"`
	State      ticket.State  `json:"state"`
	Alike      float64       `json:"alike"` // share of common pieces of both texts, 0…1
	SameCaller bool          `json:"same_caller"`
	// Shared are the plates, lines, roads, stations, companies and places that both name.
	Shared []string `json:"shared,omitempty"`
	Days   int      `json:"days"` // between the two receipts, rounded
	// Primary is the ticket into which the other can be merged, as far as the
	// twin's own state tells: the twin, or the one that it was merged into.
	// Empty when it is younger, or done.
	Primary ticket.ID `json:"primary,omitempty"`
}

// weight orders twins: what the eye would call the same comes first.
func (t *Twin) weight() float64 {
	w := t.Alike + 0.1*float64(min(len(t.Shared), 2))
	if t.SameCaller {
		w += 0.3
	}
	if t.Primary != "" {
		w += 0.05
	}
	return w
}

// Offered reports whether twins are shown to somebody at all: to those who may
// merge, and to the service on their behalf.
func Offered(actor ticket.Actor) bool {
	return actor.Has(ticket.System) || permit.May(actor, permit.Step(ticket.StepMerge), nil)
}

// Find gives the tickets that may be the same matter as t, the likeliest first,
// as far as the actor may see them and nobody has said that they are not. t
// need not be in the store. Errors are the store's.
func (b *Book) Find(ctx context.Context, actor ticket.Actor, t *ticket.Ticket) ([]Twin, error) {
	if !Offered(actor) {
		return nil, nil
	}
	policy := b.policy.Load()
	ids := b.suspects(t)
	if len(ids) == 0 {
		return nil, nil
	}
	found, err := b.store.Tickets(ctx, ids)
	if err != nil {
		return nil, err
	}
	own := near.Of(t.Text())
	var twins []Twin
	for i := range found {
		other := &found[i]
		if other.Secrecy() != ticket.Visible || !permit.May(actor, permit.Read, other) {
			continue
		}
		if twin, alike := compare(policy, t, &own, other); alike {
			twins = append(twins, twin)
		}
	}
	slices.SortFunc(twins, func(a, b Twin) int {
		return cmp.Or(cmp.Compare(b.weight(), a.weight()), cmp.Compare(a.ID, b.ID))
	})
	return b.undismissed(ctx, t.ID, twins, policy.Most)
}

// suspectsMost bounds how many tickets one look reads: of a formula that
// hundreds of callers send, the likeliest are enough.
const suspectsMost = 40

// suspects are the tickets that texts or caller point at.
func (b *Book) suspects(t *ticket.Ticket) []ticket.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		return nil
	}
	var ids []ticket.ID
	add := func(id ticket.ID) {
		if id != "" && id != t.ID && len(ids) < suspectsMost && !slices.Contains(ids, id) {
			ids = append(ids, id)
		}
	}
	// The latest first: those of a caller are few, but some call every day.
	calls := b.pages.callers[ticket.CallerNumber(t.CallerKey)]
	for i := len(calls) - 1; i >= 0 && len(ids) < suspectsMost/2; i-- {
		if _, recent := b.pages.slots[calls[i]]; recent {
			add(calls[i])
		}
	}
	for _, m := range b.pages.texts.Find(near.Of(t.Text())) {
		add(b.pages.ids[m.ID])
	}
	return ids
}

// compare says what two tickets have in common, and whether that is enough.
func compare(policy *Policy, t *ticket.Ticket, own *near.Sketch, other *ticket.Ticket) (Twin, bool) {
	theirs := near.Of(other.Text())
	twin := Twin{
		Ticket: *other, ID: other.ID, SourceNo: other.SourceNo, State: other.State,
		Alike:      math.Round(near.Common(own, &theirs)*100) / 100,
		SameCaller: t.CallerKey != "" && t.CallerKey == other.CallerKey,
		Shared:     shared(t, other, telling),
		Days:       int(math.Round(math.Abs(t.ReceivedAt.Sub(other.ReceivedAt).Hours()) / 24)),
	}
	if older(other, t) {
		twin.Primary = primaryOf(other)
	}
	alike := twin.Alike >= policy.Common || twin.Alike >= policy.Least && near.Contained(own, &theirs) >= policy.Contained
	if twin.SameCaller {
		alike = alike || twin.Alike >= policy.SameCaller || len(twin.Shared) > 0
	}
	twin.Shared = append(twin.Shared, shared(t, other, places)...)
	return twin, alike
}

// older reports whether a ticket was there before another; one that is not
// stored yet is the youngest.
func older(a, b *ticket.Ticket) bool {
	if b.ID == "" || a.ReceivedAt.Before(b.ReceivedAt) {
		return true
	}
	return a.ReceivedAt.Equal(b.ReceivedAt) && a.ID < b.ID
}

func primaryOf(t *ticket.Ticket) ticket.ID {
	switch {
	case t.State == ticket.Merged:
		return t.Primary
	case t.State.IsOpen() && t.RepliedAt.IsZero():
		return t.ID
	}
	return ""
}

// telling are the things by which two complaints are known to mean the same.
var telling = []ticket.EntityKind{
	ticket.EntityPlate, ticket.EntityLine, ticket.EntityRoad, ticket.EntityStation,
	ticket.EntityToll, ticket.EntityCompany, ticket.EntityBadge, ticket.EntityOrder,
}

// places are told as evidence, but many matters have one place.
var places = []ticket.EntityKind{ticket.EntityPlace}

// shared are the things of some kinds that both texts name, as the first writes them.
func shared(a, b *ticket.Ticket, kinds []ticket.EntityKind) []string {
	names := map[string]bool{}
	for _, e := range b.Verdict.Entities {
		if slices.Contains(kinds, e.Kind) {
			names[string(e.Kind)+e.Norm()] = true
		}
	}
	var both []string
	for _, e := range a.Verdict.Entities {
		if names[string(e.Kind)+e.Norm()] && !slices.Contains(both, e.Text) {
			both = append(both, e.Text)
		}
	}
	return both
}

// Hold gives the open ticket of the same caller that is so much like t that a
// person should look before the service dispatches t; empty when there is none.
// Errors are the store's.
func (b *Book) Hold(ctx context.Context, t *ticket.Ticket) (ticket.ID, error) {
	if t.CallerKey == "" || len(b.calls(t.CallerKey, t.ID)) == 0 {
		return "", nil
	}
	line := b.policy.Load().Hold
	twins, err := b.Find(ctx, ticket.Service, t)
	for i := range twins {
		if twins[i].SameCaller && twins[i].Alike >= line && twins[i].Ticket.State.IsOpen() {
			return twins[i].ID, err
		}
	}
	return "", err
}

// Earlier is what a caller has told before.
type Earlier struct {
	Count int             // of the months that the policy looks back
	Last  []ticket.Ticket // the latest, without history
}

// earlierShown is how many of a caller's tickets are shown, earlierRead how
// many are read at most.
const (
	earlierShown = 3
	earlierRead  = 60
)

// Caller gives the other tickets of a caller, by the fingerprint of the phone,
// as far as the actor may see them. Errors are the store's.
func (b *Book) Caller(ctx context.Context, actor ticket.Actor, key string, except ticket.ID) (Earlier, error) {
	var e Earlier
	if key == "" || !Offered(actor) {
		return e, nil
	}
	found, err := b.store.Tickets(ctx, b.calls(key, except))
	if err != nil {
		return e, err
	}
	for _, t := range found {
		if t.CallerKey == key && t.Secrecy() == ticket.Visible && permit.May(actor, permit.Read, &t) {
			e.Last = append(e.Last, t)
		}
	}
	slices.SortFunc(e.Last, func(a, b ticket.Ticket) int {
		return cmp.Or(b.ReceivedAt.Compare(a.ReceivedAt), cmp.Compare(a.ID, b.ID))
	})
	e.Count = len(e.Last)
	e.Last = e.Last[:min(len(e.Last), earlierShown)]
	return e, nil
}

func (b *Book) calls(key string, except ticket.ID) []ticket.ID {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.pages == nil {
		return nil
	}
	calls := b.pages.callers[ticket.CallerNumber(key)]
	var ids []ticket.ID
	for i := len(calls) - 1; i >= 0 && len(ids) < earlierRead; i-- {
		if calls[i] != except {
			ids = append(ids, calls[i])
		}
	}
	return ids
}
