package record

import "huiyin/ticket"

// Change says that a ticket took steps. It names no person and holds no text.
type Change struct {
	Ticket  ticket.ID
	Version int64 // after the steps
	Steps   int   // how many events at once
	From    ticket.State
	To      ticket.State
	Lead    string
	Secrecy ticket.Secrecy
}

const packedChange = 1

// PackChange says that a ticket has taken so many steps from a state.
func PackChange(from ticket.State, t *ticket.Ticket, steps int) []byte {
	p := packer{b: make([]byte, 0, 32)}
	p.uint(packedChange)
	p.id(t.ID)
	p.uint(uint64(t.Version))
	p.uint(uint64(steps))
	word(&p, stateWords, from)
	word(&p, stateWords, t.State)
	p.text(t.Lead)
	p.uint(uint64(t.Secrecy()))
	return p.b
}

// UnpackChange is the inverse of PackChange.
func UnpackChange(b []byte) (Change, error) {
	u := unpacker{b: b}
	if u.uint() != packedChange {
		return Change{}, Malformed("change format")
	}
	c := Change{
		Ticket: u.id(), Version: int64(u.uint()), Steps: int(u.uint()),
		From: wordOf[ticket.State](&u, stateWords), To: wordOf[ticket.State](&u, stateWords),
		Lead: u.text(), Secrecy: ticket.Secrecy(u.uint()),
	}
	return c, u.done("change")
}
