package cases

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/dossier"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
)

// Cabinet is where a store's cases lie.
type Cabinet struct {
	*dossier.Desk
	store  *workflow.Store
	policy func() *rules.Policy
}

// New opens the cabinet of a store.
func New(rdb redis.UniversalClient, store *workflow.Store, policy func() *rules.Policy) *Cabinet {
	return &Cabinet{Desk: dossier.NewDesk(&Table, rdb, store.Hash(), policy), store: store, policy: policy}
}

// Filing is a case as it is imported. Its texts hold no personal data; the
// party's lies in Sealed, which only intake opens.
type Filing struct {
	No, Cause, Facts, Unit, County string
	Closed                         ticket.Date
	Sealed                         []byte
	Sample                         bool
}

// partyFile holds the sealed data of the party.
const partyFile = "party"

// IDOf names a case by its number.
func IDOf(no string) ticket.ID { return ticket.NewID(ticket.ChannelCase, no, 0) }

// Has reports whether a case is there.
func (c *Cabinet) Has(ctx context.Context, no string) (bool, error) {
	_, err := c.Entry(ctx, ticket.Service, string(IDOf(no)))
	if errors.Is(err, ticket.ErrNotFound) {
		return false, nil
	}
	return err == nil, err
}

// File keeps a case; the same number again changes nothing. Errors are
// *ticket.Refusal of the kinds ErrForbidden and ErrStore.
func (c *Cabinet) File(ctx context.Context, now time.Time, actor ticket.Actor, f Filing) (existing bool, err error) {
	if existing, err = c.Has(ctx, f.No); existing || err != nil {
		return existing, err
	}
	values := map[string]string{
		valueNo: f.No, valueCause: f.Cause, valueFacts: f.Facts, valueUnit: f.Unit, valueCounty: f.County, valueClosed: string(f.Closed),
	}
	if f.Sample {
		values[valueSample] = "yes"
	}
	files := map[string][]byte{}
	if len(f.Sealed) > 0 {
		files[partyFile] = f.Sealed
	}
	id := string(IDOf(f.No))
	_, err = c.Take(ctx, now, dossier.Request{ID: "file:" + id, Entry: id, Step: Keep, Actor: actor, Recorded: values, Files: files})
	if errors.Is(err, ticket.ErrIllegal) || errors.Is(err, ticket.ErrConflict) { // somebody was faster
		return true, nil
	}
	return false, err
}

// Sealed is the sealed data of a case's party, nil when there is none. Whether
// the actor may see it is asked before.
func (c *Cabinet) Sealed(ctx context.Context, id string) ([]byte, error) {
	return c.Desk.File(ctx, id, partyFile)
}

// DrawCases draws a month's sample of the cases closed in it and puts the drawn
// ones up for callback. Like that of tickets it is drawn once: the first draw
// stands, and what an interrupted run left undone is done. seed nil means by
// chance. Errors are *ticket.Refusal: ErrForbidden, ErrInvalid while the month
// is not over, ErrConflict for another seed.
func (c *Cabinet) DrawCases(ctx context.Context, now time.Time, actor ticket.Actor, month ticket.Month, seed *int64) (rules.DrawResult, error) {
	if !permit.May(actor, permit.Draw, nil) {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrForbidden, "forbidden", "只有督办人员和系统任务可以抽取回访样本")
	}
	if now.Before(month.End()) {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrInvalid, "month_not_over", "%s还没有过完，请在次月抽取", month.Name())
	}
	result, err := c.Drawn(ctx, month)
	if errors.Is(err, ticket.ErrNotFound) {
		result, err = c.firstDraw(ctx, month, seed)
	}
	if err != nil {
		return rules.DrawResult{}, err
	}
	if seed != nil && *seed != result.Seed {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrConflict, "already_drawn", "%s的案件已用种子 %d 抽取过，不能再另抽", month.Name(), result.Seed)
	}
	return result, c.putUp(ctx, now, &result)
}

// Drawn is a month's draw of cases; ErrNotFound when it was not drawn yet.
func (c *Cabinet) Drawn(ctx context.Context, month ticket.Month) (rules.DrawResult, error) {
	var result rules.DrawResult
	doc, err := c.store.Document(ctx, drawDocument(month))
	if err != nil {
		return result, err
	}
	if doc == nil {
		return result, ticket.Refuse(ticket.ErrNotFound, "not_drawn", "%s还没有抽取案件回访样本", month.Name())
	}
	if err := json.Unmarshal(doc, &result); err != nil {
		return result, fmt.Errorf("cases: draw of %s: %w", month, err)
	}
	return result, nil
}

func drawDocument(month ticket.Month) string { return "draw-cases:" + string(month) }

