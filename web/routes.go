package web

import (
	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow"
)

// route is an address, the door in front of it, and the action that May is
// asked about before the handler runs. Actions that depend on a ticket are
// asked again by the desk. Only an open or a hook door may go without one.
type route struct {
	method, path string
	door         door
	action       workflow.Action
	handle       func(*visit) error
}

// routes is every address of the service.
func (s *Server) routes() []route {
	get, post := fiber.MethodGet, fiber.MethodPost
	console := func(method, path string, a workflow.Action, h func(*visit) error) route {
		return route{method, path, consoleDoor, a, h}
	}
	api := func(method, path string, a workflow.Action, h func(*visit) error) route {
		return route{method, path, apiDoor, a, h}
	}
	open := func(method, path string, h func(*visit) error) route { return route{method, path, openDoor, "", h} }
	return []route{
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

		console(get, "/queue", workflow.StepAction(workflow.StepDispatch), s.queuePage),
		console(get, "/queue/:id", workflow.StepAction(workflow.StepDispatch), s.queuePane),
		console(get, "/new", workflow.ActCreate, s.newPage),
		console(post, "/new", workflow.ActCreate, s.newTicket),
		console(post, "/judge", workflow.ActCreate, s.judgePart),
		console(get, "/tickets", workflow.ActList, s.searchPage),
		console(get, "/tickets/:id", workflow.ActRead, s.ticketPage),
		console(post, "/tickets/:id/steps/:step", workflow.ActRead, s.takeStep),
		console(post, "/tickets/:id/reveal", workflow.ActReveal, s.reveal),
		console(get, "/mine", workflow.ActList, s.minePage),
		console(post, "/mine/sign", workflow.StepAction(workflow.StepSign), s.bulkSign),
		console(get, "/review", workflow.StepAction(workflow.StepApproveReply), s.reviewPage),
		console(get, "/callbacks", workflow.StepAction(workflow.StepRecordCallback), s.callbackPage),
		console(get, "/supervision", workflow.StepAction(workflow.StepSupervise), s.supervisionPage),
		console(get, "/clues", workflow.StepAction(workflow.StepHandOver), s.cluesPage),

		console(get, "/dashboard", workflow.ActDashboard, s.dashboardPage),
		console(get, "/reports", workflow.ActReport, s.reportsPage),
		console(get, "/reports/:month.:format", workflow.ActReport, s.downloadReport),

		console(get, "/import", workflow.ActImport, s.importPage),
		console(post, "/import", workflow.ActImport, s.uploadSheet),
		console(get, "/import/:id", workflow.ActImport, s.importStatus),
		console(post, "/import/:id/run", workflow.ActImport, s.runImport),
		console(get, "/import/:id/rejects", workflow.ActImport, s.importRejects),

		console(get, "/policy", workflow.ActPolicy, s.policyPage),
		console(get, "/policy/history", workflow.ActPolicy, s.historyPage),
		console(post, "/policy/history/:version/restore", workflow.ActAmend, s.restoreVersion),
		console(get, "/policy/draft", workflow.ActAmend, s.withDraft(s.draftTables)),
		console(post, "/policy/draft", workflow.ActAmend, s.startDraft),
		console(post, "/policy/draft/drop", workflow.ActAmend, s.dropDraft),
		console(post, "/policy/draft/rebase", workflow.ActAmend, s.withDraft(s.rebaseDraft)),
		console(get, "/policy/draft/sheet", workflow.ActAmend, s.withDraft(s.draftSheet)),
		console(post, "/policy/draft/row", workflow.ActAmend, s.withDraft(s.draftRow)),
		console(get, "/policy/draft/download", workflow.ActAmend, s.withDraft(s.downloadSheet)),
		console(post, "/policy/draft/upload", workflow.ActAmend, s.withDraft(s.uploadedSheet)),
		console(get, "/policy/draft/check", workflow.ActAmend, s.withDraft(s.draftCheck)),
		console(get, "/policy/draft/conflicts", workflow.ActAmend, s.withDraft(s.draftConflicts)),
		console(get, "/policy/draft/try", workflow.ActAmend, s.withDraft(s.draftTrial)),
		console(post, "/policy/draft/try", workflow.ActAmend, s.withDraft(s.tryDraft)),
		console(get, "/policy/draft/publish", workflow.ActAmend, s.withDraft(s.draftPublish)),
		console(post, "/policy/draft/publish", workflow.ActAmend, s.withDraft(s.publishDraft)),
		console(get, "/accounts", workflow.ActAccounts, s.accountsPage),
		console(post, "/accounts", workflow.ActAccounts, s.addAccount),
		console(post, "/accounts/:login", workflow.ActAccounts, s.editAccount),
		console(post, "/accounts/:login/invite", workflow.ActAccounts, s.inviteAccount),
		console(post, "/accounts/:login/disable", workflow.ActAccounts, s.disableAccount),
		console(get, "/jobs", workflow.ActJobs, s.jobsPage),
		console(post, "/jobs/:name/run", workflow.ActJobs, s.runJob),
		console(get, "/audit", workflow.ActAudit, s.auditPage),

		api(post, "/api/v1/tickets", workflow.ActCreate, s.apiCreate),
		api(get, "/api/v1/tickets", workflow.ActList, s.apiList),
		api(get, "/api/v1/tickets/:id", workflow.ActRead, s.apiTicket),
		api(post, "/api/v1/tickets/:id/steps/:step", workflow.ActRead, s.apiStep),
		api(get, "/api/v1/stats/summary", workflow.ActDashboard, s.apiSummary),
		api(get, "/api/v1/reports/:month", workflow.ActReport, s.apiReport),

		{post, "/hooks/12345", hookDoor, "", s.hook(ticket.Channel12345)},
		{post, "/hooks/12328", hookDoor, "", s.hook(ticket.Channel12328)},
	}
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
