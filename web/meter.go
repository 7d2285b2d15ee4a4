package web

import (
	"fmt"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/gofiber/fiber/v2"

	"huiyin/ticket"
)

// meter counts requests by route pattern, never by path: an ID in a label would
// make one series a ticket. It writes Prometheus' text format, version 0.0.4.
type meter struct {
	mu     sync.Mutex
	series map[series]*tally
}

type series struct {
	method, route string
	status        int
}

// buckets are upper bounds in seconds.
var buckets = [...]float64{.005, .01, .025, .05, .1, .25, .5, 1, 2.5, 10}

type tally struct {
	count   int64
	seconds float64
	within  [len(buckets)]int64 // not cumulated
}

func newMeter() *meter { return &meter{series: map[series]*tally{}} }

func (m *meter) observe(s series, d time.Duration) {
	m.mu.Lock()
	defer m.mu.Unlock()
	t := m.series[s]
	if t == nil {
		t = &tally{}
		m.series[s] = t
	}
	t.count++
	t.seconds += d.Seconds()
	for i, bound := range buckets {
		if d.Seconds() <= bound {
			t.within[i]++
			break
		}
	}
}

// text is the exposition of all series in a stable order.
func (m *meter) text() string {
	m.mu.Lock()
	defer m.mu.Unlock()
	keys := make([]series, 0, len(m.series))
	for s := range m.series {
		keys = append(keys, s)
	}
	sort.Slice(keys, func(i, j int) bool {
		a, b := keys[i], keys[j]
		if a.route != b.route {
			return a.route < b.route
		}
		if a.method != b.method {
			return a.method < b.method
		}
		return a.status < b.status
	})
	var b strings.Builder
	b.WriteString("# HELP huiyin_http_seconds Time to answer by route and status.\n# TYPE huiyin_http_seconds histogram\n")
	for _, s := range keys {
		m.series[s].write(&b, fmt.Sprintf("method=%q,route=%q,status=\"%d\"", s.method, s.route, s.status))
	}
	var mem runtime.MemStats
	runtime.ReadMemStats(&mem)
	gauge := func(name, help string, value float64) {
		fmt.Fprintf(&b, "# HELP %s %s\n# TYPE %s gauge\n%s %s\n", name, help, name, name, strconv.FormatFloat(value, 'g', -1, 64))
	}
	gauge("go_goroutines", "Number of goroutines.", float64(runtime.NumGoroutine()))
	gauge("go_memstats_heap_inuse_bytes", "Bytes in in-use heap spans.", float64(mem.HeapInuse))
	return b.String()
}

func (t *tally) write(b *strings.Builder, labels string) {
	sum := int64(0)
	for i, bound := range buckets {
		sum += t.within[i]
		fmt.Fprintf(b, "huiyin_http_seconds_bucket{%s,le=\"%g\"} %d\n", labels, bound, sum)
	}
	fmt.Fprintf(b, "huiyin_http_seconds_bucket{%s,le=\"+Inf\"} %d\n", labels, t.count)
	fmt.Fprintf(b, "huiyin_http_seconds_sum{%s} %g\nhuiyin_http_seconds_count{%s} %d\n", labels, t.seconds, labels, t.count)
}

// observe gives each request an id and counts it, whatever becomes of it.
func (s *Server) observe(c *fiber.Ctx) error {
	began := time.Now()
	id := newRequestID()
	c.Locals(requestKey, id)
	c.Set("X-Request-Id", id)
	err := c.Next()
	if err != nil {
		if err = s.fail(c, err); err != nil {
			c.Status(fiber.StatusInternalServerError)
		}
	}
	took := time.Since(began)
	c.Set("Server-Timing", "app;dur="+strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 1, 64))
	s.meter.observe(series{c.Method(), routeOf(c), c.Response().StatusCode()}, took)
	return err
}

func routeOf(c *fiber.Ctx) string {
	if r := c.Route(); r != nil && (r.Path != "/" || c.Path() == "/") {
		return r.Path
	}
	return "none"
}

// metrics are for the monitor on the same machine or network; what comes
// through the proxy from outside does not see them.
func (s *Server) metrics(v *visit) error {
	peer := v.Context().RemoteIP()
	if !peer.IsLoopback() && !peer.IsPrivate() || v.Get(fiber.HeaderXForwardedFor) != "" {
		return ticket.Refuse(ticket.ErrNotFound, "no_page", "没有这个页面，可能是地址写错了")
	}
	v.Set(fiber.HeaderContentType, "text/plain; version=0.0.4; charset=utf-8")
	return v.SendString(s.meter.text() + s.outboxMetrics(v.ctx(), v.now))
}
