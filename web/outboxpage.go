package web

import (
	"context"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/outbox"
	"huiyin/workflow/permit"
)

type outboxView struct {
	page
	Untold    int
	Receivers []receiverView
	Dead      []deadView
	Receiver  string // the list is of this one only
}

type receiverView struct {
	Code, Name, Host, Waits, Late string
	Waiting, Dead                 int
	Sent, Failed                  int64 // by this instance since it started
	State                         chip
}

type deadView struct {
	ID, Receiver, Name, Ticket, Cause, Since string
	Tries, Behind                            int
}

var errNoOutbox = ticket.Refuse(ticket.ErrNotFound, "no_outbox", "这个服务没有启动发件箱")

func (s *Server) outboxPage(v *visit) error {
	view := outboxView{page: s.page(v, "发件箱", "/outbox"), Receiver: firstRunes(v.Query("receiver"), 40)}
	view.Sub = "推送给别的系统的消息：每个接收方的情况，送不出去的死信"
	if s.Outbox != nil {
		standing, err := s.Outbox.Standing(v.ctx(), v.now)
		if err != nil {
			return err
		}
		letters, err := s.Outbox.DeadLetters(v.ctx())
		if err != nil {
			return err
		}
		view.Untold = standing.Untold
		view.Receivers = s.receiverViews(standing)
		for i := range letters {
			if view.Receiver == "" || view.Receiver == letters[i].Receiver {
				view.Dead = append(view.Dead, s.deadView(&letters[i], v.now))
			}
		}
	}
	view.Notice = outboxDone(v)
	return s.render(v.Ctx, "outbox", view)
}

func outboxDone(v *visit) notice {
	for query, words := range map[string]string{"replayed": "已放回发件箱，随即送出：%d 封", "dropped": "已放弃：%d 封，排在后面的随即送出"} {
		if n, err := strconv.Atoi(v.Query(query)); err == nil && n >= 0 {
			return notice{Text: fmt.Sprintf(words, n), Tone: "green", Icon: "check"}
		}
	}
	return notice{}
}

func (s *Server) receiverViews(standing outbox.Standing) []receiverView {
	policy, tallies := s.Outbox.Policy(), map[string]outbox.Tally{}
	for _, t := range s.Outbox.Tallies() {
		tallies[t.Receiver] = t
	}
	var list []receiverView
	for _, b := range standing.Receivers {
		r, known := policy.Receiver(b.Receiver)
		view := receiverView{
			Code: b.Receiver, Name: r.Name, Waiting: b.Waiting, Dead: b.Dead, Sent: tallies[b.Receiver].Sent, Failed: tallies[b.Receiver].Failed,
			Late: lateText(b.Late),
		}
		if u, err := url.Parse(r.URL); err == nil {
			view.Host = u.Host
		}
		switch {
		case !known:
			view.Name, view.State = b.Receiver, chip{Text: "已从政策中删去", Icon: "info"}
		case !r.Enabled:
			view.State = chip{Text: "停用", Icon: "pause"}
		case b.Dead > 0:
			view.State = chip{Text: "有死信", Tone: "red", Icon: "alert"}
		case b.Late > time.Minute:
			view.State = chip{Text: "送得慢", Tone: "amber", Icon: "clock"}
		default:
			view.State = chip{Text: "正常", Tone: "green", Icon: "check"}
		}
		list = append(list, view)
	}
	return list
}

func lateText(d time.Duration) string {
	switch {
	case d < time.Second:
		return "—"
	case d < time.Minute:
		return fmt.Sprintf("%d 秒", int(d.Seconds()))
	case d < time.Hour:
		return fmt.Sprintf("%d 分钟", int(d.Minutes()))
	}
	return fmt.Sprintf("%d 小时", int(d.Hours()))
}

func (s *Server) deadView(d *outbox.Dead, now time.Time) deadView {
	view := deadView{
		ID: d.ID, Receiver: d.Receiver, Name: d.Receiver, Ticket: string(d.Ticket), Tries: d.Tries, Behind: d.Behind,
		Cause: d.Cause.Name(), Since: moment(d.Since, now),
	}
	if r, ok := s.Outbox.Policy().Receiver(d.Receiver); ok {
		view.Name = r.Name
	}
	if d.Status > 0 {
		view.Cause += fmt.Sprintf("（HTTP %d）", d.Status)
	}
	return view
}

// replayDead puts one dead letter, or all, back into the queue.
func (s *Server) replayDead(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	id, receiver := firstRunes(v.FormValue("id"), 80), firstRunes(v.FormValue("receiver"), 40)
	n, err := s.replay(v, id, receiver, v.FormValue("all") != "")
	if err != nil {
		return err
	}
	return v.Redirect("/outbox?replayed="+strconv.Itoa(n), fiber.StatusSeeOther)
}

// replay notes who asks before it does it.
func (s *Server) replay(v *visit, id, receiver string, all bool) (n int, err error) {
	subject := id
	if all {
		subject = "全部 " + receiver
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "outbox_replay", strings.TrimSpace(subject), ""); err != nil {
		return 0, err
	}
	defer s.deadSeen.forget()
	if all {
		return s.Outbox.ReplayAll(v.ctx(), v.now, receiver)
	}
	return s.Outbox.Replay(v.ctx(), v.now, id, receiver)
}

// dropDead gives a dead letter up, with a reason.
func (s *Server) dropDead(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	id, receiver, reason := firstRunes(v.FormValue("id"), 80), firstRunes(v.FormValue("receiver"), 40), strings.TrimSpace(v.FormValue("reason"))
	if reason == "" {
		return invalidField("reason", "missing", "放弃一封死信要写理由")
	}
	if err := s.accounts.note(v.ctx(), v.now, v.actor, "outbox_drop", id+" "+receiver, firstRunes(reason, 200)); err != nil {
		return err
	}
	defer s.deadSeen.forget()
	n, err := s.Outbox.Drop(v.ctx(), id, receiver)
	if err != nil {
		return err
	}
	return v.Redirect("/outbox?dropped="+strconv.Itoa(n), fiber.StatusSeeOther)
}

