package web

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/permit"
)

// callerOf is the caller as the viewer may see them without giving a reason.
func (s *Server) callerOf(v *visit, t *ticket.Ticket) callerView {
	view := callerView{MayReveal: permit.May(v.actor, permit.Reveal, t), Action: "/tickets/" + string(t.ID) + "/reveal", CSRF: v.session.CSRF, For: string(t.ID)}
	switch {
	case len(t.Sealed) == 0:
		view.Hidden, view.MayReveal = "没有留下来电人信息", false
		return view
	case t.Confidential && !view.MayReveal:
		view.Hidden = "来电人要求保密，信息不提供给承办单位"
		return view
	}
	caller, err := s.Line.Caller(t)
	if err != nil {
		view.Hidden, view.MayReveal = "来电人信息打不开，请告诉管理员检查密钥文件", false
		return view
	}
	masked := caller.Masked()
	view.Pairs = callerPairs(masked)
	if n := len(caller.Redacted); n > 0 {
		view.Pairs = append(view.Pairs, pair{"正文中隐去", fmt.Sprintf("%d 处", n)})
	}
	return view
}

func callerPairs(c ticket.Caller) []pair {
	return nonEmpty(pair{"姓名", c.Name}, pair{"性别", c.Sex}, pair{"来电号码", c.Phone}, pair{"联系电话", c.Contact}, pair{"地址", c.Address}, pair{"证件号", c.IDNo})
}

// reveal shows the caller in full to who gives a reason; who looked at whom,
// when and why is kept.
func (s *Server) reveal(v *visit) error {
	t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params("id")))
	if err != nil {
		return err
	}
	if !permit.May(v.actor, permit.Reveal, &t) {
		return ticket.Refuse(ticket.ErrForbidden, "forbidden", "您不能查看这位来电人的信息")
	}
	view := s.callerOf(v, &t)
	reason := strings.TrimSpace(v.FormValue("reason"))
	if n := utf8.RuneCountInString(reason); n < 2 || n > 200 {
		view.Fault = "请写明为什么要看，2 到 200 个字"
		v.Status(fiber.StatusUnprocessableEntity)
		return s.render(v.Ctx, "caller", view)
	}
	if err := s.accounts.take(v.ctx(), v.now, revealPerPerson, v.actor.ID); err != nil {
		return err
	}
	caller, err := s.Line.Caller(&t)
	if err != nil {
		return err
	}
	reason, _ = ticket.Redact(reason)
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "reveal", string(t.ID), reason); err != nil {
		return err
	}
	view.Pairs, view.Shown, view.MayReveal = callerPairs(caller), true, false
	for _, text := range caller.Redacted {
		view.Pairs = append(view.Pairs, pair{"正文中隐去", text})
	}
	return s.render(v.Ctx, "caller", view)
}
