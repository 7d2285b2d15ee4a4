// Package proposals is the pile of proposals to change the policy that wait for
// an administrator: what a month of corrections teaches, and rulings that
// should be kept as rules. Nothing here is in force; what is accepted goes into
// a draft or a published version like any other change.
package proposals

import (
	"cmp"
	"context"
	_ "embed"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow/refusal"
)

// Kind says what a proposal is about.
type Kind string

// The kinds of proposals.
const (
	Lexicon Kind = "lexicon" // a month's rows of keywords.csv
	Ruling  Kind = "ruling"  // a row of routes.csv
)

// Proposal is a proposal with what became of it. Key tells it from others of
// its kind: the month, or the ticket. Body is the business of whoever made it.
type Proposal struct {
	Kind     Kind            `json:"kind"`
	Key      string          `json:"key"`
	At       time.Time       `json:"at"`
	Idle     bool            `json:"idle,omitempty"` // nothing is asked for: told, not waiting
	Body     json.RawMessage `json:"body"`
	Decision *Decision       `json:"-"`
}

// ID names a proposal among all: lexicon:2026-10.
func (p *Proposal) ID() string { return string(p.Kind) + ":" + p.Key }

// Waits reports whether somebody should still look at it.
func (p *Proposal) Waits() bool { return p.Decision == nil && !p.Idle }

// Outcome is what became of a proposal.
type Outcome string

// The outcomes. Drafted is not the end: the draft may be thrown away, and the
// proposal can be taken up again.
const (
	Drafted   Outcome = "drafted"
	Published Outcome = "published"
	Refused   Outcome = "refused"
)

// Decision is who decided on a proposal, when, and how.
type Decision struct {
	Outcome Outcome   `json:"outcome"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Name    string    `json:"name"`
	Why     string    `json:"why,omitempty"`
	Version int       `json:"version,omitempty"` // published as
	Rows    []int     `json:"rows,omitempty"`    // which of its rows were taken
}

// Final reports whether the decision stands for good.
func (d *Decision) Final() bool { return d != nil && d.Outcome != Drafted }

// Pile keeps the proposals of a store.
type Pile struct{ rdb redis.UniversalClient }

// NewPile opens the pile of a store.
func NewPile(rdb redis.UniversalClient) *Pile { return &Pile{rdb} }

// The keys lie beside the published versions.
const (
	bodiesKey    = "{policy}:proposals"
	decisionsKey = "{policy}:decisions"
)

// Add lays a proposal on the pile, unless there is one of its kind and key; it
// reports whether it was the first.
func (p *Pile) Add(ctx context.Context, proposal Proposal) (first bool, err error) {
	proposal.At = proposal.At.UTC()
	raw, err := json.Marshal(proposal)
	if err != nil {
		return false, err
	}
	first, err = p.rdb.HSetNX(ctx, bodiesKey, proposal.ID(), raw).Result()
	return first, refusal.Of("", err)
}

// List gives all proposals, those that wait first, the latest first of each.
func (p *Pile) List(ctx context.Context) ([]Proposal, error) {
	bodies, err := p.rdb.HGetAll(ctx, bodiesKey).Result()
	if err != nil {
		return nil, refusal.Of("", err)
	}
	decisions, err := p.rdb.HGetAll(ctx, decisionsKey).Result()
	if err != nil {
		return nil, refusal.Of("", err)
	}
	list := make([]Proposal, 0, len(bodies))
	for id, raw := range bodies {
		proposal, err := decode(id, raw, decisions[id])
		if err != nil {
			return nil, err
		}
		list = append(list, proposal)
	}
	slices.SortFunc(list, func(a, b Proposal) int {
		if a.Waits() != b.Waits() {
			if a.Waits() {
				return -1
			}
			return 1
		}
		return cmp.Or(b.At.Compare(a.At), strings.Compare(b.ID(), a.ID()))
	})
	return list, nil
}

// Get finds a proposal; ErrNotFound when there is none.
func (p *Pile) Get(ctx context.Context, kind Kind, key string) (Proposal, error) {
	id := string(kind) + ":" + key
	raw, err := p.rdb.HGet(ctx, bodiesKey, id).Result()
	if errors.Is(err, redis.Nil) {
		return Proposal{}, ticket.Refuse(ticket.ErrNotFound, "no_proposal", "没有这份建议")
	}
	if err != nil {
		return Proposal{}, refusal.Of("", err)
	}
	decision, err := p.rdb.HGet(ctx, decisionsKey, id).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return Proposal{}, refusal.Of("", err)
	}
	return decode(id, raw, decision)
}

func decode(id, body, decision string) (p Proposal, err error) {
	if err := json.Unmarshal([]byte(body), &p); err != nil || p.ID() != id {
		return p, damaged()
	}
	if decision != "" {
		p.Decision = &Decision{}
		if err := json.Unmarshal([]byte(decision), p.Decision); err != nil {
			return p, damaged()
		}
	}
	return p, nil
}

//go:embed lua/decide.lua
var decideSource string

var decide = redis.NewScript(decideSource)

// Decide notes what became of a proposal. ErrConflict when somebody else has
// decided for good before; ErrInvalid when a refusal gives no reason.
func (p *Pile) Decide(ctx context.Context, id string, d Decision) error {
	d.Why, d.At = strings.TrimSpace(d.Why), d.At.UTC()
	if d.Outcome == Refused && d.Why == "" {
		return ticket.Refuse(ticket.ErrInvalid, "missing_reason", "请写明为什么不采纳")
	}
	raw, err := json.Marshal(d)
	if err != nil {
		return err
	}
	answer, err := decide.Run(ctx, p.rdb, []string{decisionsKey}, id, raw).Text()
	if err != nil {
		return refusal.Of("", err)
	}
	var stands Decision
	if err := json.Unmarshal([]byte(answer), &stands); err != nil {
		return damaged()
	}
	if stands.By != d.By || stands.Outcome != d.Outcome {
		return ticket.Refuse(ticket.ErrConflict, "decided", "%s已经%s这份建议", stands.Name, stands.Outcome.Verb())
	}
	return nil
}

// Verb is the outcome as people say it.
func (o Outcome) Verb() string {
	switch o {
	case Drafted:
		return "放进草稿"
	case Published:
		return "采纳"
	}
	return "不采纳"
}

// Waiting counts what waits for an administrator, by kind.
func (p *Pile) Waiting(ctx context.Context) (map[Kind]int, error) {
	list, err := p.List(ctx)
	if err != nil {
		return nil, err
	}
	counts := map[Kind]int{}
	for i := range list {
		if list[i].Waits() {
			counts[list[i].Kind]++
		}
	}
	return counts, nil
}

func damaged() error {
	return ticket.Refuse(ticket.ErrStore, "damaged", "政策建议的存储内容已损坏，请检查")
}
