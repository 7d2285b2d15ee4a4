package main

import (
	"fmt"

	"huiyin/internal/browser"
)

// shot is a page that is pictured: who looks (nobody signed in when empty),
// where, the picture's name, and what is done on the page before (JavaScript).
type shot struct{ login, path, name, before string }

// shots are in the order of the manual.
var shots = []shot{
	{"", "/login", "login", ""}, {"", "/public", "public", ""}, {"", "/public/new", "public-new", ""}, {"huawu", "/help", "help", ""}, {"", "/public/reports", "digests", ""}, {"", "latest digest", "digest", ""},
	{"", "/public/problems", "problems", ""}, {"", "/public/reports?type=large", "digests-large", ""}, {"", "/api/docs", "api-docs", ""},

	{"huawu", "/", "home-operator", ""}, {"huawu", "/queue", "triage", ""}, {"huawu", "/new", "new", ""}, {"huawu", "/import", "import", ""},
	{"huawu", "/review", "review", ""}, {"huawu", "/callbacks", "callbacks", ""}, {"huawu", "/tickets", "search", ""},
	{"huawu", "/cases", "cases", ""}, {"huawu", "case", "case", ""}, {"huawu", "why", "why", ""}, {"huawu", "/me", "me", ""},

	{"u-zhidui", "/", "home-unit", ""}, {"u-zhidui", "/mine", "mine", ""}, {"u-zhidui", "ticket", "ticket-unit", ""},
	{"u-zhidui", "reply", "ticket-reply", `document.querySelector("#step-reply").open = true; document.querySelector("#step-reply").scrollIntoView()`},
	{"u-zhidui", "/rectifications", "ledger-unit", ""}, {"u-zhidui", "/sheets", "sheets-unit", ""}, {"u-zhidui", "/notices", "notices", ""},

	{"duban", "/", "home-supervisor", ""}, {"duban", "/supervision", "supervision", ""}, {"duban", "/supervision/returns", "bounces", ""},
	{"duban", "ticket", "ticket-supervisor", ""}, {"duban", "/matters", "matters", ""}, {"duban", "/signs", "signs", ""}, {"u-yunfu", "/cards", "cards-unit", ""}, {"duban", "latest cards", "cards", ""}, {"duban", "latest part", "report-part", ""},
	{"duban", "/rectifications?tab=all", "ledger", ""}, {"duban", "entry", "rectification", ""}, {"duban", "/rectifications/new", "problem", ""},
	{"duban", "/sheets", "sheets", ""}, {"duban", "sheet", "sheet", ""}, {"duban", "/ratings", "ratings", ""}, {"duban", "rating", "rating", ""},

	{"lingdao", "/", "home-leader", ""}, {"lingdao", "/dashboard", "dashboard", ""}, {"lingdao", "/reports", "reports", ""}, {"lingdao", "latest report", "reading", ""},
	{"jijian", "/", "home-discipline", ""}, {"jijian", "/clues", "clues", ""}, {"jijian", "clue", "ticket-clue", ""},

	{"guanli", "/", "home-admin", ""}, {"guanli", "/policy", "policy", ""}, {"guanli", "/policy/history", "policy-history", ""}, {"guanli", "/policy/proposals", "policy-proposals", ""},
	{"guanli", "/accounts", "accounts", ""}, {"guanli", "/sessions", "sessions", ""}, {"guanli", "/status", "status", ""}, {"guanli", "/backups", "backups", ""}, {"guanli", "/about", "about", ""}, {"guanli", "/jobs", "jobs", ""}, {"guanli", "/outbox", "outbox", ""}, {"guanli", "/apps", "apps", ""},
	{"guanli", "/sessions", "sessions", ""}, {"guanli", "/status", "status", ""}, {"guanli", "/backups", "backups", ""}, {"guanli", "/about", "about", ""}, {"guanli", "/me", "me", ""},
	{"shenji", "/", "home-auditor", ""}, {"shenji", "/audit", "audit", ""},
}

// links are pages whose address stands on another: where to look, the page
// before when empty, and for what.
var links = map[string]struct{ on, which string }{
	"ticket":        {"", `main a[href^="/tickets/"]`},
	"reply":         {"/mine?tab=handling", `main a[href^="/tickets/"]`},
	"why":           {"/review", `main a[href^="/tickets/"]`},
	"clue":          {"/clues", `main a[href^="/tickets/"]`},
	"latest report": {"/reports", `tr:nth-child(2) a[href^="/reports/"]`},
	"latest cards":  {"/reports", `tr:nth-child(2) a[href^="/reports/cards"]`},
	"latest part":   {"/reports/cards", `a[data-test=confirm]`},
	"entry":         {"/rectifications?tab=reopened", `td a[href^="/rectifications/"]`},
	"case":          {"/cases", `td a[href^="/cases/"]`},
	"sheet":         {"/sheets", `td a[href^="/sheets/"]`},
	"rating":        {"/ratings", `td a[href^="/ratings/"]`},
	"latest digest": {"/public/reports", `td a[href^="/public/reports/"]`},
}

// visit opens the page of a shot and waits until it is whole.
func visit(p *browser.Person, s shot) error {
	path := s.path
	if link, ok := links[s.path]; ok {
		if link.on != "" {
			if err := p.Open(link.on); err != nil {
				return err
			}
		}
		href, err := p.Value(`(document.querySelector('` + link.which + `') || {getAttribute: () => ""}).getAttribute("href")`)
		if err != nil {
			return err
		}
		if href == "" {
			return fmt.Errorf("no %s on %s", link.which, link.on)
		}
		if path = href; s.path == "why" {
			path, _ = p.Value(`new URL(` + fmt.Sprintf("%q", href) + `, location).pathname + "/why"`)
		}
	}
	if err := p.Open(path); err != nil {
		return err
	}
	if err := settled(p); err != nil || s.before == "" {
		return err
	}
	if _, err := p.Value(`(() => {` + s.before + `; return ""})()`); err != nil {
		return err
	}
	return settled(p)
}

func settled(p *browser.Person) error {
	return p.Wait(`document.readyState === "complete" && !document.querySelector(".htmx-request")`)
}
