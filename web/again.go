package web

import (
	"fmt"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/intake"
	"huiyin/intake/twins"
	"huiyin/ticket"
	"huiyin/workflow/rules"
)

// againView is what may make a ticket the same matter again: tickets like it,
// and what its caller told before.
type againView struct {
	ID, CSRF, Back string
	Twins          []twinView
	Earlier        earlierView
	Waiting        string // why nothing is offered yet
	MayMerge       bool
	Version        int64
}

// twinView is a ticket that may be the same matter, with the evidence.
type twinView struct {
	ID, Href, SourceNo, Title, Received string
	State                               chip
	Percent                             int
	Evidence                            []string
	Primary, PrimaryNote, Reason        string
	Request                             string
}

// earlierView is what a caller told before.
type earlierView struct {
	Count int
	Rows  []ticketRow
}

// againOf looks for what may make a ticket the same matter again. Who may not
// merge is shown nothing.
func (s *Server) againOf(v *visit, t *ticket.Ticket) (againView, error) {
	view := againView{ID: string(t.ID), CSRF: v.session.CSRF, Version: t.Version}
	book := s.Line.Twins()
	if book == nil || !twins.Offered(v.actor) {
		return view, nil
	}
	if ready, read := book.Ready(); !ready {
		view.Waiting = fmt.Sprintf("正在整理近期的工单（已读 %d 件），整理好以后才提示重复", read)
		return view, nil
	}
	found, err := book.Find(v.ctx(), v.actor, t)
	if err != nil {
		return view, err
	}
	for i := range found {
		view.Twins = append(view.Twins, s.twinView(v, &found[i]))
	}
	earlier, err := book.Caller(v.ctx(), v.actor, t.CallerKey, t.ID)
	if err != nil {
		return view, err
	}
	view.Earlier = earlierView{earlier.Count, rowsOf(earlier.Last, s.Desk.Policy(), v.now)}
	for _, tr := range s.Desk.Allowed(v.actor, t) {
		view.MayMerge = view.MayMerge || tr.Step == ticket.StepMerge
	}
	return view, nil
}

func (s *Server) twinView(v *visit, twin *twins.Twin) twinView {
	other := &twin.Ticket
	view := twinView{
		ID: string(other.ID), Href: "/tickets/" + string(other.ID), SourceNo: other.SourceNo, Title: titleOf(other), Received: moment(other.ReceivedAt, v.now),
		State: stateView(other.State), Percent: int(100*twin.Alike + .5), Evidence: evidenceOf(twin), Primary: string(twin.Primary), Request: newRequestID(),
	}
	switch {
	case twin.Primary == "" && !other.State.IsOpen():
		view.PrimaryNote = "已经办完，不能并入；可以对照着办"
	case twin.Primary == "" && !other.RepliedAt.IsZero():
		view.PrimaryNote = "已经报结，不能并入；可以对照着办"
	case twin.Primary == "":
		view.PrimaryNote = "比这件晚：打开那一件时会提示并到这里"
	case twin.Primary != twin.ID:
		view.PrimaryNote = "它已并入 " + string(twin.Primary) + "，这件也并入那里"
	}
	view.Reason = "与 " + other.SourceNo + " 是同一件事：" + strings.Join(view.Evidence, "，")
	return view
}

// evidenceOf says in words why two tickets may be the same matter.
func evidenceOf(twin *twins.Twin) []string {
	list := []string{fmt.Sprintf("文字 %.0f%% 相同", 100*twin.Alike)}
	if twin.SameCaller {
		list = append(list, "同一来电人")
	} else {
		list = append(list, "不同来电人")
	}
	if len(twin.Shared) > 0 {
		list = append(list, "都提到 "+strings.Join(twin.Shared, "、"))
	}
	if twin.Days == 0 {
		return append(list, "同一天")
	}
	return append(list, fmt.Sprintf("相隔 %d 天", twin.Days))
}

// importedAgain is an imported row that may be the same matter as tickets before it.
type importedAgain struct {
	Row                   int
	SourceNo, Title, Href string // Href is empty while the row is only checked
	Twins                 []twinView
}

func (s *Server) importedAgain(v *visit, rows []intake.Again) []importedAgain {
	var list []importedAgain
	for i := range rows {
		r := &rows[i]
		view := importedAgain{Row: r.Row, SourceNo: r.SourceNo, Title: r.Title}
		if r.ID != "" {
			view.Href = "/tickets/" + string(r.ID)
		}
		for n := range r.Twins {
			view.Twins = append(view.Twins, s.twinView(v, &r.Twins[n]))
		}
		list = append(list, view)
	}
	return list
}

// sendApart remembers that two tickets are not the same matter.
func (s *Server) sendApart(v *visit) error {
	book := s.Line.Twins()
	if book == nil {
		return ticket.Refuse(ticket.ErrNotFound, "no_twins", "这里没有重复提示")
	}
	id := v.Params("id")
	if err := book.Dismiss(v.ctx(), v.now, v.actor, ticket.ID(id), ticket.ID(v.FormValue("other"))); err != nil {
		return err
	}
	if v.Get("X-Fragment") == "true" {
		return v.SendStatus(fiber.StatusNoContent)
	}
	return v.Redirect("/tickets/"+id, fiber.StatusSeeOther)
}

// besideView is two tickets side by side, with what differs marked.
type besideView struct {
	Left, Right sideView
	Evidence    string
}

type sideView struct {
	Name, SourceNo, Href string
	Text                 []segment
	Facts                []pair
}

// besidePart sets two tickets side by side.
func (s *Server) besidePart(v *visit) error {
	var both [2]ticket.Ticket
	for i, param := range []string{"id", "other"} {
		t, err := s.Desk.Ticket(v.ctx(), v.actor, ticket.ID(v.Params(param)))
		if err != nil {
			return err
		}
		both[i] = t
	}
	left, right := twins.Differ(both[0].Text(), both[1].Text())
	p := s.Desk.Policy()
	view := besideView{Left: sideOf("这一件", &both[0], left, p), Right: sideOf("另一件", &both[1], right, p)}
	return s.render(v.Ctx, "beside", view)
}

func sideOf(name string, t *ticket.Ticket, pieces []twins.Piece, p *rules.Policy) sideView {
	side := sideView{Name: name, SourceNo: t.SourceNo, Href: "/tickets/" + string(t.ID), Facts: nonEmpty(
		pair{"状态", t.State.Name()}, pair{"类别", categoryText(p, t.Category)}, pair{"承办", p.Units.Name(t.Lead)},
		pair{"来源", t.Channel.Name()}, pair{"地点", strings.TrimSpace(t.County + " " + t.Place)}, pair{"收到", fullMoment(t.ReceivedAt)})}
	for _, piece := range pieces {
		segment := segment{Text: piece.Text}
		if piece.Own {
			segment.Mark, segment.Hint = "hit", "另一件没有这几个字"
		}
		side.Text = append(side.Text, segment)
	}
	return side
}
