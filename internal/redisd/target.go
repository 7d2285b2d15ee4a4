package redisd

import (
	"errors"
	"fmt"
	"net"
	"net/url"
	"strconv"
	"strings"
)

type kind int

const (
	single kind = iota
	socket
	sentinel
	cluster
)

// target is what an address names.
type target struct {
	kind             kind
	hosts            []string // host:port, or the path of a socket
	user, password   string
	sentinelPassword string
	master           string
	db               int
	secure           bool
	skipVerify       bool
}

var schemes = map[string]target{
	"redis":           {kind: single},
	"rediss":          {kind: single, secure: true},
	"unix":            {kind: socket},
	"redis-sentinel":  {kind: sentinel},
	"rediss-sentinel": {kind: sentinel, secure: true},
	"redis-cluster":   {kind: cluster},
	"rediss-cluster":  {kind: cluster, secure: true},
}

// parseTarget reads an address. url.Parse takes one host only and quotes the
// password in its errors, so the parts are cut here.
func parseTarget(address string) (target, error) {
	scheme, rest, found := strings.Cut(address, "://")
	t, known := schemes[scheme]
	if !found || !known {
		return target{}, errors.New("Redis 地址应以 redis://、rediss://、unix://、redis-sentinel:// 或 redis-cluster:// 开头，例如 redis://127.0.0.1:6379/0")
	}
	rest, query, _ := strings.Cut(rest, "?")
	if at := strings.LastIndex(rest, "@"); at >= 0 {
		if err := t.credentials(rest[:at]); err != nil {
			return target{}, err
		}
		rest = rest[at+1:]
	}
	if err := t.place(rest); err != nil {
		return target{}, err
	}
	return t, t.parameters(query)
}

func (t *target) credentials(s string) error {
	user, password, both := strings.Cut(s, ":")
	if !both {
		user, password = "", s
	}
	var err1, err2 error
	t.user, err1 = url.PathUnescape(user)
	t.password, err2 = url.PathUnescape(password)
	if err1 != nil || err2 != nil {
		return errors.New("Redis 地址中的用户名或密码含有特殊字符，应写成 %XX 的形式")
	}
	return nil
}

// place reads what follows the credentials: hosts and a path, or a socket.
func (t *target) place(s string) error {
	if t.kind == socket {
		if !strings.HasPrefix(s, "/") {
			return errors.New("unix:// 之后应是套接字的绝对路径，例如 unix:///run/redis/redis.sock")
		}
		t.hosts = []string{s}
		return nil
	}
	hosts, path, _ := strings.Cut(s, "/")
	for h := range strings.SplitSeq(hosts, ",") {
		host, err := t.host(h)
		if err != nil {
			return err
		}
		t.hosts = append(t.hosts, host)
	}
	if t.kind == single && len(t.hosts) > 1 {
		return errors.New("redis:// 只能写一台服务器；多台请用 redis-sentinel:// 或 redis-cluster://")
	}
	switch {
	case t.kind == sentinel && path == "":
		return errors.New("哨兵地址缺少主节点名，应写成 redis-sentinel://主机1:26379,主机2:26379/主节点名")
	case t.kind == sentinel:
		t.master = path
		return nil
	case path == "":
		return nil
	case t.kind == cluster:
		return errors.New("Redis Cluster 只有 0 号库，redis-cluster:// 地址的末尾不能写库号")
	}
	return t.database(path)
}

func (t *target) host(h string) (string, error) {
	port := "6379"
	if t.kind == sentinel {
		port = "26379"
	}
	if h == "" {
		return "", errors.New("Redis 地址缺少主机名，例如 redis://127.0.0.1:6379/0")
	}
	if !strings.Contains(h, ":") || strings.HasSuffix(h, "]") {
		return net.JoinHostPort(strings.Trim(h, "[]"), port), nil
	}
	name, p, err := net.SplitHostPort(h)
	if err != nil {
		return "", errors.New("Redis 地址中的主机名无法识别；IPv6 地址应写在方括号里")
	}
	if n, err := strconv.Atoi(p); err != nil || n < 1 || n > 65535 {
		return "", fmt.Errorf("Redis 地址中的端口“%s”应是 1 到 65535 的数字", p)
	}
	return net.JoinHostPort(name, p), nil
}

func (t *target) database(s string) error {
	n, err := strconv.Atoi(s)
	if err != nil || n < 0 {
		return fmt.Errorf("Redis 地址中的库号“%s”应是数字", s)
	}
	t.db = n
	return nil
}

func (t *target) parameters(query string) error {
	values, err := url.ParseQuery(query)
	if err != nil {
		return errors.New("Redis 地址中问号之后的参数无法识别")
	}
	for name := range values {
		v := values.Get(name)
		switch {
		case name == "db" && t.kind != cluster:
			if err := t.database(v); err != nil {
				return err
			}
		case name == "skip_verify" && t.secure:
			t.skipVerify = v == "true" || v == "1"
		case name == "sentinel_password" && t.kind == sentinel:
			t.sentinelPassword = v
		default:
			return fmt.Errorf("Redis 地址中的参数“%s”在这种地址里不能使用", name)
		}
	}
	return nil
}
