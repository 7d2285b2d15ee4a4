package web

import (
	"context"
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/outbox"
)

type noticesView struct {
	page
	Rows   []noticeView
	Unread int
	Only   bool // the unread ones
}

type noticeView struct {
	Text, Number, Title, At, Open string
	State                         chip
	Unread                        bool
}

// noticesShown is how many notices the page lists.
const noticesShown = 60

func (s *Server) noticesPage(v *visit) error {
	view := noticesView{page: s.page(v, "通知", "/notices"), Only: v.Query("unread") != ""}
	view.Sub = "本单位、本岗位该知道的事"
	mail, unread, err := s.mailOf(v.ctx(), v.account.Login, v.actor)
	if err != nil {
		return err
	}
	view.Unread = unread
	for i := range mail {
		if len(view.Rows) == noticesShown {
			break
		}
		if view.Only && !mail[i].Unread {
			continue
		}
		row, err := s.noticeRow(v, &mail[i])
		if errors.Is(err, ticket.ErrNotFound) {
			continue // it has become somebody else's, or a clue
		}
		if err != nil {
			return err
		}
		view.Rows = append(view.Rows, row)
	}
	return s.render(v.Ctx, "notices", view)
}

func (s *Server) noticeRow(v *visit, n *outbox.Notice) (noticeView, error) {
	if outbox.IsMatter(n.Ticket) {
		row, err := s.matterNotice(v, n)
		row.Open = "/notices/" + strings.ReplaceAll(n.ID, ":", "/")
		return row, err
	}
	t, err := s.Desk.Ticket(v.ctx(), v.actor, n.Ticket)
	if err != nil {
		return noticeView{}, err
	}
	return noticeView{
		Text: s.Outbox.Policy().Text(n), Number: string(t.ID), Title: titleOf(&t), At: moment(n.At, v.now), State: stateView(t.State),
		Open: "/notices/" + strings.ReplaceAll(n.ID, ":", "/"), Unread: n.Unread,
	}, nil
}

// mailOf is what somebody's mailboxes hold, and how much of it is unread.
func (s *Server) mailOf(ctx context.Context, login string, actor ticket.Actor) (outbox.Mail, int, error) {
	if s.Outbox == nil {
		return nil, 0, nil
	}
	mail, err := s.Outbox.Mail(ctx, s.Now(), outbox.RecipientsOf(actor))
	if err != nil {
		return nil, 0, err
	}
	return s.Outbox.Unread(ctx, login, mail)
}

// hasMail reports whether somebody is of those who are sent notices.
func (s *Server) hasMail(actor ticket.Actor) bool {
	return s.Outbox != nil && len(outbox.RecipientsOf(actor)) > 0
}

// openNotice marks a notice as read and goes to its ticket.
func (s *Server) openNotice(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	id := ticket.ID(v.Params("ticket"))
	if !id.Valid() && !outbox.IsMatter(id) {
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这个页面，可能是地址写错了")
	}
	notice := strings.Join([]string{string(id), v.Params("seq"), v.Params("step")}, ":")
	if err := s.Outbox.MarkRead(v.ctx(), v.now, v.account.Login, notice); err != nil {
		return err
	}
	s.live.nudge()
	if kind, matter := splitMatter(id); kind != "" {
		return v.Redirect("/"+kind+"s/"+matter, fiber.StatusSeeOther)
	}
	return v.Redirect("/tickets/"+string(id), fiber.StatusSeeOther)
}

// splitMatter gives kind and ID of a matter from its name in a mailbox; empty
// for a ticket.
func splitMatter(id ticket.ID) (kind, matter string) {
	if !outbox.IsMatter(id) {
		return "", ""
	}
	kind, matter, _ = strings.Cut(string(id), ".")
	return kind, matter
}

// readNotices marks everything as read.
func (s *Server) readNotices(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	if err := s.Outbox.MarkAllRead(v.ctx(), v.now, v.account.Login); err != nil {
		return err
	}
	s.live.nudge()
	return v.Redirect("/notices", fiber.StatusSeeOther)
}
