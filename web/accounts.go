package web

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"regexp"
	"sort"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// Account is a person who may sign in.
type Account struct {
	Login    string        `json:"login"` // lower case
	Name     string        `json:"name"`  // 姓名
	Roles    []ticket.Role `json:"roles"`
	Unit     string        `json:"unit,omitempty"` // code, empty for none
	Disabled bool          `json:"disabled,omitempty"`
	Sample   bool          `json:"sample,omitempty"` // made by huiyin demo
	Created  time.Time     `json:"created"`
	// Epoch moves on when the password changes or the account is disabled: all
	// sessions and tokens of an earlier epoch are void.
	Epoch int64  `json:"epoch"`
	Hash  string `json:"hash,omitempty"` // PHC string; empty until a password is set
}

// Actor is the account as the workflow sees it.
func (a Account) Actor() ticket.Actor {
	return ticket.Actor{ID: a.Login, Name: a.Name, Roles: a.Roles, Unit: a.Unit}
}

// All keys of people and sessions share one hash tag, so that the scripts run
// on a cluster.
const (
	keyAccounts = "{people}:accounts"
	keyInvite   = "{people}:invite:"
	keySession  = "{people}:session:"
	keyTokens   = "{people}:tokens"
	keyLimit    = "{people}:limit:"
)

// inviteLife is how long a one-time link can be used.
const inviteLife = 72 * time.Hour

// Accounts keeps the accounts in Redis.
type Accounts struct{ rdb redis.UniversalClient }

// NewAccounts returns the accounts of a store.
func NewAccounts(rdb redis.UniversalClient) *Accounts { return &Accounts{rdb} }

var loginForm = regexp.MustCompile(`^[a-z0-9][a-z0-9._-]{1,31}$`)

func checkAccount(a Account) error {
	var faults []ticket.FieldFault
	fault := func(field, code, message string) {
		faults = append(faults, ticket.FieldFault{Field: field, Code: code, Message: message})
	}
	if !loginForm.MatchString(a.Login) {
		fault("login", "form", "登录名用 2 到 32 个小写字母、数字、点、横线，以字母或数字开头")
	}
	if n := utf8.RuneCountInString(a.Name); n == 0 || n > 30 {
		fault("name", "length", "姓名要填，最多 30 个字")
	}
	if len(a.Roles) == 0 {
		fault("roles", "missing", "至少选一个角色")
	}
	unit := false
	for _, r := range a.Roles {
		if !r.Valid() {
			fault("roles", "unknown", "没有这个角色："+string(r))
		}
		unit = unit || r == ticket.UnitHandler
	}
	if unit && a.Unit == "" {
		fault("unit", "missing", "承办单位的账号要选所在单位")
	}
	if len(faults) == 0 {
		return nil
	}
	r := ticket.Refuse(ticket.ErrInvalid, "invalid_account", "%s", faults[0].Message)
	r.Faults = faults
	return r
}

// Add creates an account. Without a password it cannot sign in until one is
// set through a one-time link. Errors: ErrInvalid, ErrConflict when the login
// name is taken, ErrStore.
func (s *Accounts) Add(ctx context.Context, now time.Time, a Account, password string) error {
	a.Login = strings.ToLower(strings.TrimSpace(a.Login))
	a.Name = strings.TrimSpace(a.Name)
	if err := checkAccount(a); err != nil {
		return err
	}
	a.Created, a.Epoch, a.Hash = now.UTC(), 1, ""
	if password != "" {
		if err := refusePassword(a.Login, password); err != nil {
			return err
		}
		a.Hash = hashPassword(password)
	}
	doc, err := json.Marshal(a)
	if err != nil {
		return err
	}
	added, err := s.rdb.HSetNX(ctx, keyAccounts, a.Login, doc).Result()
	if err != nil {
		return storeDown(err)
	}
	if !added {
		return ticket.Refuse(ticket.ErrConflict, "login_taken", "登录名 %s 已经有人用了", a.Login)
	}
	return nil
}

