package web

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow"
)

// bulkView is a step that can be taken on several tickets of a list at once.
type bulkView struct {
	Action, Title, Help, Key string
	Reason                   string // label of the one reason for all; empty: none is asked for
	Given                    string
}

// takeEach takes a step on each ticked ticket. Each is a step of its own: what
// cannot be done any more is named and the rest goes on.
func (s *Server) takeEach(v *visit, step ticket.Step, fields map[string]string) (done int, left []string, err error) {
	for _, raw := range v.Request().PostArgs().PeekMulti("ticket") {
		id, versionText, _ := strings.Cut(string(raw), ":")
		version, err := strconv.ParseInt(versionText, 10, 64)
		if err != nil {
			return done, left, ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
		}
		_, err = s.Desk.Take(v.ctx(), v.now, workflow.Request{
			ID: string(step) + "-" + id + "-" + versionText, Ticket: ticket.ID(id), Version: version, Step: step, Actor: v.actor, Fields: fields,
		})
		if err == nil {
			done++
			continue
		}
		p, internal := problemOf(err, requestID(v.Ctx))
		if internal {
			return done, left, err
		}
		left = append(left, s.rowName(v, ticket.ID(id))+"："+p.Detail)
	}
	s.live.nudge()
	return done, left, nil
}

// rowName is how a person knows a ticket of a list again.
func (s *Server) rowName(v *visit, id ticket.ID) string {
	t, err := s.Desk.Ticket(v.ctx(), v.actor, id)
	if err != nil {
		return string(id)
	}
	return "“" + titleOf(&t) + "”（" + t.SourceNo + "）"
}

// partly says what was done and what was not, on the list that was ticked.
func partly(verb string, done int, left []string) notice {
	n := notice{Text: fmt.Sprintf("%s了 %d 件，有 %d 件没有%s：", verb, done, len(left), verb), Tone: "amber", Icon: "alert", More: left}
	if done == 0 {
		n.Text = fmt.Sprintf("%d 件都没有%s：", len(left), verb)
	}
	return n
}

// bulkSign signs the ticked tickets.
func (s *Server) bulkSign(v *visit) error {
	signed, left, err := s.takeEach(v, ticket.StepSign, nil)
	if err != nil {
		return err
	}
	if len(left) == 0 {
		return v.Redirect("/mine?signed="+strconv.Itoa(signed), fiber.StatusSeeOther)
	}
	view, err := s.mineView(v)
	if err != nil {
		return err
	}
	view.Notice = partly("签收", signed, left)
	v.Status(fiber.StatusConflict)
	return s.render(v.Ctx, "lists", view)
}

// bulkUrge urges the units of the ticked tickets, for one reason.
func (s *Server) bulkUrge(v *visit) error {
	reason := strings.TrimSpace(v.FormValue("reason"))
	var urged int
	var left []string
	var err error
	told := notice{Text: "请写明催办的理由，勾选的工单才会催办", Tone: "red", Icon: "alert"}
	if reason != "" {
		if urged, left, err = s.takeEach(v, ticket.StepUrge, map[string]string{"reason": reason}); err != nil {
			return err
		}
		if len(left) == 0 {
			return v.Redirect("/supervision?tab="+firstRunes(v.Query("tab"), 20)+"&urged="+strconv.Itoa(urged), fiber.StatusSeeOther)
		}
		told = partly("催办", urged, left)
	}
	view, err := s.supervisionView(v)
	if err != nil {
		return err
	}
	view.Notice, view.Bulk.Given = told, reason
	v.Status(fiber.StatusConflict)
	return s.render(v.Ctx, "lists", view)
}

// tick lets all rows of a list be ticked for a step.
func (view *listView) tick(b bulkView) {
	view.Bulk = &b
	for i := range view.Rows {
		view.Rows[i].Bulk = true
	}
}
