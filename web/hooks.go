package web

import (
	"net/http"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/ticket"
)

// hook takes what the platform of a channel pushes. The signature is the key;
// there is no session. The same message again is the same ticket.
func (s *Server) hook(channel ticket.Channel) func(*visit) error {
	return func(v *visit) error {
		secrets := s.Hooks[channel]
		if len(secrets) == 0 {
			return ticket.Refuse(ticket.ErrNotFound, "no_hook", "%s的推送没有开通", channel.Name())
		}
		header := http.Header{}
		for name, values := range v.GetReqHeaders() {
			header[http.CanonicalHeaderKey(name)] = values
		}
		if _, err := intake.VerifyPush(header, v.Body(), v.now, secrets...); err != nil {
			return err
		}
		form, err := s.Mappings().Push(channel, "", v.Body(), v.now)
		if err != nil {
			return err
		}
		created, err := s.create(v, ticket.Service, form)
		if err != nil {
			return err
		}
		return answerCreated(v, created)
	}
}

// create opens a ticket for a program.
func (s *Server) create(v *visit, actor ticket.Actor, form intake.Form) (createdBody, error) {
	results, err := s.Line.Accept(v.ctx(), v.now, actor, []intake.Form{form})
	if err != nil {
		return createdBody{}, err
	}
	r := results[0]
	if len(r.Faults) > 0 {
		refusal := ticket.Refuse(ticket.ErrInvalid, "invalid_ticket", "%s", r.Faults[0].Message)
		refusal.Faults = r.Faults
		return createdBody{}, refusal
	}
	s.live.nudge()
	return createdBody{r.ID, r.Existing, r.Dispatched}, nil
}

// answerCreated says which ticket it is.
func answerCreated(v *visit, created createdBody) error {
	status := fiber.StatusCreated
	if created.Existing {
		status = fiber.StatusOK
	}
	v.Set(fiber.HeaderLocation, "/api/v1/tickets/"+string(created.ID))
	return v.Status(status).JSON(created)
}