// Find returns one account, or ErrNotFound.
func (s *Accounts) Find(ctx context.Context, login string) (Account, error) {
	a, _, err := s.read(ctx, login)
	return a, err
}

func (s *Accounts) read(ctx context.Context, login string) (Account, string, error) {
	doc, err := s.rdb.HGet(ctx, keyAccounts, strings.ToLower(login)).Result()
	if errors.Is(err, redis.Nil) {
		return Account{}, "", ticket.Refuse(ticket.ErrNotFound, "no_account", "没有这个账号")
	}
	if err != nil {
		return Account{}, "", storeDown(err)
	}
	var a Account
	return a, doc, json.Unmarshal([]byte(doc), &a)
}

// List returns all accounts by login name, without their hashes.
func (s *Accounts) List(ctx context.Context) ([]Account, error) {
	docs, err := s.rdb.HGetAll(ctx, keyAccounts).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	list := make([]Account, 0, len(docs))
	for _, doc := range docs {
		var a Account
		if err := json.Unmarshal([]byte(doc), &a); err != nil {
			return nil, err
		}
		a.Hash = ""
		list = append(list, a)
	}
	sort.Slice(list, func(i, j int) bool { return list[i].Login < list[j].Login })
	return list, nil
}

// swapField writes an account over the one that was read (ARGV[2]). It answers
// 1, 0 when somebody was faster, or 2 when ARGV[4] says that the account ceases
// to be an administrator and no other enabled one is left: looked at in the
// same breath, so that two administrators cannot shut each other out.
var swapField = redis.NewScript(`if redis.call('HGET', KEYS[1], ARGV[1]) ~= ARGV[2] then return 0 end
local left = ARGV[4] ~= '1'
if not left then
  local all = redis.call('HGETALL', KEYS[1])
  for i = 1, #all, 2 do
    local a = cjson.decode(all[i + 1])
    if all[i] ~= ARGV[1] and not a.disabled and type(a.roles) == 'table' then
      for _, role in ipairs(a.roles) do left = left or role == ARGV[5] end
    end
  end
end
if not left then return 2 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`)

var errLastAdmin = ticket.Refuse(ticket.ErrForbidden, "last_admin", "这是唯一在用的系统管理员，停用或者取消管理角色以后就没有人能管账号了；请先让另一个账号当管理员")

// administers reports whether the account can look after the others.
func (a Account) administers() bool { return !a.Disabled && a.Actor().Has(ticket.Admin) }

// change rewrites an account; two changes at the same time are made one after
// the other.
func (s *Accounts) change(ctx context.Context, login string, edit func(*Account) error) error {
	for {
		a, old, err := s.read(ctx, login)
		if err != nil {
			return err
		}
		before := a.administers()
		if err := edit(&a); err != nil {
			return err
		}
		doc, err := json.Marshal(a)
		if err != nil {
			return err
		}
		resigns := 0
		if before && !a.administers() {
			resigns = 1
		}
		done, err := swapField.Run(ctx, s.rdb, []string{keyAccounts}, a.Login, old, doc, resigns, string(ticket.Admin)).Int()
		switch {
		case err != nil:
			return storeDown(err)
		case done == 1:
			return nil
		case done == 2:
			return errLastAdmin
		}
	}
}

// SetPassword gives an account a new password and ends its sessions.
func (s *Accounts) SetPassword(ctx context.Context, login, password string) error {
	if err := refusePassword(login, password); err != nil {
		return err
	}
	hash := hashPassword(password)
	return s.change(ctx, login, func(a *Account) error {
		a.Hash = hash
		a.Epoch++
		return nil
	})
}

// Disable shuts an account or opens it again; its sessions end. The only
// enabled administrator is not shut: ErrForbidden.
func (s *Accounts) Disable(ctx context.Context, login string, disabled bool) error {
	return s.change(ctx, login, func(a *Account) error {
		a.Disabled = disabled
		a.Epoch++
		return nil
	})
}

