package web

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"
)

func credentials(login, password string) url.Values {
	return url.Values{"login": {login}, "password": {password}}
}

func TestSignIn(t *testing.T) {
	b := newBureau(t)
	b.check(b.server.accounts.Disable(b.ctx, "operator2", true))
	for _, c := range []struct{ name, login, password string }{
		{"a wrong password is refused", "operator", "不对不对不对"},
		{"an unknown account is refused in the same words", "nobody", testPassword},
		{"a disabled account is refused in the same words", "operator2", testPassword},
	} {
		a := b.browser().post("/login", credentials(c.login, c.password))
		if a.status != http.StatusForbidden || !strings.Contains(a.body, errWrongPassword.Message) {
			t.Errorf("%s: %d", c.name, a.status)
		}
	}
	w := b.browser()
	a := w.post("/login", credentials(" Operator ", testPassword))
	if a.status != http.StatusSeeOther || a.header.Get("Location") != "/" {
		t.Fatalf("sign-in: %d %v", a.status, a.header)
	}
	cookie := a.header.Get("Set-Cookie")
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "path=/"} {
		if !strings.Contains(cookie, want) {
			t.Errorf("cookie %q lacks %s", cookie, want)
		}
	}
	if len(w.cookies[cookiePlain]) < 43 {
		t.Errorf("session id %q has less than 256 bits", w.cookies[cookiePlain])
	}
	w.get("/").has(t, http.StatusOK, "安话务")
	if a := w.post("/logout", nil); a.status != http.StatusSeeOther {
		t.Errorf("sign-out: %d", a.status)
	}
	w.cookies[cookiePlain] = strings.Split(strings.Split(cookie, "=")[1], ";")[0]
	if a := w.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("a session that was signed out still opens: %d", a.status)
	}
}

func TestSignInMakesANewSession(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	before := w.cookies[cookiePlain]
	w.post("/login", credentials("operator", testPassword))
	if w.cookies[cookiePlain] == before {
		t.Error("the session id outlived a sign-in")
	}
	w.cookies[cookiePlain] = before
	if a := w.get("/"); a.status != http.StatusSeeOther {
		t.Errorf("the old session id still opens: %d", a.status)
	}
}

func TestCookieIsSecureBehindHTTPS(t *testing.T) {
	b := newBureau(t, func(o *Options) { o.Origin = "https://rx.example.gov.cn" })
	a := b.browser().post("/login", credentials("operator", testPassword), header("Origin", "https://rx.example.gov.cn"))
	cookie := a.header.Get("Set-Cookie")
	if !strings.HasPrefix(cookie, "__Host-huiyin=") || !strings.Contains(cookie, "secure") {
		t.Errorf("cookie is %q", cookie)
	}
	if a.header.Get("Strict-Transport-Security") == "" {
		t.Error("no HSTS over https")
	}
}

func TestFiveFailuresLockForHalfAnHour(t *testing.T) {
	b := newBureau(t)
	for range 5 {
		b.browser().post("/login", credentials("operator", "猜一个猜一个"))
	}
	b.browser().post("/login", credentials("operator", testPassword)).has(t, http.StatusTooManyRequests, "30 分钟")
	b.browser().post("/login", credentials("leader", testPassword)).has(t, http.StatusSeeOther)
	b.wait(29 * time.Minute)
	b.browser().post("/login", credentials("operator", testPassword)).has(t, http.StatusTooManyRequests, "1 分钟")
	b.wait(61 * time.Second)
	b.browser().post("/login", credentials("operator", testPassword)).has(t, http.StatusSeeOther)
}

func TestUnknownAccountsLockLikeKnownOnes(t *testing.T) {
	b := newBureau(t)
	for range 5 {
		b.browser().post("/login", credentials("ghost", "猜一个猜一个"))
	}
	b.browser().post("/login", credentials("ghost", testPassword)).has(t, http.StatusTooManyRequests)
}

func TestOneSourceCannotGuessAtManyAccounts(t *testing.T) {
	b := newBureau(t)
	for i := range loginPerSource.allowed {
		if a := b.browser().post("/login", credentials("nobody"+strconv.Itoa(i), "")); a.status != http.StatusForbidden {
			t.Fatalf("attempt %d: %d", i, a.status)
		}
	}
	b.browser().post("/login", credentials("operator", testPassword)).has(t, http.StatusTooManyRequests)
}

