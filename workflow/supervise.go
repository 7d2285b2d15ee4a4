package workflow

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"huiyin/ticket"
)

// SweepResult is what one sweep over the overdue tickets did.
type SweepResult struct {
	Overdue    int `json:"overdue"`
	Urged      int `json:"urged"`
	Supervised int `json:"supervised"`
}

// Sweep urges the units whose clocks have run out, in working hours only, and
// puts tickets under supervision by the rules of the policy. It is
// level-triggered: run again it does nothing twice, because each notice has an
// id of its own, and what an earlier run missed is made up.
func (d *Desk) Sweep(ctx context.Context, now time.Time) (SweepResult, error) {
	var result SweepResult
	filter := Filter{Overdue: true, SortBy: "due", Limit: 200}
	for {
		page, err := d.List(ctx, now, ticket.Service, filter)
		if err != nil {
			return result, err
		}
		for i := range page.Tickets {
			result.Overdue++
			if err := d.press(ctx, now, &page.Tickets[i], &result); err != nil {
				return result, err
			}
		}
		if page.Next == "" {
			return result, nil
		}
		filter.Cursor = page.Next
	}
}

// press urges and supervises one ticket as far as the rules go.
func (d *Desk) press(ctx context.Context, now time.Time, t *ticket.Ticket, result *SweepResult) error {
	p := d.Policy()
	version := t.Version
	for _, due := range t.Dues {
		if !due.MetAt.IsZero() || !due.Overdue(now) || !p.MayRemind(now) {
			continue
		}
		reason := fmt.Sprintf("%s时限已过：%s", due.Clock.Name(), p.Calendar.Explain(due))
		id := noticeID(StepUrge, t.ID, string(due.Clock), strconv.FormatInt(due.At.Unix(), 10))
		done, err := d.notice(ctx, now, t.ID, &version, id, StepUrge, map[string]string{"reason": reason})
		if err != nil {
			return err
		}
		result.Urged += done
	}
	row, reason, ok := p.supervisionDue(t, now)
	if !ok || severity[row.Level] <= severity[t.Supervision] {
		return nil
	}
	id := noticeID(StepSupervise, t.ID, row.Rule, string(row.Level))
	done, err := d.notice(ctx, now, t.ID, &version, id, StepSupervise, map[string]string{"level": string(row.Level), "reason": reason})
	result.Supervised += done
	return err
}

func noticeID(step ticket.Step, id ticket.ID, parts ...string) string {
	text := string(step) + ":" + string(id)
	for _, p := range parts {
		text += ":" + p
	}
	return text
}

// notice takes a step for the service itself. A ticket that moved on, or whose
// state no longer allows the step, is left for the next sweep.
func (d *Desk) notice(ctx context.Context, now time.Time, id ticket.ID, version *int64, request string, step ticket.Step, fields map[string]string) (done int, err error) {
	outcome, err := d.Take(ctx, now, Request{ID: request, Ticket: id, Version: *version, Step: step, Actor: ticket.Service, Fields: fields})
	switch {
	case err == nil && !outcome.Repeated:
		*version = outcome.Ticket.Version
		return 1, nil
	case err == nil, errors.Is(err, ticket.ErrConflict), errors.Is(err, ticket.ErrIllegal), errors.Is(err, ticket.ErrForbidden):
		return 0, nil
	}
	return 0, err
}

// supervisionDue finds the strictest rule that a ticket meets by itself:
// overdue, bounced, redone, risky.
func (p *Policy) supervisionDue(t *ticket.Ticket, now time.Time) (best SupervisionRow, reason string, found bool) {
	consider := func(rule string, n int, value, why string) {
		if row, ok := p.SupervisionFor(rule, n, value); ok && severity[row.Level] > severity[best.Level] {
			best, reason, found = row, why, true
		}
	}
	if due, ok := t.Due(ticket.ClockClose); ok && due.MetAt.IsZero() && due.Overdue(now) {
		days := p.Calendar.Workdays(ticket.DateOf(due.At.Add(-time.Nanosecond)), ticket.DateOf(now))
		consider(RuleOverdue, days, "", fmt.Sprintf("办结已超期%d个工作日", days))
	}
	if t.Bounces > 0 {
		consider(RuleBounced, t.Bounces, "", fmt.Sprintf("已被退单%d次", t.Bounces))
	}
	if t.Redos > 0 {
		consider(RuleRedo, t.Redos, "", fmt.Sprintf("已重办%d次", t.Redos))
	}
	if t.Urgency != ticket.Ordinary {
		consider(RuleRisk, 1, t.Urgency.Name(), "进线判为"+t.Urgency.Name())
	}
	return best, reason, found
}
