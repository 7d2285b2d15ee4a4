package web

import (
	"github.com/gofiber/fiber/v2"

	"huiyin/workflow/permit"
)

// adminRoutes are the addresses of those who look after the service.
func (s *Server) adminRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/sessions", consoleDoor, permit.Accounts, s.sessionsPage},
		{post, "/sessions/end", consoleDoor, permit.Accounts, s.endSession},
		{post, "/me/sessions/end", consoleDoor, self, s.endOwnSession},
		{get, "/audit/export", consoleDoor, permit.Audit, s.exportAudit},
		{get, "/status", consoleDoor, permit.Health, s.statusPage},
		{get, "/backups", consoleDoor, permit.Health, s.backupsPage},
		{post, "/backups", consoleDoor, permit.Backup, s.startBackup},
		{get, "/about", consoleDoor, self, s.aboutPage},
	}
}
