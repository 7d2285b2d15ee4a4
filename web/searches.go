package web

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/redis/go-redis/v9"

	"huiyin/ticket"
)

// keySearches holds the saved searches: login name -> shelf of that account.
const keySearches = "{people}:searches"

// savedSearch is a search under a name.
type savedSearch struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Query  string `json:"query"`            // of the address
	Shared bool   `json:"shared,omitempty"` // colleagues in the same role see it
}

// searchShelf is an account's saved searches, in its order.
type searchShelf struct {
	Owner    string        `json:"owner"` // 姓名
	Roles    []ticket.Role `json:"roles"`
	Searches []savedSearch `json:"searches"`
}

const (
	searchesMost = 20
	nameMost     = 20
)

func (s *Accounts) searchShelf(ctx context.Context, login string) (shelf searchShelf, doc string, err error) {
	doc, err = s.rdb.HGet(ctx, keySearches, login).Result()
	if errors.Is(err, redis.Nil) {
		return shelf, "", nil
	}
	if err != nil {
		return shelf, "", storeDown(err)
	}
	return shelf, doc, json.Unmarshal([]byte(doc), &shelf)
}

// putShelf writes a shelf over the one that was read.
var putShelf = redis.NewScript(`if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
return 1`)

// changeSearches rewrites an account's saved searches; changes in two windows are
// made one after the other.
func (s *Accounts) changeSearches(ctx context.Context, a Account, edit func([]savedSearch) ([]savedSearch, error)) error {
	for {
		shelf, old, err := s.searchShelf(ctx, a.Login)
		if err != nil {
			return err
		}
		shelf.Owner, shelf.Roles = a.Name, a.Roles
		if shelf.Searches, err = edit(shelf.Searches); err != nil {
			return err
		}
		doc, err := json.Marshal(shelf)
		if err != nil {
			return err
		}
		done, err := putShelf.Run(ctx, s.rdb, []string{keySearches}, a.Login, old, doc).Int()
		if err != nil {
			return storeDown(err)
		}
		if done == 1 {
			return nil
		}
	}
}

// sharedSearches are the searches that colleagues in one of an account's roles
// share, by name.
func (s *Accounts) sharedSearches(ctx context.Context, a Account) ([]savedSearch, error) {
	docs, err := s.rdb.HGetAll(ctx, keySearches).Result()
	if err != nil {
		return nil, storeDown(err)
	}
	var shared []savedSearch
	for login, doc := range docs {
		var shelf searchShelf
		if err := json.Unmarshal([]byte(doc), &shelf); err != nil {
			return nil, err
		}
		if login == a.Login || !slices.ContainsFunc(shelf.Roles, func(r ticket.Role) bool { return slices.Contains(a.Roles, r) }) {
			continue
		}
		for _, one := range shelf.Searches {
			if one.Shared {
				one.Name += "（" + shelf.Owner + "）"
				shared = append(shared, one)
			}
		}
	}
	sort.Slice(shared, func(i, j int) bool { return shared[i].Name < shared[j].Name })
	return shared, nil
}

// savedView are the saved searches on a page.
type savedView struct {
	Own, Shared []savedLink
	Query       string // that can be saved now; empty: there is none
	Suggested   string
	CSRF        string
}

type savedLink struct {
	ID, Name, Href  string
	N               int
	Current, Shared bool
	First           bool // stands before all others
}

// savedView counts an account's saved searches. One whose conditions the policy
// no longer knows counts nothing and can still be opened and dropped.
func (s *Server) savedView(v *visit, k seek) (savedView, error) {
	view := savedView{CSRF: v.session.CSRF}
	shelf, _, err := s.accounts.searchShelf(v.ctx(), v.account.Login)
	if err != nil {
		return view, err
	}
	shared, err := s.accounts.sharedSearches(v.ctx(), v.account)
	if err != nil {
		return view, err
	}
	here := k.values.Encode()
	links := func(list []savedSearch) ([]savedLink, error) {
		var all []savedLink
		for i, one := range list {
			link := savedLink{ID: one.ID, Name: one.Name, Href: "/tickets?" + one.Query, Shared: one.Shared, Current: one.Query == here, First: i == 0}
			var err error
			if link.N, err = s.countOf(v, link.Href); err != nil && !errors.Is(err, ticket.ErrInvalid) {
				return nil, err
			}
			if link.Current {
				here = ""
			}
			all = append(all, link)
		}
		return all, nil
	}
	if view.Own, err = links(shelf.Searches); err != nil {
		return view, err
	}
	if view.Shared, err = links(shared); err != nil {
		return view, err
	}
	if here != "" && !k.phone && len(view.Own) < searchesMost {
		view.Query, view.Suggested = here, suggestedName(k)
	}
	return view, nil
}

