package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow/cards"
	"huiyin/workflow/outbox"
	"huiyin/workflow/signs"
)

// Teller tells people and systems of something beside the tickets.
type Teller interface {
	Tell(ctx context.Context, now time.Time, m outbox.Matter) error
}

// teller is the outbox, nil where there is none.
func (s *Server) teller() Teller {
	if s.Outbox == nil {
		return nil
	}
	return s.Outbox
}

// signData is an early sign as other systems learn of it.
type signData struct {
	signs.Sign
	ID   string `json:"id"`
	Link string `json:"link"` // path in the console
}

// RaiseSigns keeps the bursts of a daily look that are new and tells of them,
// each once, and gives how many were new.
func (b Books) RaiseSigns(ctx context.Context, now time.Time, w *reports.Watch, to Teller) (fresh int, err error) {
	fresh, err = b.Signs.Raise(ctx, now, SignsOf(w))
	if err != nil {
		return fresh, err
	}
	all, err := b.Signs.List(ctx, ticket.Service)
	for i := range all {
		if now.Sub(all[i].OpenedAt()) > toldFor {
			continue
		}
		err = errors.Join(err, to.Tell(ctx, now, outbox.Matter{
			Kind: signs.Table.Kind, ID: all[i].ID, What: outbox.SignRaised, Data: signData{signs.Of(&all[i]), all[i].ID, "/signs/" + all[i].ID},
		}))
	}
	return fresh, err
}

// cardData is a card as other systems learn of it.
type cardData struct {
	ID    string      `json:"id"`
	Title string      `json:"title"`
	Unit  string      `json:"unit"`
	By    ticket.Date `json:"by"`
	Link  string      `json:"link"`
}

// AskCards puts the cards of a month's report before the units that lead them,
// and tells the units.
func (b Books) AskCards(ctx context.Context, now time.Time, policy *reports.Policy, of reports.About, to Teller) error {
	if of.Period.Month() == "" || !of.Scope.Whole() {
		return nil // a quarter's matters were asked about by its months
	}
	built, err := reports.BuildPeriod(ctx, b, policy, of.Period, of.Scope, now)
	if err != nil {
		return err
	}
	var list []cards.Card
	for i := range built.Cards {
		if c := &built.Cards[i]; c.Lead != "" {
			list = append(list, cards.Card{
				Report: of.Key(), Key: c.Key, Part: reports.CardPart(c.Key), Title: c.Item.Name, Unit: c.Lead,
				By: ticket.DateOf(now.AddDate(0, 0, policy.Rules.CardDays)),
			})
		}
	}
	if err := b.Cards.Ask(ctx, now, list); err != nil || to == nil {
		return err
	}
	for i := range list {
		c := &list[i]
		err = errors.Join(err, to.Tell(ctx, now, outbox.Matter{
			Kind: cards.Table.Kind, ID: c.ID(), What: outbox.CardAsked, Unit: c.Unit, Data: cardData{c.ID(), c.Title, c.Unit, c.By, "/cards/" + c.ID()},
		}))
	}
	return err
}

// matterNotice is a notice about something beside the tickets.
func (s *Server) matterNotice(v *visit, n *outbox.Notice) (noticeView, error) {
	view := noticeView{Text: s.Outbox.Policy().Text(n), At: moment(n.At, v.now), Unread: n.Unread}
	kind, id := splitMatter(n.Ticket)
	switch kind {
	case signs.Table.Kind:
		e, err := s.books.Signs.Entry(v.ctx(), v.actor, id)
		if err != nil {
			return view, err
		}
		x := signs.Of(&e)
		view.Number, view.Title, view.State = "苗头", fmt.Sprintf("%s %s%s：%d 件，预期 %.1f 件（误报每类每年 %g 次以内）", signWhen(&x), countyOr(x.County), x.Name, x.Count, x.Expected, x.FalseAlarms), signChip(e.State)
	case cards.Table.Kind:
		e, err := s.books.Cards.Entry(v.ctx(), v.actor, id)
		if err != nil {
			return view, err
		}
		c := cards.Of(&e)
		view.Number, view.Title, view.State = "问题卡片", fmt.Sprintf("%s：%s，请于%s前确认", periodName(c.Report), c.Title, c.By), cardChip(&e, v)
	}
	return view, nil
}
