package redisd

import (
	"context"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
)

func set(t *testing.T, c *redis.Client, command ...any) {
	t.Helper()
	if err := c.Do(t.Context(), command...).Err(); err != nil {
		t.Fatal(err)
	}
}

func TestCheckRefusesServersThatWouldLoseTickets(t *testing.T) {
	cases := []struct {
		name    string
		setting []any
		says    []string // what is wrong and how to mend it
	}{
		{"evicts when full", []any{"CONFIG", "SET", "maxmemory-policy", "allkeys-lru"}, []string{"allkeys-lru", "CONFIG SET maxmemory-policy noeviction"}},
		{"evicts keys with a time limit", []any{"CONFIG", "SET", "maxmemory-policy", "volatile-ttl"}, []string{"CONFIG SET maxmemory-policy noeviction"}},
		{"keeps no log", []any{"CONFIG", "SET", "appendonly", "no"}, []string{"CONFIG SET appendonly yes"}},
		{"does not wait for the disk", []any{"CONFIG", "SET", "appendfsync", "everysec"}, []string{"everysec", "CONFIG SET appendfsync always"}},
		{"is a replica", []any{"REPLICAOF", "127.0.0.1", "1"}, []string{"从节点"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client := ForTestDurable(t, t.TempDir()).Client()
			if _, err := Check(t.Context(), client); err != nil {
				t.Fatalf("before: %v", err)
			}
			set(t, client, c.setting...)
			_, err := Check(t.Context(), client)
			if err == nil {
				t.Fatal("accepted")
			}
			for _, s := range c.says {
				if !strings.Contains(err.Error(), s) {
					t.Errorf("%q does not say %q", err, s)
				}
			}
		})
	}
}

func TestCheckNamesAllFaultsAtOnce(t *testing.T) {
	client := ForTestDurable(t, t.TempDir()).Client()
	set(t, client, "CONFIG", "SET", "maxmemory-policy", "allkeys-lru")
	set(t, client, "CONFIG", "SET", "appendfsync", "no")
	if _, err := Check(t.Context(), client); err == nil || strings.Count(err.Error(), "\n") != 1 {
		t.Fatalf("Check = %v, want two lines", err)
	}
}

func TestEverySecondIsAcceptedWithAWarningWhenSomebodyChoseIt(t *testing.T) {
	client := ForTestDurable(t, t.TempDir()).Client()
	set(t, client, "CONFIG", "SET", "appendfsync", "everysec")
	warnings, err := Check(t.Context(), client, AllowEverySecond)
	if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], "断电") {
		t.Fatalf("Check = %v, %v", warnings, err)
	}
}

// as is the same server seen by an account of limited rights.
func as(t *testing.T, s *Server, rights ...any) *redis.Client {
	t.Helper()
	set(t, s.Client(), append([]any{"ACL", "SETUSER", "guest", "on", ">secret", "~*"}, rights...)...)
	c, err := Connect("unix://guest:secret@" + s.Addr())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c.(*redis.Client)
}

func TestCheckWarnsWhereTheAccountMayNotLook(t *testing.T) {
	cases := []struct {
		name   string
		rights []any
		says   string
	}{
		{"CONFIG forbidden", []any{"+@all", "-config"}, "CONFIG"},
		{"INFO forbidden", []any{"+@all", "-info"}, "INFO"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			client := as(t, ForTestDurable(t, t.TempDir()), c.rights...)
			warnings, err := Check(t.Context(), client)
			if err != nil || len(warnings) != 1 || !strings.Contains(warnings[0], c.says) {
				t.Fatalf("Check = %v, %v", warnings, err)
			}
		})
	}
}

func TestCheckRefusesAnAccountThatMayNotRunScripts(t *testing.T) {
	client := as(t, ForTestDurable(t, t.TempDir()), "+@all", "-eval")
	if _, err := Check(t.Context(), client); err == nil || !strings.Contains(err.Error(), "EVAL") {
		t.Fatalf("Check = %v", err)
	}
}

func TestCheckSaysWhenThereIsNoServer(t *testing.T) {
	c, err := Connect("unix://" + t.TempDir() + "/nobody.sock")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := Check(t.Context(), c); err == nil || !strings.Contains(err.Error(), "连不上 Redis") {
		t.Fatalf("Check = %v", err)
	}
}

func TestVersionsOlderThanSevenAreRefused(t *testing.T) {
	cases := []struct {
		name, text string
		refused    bool
	}{
		{"Redis 6.0", "redis_version:6.0.16\r\n", true},
		{"Redis 6.2", "redis_version:6.2.14\r\n", true},
		{"Redis 7.0", "redis_version:7.0.15\r\n", false},
		{"Redis 8", "redis_version:8.2.1\r\n", false},
		{"Valkey 8 tells the Redis version it speaks", "redis_version:7.2.4\r\nserver_name:valkey\r\nvalkey_version:8.0.1\r\n", false},
		{"none", "", true},
	}
	rest := "maxmemory_policy:noeviction\r\naof_enabled:1\r\nrole:master\r\n"
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			var x examination
			x.info(parseInfo(c.text+rest), "", false)
			if got := len(x.faults) > 0; got != c.refused {
				t.Fatalf("refused = %v (%v), want %v", got, x.faults, c.refused)
			}
		})
	}
}

func TestProgramVersionIsReadFromRedisAndValkey(t *testing.T) {
	cases := []struct {
		text string
		want int
	}{
		{"Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1", 7},
		{"Valkey server v=8.1.3 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=1", 8},
		{"garbage", 0},
	}
	for _, c := range cases {
		if got := majorVersion(c.text); got != c.want {
			t.Errorf("majorVersion(%q) = %d, want %d", c.text, got, c.want)
		}
	}
}

func TestClusterIsReachedByItsOwnAddressOnly(t *testing.T) {
	address := ForTestCluster(t)
	c, err := Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	for _, key := range []string{"{p1}:a", "{p2}:a", "{p3}:a", "{p4}:a"} {
		if err := c.Set(t.Context(), key, key, 0).Err(); err != nil {
			t.Fatal(err)
		}
		if got := c.Get(t.Context(), key).Val(); got != key {
			t.Fatalf("%s = %q", key, got)
		}
	}
	if err := c.(*redis.ClusterClient).ForEachMaster(t.Context(), func(ctx context.Context, m *redis.Client) error {
		return m.ConfigSet(ctx, "appendfsync", "always").Err()
	}); err != nil {
		t.Fatal(err)
	}
	if warnings, err := Check(t.Context(), c); err != nil || len(warnings) > 0 {
		t.Fatalf("Check = %v, %v", warnings, err)
	}
	first, _, _ := strings.Cut(strings.TrimPrefix(address, "redis-cluster://"), ",")
	one, err := Connect("redis://" + first)
	if err != nil {
		t.Fatal(err)
	}
	defer one.Close()
	if _, err := Check(t.Context(), one); err == nil || !strings.Contains(err.Error(), "redis-cluster://") {
		t.Fatalf("Check of a node by redis:// = %v", err)
	}
}
