package web

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/cards"
	"huiyin/workflow/cases"
	"huiyin/workflow/dossier"
	"huiyin/workflow/edition"
	"huiyin/workflow/rectify"
	"huiyin/workflow/sheets"
	"huiyin/workflow/signs"
)

// Books is what a report is made of: the tickets, the rectification ledger, the
// units' sheets, and what people wrote over earlier drafts of it.
type Books struct {
	reports.Source
	Ledger *rectify.Ledger
	Press  *edition.Press
	Sheets *sheets.Cabinet
	Cases  *cases.Cabinet
	Signs  *signs.Cabinet
	Cards  *cards.Cabinet

	units func() ticket.Units
}

// OpenBooks opens the books of a store.
func OpenBooks(rdb redis.UniversalClient, desk *workflow.Desk, source reports.Source) Books {
	hash := desk.Store().Hash()
	return Books{
		Source: source, Cases: cases.New(rdb, desk.Store(), desk.Policy), Signs: signs.New(rdb, hash, desk.Policy), Cards: cards.New(rdb, hash, desk.Policy),
		units:  func() ticket.Units { return desk.Policy().Units },
		Ledger: rectify.New(rdb, hash, desk.Policy), Press: edition.New(rdb, hash, desk.Policy), Sheets: sheets.New(rdb, hash, desk.Policy),
	}
}

// Rectifications are the entries of the ledger as they stood at an instant.
func (b Books) Rectifications(ctx context.Context, at time.Time) ([]ticket.Rectification, error) {
	return b.Ledger.Rectifications(ctx, at)
}

// PenaltyCases are the penalty cases closed in a span as they stood at an instant.
func (b Books) PenaltyCases(ctx context.Context, from, to, at time.Time) ([]ticket.PenaltyCase, error) {
	return b.Cases.PenaltyCases(ctx, from, to, at)
}

// Amendments are what people wrote over a report: in its draft, and the lead
// units on their cards. Of each part the last word counts.
func (b Books) Amendments(ctx context.Context, report string) ([]ticket.Amendment, error) {
	list, err := b.Press.Amendments(ctx, report)
	if err != nil {
		return nil, err
	}
	own, err := b.Cards.Amendments(ctx, report, b.units().Short)
	if err != nil {
		return nil, err
	}
	restored, err := b.Press.Restored(ctx, report)
	if err != nil {
		return nil, err
	}
	own = slices.DeleteFunc(own, func(a ticket.Amendment) bool { return a.At.Before(restored[a.Part]) })
	list = append(list, own...)
	slices.SortStableFunc(list, func(x, y ticket.Amendment) int { return x.At.Compare(y.At) })
	return list, nil
}

// Confirmations are the units' sheets that were to be confirmed on some days.
func (b Books) Confirmations(ctx context.Context, from, to ticket.Date, at time.Time) ([]ticket.SheetConfirmation, error) {
	return b.Sheets.Confirmations(ctx, from, to, at)
}

// Begin opens the draft of a report, unless it was opened before. The period
// must be over.
func (b Books) Begin(ctx context.Context, now time.Time, actor ticket.Actor, of reports.About) (dossier.Entry, error) {
	if !of.Over(ticket.DateOf(now)) {
		return dossier.Entry{}, ticket.Refuse(ticket.ErrIllegal, "unfinished_month", "%s还没有过完，不能起草报告", of.Period.Name())
	}
	return b.Press.Begin(ctx, now, actor, of.Key())
}

// Approve approves an edition of a report: the numbers are built once more, get the next number, and are kept in every format from then on. Errors
// are *ticket.Refusal, or of the making of a format.
func (b Books) Approve(ctx context.Context, now time.Time, policy *reports.Policy, r dossier.Request) (dossier.Entry, error) {
	key, n := edition.Split(r.Entry)
	of, err := reports.ParseAbout(key)
	if err != nil {
		return dossier.Entry{}, ticket.Refuse(ticket.ErrNotFound, "no_report", "没有这一期报告")
	}
	e, err := b.Press.Entry(ctx, r.Actor, r.Entry)
	if err != nil {
		return e, err
	}
	before, err := b.Issued(ctx, edition.ID(key, n-1))
	if err != nil {
		return e, err
	}
	approved, err := b.Press.Approve(ctx, now, r, of.Period.Last.Start().Year(), func(no edition.Number) (edition.Frozen, error) {
		built, err := reports.BuildPeriod(ctx, b, policy, of.Period, of.Scope, now)
		if err != nil {
			return edition.Frozen{}, err
		}
		issued, err := built.Issue(reports.Edition{
			N: n, Number: policy.Rules.NumberOf(no.Year, no.N), Approver: r.Actor.Name, ApprovedAt: now.UTC(), Correction: e.Values["correction"],
		}, before)
		if err != nil {
			return edition.Frozen{}, err
		}
		files, err := reports.Files(issued)
		return edition.Frozen{Files: files, Number: issued.Edition.Number, Digest: issued.Edition.Digest}, err
	})
	if err != nil {
		return approved, err
	}
	return approved, b.Cards.Settle(ctx, now, key)
}

// Issued is an approved edition as it was frozen; nil when there is none.
func (b Books) Issued(ctx context.Context, id string) (*reports.Month, error) {
	raw, err := b.Press.Kept(ctx, id, "json")
	if err != nil || raw == nil {
		return nil, err
	}
	m, err := reports.Read(raw)
	if err != nil {
		return nil, fmt.Errorf("frozen report %s: %w", id, err)
	}
	return m, nil
}

// File is a file of an approved edition, nil when there is none. The pdf is made
// of the frozen report when it is first asked for, and kept from then on.
func (b Books) File(ctx context.Context, id, format string) ([]byte, error) {
	body, err := b.Press.Kept(ctx, id, format)
	if err != nil || body != nil || format != "pdf" {
		return body, err
	}
	frozen, err := b.Issued(ctx, id)
	if err != nil || frozen == nil {
		return nil, err
	}
	made, err := reports.Bytes(frozen, format)
	if err != nil {
		return nil, err
	}
	return b.Press.AddFile(ctx, id, format, made)
}
