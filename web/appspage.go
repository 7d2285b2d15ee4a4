package web

import (
	"github.com/gofiber/fiber/v2"
)

type appsView struct {
	page
	Apps         []appRow
	Name, Key    string // a new key, shown once
	Fault, Typed string
}

type appRow struct {
	ID, Name, Created, By string
	State                 chip
	Disabled              bool
}

func (s *Server) appsView(v *visit) (appsView, error) {
	view := appsView{page: s.page(v, "应用", "/apps")}
	view.Sub = "替市民提交诉求的其他程序；每个应用一把密钥，只能用于 Open311 接口"
	apps, err := s.accounts.Apps(v.ctx())
	if err != nil {
		return view, err
	}
	for _, a := range apps {
		row := appRow{ID: a.ID, Name: a.Name, Created: fullMoment(a.Created), By: a.By, Disabled: a.Disabled, State: chip{Text: "在用", Tone: "green", Icon: "check"}}
		if a.Disabled {
			row.State = chip{Text: "停用", Icon: "pause"}
		}
		view.Apps = append(view.Apps, row)
	}
	return view, nil
}

func (s *Server) appsPage(v *visit) error {
	view, err := s.appsView(v)
	if err != nil {
		return err
	}
	return s.render(v.Ctx, "apps", view)
}

// addApp makes an app; its key is on the answer's page and nowhere else.
func (s *Server) addApp(v *visit) error {
	app, key, err := s.accounts.AddApp(v.ctx(), v.now, v.account.Login, v.FormValue("name"))
	if err == nil {
		err = s.accounts.note(v.ctx(), v.now, v.actor, "add_app", app.ID, app.Name)
	}
	if p, internal := problemOf(err, ""); err != nil && (internal || p.Status != fiber.StatusUnprocessableEntity) {
		return err
	}
	view, listErr := s.appsView(v)
	if listErr != nil {
		return listErr
	}
	if err != nil {
		view.Fault, view.Typed = "应用名称要填，最多 30 个字", firstRunes(v.FormValue("name"), 60)
		v.Status(fiber.StatusUnprocessableEntity)
	} else {
		view.Name, view.Key = app.Name, key
	}
	return s.render(v.Ctx, "apps", view)
}

// switchApp shuts an app's key or opens it again.
func (s *Server) switchApp(v *visit) error {
	id, disable := v.Params("id"), v.FormValue("disabled") != ""
	what := "enable_app"
	if disable {
		what = "disable_app"
	}
	if err := s.accounts.DisableApp(v.ctx(), id, disable); err != nil {
		return err
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, what, firstRunes(id, 20), ""); err != nil {
		return err
	}
	return v.Redirect("/apps", fiber.StatusSeeOther)
}
