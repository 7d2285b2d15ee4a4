package web

import (
	"github.com/gofiber/fiber/v2"

	"huiyin/workflow/permit"
)

// bookRoutes are the addresses of the reports on their way and of the
// rectification ledger. Which step somebody may take is said by their tables.
func (s *Server) bookRoutes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	return []route{
		{get, "/public/reports", openDoor, "", s.digestsPage},
		{get, "/public/reports/:period", openDoor, "", s.digestPage},
		{get, "/public/problems", openDoor, "", s.problemsPage},

		{get, "/reports/cards", consoleDoor, permit.Report, s.cardsPage},
		{get, "/reports/editions/:id/part", consoleDoor, permit.Report, s.partPage},
		{post, "/reports/editions/:id/steps/:step", consoleDoor, permit.Report, s.takeEditionStep},
		{get, "/reports/:month", consoleDoor, permit.Report, s.readingPage},
		{post, "/reports/:month/begin", consoleDoor, permit.Report, s.beginReport},

		{get, "/cases", consoleDoor, permit.Cases, s.casesPage},
		{get, "/cases/:id", consoleDoor, permit.Cases, s.casePage},
		{post, "/cases/:id/reveal", consoleDoor, permit.CallParties, s.revealParty},
		{post, "/cases/:id/steps/:step", consoleDoor, permit.Cases, s.takeCaseStep},

		{get, "/rectifications", consoleDoor, permit.Rectify, s.ledgerPage},
		{post, "/rectifications", consoleDoor, permit.Raise, s.proposeProblem},
		{get, "/rectifications/new", consoleDoor, permit.Raise, s.newProblemPage},
		{get, "/rectifications/:id", consoleDoor, permit.Rectify, s.entryPage},
		{post, "/rectifications/:id/steps/:step", consoleDoor, permit.Rectify, s.takeRectifyStep},

		{get, "/api/v1/rectifications", apiDoor, permit.Rectify, s.apiRectifications},
		{post, "/api/v1/rectifications", apiDoor, permit.Raise, s.apiPropose},
		{get, "/api/v1/rectifications/:id", apiDoor, permit.Rectify, s.apiRectification},
		{post, "/api/v1/rectifications/:id/steps/:step", apiDoor, permit.Rectify, s.apiRectifyStep},
		{get, "/api/v1/reports/:month/editions", apiDoor, permit.Report, s.apiEditions},
	}
}
