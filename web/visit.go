package web

import (
	"context"
	"net/url"
	"strings"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// visit is one request of somebody who came through a door.
type visit struct {
	*fiber.Ctx
	now     time.Time
	account Account // zero at an open door
	session session // zero for a token
	actor   ticket.Actor
}

func (v *visit) ctx() context.Context { return v.UserContext() }

func (v *visit) may(a permit.Action) bool { return permit.May(v.actor, a, nil) }

// door is how a request proves who sends it.
type door int

const (
	openDoor    door = iota // nobody is asked
	consoleDoor             // a session; unsafe methods need the CSRF token and the own origin
	apiDoor                 // a bearer token, or a session like consoleDoor
	hookDoor                // the signature of the platform, checked by the handler
)

const (
	cookiePlain  = "huiyin"
	cookieSecure = "__Host-huiyin" // browsers take it only over https, without a domain
	csrfHeader   = "X-CSRF-Token"
	csrfField    = "csrf"
)

func (s *Server) cookieName(c *fiber.Ctx) string {
	if s.secure(c) {
		return cookieSecure
	}
	return cookiePlain
}

// enter lets a request through a door, or refuses it.
func (s *Server) enter(c *fiber.Ctx, d door) (*visit, error) {
	v := &visit{Ctx: c, now: s.Now()}
	if d == openDoor || d == hookDoor {
		return v, nil
	}
	if token, ok := bearer(c); ok && d == apiDoor {
		account, err := s.accounts.byToken(c.UserContext(), token)
		v.account, v.actor = account, account.Actor()
		return v, err
	}
	listens := c.Path() == "/events"
	open, account, err := s.accounts.resume(c.UserContext(), v.now, c.Cookies(s.cookieName(c)), !listens)
	if err != nil {
		return nil, err
	}
	v.session, v.account, v.actor = open, account, account.Actor()
	if safeMethod(c.Method()) {
		return v, nil
	}
	return v, s.checkForgery(c, open.CSRF)
}

func bearer(c *fiber.Ctx) (string, bool) {
	scheme, token, ok := strings.Cut(c.Get(fiber.HeaderAuthorization), " ")
	return strings.TrimSpace(token), ok && strings.EqualFold(scheme, "bearer")
}

func safeMethod(m string) bool {
	return m == fiber.MethodGet || m == fiber.MethodHead || m == fiber.MethodOptions
}

// checkForgery refuses a request that a page of another site made the browser
// send: the origin must be ours, and the token that of the session.
func (s *Server) checkForgery(c *fiber.Ctx, want string) error {
	if err := s.checkOrigin(c); err != nil {
		return err
	}
	got := c.Get(csrfHeader)
	if got == "" {
		got = c.FormValue(csrfField)
	}
	if !sameSecret(got, want) {
		return ticket.Refuse(errForged, "csrf", "这个页面已经过期，请刷新后再提交；写好的内容会保留")
	}
	return nil
}

// checkOrigin asks Sec-Fetch-Site and falls back on Origin; one of them must speak.
func (s *Server) checkOrigin(c *fiber.Ctx) error {
	switch c.Get("Sec-Fetch-Site") {
	case "same-origin", "none":
		return nil
	case "":
		from, err := url.Parse(c.Get(fiber.HeaderOrigin))
		if err == nil && from.Host != "" && (from.Host == c.Hostname() || s.origin != nil && from.Host == s.origin.Host) {
			return nil
		}
	}
	return ticket.Refuse(errForged, "origin", "请求不是从本系统的页面发出的，已经拒绝")
}

// startSession signs somebody in under a new id.
func (s *Server) startSession(v *visit, a Account) error {
	if old := v.Cookies(s.cookieName(v.Ctx)); old != "" {
		if err := s.accounts.close(v.ctx(), old); err != nil {
			return err
		}
	}
	id, err := s.accounts.open(v.ctx(), v.now, a, s.sourceOf(v.Ctx), agentOf(v.Get(fiber.HeaderUserAgent)))
	if err != nil {
		return err
	}
	s.setCookie(v.Ctx, id, int(sessionLimit.Seconds()))
	return nil
}

func (s *Server) setCookie(c *fiber.Ctx, value string, maxAge int) {
	cookie := &fiber.Cookie{
		Name: s.cookieName(c), Value: value, Path: "/", MaxAge: maxAge,
		HTTPOnly: true, SameSite: fiber.CookieSameSiteLaxMode, Secure: s.secure(c),
	}
	if maxAge < 0 {
		cookie.Expires = time.Unix(0, 0)
	}
	c.Cookie(cookie)
}

// sendToLogin brings a person who is not signed in to the sign-in page and
// back afterwards. A fragment request makes the whole page go there.
func (s *Server) sendToLogin(c *fiber.Ctx) error {
	back := c.OriginalURL()
	if !safeMethod(c.Method()) || c.Get("HX-Request") == "true" || c.Get("X-Fragment") == "true" {
		back = ownPath(c.Get(fiber.HeaderReferer), c.Hostname())
	}
	to := "/login"
	if back != "" && back != "/" {
		to += "?back=" + url.QueryEscape(back)
	}
	if c.Get("HX-Request") == "true" {
		c.Set("HX-Redirect", to)
		return nil
	}
	if c.Get("X-Fragment") == "true" {
		return sendProblem(c, problem{Type: "about:blank", Title: "请先登录", Status: fiber.StatusUnauthorized, Code: "sign_in", RequestID: requestID(c)})
	}
	return c.Redirect(to, fiber.StatusSeeOther)
}

// ownPath is the path of an address of this host, empty for any other: nobody
// is led away from here.
func ownPath(address, host string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host != "" && u.Host != host {
		return ""
	}
	if u.Host == "" && u.Scheme != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.Contains(u.Path, `\`) {
		return ""
	}
	return u.RequestURI()
}
