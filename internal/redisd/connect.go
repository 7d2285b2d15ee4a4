package redisd

import (
	"context"
	"crypto/tls"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"
)

// Connect makes a client for a server that is run by others:
//
//	redis://[user:password@]host:port[/db]     rediss:// with TLS
//	unix://[user:password@]/path/redis.sock[?db=n]
//	redis-sentinel://[user:password@]h1:p1,h2:p2/master[?db=n&sentinel_password=…]
//	redis-cluster://[user:password@]h1:p1,h2:p2
//
// rediss-sentinel:// and rediss-cluster:// use TLS; skip_verify=true accepts any
// certificate. It does not dial. Errors are Chinese and never hold the password.
func Connect(address string) (redis.UniversalClient, error) {
	t, err := parseTarget(address)
	if err != nil {
		return nil, err
	}
	switch t.kind {
	case sentinel:
		return redis.NewFailoverClient(failoverOptions(t)), nil
	case cluster:
		return redis.NewClusterClient(clusterOptions(t)), nil
	}
	o := defaults()
	o.Addr, o.Username, o.Password, o.DB, o.TLSConfig = t.hosts[0], t.user, t.password, t.db, t.tls()
	if t.kind == socket {
		o.Network = "unix"
	}
	return redis.NewClient(o), nil
}

// defaults suit a store whose commands are short scripts: an answer within
// seconds or an error, a connection for each of many concurrent callers, and
// the caller's deadline respected. Lost answers are asked for again; every
// script carries a request id.
func defaults() *redis.Options {
	hushLibrary()
	return &redis.Options{
		ClientName:               "huiyin",
		DialTimeout:              3 * time.Second,
		ReadTimeout:              5 * time.Second,
		WriteTimeout:             5 * time.Second,
		PoolTimeout:              10 * time.Second,
		PoolSize:                 128,
		ContextTimeoutEnabled:    true,
		MaxRetries:               3,
		DisableIdentity:          true,
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	}
}

// hushLibrary keeps the library's English lines about lost connections off the
// terminal; every such error also reaches the caller.
var hushLibrary = sync.OnceFunc(func() { redis.SetLogger(silentLogger{}) })

type silentLogger struct{}

func (silentLogger) Printf(context.Context, string, ...any) {}

func failoverOptions(t target) *redis.FailoverOptions {
	d := defaults()
	return &redis.FailoverOptions{
		MasterName: t.master, SentinelAddrs: t.hosts, SentinelPassword: t.sentinelPassword,
		ClientName: d.ClientName, Username: t.user, Password: t.password, DB: t.db, TLSConfig: t.tls(),
		DialTimeout: d.DialTimeout, ReadTimeout: d.ReadTimeout, WriteTimeout: d.WriteTimeout,
		PoolTimeout: d.PoolTimeout, PoolSize: d.PoolSize, ContextTimeoutEnabled: true,
		MaxRetries: 8, DisableIdentity: true,
	}
}

func clusterOptions(t target) *redis.ClusterOptions {
	d := defaults()
	return &redis.ClusterOptions{
		Addrs: t.hosts, ClientName: d.ClientName, Username: t.user, Password: t.password, TLSConfig: t.tls(),
		DialTimeout: d.DialTimeout, ReadTimeout: d.ReadTimeout, WriteTimeout: d.WriteTimeout,
		PoolTimeout: d.PoolTimeout, PoolSize: d.PoolSize, ContextTimeoutEnabled: true,
		MaxRedirects: 8, DisableIdentity: true, MaintNotificationsConfig: d.MaintNotificationsConfig,
		// By default a client stays on a dead master for more than 40 s.
		ClusterStateReloadInterval: 500 * time.Millisecond,
	}
}

func (t target) tls() *tls.Config {
	if !t.secure {
		return nil
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, InsecureSkipVerify: t.skipVerify} //nolint:gosec // asked for by name in the address
}
