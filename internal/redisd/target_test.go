package redisd

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestAddressesOfAllKindsAreUnderstood(t *testing.T) {
	cases := []struct {
		address string
		want    target
	}{
		{"redis://h:6380/2", target{hosts: []string{"h:6380"}, db: 2}},
		{"redis://h", target{hosts: []string{"h:6379"}}},
		{"redis://[::1]:6380", target{hosts: []string{"[::1]:6380"}}},
		{"redis://[::1]", target{hosts: []string{"[::1]:6379"}}},
		{"redis://:p%40ss@h/0", target{hosts: []string{"h:6379"}, password: "p@ss"}},
		{"redis://me:pa@ss@h", target{hosts: []string{"h:6379"}, user: "me", password: "pa@ss"}},
		{"rediss://h?skip_verify=true", target{hosts: []string{"h:6379"}, secure: true, skipVerify: true}},
		{"unix:///run/redis.sock?db=1", target{kind: socket, hosts: []string{"/run/redis.sock"}, db: 1}},
		{"redis-sentinel://pw@h1:1,h2/main?sentinel_password=s", target{
			kind: sentinel, hosts: []string{"h1:1", "h2:26379"}, password: "pw", master: "main", sentinelPassword: "s",
		}},
		{"redis-cluster://u:pw@h1:1,h2:2,h3", target{kind: cluster, hosts: []string{"h1:1", "h2:2", "h3:6379"}, user: "u", password: "pw"}},
		{"rediss-cluster://h1", target{kind: cluster, hosts: []string{"h1:6379"}, secure: true}},
	}
	for _, c := range cases {
		got, err := parseTarget(c.address)
		if err != nil {
			t.Errorf("%s: %v", c.address, err)
			continue
		}
		if diff := cmp.Diff(c.want, got, cmp.AllowUnexported(target{})); diff != "" {
			t.Errorf("%s:\n%s", c.address, diff)
		}
	}
}

func TestBadAddressesAreRefusedInChineseWithoutThePassword(t *testing.T) {
	const secret = "hunter2"
	for name, address := range map[string]string{
		"no scheme":                 secret + "@h:6379",
		"unknown scheme":            "http://:" + secret + "@h",
		"no host":                   "redis://:" + secret + "@",
		"port is no number":         "redis://:" + secret + "@h:port",
		"port too large":            "redis://:" + secret + "@h:70000",
		"database is no number":     "redis://:" + secret + "@h/x",
		"several hosts for one":     "redis://:" + secret + "@h1,h2",
		"sentinel without a master": "redis-sentinel://" + secret + "@h1:1",
		"cluster with a database":   "redis-cluster://:" + secret + "@h1/1",
		"relative socket":           "unix://:" + secret + "@run/redis.sock",
		"unknown parameter":         "redis://:" + secret + "@h?timeout=3",
		"broken escape":             "redis://:" + secret + "%zz@h",
		"broken query":              "redis://:" + secret + "@h?%zz",
		"skip_verify without TLS":   "redis://:" + secret + "@h?skip_verify=true",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Connect(address)
			if err == nil {
				t.Fatal("accepted")
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("%q shows the password", err)
			}
			if !strings.Contains(err.Error(), "地址") && !strings.Contains(err.Error(), "路径") && !strings.Contains(err.Error(), "redis") {
				t.Errorf("%q does not say what is wrong", err)
			}
		})
	}
}

func FuzzParseTarget(f *testing.F) {
	for _, s := range []string{"redis://h:1/0", "unix:///a?db=1", "redis-sentinel://p@h1,h2/m", "redis-cluster://u:p@[::1]:1,h"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, address string) {
		got, err := parseTarget(address)
		if err != nil {
			return
		}
		if len(got.hosts) == 0 || got.hosts[0] == "" {
			t.Errorf("%q was accepted without a host", address)
		}
	})
}
