package workflow

import (
	"context"
	"strconv"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// A ticket joins another while, at the same instant, somebody is done with that
// one: each step was right by what its taker saw, and together they would leave
// a caller without an answer. So both look again after their step. Whichever is
// second sees the other, and takes the newcomer out of the group.

// regroup looks again after a merge and after the end of a ticket. The error of
// a merge that came too late is a *ticket.Refusal of the kind ErrIllegal.
func (d *Desk) regroup(ctx context.Context, now time.Time, t *ticket.Ticket, step ticket.Step) error {
	last := &t.Events[len(t.Events)-1]
	switch {
	case step == ticket.StepMerge:
		primary, err := d.store.load(ctx, t.Primary)
		if err != nil || primary.State.IsOpen() && primary.State != ticket.Callback {
			return err
		}
		return d.tooLate(ctx, now, t.ID, t.Primary)
	case last.From.IsOpen() && last.From != ticket.Callback && isDone(t.State):
		joined, err := d.store.followers(ctx, t.ID)
		if err != nil {
			return err
		}
		for i := range joined {
			if steps.Last(&joined[i], ticket.StepInform) == nil {
				if err := d.takeOut(ctx, now, &joined[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// isDone reports whether nobody works on the answer any more.
func isDone(s ticket.State) bool { return s.Info().Type == ticket.Final || s == ticket.Callback }

// tooLate takes a ticket out of a group whose primary is done, and says so.
func (d *Desk) tooLate(ctx context.Context, now time.Time, id, primary ticket.ID) error {
	current, err := d.store.load(ctx, id)
	if err != nil {
		return err
	}
	if current.State == ticket.Merged {
		if steps.Last(&current.Ticket, ticket.StepInform) != nil {
			return nil // its caller was told: this is an old request again
		}
		if err := d.takeOut(ctx, now, &current.Ticket); err != nil {
			return err
		}
	}
	return ticket.Refuse(ticket.ErrIllegal, "primary_done", "主单 %s 刚刚办结，没有并进去，请另行办理", primary)
}

func (d *Desk) takeOut(ctx context.Context, now time.Time, t *ticket.Ticket) error {
	version := t.Version
	_, err := d.notice(ctx, now, t.ID, &version, noticeID(ticket.StepSplit, t.ID, string(t.Primary), strconv.FormatInt(version, 10)), ticket.StepSplit,
		map[string]string{"reason": "并入时主单正好办结，系统拆回"})
	return err
}
