package web

import (
	"slices"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// route is an address, the door in front of it, and the action that May is
// asked about before the handler runs. Actions that depend on a ticket are
// asked again by the desk. Only an open or a hook door may go without one.
type route struct {
	method, path string
	door         door
	action       permit.Action
	handle       func(*visit) error
}

// routes is every address of the service.
func (s *Server) routes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	console := func(method, path string, a permit.Action, h func(*visit) error) route {
		return route{method, path, consoleDoor, a, h}
	}
	api := func(method, path string, a permit.Action, h func(*visit) error) route {
		return route{method, path, apiDoor, a, h}
	}
	open := func(method, path string, h func(*visit) error) route { return route{method, path, openDoor, "", h} }
	return append([]route{
		open(get, "/static/*", s.serveAsset),
		open(get, "/favicon.ico", s.favicon),
		open(get, "/healthz", s.healthz),
		open(get, "/readyz", s.readyz),
		open(get, "/metrics", s.metrics),
		open(get, "/login", s.loginPage),
		open(post, "/login", s.signIn),
		open(get, "/welcome", s.welcomePage),
		open(post, "/welcome", s.setFirstPassword),
		open(get, "/public", s.publicPage),
		open(post, "/public", s.publicQuery),

		console(get, "/", self, s.home),
		console(post, "/logout", self, s.signOut),
		console(get, "/me", self, s.mePage),
		console(post, "/me/password", self, s.changePassword),
		console(post, "/me/tokens", self, s.makeToken),
		console(get, "/events", self, s.events),

		console(get, "/queue", permit.Step(ticket.StepDispatch), s.queuePage),
		console(get, "/queue/:id", permit.Step(ticket.StepDispatch), s.queuePane),
		console(get, "/tickets/:id/beside/:other", permit.Step(ticket.StepMerge), s.besidePart),
		console(post, "/tickets/:id/apart", permit.Step(ticket.StepMerge), s.sendApart),
		console(get, "/new", permit.Create, s.newPage),
		console(post, "/new", permit.Create, s.newTicket),
		console(post, "/judge", permit.Create, s.judgePart),
		console(get, "/tickets", permit.List, s.searchPage),
		console(post, "/tickets/export", permit.List, s.exportTickets),
		console(post, "/searches", permit.List, s.saveSearch),
		console(post, "/searches/:id", permit.List, s.changeSearch),
		console(get, "/searches/counts", permit.List, s.searchCounts),
		console(get, "/tickets/:id", permit.Read, s.ticketPage),
		console(get, "/tickets/:id/why", permit.Read, s.whyPage),
		console(post, "/tickets/:id/steps/:step", permit.Read, s.takeStep),
		console(post, "/tickets/:id/reveal", permit.Reveal, s.reveal),
		console(get, "/mine", permit.List, s.minePage),
		console(post, "/mine/sign", permit.Step(ticket.StepSign), s.bulkSign),
		console(get, "/review", permit.Step(ticket.StepApproveReply), s.reviewPage),
		console(get, "/callbacks", permit.Step(ticket.StepRecordCallback), s.callbackPage),
		console(get, "/supervision", permit.Step(ticket.StepSupervise), s.supervisionPage),
		console(post, "/supervision/urge", permit.Step(ticket.StepUrge), s.bulkUrge),
		console(get, "/supervision/returns", permit.Step(ticket.StepSupervise), s.bouncesPage),
		console(get, "/clues", permit.Step(ticket.StepHandOver), s.cluesPage),

		console(get, "/dashboard", permit.Dashboard, s.dashboardPage),
		console(get, "/matters", permit.Report, s.mattersPage),
		console(get, "/matters/tickets", permit.Report, s.behindPage),
		console(get, "/reports", permit.Report, s.reportsPage),
		console(get, "/reports/period", permit.Report, s.choosePeriod),
		console(get, "/reports/:month.:format", permit.Report, s.downloadReport),

		console(get, "/import", permit.Import, s.importPage),
		console(post, "/import", permit.Import, s.uploadSheet),
		console(get, "/import/:id", permit.Import, s.importStatus),
		console(post, "/import/:id/run", permit.Import, s.runImport),
		console(post, "/import/:id/columns", permit.Import, s.setColumns),
		console(get, "/import/:id/rejects", permit.Import, s.importRejects),

		console(get, "/policy", permit.Policy, s.policyPage),
		console(get, "/policy/history", permit.Policy, s.historyPage),
		console(post, "/policy/history/:version/restore", permit.Amend, s.restoreVersion),
		console(get, "/policy/proposals", permit.Policy, s.proposalsPage),
		console(get, "/policy/proposals/:kind/:key", permit.Policy, s.withProposal(s.proposalPage)),
		console(post, "/policy/proposals/:kind/:key/draft", permit.Amend, s.withProposal(s.draftProposal)),
		console(post, "/policy/proposals/:kind/:key/publish", permit.Amend, s.withProposal(s.publishProposal)),
		console(post, "/policy/proposals/:kind/:key/refuse", permit.Amend, s.withProposal(s.refuseProposal)),
		console(get, "/policy/trials", permit.Text, s.trialsPage),
		console(get, "/policy/draft", permit.Amend, s.withDraft(s.draftTables)),
		console(post, "/policy/draft", permit.Amend, s.startDraft),
		console(post, "/policy/draft/drop", permit.Amend, s.dropDraft),
		console(post, "/policy/draft/rebase", permit.Amend, s.withDraft(s.rebaseDraft)),
		console(get, "/policy/draft/sheet", permit.Amend, s.withDraft(s.draftSheet)),
		console(post, "/policy/draft/row", permit.Amend, s.withDraft(s.draftRow)),
		console(get, "/policy/draft/download", permit.Amend, s.withDraft(s.downloadSheet)),
		console(post, "/policy/draft/upload", permit.Amend, s.withDraft(s.uploadedSheet)),
		console(get, "/policy/draft/check", permit.Amend, s.withDraft(s.draftCheck)),
		console(get, "/policy/draft/conflicts", permit.Amend, s.withDraft(s.draftConflicts)),
		console(get, "/policy/draft/try", permit.Amend, s.withDraft(s.draftTrial)),
		console(post, "/policy/draft/try", permit.Amend, s.withDraft(s.tryDraft)),
		console(get, "/policy/draft/publish", permit.Amend, s.withDraft(s.draftPublish)),
		console(post, "/policy/draft/publish", permit.Amend, s.withDraft(s.publishDraft)),
		console(get, "/accounts", permit.Accounts, s.accountsPage),
		console(post, "/accounts", permit.Accounts, s.addAccount),
		console(post, "/accounts/:login", permit.Accounts, s.editAccount),
		console(post, "/accounts/:login/invite", permit.Accounts, s.inviteAccount),
		console(post, "/accounts/:login/disable", permit.Accounts, s.disableAccount),
		console(get, "/apps", permit.Accounts, s.appsPage),
		console(post, "/apps", permit.Accounts, s.addApp),
		console(post, "/apps/:id", permit.Accounts, s.switchApp),
		console(get, "/jobs", permit.Jobs, s.jobsPage),
		console(post, "/jobs/:name/run", permit.Jobs, s.runJob),
		console(get, "/audit", permit.Audit, s.auditPage),
		console(get, "/outbox", permit.Outbox, s.outboxPage),
		console(post, "/outbox/replay", permit.Outbox, s.replayDead),
		console(post, "/outbox/drop", permit.Outbox, s.dropDead),
		console(get, "/notices", self, s.noticesPage),
		console(get, "/notices/:ticket/:seq/:step", self, s.openNotice),
		console(post, "/notices/read", self, s.readNotices),

		api(post, "/api/v1/tickets", permit.Create, s.apiCreate),
		api(get, "/api/v1/tickets", permit.List, s.apiList),
		api(get, "/api/v1/tickets/:id", permit.Read, s.apiTicket),
		api(post, "/api/v1/tickets/:id/steps/:step", permit.Read, s.apiStep),
		api(get, "/api/v1/stats/summary", permit.Dashboard, s.apiSummary),
		api(get, "/api/v1/reports/:month", permit.Report, s.apiReport),
		api(get, "/api/v1/outbox", permit.Outbox, s.apiOutbox),
		api(post, "/api/v1/outbox/replay", permit.Outbox, s.apiReplay),

		{post, "/hooks/12345", hookDoor, "", s.hook(ticket.Channel12345)},
		{post, "/hooks/12328", hookDoor, "", s.hook(ticket.Channel12328)},
	}, slices.Concat(s.adminRoutes(), s.bookRoutes(), s.unitRoutes(), s.signRoutes(), s.open311Routes(), s.documentRoutes(), s.helpRoutes(), s.attachmentRoutes())...)
}

// mount registers the routes. A route without an action stays shut unless its
// door says that nobody is asked. What no route takes is refused by the
// router: 405 when the address knows another method, else 404.
func (s *Server) mount() {
	for _, r := range s.routes() {
		handle := func(c *fiber.Ctx) error {
			v, err := s.enter(c, r.door)
			if err != nil {
				return err
			}
			if r.door != openDoor && r.door != hookDoor && !allowed(v.actor, r.action) {
				return ticket.Refuse(ticket.ErrForbidden, "forbidden", "您的角色不能使用这项功能")
			}
			return r.handle(v)
		}
		if r.method == fiber.MethodGet {
			// Monitors probe with HEAD; the body is left out on the way.
			s.app.Add(fiber.MethodHead, r.path, handle)
		}
		s.app.Add(r.method, r.path, handle)
	}
}
