package web

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"huiyin/internal/redisd"
	"huiyin/ticket"
)

func TestPasswordsAreKeptAsArgon2id(t *testing.T) {
	phc := hashPassword(testPassword)
	if !strings.HasPrefix(phc, "$argon2id$v=19$m=19456,t=2,p=1$") {
		t.Errorf("hash is %q", phc)
	}
	if hashPassword(testPassword) == phc {
		t.Error("the same password gives the same hash twice: no salt")
	}
	for _, c := range []struct {
		name, phc, password string
		want                bool
	}{
		{"the right password fits", phc, testPassword, true},
		{"another does not", phc, testPassword + "。", false},
		{"the empty one does not", phc, "", false},
		{"an account without a password has none that fits", "", "", false},
		{"a damaged hash fits nothing", strings.Replace(phc, "m=19456", "m=x", 1), testPassword, false},
		{"a hash that wants all memory is refused", strings.Replace(phc, "m=19456", "m=99999999", 1), testPassword, false},
	} {
		if got := checkPassword(c.phc, c.password); got != c.want {
			t.Errorf("%s: %v", c.name, got)
		}
	}
}

func TestAccountsAreCheckedBeforeTheyAreKept(t *testing.T) {
	s := NewAccounts(redisd.ForTest(t))
	ctx := t.Context()
	good := Account{Login: "wang.fang", Name: "王芳", Roles: []ticket.Role{ticket.Operator}}
	for _, c := range []struct {
		name     string
		change   func(*Account)
		password string
		field    string // that is at fault; empty: accepted
	}{
		{"a sound account is kept", func(*Account) {}, "一句足够长的密码", ""},
		{"a login name is lower case", func(a *Account) { a.Login = "  WANG.hong " }, "", ""},
		{"an unknown role is refused", func(a *Account) { a.Login, a.Roles = "x2", []ticket.Role{"root"} }, "", "roles"},
		{"the service's own role is nobody's", func(a *Account) { a.Login, a.Roles = "x3", []ticket.Role{ticket.System} }, "", "roles"},
		{"a handler has a unit", func(a *Account) { a.Login, a.Roles = "x4", []ticket.Role{ticket.UnitHandler} }, "", "unit"},
		{"a login name is no sentence", func(a *Account) { a.Login = "王 芳" }, "", "login"},
		{"everybody has a name", func(a *Account) { a.Login, a.Name = "x5", " " }, "", "name"},
		{"a short password is refused", func(a *Account) { a.Login = "x6" }, "1234567", "password"},
		{"a common password is refused", func(a *Account) { a.Login = "x7" }, "A1234567", "password"},
		{"the login name is no password", func(a *Account) { a.Login = "longenough" }, "LongEnough", "password"},
	} {
		a := good
		c.change(&a)
		err := s.Add(ctx, monday, a, c.password)
		var r *ticket.Refusal
		switch {
		case c.field == "" && err != nil:
			t.Errorf("%s: %v", c.name, err)
		case c.field != "" && (!errors.As(err, &r) || !errors.Is(err, ticket.ErrInvalid) || r.Faults[0].Field != c.field):
			t.Errorf("%s: %v", c.name, err)
		}
	}
	if err := s.Add(ctx, monday, good, ""); !errors.Is(err, ticket.ErrConflict) {
		t.Errorf("a login name was given twice: %v", err)
	}
	list := must(s.List(ctx))
	if len(list) != 2 || list[0].Login != "wang.fang" || list[1].Login != "wang.hong" || list[0].Hash != "" {
		t.Errorf("accounts are %+v", list)
	}
}

func TestTwoChangesOfOneAccountAreBothMade(t *testing.T) {
	s := NewAccounts(redisd.ForTest(t))
	ctx := t.Context()
	if err := s.Add(ctx, monday, Account{Login: "li", Name: "李", Roles: []ticket.Role{ticket.Leader}}, ""); err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			if err := s.Disable(ctx, "li", true); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if a := must(s.Find(ctx, "li")); a.Epoch != 21 {
		t.Errorf("epoch is %d after 20 changes", a.Epoch)
	}
}