func TestSourceIsWhatTheProxySaysAndNobodyElse(t *testing.T) {
	for _, c := range []struct {
		name, peer, forwarded string
		proxied               bool
		want                  string
	}{
		{"without a proxy the header is hearsay", "203.0.113.5", "198.51.100.7", false, "203.0.113.5"},
		{"the proxy's own entry counts", "127.0.0.1", "9.9.9.9, 198.51.100.7", true, "198.51.100.7"},
		{"a stranger is no proxy", "203.0.113.5", "198.51.100.7", true, "203.0.113.5"},
		{"a proxy that says nothing", "10.0.0.2", "", true, "10.0.0.2"},
	} {
		if got := sourceAddress(net.ParseIP(c.peer), c.forwarded, c.proxied); got != c.want {
			t.Errorf("%s: %s", c.name, got)
		}
	}
}

func TestSessionEnds(t *testing.T) {
	b := newBureau(t)
	t.Run("after half an hour without doing anything", func(t *testing.T) {
		w := b.as("operator")
		b.wait(31 * time.Minute)
		a := w.get("/queue?id=1")
		if a.status != http.StatusSeeOther || a.header.Get("Location") != "/login?back=%2Fqueue%3Fid%3D1" {
			t.Errorf("%d %q", a.status, a.header.Get("Location"))
		}
	})
	t.Run("not while somebody works", func(t *testing.T) {
		w := b.as("operator")
		for range 4 {
			b.wait(20 * time.Minute)
			w.get("/").has(t, http.StatusOK)
		}
	})
	t.Run("after twelve hours in any case", func(t *testing.T) {
		w := b.as("operator")
		for range 35 {
			b.wait(20 * time.Minute)
			w.get("/").has(t, http.StatusOK)
		}
		b.wait(20 * time.Minute)
		if a := w.get("/"); a.status != http.StatusSeeOther {
			t.Errorf("status %d after twelve hours", a.status)
		}
	})
	t.Run("when the account is disabled", func(t *testing.T) {
		w := b.as("leader")
		b.check(b.server.accounts.Disable(b.ctx, "leader", true))
		if a := w.get("/"); a.status != http.StatusSeeOther {
			t.Errorf("status %d for a disabled account", a.status)
		}
	})
}

func TestStoreHoldsNoSecretOfASession(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	w.post("/me/tokens", url.Values{"purpose": {"对接"}})
	for _, key := range must(b.rdb.Keys(b.ctx, "*").Result()) {
		if strings.Contains(key, w.cookies[cookiePlain]) {
			t.Errorf("key %s holds the session id", key)
		}
	}
}

func TestForgedRequestsAreRefused(t *testing.T) {
	b := newBureau(t)
	w := b.as("operator")
	for _, c := range []struct {
		name   string
		form   url.Values
		change []func(*http.Request)
		want   int
	}{
		{"the own form passes", nil, nil, http.StatusSeeOther},
		{"a wrong token", url.Values{"csrf": {"x"}}, nil, http.StatusForbidden},
		{"an empty token", url.Values{"csrf": {""}}, nil, http.StatusForbidden},
		{"another site's page", nil, []func(*http.Request){header("Origin", "https://evil.example")}, http.StatusForbidden},
		{"a page of the null origin", nil, []func(*http.Request){header("Origin", "null")}, http.StatusForbidden},
		{"neither Origin nor Sec-Fetch-Site", nil, []func(*http.Request){header("Origin", "")}, http.StatusForbidden},
		{"Sec-Fetch-Site says cross-site", nil, []func(*http.Request){header("Sec-Fetch-Site", "cross-site")}, http.StatusForbidden},
		{"Sec-Fetch-Site says same-site", nil, []func(*http.Request){header("Sec-Fetch-Site", "same-site")}, http.StatusForbidden},
		{"a forwarded host that nobody trusts", nil, []func(*http.Request){header("Origin", "http://evil.example"), header("X-Forwarded-Host", "evil.example")}, http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := b.as("operator")
			if a := w.post("/logout", c.form, c.change...); a.status != c.want {
				t.Errorf("status %d, want %d", a.status, c.want)
			}
		})
	}
	if a := w.post("/login", credentials("operator", testPassword), header("Origin", "https://evil.example")); a.status != http.StatusForbidden {
		t.Errorf("a sign-in from another site: %d", a.status)
	}
}

func TestNobodyIsLedAway(t *testing.T) {
	for _, c := range []struct{ address, want string }{
		{"/queue?id=1", "/queue?id=1"}, {"http://example.com/a", "/a"}, {"http://evil.example/a", ""}, {"//evil.example/a", ""},
		{"/\\evil.example", ""}, {"javascript:alert(1)", ""}, {"", ""}, {"https:evil.example", ""}, {"///evil.example", ""},
	} {
		if got := ownPath(c.address, "example.com"); got != c.want {
			t.Errorf("ownPath(%q) is %q, want %q", c.address, got, c.want)
		}
	}
	b := newBureau(t)
	form := credentials("operator", testPassword)
	form.Set("back", "https://evil.example/")
	if to := b.browser().post("/login", form).header.Get("Location"); to != "/" {
		t.Errorf("led to %q", to)
	}
}
