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

// Month is the analysis of a month: every number and every sentence made of
// numbers, and no format. It is also the JSON of the report.
type Month struct {
	Month   ticket.Month `json:"month"`
	From    time.Time    `json:"from"`
	To      time.Time    `json:"to"` // exclusive; earlier than the month's end while it is in progress
	BuiltAt time.Time    `json:"built_at"`
	// Complete is false while the month is in progress: it is then compared
	// with the same days of the earlier months.
	Complete bool `json:"complete"`
	// Samples counts made-up tickets among the data; more than none marks the
	// whole document.
	Samples int `json:"samples"`
	// Earlier is how many months of data lie before this one, 24 at most.
	Earlier       int   `json:"earlier"`
	PolicyVersion int   `json:"policy_version"`
	Style         Style `json:"style"`
	Head          Head  `json:"head"`

	Summary     Summary      `json:"summary"`
	Volume      Volume       `json:"volume"`
	Sources     Sources      `json:"sources"`
	Areas       Areas        `json:"areas"`
	Fields      Fields       `json:"fields"`
	Hot         Hot          `json:"hot"`
	Cards       []Card       `json:"cards"`
	Repeats     Repeats      `json:"repeats"`
	Enforcement Enforcement  `json:"enforcement"`
	Units       Units        `json:"units"`
	Indicators  []Indicator  `json:"indicators"`
	Callback    Callback     `json:"callback"`
	Supervision Supervised   `json:"supervision"`
	Forecast    Forecast     `json:"forecast"`
	Suggestions []Suggestion `json:"suggestions"`
	Cases       []Case       `json:"cases"`
	Notes       []string     `json:"notes"`
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
	if now.Before(m.Start()) {
		return nil, ticket.Refuse(ticket.ErrInvalid, "future_month", "%s还没有开始，不能出月报", m.Name())
	}
	b := newBuilder(p, m, now)
	if err := b.read(ctx, src); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", m, err)
	}
	texts, err := b.readTexts(ctx, src)
	if err != nil {
		return nil, fmt.Errorf("tickets of %s: %w", m, err)
	}
	return b.month(texts), nil
}

func (b *builder) month(texts *texts) *Month {
	m := &Month{
		Month: b.of, From: b.of.Start().UTC(), To: time.Unix(b.cutoff, 0).UTC(), BuiltAt: b.now.UTC(),
		Complete: b.complete, Samples: b.samples, Earlier: b.earlier(), PolicyVersion: b.policy.Version,
		Style: Style{Decimals: b.policy.Rules.Decimals, SmallSample: b.policy.Rules.SmallSample},
	}
	m.Volume = b.volume()
	m.Sources = b.sources()
	m.Areas = b.areas()
	m.Fields = b.fields()
	m.Hot = b.hot()
	m.Cards = b.cards(m.Hot, texts)
	m.Repeats = b.repeats(texts)
	m.Enforcement = b.enforcement()
	m.Units = b.units()
	m.Indicators = b.indicators()
	m.Callback = b.callback()
	m.Supervision = b.supervision()
	m.Forecast = b.forecast(m.Hot)
	m.Cases = b.cases(m.Hot, texts)
	m.Suggestions = b.suggestions(m)
	m.Summary = b.summary(m)
	m.Notes = b.notes(m, texts)
	m.Head = b.head()
	return m
}

func (b *builder) head() Head {
	t := b.of.Start()
	last := time.Unix(b.cutoff-1, 0).In(ticket.Shanghai)
	h := Head{
		Title: b.policy.Rules.Title, Organ: b.policy.Rules.Organ, Distribution: b.policy.Rules.Distribution,
		Issue:  fmt.Sprintf("%d年第%d期", t.Year(), t.Month()),
		Period: fmt.Sprintf("%d年%d月1日至%d月%d日", t.Year(), t.Month(), last.Month(), last.Day()),
		Date:   dayText(b.now),
	}
	if b.samples > 0 {
		h.Marks = append(h.Marks, "样例数据：本报告含编造的演示工单，不反映真实情况，不得作为工作依据")
	}
	if !b.complete {
		h.Marks = append(h.Marks, fmt.Sprintf("数据不全：本月尚未结束，统计截至%s，与往月比较均按相同天数", momentText(b.now)))
	}
	return h
}
