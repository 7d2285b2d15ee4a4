package workflow

import (
	"context"
	"slices"

	"huiyin/ticket"
	"huiyin/workflow/proposals"
	"huiyin/workflow/rules"
	"huiyin/workflow/rulings"
)

// keepRuling proposes a ruling that is to be kept as a rule. The step stands
// already: when the store fails here, the same request, sent again, finds it
// taken and proposes it then; CollectRulings finds what nobody sent again.
func (d *Desk) keepRuling(ctx context.Context, policy *rules.Policy, t *ticket.Ticket, step ticket.Step) error {
	if step != ticket.StepArbitrate {
		return nil
	}
	_, err := d.proposeRuling(ctx, policy, t)
	return err
}

func (d *Desk) proposeRuling(ctx context.Context, policy *rules.Policy, t *ticket.Ticket) (first bool, err error) {
	ruling, keep := rulings.Of(policy, t)
	if !keep {
		return false, nil
	}
	p, err := ruling.Proposal()
	if err != nil {
		return false, err
	}
	return proposals.NewPile(d.store.rdb).Add(ctx, p)
}

// CollectRulings proposes the rulings on tickets received in the given months
// that should be kept as rules and are not proposed yet; it reports how many.
func (d *Desk) CollectRulings(ctx context.Context, months []ticket.Month) (collected int, err error) {
	for _, month := range months {
		facts, err := d.store.Facts(ctx, month)
		if err != nil {
			return collected, err
		}
		for part := range slices.Chunk(facts, 500) {
			ids := make([]ticket.ID, len(part))
			for i := range part {
				ids[i] = part[i].ID
			}
			n, err := d.collectRulings(ctx, ids)
			if collected += n; err != nil {
				return collected, err
			}
		}
	}
	return collected, nil
}

func (d *Desk) collectRulings(ctx context.Context, ids []ticket.ID) (collected int, err error) {
	heads, err := d.store.heads(ctx, ids)
	if err != nil {
		return 0, err
	}
	for _, h := range heads {
		if !h.Final {
			continue
		}
		whole, err := d.store.load(ctx, h.ID)
		if err != nil {
			return collected, err
		}
		first, err := d.proposeRuling(ctx, d.Policy(), &whole.Ticket)
		if err != nil {
			return collected, err
		}
		if first {
			collected++
		}
	}
	return collected, nil
}
