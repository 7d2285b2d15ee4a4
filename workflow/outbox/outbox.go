// Package outbox tells others what happened to a ticket: messages to the
// receivers that the policy names, and notices to the people of the console.
//
// The script that appends a step notes, in the same breath, that the ticket has
// something untold. Spread reads what was noted, makes messages and notices of
// the steps by the policy, and lays each message at the end of a lane: one lane
// a receiver and ticket. Couriers take the first message of each lane that is
// due, post it, and settle it: sent, to be tried again, or dead. So a message
// leaves after its commit, at least once, under an id that never changes, and
// never before an earlier one of its ticket; a receiver that is slow or gone
// delays its own lanes only. What is noted or laid is bounded by the tickets
// that have something untold, and nothing trims it.
package outbox

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
	"huiyin/workflow"
	"huiyin/workflow/refusal"
)

// Options is what an outbox needs.
type Options struct {
	Desk   *workflow.Desk
	Redis  redis.UniversalClient // of the desk's store
	Policy func() *Policy        // in force now
	// Secret gives the keys by which messages of a receiver are signed, the
	// newest first, from the reference in the policy; nil: SecretsIn("").
	Secret func(reference string) ([][]byte, error)
	Now    func() time.Time // nil: time.Now
	Log    *slog.Logger     // nil: slog.Default
	Client *http.Client     // nil: NewClient()
}

// Outbox carries out what the steps left to be told. Any number of instances
// may work on one store. It is safe for concurrent use.
type Outbox struct {
	Options
	tallies tallies
	faulty  faulty
	jitter  func() float64 // 0…1
	poll    time.Duration  // how often a courier looks what is due
}

// New makes an outbox. Nothing moves before Run.
func New(o Options) *Outbox {
	if o.Secret == nil {
		o.Secret = SecretsIn("")
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = slog.Default()
	}
	if o.Client == nil {
		o.Client = NewClient()
	}
	return &Outbox{Options: o, jitter: rand.Float64, poll: courierEvery}
}

// The pace of the work. A claim outlasts the longest post by far, so that only
// the messages of an instance that died are taken over.
const (
	spreadEvery  = 2 * time.Second
	courierEvery = time.Second
	claimFor     = time.Minute
	atOnce       = 4 // posts under way to one receiver
	stopWithin   = 5 * time.Second
)

// Run works until the context ends; posts under way are given a few seconds to
// end. It returns when all is still.
func (o *Outbox) Run(ctx context.Context) {
	var all sync.WaitGroup
	all.Go(func() { o.spreadOn(ctx) })
	couriers := map[string]context.CancelFunc{}
	for ctx.Err() == nil {
		wanted := map[string]bool{}
		for _, r := range o.Policy().Receivers {
			if !r.Enabled {
				continue
			}
			wanted[r.Code] = true
			if couriers[r.Code] == nil {
				own, stop := context.WithCancel(ctx)
				couriers[r.Code] = stop
				all.Go(func() { o.courier(own, r.Code) })
			}
		}
		for code, stop := range couriers {
			if !wanted[code] {
				stop()
				delete(couriers, code)
			}
		}
		pause(ctx, o.poll)
	}
	for _, stop := range couriers {
		stop()
	}
	all.Wait()
}

// spreadOn spreads whenever tickets changed, on any instance, until ctx ends.
func (o *Outbox) spreadOn(ctx context.Context) {
	changes := o.Desk.Store().Watch(ctx)
	tick := time.NewTicker(spreadEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case _, open := <-changes:
			if !open {
				changes = nil
			}
		case <-tick.C:
		}
		if _, err := o.Spread(ctx, o.Now()); err != nil && ctx.Err() == nil {
			o.Log.Warn("outbox cannot read what is to be told", slog.String("cause", refusal.Cause(err)))
			pause(ctx, spreadEvery)
		}
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// MessageID names the message about a step, for every receiver and every
// attempt the same.
func MessageID(id ticket.ID, seq int64) string {
	return messagePrefix + string(id) + "_" + strconv.FormatInt(seq, 10)
}

const messagePrefix = "msg_"
