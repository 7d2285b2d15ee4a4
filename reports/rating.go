package reports

import (
	"context"
	"fmt"
	"math"
	"time"

	"huiyin/ticket"
)

// Rating is a quarter's rating of the units: bands by several rates together,
// no league table, nobody rated on a handful, nothing that was fined.
type Rating struct {
	Quarter       Period       `json:"quarter"`
	MadeAt        time.Time    `json:"made_at"`
	PolicyVersion int          `json:"policy_version"`
	Samples       int          `json:"samples"`
	Minimum       int          `json:"minimum"`
	Bands         []RatingBand `json:"bands"`
	Components    []Component  `json:"components"`
	// Units stand in the order of the unit list, never by score.
	Units []RatedUnit `json:"units"`
	Style Style       `json:"style"`
}

// RatedUnit is a unit's quarter.
type RatedUnit struct {
	Unit     string          `json:"unit"`
	Name     string          `json:"name"`
	Kind     ticket.UnitKind `json:"kind"`
	Due      int             `json:"due"` // after approved exclusions
	Excluded int             `json:"excluded"`
	Score    float64         `json:"score"` // of 100; 0 when not rated
	Band     string          `json:"band"`  // Unrated when not rated
	Parts    []RatedPart     `json:"parts"` // in the order of the components
}

// Unrated is the band of a unit with too few tickets.
const Unrated = "不评"

// RatedPart is a component of a unit's score.
type RatedPart struct {
	Rate    Score   `json:"rate"`
	Counted bool    `json:"counted"` // enough tickets to count
	Points  float64 `json:"points"`
}

// rated accumulates a unit's quarter.
type rated struct {
	onTime, openLate, redone, told, responded, solved, satisfied Score
	excluded                                                     int
}

// ratingRates are the rates that may be rated by.
var ratingRates = map[string]func(*rated) Score{
	"按期办结率": func(r *rated) Score { return r.onTime },
	"超期未结率": func(r *rated) Score { return r.openLate },
	"重办率":   func(r *rated) Score { return r.redone },
	"告知率":   func(r *rated) Score { return r.told },
	"响应率":   func(r *rated) Score { return r.responded },
	"解决率":   func(r *rated) Score { return r.solved },
	"满意率":   func(r *rated) Score { return r.satisfied },
}

// BuildRating rates a quarter that is over. The error is the source's,
// wrapped, or a *ticket.Refusal.
func BuildRating(ctx context.Context, src Source, p *Policy, quarter Period, now time.Time) (*Rating, error) {
	switch {
	case !p.Rating.Kept():
		return nil, ticket.Refuse(ticket.ErrInvalid, "no_rating", "政策里没有季度评价表（%s），不出季度评价", ratingFile)
	case quarter.Kind != OfQuarter:
		return nil, ticket.Refuse(ticket.ErrInvalid, "not_a_quarter", "评价按季度进行，应写成 2026-Q3 这样")
	case now.Before(quarter.End()):
		return nil, ticket.Refuse(ticket.ErrInvalid, "unfinished_period", "%s还没有过完，不能评价", quarter.Name())
	}
	b := newBuilder(p, quarter, Scope{forUnits: true}, now)
	b.wide = true
	if err := b.read(ctx, src); err != nil {
		return nil, fmt.Errorf("facts of %s: %w", quarter, err)
	}
	byUnit := map[string]*rated{}
	b.active(func(f *ticket.Fact) {
		if byUnit[f.Lead] == nil {
			byUnit[f.Lead] = &rated{}
		}
		byUnit[f.Lead].take(b, f)
	})
	out := &Rating{
		Quarter: quarter, MadeAt: now.UTC(), PolicyVersion: p.Version, Samples: b.samples, Minimum: p.Rating.Minimum,
		Bands: p.Rating.Bands, Components: p.Rating.Components, Style: Style{Decimals: p.Rules.Decimals, SmallSample: p.Rules.SmallSample},
	}
	for _, u := range p.Units {
		if r := byUnit[u.Code]; r != nil && sheeted(u) {
			out.Units = append(out.Units, p.Rating.rate(u, r))
		}
	}
	return out, nil
}

func (r *rated) take(b *builder, f *ticket.Fact) {
	settled := b.current.settled(f)
	inside := b.current.inside(f.SettledAt())
	due := b.current.inside(f.CloseDue) && f.State != ticket.Merged
	if f.Excluded && (due || inside) {
		r.excluded++
	}
	if due {
		r.onTime.count(!settled.IsZero() && settled.Before(f.CloseDue), f.Excluded)
		r.openLate.count(settled.IsZero(), f.Excluded)
	}
	if !inside {
		return
	}
	r.redone.count(f.Redos > 0, f.Excluded)
	countAnswers(f, &r.responded, &r.solved, &r.satisfied)
	if b.cats.enforcement[b.cats.of(f.Category)] && handledByUnit(f) {
		r.told.count(f.Notified, f.Excluded)
	}
}

// rate scores a unit: each component by its own weight, those with too few
// tickets left out and their weight with them.
func (r RatingRules) rate(u ticket.Unit, of *rated) RatedUnit {
	out := RatedUnit{Unit: u.Code, Name: u.Name, Kind: u.Kind, Due: of.onTime.Adjusted.Den, Excluded: of.excluded, Band: Unrated}
	points, weight := 0.0, 0.0
	for _, c := range r.Components {
		part := RatedPart{Rate: ratingRates[c.Name](of)}
		if part.Counted = part.Rate.Adjusted.Den >= max(1, c.Minimum); part.Counted {
			part.Points = c.Weight * min(1, max(0, (part.Rate.Adjusted.Value()-c.Zero)/(c.Full-c.Zero)))
			points += part.Points
			weight += c.Weight
		}
		out.Parts = append(out.Parts, part)
	}
	if out.Due < r.Minimum || weight == 0 {
		return out
	}
	out.Score = math.Round(points/weight*1000) / 10
	for _, band := range r.Bands {
		if out.Score >= band.From {
			out.Band = band.Name
			break
		}
	}
	return out
}
