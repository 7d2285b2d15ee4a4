package workflow

import (
	"errors"
	"testing"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/steps"
)

// codeOf is why something was refused: the code of the first field at fault, or
// of the refusal.
func codeOf(err error) string {
	var r *ticket.Refusal
	switch {
	case !errors.As(err, &r):
		return ""
	case len(r.Faults) > 0:
		return r.Faults[0].Code
	}
	return r.Code
}

// The people who would cheat: they have more than one role, or work with
// somebody of the unit.
var (
	zhiOperator = ticket.Actor{ID: "zhi-hua", Name: "支话务", Roles: []ticket.Role{ticket.Operator}, Unit: "zhidui"}
	zhiWatch    = ticket.Actor{ID: "zhi-du", Name: "支督办", Roles: []ticket.Role{ticket.Supervisor}, Unit: "zhidui"}
	zhiBoth     = ticket.Actor{ID: "zhi-both", Name: "支两职", Roles: []ticket.Role{ticket.UnitHandler, ticket.Supervisor, ticket.Operator}, Unit: "zhidui"}
	yunOperator = ticket.Actor{ID: "yun-hua", Name: "运话务", Roles: []ticket.Role{ticket.Operator}, Unit: "yunfu"}
)

// TestWhatACheatWouldTryIsRefused walks up to the cheat, tries it, and looks why
// it fails. Each is a way in which somebody once could gain time, skip a
// callback, or decide in a matter of their own.
func TestWhatACheatWouldTryIsRefused(t *testing.T) {
	handled := func(b *bureau) ticket.ID { return b.reach(ticket.Handling) }
	cases := []struct {
		name string
		code string
		walk func(b *bureau) ticket.ID
		step ticket.Step
		by   ticket.Actor
		with []string
	}{
		{"approve the reply of a colleague in one's own unit", "own_unit", func(b *bureau) ticket.ID { return b.reach(ticket.Replied) }, ticket.StepApproveReply, zhiWatch, nil},
		{"approve one's own reply under another role of the same account", "own_request", func(b *bureau) ticket.ID {
			id := handled(b)
			b.does(zhiBoth, id, ticket.StepReply)
			return id
		}, ticket.StepApproveReply, zhiBoth, nil},
		{"grant a colleague's extension", "own_unit", func(b *bureau) ticket.ID {
			id := handled(b)
			b.does(caoUnit, id, ticket.StepRequestExtension)
			return id
		}, ticket.StepGrantExtension, zhiWatch, nil},
		{"grant a colleague's suspension", "own_unit", func(b *bureau) ticket.ID {
			id := handled(b)
			b.does(caoUnit, id, ticket.StepRequestSuspension)
			return id
		}, ticket.StepGrantSuspension, zhiWatch, nil},
		{"uphold a colleague's return", "own_unit", func(b *bureau) ticket.ID { return b.reach(ticket.ReturnRequested) }, ticket.StepUpholdReturn, zhiOperator, nil},
		{"rule on a dispute that one's own unit began", "own_unit", func(b *bureau) ticket.ID {
			id := b.reach(ticket.ReturnRequested)
			b.does(annOperator, id, ticket.StepEscalate)
			return id
		}, ticket.StepArbitrate, zhiWatch, nil},
		{"lift the supervision of one's own unit", "own_unit", func(b *bureau) ticket.ID {
			id := handled(b)
			b.does(guanWatch, id, ticket.StepSupervise)
			return id
		}, ticket.StepLift, zhiWatch, nil},
		{"have one's own unit's ticket excluded", "own_unit", func(b *bureau) ticket.ID { return b.reach(ticket.Closed) }, ticket.StepRequestExclusion, zhiWatch, nil},
		{"second the exclusion of one's own unit's ticket", "own_unit", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Closed)
			b.does(guanWatch, id, ticket.StepRequestExclusion)
			return id
		}, ticket.StepExclude, zhiWatch, nil},
		{"record the callback in the unit that handled it", "own_case", func(b *bureau) ticket.ID { return b.reach(ticket.Callback) }, ticket.StepRecordCallback, zhiOperator, nil},
		{"record the callback in a unit that helped", "own_case", func(b *bureau) ticket.ID { return b.reach(ticket.Callback) }, ticket.StepRecordCallback, yunOperator, nil},
		{"register a call of the days before the reply was approved", "too_early", func(b *bureau) ticket.ID {
			id := handled(b)
			b.now = b.now.Add(48 * time.Hour)
			b.does(caoUnit, id, ticket.StepReply)
			b.does(annOperator, id, ticket.StepApproveReply)
			return id
		}, ticket.StepCallback, annOperator, []string{"at", "2026-09-03 10:00", "reached", "no"}},
		{"say that the caller was told before the unit had the ticket", "too_early", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Closed)
			b.now = b.now.Add(48 * time.Hour)
			b.does(guanWatch, id, ticket.StepRedo)
			b.does(caoUnit, id, ticket.StepSign)
			return id
		}, ticket.StepReply, caoUnit, []string{"told_at", "2026-09-02 10:00"}},
		{"find nobody at home by changing into what needs one call", "too_few_attempts", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Callback)
			b.does(benOperator, id, ticket.StepCorrect, "category", "X02", "kind", "praise")
			b.does(annOperator, id, ticket.StepCallback)
			return id
		}, ticket.StepRecordCallback, annOperator, []string{"responded", "unknown", "solved", "unknown", "satisfied", "unknown", "unreachable", "yes"}},
		{"correct a closed ticket out of the monthly draw", "escapes_callback", func(b *bureau) ticket.ID { return b.reach(ticket.Closed, consult) },
			ticket.StepCorrect, annOperator, []string{"category", "X02", "kind", "praise"}},
		{"correct a complaint into a question and answer it oneself", "own_request", func(b *bureau) ticket.ID {
			id := b.receive()
			b.does(annOperator, id, ticket.StepCorrect, "category", "D01", "kind", "consult")
			return id
		}, ticket.StepAnswer, annOperator, nil},
		{"correct an overdue question into what may take longer", "gains_time", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Handling, consult)
			b.now = b.now.Add(6 * 24 * time.Hour)
			return id
		}, ticket.StepCorrect, annOperator, []string{"category", "C01", "kind", "complaint"}},
		{"ask twice for more time", "already_extended", func(b *bureau) ticket.ID {
			id := handled(b)
			b.does(caoUnit, id, ticket.StepRequestExtension)
			b.does(guanWatch, id, ticket.StepGrantExtension)
			return id
		}, ticket.StepRequestExtension, caoUnit, nil},
		{"ask for more time when it is over", "limit_passed", func(b *bureau) ticket.ID {
			id := handled(b)
			b.now = b.now.Add(10 * 24 * time.Hour)
			return id
		}, ticket.StepRequestExtension, caoUnit, nil},
		{"ask for more time on what is done again", "no_extension", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Closed)
			b.does(guanWatch, id, ticket.StepRedo)
			b.does(caoUnit, id, ticket.StepSign)
			return id
		}, ticket.StepRequestExtension, caoUnit, nil},
		{"open the window of return again by a redo", "no_return", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Closed)
			b.does(guanWatch, id, ticket.StepRedo)
			return id
		}, ticket.StepRequestReturn, caoUnit, nil},
		{"open the window of return again by a refused return", "window_passed", func(b *bureau) ticket.ID {
			id := b.reach(ticket.ReturnRequested)
			b.now = b.now.Add(72 * time.Hour)
			b.does(annOperator, id, ticket.StepRefuseReturn)
			return id
		}, ticket.StepRequestReturn, caoUnit, []string{"ground", "R02"}},
		{"open the window of return again by merging and splitting", "window_passed", func(b *bureau) ticket.ID {
			primary, id := handled(b), b.reach(ticket.Dispatched)
			b.does(annOperator, id, ticket.StepMerge, "primary", string(primary))
			b.now = b.now.Add(72 * time.Hour)
			b.does(annOperator, id, ticket.StepSplit)
			return id
		}, ticket.StepRequestReturn, caoUnit, nil},
		{"transfer to a unit of the bureau", "wrong_unit", func(b *bureau) ticket.ID { return b.receive() }, ticket.StepTransfer, annOperator, []string{"unit", "zhidui"}},
		{"be one's own co-unit", "already_in", handled, ticket.StepAddCoUnit, caoUnit, []string{"unit", "zhidui"}},
		{"send the accused unit its own confidential ticket by way of a task", "accused", func(b *bureau) ticket.ID {
			id := b.reach(ticket.Handling, func(o *Opening) {
				o.Ticket.Confidential, o.Ticket.Content = true, "市公路事业发展中心的人不处理，请保密。"
				o.Ticket.Subject = "市公路事业发展中心"
			})
			return id
		}, ticket.StepAddCoUnit, annOperator, []string{"unit", "gonglu"}},
		{"reply while a co-unit has not done its share", "task_open", handled, ticket.StepReply, caoUnit, []string{"without_co", ""}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBureau(t)
			id := c.walk(b)
			before := b.raw(id)
			_, err := b.try(c.by, id, c.step, b.given(c.step, c.with...))
			if code := codeOf(err); code != c.code {
				t.Fatalf("it is answered %q (%v), want %q", code, err, c.code)
			}
			if after := b.raw(id); len(after) != len(before) || after[headField] != before[headField] {
				t.Error("refused, but it left a trace")
			}
		})
	}
}

