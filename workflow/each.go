package workflow

import (
	"context"
	"time"

	"huiyin/ticket"
)

// Each gives every ticket that a list would show somebody, page by page,
// without its history. f's cursor and limit do not matter. Errors are those of
// List, or of each.
func (d *Desk) Each(ctx context.Context, now time.Time, actor ticket.Actor, f Filter, each func(*ticket.Ticket) error) error {
	f.Cursor, f.Limit = "", pageMax
	for {
		page, err := d.List(ctx, now, actor, f)
		if err != nil {
			return err
		}
		for i := range page.Tickets {
			if err := each(&page.Tickets[i]); err != nil {
				return err
			}
		}
		if page.Next == "" {
			return nil
		}
		f.Cursor = page.Next
	}
}
