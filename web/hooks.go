package web

import (
	"huiyin/ticket"
)

// hook takes what the platform of a channel pushes. The signature is the key;
// there is no session.
func (s *Server) hook(channel ticket.Channel) func(*visit) error {
	return func(v *visit) error {
		return ticket.Refuse(ticket.ErrNotFound, "no_hook", "%s推送没有开通", channel.Name())
	}
}