// Edit changes name, roles and unit. The only enabled administrator keeps that
// role: ErrForbidden.
func (s *Accounts) Edit(ctx context.Context, login, name string, roles []ticket.Role, unit string) error {
	return s.change(ctx, login, func(a *Account) error {
		a.Name, a.Roles, a.Unit = strings.TrimSpace(name), roles, unit
		return checkAccount(*a)
	})
}

// Invite makes a one-time link token by which the password of an account can
// be set within 72 hours.
func (s *Accounts) Invite(ctx context.Context, login string) (token string, err error) {
	if _, err := s.Find(ctx, login); err != nil {
		return "", err
	}
	return s.invite(ctx, invitation{Login: strings.ToLower(login)})
}

// FirstRun returns the one-time token of the administrator's link when no
// account exists, and "" when there is one. Link: /welcome?token=TOKEN.
func (s *Accounts) FirstRun(ctx context.Context) (token string, err error) {
	n, err := s.rdb.HLen(ctx, keyAccounts).Result()
	if err != nil || n > 0 {
		return "", storeDown(err)
	}
	return s.invite(ctx, invitation{First: true})
}

// invitation is what a one-time token allows: to set the password of Login,
// or, with First, to make the first administrator.
type invitation struct {
	Login string `json:"login,omitempty"`
	First bool   `json:"first,omitempty"`
}

func (s *Accounts) invite(ctx context.Context, inv invitation) (string, error) {
	doc, err := json.Marshal(inv)
	if err != nil {
		return "", err
	}
	token := randomToken()
	return token, storeDown(s.rdb.Set(ctx, keyInvite+digest(token), doc, inviteLife).Err())
}

func (s *Accounts) invitation(ctx context.Context, token string) (invitation, error) {
	var inv invitation
	doc, err := s.rdb.Get(ctx, keyInvite+digest(token)).Result()
	if errors.Is(err, redis.Nil) {
		return inv, ticket.Refuse(ticket.ErrNotFound, "link_used", "这个链接已经用过或者过期了，请找管理员重新生成")
	}
	if err != nil {
		return inv, storeDown(err)
	}
	if err := json.Unmarshal([]byte(doc), &inv); err != nil {
		return inv, err
	}
	if inv.First {
		n, err := s.rdb.HLen(ctx, keyAccounts).Result()
		if err != nil {
			return inv, storeDown(err)
		}
		if n > 0 {
			return inv, ticket.Refuse(ticket.ErrNotFound, "link_used", "已经有账号了，这个链接不再有效，请直接登录")
		}
	}
	return inv, nil
}

// redeem uses a one-time token up: it makes the first administrator, or sets
// the password of the account that the token names.
func (s *Accounts) redeem(ctx context.Context, now time.Time, token, login, name, password string) (string, error) {
	inv, err := s.invitation(ctx, token)
	if err != nil {
		return "", err
	}
	if inv.First {
		login = strings.ToLower(strings.TrimSpace(login))
		err = s.Add(ctx, now, Account{Login: login, Name: name, Roles: []ticket.Role{ticket.Admin}}, password)
	} else {
		login = inv.Login
		err = s.SetPassword(ctx, login, password)
	}
	if err != nil {
		return "", err
	}
	return login, storeDown(s.rdb.Del(ctx, keyInvite+digest(token)).Err())
}

// digest is how secrets that a client shows are kept: a copy of the store
// opens no session.
func digest(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// storeDown wraps what Redis answered; nil stays nil.
func storeDown(err error) error {
	if err == nil {
		return nil
	}
	return errors.Join(ticket.Refuse(ticket.ErrStore, "store_unavailable", "数据暂时读写不了，请稍后再试；已经确认的操作不会丢失"), err)
}
