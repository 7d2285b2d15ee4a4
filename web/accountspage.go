package web

import (
	"errors"
	"net/url"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/rules"
)

type accountsView struct {
	page
	Accounts      []accountRow
	Units, Roles  []option
	Form          accountForm
	Link, LinkFor string // a one-time link, shown once
}

type accountForm struct {
	Open        bool
	Login, Name string
	Faults      []string
}

type accountRow struct {
	Login, Name, Roles, Unit string
	State                    chip
	Disabled, Self, Edit     bool
	UnitOptions, RoleOptions []option
}

func (s *Server) accountsView(v *visit) (accountsView, error) {
	p := s.Desk.Policy()
	view := accountsView{page: s.page(v, "账号", "/accounts"), Units: unitOptions(p, ""), Roles: roleOptions(nil)}
	accounts, err := s.accounts.List(v.ctx())
	if err != nil {
		return view, err
	}
	for _, a := range accounts {
		row := accountRow{Login: a.Login, Name: a.Name, Roles: rolesText(a.Roles), Unit: p.Units.Short(a.Unit), Disabled: a.Disabled, Self: a.Login == v.account.Login, State: chip{Text: "在用", Tone: "green"}}
		if a.Disabled {
			row.State = chip{Text: "停用", Tone: "red"}
		}
		if a.Login == v.Query("edit") {
			row.Edit, row.UnitOptions, row.RoleOptions = true, unitOptions(p, a.Unit), roleOptions(a.Roles)
		}
		view.Accounts = append(view.Accounts, row)
	}
	return view, nil
}

func roleOptions(chosen []ticket.Role) []option {
	var options []option
	for _, r := range ticket.Roles {
		options = append(options, option{Value: string(r), Label: r.Name(), Chosen: ticket.Actor{Roles: chosen}.Has(r)})
	}
	return options
}

func (s *Server) accountsPage(v *visit) error {
	view, err := s.accountsView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "accounts", view)
}

func rolesFrom(c *fiber.Ctx) []ticket.Role {
	var roles []ticket.Role
	for _, raw := range c.Request().PostArgs().PeekMulti("roles") {
		roles = append(roles, ticket.Role(raw))
	}
	return roles
}

// unitFrom reads a unit that the policy knows.
func unitFrom(c *fiber.Ctx, p *rules.Policy) (string, error) {
	code := strings.TrimSpace(c.FormValue("unit"))
	if _, ok := p.Units.Find(code); code != "" && !ok {
		return "", invalidField("unit", "unknown", "没有这个单位")
	}
	return code, nil
}

func (s *Server) addAccount(v *visit) error {
	unit, err := unitFrom(v.Ctx, s.Desk.Policy())
	a := Account{Login: strings.ToLower(strings.TrimSpace(v.FormValue("login"))), Name: v.FormValue("name"), Roles: rolesFrom(v.Ctx), Unit: unit}
	if err == nil {
		err = s.accounts.Add(v.ctx(), v.now, a, "")
	}
	var refusal *ticket.Refusal
	if errors.As(err, &refusal) && !errors.Is(err, ticket.ErrStore) {
		view, listErr := s.accountsView(v)
		if listErr != nil {
			return listErr
		}
		view.Form = accountForm{Open: true, Login: firstRunes(a.Login, 32), Name: firstRunes(a.Name, 30), Faults: []string{refusal.Message}}
		view.Units, view.Roles = unitOptions(s.Desk.Policy(), a.Unit), roleOptions(a.Roles)
		p, _ := problemOf(err, "")
		v.Status(p.Status)
		return s.render(v.Ctx, "accounts", view)
	}
	if err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "add_account", a.Login, rolesText(a.Roles)); err != nil {
		return err
	}
	return s.showInvite(v, a.Login)
}

