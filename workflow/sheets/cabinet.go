package sheets

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
)

// Cabinet is where a store's sheets lie.
type Cabinet struct{ *dossier.Desk }

// New opens the cabinet of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Cabinet {
	return &Cabinet{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// ID names the sheet of a unit and a month.
func ID(m ticket.Month, unit string) string { return string(m) + "-" + unit }

// file holds the figures as the unit was shown them.
const file = "sheet.json"

// Put issues a sheet; figures are kept as they were then. It reports whether
// the sheet is new: one that is there already stays as it is.
func (c *Cabinet) Put(ctx context.Context, now time.Time, m ticket.Month, unit string, by ticket.Date, figures []byte) (bool, error) {
	_, err := c.Entry(ctx, ticket.Service, ID(m, unit))
	if !errors.Is(err, ticket.ErrNotFound) {
		return false, err
	}
	_, err = c.Take(ctx, now, dossier.Request{
		ID: "issue:" + ID(m, unit), Entry: ID(m, unit), Step: Issue, Actor: ticket.Service,
		Recorded: map[string]string{"unit": unit, "month": string(m), "by": string(by)}, Files: map[string][]byte{file: figures},
	})
	if errors.Is(err, ticket.ErrIllegal) || errors.Is(err, ticket.ErrConflict) { // another instance was faster
		return false, nil
	}
	return err == nil, err
}

// Figures are the figures of a sheet that the actor may see.
func (c *Cabinet) Figures(ctx context.Context, actor ticket.Actor, id string) ([]byte, error) {
	if _, err := c.Entry(ctx, actor, id); err != nil {
		return nil, err
	}
	return c.File(ctx, id, file)
}

// Of lists the sheets of a month, by unit.
func (c *Cabinet) Of(ctx context.Context, actor ticket.Actor, m ticket.Month) ([]dossier.Entry, error) {
	all, err := c.List(ctx, actor)
	if err != nil {
		return nil, err
	}
	own := slices.DeleteFunc(all, func(e dossier.Entry) bool { return e.Values["month"] != string(m) })
	slices.SortFunc(own, func(a, b dossier.Entry) int { return strings.Compare(a.Unit(), b.Unit()) })
	return own, nil
}

// Confirmations are the sheets to be confirmed in a span, as they stood at an
// instant, for reports.
func (c *Cabinet) Confirmations(ctx context.Context, from, to ticket.Date, at time.Time) ([]ticket.SheetConfirmation, error) {
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	var out []ticket.SheetConfirmation
	for i := range all {
		e := all[i].At(at)
		by := ticket.Date(all[i].Values["by"])
		if e.State == ticket.None || by < from || by > to {
			continue
		}
		x := ticket.SheetConfirmation{Month: ticket.Month(all[i].Values["month"]), Unit: all[i].Unit(), By: by, Reminded: e.Count(Remind)}
		if last := e.Last(Confirm); last != nil && e.State == Confirmed {
			x.ConfirmedAt, x.Name, x.Remarks = last.At, last.Name, last.Fields["remarks"]
		}
		out = append(out, x)
	}
	slices.SortFunc(out, func(a, b ticket.SheetConfirmation) int {
		return strings.Compare(ID(a.Month, a.Unit), ID(b.Month, b.Unit))
	})
	return out, nil
}

// Reminded is what a round of reminders did.
type Reminded struct{ Waiting, Sent int }

// Remind reminds the units whose sheets are not confirmed: once when the day is
// near, and on each day from the day itself on. Doing it again on the same day
// does no harm.
func (c *Cabinet) Remind(ctx context.Context, now time.Time, ahead int) (Reminded, error) {
	var done Reminded
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return done, err
	}
	today := ticket.DateOf(now)
	var faults []error
	for i := range all {
		e := &all[i]
		if e.State != Issued {
			continue
		}
		done.Waiting++
		by := ticket.Date(e.Values["by"])
		near := ticket.DateOf(by.Start().AddDate(0, 0, -ahead))
		last := e.Last(Remind)
		if today < near || today < by && last != nil || last != nil && ticket.DateOf(last.At) == today {
			continue
		}
		note := fmt.Sprintf("%s的单位月报表请于%s前确认", ticket.Month(e.Values["month"]).Name(), by)
		if today > by {
			note = fmt.Sprintf("%s的单位月报表已超过确认期限（%s），请尽快确认", ticket.Month(e.Values["month"]).Name(), by)
		}
		_, err := c.Take(ctx, now, dossier.Request{
			ID: fmt.Sprintf("remind:%s:%s", e.ID, today), Entry: e.ID, Version: e.Version, Step: Remind, Actor: ticket.Service, Recorded: map[string]string{"note": note},
		})
		switch {
		case err == nil:
			done.Sent++
		case !errors.Is(err, ticket.ErrConflict) && !errors.Is(err, ticket.ErrIllegal):
			faults = append(faults, err)
		}
	}
	return done, errors.Join(faults...)
}
