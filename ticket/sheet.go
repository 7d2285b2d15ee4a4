package ticket

import "time"

// SheetConfirmation is whether a unit confirmed the sheet of its month.
type SheetConfirmation struct {
	Month       Month     `json:"month"`
	Unit        string    `json:"unit"`
	By          Date      `json:"by"`                    // the day by which it was to be confirmed
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"` // zero while it is not
	Name        string    `json:"name,omitempty"`        // of the person who confirmed it
	Remarks     string    `json:"remarks,omitempty"`
	Reminded    int       `json:"reminded"`
}

// Late reports whether it was not confirmed by its day.
func (c *SheetConfirmation) Late(now time.Time) bool {
	end := c.By.Next().Start()
	if c.ConfirmedAt.IsZero() {
		return !now.Before(end)
	}
	return !c.ConfirmedAt.Before(end)
}
