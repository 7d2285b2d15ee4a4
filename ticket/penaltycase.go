package ticket

import "time"

// PenaltyCase is a closed case of administrative penalty as reports read it. It
// is no ticket: cases are drawn and called back apart from tickets.
type PenaltyCase struct {
	ID       ID
	Cause    string // 案由
	Unit     string // code of the unit that punished
	ClosedAt time.Time
	Sample   bool
	Drawn    Month // of the draw that it is in; empty: in none
	Attempts int   // calls that nobody answered
	CalledAt time.Time
	// Unreached: as many attempts were made as policy asks, on different days.
	Unreached bool
	// What the party answered: whether their rights were explained, whether the
	// officers behaved properly, whether they are satisfied.
	Informed, Proper, Satisfied Tri
	Opinion                     bool // they had something to say
}
