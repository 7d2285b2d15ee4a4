// Command screens takes the pictures of the manual: every page of the console,
// as each role sees it, from a running service that holds the samples.
//
//	go run ./internal/screens -base http://127.0.0.1:8080 -password … -out docs/screens
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"

	"huiyin/internal/browser"
)

type shot struct{ login, path, name string }

// shots are in the order of the manual.
var shots = []shot{
	{"", "/login", "login"}, {"", "/public", "public"},
	{"huawu", "/", "home-operator"}, {"huawu", "/queue", "triage"}, {"huawu", "/new", "new"}, {"huawu", "/import", "import"},
	{"huawu", "/review", "review"}, {"huawu", "/callbacks", "callbacks"}, {"huawu", "/tickets", "search"},
	{"u-zhidui", "/", "home-unit"}, {"u-zhidui", "/mine", "mine"}, {"u-zhidui", "ticket", "ticket-unit"},
	{"duban", "/", "home-supervisor"}, {"duban", "/supervision", "supervision"}, {"duban", "ticket", "ticket-supervisor"},
	{"lingdao", "/", "home-leader"}, {"lingdao", "/dashboard", "dashboard"}, {"lingdao", "/reports", "reports"},
	{"lingdao", "latest report", "reading"}, {"duban", "latest cards", "cards"}, {"duban", "latest part", "report-part"},
	{"duban", "/rectifications?tab=all", "ledger"}, {"duban", "entry", "rectification"}, {"duban", "/rectifications/new", "problem"},
	{"u-zhidui", "/rectifications", "ledger-unit"}, {"", "/public/reports", "digests"}, {"", "latest digest", "digest"}, {"", "/public/problems", "problems"},
	{"huawu", "/cases", "cases"}, {"huawu", "case", "case"},
	{"jijian", "/clues", "clues"},
	{"guanli", "/policy", "policy"}, {"guanli", "/accounts", "accounts"}, {"guanli", "/jobs", "jobs"},
	{"guanli", "/outbox", "outbox"}, {"guanli", "/apps", "apps"}, {"u-zhidui", "/notices", "notices"}, {"", "/api/docs", "api-docs"},
	{"shenji", "/audit", "audit"},
}

// links are pages whose address stands on another: where to look, the page
// before when empty, and for what.
var links = map[string]struct{ on, which string }{
	"ticket":        {"", `main a[href^="/tickets/"]`},
	"latest report": {"/reports", `tr:nth-child(2) a[href^="/reports/"]`},
	"latest cards":  {"/reports", `tr:nth-child(2) a[href^="/reports/cards"]`},
	"latest part":   {"/reports/cards", `a[data-test=confirm]`},
	"entry":         {"/rectifications?tab=reopened", `td a[href^="/rectifications/"]`},
	"case":          {"/cases", `td a[href^="/cases/"]`},
	"latest digest": {"/public/reports", `td a[href^="/public/reports/"]`},
}

func main() {
	base := flag.String("base", "http://127.0.0.1:8080", "address of the service")
	password := flag.String("password", "yangli-2026-huiyin", "password of the sample accounts")
	out := flag.String("out", "docs/screens", "folder for the pictures")
	wide := flag.Bool("wide", false, "also at 1920×1080")
	flag.Parse()
	if err := run(*base, *password, *out, *wide); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func run(base, password, out string, wide bool) error {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	b, err := browser.Start(ctx, base)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(out, 0o755); err != nil {
		return err
	}
	people := map[string]*browser.Person{}
	for _, s := range shots {
		p, known := people[s.login]
		if !known {
			if p, err = b.Person(); err != nil {
				return err
			}
			if s.login != "" {
				if err := p.SignIn(s.login, password); err != nil {
					return fmt.Errorf("%s: %w", s.login, err)
				}
			}
			people[s.login] = p
		}
		if err := take(p, s, out, wide); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

func take(p *browser.Person, s shot, out string, wide bool) error {
	if link, ok := links[s.path]; ok { // found on another page
		if err := p.Open(link.on); link.on != "" && err != nil {
			return err
		}
		link, err := p.Value(`document.querySelector('` + link.which + `').getAttribute("href")`)
		if err != nil {
			return err
		}
		if err := p.Open(link); err != nil {
			return err
		}
	} else if err := p.Open(s.path); err != nil {
		return err
	}
	if err := p.Wait(`document.readyState === "complete" && !document.querySelector(".htmx-request")`); err != nil {
		return err
	}
	sizes := []struct {
		name          string
		width, height int64
	}{{"", 1366, 768}, {"-1920", 1920, 1080}}
	for _, size := range sizes {
		if size.name != "" && !wide {
			continue
		}
		png, err := p.Picture(size.width, size.height)
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(out, s.name+size.name+".png"), png, 0o644); err != nil {
			return err
		}
	}
	return nil
}