// showInvite makes a one-time link and shows it; it is nowhere kept in the clear.
func (s *Server) showInvite(v *visit, login string) error {
	token, err := s.accounts.Invite(v.ctx(), login)
	if err != nil {
		return err
	}
	view, err := s.accountsView(v)
	if err != nil {
		return err
	}
	base := v.Protocol() + "://" + v.Hostname()
	if s.origin != nil {
		base = s.origin.Scheme + "://" + s.origin.Host
	}
	view.Link, view.LinkFor = base+"/welcome?token="+url.QueryEscape(token), login
	return s.render(v.Ctx, "accounts", view)
}

func (s *Server) inviteAccount(v *visit) error {
	login := v.Params("login")
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "invite", firstRunes(login, 32), ""); err != nil {
		return err
	}
	return s.showInvite(v, login)
}

func (s *Server) editAccount(v *visit) error {
	login := v.Params("login")
	unit, err := unitFrom(v.Ctx, s.Desk.Policy())
	if err != nil {
		return err
	}
	roles := rolesFrom(v.Ctx)
	if login == v.account.Login && !(ticket.Actor{Roles: roles}).Has(ticket.Admin) {
		return ticket.Refuse(ticket.ErrForbidden, "own_account", "不能取消自己的系统管理角色，请由另一名管理员来改")
	}
	if err := s.accounts.Edit(v.ctx(), login, v.FormValue("name"), roles, unit); err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "edit_account", login, rolesText(roles)); err != nil {
		return err
	}
	return v.Redirect("/accounts", fiber.StatusSeeOther)
}

func (s *Server) disableAccount(v *visit) error {
	login, disabled := v.Params("login"), v.FormValue("disabled") == "yes"
	if login == v.account.Login {
		return ticket.Refuse(ticket.ErrForbidden, "own_account", "不能停用自己的账号")
	}
	if err := s.accounts.Disable(v.ctx(), login, disabled); err != nil {
		return err
	}
	what := "enable_account"
	if disabled {
		what = "disable_account"
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, what, login, ""); err != nil {
		return err
	}
	return v.Redirect("/accounts", fiber.StatusSeeOther)
}

type meView struct {
	page
	Token    string // shown once
	Sessions []sessionRow
}

func (s *Server) mePage(v *visit) error {
	return s.showMe(v, "")
}

// changePassword wants the old one: a session left open is not enough. The
// other sessions and tokens of the account end.
func (s *Server) changePassword(v *visit) error {
	if err := s.accounts.take(v.ctx(), v.now, loginPerAccount, v.account.Login); err != nil {
		return err
	}
	if !checkPassword(v.account.Hash, v.FormValue("old")) {
		return invalidField("old", "wrong", "现在的密码不对")
	}
	if err := repeated(v); err != nil {
		return err
	}
	if err := s.accounts.SetPassword(v.ctx(), v.account.Login, v.FormValue("password")); err != nil {
		return err
	}
	if err := errors.Join(s.accounts.forget(v.ctx(), loginPerAccount, v.account.Login), s.accounts.note(v.ctx(), v.now, v.actor, "set_password", "", "")); err != nil {
		return err
	}
	account, err := s.accounts.Find(v.ctx(), v.account.Login)
	if err != nil {
		return err
	}
	if err := s.startSession(v, account); err != nil {
		return err
	}
	return v.Redirect("/me", fiber.StatusSeeOther)
}

func (s *Server) makeToken(v *visit) error {
	purpose := strings.TrimSpace(v.FormValue("purpose"))
	if purpose == "" {
		return invalidField("purpose", "missing", "请写明令牌的用途")
	}
	token, err := s.accounts.NewToken(v.ctx(), v.now, v.account.Login, firstRunes(purpose, 60))
	if err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "token", "", firstRunes(purpose, 60)); err != nil {
		return err
	}
	return s.showMe(v, token)
}

func (s *Server) showMe(v *visit, token string) error {
	view := meView{page: s.page(v, "我的账号", ""), Token: token}
	var err error
	if view.Sessions, err = s.sessionRows(v, v.account.Login); err != nil {
		return err
	}
	return s.render(v.Ctx, "me", view)
}
