package witness

import (
	"context"
	"strings"
	"time"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/rules"
)

// whyMost is the longest reason, in characters.
const whyMost = 500

// Accept makes a root that says who explains, and how, what does not agree with
// the roots before: a restored backup, a lost file, a lost key. From there on the
// store counts as it is now. What was explained stays in the files, and every
// check shows it with the explanation. Errors are *ticket.Refusal of the kind
// ErrInvalid, or say in Chinese what cannot be read or written.
func (w *Witness) Accept(ctx context.Context, now time.Time, policy *rules.Policy, by, why string) (*Root, error) {
	by, why = strings.TrimSpace(by), strings.TrimSpace(why)
	switch {
	case why == "" || by == "":
		return nil, ticket.Refuse(ticket.ErrInvalid, "missing_reason", "请写明是谁、为什么：例如从哪一天的备份恢复、经谁批准")
	case len([]rune(why)) > whyMost:
		return nil, ticket.Refuse(ticket.ErrInvalid, "too_long", "原因最多%d字", whyMost)
	}
	unlock, err := lock(w.Dir)
	if err != nil {
		return nil, err
	}
	defer unlock()
	changes, err := w.Store.ChangesSince(ctx, nil)
	if err != nil {
		return nil, err
	}
	c, _, err := w.check(ctx, now, policy, func(workflow.Breach) {})
	if err != nil {
		return nil, err
	}
	noted, err := w.noted(ctx)
	if err != nil {
		return nil, err
	}
	r := &Root{No: noted.No + 1, Kind: Accepted, At: now.UTC().Truncate(time.Second), By: by, Why: why, Previous: noted.Hash}
	if before := c.read.previous; before != nil && before.No >= noted.No {
		r.No, r.Previous = before.No+1, before.Hash()
		if r.At.Before(before.At) {
			r.At = before.At
		}
	}
	moved, err := w.asItIs(ctx, c)
	if err != nil {
		return nil, err
	}
	for p := range changes {
		r.Places = append(r.Places, changes[p].Upto)
	}
	return r, w.write(ctx, r, moved)
}

// asItIs are the heads of all tickets with which the roots do not agree.
func (w *Witness) asItIs(ctx context.Context, c *checking) (map[int][]leaf, error) {
	partitions := map[int]bool{}
	for id := range c.suspects {
		c.read.book.forget(id)
	}
	moved := map[int][]leaf{}
	for p := range w.Store.Partitions() {
		partitions[p] = true
	}
	if err := w.walk(ctx, c.read.book, partitions, moved); err != nil {
		return nil, err
	}
	for id, t := range c.suspects {
		if t == nil {
			moved[0] = append(moved[0], leaf{id: id}) // a ticket that is gone has no partition any more
		}
	}
	return moved, nil
}
