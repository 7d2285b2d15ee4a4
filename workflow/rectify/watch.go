package rectify

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
)

// Watch is how the policy watches deadlines.
type Watch struct {
	Ahead int // days before a deadline at which the unit is reminded, once
	Every int // days between two urges of an overdue entry
}

// Watched is what a round of watching did.
type Watched struct{ Overdue, Urged, Reminded int }

// Sweep reminds units of deadlines that come near, and urges what is overdue.
// Doing it again on the same day does no harm.
func (l *Ledger) Sweep(ctx context.Context, now time.Time, w Watch) (Watched, error) {
	var done Watched
	all, err := l.List(ctx, ticket.Service)
	if err != nil {
		return done, err
	}
	var faults []error
	for i := range all {
		e := &all[i]
		r := Of(e)
		if !r.State.Owed() || r.Deadline == "" {
			continue
		}
		overdue := r.Overdue(now)
		if overdue {
			done.Overdue++
		}
		switch {
		case overdue && quiet(e, now, w.Every, Urge):
			done.Urged++
			faults = append(faults, l.serve(ctx, now, e, Urge, "已超过完成时限，请尽快整改"))
		case !overdue && daysTo(r.Deadline, now) <= w.Ahead && remindable(e, r.Deadline):
			done.Reminded++
			faults = append(faults, l.serve(ctx, now, e, Remind, ""))
		}
	}
	return done, errors.Join(faults...)
}

// serve takes a step as the service; that somebody was faster is no fault.
func (l *Ledger) serve(ctx context.Context, now time.Time, e *dossier.Entry, step ticket.Step, note string) error {
	recorded := map[string]string{"due": e.Values["deadline"]}
	if note != "" {
		recorded["note"] = note
	}
	_, err := l.Take(ctx, now, dossier.Request{
		ID: fmt.Sprintf("watch:%s:%s:%s", step, e.ID, ticket.DateOf(now)), Entry: e.ID, Version: e.Version, Step: step, Actor: ticket.Service, Recorded: recorded,
	})
	if errors.Is(err, ticket.ErrConflict) || errors.Is(err, ticket.ErrIllegal) {
		return nil
	}
	return err
}

// quiet: a step was not taken in the last days.
func quiet(e *dossier.Entry, now time.Time, days int, step ticket.Step) bool {
	last := e.Last(step)
	return last == nil || ticket.DateOf(last.At.In(ticket.Shanghai).AddDate(0, 0, days)) <= ticket.DateOf(now)
}

// remindable: nobody was reminded of this deadline yet.
func remindable(e *dossier.Entry, deadline ticket.Date) bool {
	last := e.Last(Remind)
	return last == nil || last.Fields["due"] != string(deadline)
}

func daysTo(d ticket.Date, now time.Time) int {
	today := ticket.DateOf(now).Start()
	return int(d.Start().Sub(today).Hours() / 24)
}
