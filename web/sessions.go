package web

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

const (
	sessionIdle  = 30 * time.Minute
	sessionLimit = 12 * time.Hour
)

// session is a signed-in browser. It lives in Redis under a digest of the
// cookie's value, so every instance knows it and a copy of the store opens none.
type session struct {
	Login   string    `json:"login"`
	Epoch   int64     `json:"epoch"`
	CSRF    string    `json:"csrf"`
	Created time.Time `json:"created"`
	Seen    time.Time `json:"seen"`
	From    string    `json:"from,omitempty"`  // address that it was opened from
	Agent   string    `json:"agent,omitempty"` // browser and system, in short
}

var errSignIn = errors.New("sign in first")

func signInFirst() error {
	return ticket.Refuse(errSignIn, "sign_in", "请先登录；超过三十分钟没有操作需要重新登录")
}

// open starts a session and returns the value of its cookie.
func (s *Accounts) open(ctx context.Context, now time.Time, a Account, from, agent string) (id string, err error) {
	id = randomToken()
	doc, err := json.Marshal(session{Login: a.Login, Epoch: a.Epoch, CSRF: randomToken(), Created: now.UTC(), Seen: now.UTC(), From: from, Agent: agent})
	if err != nil {
		return "", err
	}
	if err := s.rdb.Set(ctx, keySession+digest(id), doc, sessionIdle).Err(); err != nil {
		return "", storeDown(err)
	}
	return id, s.listSession(ctx, now, digest(id))
}

// resume finds the session of a cookie and its account. touch tells that a
// person did something: a page that only listens does not keep a session alive.
func (s *Accounts) resume(ctx context.Context, now time.Time, id string, touch bool) (session, Account, error) {
	var open session
	if id == "" {
		return open, Account{}, signInFirst()
	}
	key := keySession + digest(id)
	doc, err := s.rdb.Get(ctx, key).Result()
	if errors.Is(err, redis.Nil) {
		return open, Account{}, signInFirst()
	}
	if err != nil {
		return open, Account{}, storeDown(err)
	}
	if err := json.Unmarshal([]byte(doc), &open); err != nil {
		return open, Account{}, err
	}
	if now.Sub(open.Seen) >= sessionIdle || now.Sub(open.Created) >= sessionLimit {
		return open, Account{}, signInFirst()
	}
	account, err := s.Find(ctx, open.Login)
	if errors.Is(err, ticket.ErrNotFound) || err == nil && (account.Disabled || account.Epoch != open.Epoch) {
		return open, Account{}, signInFirst()
	}
	if err != nil {
		return open, Account{}, err
	}
	if touch && now.Sub(open.Seen) >= time.Minute {
		open.Seen = now.UTC()
		fresh, err := json.Marshal(open)
		if err != nil {
			return open, Account{}, err
		}
		// XX: a session that was closed meanwhile stays closed.
		if err := s.rdb.SetXX(ctx, key, fresh, sessionIdle).Err(); err != nil && !errors.Is(err, redis.Nil) {
			return open, Account{}, storeDown(err)
		}
	}
	return open, account, nil
}

// close ends a session.
func (s *Accounts) close(ctx context.Context, id string) error { return s.endSession(ctx, digest(id)) }

// Token is a key for programs, bound to an account.
type Token struct {
	Login   string    `json:"login"`
	Epoch   int64     `json:"epoch"`
	Purpose string    `json:"purpose"`
	Created time.Time `json:"created"`
}

// NewToken makes an API token of an account. The token is shown once and
// stored hashed; it is void when the account's password changes.
func (s *Accounts) NewToken(ctx context.Context, now time.Time, login, purpose string) (string, error) {
	a, err := s.Find(ctx, login)
	if err != nil {
		return "", err
	}
	doc, err := json.Marshal(Token{Login: a.Login, Epoch: a.Epoch, Purpose: purpose, Created: now.UTC()})
	if err != nil {
		return "", err
	}
	token := "hy_" + randomToken()
	return token, storeDown(s.rdb.HSet(ctx, keyTokens, digest(token), doc).Err())
}

// byToken finds the account of an API token.
func (s *Accounts) byToken(ctx context.Context, token string) (Account, error) {
	doc, err := s.rdb.HGet(ctx, keyTokens, digest(token)).Result()
	if errors.Is(err, redis.Nil) {
		return Account{}, ticket.Refuse(errSignIn, "bad_token", "访问令牌无效")
	}
	if err != nil {
		return Account{}, storeDown(err)
	}
	var t Token
	if err := json.Unmarshal([]byte(doc), &t); err != nil {
		return Account{}, err
	}
	a, err := s.Find(ctx, t.Login)
	if errors.Is(err, ticket.ErrNotFound) || err == nil && (a.Disabled || a.Epoch != t.Epoch) {
		return Account{}, ticket.Refuse(errSignIn, "bad_token", "访问令牌已经失效")
	}
	return a, err
}
