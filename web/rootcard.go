package web

// rootCard is the latest root outside the store, for an auditor to keep on
// paper.
type rootCard struct {
	No      int64 // 0: there is none yet
	At      string
	Tickets int
	Hash    string
	Key     string // public
	Fault   string // why none can be shown
}

// rootCard reads the latest root; nil where none are made.
func (s *Server) rootCard() *rootCard {
	if s.Witness == nil {
		return nil
	}
	card := &rootCard{Key: s.Witness.Key.Public()}
	r, err := s.Witness.Latest()
	switch {
	case err != nil:
		card.Fault = err.Error()
	case r != nil:
		card.No, card.At, card.Tickets, card.Hash = r.No, fullMoment(r.At), r.Tickets, r.Hash()
	}
	return card
}
