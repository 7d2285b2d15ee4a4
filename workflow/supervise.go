package workflow

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/rules"
	"huiyin/workflow/steps"
)

// SweepResult is what one sweep over the overdue tickets did.
type SweepResult struct {
	Overdue    int `json:"overdue"`
	Urged      int `json:"urged"`
	Supervised int `json:"supervised"`
}

// Sweep urges the units whose clocks have run out, in working hours only, and
// puts open tickets under supervision by the rules that a ticket meets by
// itself. It is level-triggered: run again it does nothing twice, because each
// notice has an id of its own, and what an earlier run missed is made up.
// Supervision that somebody has lifted does not come back by the same rule and
// level.
func (d *Desk) Sweep(ctx context.Context, now time.Time) (SweepResult, error) {
	var result SweepResult
	filter := Filter{States: steps.OpenStates, SortBy: SortDue, Limit: 200}
	for {
		page, err := d.List(ctx, now, ticket.Service, filter)
		if err != nil {
			return result, err
		}
		for i := range page.Tickets {
			if late(&page.Tickets[i], now) {
				result.Overdue++
			}
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

// late reports whether a clock of a ticket has run out that nobody has met.
func late(t *ticket.Ticket, now time.Time) bool {
	return slices.ContainsFunc(t.Dues, func(d ticket.Due) bool { return d.MetAt.IsZero() && d.Overdue(now) })
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
		parts := []string{string(due.Clock), strconv.FormatInt(due.At.Unix(), 10)}
		fields := map[string]string{"reason": reason}
		if due.Clock == ticket.ClockTask {
			fields["reason"], fields["unit"] = p.Units.Name(due.Unit)+reason, due.Unit
			parts = append(parts, due.Unit)
		}
		done, err := d.notice(ctx, now, t.ID, &version, noticeID(ticket.StepUrge, t.ID, parts...), ticket.StepUrge, fields)
		if err != nil {
			return err
		}
		result.Urged += done
	}
	row, reason, ok := p.SupervisionDue(t, now)
	if !ok {
		return nil
	}
	done, err := d.superviseBy(ctx, now, t.ID, &version, row, reason)
	result.Supervised += done
	return err
}

// superviseBy puts a ticket under supervision by a rule, once a rule and level.
func (d *Desk) superviseBy(ctx context.Context, now time.Time, id ticket.ID, version *int64, row rules.SupervisionRow, reason string) (done int, err error) {
	request := noticeID(ticket.StepSupervise, id, row.Rule, string(row.Level))
	return d.notice(ctx, now, id, version, request, ticket.StepSupervise, map[string]string{"level": string(row.Level), "reason": reason})
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
