package cards

import (
	"context"
	"errors"
	"hash"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/dossier"
	"huiyin/workflow/rules"
)

// Cabinet is where a store's cards lie.
type Cabinet struct{ *dossier.Desk }

// New opens the cabinet of a store.
func New(rdb redis.UniversalClient, hash func() hash.Hash, policy func() *rules.Policy) *Cabinet {
	return &Cabinet{dossier.NewDesk(&Table, rdb, hash, policy)}
}

// Card is what a unit is asked to confirm: a card of a report, and by when.
type Card struct {
	Report string // its key
	Key    string // of the card
	Part   string // of the report that the card is
	Title  string
	Unit   string // that leads
	By     ticket.Date
}

// ID names a card: that of 2026-10 for C02 is 2026-10-C02.
func (c *Card) ID() string { return c.Report + "-" + c.Key }

// Of is the card that an entry keeps.
func Of(e *dossier.Entry) Card {
	v := e.Values
	return Card{Report: v["report"], Key: v["key"], Part: v["part"], Title: v["title"], Unit: v["unit"], By: ticket.Date(v["by"])}
}

// Ask puts cards before their lead units. One that was asked already stays as
// it is.
func (c *Cabinet) Ask(ctx context.Context, now time.Time, list []Card) error {
	for i := range list {
		x := &list[i]
		_, err := c.Take(ctx, now, dossier.Request{
			ID: "ask:" + x.ID(), Entry: x.ID(), Step: Ask, Actor: ticket.Service,
			Recorded: map[string]string{"report": x.Report, "key": x.Key, "part": x.Part, "title": x.Title, "unit": x.Unit, "by": string(x.By)},
		})
		if err != nil && !errors.Is(err, ticket.ErrIllegal) && !errors.Is(err, ticket.ErrConflict) {
			return err
		}
	}
	return nil
}

// of lists the cards that were asked about for a report.
func (c *Cabinet) of(ctx context.Context, report string) ([]dossier.Entry, error) {
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	var out []dossier.Entry
	for _, e := range all {
		if e.Values["report"] == report {
			out = append(out, e)
		}
	}
	return out, nil
}

// Settle ends what units can say of a report's cards: it was approved.
func (c *Cabinet) Settle(ctx context.Context, now time.Time, report string) error {
	list, err := c.of(ctx, report)
	if err != nil {
		return err
	}
	for i := range list {
		if e := &list[i]; e.State != Settled {
			_, err := c.Take(ctx, now, dossier.Request{ID: "settle:" + e.ID, Entry: e.ID, Version: e.Version, Step: Settle, Actor: ticket.Service})
			if err != nil && !errors.Is(err, ticket.ErrIllegal) && !errors.Is(err, ticket.ErrConflict) {
				return err
			}
		}
	}
	return nil
}

// Amendments are what the units wrote over the cards of a report; unitName is
// how people call a unit.
func (c *Cabinet) Amendments(ctx context.Context, report string, unitName func(string) string) ([]ticket.Amendment, error) {
	list, err := c.of(ctx, report)
	if err != nil {
		return nil, err
	}
	var out []ticket.Amendment
	for i := range list {
		e := &list[i]
		x := e.Last(Confirm)
		if last := e.Last(Reassign, Decline); x == nil || last != nil && last.Seq > x.Seq {
			continue
		}
		fields := map[string]string{"lead": x.Unit}
		for name, text := range x.Fields {
			fields[name] = strings.TrimSpace(text)
		}
		name := x.Name
		if unit := unitName(x.Unit); !strings.HasPrefix(name, unit) {
			name = unit + name
		}
		out = append(out, ticket.Amendment{Part: e.Values["part"], Fields: fields, By: x.Actor, Name: name, At: x.At})
	}
	return out, nil
}
