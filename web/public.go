package web

import (
	"errors"
	"strings"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

// publicView is what a caller may learn without signing in.
type publicView struct {
	openView
	Action         string
	Number, Digits string
	Found          bool
	State          chip
	Track          []trackStep
	Received, Unit string
	Until, Answer  string
}

type trackStep struct {
	Name       string
	Done, Here bool
}

func (s *Server) publicPage(v *visit) error {
	return s.render(v.Ctx, "public", s.publicView(v))
}

func (s *Server) publicView(v *visit) publicView {
	view := publicView{openView: s.openView(v, "诉求办理进度查询", "/public")}
	view.OnQuery, view.Action = true, "/public"+view.Size
	return view
}

var errNoMatch = ticket.Refuse(ticket.ErrNotFound, "no_match", "没有查到。请核对工单编号和来电号码后四位；要求保密的诉求不在这里显示，请拨打 12328")

// publicQuery answers with progress when number and digits belong together. A
// wrong number and wrong digits get the same answer.
func (s *Server) publicQuery(v *visit) error {
	if err := s.accounts.take(v.ctx(), v.now, publicPerSource, s.sourceOf(v.Ctx)); err != nil {
		return err
	}
	number, digits := strings.TrimSpace(v.FormValue("number")), strings.TrimSpace(v.FormValue("digits"))
	// Asked in the same way whether the number exists or not.
	if err := s.accounts.take(v.ctx(), v.now, publicPerNumber, strings.ToUpper(number)); err != nil {
		return err
	}
	view := s.publicView(v)
	view.Number = firstRunes(number, 64)
	t, err := s.publicTicket(v, number, digits)
	if errors.Is(err, ticket.ErrNotFound) {
		view.Notice = notice{Text: errNoMatch.Message, Tone: "amber", Icon: "info"}
		v.Status(fiber.StatusNotFound)
		return s.render(v.Ctx, "public", view)
	}
	if err != nil {
		return err
	}
	p := s.Desk.Policy()
	view.Found, view.State, view.Received = true, chip{Text: publicState(t.State), Tone: "blue"}, fullMoment(t.ReceivedAt)
	view.Track = trackOf(t.State)
	if t.State != ticket.Received && t.State != ticket.Arbitration {
		view.Unit = p.Units.Name(t.Lead)
	}
	if d, ok := t.Due(ticket.ClockClose); ok && t.State.IsOpen() {
		view.Until = deadline(d.At) + " 前"
	}
	if e := latest(t.Events, ticket.StepReply); e != nil && t.State == ticket.Closed {
		view.Answer = e.Fields["public_reply"]
	}
	return s.render(v.Ctx, "public", view)
}

// publicTicket finds the ticket of a source number (of any channel) or an ID
// whose caller has these last digits.
func (s *Server) publicTicket(v *visit, number, digits string) (*ticket.Ticket, error) {
	if len(digits) != 4 || number == "" || len(number) > 64 {
		return nil, errNoMatch
	}
	ids := []ticket.ID{ticket.ID(strings.ToUpper(number))}
	for _, channel := range ticket.Channels {
		ids = append(ids, ticket.NewID(channel, number, 0))
	}
	for _, id := range ids {
		t, err := s.Desk.Ticket(v.ctx(), ticket.Service, id)
		if errors.Is(err, ticket.ErrNotFound) || errors.Is(err, ticket.ErrInvalid) {
			continue
		}
		if err != nil {
			return nil, err
		}
		if t.Confidential || t.Secrecy() != ticket.Visible || len(t.Sealed) == 0 {
			continue
		}
		caller, err := s.Line.Caller(&t)
		if err != nil {
			return nil, err
		}
		if endsIn(caller.Phone, digits) || endsIn(caller.Contact, digits) {
			return &t, nil
		}
	}
	return nil, errNoMatch
}

func endsIn(phone, digits string) bool {
	return len(phone) > 4 && sameSecret(phone[len(phone)-4:], digits)
}

func publicState(s ticket.State) string {
	switch s {
	case ticket.Received, ticket.ReturnRequested, ticket.Arbitration:
		return "已受理，正在确定承办单位"
	case ticket.Dispatched, ticket.Handling, ticket.Suspended:
		return "正在办理"
	case ticket.Replied, ticket.Callback:
		return "已办理，正在审核回访"
	case ticket.Transferred:
		return "已转有关单位"
	}
	return s.Name()
}

// trackOf is the way of a ticket in four steps.
func trackOf(s ticket.State) []trackStep {
	at := 1
	switch s {
	case ticket.Received, ticket.ReturnRequested, ticket.Arbitration:
		at = 0
	case ticket.Replied, ticket.Callback:
		at = 2
	case ticket.Closed, ticket.Answered, ticket.Rejected, ticket.Transferred:
		at = 3
	}
	track := []trackStep{{Name: "受理"}, {Name: "办理"}, {Name: "审核回访"}, {Name: "办结"}}
	for i := range track {
		track[i].Done, track[i].Here = i <= at, i == at
	}
	return track
}

func latest(events []ticket.Event, step ticket.Step) *ticket.Event {
	for i := len(events) - 1; i >= 0; i-- {
		if events[i].Step == step {
			return &events[i]
		}
	}
	return nil
}