// TestMergingHidesNoTicketBehindALaterLimit tries all ways in which a ticket
// could be watched less by following another.
func TestMergingHidesNoTicketBehindALaterLimit(t *testing.T) {
	cases := []struct {
		name, code string
		walk       func(b *bureau) (primary, id ticket.ID)
	}{
		{"a primary that nobody has yet", "gains_time", func(b *bureau) (ticket.ID, ticket.ID) { return b.receive(), b.reach(ticket.Handling) }},
		{"a primary whose clock stands", "gains_time", func(b *bureau) (ticket.ID, ticket.ID) {
			return b.reach(ticket.Suspended), b.reach(ticket.Handling)
		}},
		{"a primary with more time", "gains_time", func(b *bureau) (ticket.ID, ticket.ID) {
			primary, id := b.reach(ticket.Handling), b.reach(ticket.Handling)
			b.does(caoUnit, primary, ticket.StepRequestExtension, "days", "10")
			b.does(guanWatch, primary, ticket.StepGrantExtension)
			return primary, id
		}},
		{"a primary that is not supervised", "not_supervised", func(b *bureau) (ticket.ID, ticket.ID) {
			primary, id := b.reach(ticket.Handling), b.reach(ticket.Handling)
			b.does(guanWatch, id, ticket.StepSupervise)
			return primary, id
		}},
		{"a primary that is due first", "", func(b *bureau) (ticket.ID, ticket.ID) {
			return b.reach(ticket.Handling), b.reach(ticket.Handling)
		}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			b := newBureau(t)
			primary, id := c.walk(b)
			_, err := b.try(annOperator, id, ticket.StepMerge, b.given(ticket.StepMerge, "primary", string(primary)))
			if code := codeOf(err); code != c.code {
				t.Errorf("it is answered %q (%v), want %q", code, err, c.code)
			}
		})
	}
}