func TestSomebodyAlwaysAdministers(t *testing.T) {
	s := NewAccounts(redisd.ForTest(t))
	ctx := t.Context()
	add := func(login string, roles ...ticket.Role) {
		if err := s.Add(ctx, monday, Account{Login: login, Name: "某", Roles: roles}, ""); err != nil {
			t.Fatal(err)
		}
	}
	refused := func(what string, err error) {
		t.Helper()
		var r *ticket.Refusal
		if !errors.As(err, &r) || r.Code != "last_admin" || !errors.Is(err, ticket.ErrForbidden) {
			t.Errorf("%s: %v", what, err)
		}
	}
	done := func(what string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
	}
	add("first", ticket.Admin, ticket.Leader)
	add("leader", ticket.Leader)
	refused("the only administrator is disabled", s.Disable(ctx, "first", true))
	refused("the only administrator loses the role", s.Edit(ctx, "first", "某", []ticket.Role{ticket.Leader}, ""))
	done("the only administrator gets another name", s.Edit(ctx, "first", "某某", []ticket.Role{ticket.Admin}, ""))
	done("somebody else is disabled", s.Disable(ctx, "leader", true))
	add("second", ticket.Admin)
	done("one of two is disabled", s.Disable(ctx, "first", true))
	refused("a disabled administrator does not count", s.Disable(ctx, "second", true))
	done("one who is disabled loses the role", s.Edit(ctx, "first", "某", []ticket.Role{ticket.Leader}, ""))
	done("one who is disabled is enabled", s.Disable(ctx, "first", false))
	done("and becomes an administrator again", s.Edit(ctx, "first", "某", []ticket.Role{ticket.Admin}, ""))

	var wg sync.WaitGroup
	for _, login := range []string{"first", "second"} {
		wg.Go(func() { _ = s.Disable(ctx, login, true) })
	}
	wg.Wait()
	if must(s.Find(ctx, "first")).Disabled == must(s.Find(ctx, "second")).Disabled {
		t.Error("two administrators disabled each other, or neither was disabled")
	}
}

func TestFirstStartGivesOneLinkForTheAdministrator(t *testing.T) {
	b := newBureau(t)
	b.check(b.rdb.Del(b.ctx, keyAccounts).Err())
	accounts := b.server.Accounts()
	token := must(accounts.FirstRun(b.ctx))
	link := "/welcome?token=" + url.QueryEscape(token)
	w := b.browser()
	w.get(link).has(t, http.StatusOK, "建立管理员账号")
	form := func(again string) url.Values {
		return url.Values{"login": {"Admin"}, "name": {"管理员"}, "password": {"这是一句很长的密码"}, "again": {again}}
	}
	w.post(link, form("打错了的密码啊啊")).has(t, http.StatusUnprocessableEntity, "两次输入的密码不一样")
	if a := w.post(link, form("这是一句很长的密码")); a.status != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", a.status, a.body)
	}
	w.get("/").has(t, http.StatusOK, "管理员", "/accounts")
	b.browser().get(link).has(t, http.StatusNotFound, "已经用过")
	if again := must(accounts.FirstRun(b.ctx)); again != "" {
		t.Error("a second administrator's link was given")
	}
}

func TestInvitationSetsThePasswordOnceAndEndsOldSessions(t *testing.T) {
	b := newBureau(t)
	old := b.as("operator")
	token := must(b.server.accounts.Invite(b.ctx, "operator"))
	link := "/welcome?token=" + url.QueryEscape(token)
	w := b.browser()
	w.get(link).has(t, http.StatusOK, "安话务")
	if a := w.post(link, url.Values{"password": {"换了一句新的密码"}, "again": {"换了一句新的密码"}}); a.status != http.StatusSeeOther {
		t.Fatalf("status %d\n%s", a.status, a.body)
	}
	if a := old.get("/queue"); a.status != http.StatusSeeOther {
		t.Errorf("a session outlived the password: %d", a.status)
	}
	w.get(link).has(t, http.StatusNotFound, "已经用过")
}

func TestLimiterLetsNoMoreThroughAtOnceThanOneByOne(t *testing.T) {
	s := NewAccounts(redisd.ForTest(t))
	l := limit{"test", 50, time.Minute, 0}
	var passed sync.Map
	var wg sync.WaitGroup
	for i := range 400 {
		wg.Go(func() {
			if s.take(t.Context(), monday, l, "one") == nil {
				passed.Store(i, true)
			}
		})
	}
	wg.Wait()
	n := 0
	passed.Range(func(any, any) bool { n++; return true })
	if n != 50 {
		t.Errorf("%d of 400 passed a limit of 50", n)
	}
	if err := s.take(t.Context(), monday.Add(time.Minute), l, "one"); err != nil {
		t.Errorf("the window is over: %v", err)
	}
}
