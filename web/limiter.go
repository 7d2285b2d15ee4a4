package web

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

var errTooMany = errors.New("too many attempts")

// take counts an attempt before it is made, so that attempts made at the same
// time cannot slip through together. It answers 0, or the milliseconds to wait.
// KEYS[1] counter; ARGV now, window (both ms), how many are allowed, and
// whether each attempt begins the window anew (1) or only the first one (0).
var takeScript = redis.NewScript(`local until_ = tonumber(redis.call('HGET', KEYS[1], 'until') or '0')
local n = tonumber(redis.call('HGET', KEYS[1], 'n') or '0')
local now, window, allowed = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
if until_ <= now then n = 0 end
if n >= allowed then return until_ - now end
if n == 0 or ARGV[4] == '1' then until_ = now + window end
redis.call('HSET', KEYS[1], 'n', n + 1, 'until', until_)
redis.call('PEXPIRE', KEYS[1], window)
return 0`)

// limit is how many attempts are allowed in a window. With lock, a further one
// has to wait until the window after the last counted attempt is over.
type limit struct {
	name    string
	allowed int
	window  time.Duration
	lock    int
}

// The limits of the doors that a stranger can knock at.
var (
	loginPerAccount = limit{"account", 5, 30 * time.Minute, 1}
	loginPerSource  = limit{"source", 30, 30 * time.Minute, 1}
	publicPerSource = limit{"public", 20, 10 * time.Minute, 0}
	publicPerNumber = limit{"number", 15, time.Hour, 0} // guesses at the four digits of one number
	publicLooks     = limit{"look", 60, 10 * time.Minute, 0}
	publicTries     = limit{"try", 30, 10 * time.Minute, 0}
	filedPerSource  = limit{"filed", 6, time.Hour, 0}
	filedByAll      = limit{"filedall", 300, time.Hour, 0}
	revealPerPerson = limit{"reveal", 60, time.Hour, 0}
)

// take counts an attempt of who. The error is an errTooMany refusal that says
// how long to wait.
func (s *Accounts) take(ctx context.Context, now time.Time, l limit, who string) error {
	wait, err := takeScript.Run(ctx, s.rdb, []string{keyLimit + l.name + ":" + digest(who)},
		now.UnixMilli(), l.window.Milliseconds(), l.allowed, l.lock).Int64()
	if err != nil {
		return storeDown(err)
	}
	if wait > 0 {
		minutes := (wait + 59_999) / 60_000
		return ticket.Refuse(errTooMany, "too_many", "次数太多，请过 %s 再试", fmt.Sprintf("%d 分钟", minutes))
	}
	return nil
}

// forget clears a counter after a success.
func (s *Accounts) forget(ctx context.Context, l limit, who string) error {
	return storeDown(s.rdb.Del(ctx, keyLimit+l.name+":"+digest(who)).Err())
}
