package web

import (
	"context"
	"log/slog"
	"time"

	"huiyin/ticket"
)

// checkEvery is how often the catalogue is compared with the store.
const checkEvery = 10 * time.Minute

// keepCatalogue reads the catalogue that searches need, from the start of the
// service on, and compares it with the store from time to time; it keeps the
// month's figures ready as well.
func (s *Server) keepCatalogue(ctx context.Context) {
	began := time.Now()
	store := s.Desk.Store()
	for {
		c, err := store.Prepare(ctx)
		if err == nil && c.Unread == 0 {
			s.log.Info("catalogue read", slog.Int("tickets", c.Tickets), slog.Int("bytes", c.Bytes), slog.Duration("took", time.Since(began)))
			break
		}
		if err != nil {
			s.log.Warn("catalogue not read", slog.String("error", scrub(err)))
		}
		if !wait(ctx, 5*time.Second) {
			return
		}
	}
	for {
		// The first leader of the morning does not wait for the month's figures.
		if _, err := s.month(ctx, ticket.MonthOf(s.Now()), s.Now()); err != nil {
			s.log.Warn("figures not built ahead", slog.String("error", scrub(err)))
		}
		if !wait(ctx, checkEvery) {
			return
		}
		differ, err := store.CheckCatalogue(ctx)
		switch {
		case err != nil:
			s.log.Warn("catalogue not checked", slog.String("error", scrub(err)))
		case len(differ) > 0:
			s.log.Error("catalogue differed from the store and was put right", slog.Int("tickets", len(differ)), slog.String("first", string(differ[0])))
		}
	}
}

// wait reports whether the context goes on after a while.
func wait(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
