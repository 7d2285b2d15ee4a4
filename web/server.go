// Package web is the console and the API: pages for people, addresses for
// programs, both thin over the workflow's desk.
package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"
	recoverer "github.com/gofiber/fiber/v2/middleware/recover"
	"github.com/redis/go-redis/v9"

	"huiyin/intake"
	"huiyin/internal/seal"
	"huiyin/reports"
	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/locker"
	"huiyin/workflow/outbox"
	"huiyin/workflow/witness"
)

const bodyLimit = 64 << 20

// Options is what the console needs from the other rooms.
type Options struct {
	Desk    *workflow.Desk
	Line    *intake.Line
	Redis   redis.UniversalClient // accounts, sessions, counters of attempts
	Keys    *seal.Keys            // finds tickets by phone; nil: that search finds nothing
	Source  reports.Source        // what reports read; nil: the desk's store
	Reports func() *reports.Policy
	// Mappings are the column mappings of imports; nil: none can be chosen.
	Mappings func() intake.Mappings
	Amend    Amending                    // zero: the policy can only be read
	Jobs     Jobs                        // nil: no timetable
	Backups  Backups                     // nil: none are made
	Keeping  Keeping                     // zero: nothing is known of it
	Outbox   *outbox.Outbox              // messages to other systems, notices of the house; nil: none
	Witness  *witness.Witness            // roots outside the store; nil: not shown
	Hooks    map[ticket.Channel][]string // secrets of the platforms that push, per channel
	Ready    func(context.Context) error // further conditions of /readyz; nil for none
	Now      func() time.Time            // nil: time.Now
	Log      *slog.Logger                // nil: slog.Default
	// Jurisdiction is the jurisdiction_id of Open311; empty: any is taken.
	Jurisdiction string
	Origin       string // public address when a proxy stands in front: https://…
	Version      string
	DataDir      string // for uploads that are being looked at; empty: the system's temporary folder
}

// Job is a job of the timetable as people see it.
type Job struct {
	Name, Title, Schedule, Purpose string
	Last, Next                     time.Time // zero: never, not planned
	LastError                      string    // Chinese, empty when it went well
	Running                        bool
}

// Jobs is the timetable that the console shows.
type Jobs interface {
	Jobs(ctx context.Context) ([]Job, error)
	RunJob(ctx context.Context, name string, now time.Time) error
}

// Server is the running console.
type Server struct {
	Options
	app      *fiber.App
	accounts *Accounts
	pages    *templates
	static   *assets
	live     *live
	meter    *meter
	imports  *imports
	studio   *studio
	log      *slog.Logger
	origin   *url.URL
	months   monthCache
	books    Books
	locker   *locker.Locker // nil: no files
	deadSeen deadSeen
	closing  sync.Once
}

// New builds the console. It listens only with Listen.
func New(o Options) (*Server, error) {
	if o.Desk == nil || o.Line == nil || o.Redis == nil || o.Reports == nil {
		return nil, errors.New("web: Desk, Line, Redis and Reports are required")
	}
	if o.Source == nil {
		o.Source = o.Desk.Store()
	}
	if o.Mappings == nil {
		o.Mappings = func() intake.Mappings { return intake.Mappings{} }
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	s := &Server{Options: o, accounts: NewAccounts(o.Redis), log: o.Log, meter: newMeter(), studio: newStudio()}
	var err error
	if o.Origin != "" {
		if s.origin, err = url.Parse(o.Origin); err != nil || s.origin.Host == "" {
			return nil, fmt.Errorf("公开地址“%s”应写成 https://主机 的样子", o.Origin)
		}
	}
	if s.static, err = loadAssets(); err != nil {
		return nil, err
	}
	if s.pages, err = loadTemplates(s.static); err != nil {
		return nil, err
	}
	if s.imports, err = newImports(o.DataDir); err != nil {
		return nil, err
	}
	if o.Keys != nil {
		s.locker = locker.Under(o.DataDir, o.Keys)
	}
	s.books = OpenBooks(o.Redis, o.Desk, o.Source)
	s.Source = s.books
	s.live = newLive(s)
	s.app = fiber.New(fiber.Config{
		AppName: "huiyin", Immutable: true, DisableStartupMessage: true, StrictRouting: false,
		ReadTimeout: 60 * time.Second, IdleTimeout: 120 * time.Second, BodyLimit: bodyLimit,
		ErrorHandler: s.fail,
		// Without this, anybody's X-Forwarded-Host would count as our own name.
		EnableTrustedProxyCheck: true,
	})
	s.app.Use(s.observe, recoverer.New(), s.guard)
	s.mount()
	return s, nil
}

// Accounts gives the accounts to the command line.
func (s *Server) Accounts() *Accounts { return s.accounts }

// Listen serves on an address until Shutdown.
func (s *Server) Listen(addr string) error {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return err
	}
	return s.Serve(listener)
}

// Serve serves on a listener until Shutdown.
func (s *Server) Serve(l net.Listener) error {
	go s.live.run()
	return s.app.Listener(l)
}

// Shutdown ends the event streams, then waits for the requests under way.
func (s *Server) Shutdown(ctx context.Context) error {
	s.closing.Do(func() { close(s.live.done) })
	s.studio.close()
	err := s.app.ShutdownWithContext(ctx)
	return errors.Join(err, s.imports.close())
}

// guard sets the headers that keep a page from doing what it must not.
func (s *Server) guard(c *fiber.Ctx) error {
	h := c.Response().Header.Set
	h("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; worker-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'")
	h("X-Content-Type-Options", "nosniff")
	h("X-Frame-Options", "DENY")
	h("Referrer-Policy", "same-origin")
	h("Permissions-Policy", "camera=(), microphone=(), geolocation=(), payment=()")
	h("Cross-Origin-Opener-Policy", "same-origin")
	h("Cross-Origin-Resource-Policy", "same-origin")
	if s.secure(c) {
		h("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
	}
	if !strings.HasPrefix(c.Path(), "/static/") {
		h("Cache-Control", "no-store")
	}
	return c.Next()
}

// secure reports whether the client speaks https, to us or to the proxy.
func (s *Server) secure(c *fiber.Ctx) bool {
	return s.origin != nil && s.origin.Scheme == "https" || c.Protocol() == "https"
}

// sourceOf is the address that a request came from.
func (s *Server) sourceOf(c *fiber.Ctx) string {
	return sourceAddress(c.Context().RemoteIP(), c.Get(fiber.HeaderXForwardedFor), s.origin != nil)
}

// sourceAddress believes X-Forwarded-For only behind a proxy of ours, and of
// it only the last entry: the one that the proxy itself wrote.
func sourceAddress(peer net.IP, forwarded string, proxied bool) string {
	if proxied && (peer.IsLoopback() || peer.IsPrivate()) {
		list := strings.Split(forwarded, ",")
		if last := strings.TrimSpace(list[len(list)-1]); last != "" {
			return last
		}
	}
	return peer.String()
}

const requestKey = "request"

func requestID(c *fiber.Ctx) string {
	if id, ok := c.Locals(requestKey).(string); ok {
		return id
	}
	return ""
}

func newRequestID() string {
	var b [9]byte
	rand.Read(b[:])
	return hex.EncodeToString(b[:])
}
