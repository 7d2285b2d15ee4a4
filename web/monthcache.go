package web

import (
	"context"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"huiyin/reports"
	"huiyin/ticket"
)

const (
	// monthFresh is how old a month's figures may be on a page.
	monthFresh = 30 * time.Second
	// monthSlow is from which time of building on nobody waits for figures while
	// there are some: they are shown once more and built anew beside.
	monthSlow = 300 * time.Millisecond
	// monthStale is how old such figures may be.
	monthStale = 15 * time.Minute
	// monthsKept is how many periods and scopes are kept.
	monthsKept = 24
)

// monthCache keeps built months for a moment, so that many viewers of a
// dashboard cost one build.
type monthCache struct {
	mu      sync.Mutex
	built   map[reports.About]*builtMonth
	samples atomic.Bool
}

// builtMonth are the figures of one period and scope.
type builtMonth struct {
	turn   sync.Mutex // held while they are built: others wait for the same figures
	anew   atomic.Bool
	mu     sync.Mutex
	month  *reports.Month
	at     time.Time
	took   time.Duration
	policy *reports.Policy
}

// sample reports whether the last built month held made-up tickets.
func (c *monthCache) sample() bool { return c.samples.Load() }

// forget makes the next viewer see what was changed just now.
func (c *monthCache) forget() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.built = nil
}

func (c *monthCache) of(about reports.About) *builtMonth {
	c.mu.Lock()
	defer c.mu.Unlock()
	b, known := c.built[about]
	if !known {
		if c.built == nil || len(c.built) >= monthsKept {
			c.built = map[reports.About]*builtMonth{}
		}
		b = &builtMonth{}
		c.built[about] = b
	}
	return b
}

// figures are what was built, and whether they are fresh; nil when they are too
// old to be shown.
func (b *builtMonth) figures(policy *reports.Policy, now time.Time) (month *reports.Month, fresh bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	age := now.Sub(b.at)
	switch {
	case b.month == nil || b.policy != policy || age < 0:
		return nil, false
	case age < monthFresh:
		return b.month, true
	case b.took >= monthSlow && age < monthStale:
		return b.month, false
	}
	return nil, false
}

// month builds a month's figures, or gives those built a moment ago.
func (s *Server) month(ctx context.Context, m ticket.Month, now time.Time) (*reports.Month, error) {
	return s.report(ctx, reports.AboutMonth(m), now)
}

// report builds the figures of a period and scope, or gives those built a
// moment ago.
func (s *Server) report(ctx context.Context, of reports.About, now time.Time) (*reports.Month, error) {
	policy, b := s.Reports(), s.months.of(of)
	if month, fresh := b.figures(policy, now); month != nil {
		if !fresh && b.anew.CompareAndSwap(false, true) {
			go func() {
				defer b.anew.Store(false)
				if _, err := s.build(context.WithoutCancel(ctx), b, of, policy, now); err != nil {
					s.log.Warn("figures not built anew", slog.String("error", scrub(err)))
				}
			}()
		}
		return month, nil
	}
	return s.build(ctx, b, of, policy, now)
}

// build builds figures unless somebody else just has.
func (s *Server) build(ctx context.Context, b *builtMonth, of reports.About, policy *reports.Policy, now time.Time) (*reports.Month, error) {
	b.turn.Lock()
	defer b.turn.Unlock()
	if month, fresh := b.figures(policy, now); fresh {
		return month, nil
	}
	began := time.Now()
	month, err := reports.BuildPeriod(ctx, s.Source, policy, of.Period, of.Scope, now)
	if err != nil {
		return nil, err
	}
	b.mu.Lock()
	b.month, b.at, b.took, b.policy = month, now, time.Since(began), policy
	b.mu.Unlock()
	if of.Scope.Whole() {
		s.months.samples.Store(month.Samples > 0)
	}
	return month, nil
}
