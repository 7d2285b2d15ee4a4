package intake

import (
	"cmp"
	"context"
	"slices"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// Judgement is what a policy makes of a ticket.
type Judgement struct {
	Category string `json:"category"`
	Lead     string `json:"lead"`
	Limit    string `json:"limit"` // to close
	Auto     bool   `json:"auto"`
}

// Changed is a ticket that another policy judges otherwise.
type Changed struct {
	ID       ticket.ID `json:"id"`
	SourceNo string    `json:"source_no"`
	Title    string    `json:"title"`
	Before   Judgement `json:"before"`
	After    Judgement `json:"after"`
}

// Move is how many tickets went from one value to another: a cell of the
// confusion table.
type Move struct {
	Before  string `json:"before"`
	After   string `json:"after"`
	Tickets int    `json:"tickets"`
}

// Replayed is the effect of another policy on stored tickets.
type Replayed struct {
	Tickets    int       `json:"tickets"` // replayed
	Changed    int       `json:"changed"` // in any respect
	Categories []Move    `json:"categories"`
	Units      []Move    `json:"units"`
	Limits     []Move    `json:"limits"`
	AutoBefore int       `json:"auto_before"` // dispatched by itself
	AutoAfter  int       `json:"auto_after"`
	Examples   []Changed `json:"examples"`
}

// Stored is where the tickets of a replay come from; workflow's store is one.
type Stored interface {
	Facts(ctx context.Context, m ticket.Month) ([]ticket.Fact, error)
	Tickets(ctx context.Context, ids []ticket.ID) ([]ticket.Ticket, error)
}

// replayBatch bounds how many tickets are in memory at once.
const replayBatch = 500

// Replay judges the tickets received in the given months under both policies,
// as if they came in now, and tells what differs. It writes nothing. Sealed
// tickets are left out: they are nobody's to look at here. At most examples
// changed tickets are kept.
func Replay(ctx context.Context, from Stored, before, after Rules, months []ticket.Month, examples int) (*Replayed, error) {
	r := replay{before: before, after: after, keep: examples,
		categories: map[[2]string]int{}, units: map[[2]string]int{}, limits: map[[2]string]int{}}
	for _, month := range months {
		facts, err := from.Facts(ctx, month)
		if err != nil {
			return nil, err
		}
		for batch := range slices.Chunk(facts, replayBatch) {
			if err := r.batch(ctx, from, batch); err != nil {
				return nil, err
			}
		}
	}
	r.Categories, r.Units, r.Limits = moves(r.categories), moves(r.units), moves(r.limits)
	return &r.Replayed, nil
}

type replay struct {
	Replayed
	before, after             Rules
	categories, units, limits map[[2]string]int
	keep                      int
}

func (r *replay) batch(ctx context.Context, from Stored, facts []ticket.Fact) error {
	ids := make([]ticket.ID, 0, len(facts))
	for i := range facts {
		if facts[i].State != ticket.HandedOver {
			ids = append(ids, facts[i].ID)
		}
	}
	tickets, err := from.Tickets(ctx, ids)
	if err != nil {
		return err
	}
	for i := range tickets {
		r.one(&tickets[i])
	}
	return ctx.Err()
}

func (r *replay) one(t *ticket.Ticket) {
	before, sealedBefore := r.before.judge(t)
	after, sealedAfter := r.after.judge(t)
	if sealedBefore || sealedAfter {
		return
	}
	r.Tickets++
	if before.Auto {
		r.AutoBefore++
	}
	if after.Auto {
		r.AutoAfter++
	}
	if before == after {
		return
	}
	r.Changed++
	count(r.categories, before.Category, after.Category)
	count(r.units, before.Lead, after.Lead)
	count(r.limits, before.Limit, after.Limit)
	if len(r.Examples) < r.keep {
		r.Examples = append(r.Examples, Changed{ID: t.ID, SourceNo: t.SourceNo, Title: t.Title, Before: before, After: after})
	}
}

// judge gives what the rules make of a ticket, and whether it is a clue that
// only discipline inspection may see.
func (r Rules) judge(t *ticket.Ticket) (Judgement, bool) {
	fresh := ticket.Ticket{
		Channel: t.Channel, Title: t.Title, Content: t.Content, Place: t.Place, County: t.County, Subject: t.Subject,
		ReceivedAt: t.ReceivedAt,
	}
	fresh.Confidential = t.Confidential
	external := r.settle(&fresh)
	category, _ := r.Policy.Categories.Find(fresh.Category)
	return Judgement{
		Category: fresh.Category, Lead: fresh.Verdict.Lead,
		Limit: r.Policy.LimitsOf(&fresh, rules.OrdinaryLimits).Close.String(),
		Auto:  fresh.Verdict.Auto && fresh.Verdict.Lead != "" && !external,
	}, fresh.Verdict.Clue || category.Sealed
}

func count(moved map[[2]string]int, before, after string) {
	if before != after {
		moved[[2]string{before, after}]++
	}
}

// moves lists the cells, largest first.
func moves(moved map[[2]string]int) []Move {
	list := make([]Move, 0, len(moved))
	for pair, n := range moved {
		list = append(list, Move{Before: pair[0], After: pair[1], Tickets: n})
	}
	slices.SortFunc(list, func(a, b Move) int {
		return cmp.Or(cmp.Compare(b.Tickets, a.Tickets), cmp.Compare(a.Before, b.Before), cmp.Compare(a.After, b.After))
	})
	return list
}