func (c *Cabinet) firstDraw(ctx context.Context, month ticket.Month, seed *int64) (rules.DrawResult, error) {
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return rules.DrawResult{}, err
	}
	var facts []ticket.Fact
	for i := range all {
		if p := Of(&all[i]); all[i].State == Kept {
			facts = append(facts, ticket.Fact{
				ID: p.ID, Channel: ticket.ChannelCase, Category: p.Cause, Lead: p.Unit, State: ticket.Closed, ClosedAt: p.ClosedAt,
			})
		}
	}
	if seed == nil {
		chosen, err := rules.Chance()
		if err != nil {
			return rules.DrawResult{}, err
		}
		seed = &chosen
	}
	doc, err := json.Marshal(sample(facts, c.policy(), month, *seed))
	if err != nil {
		return rules.DrawResult{}, err
	}
	if _, err := c.store.AddDocument(ctx, drawDocument(month), doc); err != nil {
		return rules.DrawResult{}, err
	}
	return c.Drawn(ctx, month) // another instance may have been first
}

// sample draws by the share of the policy, or takes all where policy has every
// case called back.
func sample(facts []ticket.Fact, p *rules.Policy, month ticket.Month, seed int64) rules.DrawResult {
	if p.CallbackRowOf("", "", ticket.ChannelCase).Mode != rules.OneByOne {
		return rules.Draw(facts, p, month, seed)
	}
	result := rules.DrawResult{Month: month, Seed: seed}
	for i := range facts {
		if ticket.MonthOf(facts[i].ClosedAt) == month {
			result.Drawn = append(result.Drawn, facts[i].ID)
		}
	}
	result.Population = len(result.Drawn)
	return result
}

// putUp takes the draw step on every drawn case. How often and how far apart
// its party is called is policy at the time of the draw.
func (c *Cabinet) putUp(ctx context.Context, now time.Time, result *rules.DrawResult) error {
	row := c.policy().CallbackRowOf("", "", ticket.ChannelCase)
	for _, id := range result.Drawn {
		e, err := c.Entry(ctx, ticket.Service, string(id))
		if err != nil {
			return err
		}
		if e.State != Kept {
			continue
		}
		_, err = c.Take(ctx, now, dossier.Request{
			ID: "draw:" + string(id) + ":" + string(result.Month), Entry: e.ID, Version: e.Version, Step: Draw, Actor: ticket.Service,
			Recorded: map[string]string{
				valueMonth: string(result.Month), valueSeed: strconv.FormatInt(result.Seed, 10),
				valueAttempts: strconv.Itoa(row.Attempts), valueGap: strconv.Itoa(row.GapDays),
			},
		})
		if err != nil && !errors.Is(err, ticket.ErrIllegal) && !errors.Is(err, ticket.ErrConflict) {
			return err
		}
	}
	return nil
}

// PenaltyCases are the cases closed in a span as they stood at an instant, for
// reports.
func (c *Cabinet) PenaltyCases(ctx context.Context, from, to, at time.Time) ([]ticket.PenaltyCase, error) {
	all, err := c.List(ctx, ticket.Service)
	if err != nil {
		return nil, err
	}
	var out []ticket.PenaltyCase
	for i := range all {
		e := all[i].At(at)
		if p := Of(&e); e.State != ticket.None && !p.ClosedAt.Before(from) && p.ClosedAt.Before(to) {
			out = append(out, p)
		}
	}
	return out, nil
}

// Of is what a case says to reports.
func Of(e *dossier.Entry) ticket.PenaltyCase {
	v := e.Values
	p := ticket.PenaltyCase{
		ID: ticket.ID(e.ID), Cause: v[valueCause], Unit: v[valueUnit], ClosedAt: ticket.Date(v[valueClosed]).Start(),
		Sample: v[valueSample] != "", Drawn: ticket.Month(v[valueMonth]), Attempts: e.Count(Attempt), Unreached: e.State == Unreached,
	}
	if x := e.Last(Record); x != nil {
		p.CalledAt = x.At
		p.Informed, p.Proper, p.Satisfied = tri(v["informed"]), tri(v["proper"]), tri(v["satisfied"])
		p.Opinion = v["opinion"] != ""
	}
	return p
}

func tri(word string) ticket.Tri {
	switch word {
	case "yes":
		return ticket.Yes
	case "no":
		return ticket.No
	}
	return ticket.Unknown
}

// Number is the case's number in the enforcement system.
func Number(e *dossier.Entry) string { return e.Values[valueNo] }

// Cause is what was punished (案由).
func Cause(e *dossier.Entry) string { return e.Values[valueCause] }

// Facts is what was found, without personal data.
func Facts(e *dossier.Entry) string { return e.Values[valueFacts] }

// County is where it was found, as the list says.
func County(e *dossier.Entry) string { return e.Values[valueCounty] }

// Closed is the day on which the case was closed.
func Closed(e *dossier.Entry) ticket.Date { return ticket.Date(e.Values[valueClosed]) }
