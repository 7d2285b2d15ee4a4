package web

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"maps"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
	"huiyin/workflow/outbox"
	"huiyin/workflow/permit"
)

const (
	heartbeat = 15 * time.Second // a client that went away is noticed at the second write
	settle    = time.Second      // a burst of steps is one message
	recount   = 20 * time.Second // overdue grows without a step
)

// live tells browsers how much waits. Viewers who see the same lists share a
// count.
type live struct {
	server *Server
	done   chan struct{}
	wake   chan struct{}

	mu      sync.Mutex
	clients map[*listener]bool
}

type listener struct {
	scope string
	actor ticket.Actor
	send  chan []byte // the latest counts; an unread older one is dropped
	last  string
}

func newLive(s *Server) *live {
	return &live{server: s, done: make(chan struct{}), wake: make(chan struct{}, 1), clients: map[*listener]bool{}}
}

// nudge asks for a new count soon.
func (l *live) nudge() {
	select {
	case l.wake <- struct{}{}:
	default:
	}
}

// run counts whenever tickets changed, on any instance, until done.
func (l *live) run() {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	go l.server.keepCatalogue(ctx)
	changes := l.server.Desk.Store().Watch(ctx)
	ticker := time.NewTicker(recount)
	defer ticker.Stop()
	var soon <-chan time.Time
	for {
		select {
		case <-l.done:
			return
		case _, ok := <-changes:
			if !ok {
				changes = nil
			}
		case <-l.wake:
		case <-ticker.C:
			l.broadcast(ctx)
			continue
		case <-soon:
			soon = nil
			l.broadcast(ctx)
			continue
		}
		if soon == nil {
			soon = time.After(settle)
		}
	}
}

// broadcast counts once for each kind of viewer and sends what changed.
func (l *live) broadcast(ctx context.Context) {
	l.mu.Lock()
	listeners := make([]*listener, 0, len(l.clients))
	for c := range l.clients {
		listeners = append(listeners, c)
	}
	l.mu.Unlock()
	counted := map[string]scoped{}
	for _, c := range listeners {
		doc, err := l.figuresOf(ctx, c, counted)
		if err != nil {
			l.server.log.Warn("live counts failed", slog.String("error", scrub(err)))
			return
		}
		l.mu.Lock()
		if c.last != string(doc) {
			c.last = string(doc)
			c.offer(doc)
		}
		l.mu.Unlock()
	}
}

func (c *listener) offer(doc []byte) {
	select {
	case <-c.send:
	default:
	}
	c.send <- doc
}

// scoped is what viewers of the same lists share.
type scoped struct {
	figures map[string]int
	mail    outbox.Mail
}

// figuresOf are the figures of one viewer, as JSON; what was counted for others
// like him is not counted again.
func (l *live) figuresOf(ctx context.Context, c *listener, counted map[string]scoped) ([]byte, error) {
	shared, ok := counted[c.scope]
	if !ok {
		var err error
		if shared.figures, err = l.counts(ctx, c.actor); err != nil {
			return nil, err
		}
		if l.server.Outbox != nil {
			if shared.mail, err = l.server.Outbox.Mail(ctx, l.server.Now(), outbox.RecipientsOf(c.actor)); err != nil {
				return nil, err
			}
		}
		counted[c.scope] = shared
	}
	own := maps.Clone(shared.figures)
	if len(shared.mail) > 0 {
		_, unread, err := l.server.Outbox.Unread(ctx, c.actor.ID, shared.mail)
		if err != nil {
			return nil, err
		}
		own["notices"] = unread
	}
	return json.Marshal(own)
}

// counts are the figures of the menu.
func (l *live) counts(ctx context.Context, actor ticket.Actor) (map[string]int, error) {
	if !permit.May(actor, permit.List, nil) {
		return map[string]int{}, nil
	}
	counts, err := l.server.Desk.Counts(ctx, l.server.Now(), actor, "")
	if err != nil {
		return nil, err
	}
	figures := map[string]int{"overdue": counts.Overdue, "due_today": counts.DueToday, "open": counts.Open}
	for state, n := range counts.States {
		figures[string(state)] = n
	}
	figures["review"] = counts.States[ticket.Replied] + counts.States[ticket.ReturnRequested]
	if actor.Has(ticket.UnitHandler) && actor.Unit != "" {
		own, err := l.server.Desk.Counts(ctx, l.server.Now(), actor, actor.Unit)
		if err != nil {
			return nil, err
		}
		figures["mine"] = own.States[ticket.Dispatched] + own.States[ticket.Handling]
	}
	return figures, nil
}

func scopeOf(a ticket.Actor) string { return strings.Join([]string{rolesText(a.Roles), a.Unit}, "|") }

// events streams the counts to one browser.
func (s *Server) events(v *visit) error {
	if v.Method() == fiber.MethodHead { // a stream that nobody reads would stay open
		v.Set(fiber.HeaderContentType, "text/event-stream")
		return nil
	}
	c := &listener{scope: scopeOf(v.actor), actor: v.actor, send: make(chan []byte, 1)}
	first, err := s.live.figuresOf(v.ctx(), c, map[string]scoped{})
	if err != nil {
		return err
	}
	c.last = string(first)
	c.offer(first)
	v.Set(fiber.HeaderContentType, "text/event-stream")
	v.Set("X-Accel-Buffering", "no")
	ends := v.session.Created.Add(sessionLimit)
	s.live.mu.Lock()
	s.live.clients[c] = true
	s.live.mu.Unlock()
	v.Context().SetBodyStreamWriter(func(w *bufio.Writer) { s.live.stream(w, c, ends) })
	return nil
}

// stream writes until the client is gone, the session over or the service
// closing. It never touches the request.
func (l *live) stream(w *bufio.Writer, c *listener, ends time.Time) {
	defer func() {
		l.mu.Lock()
		delete(l.clients, c)
		l.mu.Unlock()
	}()
	beat := time.NewTicker(heartbeat)
	defer beat.Stop()
	for {
		select {
		case <-l.done:
			return
		case doc := <-c.send:
			fmt.Fprintf(w, "event: counts\ndata: %s\n\n", doc)
		case <-beat.C:
			if !l.server.Now().Before(ends) {
				return
			}
			fmt.Fprint(w, ": \n\n")
		}
		if w.Flush() != nil {
			return
		}
	}
}