func TestWhatWasOverdueStaysOverdueWhenItFollowsAnother(t *testing.T) {
	b := newBureau(t)
	primary, id := b.reach(ticket.Handling), b.reach(ticket.Handling)
	b.now = b.now.Add(10 * 24 * time.Hour)
	got := b.does(annOperator, id, ticket.StepMerge, "primary", string(primary))
	if f := steps.FactOf(b.desk.Policy(), &got); f.CloseDue.IsZero() || f.MetAt.Before(f.CloseDue) {
		t.Errorf("due %s, met %s: the delay is forgotten", f.CloseDue, f.MetAt)
	}
}

func TestMergingAndSplittingGainsNoTime(t *testing.T) {
	for _, state := range []ticket.State{ticket.Dispatched, ticket.Handling, ticket.ReturnRequested, ticket.Suspended} {
		t.Run(string(state), func(t *testing.T) {
			b := newBureau(t)
			primary, id := b.reach(ticket.Handling), b.reach(state)
			before := b.get(id)
			b.does(annOperator, id, ticket.StepMerge, "primary", string(primary))
			b.now = b.now.Add(24 * time.Hour)
			after := b.does(annOperator, id, ticket.StepSplit)
			for _, was := range before.Dues {
				if is, ok := after.Due(was.Clock); !ok || !is.At.Equal(was.At) || !is.MetAt.Equal(was.MetAt) {
					t.Errorf("the %s clock was due %s, now %s", was.Clock, was.At, is.At)
				}
			}
			if _, breaches := b.fsck(); len(breaches) > 0 {
				t.Error(breaches)
			}
		})
	}
}

// TestACallbackIsNotLostByAnotherWord corrects a complaint, at each place of its
// life, into what is not called back; another person approves in good faith.
func TestACallbackIsNotLostByAnotherWord(t *testing.T) {
	for _, state := range []ticket.State{ticket.Received, ticket.Dispatched, ticket.Handling, ticket.Replied} {
		for _, into := range [][]string{{"category", "X02", "kind", "praise"}, {"category", "D01", "kind", "consult"}, {"kind", "praise"}} {
			t.Run(string(state)+" into "+into[len(into)-1], func(t *testing.T) {
				b := newBureau(t)
				id := b.reach(state)
				b.does(annOperator, id, ticket.StepCorrect, into...)
				for _, next := range []struct {
					from ticket.State
					step ticket.Step
					by   ticket.Actor
				}{
					{ticket.Received, ticket.StepDispatch, annOperator}, {ticket.Dispatched, ticket.StepSign, caoUnit},
					{ticket.Handling, ticket.StepReply, caoUnit}, {ticket.Replied, ticket.StepApproveReply, guanWatch},
				} {
					if b.get(id).State == next.from {
						b.does(next.by, id, next.step, "reason", map[bool]string{true: "更正过"}[next.step == ticket.StepDispatch])
					}
				}
				if got := b.get(id); got.State != ticket.Callback || !got.CallbackDue {
					t.Errorf("it is %s without anybody asking the caller", got.State)
				}
			})
		}
	}
}

func TestASupervisionThatWasLiftedStillBringsTheCallback(t *testing.T) {
	b := newBureau(t)
	id := b.reach(ticket.Replied, consult)
	b.does(guanWatch, id, ticket.StepSupervise)
	b.does(guanWatch, id, ticket.StepLift)
	if got := b.does(heWatch, id, ticket.StepApproveReply); got.State != ticket.Callback {
		t.Errorf("supervised once, and %s without a callback", got.State)
	}
}

func TestAPolicyMayGoByTheClassAtApproval(t *testing.T) {
	b := newBureau(t)
	policy := *b.desk.Policy()
	policy.ForgetsClass = true
	b.desk.UsePolicy(&policy)
	id := b.reach(ticket.Replied)
	b.does(annOperator, id, ticket.StepCorrect, "category", "X02", "kind", "praise")
	if got := b.does(guanWatch, id, ticket.StepApproveReply); got.State != ticket.Closed {
		t.Errorf("it is %s", got.State)
	}
}
