package web

import (
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

func unixText(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

type sessionRow struct {
	Digest, Login, Name, From, Agent, Since, Seen string
	Own                                           bool
}

type sessionsView struct {
	page
	Sessions []sessionRow
	People   int
}

// sessionRows are open sessions for people to look at.
func (s *Server) sessionRows(v *visit, login string) ([]sessionRow, error) {
	open, err := s.accounts.sessions(v.ctx(), v.now, login)
	if err != nil {
		return nil, err
	}
	own := digest(v.Cookies(s.cookieName(v.Ctx)))
	rows := make([]sessionRow, len(open))
	for i, o := range open {
		rows[i] = sessionRow{
			Digest: o.Digest, Login: o.Login, Name: o.Name, From: orDash(o.From), Agent: orDash(o.Agent),
			Since: fullMoment(o.Created), Seen: fullMoment(o.Seen), Own: o.Digest == own,
		}
	}
	return rows, nil
}

func orDash(text string) string {
	if text == "" {
		return "—"
	}
	return text
}

func (s *Server) sessionsPage(v *visit) error {
	view := sessionsView{page: s.page(v, "账号", "/accounts")}
	view.Sub = "谁正登录着；半小时没有操作或满 12 小时自动退出，改密、停用时全部退出"
	var err error
	if view.Sessions, err = s.sessionRows(v, ""); err != nil {
		return err
	}
	people := map[string]bool{}
	for _, r := range view.Sessions {
		people[r.Login] = true
	}
	view.People = len(people)
	return s.render(v.Ctx, "sessions", view)
}

// endSession ends anybody's session, for who looks after the accounts.
func (s *Server) endSession(v *visit) error {
	return s.endListed(v, "", "/sessions")
}

// endOwnSession ends one of one's own.
func (s *Server) endOwnSession(v *visit) error {
	return s.endListed(v, v.account.Login, "/me")
}

func (s *Server) endListed(v *visit, login, back string) error {
	open, err := s.accounts.sessions(v.ctx(), v.now, login)
	if err != nil {
		return err
	}
	which, all := v.FormValue("session"), v.FormValue("all") == "yes"
	own, ended := digest(v.Cookies(s.cookieName(v.Ctx))), 0
	for _, o := range open {
		if o.Digest == own || !all && o.Digest != which || all && login == "" && o.Login != v.FormValue("login") {
			continue
		}
		if err := s.accounts.note(v.ctx(), v.now, v.actor, "end_session", o.Login, o.From); err != nil {
			return err
		}
		if err := s.accounts.endSession(v.ctx(), o.Digest); err != nil {
			return err
		}
		ended++
	}
	if ended == 0 {
		return ticket.Refuse(ticket.ErrNotFound, "no_session", "这个会话已经结束，或者是您现在用的这一个；要退出自己请点“退出”")
	}
	return v.Redirect(back, fiber.StatusSeeOther)
}
