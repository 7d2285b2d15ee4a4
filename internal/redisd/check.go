package redisd

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"

	"github.com/redis/go-redis/v9"
)

// Allow names a weaker guarantee that somebody has accepted.
type Allow int

// AllowEverySecond accepts appendfsync everysec: a power failure may lose the
// last second of what was acknowledged.
const AllowEverySecond Allow = iota

// Check refuses a server that would lose or evict tickets, or cannot run the
// scripts. The error is Chinese, has a line for each fault and says how to mend
// it. Warnings name what could not be examined, or was accepted. Each master of
// a cluster is examined.
func Check(ctx context.Context, c redis.UniversalClient, allow ...Allow) (warnings []string, err error) {
	x := examination{allow: allow}
	if cc, ok := c.(*redis.ClusterClient); ok {
		err = cc.ForEachMaster(ctx, func(ctx context.Context, node *redis.Client) error {
			return x.server(ctx, node, "节点 "+node.Options().Addr+"：", true)
		})
	} else {
		err = x.server(ctx, c, "", false)
	}
	if err != nil {
		return x.warnings, unreachable{err}
	}
	return x.warnings, errors.Join(x.faults...)
}

// unreachable says it in Chinese and keeps the cause for whoever asks.
type unreachable struct{ cause error }

func (unreachable) Error() string   { return "连不上 Redis，请检查地址、密码和网络" }
func (u unreachable) Unwrap() error { return u.cause }

type examination struct {
	allow    []Allow
	mu       sync.Mutex
	warnings []string
	faults   []error
}

func (x *examination) fault(format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.faults = append(x.faults, fmt.Errorf(format, args...))
}

func (x *examination) warn(format string, args ...any) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.warnings = append(x.warnings, fmt.Sprintf(format, args...))
}

// server examines one server. The error is one of reaching it.
func (x *examination) server(ctx context.Context, c redis.UniversalClient, who string, clustered bool) error {
	text, err := c.Info(ctx).Result()
	switch {
	case forbidden(err):
		x.warn("%sRedis 不允许查看 INFO，无法确认持久化和淘汰策略；请管理员核对 appendonly yes、appendfsync always、maxmemory-policy noeviction", who)
	case err != nil:
		return err
	default:
		x.info(parseInfo(text), who, clustered)
	}
	if err := x.fsync(ctx, c, who); err != nil {
		return err
	}
	return x.script(ctx, c, who)
}

func (x *examination) info(info map[string]string, who string, clustered bool) {
	if v, major := version(info); major < oldest {
		x.fault("%sRedis 版本 %s 太旧，需要 %d.0 或更新的版本（Valkey 亦可）", who, v, oldest)
	}
	if info["loading"] == "1" {
		x.fault("%sRedis 正在载入数据，请稍后再试", who)
	}
	if info["role"] == "slave" {
		x.fault("%s这是只读的从节点，请改为连接主节点，或用 redis-sentinel:// 地址", who)
	}
	if policy := info["maxmemory_policy"]; policy != "noeviction" {
		x.fault("%s内存满时 Redis 会按 %s 淘汰数据，工单会丢失；请执行 CONFIG SET maxmemory-policy noeviction 并写入 redis.conf", who, policy)
	}
	if info["aof_enabled"] != "1" {
		x.fault("%sRedis 没有打开追加日志，停机会丢失工单；请执行 CONFIG SET appendonly yes 并写入 redis.conf", who)
	}
	if s := info["aof_last_write_status"]; s != "" && s != "ok" {
		x.fault("%sRedis 最近一次写追加日志失败，请检查磁盘空间", who)
	}
	if info["cluster_enabled"] == "1" && !clustered {
		x.fault("%s这是 Redis Cluster 的节点，请改用 redis-cluster:// 地址", who)
	}
}

func (x *examination) fsync(ctx context.Context, c redis.UniversalClient, who string) error {
	got, err := c.ConfigGet(ctx, "appendfsync").Result()
	if forbidden(err) {
		x.warn("%sRedis 不允许查看 CONFIG，无法确认 appendfsync；请管理员核对它是 always，否则断电会丢失已确认的工单", who)
		return nil
	}
	if err != nil {
		return err
	}
	switch v := got["appendfsync"]; {
	case v == "always":
	case v == "everysec" && x.allows(AllowEverySecond):
		x.warn("%sappendfsync 为 everysec：断电时可能丢失最后一秒已确认的操作", who)
	default:
		x.fault("%sRedis 的 appendfsync 为 %s，断电会丢失已确认的工单；请执行 CONFIG SET appendfsync always 并写入 redis.conf", who, v)
	}
	return nil
}

// script tries the form of script that the rooms use.
func (x *examination) script(ctx context.Context, c redis.UniversalClient, who string) error {
	err := c.Eval(ctx, "#!lua flags=no-writes\nreturn 1", []string{"huiyin:check"}).Err()
	var reply redis.Error
	if errors.As(err, &reply) {
		if strings.HasPrefix(reply.Error(), "MOVED") {
			return nil // the key lies on another master; scripts are understood
		}
		x.fault("%sRedis 不能执行脚本（%s）；请给所用账号 EVAL、EVALSHA 权限", who, firstWord(reply.Error()))
		return nil
	}
	return err
}

func (x *examination) allows(a Allow) bool {
	for _, have := range x.allow {
		if have == a {
			return true
		}
	}
	return false
}

// forbidden says whether the server refused the command itself: by its access
// list, or because a hosting service renamed it away.
func forbidden(err error) bool {
	var reply redis.Error
	return errors.As(err, &reply) &&
		(strings.HasPrefix(reply.Error(), "NOPERM") || strings.HasPrefix(reply.Error(), "ERR unknown command"))
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// version is the server's own version; Valkey tells the Redis version whose
// commands it has apart from its own.
func version(info map[string]string) (text string, major int) {
	text = info["redis_version"]
	first, _, _ := strings.Cut(text, ".")
	major, _ = strconv.Atoi(first)
	return text, major
}

func parseInfo(text string) map[string]string {
	info := map[string]string{}
	for line := range strings.Lines(text) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			info[k] = v
		}
	}
	return info
}
