package workflow

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/permit"
	"huiyin/workflow/rules"
)

// drawReach is how many months a ticket may have been open before it was
// closed in the month of a draw.
const drawReach = 24

// DrawCallbacks draws a month's callback sample and puts the drawn tickets up
// for callback. A month is drawn once: the first draw stands, whoever asks
// again gets it, and what an interrupted run left undone is done. seed nil
// means by chance; the seed is kept with the draw. Errors are *ticket.Refusal:
// ErrInvalid while the month is not over, ErrConflict for another seed.
func (d *Desk) DrawCallbacks(ctx context.Context, now time.Time, actor ticket.Actor, month ticket.Month, seed *int64) (rules.DrawResult, error) {
	if !permit.May(actor, permit.Draw, nil) {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrForbidden, "forbidden", "只有督办人员和系统任务可以抽取回访样本")
	}
	if now.Before(month.End()) {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrInvalid, "month_not_over", "%s还没有过完，请在次月抽取", month.Name())
	}
	result, err := d.Drawn(ctx, month)
	if errors.Is(err, ticket.ErrNotFound) {
		result, err = d.firstDraw(ctx, month, seed)
	}
	if err != nil {
		return rules.DrawResult{}, err
	}
	if seed != nil && *seed != result.Seed {
		return rules.DrawResult{}, ticket.Refuse(ticket.ErrConflict, "already_drawn", "%s已用种子 %d 抽取过，不能再另抽", month.Name(), result.Seed)
	}
	return result, d.putUp(ctx, now, &result)
}

// Drawn is a month's draw; ErrNotFound when it was not drawn yet.
func (d *Desk) Drawn(ctx context.Context, month ticket.Month) (rules.DrawResult, error) {
	var result rules.DrawResult
	doc, err := d.store.Document(ctx, drawDocument(month))
	if err != nil {
		return result, err
	}
	if doc == nil {
		return result, ticket.Refuse(ticket.ErrNotFound, "not_drawn", "%s还没有抽取回访样本", month.Name())
	}
	if err := json.Unmarshal(doc, &result); err != nil {
		return result, fmt.Errorf("workflow: draw of %s: %w", month, err)
	}
	return result, nil
}

func drawDocument(month ticket.Month) string { return "draw:" + string(month) }

func (d *Desk) firstDraw(ctx context.Context, month ticket.Month, seed *int64) (rules.DrawResult, error) {
	var facts []ticket.Fact
	for back := range drawReach {
		more, err := d.store.Facts(ctx, month.Add(-back))
		if err != nil {
			return rules.DrawResult{}, err
		}
		facts = append(facts, more...)
	}
	if seed == nil {
		chosen, err := rules.Chance()
		if err != nil {
			return rules.DrawResult{}, err
		}
		seed = &chosen
	}
	result := rules.Draw(facts, d.Policy(), month, *seed)
	doc, err := json.Marshal(result)
	if err != nil {
		return rules.DrawResult{}, err
	}
	if _, err := d.store.AddDocument(ctx, drawDocument(month), doc); err != nil {
		return rules.DrawResult{}, err
	}
	return d.Drawn(ctx, month) // another instance may have been first
}

// putUp takes the draw step on every drawn ticket. A ticket that has been
// taken up again meanwhile is left: it will be called back for that reason.
func (d *Desk) putUp(ctx context.Context, now time.Time, result *rules.DrawResult) error {
	for _, id := range result.Drawn {
		t, err := d.Ticket(ctx, ticket.Service, id)
		if err != nil {
			return err
		}
		_, err = d.Take(ctx, now, Request{
			ID: noticeID(ticket.StepDraw, id, string(result.Month)), Ticket: id, Version: t.Version, Step: ticket.StepDraw, Actor: ticket.Service,
			Fields: map[string]string{"month": string(result.Month), "seed": fmt.Sprint(result.Seed)},
		})
		if err != nil && !errors.Is(err, ticket.ErrIllegal) && !errors.Is(err, ticket.ErrConflict) {
			return err
		}
	}
	return nil
}
