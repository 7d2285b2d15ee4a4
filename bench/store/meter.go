package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"huiyin/bench/side"
)

// meter reads what the server says of its own work, so that a reader sees that
// two ways did the same.
type meter struct {
	calls, failed int
	micros        float64 // inside the script
	log           int     // bytes of the append-only file
	server        time.Duration
	client        time.Duration // of this process; redis-benchmark tells its own
}

func readMeter(ctx context.Context, rdb *redis.Client) (meter, error) {
	info, err := rdb.InfoMap(ctx, "commandstats", "persistence", "cpu").Result()
	if err != nil {
		return meter{}, err
	}
	m := meter{client: side.CPU()}
	for pair := range strings.SplitSeq(info["Commandstats"]["cmdstat_evalsha"], ",") {
		name, value, _ := strings.Cut(pair, "=")
		n, _ := strconv.ParseFloat(value, 64)
		switch name {
		case "calls":
			m.calls = int(n)
		case "usec":
			m.micros = n
		case "failed_calls":
			m.failed = int(n)
		}
	}
	if m.log, err = strconv.Atoi(info["Persistence"]["aof_current_size"]); err != nil {
		return meter{}, fmt.Errorf("aof_current_size: %w", err)
	}
	for _, name := range []string{"used_cpu_user", "used_cpu_sys"} {
		seconds, err := strconv.ParseFloat(info["CPU"][name], 64)
		if err != nil {
			return meter{}, fmt.Errorf("%s: %w", name, err)
		}
		m.server += time.Duration(seconds * float64(time.Second))
	}
	return m, nil
}

// work is what one step cost on average.
type work struct {
	script, server, client float64 // microseconds
	log                    float64 // bytes
	calls, refused         int
}

// since is the work of n steps since an earlier reading.
func (m meter) since(before meter, n int) work {
	per := float64(n)
	return work{
		script: (m.micros - before.micros) / per,
		server: (m.server - before.server).Seconds() * 1e6 / per,
		client: (m.client - before.client).Seconds() * 1e6 / per,
		log:    float64(m.log-before.log) / per,
		calls:  m.calls - before.calls, refused: m.failed - before.failed,
	}
}
