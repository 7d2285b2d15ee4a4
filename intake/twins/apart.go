package twins

import (
	"context"
	"encoding/json"
	"time"

	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// Apart is the word of somebody that two tickets are not the same matter.
type Apart struct {
	By   string    `json:"by"` // account
	Name string    `json:"name"`
	At   time.Time `json:"at"`
}

// Dismiss remembers that two tickets are not the same matter, so that they are
// not offered to each other again, to nobody. The first word stands. Errors are
// *ticket.Refusal of the kinds ErrNotFound, ErrForbidden and ErrStore.
func (b *Book) Dismiss(ctx context.Context, now time.Time, actor ticket.Actor, one, other ticket.ID) error {
	if !Offered(actor) {
		return ticket.Refuse(ticket.ErrForbidden, "forbidden", "您的角色不能判断是否并单")
	}
	if one == other || !one.Valid() || !other.Valid() {
		return ticket.Refuse(ticket.ErrNotFound, "not_found", "没有这件工单")
	}
	both, err := b.store.Tickets(ctx, []ticket.ID{one, other})
	if err != nil {
		return err
	}
	for i := range both {
		if !permit.May(actor, permit.Read, &both[i]) {
			both = nil
			break
		}
	}
	if len(both) != 2 {
		return ticket.Refuse(ticket.ErrNotFound, "not_found", "没有这件工单")
	}
	doc, err := json.Marshal(Apart{By: actor.ID, Name: actor.Name, At: now.UTC()})
	if err != nil {
		return err
	}
	_, err = b.store.AddDocument(ctx, apartName(one, other), doc)
	return err
}

// apartName is the same for both directions.
func apartName(one, other ticket.ID) string {
	return "apart:" + string(min(one, other)) + ":" + string(max(one, other))
}

// undismissed keeps the first twins that nobody has said are another matter.
func (b *Book) undismissed(ctx context.Context, id ticket.ID, twins []Twin, most int) ([]Twin, error) {
	kept := twins[:0]
	for _, twin := range twins {
		if len(kept) == most {
			break
		}
		if id != "" {
			doc, err := b.store.Document(ctx, apartName(id, twin.ID))
			if err != nil {
				return nil, err
			}
			if doc != nil {
				continue
			}
		}
		kept = append(kept, twin)
	}
	return kept, nil
}
