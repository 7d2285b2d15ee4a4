// Package reports turns a month of complaints into the analysis that the
// bureau's leaders read. Build computes every number of it as one value; the
// writers lay that value out as docx, xlsx, html, pdf and json and compute
// nothing.
package reports

import (
	"context"
	"fmt"
	"time"

	"huiyin/ticket"
)

// Source is where the numbers come from. Facts gives the facts of the tickets
// that were received in a month; Months the months that hold any, in order.
type Source interface {
	Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error)
	Months(ctx context.Context) ([]ticket.Month, error)
	Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error)
}

// Month is the analysis of a period, of a month most often: every number and
// every sentence made of numbers, and no format. It is also the JSON of the report.
type Month struct {
	Month     ticket.Month `json:"month,omitempty"` // empty when the period is no month
	Period    Period       `json:"period"`
	Scope     Scope        `json:"scope"`
	ScopeName string       `json:"scope_name,omitempty"` // in words; empty for the whole bureau
	From      time.Time    `json:"from"`
	To        time.Time    `json:"to"` // exclusive; earlier than the period's end while it is in progress
	BuiltAt   time.Time    `json:"built_at"`
	// Complete is false while the period is in progress: it is then compared
	// with the same days of the earlier ones.
	Complete bool `json:"complete"`
	// Samples counts made-up tickets among the data; more than none marks the
	// whole document.
	Samples int `json:"samples"`
	// Earlier is how many such periods with data lie before this one; of months
	// 24 at most.
	Earlier       int   `json:"earlier"`
	PolicyVersion int   `json:"policy_version"`
	Style         Style `json:"style"`
	Head          Head  `json:"head"`

	Summary     Summary     `json:"summary"`
	Volume      Volume      `json:"volume"`
	Sources     Sources     `json:"sources"`
	Areas       Areas       `json:"areas"`
	Fields      Fields      `json:"fields"`
	Hot         Hot         `json:"hot"`
	Cards       []Card      `json:"cards"`
	Matters     Matters     `json:"matters"`
	Early       Early       `json:"early"`
	Repeats     Repeats     `json:"repeats"`
	Subjects    Subjects    `json:"subjects"`
	Enforcement Enforcement `json:"enforcement"`
	Units       Units       `json:"units"`
	Indicators  []Indicator `json:"indicators"`
	Callback    Callback    `json:"callback"`
	Supervision Supervised  `json:"supervision"`
	Measures    Measures    `json:"measures"`
	// Confirmations are of the units' monthly sheets.
	Confirmations Confirmations `json:"confirmations"`
	Penalties     Penalties     `json:"penalties"`
	Forecast      Forecast      `json:"forecast"`
	Focus         Focus         `json:"focus"`
	Suggestions   []Suggestion  `json:"suggestions"`
	Cases         []Case        `json:"cases"`
	Notes         []string      `json:"notes"`
	// Annex is nil in a report that was read from JSON.
	Annex *Annex `json:"-"`

	// Amended are the parts that people wrote or confirmed. Edition is nil
	// until the report is approved; Draft marks a report that waits for it.
	Amended []Signature `json:"amended,omitempty"`
	Edition *Edition    `json:"edition,omitempty"`
	Draft   bool        `json:"draft,omitempty"`
}

// Style is how numbers are printed.
type Style struct {
	Decimals    int `json:"decimals"`
	SmallSample int `json:"small_sample"` // a rate of fewer is marked
}

// Head is what stands over the report and under it.
type Head struct {
	Title        string `json:"title"`
	Issue        string `json:"issue"`
	Organ        string `json:"organ"`
	Period       string `json:"period"`
	Date         string `json:"date"`
	Distribution string `json:"distribution"`
	// Marks are what a reader must see first: made-up data, month in progress.
	Marks []string `json:"marks"`
}

// Build computes the report of a month from its facts and those of up to 24
// months before. It reads a month at a time, oldest first. The error is the
// source's, wrapped.
func Build(ctx context.Context, src Source, p *Policy, m ticket.Month, now time.Time) (*Month, error) {
	return BuildPeriod(ctx, src, p, MonthPeriod(m), Scope{}, now)
}

// BuildPeriod computes the report of a month, quarter, year or any closed
// period, of the whole bureau or of a part. A period of days must be over; the
// others may be in progress.
func BuildPeriod(ctx context.Context, src Source, p *Policy, of Period, scope Scope, now time.Time) (*Month, error) {
	if now.Before(of.Start()) {
		return nil, ticket.Refuse(ticket.ErrInvalid, "future_month", "%s还没有开始，不能出%s", of.Name(), of.words().report)
	}
	if of.Kind == OfDays && now.Before(of.End()) {
		return nil, ticket.Refuse(ticket.ErrInvalid, "unfinished_period", "自选时段要在结束后统计，%s还没有过完", DateText(of.Last))
	}
	if err := scope.check(p.Units); err != nil {
		return nil, err
	}
	b := newBuilder(p, of, scope, now)
	if err := b.read(ctx, src); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", of, err)
	}
	texts, err := b.readTexts(ctx, src)
	if err != nil {
		return nil, fmt.Errorf("tickets of %s: %w", of, err)
	}
	if err := b.ownReading(ctx, src, texts); err != nil {
		return nil, fmt.Errorf("texts of %s: %w", of, err)
	}
	m := b.month(texts)
	if m.Measures, err = b.measures(ctx, src); err != nil {
		return nil, fmt.Errorf("rectification ledger at %s: %w", of, err)
	}
	if m.Penalties, err = b.penalties(ctx, src); err != nil {
		return nil, err
	}
	if m.Confirmations, err = b.confirmations(ctx, src); err != nil {
		return nil, fmt.Errorf("sheets due in %s: %w", of, err)
	}
	return m, b.readAmendments(ctx, src, m)
}

func (b *builder) month(texts *texts) *Month {
	m := &Month{
		Month: b.of.Month(), Period: b.of, Scope: b.scope, ScopeName: b.scope.name(b.policy.Units), From: b.of.Start().UTC(), To: time.Unix(b.cutoff, 0).UTC(), BuiltAt: b.now.UTC(),
		Complete: b.complete, Samples: b.samples, Earlier: b.earlier(), PolicyVersion: b.policy.Version,
		Style: Style{Decimals: b.policy.Rules.Decimals, SmallSample: b.policy.Rules.SmallSample},
	}
	m.Volume = b.volume()
	m.Sources = b.sources()
	m.Areas = b.areas()
	m.Fields = b.fields()
	m.Hot = b.hot()
	m.Cards = b.cards(m.Hot, texts)
	m.Matters = b.matters()
	m.Early = b.early(texts)
	m.Repeats = b.repeats(texts)
	m.Subjects = b.subjects()
	m.Focus = b.focus()
	m.Enforcement = b.enforcement()
	m.Units = b.units()
	m.Indicators = b.indicators()
	m.Callback = b.callback()
	m.Supervision = b.supervision()
	m.Forecast = b.forecast(m.Hot)
	m.Cases = b.cases(m.Hot, texts)
	m.Annex = b.annex(texts)
	m.Suggestions = b.suggestions(m)
	m.Summary = b.summary(m)
	m.Notes = b.notes(m, texts)
	m.Head = b.head()
	return m
}
