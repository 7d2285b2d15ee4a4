package rectify

import (
	"context"
	"errors"
	"fmt"
	"hash"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
)

// Ledger is the rectification ledger of a store.
type Ledger struct{ *dossier.Desk }

// New opens the ledger of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Ledger {
	return &Ledger{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// Propose opens an entry under the year's next number: ZG2026-007. Errors are
// those of Take.
func (l *Ledger) Propose(ctx context.Context, now time.Time, actor ticket.Actor, request string, fields map[string]string) (dossier.Entry, error) {
	year := now.In(ticket.Shanghai).Year()
	for {
		// The number first: whoever answers this very request after it is read
		// takes it, and the entry is found in the next round.
		n, err := l.NextNumber(ctx, year)
		if err != nil {
			return dossier.Entry{}, err
		}
		if e, err := l.asked(ctx, actor, request); err != nil || e.ID != "" {
			return e, err
		}
		e, err := l.Take(ctx, now, dossier.Request{
			ID: request, Entry: fmt.Sprintf("ZG%d-%03d", year, n), Step: Propose, Actor: actor, Fields: fields, Year: year, Number: n,
		})
		if !errors.Is(err, dossier.ErrTaken) && !errors.Is(err, ticket.ErrIllegal) && !errors.Is(err, ticket.ErrConflict) {
			return e, err
		}
	}
}

// asked finds the entry that a request has opened before.
func (l *Ledger) asked(ctx context.Context, actor ticket.Actor, request string) (dossier.Entry, error) {
	all, err := l.List(ctx, ticket.Service)
	if err != nil {
		return dossier.Entry{}, err
	}
	for _, e := range all {
		if first := e.Events[0]; first.Request == request && first.Actor == actor.ID {
			return e, nil
		}
	}
	return dossier.Entry{}, nil
}

// Rectifications are the entries as they stood at an instant, for reports.
func (l *Ledger) Rectifications(ctx context.Context, at time.Time) ([]ticket.Rectification, error) {
	all, err := l.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	var out []ticket.Rectification
	for i := range all {
		if e := all[i].At(at); e.State != ticket.None {
			out = append(out, Of(&e))
		}
	}
	return out, nil
}

// Of is what an entry says.
func Of(e *dossier.Entry) ticket.Rectification {
	v := e.Values
	r := ticket.Rectification{
		ID: e.ID, Matter: v["matter"], Signature: v["signature"], Problem: v["problem"], Goal: v["goal"], Measures: Lines(v["measures"]), Unit: v["unit"], Person: v["person"],
		Deadline: ticket.Date(v["deadline"]), State: ticket.RectificationState(e.State), Reopened: e.Count(Fail, Reopen), Urged: e.Count(Urge),
		ProposedAt: e.OpenedAt(),
	}
	r.Target, _ = strconv.Atoi(v["target"])
	if x := e.Last(Report, Deliver, Start); x != nil {
		r.Progress = x.Fields["progress"] + x.Fields["result"] + x.Fields["plan"]
	}
	if x := e.First(Approve); x != nil {
		r.ApprovedAt = x.At
	}
	if x := e.Last(Close); x != nil && e.State == closed {
		r.ClosedAt = x.At
	}
	return r
}

// Lines are the entries of a text that holds one a line.
func Lines(text string) []string {
	var out []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			out = append(out, line)
		}
	}
	return out
}
