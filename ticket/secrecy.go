package ticket

// Secrecy says who knows of a ticket.
type Secrecy int

// The degrees of secrecy.
const (
	Visible Secrecy = iota
	Clue            // discipline and operators
	Secret          // discipline alone
)

// The marks of a ticket that is, or may be, a clue for discipline inspection,
// in Pending under hand_over.
const (
	Suspected = "suspected" // by the classifier, or by the category chosen
	Proposed  = "proposed"  // for hand-over
)

// Secrecy tells how secret a ticket is: what is hidden leaves every list, count
// and search of those who may not see it.
func (t *Ticket) Secrecy() Secrecy {
	switch {
	case t.State == HandedOver || t.Pending["hand_over"] == Proposed:
		return Secret
	case t.Pending["hand_over"] != "":
		return Clue
	}
	return Visible
}
