package outbox

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"huiyin/ticket"
)

func TestNobodyHearsOfADispatchThatWasRecalledInTime(t *testing.T) {
	for name, c := range map[string]struct {
		hold time.Duration
		want []ticket.Step
	}{
		"held as long as one may recall": {10 * time.Second, []ticket.Step{ticket.StepReceive, ticket.StepDispatch}},
		"not held: both are told":        {0, []ticket.Step{ticket.StepReceive, ticket.StepDispatch, ticket.StepRecall, ticket.StepDispatch}},
	} {
		t.Run(name, func(t *testing.T) {
			m := newMailman(t, always(http.StatusOK))
			r := all(m)
			r.Hold, r.Steps = c.hold, nil
			b := newBureau(t, r)
			told, err := load(t, "", "分派,牵头单位,新派来,10\n")
			b.check(err)
			b.told.Notices = told.Notices
			m.setClock(b.now())
			o := b.instance()
			id := b.dispatched()
			b.settle(o)
			b.wait(8*time.Second, m)
			b.does(operator, id, ticket.StepRecall)
			b.does(operator, id, ticket.StepDispatch, "lead", "yunfu", "reason", "接线时选错")
			b.settle(o)
			b.wait(time.Minute, m)
			b.settle(o)
			if diff := cmp.Diff(c.want, m.steps(id)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
			if got := b.mail(o, handler); got != nil {
				t.Errorf("the unit from which it was recalled is told %v", got)
			}
			if got := b.mail(o, coHandler); len(got) != 1 {
				t.Errorf("the unit that has it now is told %v", got)
			}
			b.emptied()
		})
	}
}
