package web

import (
	"context"
	"time"

	"github.com/gofiber/fiber/v2"
)

// healthz says that the process answers, and nothing more.
func (s *Server) healthz(v *visit) error { return v.SendString("ok\n") }

// readyz says whether the service can do its work now.
func (s *Server) readyz(v *visit) error {
	ctx, cancel := context.WithTimeout(v.ctx(), 2*time.Second)
	defer cancel()
	if err := s.Redis.Ping(ctx).Err(); err != nil {
		return storeDown(err)
	}
	if s.Ready != nil {
		if err := s.Ready(ctx); err != nil {
			return storeDown(err)
		}
	}
	return v.SendString("ok\n")
}

func (s *Server) favicon(v *visit) error {
	return v.Redirect(s.static.address("favicon.svg"), fiber.StatusFound)
}
