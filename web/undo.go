package web

import (
	"errors"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/steps"
)

// stepDone answers a program of the page that took a step.
type stepDone struct {
	ID      string `json:"id"`
	State   string `json:"state"`
	Version int64  `json:"version"`
	Lead    string `json:"lead"`
	Undo    *undo  `json:"undo,omitempty"`
}

// undo is the step that takes the one before back, for so long.
type undo struct {
	Step    ticket.Step `json:"step"`
	Request string      `json:"request"`
	Seconds int         `json:"seconds"`
}

func (s *Server) done(step ticket.Step, t *ticket.Ticket) stepDone {
	p := s.Desk.Policy()
	done := stepDone{ID: string(t.ID), State: t.State.Name(), Version: t.Version, Lead: p.Units.Short(t.Lead)}
	back := map[ticket.Step]ticket.Step{
		ticket.StepDispatch: ticket.StepRecall, ticket.StepTransfer: ticket.StepRecall, ticket.StepMerge: ticket.StepSplit,
	}[step]
	if back != "" && p.RecallWithin > 0 {
		done.Undo = &undo{back, newRequestID(), int(p.RecallWithin / time.Second)}
	}
	return done
}

// allowedNow lists the steps that the viewer may take at this moment: a recall
// only while its time runs.
func (s *Server) allowedNow(v *visit, t *ticket.Ticket) []steps.Transition {
	list := s.Desk.Allowed(v.actor, t)
	kept := list[:0]
	for _, tr := range list {
		if tr.Step == ticket.StepRecall {
			if _, until, _ := steps.Recallable(s.Desk.Policy(), t); v.now.After(until) {
				continue
			}
		}
		kept = append(kept, tr)
	}
	return kept
}

// fragmentProblem is what a program of the page is told when a step failed; of
// a conflict it says who did what meanwhile.
func (s *Server) fragmentProblem(v *visit, request workflow.Request, err error) error {
	p, _ := problemOf(err, requestID(v.Ctx))
	if errors.Is(err, ticket.ErrConflict) {
		if t, readErr := s.Desk.Ticket(v.ctx(), v.actor, request.Ticket); readErr == nil {
			p.Detail = conflictText(&t, request.Version, s.Desk.Policy(), v.now)
		}
	}
	return sendProblem(v.Ctx, p)
}