// deadSeen keeps the number of dead letters for a while: it stands on every
// page of an administrator.
type deadSeen struct {
	mu sync.Mutex
	at time.Time
	n  int
}

const deadSeenFor = 10 * time.Second

func (d *deadSeen) forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.at = time.Time{}
}

// deadLetters is how many tickets wait behind a dead letter. That the store
// does not say is no reason to fail a page.
func (s *Server) deadLetters(ctx context.Context, now time.Time) int {
	if s.Outbox == nil {
		return 0
	}
	s.deadSeen.mu.Lock()
	defer s.deadSeen.mu.Unlock()
	if d := now.Sub(s.deadSeen.at); d >= 0 && d < deadSeenFor {
		return s.deadSeen.n
	}
	standing, err := s.Outbox.Standing(ctx, now)
	if err != nil {
		return s.deadSeen.n
	}
	s.deadSeen.at, s.deadSeen.n = now, standing.Dead
	return standing.Dead
}

// deadNotice warns the administrator on every page.
func (s *Server) deadNotice(v *visit) notice {
	if !v.may(permit.Outbox) {
		return notice{}
	}
	n := s.deadLetters(v.ctx(), v.now)
	if n == 0 {
		return notice{}
	}
	return notice{Text: fmt.Sprintf("有 %d 封推送成了死信，对方没有收到；请到“发件箱”查明原因后重发。", n), Tone: "red", Icon: "alert"}
}

// deadCards are on the administrator's home.
func (s *Server) deadCards(v *visit) []cardView {
	if s.Outbox == nil || !v.may(permit.Outbox) {
		return nil
	}
	n := s.deadLetters(v.ctx(), v.now)
	card := cardView{Name: "dead", Title: "死信", Icon: "outbox", Href: "/outbox", Value: strconv.Itoa(n), Unit: "封", Note: "推送不出去，等人处理", Tone: "red"}
	if n == 0 {
		card.Tone = "zero"
	}
	return []cardView{card}
}

// outboxBody is how the outbox stands, for programs.
type outboxBody struct {
	outbox.Standing
	Letters []outbox.Dead `json:"dead_letters"`
}

func (s *Server) apiOutbox(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	standing, err := s.Outbox.Standing(v.ctx(), v.now)
	if err != nil {
		return err
	}
	letters, err := s.Outbox.DeadLetters(v.ctx())
	if err != nil {
		return err
	}
	if letters == nil {
		letters = []outbox.Dead{}
	}
	if standing.Receivers == nil {
		standing.Receivers = []outbox.Backlog{}
	}
	return v.JSON(outboxBody{standing, letters})
}

// replayBody asks for one dead letter, or all, of one receiver or of all.
type replayBody struct {
	ID       string `json:"id"`
	All      bool   `json:"all"`
	Receiver string `json:"receiver"`
}

type replayResult struct {
	Replayed int `json:"replayed"`
}

func (s *Server) apiReplay(v *visit) error {
	if s.Outbox == nil {
		return errNoOutbox
	}
	var body replayBody
	if err := decode(v, &body); err != nil {
		return err
	}
	if (body.ID == "") == !body.All {
		return invalidField("id", "missing", "要么写一个死信编号 id，要么写 all 为 true")
	}
	n, err := s.replay(v, firstRunes(body.ID, 80), firstRunes(body.Receiver, 40), body.All)
	if err != nil {
		return err
	}
	return v.JSON(replayResult{n})
}

// outboxMetrics are the outbox's figures for the monitor. A store that does not
// answer leaves out what it would say.
func (s *Server) outboxMetrics(ctx context.Context, now time.Time) string {
	if s.Outbox == nil {
		return ""
	}
	var b strings.Builder
	family := func(name, kind, help string) { fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind) }
	if standing, err := s.Outbox.Standing(ctx, now); err == nil {
		family("huiyin_outbox_untold", "gauge", "Tickets with steps that the outbox has not looked at.")
		fmt.Fprintf(&b, "huiyin_outbox_untold %d\n", standing.Untold)
		for _, g := range []struct {
			name, help string
			value      func(outbox.Backlog) float64
		}{
			{"huiyin_outbox_waiting", "Tickets with a message that is not yet delivered.", func(r outbox.Backlog) float64 { return float64(r.Waiting) }},
			{"huiyin_outbox_dead", "Tickets whose first message is a dead letter.", func(r outbox.Backlog) float64 { return float64(r.Dead) }},
			{"huiyin_outbox_late_seconds", "How long the message that is due longest has been due.", func(r outbox.Backlog) float64 { return max(r.Seconds, 0) }},
		} {
			family(g.name, "gauge", g.help)
			for _, r := range standing.Receivers {
				fmt.Fprintf(&b, "%s{receiver=%q} %g\n", g.name, r.Receiver, g.value(r))
			}
		}
	}
	family("huiyin_outbox_posts_total", "counter", "Attempts of this instance by outcome.")
	for _, t := range s.Outbox.Tallies() {
		fmt.Fprintf(&b, "huiyin_outbox_posts_total{receiver=%q,outcome=\"sent\"} %d\n", t.Receiver, t.Sent)
		fmt.Fprintf(&b, "huiyin_outbox_posts_total{receiver=%q,outcome=\"failed\"} %d\n", t.Receiver, t.Failed)
	}
	return b.String()
}
