package web

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// App is another program that files requests for people: an account of the
// kind 应用. It signs in nowhere and has no role; its key opens Open311 only.
type App struct {
	ID       string    `json:"id"`
	Name     string    `json:"name"`
	Created  time.Time `json:"created"`
	By       string    `json:"by"` // login of who made it
	Disabled bool      `json:"disabled,omitempty"`
	digest   string
}

// keyApps is a hash: digest of the key -> App.
const keyApps = "{people}:apps"

const appNameMax = 30

// Actor is the app as a ticket's history names it.
func (a App) Actor() ticket.Actor {
	return ticket.Actor{ID: "app-" + a.ID, Name: a.Name, Roles: []ticket.Role{ticket.System}}
}

// AddApp makes an app and its key, which is shown once and stored hashed.
// Errors: ErrInvalid, ErrStore.
func (s *Accounts) AddApp(ctx context.Context, now time.Time, by, name string) (App, string, error) {
	name = strings.TrimSpace(name)
	if n := utf8.RuneCountInString(name); n == 0 || n > appNameMax {
		return App{}, "", invalidField("name", "length", "应用名称要填，最多 %d 个字", appNameMax)
	}
	key := "hyk_" + randomToken()
	a := App{ID: newRequestID()[:8], Name: name, Created: now.UTC(), By: by}
	doc, err := json.Marshal(a)
	if err != nil {
		return App{}, "", err
	}
	return a, key, storeDown(s.rdb.HSet(ctx, keyApps, digest(key), doc).Err())
}

// Apps lists the apps, the oldest first.
func (s *Accounts) Apps(ctx context.Context) ([]App, error) {
	docs, err := s.rdb.HGetAll(ctx, keyApps).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	var list []App
	for digest, doc := range docs {
		a := App{digest: digest}
		if err := json.Unmarshal([]byte(doc), &a); err != nil {
			return nil, err
		}
		list = append(list, a)
	}
	slices.SortFunc(list, func(a, b App) int {
		if c := a.Created.Compare(b.Created); c != 0 {
			return c
		}
		return strings.Compare(a.ID, b.ID)
	})
	return list, nil
}

var errNoApp = ticket.Refuse(ticket.ErrNotFound, "no_app", "没有这个应用")

// DisableApp shuts an app's key or opens it again.
func (s *Accounts) DisableApp(ctx context.Context, id string, disabled bool) error {
	apps, err := s.Apps(ctx)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(apps, func(a App) bool { return a.ID == id })
	if i < 0 {
		return errNoApp
	}
	apps[i].Disabled = disabled
	doc, err := json.Marshal(apps[i])
	if err != nil {
		return err
	}
	return storeDown(s.rdb.HSet(ctx, keyApps, apps[i].digest, doc).Err())
}

// byAppKey finds the app of a key; ErrForbidden when there is none in use.
func (s *Accounts) byAppKey(ctx context.Context, key string) (App, error) {
	refused := ticket.Refuse(ticket.ErrForbidden, "bad_api_key", "api_key 没有给出、不对，或者已经停用")
	if key == "" || len(key) > 200 {
		return App{}, refused
	}
	doc, err := s.rdb.HGet(ctx, keyApps, digest(key)).Result()
	if errors.Is(err, redis.Nil) {
		return App{}, refused
	}
	if err != nil {
		return App{}, storeDown(err)
	}
	var a App
	if err := json.Unmarshal([]byte(doc), &a); err != nil {
		return App{}, err
	}
	if a.Disabled {
		return App{}, refused
	}
	return a, nil
}
