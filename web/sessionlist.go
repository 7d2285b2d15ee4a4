package web

import (
	"context"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"
)

// keyOpenSessions is a sorted set: the digests of open sessions by the time at
// which they were opened, so that they are found without walking the store.
const keyOpenSessions = "{people}:sessions"

// listSession puts a session on the list and takes off those that must be over.
func (s *Accounts) listSession(ctx context.Context, now time.Time, digest string) error {
	pipe := s.rdb.Pipeline()
	pipe.ZRemRangeByScore(ctx, keyOpenSessions, "-inf", unixText(now.Add(-sessionLimit)))
	pipe.ZAdd(ctx, keyOpenSessions, redis.Z{Score: float64(now.Unix()), Member: digest})
	_, err := pipe.Exec(ctx)
	return storeDown(err)
}

// endSession ends a session at once, wherever it is open.
func (s *Accounts) endSession(ctx context.Context, digest string) error {
	pipe := s.rdb.Pipeline()
	pipe.Del(ctx, keySession+digest)
	pipe.ZRem(ctx, keyOpenSessions, digest)
	_, err := pipe.Exec(ctx)
	return storeDown(err)
}

// openSession is a session as it is listed.
type openSession struct {
	session
	Digest string
	Name   string
}

// sessions are the open sessions of one account, or of all for an empty login,
// last seen first. Those whose account has moved on are over and not listed.
func (s *Accounts) sessions(ctx context.Context, now time.Time, login string) ([]openSession, error) {
	digests, err := s.rdb.ZRange(ctx, keyOpenSessions, 0, -1).Result()
	if err != nil || len(digests) == 0 {
		return nil, storeDown(err)
	}
	accounts, err := s.List(ctx)
	if err != nil {
		return nil, err
	}
	known := make(map[string]Account, len(accounts))
	for _, a := range accounts {
		known[a.Login] = a
	}
	keys := make([]string, len(digests))
	for i, d := range digests {
		keys[i] = keySession + d
	}
	docs, err := s.rdb.MGet(ctx, keys...).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	var open []openSession
	for i, doc := range docs {
		text, there := doc.(string)
		one := openSession{Digest: digests[i]}
		if !there || json.Unmarshal([]byte(text), &one.session) != nil {
			continue
		}
		a, found := known[one.Login]
		over := !found || a.Disabled || a.Epoch != one.Epoch || now.Sub(one.Seen) >= sessionIdle || now.Sub(one.Created) >= sessionLimit
		if over || login != "" && one.Login != login {
			continue
		}
		one.Name = a.Name
		open = append(open, one)
	}
	slices.SortFunc(open, func(a, b openSession) int { return b.Seen.Compare(a.Seen) })
	return open, nil
}

// agentOf names browser and system in few words; what it does not know it calls so.
func agentOf(header string) string {
	first := func(pairs [][2]string) string {
		for _, p := range pairs {
			if strings.Contains(header, p[0]) {
				return p[1]
			}
		}
		return ""
	}
	browser := first([][2]string{{"Edg/", "Edge"}, {"Firefox/", "火狐"}, {"QAX", "奇安信"}, {"360", "360"}, {"Chrome/", "Chrome 内核"}, {"Safari/", "Safari"}})
	system := first([][2]string{{"Android", "安卓"}, {"iPhone", "iPhone"}, {"Windows", "Windows"}, {"Mac OS", "macOS"}, {"UOS", "统信"}, {"Kylin", "麒麟"}, {"Linux", "Linux"}})
	switch {
	case browser == "" && system == "":
		return "不明"
	case browser == "" || system == "":
		return browser + system
	}
	return browser + "，" + system
}
