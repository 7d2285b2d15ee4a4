package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// user is somebody signed in, from an address of his own: the doors count
// attempts by address.
type user struct {
	account
	client *http.Client
	base   string
}

func signIn(base string, n int, a account) (*user, error) {
	jar, err := cookiejar.New(nil)
	if err != nil {
		return nil, err
	}
	from := &net.TCPAddr{IP: net.IPv4(127, 0, 1, byte(1+n%200))}
	u := &user{account: a, base: base, client: &http.Client{Jar: jar, Transport: &http.Transport{
		DialContext: (&net.Dialer{LocalAddr: from}).DialContext, MaxIdleConnsPerHost: 4,
	}}}
	req, err := http.NewRequest(http.MethodPost, base+"/login", strings.NewReader(url.Values{"login": {a.login}, "password": {password}}.Encode()))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("Sec-Fetch-Site", "same-origin")
	resp, err := u.client.Do(req)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK || strings.HasPrefix(resp.Request.URL.Path, "/login") {
		return nil, fmt.Errorf("%s 登录不了：%d %s", a.login, resp.StatusCode, resp.Request.URL.Path)
	}
	return u, nil
}

// answer is one answered request.
type answer struct {
	server time.Duration // as the service says
	bytes  int
	body   string // of the first one only
}

var duration = regexp.MustCompile(`app;dur=([0-9.]+)`)

func (u *user) get(ctx context.Context, path string, keep bool) (answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.base+path, nil)
	if err != nil {
		return answer{}, err
	}
	resp, err := u.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	var body strings.Builder
	n, err := io.Copy(&body, resp.Body)
	if err != nil {
		return answer{}, err
	}
	if resp.StatusCode != http.StatusOK {
		return answer{}, fmt.Errorf("%s 的 %s：%d", u.login, path, resp.StatusCode)
	}
	said := duration.FindStringSubmatch(resp.Header.Get("Server-Timing"))
	if said == nil {
		return answer{}, errors.New("服务没有说它用了多久（Server-Timing）")
	}
	ms, err := strconv.ParseFloat(said[1], 64)
	a := answer{server: time.Duration(ms * float64(time.Millisecond)), bytes: int(n)}
	if keep {
		a.body = body.String()
	}
	return a, err
}

// measured are the answers to one kind of request.
type measured struct {
	times  []time.Duration
	bytes  int // largest
	rate   float64
	failed error
}

func (m *measured) percentile(p float64) time.Duration {
	if len(m.times) == 0 {
		return 0
	}
	return m.times[min(len(m.times)-1, int(p*float64(len(m.times))))]
}

// load lets users ask for pages for some time, each thinking between two; path
// gives the next page of a user.
func load(ctx context.Context, users []*user, last, think time.Duration, path func(u *user, rng *rand.Rand) string) measured {
	ctx, cancel := context.WithTimeout(ctx, last)
	defer cancel()
	var mu sync.Mutex
	var m measured
	var all sync.WaitGroup
	began := time.Now()
	for i, u := range users {
		all.Go(func() {
			rng := rand.New(rand.NewPCG(uint64(i), 1))
			// They do not come all in the same instant.
			pause(ctx, time.Duration(rng.Float64()*float64(think)))
			for ctx.Err() == nil {
				a, err := u.get(context.WithoutCancel(ctx), path(u, rng), false)
				mu.Lock()
				if err != nil {
					m.failed = err
				} else {
					m.times, m.bytes = append(m.times, a.server), max(m.bytes, a.bytes)
				}
				mu.Unlock()
				pause(ctx, time.Duration((.5+rng.Float64())*float64(think)))
			}
		})
	}
	all.Wait()
	m.rate = float64(len(m.times)) / time.Since(began).Seconds()
	slices.Sort(m.times)
	return m
}

func pause(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