// suggestedName is what a search could be called.
func suggestedName(k seek) string {
	text := []rune(k.query)
	return string(text[:min(len(text), nameMost)])
}

// saveSearch keeps the search on the page under a name.
func (s *Server) saveSearch(v *visit) error {
	name, shared := strings.TrimSpace(v.FormValue("name")), v.FormValue("shared") != ""
	if n := utf8.RuneCountInString(name); n < 1 || n > nameMost {
		return invalidField("name", "length", "给查询起个名字，最多 %d 个字", nameMost)
	}
	if redacted, _ := ticket.Redact(name); redacted != name {
		return invalidField("name", "personal", "名字里不要写电话、证件号等个人信息")
	}
	values, err := url.ParseQuery(v.FormValue("query"))
	if err != nil {
		return ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
	}
	k, err := s.seekFrom(v, values.Get)
	if err != nil {
		return err
	}
	if k.phone || len(k.values) == 0 {
		return invalidField("query", "personal", "按电话的查询不保存：电话号码是个人信息")
	}
	one := savedSearch{ID: newRequestID(), Name: name, Query: k.values.Encode(), Shared: shared}
	err = s.accounts.changeSearches(v.ctx(), v.account, func(list []savedSearch) ([]savedSearch, error) {
		if len(list) >= searchesMost {
			return nil, ticket.Refuse(ticket.ErrConflict, "too_many_searches", "最多保存 %d 个查询，请先删掉不用的", searchesMost)
		}
		return append(list, one), nil
	})
	if err != nil {
		return err
	}
	return s.afterSearch(v, "save_search", name, k.href())
}

func (s *Server) afterSearch(v *visit, what, name, to string) error {
	if err := s.accounts.note(v.ctx(), v.now, v.actor, what, name, ""); err != nil {
		return err
	}
	return v.Redirect(to, 303)
}

// changeSearch drops, shares or moves up a saved search.
func (s *Server) changeSearch(v *visit) error {
	do, name := v.FormValue("do"), ""
	err := s.accounts.changeSearches(v.ctx(), v.account, func(list []savedSearch) ([]savedSearch, error) {
		at := slices.IndexFunc(list, func(one savedSearch) bool { return one.ID == v.Params("id") })
		if at < 0 {
			return nil, ticket.Refuse(ticket.ErrNotFound, "no_search", "这个查询已经不在了")
		}
		name = list[at].Name
		switch do {
		case "drop":
			return slices.Delete(list, at, at+1), nil
		case "share":
			list[at].Shared = !list[at].Shared
		case "up":
			if at > 0 {
				list[at-1], list[at] = list[at], list[at-1]
			}
		default:
			return nil, ticket.Refuse(errBadRequest, "bad_request", "请求的内容看不懂")
		}
		return list, nil
	})
	if err != nil {
		return err
	}
	to := "/tickets"
	if back, err := url.ParseQuery(v.FormValue("query")); err == nil && len(back) > 0 {
		to += "?" + back.Encode()
	}
	return s.afterSearch(v, do+"_search", name, to)
}

// searchCounts are how many tickets the saved searches find now, by id.
func (s *Server) searchCounts(v *visit) error {
	view, err := s.savedView(v, seek{})
	if err != nil {
		return err
	}
	counts := map[string]int{}
	for _, link := range slices.Concat(view.Own, view.Shared) {
		counts[link.ID] = link.N
	}
	return v.JSON(counts)
}
