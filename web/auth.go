package web

import (
	"crypto/subtle"
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

func sameSecret(a, b string) bool {
	return b != "" && subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1
}

type loginView struct {
	page
	Login, Back string
	Hints       []loginHint
}

// loginHint offers a made-up account of huiyin demo.
type loginHint struct{ Login, Name string }

func (s *Server) loginView(v *visit) (loginView, error) {
	view := loginView{page: s.strangerPage(v.Ctx, "登录"), Back: ownPath(v.Query("back"), "")}
	accounts, err := s.accounts.List(v.ctx())
	if err != nil {
		return view, err
	}
	for _, a := range accounts {
		if a.Sample && !a.Disabled {
			view.Hints = append(view.Hints, loginHint{a.Login, a.Name})
		}
	}
	return view, nil
}

func (s *Server) loginPage(v *visit) error {
	view, err := s.loginView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "login", view)
}

var errWrongPassword = ticket.Refuse(ticket.ErrForbidden, "wrong_password", "登录名或密码不对")

// signIn answers the same, and after the same work, for an unknown account, a
// disabled one and a wrong password.
func (s *Server) signIn(v *visit) error {
	if err := s.checkOrigin(v.Ctx); err != nil {
		return err
	}
	login := strings.ToLower(strings.TrimSpace(v.FormValue("login")))
	account, err := s.authenticate(v, login, v.FormValue("password"))
	if err != nil {
		var refusal *ticket.Refusal
		if !errors.As(err, &refusal) || errors.Is(err, ticket.ErrStore) {
			return err
		}
		view, listErr := s.loginView(v)
		if listErr != nil {
			return listErr
		}
		view.Login, view.Back = firstRunes(login, 32), ownPath(v.FormValue("back"), "")
		view.Notice = notice{Text: refusal.Message, Tone: "red", Icon: "alert"}
		p, _ := problemOf(err, "")
		v.Status(p.Status)
		return s.render(v.Ctx, "login", view)
	}
	if err := s.startSession(v, account); err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, account.Actor(), "sign_in", "", ""); err != nil {
		return err
	}
	back := ownPath(v.FormValue("back"), "")
	if back == "" {
		back = "/"
	}
	return v.Redirect(back, fiber.StatusSeeOther)
}

// authenticate counts the attempt first: guesses made at the same time cannot
// slip through together.
func (s *Server) authenticate(v *visit, login, password string) (Account, error) {
	if len(login) > 64 || len(password) > 4*passwordMax {
		return Account{}, errWrongPassword
	}
	if err := s.accounts.take(v.ctx(), v.now, loginPerSource, s.sourceOf(v.Ctx)); err != nil {
		return Account{}, err
	}
	if err := s.accounts.take(v.ctx(), v.now, loginPerAccount, login); err != nil {
		return Account{}, err
	}
	account, err := s.accounts.Find(v.ctx(), login)
	if err != nil && !errors.Is(err, ticket.ErrNotFound) {
		return Account{}, err
	}
	right := checkPassword(account.Hash, password)
	if err != nil || !right || account.Disabled {
		who := account.Actor()
		if account.Login == "" {
			who.Name = "没有这个账号" // what was typed may be a password, so it is not noted
		}
		return Account{}, errors.Join(s.accounts.note(v.ctx(), v.now, who, "sign_in_failed", "", s.sourceOf(v.Ctx)), errWrongPassword)
	}
	return account, errors.Join(
		s.accounts.forget(v.ctx(), loginPerAccount, login),
		s.accounts.forget(v.ctx(), loginPerSource, s.sourceOf(v.Ctx)))
}

func (s *Server) signOut(v *visit) error {
	if err := s.accounts.close(v.ctx(), v.Cookies(s.cookieName(v.Ctx))); err != nil {
		return err
	}
	s.setCookie(v.Ctx, "", -1)
	return v.Redirect("/login", fiber.StatusSeeOther)
}

type welcomeView struct {
	page
	First               bool
	Login, Name, Action string
}

func (s *Server) welcomeView(v *visit) (welcomeView, error) {
	token := v.Query("token")
	inv, err := s.accounts.invitation(v.ctx(), token)
	if err != nil {
		return welcomeView{}, err
	}
	view := welcomeView{page: s.strangerPage(v.Ctx, "设定密码"), First: inv.First, Action: "/welcome?token=" + url.QueryEscape(token), Login: "admin"}
	if !inv.First {
		account, err := s.accounts.Find(v.ctx(), inv.Login)
		if err != nil {
			return view, err
		}
		view.Login, view.Name = account.Login, account.Name
	}
	return view, nil
}

func (s *Server) welcomePage(v *visit) error {
	view, err := s.welcomeView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "welcome", view)
}

func (s *Server) setFirstPassword(v *visit) error {
	if err := s.checkOrigin(v.Ctx); err != nil {
		return err
	}
	view, err := s.welcomeView(v)
	if err != nil {
		return err
	}
	err = repeated(v)
	var login string
	if err == nil {
		login, err = s.accounts.redeem(v.ctx(), v.now, v.Query("token"), v.FormValue("login"), v.FormValue("name"), v.FormValue("password"))
	}
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) && (errors.Is(err, ticket.ErrInvalid) || errors.Is(err, ticket.ErrConflict)) {
		if view.First {
			view.Login, view.Name = firstRunes(v.FormValue("login"), 32), firstRunes(v.FormValue("name"), 30)
		}
		view.Notice = notice{Text: refusal.Message, Tone: "red", Icon: "alert"}
		v.Status(fiber.StatusUnprocessableEntity)
		return s.render(v.Ctx, "welcome", view)
	}
	if err != nil {
		return err
	}
	account, err := s.accounts.Find(v.ctx(), login)
	if err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, account.Actor(), "set_password", "", ""); err != nil {
		return err
	}
	if err := s.startSession(v, account); err != nil {
		return err
	}
	return v.Redirect("/", fiber.StatusSeeOther)
}

func repeated(v *visit) error {
	if v.FormValue("password") != v.FormValue("again") {
		return invalidField("again", "differs", "两次输入的密码不一样")
	}
	return nil
}
